/** What a check compares: sides, selectors, exclusions, tolerance; and the sentence that says what the tolerance means. */
import { z } from 'zod'
import { pipeKinds } from '../../../engines/pipes/model.ts'
import { groundZones, obstacleKinds } from '../../../engines/pipes/rules/schema.ts'
import { idSchema } from '../../../kernel/identity.ts'

const list = (max: number, length: number) => z.array(z.string().trim().min(1).max(length)).min(1).max(max).optional()
const value = z.union([z.string().max(200), z.number(), z.boolean()])
/** Conditions on elements; all that are given must hold, of each list one entry. */
export const selectorSchema = z.strictObject({
  classes: list(100, 80),
  systems: list(100, 200),
  storeys: list(100, 200),
  /** Models by their ids. */
  models: list(40, 40),
  ids: list(1000, 200),
  names: list(40, 200),
  properties: z
    .array(
      z.strictObject({ name: z.string().trim().min(1).max(200), values: z.array(value).min(1).max(50).optional() }),
    )
    .min(1)
    .max(20)
    .optional(),
})
export type SelectorInput = z.infer<typeof selectorSchema>

const metres = (max: number) => {
  const error = `米数请填写 0 到 ${max} 之间的数`
  return z.number({ error }).min(0, { error }).max(max, { error })
}
const placeTuple = z.tuple([z.number(), z.number()])
const ring = z
  .array(placeTuple)
  .min(3, { error: '面至少要有3个点' })
  .max(2000, { error: '一个面最多2000个点,请简化边界' })
const identified = (rows: readonly { readonly id: string }[]): boolean =>
  new Set(rows.map(({ id }) => id)).size === rows.length
export const zoneSchema = z.strictObject({ zone: z.enum(groundZones), rings: z.array(ring).min(1).max(20) })
export type ZoneInput = z.infer<typeof zoneSchema>
export const obstacleShapes = ['point', 'line', 'polygon'] as const
const leastPoints = { point: 1, line: 2, polygon: 3 } as const
export const obstacleSchema = z
  .strictObject({
    id: z.string().trim().min(1, { error: '请填写编号' }).max(60, { error: '编号不超过60个字' }),
    kind: z.enum(obstacleKinds),
    shape: z.enum(obstacleShapes),
    path: z.array(placeTuple).min(1, { error: '请填写坐标' }).max(2000, { error: '最多2000个点,请简化边界' }),
    baseElevation: z.number().nullable().default(null),
  })
  .refine(({ shape, path }) => path.length >= leastPoints[shape], {
    error: '坐标点太少:线至少2个点,面至少3个点',
    path: ['path'],
  })
