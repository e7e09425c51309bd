/**
 * 服务清单: the service items with their law, materials, limits and prerequisites, in versions; the guide that finds the
 * items of a project; and the one form. What all others may know.
 *
 * The version in force on the day of receipt applies to a case: a case keeps the `versionId` of its items and reads them
 * by `itemVersion`, also after the law has changed.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { type LocalDate, localDateSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import type { Database } from '../../platform/platform.ts'
import type { EditionId } from './contract/editions.ts'
import { answersSchema } from './model/conditions.ts'
import type { Form } from './model/form.ts'
import {
  citationSchema,
  type Department,
  dayUnitSchema,
  formBlockSchema,
  formFieldSchema,
  type ItemVersion,
  itemKindSchema,
  itemVersionSchema,
  type Jurisdiction,
  type LegalGround,
  materialSchema,
  penaltySchema,
  procedureRuleSchema,
  questionSchema,
  remedySchema,
  type Stage,
  sourceEntrySchema,
  stageIdSchema,
  stageSchema,
  type Theme,
} from './model/schema.ts'
import type { QuestionsFile } from './model/situation.ts'

export {
  type Answers as GuideAnswers,
  answersSchema as guideAnswersSchema,
  type Condition,
  conditionSchema,
  evaluate,
  questionsOf,
} from './model/conditions.ts'
export { blocksOf, checkAnswers, type Form, type FormSection, fieldsOf } from './model/form.ts'
export { type Guidance, guide, leadOf, materialsFor, type NeededMaterial, themeFor } from './model/guide.ts'
export {
  frontConditions,
  gate,
  type Hold,
  holdsOf,
  milestonesOf,
  type OpenCondition,
  type Plan,
  planOrder,
} from './model/order.ts'
export {
  type Citation,
  type DayUnit,
  type Department,
  dayUnitSchema,
  type FormBlock,
  type FormField,
  formBlockSchema,
  formBlocks,
  type HoldKind,
  type ItemKind,
  type ItemVersion,
  itemVersionSchema,
  type Jurisdiction,
  type LegalGround,
  type Limit,
  type Material,
  type Milestone,
  type Prerequisite,
  type Question,
  type Stage,
  type StageId,
  stageIdSchema,
  stageIds,
  type Theme,
  workingLimit,
} from './model/schema.ts'
export { type QuestionsFile, readAnswers, situationOf } from './model/situation.ts'
export { departmentName } from './model/versions.ts'

export type ProcedureRule = z.infer<typeof procedureRuleSchema>
export type Penalty = z.infer<typeof penaltySchema>
export type Remedy = z.infer<typeof remedySchema>
export type SourceEntry = z.infer<typeof sourceEntrySchema>

// ------------------------------------------------------------------------------------------------ reader

/**
 * Reads the catalogue. Everything is held in memory after start, so nothing here waits. `day` is a day in Shanghai:
 * normally the day of receipt.
 */
export interface CatalogueReader {
  /** Every item in the version that holds on a day. */
  readonly itemsInForce: (day: LocalDate) => readonly ItemVersion[]
  readonly item: (itemId: string, day: LocalDate) => ItemVersion | null
  /** A version by its id, also one that no longer holds or whose text was later corrected. */
  readonly itemVersion: (versionId: string) => ItemVersion | null
  /** All versions of an item, oldest first. */
  readonly versionsOf: (itemId: string) => readonly ItemVersion[]
  readonly stages: () => readonly Stage[]
  readonly questions: () => QuestionsFile
  readonly themes: () => readonly Theme[]
  /** The form that holds on a day; the newest where no day is given. */
  readonly form: (itemIds: readonly string[], day?: LocalDate) => Form
  /** The form for items that bore a version tag, also one that no longer holds; null: never served. */
  readonly formOfVersion: (itemIds: readonly string[], version: string) => Form | null
  /** Takes in what other servers have published meanwhile. Costs one small query. */
  readonly freshen: (db: Database) => Promise<void>
  /** The catalogue as it would be with drafts of editions: for trying it out, never for a case. */
  readonly trial: (db: Database, editionIds: readonly EditionId[]) => Promise<CatalogueReader>
  readonly legalGrounds: (day: LocalDate) => readonly LegalGround[]
  readonly procedureRules: () => readonly ProcedureRule[]
  readonly penalties: () => readonly Penalty[]
  readonly remedy: (id: Remedy['id']) => Remedy
  /** The sources that citations name by id. */
  readonly sources: () => readonly SourceEntry[]
  /** The profile that holds on a day; a merged code leads to its successor. Null: none is known. */
  readonly jurisdiction: (day: LocalDate, code: string) => Jurisdiction | null
  /** Departments of the configured jurisdiction on a day. */
  readonly departments: (day: LocalDate) => readonly Department[]
  /** Name of a department role on a day, for pages and documents; the role's own name where none fills it. */
  readonly departmentName: (code: string, day: LocalDate) => string
}

// ------------------------------------------------------------------------------------------------ events

