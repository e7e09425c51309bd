/** The daily report of a site: what its PDF is made of. */
import type { Actor } from '../../../../kernel/actor.ts'
import { addDays, addMs, type LocalDate, localDateOf, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { Database, FileReply } from '../../../../platform/platform.ts'
import { dailyReportPdf } from '../../documents/daily-report.ts'
import type { SiteId } from '../../model/report.ts'
import { limitsOfDay } from '../../model/sites/day.ts'
import { boundsAt } from '../../model/sites/figures.ts'
import { dayAhead } from '../../model/sites/refusals.ts'
import { deviceNames } from '../../store/alarms/alarms.ts'
import { alarmsPage } from '../../store/alarms/lists.ts'
import { ONLINE_MS } from '../../store/devices/devices.ts'
import { devicesOfSite } from '../../store/sites/live.ts'
import { summaryOf } from '../people/presence.ts'
import { readCase, type SitesContext } from './context.ts'
import { figuresOfDay } from './figures.ts'

const MOST_ALARMS = 200
const weather = [
  { metric: 'temperature', name: '气温', unit: '℃' },
  { metric: 'humidity', name: '相对湿度', unit: '%' },
  { metric: 'wind-speed', name: '风速', unit: 'm/s' },
  { metric: 'pressure', name: '气压', unit: 'kPa' },
] as const

export const dailyReport = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  siteId: SiteId,
  asked: LocalDate | undefined,
): Promise<FileReply> => {
  const { site } = await readCase(context, db, actor, siteId)
  const now = context.platform.clock()
  const today = localDateOf(now)
  const day = asked ?? today
  if (day > today) throw dayAhead({}, [{ path: 'day', message: '请选择今天或以前的日期。' }])
  const start = startOfDay(day)
  const end = startOfDay(addDays(day, 1))
  const rules = context.figures.filter((rule) => rule.metric !== 'wind-speed')
  const project = await context.projects.project(db, site.project_id)
  const devices = await devicesOfSite(db, siteId)
  const alarms = await alarmsPage(db, { siteIds: [siteId], unfolded: false, from: start, to: end }, null, MOST_ALARMS)
  const names = await deviceNames(
    db,
    alarms.flatMap((alarm) => (alarm.device_id === null ? [] : [alarm.device_id])),
  )
  const said = await figuresOfDay(
    context,
    db,
    siteId,
    day,
    weather.map((each) => ({
      ...each,
      name: { zh: each.name, en: each.name },
      warning: null,
      limit: null,
      open: false,
      freshMs: 0,
      decimals: 1,
    })),
  )
  const onlineSince = addMs(now, -ONLINE_MS)
  const content = await dailyReportPdf(
    {
      siteName: site.name,
      siteCode: site.code,
      projectName: project?.name ?? '',
      caseNumber: project?.caseNumber ?? '',
      address: site.address,
      day,
      complete: day < today,
      attendance: await summaryOf(context, db, siteId, day),
      metrics: (await figuresOfDay(context, db, siteId, day, rules)).map((figures, index) => {
        const rule = rules[index]
        if (rule === undefined) throw new Error('a figure without its rule')
        return {
          name: rule.name.zh,
          unit: rule.unit,
          figures,
          limits: limitsOfDay(rule, msOf(start)),
          unverified: boundsAt(rule, msOf(start)).unverified,
        }
      }),
      weather: weather.map((each, index) => ({ name: each.name, unit: each.unit, figures: said[index] ?? null })),
      alarms: alarms.map((alarm) => ({
        openedAt: alarm.opened_at,
        severity: alarm.severity,
        device: alarm.device_id === null ? '全工地' : (names.get(alarm.device_id) ?? ''),
        text: alarm.evidence.text,
        state: alarm.state,
        endedAt: alarm.ended_at,
        closedAt: alarm.closed_at,
        reason: alarm.reason,
        overdue: alarm.overdue,
        orderNumber: alarm.order_number,
      })),
      devices: devices.map((device) => ({
        name: device.name,
        kind: device.kind,
        enabled: device.state === 'active',
        online: device.last_seen_at !== null && device.last_seen_at > onlineSince,
        lastSeenAt: device.last_seen_at,
        faults: device.faults,
      })),
    },
    now,
  )
  return { fileName: `${site.name}日报${day}.pdf`, content, inline: true }
}
