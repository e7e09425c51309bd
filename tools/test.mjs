// `npm test`: everything, in one command, on a fresh machine. Ends with one line 'tests: N passed, N failed'.
//   --fast          rules and stores only, no second database, no browser
import fs from 'node:fs'
import { chineseFont, chromium, temporaryPostgres } from './lib/debian.mjs'
import { bin, ensureBuilt, ensureInstalled, inRoot, must, run } from './lib/run.mjs'

const fast = process.argv.includes('--fast')
await ensureInstalled()
fs.mkdirSync(inRoot('artifacts'), { recursive: true })
let passed = 0
let failed = 0
let broken = false

const vitest = async (name, args, env = {}) => {
  const report = inRoot('artifacts', `${name}.json`)
  fs.rmSync(report, { force: true })
  process.stdout.write(`\n== ${name}\n`)
  const code = await run(
    bin('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    {
      env: { ...process.env, ...env },
    },
  )
  broken ||= code !== 0
  if (!fs.existsSync(report)) return
  const { numPassedTests, numFailedTests } = JSON.parse(fs.readFileSync(report, 'utf8'))
  passed += numPassedTests
  failed += numFailedTests
}

/** The tests that open a database: what is pure, and who may do what and is told of it, runs once. */
const filesOnDatabase = () =>
  ['src/platform', 'src/capabilities'].flatMap((folder) =>
    fs
      .readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.test\.tsx?$/.test(file) && !/(permissions|notices)\.test\.ts$/.test(file))
      .map((file) => `${folder}/${file}`)
      .filter((file) => fs.readFileSync(inRoot(file), 'utf8').includes('tests/support/')),
  )

const journeys = async () => {
  const report = inRoot('artifacts', 'journeys.json')
  fs.rmSync(report, { force: true })
  process.stdout.write('\n== journeys in Chromium\n')
  const code = await run(bin('playwright'), ['test', '--reporter=list,json'], {
    env: { ...process.env, CHROMIUM: chromium(), PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  broken ||= code !== 0
  if (!fs.existsSync(report)) return
  const { stats } = JSON.parse(fs.readFileSync(report, 'utf8'))
  passed += stats.expected + stats.flaky
  failed += stats.unexpected
}

await must(process.execPath, [inRoot('tools/check.mjs')])
await vitest('rules and stores on the embedded database', [])
if (!fast) {
  const server = await temporaryPostgres()
  try {
    await vitest('stores and approvals on a PostgreSQL server', filesOnDatabase(), { TEST_DATABASE_URL: server.url })
  } finally {
    await server.stop()
  }
  await ensureBuilt()
  await vitest('faults on the running product', ['--config', 'vitest.running.config.ts'])
  chineseFont()
  await journeys()
  process.stdout.write('\n== tours\n')
  for (const name of ['window', 'window-depth', 'site', 'bim']) {
    const tour = await run(process.execPath, ['--enable-source-maps', inRoot('dist/server/tools/tours/main.js'), name])
    passed += tour === 0 ? 1 : 0
    failed += tour === 0 ? 0 : 1
  }
}
if (broken && failed === 0) failed = 1
process.stdout.write(`\ntests: ${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