export type ObstacleInput = z.infer<typeof obstacleSchema>
export const roadSchema = z.strictObject({
  id: z.string().trim().min(1, { error: '请填写编号' }).max(60, { error: '编号不超过60个字' }),
  /** The middle line, [east, north] in metres. */
  path: z.array(placeTuple).min(2, { error: '道路中心线至少要有2个点' }).max(2000),
  /** From red line to red line, m. */
  widthM: z.number().min(3, { error: '红线宽度在3米到200米之间' }).max(200, { error: '红线宽度在3米到200米之间' }),
})
export type RoadInput = z.infer<typeof roadSchema>
/** How many of each a check may hold. */
export const mostPlaces = { zones: 200, obstacles: 5000, roads: 100 } as const
export const pipesDefinitionSchema = z.strictObject({
  kind: z.literal('pipes'),
  /** Networks that are checked against each other and within themselves. */
  models: z.array(idSchema<'bim-model'>()).min(1, { error: '请选择至少一个管线模型' }).max(20),
  /** Version of the rule table; the newest where null. */
  rules: z.string().max(40).nullable().default(null),
  /** What lies above pipes outside all zones. */
  defaultZone: z.enum(groundZones).default('carriageway'),
  /** Areas with another cover rule; rings of [east, north] in metres. */
  zones: z.array(zoneSchema).max(mostPlaces.zones, { error: '覆土分区最多200个' }).default([]),
  /** What stands beside the pipes. */
  obstacles: z
    .array(obstacleSchema)
    .max(mostPlaces.obstacles, { error: '建(构)筑物等最多5000个' })
    .refine(identified, { error: '建(构)筑物等的编号重复' })
    .default([]),
  /** Roads in which the order of pipes from red line to middle is looked at. */
  roads: z
    .array(roadSchema)
    .max(mostPlaces.roads, { error: '道路最多100条' })
    .refine(identified, { error: '道路的编号重复' })
    .default([]),
  /** Chambers of known outer size are held against what lies beside them. */
  chambers: z.boolean().default(true),
  /** Shortfalls up to this many metres are not reported: the accuracy of the survey. */
  toleranceM: metres(0.5).default(0),
  /** Existing pipes against existing pipes: nobody redesigns these. False leaves them out. */
  existingAmongThemselves: z.boolean().default(false),
  /** Pairs left out; `b` null: everything that touches `a`. */
  exclusions: z
    .array(
      z.strictObject({ a: z.enum(pipeKinds), b: z.enum(pipeKinds).nullable(), note: z.string().max(200).default('') }),
    )
    .max(50)
    .default([]),
})
export type PipesDefinition = z.infer<typeof pipesDefinitionSchema>

export const clashDefinitionSchema = z.strictObject({
  kind: z.literal('clash'),
  a: z.strictObject({ models: z.array(idSchema<'bim-model'>()).min(1).max(20), selector: selectorSchema.default({}) }),
  b: z.strictObject({ models: z.array(idSchema<'bim-model'>()).min(1).max(20), selector: selectorSchema.default({}) }),
  /** Overlaps no thicker than this are no hard clash. */
  toleranceM: metres(0.5).default(0.001),
  /** Pairs nearer than this are reported; null: only overlaps. */
  clearanceM: metres(10).nullable().default(null),
  touches: z.boolean().default(false),
  /** Joined elements (ports, parts of one whole) against each other. */
  connected: z.boolean().default(false),
  exclusions: z
    .array(
      z.strictObject({
        a: selectorSchema,
        b: selectorSchema.nullable().default(null),
        note: z.string().max(200).default(''),
      }),
    )
    .max(50)
    .default([]),
})
export type ClashDefinition = z.infer<typeof clashDefinitionSchema>

export const definitionSchema = z.discriminatedUnion('kind', [pipesDefinitionSchema, clashDefinitionSchema])
export type Definition = z.infer<typeof definitionSchema>

/** Ids of the models that a check takes, each once. */
export const modelsOf = (definition: Definition): PipesDefinition['models'] =>
  definition.kind === 'pipes'
    ? [...new Set(definition.models)]
    : [...new Set([...definition.a.models, ...definition.b.models])]

const millimetres = (value: number): string => `${Math.round(value * 10_000) / 10} mm`
/** What the tolerance means, in one sentence. */
export const toleranceSentence = (definition: Definition): string => {
  if (definition.kind === 'pipes')
    return definition.toleranceM === 0
      ? '净距比规定少一点也算不满足,不设允许误差。'
      : `净距比规定少 ${millimetres(definition.toleranceM)} 以内视为测量误差,不报告;实体碰撞一律报告。`
  const { toleranceM, clearanceM, touches } = definition
  const overlap = `两个实体重叠部分最厚处超过 ${millimetres(toleranceM)} 才算碰撞`
  const contact = touches ? `,重叠或相距在 ${millimetres(toleranceM)} 以内算接触并报告` : ',更薄的重叠和接触不报告'
  return `${overlap}${contact}${clearanceM === null ? '' : `;未碰撞但间距小于 ${millimetres(clearanceM)} 的报告为间距不足`}。`
}
