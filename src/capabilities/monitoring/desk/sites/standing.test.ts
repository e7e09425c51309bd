import { describe, expect, it } from 'vitest'
import type { SiteRow } from '../../contract/sites.ts'
import { bySeverity, standingOf, withLive } from './standing.ts'

const site = (name: string, level: SiteRow['level'], alarms: Partial<SiteRow['alarms']> = {}): SiteRow =>
  ({ siteId: name, name, level, alarms: { 1: 0, 2: 0, 3: 0, 4: 0, ...alarms }, people: 0 }) as unknown as SiteRow

describe('how a site stands', () => {
  it('is an alarm while one of severity 1 or 2 is active, whatever the figures say', () => {
    expect(standingOf(site('a', 'ok', { 2: 1 }))).toBe('alarm')
    expect(standingOf(site('a', 'ok', { 3: 9 }))).toBe('ok')
    expect(standingOf(site('a', 'over'))).toBe('over')
  })
  it('puts the worst first, and among equals the one with more alarms', () => {
    const rows = [site('好', 'ok'), site('断', 'stale'), site('超一', 'over'), site('超二', 'over', { 4: 2 })]
    expect([...rows].sort(bySeverity).map((row) => row.name)).toEqual(['超二', '超一', '断', '好'])
  })
  it('takes newer figures for a row and leaves a site that is not among them', () => {
    const rows = [site('a', 'ok'), site('b', 'near')]
    const fresh = withLive(rows, [{ ...site('a', 'over'), people: 12 }])
    expect(fresh.map((row) => [row.level, row.people])).toEqual([
      ['over', 12],
      ['near', 0],
    ])
  })
})
