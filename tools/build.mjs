import { build, ensureInstalled } from './lib/run.mjs'

await ensureInstalled()
await build()
