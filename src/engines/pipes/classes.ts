/** Classes, burial, state, pressure and material codes of survey tables: `data/standards/pipe-classes.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../kernel/sourced.ts'
import { wordsSchema } from '../../kernel/words.ts'
import {
  type Burial,
  burials,
  elevationMeanings,
  type GasPressure,
  gasPressures,
  type PipeState,
  pipeKinds,
  pipeStates,
  type Section,
} from './model.ts'

const aliases = z.array(z.string().min(1))
const pairs = z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1)
export const pipeClassesSchema = z.strictObject({
  version: z.string().min(1),
  source: sourceSchema,
  meaningNote: sourceSchema,
  classes: z.array(
    z.strictObject({
      code: z.string().min(1),
      aliases,
      kind: z.enum(pipeKinds),
      name: wordsSchema,
      /** Red, green, blue. */
      colour: z.tuple([z.number(), z.number(), z.number()]),
      /** Where stated heights usually lie. */
      meaning: z.enum(elevationMeanings),
    }),
  ),
  burials: z.array(z.strictObject({ code: z.string().min(1), burial: z.enum(burials), aliases })),
  states: z.array(z.strictObject({ code: z.string().min(1), state: z.enum(pipeStates), aliases })),
  gasPressures: z.strictObject({
    steps: z.array(
      z.strictObject({
        name: z.string().min(1),
        pressure: z.enum(gasPressures),
        /** MPa; null: no upper end. */
        upToMpa: z.number().positive().nullable(),
        aliases,
      }),
    ),
    source: sourceSchema,
  }),
  materials: z.array(z.strictObject({ code: z.string().min(1), aliases })),
  walls: z.strictObject({
    source: sourceSchema,
    /** Nominal size and outer diameter, size and wall, mm. */
    tables: z.array(z.strictObject({ material: z.string(), outerMm: pairs, wallMm: pairs })),
    formulas: z.array(
      z.strictObject({
        material: z.string(),
        nominalIs: z.enum(['inner', 'outer']),
        wallShareOfInner: z.number().positive().optional(),
        wallShareOfOuter: z.number().positive().optional(),
      }),
    ),
    unknown: z.strictObject({ outerShareOfNominal: z.number().min(1), note: z.string() }),
  }),
})
export type PipeClasses = z.infer<typeof pipeClassesSchema>
export type PipeClass = PipeClasses['classes'][number]

const plain = (text: string): string =>
  text
    .trim()
    .toUpperCase()
    .replaceAll(/[\s()()、,,]/g, '')

/** Tables hold few words many times: each is looked up once for a table of classes. */
const remembered = <Found>(
  find: (classes: PipeClasses, text: string) => Found | undefined,
): ((classes: PipeClasses, text: string) => Found | undefined) => {
  const books = new WeakMap<PipeClasses, Map<string, Found | undefined>>()
  return (classes, text) => {
    let book = books.get(classes)
    if (book === undefined) {
      book = new Map()
      books.set(classes, book)
    }
    if (book.has(text)) return book.get(text)
    const found = find(classes, text)
    // Words of people are few; texts that are all different would only fill the memory.
    if (book.size < 10_000) book.set(text, found)
    return found
  }
}

/** The class of a code or name: the code itself, an alias, or the longest alias or name that the text contains. */
export const classOf = remembered((classes: PipeClasses, text: string): PipeClass | undefined => {
  const wanted = plain(text)
  if (wanted === '') return undefined
  const exact = classes.classes.find(
    (each) =>
      each.code === wanted || plain(each.name.zh) === wanted || each.aliases.some((alias) => plain(alias) === wanted),
  )
  if (exact !== undefined) return exact
  let best: { readonly found: PipeClass; readonly length: number } | undefined
  for (const each of classes.classes)
    for (const name of [each.name.zh, ...each.aliases.filter((alias) => /[一-鿿]/.test(alias))])
      if (wanted.includes(plain(name)) && name.length > (best?.length ?? 0)) best = { found: each, length: name.length }
  return best?.found
})
export const classOfCode = (classes: PipeClasses, code: string): PipeClass | undefined =>
  classes.classes.find((each) => each.code === code)

