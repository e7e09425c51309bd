/** Newest values beside their limits, for the map and for people: which metrics, which limits, which colour. Data with a source. */
import { z } from 'zod'
import { needsVerification, sourceSchema } from '../../../../kernel/sourced.ts'
import { wordsSchema } from '../../../../kernel/words.ts'
import type { Limit, LimitFile } from '../rules/limits.ts'
import { type LimitTable, nightOf, tableOf } from '../rules/windows.ts'

export const levels = ['ok', 'near', 'over', 'stale', 'unknown'] as const
export type Level = (typeof levels)[number]

export const siteSettingsSchema = z
  .object({
    note: z.string(),
    /** In the order in which they are shown. */
    figures: z
      .array(
        z
          .object({
            metric: z.string(),
            name: wordsSchema,
            unit: z.string(),
            /** Limits of `limits.json`: beyond the first it is near, beyond the second over. */
            warningId: z.string().nullable(),
            limitId: z.string().nullable(),
            /** May everybody see it on the public page? */
            open: z.boolean(),
            /** Minutes after which a newest value says nothing any more. */
            freshMinutes: z.number().int().min(1).max(1440),
            decimals: z.number().int().min(0).max(3),
          })
          .strict(),
      )
      .min(1),
    presence: z
      .object({
        /** Hours after which somebody who came in and never went out is taken to have left. */
        gateHours: z.number().int().min(1).max(48),
        /** Minutes for which a position says that somebody is there. */
        trackerMinutes: z.number().int().min(1).max(240),
        source: sourceSchema,
      })
      .strict(),
    positions: z
      .object({
        /** Metres outside of the fence that count as inside: what trackers are wrong by. */
        marginM: z.number().min(0).max(200),
        /** Minutes for which one look at positions lasts. */
        lookMinutes: z.number().int().min(1).max(240),
        source: sourceSchema,
      })
      .strict(),
  })
  .strict()
export type SiteSettings = z.infer<typeof siteSettingsSchema>

export interface FigureRule {
  readonly metric: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly unit: string
  readonly warning: LimitTable | null
  readonly limit: LimitTable | null
  readonly open: boolean
  readonly freshMs: number
  readonly decimals: number
}
/** Throws when a figure names a limit that is not in the data. */
export const figureRules = (settings: SiteSettings, file: LimitFile): readonly FigureRule[] => {
  const limits = new Map<string, Limit>(file.limits.map((each) => [each.id, each]))
  const table = (id: string | null): LimitTable | null =>
    id === null ? null : tableOf({ limitId: id }, limits, nightOf(file))
  return settings.figures.map((figure) => ({
    metric: figure.metric,
    name: figure.name,
    unit: figure.unit,
    warning: table(figure.warningId),
    limit: table(figure.limitId),
    open: figure.open,
    freshMs: figure.freshMinutes * 60_000,
    decimals: figure.decimals,
  }))
}

export interface Bounds {
  readonly warning: number | null
  readonly limit: number | null
  readonly unverified: boolean
  readonly basis: string | null
  /** How the limit is meant: 'mean/60'. */
  readonly statistic: string
}
/** The limits of a figure that hold at a moment. */
export const boundsAt = (rule: FigureRule, ms: number): Bounds => {
  const [warning, limit] = [rule.warning?.at(ms) ?? null, rule.limit?.at(ms) ?? null]
  const source = limit?.row?.source ?? warning?.row?.source ?? null
  const statistic = rule.limit?.limit?.statistic ?? rule.warning?.limit?.statistic ?? null
  return {
    warning: warning?.value ?? null,
    limit: limit?.value ?? null,
    unverified: [warning, limit].some(
      (each) => each !== null && each.row !== null && needsVerification(each.row.source.certainty),
    ),
    basis: source?.basis ?? null,
    statistic:
      statistic === null
        ? 'momentary'
        : statistic.minutes === null
          ? statistic.kind
          : `${statistic.kind}/${statistic.minutes}`,
  }
}
export const levelOf = (value: number, bounds: Pick<Bounds, 'warning' | 'limit'>): Level =>
  bounds.limit === null && bounds.warning === null
    ? 'unknown'
    : bounds.limit !== null && value > bounds.limit
      ? 'over'
      : bounds.warning !== null && value > bounds.warning
        ? 'near'
        : 'ok'
const rank: Readonly<Record<Level, number>> = { over: 4, near: 3, ok: 2, stale: 1, unknown: 0 }
export const worstOf = (all: readonly Level[]): Level =>
  all.reduce<Level>((worst, each) => (rank[each] > rank[worst] ? each : worst), 'unknown')
