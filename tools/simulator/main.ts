/**
 * `npm run simulate -- --sites 20`: brings a running server to life. It opens sites for the projects of the demo, claims their
 * devices as an operator, and lets these speak their own protocols until it is stopped (Ctrl-C) or `--minutes` are over.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { listAlarms } from '../../src/capabilities/monitoring/contract/alarms.ts'
import { liveSites } from '../../src/capabilities/monitoring/contract/sites.ts'
import { listProjects } from '../../src/capabilities/projects/contract.ts'
import { addMs, msOf, wallClock } from '../../src/kernel/time.ts'
import { demoProjects } from '../../src/server/demo/projects.ts'
import { register } from '../../src/server/demo/story.ts'
import { type HttpDriver, httpDriver } from '../../tests/support/http-driver.ts'
import { actorsOf } from '../tours/checks.ts'
import { gatherCrew, momentOf, type Pace, usualPace } from './crew.ts'
import { OPERATOR, portsOf, type SiteWish, settle } from './district.ts'
import { type Incident, incidentWords, planIncidents } from './life/incidents.ts'
import { offset } from './life/people.ts'
import { provenCaller } from './proven.ts'

interface Options {
  readonly url: string
  readonly sites: number
  readonly workers: number
  readonly speed: number
  readonly seed: number
  /** Planned an hour. */
  readonly incidents: number
  /** 0: until it is stopped. */
  readonly minutes: number
}
const usage = `npm run simulate -- [选项]
  --url URL        运行中的平台,默认 http://localhost:8080
  --sites N        工地数量,默认 20
  --workers N      每个工地的工人数,默认 6
  --speed N        工地生活的快慢,默认 1(真实时间);60 为一分钟过一小时
  --seed N         随机种子,默认 1;相同种子过相同的一天
  --incidents N    每小时安排的异常(翻越围挡、大风、未实名进场、闯入危险区、断电、扬尘),默认 12,0 为没有;
                   开头几分钟先各出现一次
  --minutes N      运行多少分钟,默认一直运行
`
const defaults: Options = {
  url: 'http://localhost:8080',
  sites: 20,
  workers: 6,
  speed: 1,
  seed: 1,
  incidents: 12,
  minutes: 0,
}
const print = (text: string): void => void process.stdout.write(`${text}\n`)
const optionsOf = (words: readonly string[]): Options | null => {
  const found: Record<string, number | string> = { ...defaults }
  for (let at = 0; at < words.length; at += 2) {
    const name = (words[at] ?? '').replace(/^--/, '')
    const value = words[at + 1]
    if (value === undefined || !(name in defaults)) return null
    const number = Number(value)
    if (name !== 'url' && !(number >= 0)) return null
    found[name] = name === 'url' ? value.replace(/\/+$/, '') : number
  }
  const options = found as unknown as Options
  return options.speed > 0 && options.sites >= 1 && options.sites <= 900 && options.workers <= 900 ? options : null
}

/** Projects of the server on which sites are opened; where there are none, those of the demo are registered first. */
const wishesOf = async (driver: HttpDriver, count: number): Promise<readonly SiteWish[]> => {
  const page = () => driver.call(OPERATOR, listProjects, { query: { limit: 200 } })
  let { rows } = await page()
  if (rows.length === 0) {
    const actors = await actorsOf(driver)
    for (const [serial, project] of demoProjects.slice(0, Math.min(count, 10)).entries())
      await register(driver, actors, project, serial + 1)
    rows = (await page()).rows
  }
  const placed = rows.filter((row) => row.point !== null)
  const ready = placed.filter((row) => row.stage === 'construction' || row.stage === 'permit')
  const chosen = [...ready, ...placed.filter((row) => !ready.includes(row))]
  if (chosen.length === 0) throw new Error('没有带位置的项目,不能建立工地。No project has a place.')
  return Array.from({ length: count }, (_, n): SiteWish => {
    const project = chosen[n % chosen.length]
    const lot = Math.floor(n / chosen.length)
    const [lon, lat] = project?.point ?? [106.55, 29.56]
    if (project === undefined) throw new Error('no project')
    return {
      projectId: project.id,
      name: lot === 0 ? `${project.name}工地` : `${project.name}${lot + 1}标段工地`,
      address: project.address ?? '',
      middle: offset([lon, lat], lot * 260, 0),
    }
  })
}
const paceOf = (speed: number): Pace =>
  Object.fromEntries(
    Object.entries(usualPace).map(([kind, ms]) => [kind, Math.max(1000, ms / speed)]),
  ) as unknown as Pace

