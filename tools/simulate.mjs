// `npm run simulate -- --sites 20`: brings a running server to life with sites whose devices speak their own protocols.
import { ensureBuilt, ensureInstalled, inRoot, run } from './lib/run.mjs'

await ensureInstalled()
await ensureBuilt()
process.exit(
  await run(process.execPath, [
    '--enable-source-maps',
    inRoot('dist/server/tools/simulator/main.js'),
    ...process.argv.slice(2),
  ]),
)
