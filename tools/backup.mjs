// `npm run backup`: takes a base backup of the embedded database at once, whether the product runs or not.
import { ensureBuilt, ensureInstalled, inRoot, run } from './lib/run.mjs'

await ensureInstalled()
await ensureBuilt()
process.exit(
  await run(process.execPath, [
    '--enable-source-maps',
    inRoot('dist/server/src/server/backup.js'),
    'backup',
    ...process.argv.slice(2),
  ]),
)
