// `npm run tour -- NAME`: plays a story through the public HTTP API of a server that it starts, and checks every expectation.
import { ensureBuilt, ensureInstalled, inRoot, run } from './lib/run.mjs'

await ensureInstalled()
await ensureBuilt()
process.exit(
  await run(process.execPath, [
    '--enable-source-maps',
    inRoot('dist/server/tools/tours/main.js'),
    ...process.argv.slice(2),
  ]),
)