/** A version of an item came into the catalogue: at the first start, or because the reviewed data changed. */
export const versionLoaded = defineEvent({
  kind: 'catalogue.version-loaded',
  version: 1,
  visibility: 'public',
  payload: z.object({
    versionId: z.string(),
    itemId: z.string(),
    name: z.string(),
    validFrom: localDateSchema.nullable(),
    validTo: localDateSchema.nullable(),
    /** SHA-256 over the canonical JSON of the version, hex. */
    hash: z.string(),
    /** Counts the texts of one version: 1 the first, then one more for each correction. */
    revision: z.number().int(),
  }),
  sentence: '服务清单载入“{name}”({versionId})',
})

// ------------------------------------------------------------------------------------------------ endpoints

export const itemRowSchema = z.object({
  itemId: z.string(),
  versionId: z.string(),
  code: z.string(),
  name: wordsSchema,
  stage: stageIdSchema,
  kind: itemKindSchema,
  department: z.string(),
  departmentName: z.string(),
  alsoDepartments: z.array(z.string()),
  days: z.number().nullable(),
  unit: dayUnitSchema,
  /** The figure has not been checked against the original text. */
  unverified: z.boolean(),
  safety: z.boolean(),
})
export type ItemRow = z.infer<typeof itemRowSchema>

const dayQuery = z.object({
  /** A day 'YYYY-MM-DD'; today where absent. */
  day: localDateSchema.optional(),
  stage: stageIdSchema.optional(),
  department: z.string().max(60).optional(),
})

export const listStages = endpoint({
  id: 'catalogue.stages',
  method: 'GET',
  path: '/api/catalogue/stages',
  summary: 'Stages with lead departments, join rules, clock budgets and milestones',
  access: 'public',
  reply: z.object({ stages: z.array(stageSchema) }),
})
export const listItems = endpoint({
  id: 'catalogue.items',
  method: 'GET',
  path: '/api/catalogue/items',
  summary: 'Items of the service catalogue in force on a day',
  access: 'public',
  query: dayQuery,
  reply: z.object({ day: localDateSchema, items: z.array(itemRowSchema) }),
})
export const showItem = endpoint({
  id: 'catalogue.item',
  method: 'GET',
  path: '/api/catalogue/items/:itemId',
  summary: 'One item, whole, in the version in force on a day, with the list of its versions',
  access: 'public',
  params: z.object({ itemId: z.string().max(20) }),
  query: z.object({ day: localDateSchema.optional() }),
  reply: z.object({
    day: localDateSchema,
    departmentName: z.string(),
    item: itemVersionSchema,
    remedy: remedySchema,
    penalties: z.array(penaltySchema),
    versions: z.array(
      z.object({
        versionId: z.string(),
        validFrom: localDateSchema.nullable(),
        validTo: localDateSchema.nullable(),
        legalBasis: z.array(citationSchema),
      }),
    ),
  }),
})

const nextQuestionSchema = z.object({ question: questionSchema, decides: z.array(z.string()) })
const guidedItemSchema = z.object({
  itemId: z.string(),
  versionId: z.string(),
  name: wordsSchema,
  stage: stageIdSchema,
  department: z.string(),
  because: wordsSchema,
})
export const guideReplySchema = z.object({
  day: localDateSchema,
  /** Questions still to answer, in order. */
  next: z.array(nextQuestionSchema),
  /** Every question that is put with these answers, in order. */
  asked: z.array(questionSchema),
  items: z.array(guidedItemSchema.extend({ citation: citationSchema })),
  notNeeded: z.array(guidedItemSchema),
  undecided: z.array(guidedItemSchema.omit({ because: true }).extend({ waitingFor: z.array(z.string()) })),
  /** Layers of items that may run side by side. */
  layers: z.array(z.array(z.string())),
  holds: z.array(z.object({ item: z.string(), waitsFor: z.string(), hold: z.string(), because: wordsSchema })),
  theme: z.object({ id: z.string(), name: wordsSchema, projectType: z.string() }).nullable(),
  materials: z.array(
    z.object({ itemId: z.string(), material: materialSchema, needed: z.enum(['yes', 'no', 'unknown']) }),
  ),
})
export const askGuide = endpoint({
  id: 'catalogue.guide',
  method: 'POST',
  path: '/api/catalogue/guide',
  summary: 'Which items a project needs, with the reason for each, and what still has to be asked',
  access: 'public',
  body: z.object({ answers: answersSchema, stage: stageIdSchema.optional(), day: localDateSchema.optional() }),
  reply: guideReplySchema,
})
export const formReplySchema = z.object({
  version: z.string(),
  itemIds: z.array(z.string()),
  sections: z.array(
    z.object({
      id: z.string(),
      name: wordsSchema,
      block: formBlockSchema.optional(),
      fields: z.array(formFieldSchema),
    }),
  ),
})
export const makeForm = endpoint({
  id: 'catalogue.form',
  method: 'POST',
  path: '/api/catalogue/form',
  summary: 'The one form for chosen items: every fact once, with the items that use it',
  access: 'public',
  body: z.object({ itemIds: z.array(z.string().max(20)).min(1).max(60), day: localDateSchema.optional() }),
  reply: formReplySchema,
})
