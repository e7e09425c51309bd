/** The shipped tables, parsed once, for the tests of this folder. */
import classesData from '../../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../../data/standards/survey-columns.json' with { type: 'json' }
import { localDate } from '../../../kernel/time.ts'
import { pipeClassesSchema, roundSection } from '../classes.ts'
import { surveyColumnsSchema } from '../import/columns.ts'
import type { Pipe } from '../model.ts'
import { compileRules } from '../rules/lookup.ts'
import { pipeRulesSchema } from '../rules/schema.ts'

export const classes = pipeClassesSchema.parse(classesData)
export const pipeRules = pipeRulesSchema.parse(rulesData)
export const columns = surveyColumnsSchema.parse(columnsData)
export const today = localDate('2026-11-29')
export const rules = compileRules(pipeRules, today)

type Spot = readonly [east: number, north: number, axis: number | null]
/** A pipe of its own between two places, DN 200 of ductile iron water unless said otherwise. */
export const pipeAt = (id: string, from: Spot, to: Spot, what: Partial<Pipe> = {}): Pipe => {
  const section = what.section ?? roundSection(classes, 200, 'ductile-iron')
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
    nominalMm: section.shape === 'circle' ? section.nominalMm : null,
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
/** A round section of just this outer diameter, m. */
export const roundOf = (outerM: number) =>
  ({ shape: 'circle', nominalMm: Math.round(outerM * 1000), innerM: outerM * 0.9, outerM, wall: 'given' }) as const
