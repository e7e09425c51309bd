// `npm run restore -- --from FOLDER --to-folder FOLDER [--at MOMENT]`: restores a backup into a new state folder, to a moment.
import { ensureBuilt, ensureInstalled, inRoot, run } from './lib/run.mjs'

await ensureInstalled()
await ensureBuilt()
process.exit(
  await run(process.execPath, [
    '--enable-source-maps',
    inRoot('dist/server/src/server/backup.js'),
    'restore',
    ...process.argv.slice(2),
  ]),
)
