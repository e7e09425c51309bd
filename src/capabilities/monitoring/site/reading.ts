/** What the public pages of sites read: nothing of a person is in it. */
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { MetricDay, MonthDay } from '../model/sites/day.ts'
import type { Level } from '../model/sites/figures.ts'

export interface PublicFigure {
  readonly metric: string
  readonly name: Words
  readonly unit: string
  readonly value: number
  readonly at: Instant
  /** Beside the limit; null: a momentary value says nothing of a limit for an hour's mean. */
  readonly level: Level | null
  /** A mean of the hour that ended at `at`; a momentary value otherwise. */
  readonly isHourMean: boolean
  /** The limit that the level rests on was not compared with the original. */
  readonly unverified: boolean
}
export interface PublicSite {
  readonly code: string
  readonly name: string
  readonly address: string
  readonly projectName: string
  readonly caseNumber: string
  readonly paused: boolean
  readonly figures: readonly PublicFigure[]
}
export interface PublicMetric {
  readonly metric: string
  readonly name: Words
  readonly unit: string
  readonly today: MetricDay
  readonly month: readonly MonthDay[]
  /** Limits of the day, with what they rest on. */
  readonly limits: readonly { readonly value: number; readonly basis: string | null; readonly from: number }[]
  readonly unverified: boolean
}
export interface PublicSiteDetail extends PublicSite {
  readonly day: LocalDate
  readonly at: Instant
  readonly metrics: readonly PublicMetric[]
}
export interface SitesReading {
  /** Sites of published projects that have not ended; of one project where its number is given. */
  readonly sites: (caseNumber: string | null) => Promise<readonly PublicSite[]>
  readonly site: (code: string) => Promise<PublicSiteDetail | null>
}
