/** The rule tables as data: `data/standards/pipe-clearances.json`. Every figure carries clause, source, certainty, validity. */
import { z } from 'zod'
import { needsVerification, sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import { burials, gasPressures, pipeKinds } from '../model.ts'

/** What stands beside pipes. `kerb`: edge stones of the carriageway; `railway` and `tramway` have a rail base. */
export const obstacleKinds = ['building', 'tree', 'kerb', 'railway', 'tramway', 'other'] as const
export type ObstacleKind = (typeof obstacleKinds)[number]
export const ruleSubjects = [...pipeKinds, ...obstacleKinds.filter((kind) => kind !== 'other')] as const
export type RuleSubject = (typeof ruleSubjects)[number]

/** What lies above a pipe; `footway` includes cycle tracks (非机动车道及人行道). */
export const groundZones = ['footway', 'carriageway', 'courtyard', 'paddy'] as const
export type GroundZone = (typeof groundZones)[number]

/** Conditions on one side of a pair; an absent condition always holds. */
export const selectorSchema = z.strictObject({
  kinds: z.array(z.enum(ruleSubjects)).min(1),
  /** Nominal size in mm: greater than, and at most. */
  overMm: z.number().optional(),
  upToMm: z.number().optional(),
  pressures: z.array(z.enum(gasPressures)).min(1).optional(),
  /** Voltage in kV: less than, and at least. */
  belowKv: z.number().optional(),
  fromKv: z.number().optional(),
  burials: z.array(z.enum(burials)).min(1).optional(),
  /** Codes of `pipe-classes.json`. */
  materials: z.array(z.string()).min(1).optional(),
})
export type Selector = z.infer<typeof selectorSchema>

const cited = {
  clause: z.string().min(1),
  source: sourceSchema,
  /** False shows as 待核对原文. */
  verified: z.boolean(),
}
const honest = {
  check: (row: {
    readonly verified: boolean
    readonly source: { readonly certainty: 'A' | 'B' | 'C' | 'D' | 'E' | 'X' }
  }) => row.verified !== needsVerification(row.source.certainty),
  error: '可信度为 D、E、X 的条目不得标为已核对',
}
export const clearanceRowSchema = z
  .strictObject({
    id: z.string().min(1),
    a: selectorSchema,
    b: selectorSchema,
    /** Clear distance between outer walls, m; null only with `outside`. */
    valueM: z.number().positive().max(100).nullable(),
    /** The table does not hold for these pipes: a person must decide. */
    outside: z.literal(true).optional(),
    ...cited,
    ...validitySchema.shape,
  })
  .refine(honest.check, { error: honest.error })
  .refine(({ valueM, outside }) => (valueM === null) === (outside === true), { error: '没有数值的条目须标明不在表内' })
export type ClearanceRow = z.infer<typeof clearanceRowSchema>

export const coverRowSchema = z
  .strictObject({
    id: z.string().min(1),
    a: selectorSchema,
    zone: z.enum(groundZones),
    valueM: z.number().positive().max(20),
    ...cited,
    ...validitySchema.shape,
  })
  .refine(honest.check, { error: honest.error })
export type CoverRow = z.infer<typeof coverRowSchema>

const orderSchema = z
  .strictObject({ kinds: z.array(z.enum(pipeKinds)).min(2), ...cited, ...validitySchema.shape })
  .refine(honest.check, { error: honest.error })
export type OrderRule = z.infer<typeof orderSchema>

/** What a pipe is for: bringing from afar (输水、输气) or handing out (配水、配气). */
export const pipeUses = ['distribution', 'transmission'] as const
const layoutSchema = z
  .strictObject({
    /** A kind may stand twice, by what the pipes are for. */
    places: z.array(z.strictObject({ kind: z.enum(pipeKinds), use: z.enum(pipeUses).optional() })).min(2),
    ...cited,
    ...validitySchema.shape,
  })
  .refine(honest.check, { error: honest.error })
export type LayoutRule = z.infer<typeof layoutSchema>

export const chamberRowSchema = z
  .strictObject({
    id: z.string().min(1),
    /** Class of the chamber, and of the pipe or other chamber beside it. */
    a: selectorSchema,
    b: selectorSchema,
    /** Clear distance from the outer wall, m; null: what the tables ask of pipes of both classes. */
    valueM: z.number().positive().max(100).nullable(),
    ...cited,
    ...validitySchema.shape,
  })
  .refine(honest.check, { error: honest.error })
export type ChamberRow = z.infer<typeof chamberRowSchema>

export const yieldingIds = [
  'pressure-to-gravity',
  'flexible-to-rigid',
  'branch-to-main',
  'small-to-large',
  'temporary-to-permanent',
] as const
export type YieldingId = (typeof yieldingIds)[number]
const yieldingSchema = z
  .strictObject({ id: z.enum(yieldingIds), name: z.string().min(1), ...cited })
  .refine(honest.check, { error: honest.error })
export type YieldingRule = z.infer<typeof yieldingSchema>

const unique = (rows: readonly { readonly id: string }[]): boolean =>
  new Set(rows.map(({ id }) => id)).size === rows.length

export const pipeRulesSchema = z.strictObject({
  version: z.string().min(1),
  horizontal: z.array(clearanceRowSchema).refine(unique, { error: '条目编号重复' }),
  crossing: z.array(clearanceRowSchema).refine(unique, { error: '条目编号重复' }),
  cover: z.array(coverRowSchema).refine(unique, { error: '条目编号重复' }),
  /** From top to bottom at a crossing. */
  crossingOrder: orderSchema,
  /** From the red line to the middle of the road. */
  layoutOrder: layoutSchema,
  /** Chambers (检查井) and what lies beside them. */
  chambers: z.array(chamberRowSchema).refine(unique, { error: '条目编号重复' }),
  /** In the order in which they are asked. */
  yielding: z.array(yieldingSchema),
  drainage: z
    .strictObject({
      minimumMm: z.strictObject({ main: z.number().positive(), branch: z.number().positive() }),
      /** Least slope of a pipe of this size, and of a plastic one. */
      slopes: z.array(
        z.strictObject({
          nominalMm: z.number().positive(),
          slope: z.number().positive(),
          plasticSlope: z.number().positive(),
        }),
      ),
      wellSpacing: z.array(
        z.strictObject({ fromMm: z.number().positive(), toMm: z.number().positive(), maxM: z.number().positive() }),
      ),
      ...cited,
    })
    .refine(honest.check, { error: honest.error }),
  /** Our own grading: a shortfall of this share of the required value or more is major. */
  grading: z.strictObject({ majorShare: z.number().min(0).max(1), source: sourceSchema }),
})
export type PipeRules = z.infer<typeof pipeRulesSchema>