const lostText = (lost: Readonly<Record<string, number>>): string =>
  Object.entries(lost)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${count}`)
    .join('、')

const simulate = async (options: Options): Promise<void> => {
  const driver = await httpDriver(options.url)
  const ports = await portsOf(driver, new URL(options.url).hostname.replace(/^localhost$/, '127.0.0.1'))
  const simulated = (await fetch(`${options.url}/api/simulation/clock`)).ok
  print(`平台 ${options.url},${simulated ? '模拟时钟' : '真实时间'} ${wallClock(driver.now())}`)
  const clock = () => driver.now()
  const wishes = await wishesOf(driver, options.sites)
  print(`正在登记 ${wishes.length} 个工地的设备和人员 …`)
  const proven = provenCaller(options.url, OPERATOR)
  const sites = await settle(driver, { host: ports.host, clock }, ports, wishes, options.workers, proven)
  const startMs = msOf(driver.now())
  const hours = (options.minutes === 0 ? 24 * 60 : options.minutes) * (options.speed / 60)
  const incidents = planIncidents(options.seed, sites.length, startMs, Math.min(hours, 24 * 60), options.incidents)
  const crew = await gatherCrew(
    {
      url: options.url,
      ports,
      clock,
      world: { seed: options.seed, incidents },
      pace: simulated ? usualPace : paceOf(options.speed),
      keepalive: simulated ? 1200 : 60,
      token: () => randomUUID().replaceAll('-', ''),
    },
    sites,
  )
  print(`${sites.length} 个工地、${crew.members.length} 台设备开始上报(Ctrl-C 结束)`)
  print(`在 ${options.url}/desk/sites 看工地,在 ${options.url}/desk/alarms 处置报警`)
  const ends = options.minutes === 0 ? Number.POSITIVE_INFINITY : startMs + options.minutes * 60_000
  const began = performance.now()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const told = new Set<Incident>()
  const own = new Set<string>(sites.map((site) => site.siteId))
  const raised = new Set<string>()
  /** Prints alarms of the simulated sites that were not there before. */
  const showAlarms = async (): Promise<void> => {
    const { rows } = await driver.call(OPERATOR, listAlarms, { query: { from: momentOf(startMs), limit: 100 } })
    for (const row of rows.toReversed()) {
      if (raised.has(row.alarmId) || !own.has(row.siteId)) continue
      raised.add(row.alarmId)
      print(`${wallClock(row.openedAt)} 报警(${row.severity} 级)${row.siteName} ${row.ruleName.zh}:${row.text}`)
    }
  }
  let shownMs = 0
  while (!stop.signal.aborted) {
    const passedMs = performance.now() - began
    if (startMs + passedMs >= ends) break
    if (simulated) await driver.moveTo(addMs(momentOf(startMs), Math.round(passedMs * options.speed)))
    const now = driver.now()
    const lifeMs = simulated ? msOf(now) : startMs + passedMs * options.speed
    for (const each of incidents)
      if (lifeMs >= each.fromMs && lifeMs < each.toMs && !told.has(each)) {
        told.add(each)
        print(`${wallClock(momentOf(lifeMs))} ${sites[each.site]?.name ?? ''}:${incidentWords[each.kind]}`)
      }
    // Who waits for an answer does not hold up the others.
    crew.step(now, lifeMs).catch((cause: unknown) => print(`设备出错:${String(cause)}`))
    if (passedMs - shownMs > 10_000) {
      shownMs = passedMs
      const { sent, outcomes, lost, waits } = crew.tally()
      const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0
      await showAlarms()
      const { totals } = await driver.call(OPERATOR, liveSites, {})
      print(
        `${wallClock(momentOf(lifeMs))} 全区 ${totals.sites} 个工地,在线 ${totals.devicesOnline}/${totals.devices};上报 ${sent}(确认 ${outcomes.stored},拒绝 ${outcomes.refused + outcomes.unknown},未达 ${outcomes.lost}${outcomes.lost === 0 ? '' : `:${lostText(lost)}`}),确认 p99 ${p99.toFixed(0)} ms,未了报警 ${totals.alarms}`,
      )
    }
    await sleep(250, undefined, { signal: stop.signal }).catch(() => undefined)
  }
  await showAlarms()
  await crew.close()
  const { sent, outcomes } = crew.tally()
  print(
    `simulate: sites=${sites.length} devices=${crew.members.length} sent=${sent} stored=${outcomes.stored} lost=${outcomes.lost} incidents=${told.size} alarms=${raised.size}`,
  )
}

const options = optionsOf(process.argv.slice(2))
if (options === null) {
  process.stderr.write(usage)
  process.exit(2)
}
try {
  await simulate(options)
} catch (cause) {
  const message = cause instanceof Error ? cause.message : String(cause)
  process.stderr.write(
    `${message}\n${/fetch failed/.test(message) ? `平台没有运行:先 npm start,或用 --url 指定地址。Nothing answers at ${options.url}.\n` : ''}`,
  )
  process.exit(1)
}
