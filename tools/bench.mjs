// `npm run bench -- NAME [--quick]`: measures one thing against a peer or a limit in the same run.
import { ensureBuilt, ensureInstalled, inRoot, run } from './lib/run.mjs'

await ensureInstalled()
await ensureBuilt()
process.exit(
  await run(process.execPath, [
    '--enable-source-maps',
    '--expose-gc',
    inRoot('dist/server/bench/main.js'),
    ...process.argv.slice(2),
  ]),
)
