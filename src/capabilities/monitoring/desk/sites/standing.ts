/** How a site stands, for its colour on the map and its place in the list. Pure. */
import { type Words, words } from '../../../../kernel/words.ts'
import type { SiteLive, SiteRow } from '../../contract/sites.ts'
import type { Level } from '../../model/sites/figures.ts'

/** alarm: an active alarm of severity 1 or 2 · otherwise the worst level of the figures. From worst to best. */
export const standings = ['alarm', 'over', 'near', 'stale', 'ok', 'unknown'] as const
export type Standing = (typeof standings)[number]
export const standingWords: Readonly<Record<Standing, Words>> = {
  alarm: words('严重报警', 'Severe alarm'),
  over: words('超过限值', 'Over the limit'),
  near: words('接近限值', 'Near the limit'),
  stale: words('数据中断', 'No fresh data'),
  ok: words('正常', 'In order'),
  unknown: words('没有监测数据', 'No data'),
}
/** Fill on the map, and the class of the badge in lists. */
export const standingLook: Readonly<Record<Standing, { readonly colour: string; readonly badge: string }>> = {
  alarm: { colour: '#8c1410', badge: 'overdue' },
  over: { colour: '#d9480f', badge: 'overdue' },
  near: { colour: '#d9a441', badge: 'warning' },
  stale: { colour: '#6a737e', badge: 'paused' },
  ok: { colour: '#1d6b3a', badge: 'normal' },
  unknown: { colour: '#ffffff', badge: 'done' },
}
export const levelWords: Readonly<Record<Level, Words>> = {
  ok: words('正常', 'in order'),
  near: words('接近限值', 'near the limit'),
  over: words('超过限值', 'over the limit'),
  stale: words('数据中断', 'too old'),
  unknown: words('无限值', 'no limit'),
}
export const levelBadge: Readonly<Record<Level, string>> = {
  ok: 'normal',
  near: 'warning',
  over: 'overdue',
  stale: 'paused',
  unknown: 'done',
}

type Live = Pick<SiteLive, 'level' | 'alarms'>
export const standingOf = (site: Live): Standing => (site.alarms[1] + site.alarms[2] > 0 ? 'alarm' : site.level)
export const alarmsOf = ({ alarms }: Pick<SiteLive, 'alarms'>): number => alarms[1] + alarms[2] + alarms[3] + alarms[4]
/** Worst first; among equals those with more alarms, then by name. */
export const bySeverity = (a: SiteRow, b: SiteRow): number =>
  standings.indexOf(standingOf(a)) - standings.indexOf(standingOf(b)) ||
  alarmsOf(b) - alarmsOf(a) ||
  a.name.localeCompare(b.name, 'zh')
/** Puts the newest figures into the rows of the list; a site without any keeps what it had. */
export const withLive = (rows: readonly SiteRow[], live: readonly SiteLive[]): readonly SiteRow[] => {
  const bySite = new Map(live.map((each) => [each.siteId, each]))
  return rows.map((row) => ({ ...row, ...bySite.get(row.siteId) }))
}
