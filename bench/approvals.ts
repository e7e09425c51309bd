/**
 * The window at full size: 100 000 applications and 1 000 000 journal entries (1 000 with --quick), asked over
 * HTTP one request after another, and decided by fifty people at once. A decision is compared with the bare statements of
 * its own transaction, replayed on the same database by as many at once over a pool of the same size. On the embedded
 * database and, at full size, on a PostgreSQL server, both with fsync on.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openDistrict } from './approvals/district-server.ts'
import { median, openClient, percentile, rateOf, timesOf } from './approvals/measure.ts'
import { type Multiplied, multiply, type Wanted } from './approvals/multiply.ts'
import { type Approver, seatApprovers } from './approvals/people.ts'
import { startPostgres } from './approvals/postgres.ts'
import { prepareReplay } from './approvals/replay.ts'
import { recordDecisions, reviewedItems, type Target, targetsFor } from './approvals/targets.ts'

const APPROVERS = 50
const POOL = 20

interface Size extends Wanted {
  readonly requests: number
  /** Rounds of decisions through the server and of the bare ones, in turn; every approver decides so many in each. */
  readonly rounds: number
  readonly each: number
}
const full: Size = {
  applications: 100_000,
  entries: 1_000_000,
  shares: { closed: 0.9, open: 0.05, reviewed: 0.05 },
  requests: 300,
  rounds: 5,
  each: 8,
}
const quickly: Size = {
  applications: 1_000,
  entries: 10_000,
  shares: { closed: 0.5, open: 0.1, reviewed: 0.4 },
  requests: 30,
  rounds: 3,
  each: 1,
}

interface Figures extends Multiplied {
  readonly ratio: number
  readonly decisions: number
  readonly bare: number
  readonly queue: readonly number[]
  readonly file: readonly number[]
  readonly public: readonly number[]
}

const seconds = (begin: number): string => `${((performance.now() - begin) / 1_000).toFixed(1)} s`
/** The address of a person's machine, as the proxy tells it. */
const seatAddress = (n: number): string => `10.1.${n >> 8}.${n & 255}`

const measureOn = async (name: string, databaseUrl: string | null, size: Size): Promise<Figures> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-approvals-'))
  const district = openDistrict(folder, databaseUrl, POOL)
  try {
    let begin = performance.now()
    const { patterns, driver } = await district.play()
    console.log(`${name}: a small district was played in ${seconds(begin)}`)
    begin = performance.now()
    await district.hushListeners()
    const loaded = await multiply(district.pool(), patterns, size)
    console.log(`${name}: ${loaded.applications} applications, ${loaded.entries} entries in ${seconds(begin)}`)
    begin = performance.now()
    await district.allSealed()
    console.log(`${name}: sealed in ${seconds(begin)} more`)
    await district.pool().query('vacuum (analyze)')
    console.log(`${name}: sealed and analysed in ${seconds(begin)} more`)
    const items = await reviewedItems(district.pool())
    const departments = [...new Set(items.map((item) => item.department))]
    const approvers = await seatApprovers(district.pool(), departments, APPROVERS)
    const recordings = await recordDecisions(district.pool(), driver, items)
    const { url, connections } = await district.serve()
    const pool = district.pool()
    const client = openClient(url, APPROVERS)
    try {
      const latencies = await readLatencies(client, pool, approvers, size)
      const takeTargets = targetsFor(items, recordings, approvers)
      const rates: number[] = []
      const bareRates: number[] = []
      const decideOverHttp = (target: Target, seat: number) =>
        client.ask(`/api/item-runs/${target.itemRunId}/decision`, {
          method: 'POST',
          token: approvers[seat]?.token ?? '',
          body: { version: target.version },
          key: `bench-decision-${target.itemRunId}`,
          from: seatAddress(seat),
        })
      await rateOf(takeTargets(1), decideOverHttp)
      for (let round = 0; round < size.rounds; round += 1) {
        const rate = await rateOf(takeTargets(size.each), decideOverHttp)
        await district.layJobsAside()
        const replays = await Promise.all(
          takeTargets(size.each).map((list) =>
            Promise.all(list.map((target) => prepareReplay(pool, target.recording, target.prefix))),
          ),
        )
        const bare = await rateOf(replays, (replay) => replay.run(connections))
        await district.layJobsAside()
        rates.push(rate)
        bareRates.push(bare)
        console.log(`${name} round ${round + 1}: ${Math.round(rate)} decisions/s, ${Math.round(bare)} bare/s`)
      }
      return {
        ...loaded,
        ...latencies,
        ratio: median(rates.map((rate, round) => rate / (bareRates[round] ?? Number.NaN))),
        decisions: median(rates),
        bare: median(bareRates),
      }
    } finally {
      client.close()
    }
  } finally {
    await district.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const readLatencies = async (
  client: ReturnType<typeof openClient>,
  pool: Parameters<typeof multiply>[0],
  approvers: readonly Approver[],
  { requests }: Size,
): Promise<Pick<Figures, 'queue' | 'file' | 'public'>> => {
  const pick = async (query: string): Promise<readonly string[]> =>
    (await pool.query<{ value: string }>(query)).rows.map((row) => row.value)
  const files = await pick('select id::text as value from approvals.application order by random() limit 500')
  const numbers = await pick(
    'select case_number as value from projects.project where published order by random() limit 500',
  )
  const asApprover = (n: number) => ({
    token: approvers[n % approvers.length]?.token ?? '',
    from: seatAddress(n % 250),
  })
  return {
    queue: await timesOf(requests, (n) => client.ask('/api/work/queue?desk=department', asApprover(n))),
    file: await timesOf(requests, (n) => client.ask(`/api/applications/${files[n % files.length]}`, asApprover(n))),
    public: await timesOf(requests, (n) => {
      const number = encodeURIComponent(numbers[(n >> 1) % numbers.length] ?? '')
      return n % 2 === 0
        ? client.ask(`/projects/${number}`, { page: true, from: seatAddress(n % 250) })
        : client.ask(`/api/public/projects/${number}/progress`, { from: seatAddress(n % 250) })
    }),
  }
}

const ms = (values: readonly number[], share: number): string => percentile(values, share).toFixed(1)
const figuresOf = (name: string, figures: Figures): readonly string[] =>
  (['queue', 'file', 'public'] as const).flatMap((what) => [
    `${what}_p95_ms${name}=${ms(figures[what], 0.95)}`,
    `${what}_p50_ms${name}=${ms(figures[what], 0.5)}`,
  ])

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const size = quick ? quickly : full
  const embedded = await measureOn('embedded', null, size)
  const postgres = quick ? null : await startPostgres()
  let server: Figures | null = null
  try {
    if (postgres !== null) server = await measureOn('server', postgres.url, size)
  } finally {
    await postgres?.stop()
  }
  const parts = [
    `ratio_embedded=${embedded.ratio.toFixed(2)}`,
    server === null ? `server=${quick ? 'in-the-full-run' : 'absent'}` : `ratio_server=${server.ratio.toFixed(2)}`,
    ...figuresOf('', embedded),
    ...(server === null ? [] : figuresOf('_server', server)),
    `decisions_per_s_embedded=${Math.round(embedded.decisions)} bare_per_s_embedded=${Math.round(embedded.bare)}`,
    ...(server === null
      ? []
      : [`decisions_per_s_server=${Math.round(server.decisions)} bare_per_s_server=${Math.round(server.bare)}`]),
    `approvers=${APPROVERS} applications=${embedded.applications} entries=${embedded.entries}`,
  ]
  console.log(`bench approvals: ${parts.join(' ')}`)
}