const coded = <Row extends { readonly code: string; readonly aliases: readonly string[] }>(
  rows: readonly Row[],
  text: string,
): Row | undefined => {
  const wanted = plain(text)
  return wanted === ''
    ? undefined
    : rows.find(({ code, aliases: names }) => plain(code) === wanted || names.some((name) => plain(name) === wanted))
}
export const burialOf = remembered((classes, text): Burial | undefined => coded(classes.burials, text)?.burial)
export const stateOf = remembered((classes, text): PipeState | undefined => coded(classes.states, text)?.state)
/** Code of the material, also where the text only contains a name ('钢筋混凝土管'). */
export const materialOf = remembered((classes: PipeClasses, text: string): string | undefined => {
  const exact = coded(classes.materials, text)
  if (exact !== undefined) return exact.code
  const wanted = plain(text)
  let best: { readonly code: string; readonly length: number } | undefined
  for (const { code, aliases: names } of classes.materials)
    for (const name of [code, ...names])
      if (wanted.includes(plain(name)) && name.length > (best?.length ?? 0)) best = { code, length: name.length }
  return best?.code
})

/** Step of a gas pressure: a name ('中压B'), or a number of MPa. */
export const gasPressureOf = remembered(
  (classes: PipeClasses, text: string): { readonly pressure: GasPressure; readonly mpa: number | null } | undefined => {
    const wanted = plain(text)
    const named = classes.gasPressures.steps.find(
      ({ name, pressure, aliases: names }) =>
        plain(name) === wanted || plain(pressure) === wanted || names.some((each) => plain(each) === wanted),
    )
    if (named !== undefined) return { pressure: named.pressure, mpa: null }
    const number = /^([0-9.]+)(MPA|KPA)?$/.exec(wanted)
    if (number === null) return undefined
    const value = Number(number[1])
    if (!Number.isFinite(value)) return undefined
    const mpa = number[2] === 'KPA' ? value / 1_000 : value
    const step = classes.gasPressures.steps.find(({ upToMpa }) => upToMpa === null || mpa <= upToMpa)
    return step === undefined ? undefined : { pressure: step.pressure, mpa }
  },
)

const interpolate = (table: readonly (readonly [number, number])[], at: number): number => {
  const above = table.findIndex(([x]) => x >= at)
  const [first] = table
  const last = table.at(-1)
  if (first === undefined || last === undefined) return Number.NaN
  if (above === 0) return (first[1] * at) / first[0]
  if (above === -1) return (last[1] * at) / last[0]
  const low = table[above - 1]
  const high = table[above]
  if (low === undefined || high === undefined) return Number.NaN
  return low[1] + ((at - low[0]) / (high[0] - low[0])) * (high[1] - low[1])
}

/** A round section from the nominal size and the material; the outer diameter where somebody measured it. */
export const roundSection = (
  classes: PipeClasses,
  nominalMm: number,
  material: string | null,
  outerMm: number | null = null,
): Section => {
  const { tables, formulas, unknown } = classes.walls
  const table = tables.find((each) => each.material === material)
  const formula = formulas.find((each) => each.material === material)
  const sized = (innerMm: number, outer: number, wall: 'given' | 'table' | 'assumed'): Section => ({
    shape: 'circle',
    nominalMm,
    innerM: innerMm / 1_000,
    outerM: outer / 1_000,
    wall,
  })
  if (table !== undefined) {
    const outer = outerMm ?? interpolate(table.outerMm, nominalMm)
    const wall = interpolate(table.wallMm, nominalMm)
    return sized(Math.max(outer - 2 * wall, outer * 0.5), outer, outerMm === null ? 'table' : 'given')
  }
  if (outerMm !== null) return sized(Math.min(nominalMm, outerMm), outerMm, 'given')
  if (formula?.wallShareOfInner !== undefined) {
    return sized(nominalMm, nominalMm * (1 + 2 * formula.wallShareOfInner), 'table')
  }
  if (formula?.wallShareOfOuter !== undefined) {
    return sized(nominalMm * (1 - 2 * formula.wallShareOfOuter), nominalMm, 'table')
  }
  return sized(nominalMm, nominalMm * unknown.outerShareOfNominal, 'assumed')
}
