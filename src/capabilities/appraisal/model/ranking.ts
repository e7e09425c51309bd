/** The order of departments: by the weaker of speed and quality, so that being fast never makes up for being wrong. Pure. */
import { type Figure, valueOf } from './figures.ts'
import type { Aspect, IndicatorRules } from './indicators.ts'

export interface Place {
  readonly department: string
  /** 1 = first; equal scores share a place; null where one aspect has no figure. */
  readonly rank: number | null
  /** Mean of the shares of the aspect, 0 to 1. */
  readonly speed: number | null
  readonly quality: number | null
  readonly score: number | null
}
type Known = Pick<Figure, 'scope' | 'department' | 'indicator' | 'numerator' | 'denominator'>

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0
    ? null
    : Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10_000) / 10_000

/** Gives nobody a place where the rules name no ranking. */
export const rankDepartments = (rules: IndicatorRules, figures: readonly Known[]): readonly Place[] => {
  if (rules.ranking === undefined) return []
  const departments = [
    ...new Set(figures.flatMap((figure) => (figure.scope === 'department' ? [figure.department] : []))),
  ]
  const scoreOf = (department: string, aspect: Aspect): number | null =>
    meanOf(
      rules.indicators
        .filter((indicator) => indicator.aspect === aspect && indicator.unit === 'share')
        .flatMap((indicator) => {
          const figure = figures.find(
            (each) =>
              each.scope === 'department' && each.department === department && each.indicator === indicator.code,
          )
          const value = figure === undefined ? null : valueOf(figure)
          return value === null ? [] : [value]
        }),
    )
  const scored = departments.map((department) => {
    const speed = scoreOf(department, 'speed')
    const quality = scoreOf(department, 'quality')
    return { department, speed, quality, score: speed === null || quality === null ? null : Math.min(speed, quality) }
  })
  const placeOf = (score: number | null): number | null =>
    score === null ? null : 1 + scored.filter((other) => other.score !== null && other.score > score).length
  return scored
    .map((each) => ({ ...each, rank: placeOf(each.score) }))
    .sort(
      (a, b) => (a.rank ?? scored.length + 1) - (b.rank ?? scored.length + 1) || (a.department < b.department ? -1 : 1),
    )
}
