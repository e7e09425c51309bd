/** What the tests of this folder share: the shipped tables made ready, and pipes written in one line. */
import { type LocalDate, localDate } from '../../../kernel/time.ts'
import { type PipeClasses, pipeClassesSchema } from '../classes.ts'
import { type SurveyColumns, surveyColumnsSchema } from '../import/columns.ts'
import type { Pipe } from '../model.ts'
import { type CompiledRules, compileRules } from '../rules/lookup.ts'
import { type PipeRules, pipeRulesSchema } from '../rules/schema.ts'

export interface Tables {
  readonly classes: PipeClasses
  readonly pipeRules: PipeRules
  readonly columns: SurveyColumns
  readonly rules: CompiledRules
  readonly today: LocalDate
}
/** Parses the data of `data/standards`: pipe-classes, pipe-clearances, survey-columns. */
export const tablesFrom = (classes: unknown, rules: unknown, columns: unknown): Tables => {
  const pipeRules = pipeRulesSchema.parse(rules)
  const today = localDate('2026-11-29')
  return {
    classes: pipeClassesSchema.parse(classes),
    pipeRules,
    columns: surveyColumnsSchema.parse(columns),
    rules: compileRules(pipeRules, today),
    today,
  }
}

/** A round section of just this outer diameter, m. */
export const roundOf = (outerM: number) =>
  ({ shape: 'circle', nominalMm: Math.round(outerM * 1000), innerM: outerM * 0.9, outerM, wall: 'given' }) as const

type Spot = readonly [east: number, north: number, axis: number | null]
/** A pipe of its own between two places, water DN 200 (outer 222 mm) unless said otherwise. */
export const pipeAt = (id: string, from: Spot, to: Spot, what: Partial<Pipe> = {}): Pipe => {
  const section = what.section ?? roundOf(0.222)
  const outer = section.shape === 'circle' ? section.outerM : null
  return {
    id: `t/${id}`,
    network: 't',
    line: id,
    startNode: `t/${id}-a`,
    endNode: `t/${id}-b`,
    ports: [],
    kind: 'water',
    code: 'JS',
    start: { east: from[0], north: from[1] },
    end: { east: to[0], north: to[1] },
    startAxis: from[2],
    endAxis: to[2],
    startGround: 10,
    endGround: 10,
    section,
    outerWidthM:
      outer ??
      (section.shape === 'unknown' ? null : section.shape === 'circle' ? null : section.widthM + 2 * section.wallM),
    outerHeightM:
      outer ??
      (section.shape === 'unknown' ? null : section.shape === 'circle' ? null : section.heightM + 2 * section.wallM),
    nominalMm: section.shape === 'circle' ? Math.floor(section.nominalMm / 100) * 100 : null,
    burial: 'direct',
    gasPressure: null,
    voltageKv: null,
    material: 'ductile-iron',
    state: 'in-use',
    phase: 'existing',
    temporary: false,
    role: null,
    ...what,
  }
}
