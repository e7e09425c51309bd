// `npm start`: on a fresh machine installs, builds and starts; afterwards only starts.
import { spawn } from 'node:child_process'
import { ensureBuilt, ensureInstalled, inRoot, root } from './lib/run.mjs'

await ensureInstalled()
await ensureBuilt()
const server = spawn(
  process.execPath,
  ['--enable-source-maps', inRoot('dist/server/src/server/main.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    env: { MINGZHU_DEMO: 'true', ...process.env },
    stdio: 'inherit',
  },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal))
server.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)))
