/**
 * The shapes of the reviewed catalogue data under `data/catalogue/`, `data/jurisdictions/` and `data/sources.json`.
 * Whatever is read from those files passes one of these schemas once; inside, the types are trusted.
 *
 * Every figure carries its citation: what it rests on, how certain it is, and the ids of the sources.
 */
import { z } from 'zod'
import { sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { conditionSchema } from './conditions.ts'

/** A source with the ids of `data/sources.json` on which it rests. */
export const citationSchema = sourceSchema.extend({ sourceIds: z.array(z.string()).default([]) })
export type Citation = z.infer<typeof citationSchema>

export const dayUnits = ['workday', 'calendar-day', 'immediate'] as const
export const dayUnitSchema = z.enum(dayUnits)
export type DayUnit = z.infer<typeof dayUnitSchema>

/** Ids of the stages: land and project approval, planning permit, construction permit, completion, and alongside. */
export const stageIds = ['ST1', 'ST2', 'ST3', 'ST4', 'ST-P'] as const
export const stageIdSchema = z.enum(stageIds)
export type StageId = z.infer<typeof stageIdSchema>

export const itemKinds = ['permit', 'filing', 'technical-review', 'opinion', 'self', 'service'] as const
export const itemKindSchema = z.enum(itemKinds)
export type ItemKind = z.infer<typeof itemKindSchema>

export const parallelGroupSchema = z.enum(['P1', 'P2', 'P3', 'P4', 'PX'])

/** Who may approve an extension: the head of the department, or of the government of the same level. */
export const approverLevelSchema = z.enum(['department-head', 'government-head'])

export const extensionSchema = z.object({
  days: z.number().int().positive(),
  times: z.number().int().positive(),
  approver: approverLevelSchema,
  citation: citationSchema,
})
/** Days that the limit does not count, for example expert review. `days` null: no upper bound is known. */
export const excludedDaysSchema = z.object({
  ground: z.string(),
  name: wordsSchema,
  days: z.number().int().positive().nullable(),
  unit: dayUnitSchema,
  citation: citationSchema,
})
/** A different figure for part of the cases. */
export const limitVariantSchema = z.object({
  when: wordsSchema,
  days: z.number().int().nonnegative(),
  unit: dayUnitSchema,
})

/** A limit of the law. `days` null: the law gives no number, or it is not known (certainty X). 0 with 'immediate'. */
export const limitSchema = z.object({
  days: z.number().int().nonnegative().nullable(),
  unit: dayUnitSchema,
  citation: citationSchema,
  extension: extensionSchema.nullable(),
  excludedDays: z.array(excludedDaysSchema),
  variants: z.array(limitVariantSchema).default([]),
})
export type Limit = z.infer<typeof limitSchema>

/** The authority's own shorter promise. `days` null: none is published, so the law's limit is used. */
export const promiseSchema = z.object({
  days: z.number().int().nonnegative().nullable(),
  unit: dayUnitSchema,
  citation: citationSchema,
})

/**
 * By which moment of this item another item must be decided: before this item is accepted, before it is decided,
 * before construction starts, or before the works are put to use.
 */
export const holdKinds = ['before-acceptance', 'before-decision', 'before-construction', 'before-production'] as const
export const holdKindSchema = z.enum(holdKinds)
export type HoldKind = z.infer<typeof holdKindSchema>

export const prerequisiteSchema = z.object({
  /** An item ('I-203') or a milestone of `stages.json` ('works-complete'). */
  on: z.string(),
  onKind: z.enum(['item', 'milestone']),
  hold: holdKindSchema,
  because: wordsSchema,
  citation: citationSchema,
})
export type Prerequisite = z.infer<typeof prerequisiteSchema>

/** Whose part of the one form a section, field or material is. Absent: the applicant's own (建设单位). */
export const formBlocks = ['owner', 'survey', 'design', 'contractor', 'supervision'] as const
export const formBlockSchema = z.enum(formBlocks)
export type FormBlock = z.infer<typeof formBlockSchema>

export const materialForms = ['electronic', 'exempt-system-fetched', 'commitment', 'form', 'original'] as const
export const materialSchema = z.object({
  id: z.string().regex(/^I-\d{3}[a-z]?-M\d{2}$/),
  name: wordsSchema,
  form: z.enum(materialForms),
  required: z.enum(['always', 'conditional']),
  /** When it is required, in words; null when always. */
  when: wordsSchema.nullable(),
  /** The same over the answers of the guide, where the guide asks for it. */
  condition: conditionSchema.nullable(),
  /** N must be there; Y may follow within the deferral; C may follow under the stated condition. */
  deferrable: z.enum(['N', 'Y', 'C']),
  deferrableNote: wordsSchema.nullable(),
  /** A document on which the decision itself rests: never deferrable. */
  isPrimary: z.boolean(),
  /** A written commitment may stand in for it by law. */
  commitmentInstead: z.boolean().default(false),
  /** The item whose output the system fetches. */
  fetchedFrom: z.string().nullable().default(null),
  block: formBlockSchema.optional(),
  citation: citationSchema,
})
export type Material = z.infer<typeof materialSchema>

export const outputSchema = z.object({
  id: z.string(),
  name: wordsSchema,
  /** How long it holds; null: no term, or not known. */
  validity: z
    .object({ amount: z.number().int().positive(), unit: z.enum(['year', 'month']), citation: citationSchema })
    .nullable(),
})
/** What the applicant must do by a day: file, report, start. */
export const dutySchema = z.object({
  text: wordsSchema,
  amount: z.number().int().positive().nullable(),
  unit: z.enum(['workday', 'calendar-day', 'hour', 'month', 'year']),
  citation: citationSchema,
})
export const questionAnswerSchema = z.object({ question: wordsSchema, answer: wordsSchema })

/** Why an item is needed: the first rule that holds includes the item and gives the reason. */
export const applicabilityRuleSchema = z.object({
  when: conditionSchema,
  because: wordsSchema,
  citation: citationSchema,
})

/** One version of one item of the catalogue, whole: what held on a day can be read from one record. */
export const itemVersionSchema = validitySchema.extend({
  /** 'I-305@2025-01-01'. */
  versionId: z.string(),
  itemId: z.string().regex(/^I-\d{3}[a-z]?$/),
  /** Short code of this catalogue, shown to people. The national item code is not known yet and stays null. */
  code: z.string(),
  nationalCode: z.string().nullable(),
  name: wordsSchema,
  stage: stageIdSchema,
  kind: itemKindSchema,
  kindNote: wordsSchema.nullable(),
  /** Role codes of departments: the first decides; the others take part. */
  department: z.string(),
  alsoDepartments: z.array(z.string()),
  parallelGroup: parallelGroupSchema,
  /** Touches the safety of people: silence never counts as consent, primary documents are never deferred. */
  safety: z.boolean(),
  /** A consulted department's silence at its due time counts as 'no objection'. */
  deemedOnSilence: z.boolean(),
  legalBasis: z.array(citationSchema).min(1),
  limit: limitSchema,
  promise: promiseSchema,
  /**
   * Days left, in the unit of the limit, at which the clocks of this item turn to warning and remind (预警). Absent: the
   * window's own rule for all items.
   */
  warnDays: z.number().int().min(0).max(60).optional(),
  prerequisites: z.array(prerequisiteSchema),
  applies: z.array(applicabilityRuleSchema).min(1),
  notNeeded: wordsSchema,
  whoMayApply: wordsSchema,
  conditions: z.array(wordsSchema),
  materials: z.array(materialSchema),
  outputs: z.array(outputSchema).min(1),
  duties: z.array(dutySchema),
  fee: z.object({ charged: z.boolean().nullable(), text: wordsSchema, citation: citationSchema }),
  remedy: z.enum(['administrative', 'self', 'service']),
  questions: z.array(questionAnswerSchema),
  notes: z.array(wordsSchema),
})
export type ItemVersion = z.infer<typeof itemVersionSchema>

/**
 * When a stage is closed: every item closed, any one of them, or the lead department declares it.
 */
export const joinRuleSchema = z.enum(['all-items-closed', 'any', 'lead-decides'])
export const milestoneSchema = z.object({
  id: z.string(),
  name: wordsSchema,
  /** Items that must be decided before this moment. */
  requires: z.array(z.object({ item: z.string(), because: wordsSchema, citation: citationSchema })),
})
export type Milestone = z.infer<typeof milestoneSchema>
export const stageSchema = z.object({
  id: stageIdSchema,
  name: wordsSchema,
  summary: wordsSchema,
  /** Role code of the lead department for each kind of investor; `citation` says how certain. Null: none. */
  lead: z.array(z.object({ when: conditionSchema, department: z.string(), citation: citationSchema })),
  join: z.object({ rule: joinRuleSchema, because: wordsSchema, citation: citationSchema }),
  /** Working days for joint handling of the stage, and the one extension; null where nothing is handled jointly. */
  clock: limitSchema.nullable(),
  milestones: z.array(milestoneSchema),
  citation: citationSchema,
})
export type Stage = z.infer<typeof stageSchema>

/** A legal ground on which a clock may (or, stated for clarity, may not) be paused. */
export const legalGroundSchema = validitySchema.extend({
  id: z.string(),
  name: wordsSchema,
  pausable: z.boolean(),
  needsWrittenNotice: z.boolean(),
  /** Items for which alone the ground holds; empty: all. */
  onlyFor: z.array(z.string()),
  maxDays: z.number().int().positive().nullable(),
  maxUnit: dayUnitSchema,
  explanation: wordsSchema,
  citation: citationSchema,
})
export type LegalGround = z.infer<typeof legalGroundSchema>

export const penaltySchema = z.object({
  id: z.string(),
  act: wordsSchema,
  penalty: wordsSchema,
  /** Bounds as numbers where the law gives them: yuan, or percent of a base. */
  bounds: z
    .object({ min: z.number(), max: z.number(), unit: z.enum(['yuan', 'percent']), base: wordsSchema.nullable() })
    .nullable(),
  items: z.array(z.string()),
  citation: citationSchema,
})
export const projectTypeSchema = z.object({ code: z.string(), name: wordsSchema, citation: citationSchema })
export const themeSchema = z.object({
  id: z.string(),
  name: wordsSchema,
  projectType: z.string(),
  when: conditionSchema,
  overallLimit: limitSchema,
  note: wordsSchema.nullable(),
  stages: z.array(z.object({ stage: stageIdSchema, items: z.array(z.string()) })),
})
export type Theme = z.infer<typeof themeSchema>
export const procedureRuleSchema = z.object({
  id: z.string(),
  topic: z.enum([
    'parallel',
    'deferral',
    'commitment',
    'correction',
    'delivery',
    'hearing',
    'channel',
    'data',
    'remedy',
  ]),
  text: wordsSchema,
  value: z.number().nullable(),
  unit: z.enum(['workday', 'calendar-day', 'month', 'minute', 'event', 'none']),
  citation: citationSchema,
})
export const remedySchema = z.object({
  id: z.enum(['administrative', 'self', 'service']),
  text: wordsSchema,
  steps: z.array(
    z.object({
      name: wordsSchema,
      amount: z.number().int().positive().nullable(),
      unit: z.enum(['calendar-day', 'month', 'none']),
      citation: citationSchema,
    }),
  ),
})

/** A question of the guide. */
export const questionSchema = z.object({
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  group: z.string(),
  text: wordsSchema,
  help: wordsSchema.nullable(),
  type: z.enum(['choice', 'boolean', 'number']),
  unit: wordsSchema.nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  choices: z.array(z.object({ value: z.string(), label: wordsSchema, help: wordsSchema.nullable() })),
  visibleWhen: conditionSchema,
})
export type Question = z.infer<typeof questionSchema>
export const questionGroupSchema = z.object({ id: z.string(), name: wordsSchema })
/** A condition with a name, so that a threshold stands in one place, with its citation. */
export const namedConditionSchema = z.object({
  id: z.string(),
  name: wordsSchema,
  condition: conditionSchema,
  citation: citationSchema,
})
export const questionsFileSchema = z.object({
  groups: z.array(questionGroupSchema),
  questions: z.array(questionSchema),
  conditions: z.array(namedConditionSchema),
})

export const fieldTypes = [
  'text',
  'long-text',
  'number',
  'money',
  'area',
  'date',
  'choice',
  'boolean',
  'uscc',
  'project-code',
  'point',
  'person-contact',
] as const
/** A fact of the one form: asked once, used by many items. */
export const formFieldSchema = z.object({
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  section: z.string(),
  label: wordsSchema,
  help: wordsSchema.nullable(),
  type: z.enum(fieldTypes),
  unit: wordsSchema.nullable(),
  required: z.boolean(),
  personal: z.boolean(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Whole numbers only. */
  whole: z.boolean(),
  maxLength: z.number().int().positive().nullable(),
  choices: z.array(z.object({ value: z.string(), label: wordsSchema })),
  /** Another field that must not be greater ('startDate' for 'endDate'). */
  notBefore: z.string().nullable(),
  /** From where the value may be taken instead of being typed, best first. */
  origins: z.array(z.enum(['project-register', 'organisation', 'earlier-submission', 'applicant'])).min(1),
  usedBy: z.array(z.string()).min(1),
  /** Absent: the block of its section. */
  block: formBlockSchema.optional(),
  citation: citationSchema.nullable(),
})
export type FormField = z.infer<typeof formFieldSchema>
export const formFileSchema = z.object({
  sections: z.array(z.object({ id: z.string(), name: wordsSchema, block: formBlockSchema.optional() })),
  fields: z.array(formFieldSchema),
})

export const departmentRoleSchema = z.object({ code: z.string(), name: wordsSchema, duty: wordsSchema })
export const departmentSchema = validitySchema.extend({
  code: z.string(),
  /** The name on documents; null until it has been checked. */
  officialName: z.string().nullable(),
  /** What the interface shows while the official name is not checked. */
  workingName: wordsSchema,
  /** Names of the seals used on documents. */
  seals: z.array(
    z.object({ use: z.enum(['approval', 'acceptance']), name: z.string().nullable(), citation: citationSchema }),
  ),
  citation: citationSchema,
})
export const jurisdictionSchema = validitySchema.extend({
  code: z.string().regex(/^\d{6}$/),
  name: wordsSchema,
  fullName: wordsSchema,
  city: wordsSchema,
  succeededBy: z.string().nullable(),
  replaces: z.array(z.string()),
  notes: z.array(wordsSchema),
  citation: citationSchema,
  departments: z.array(departmentSchema),
  streets: z.array(
    validitySchema.extend({
      code: z.string().nullable(),
      name: wordsSchema,
      kind: z.enum(['street', 'town']),
      citation: citationSchema,
    }),
  ),
})
export type Jurisdiction = z.infer<typeof jurisdictionSchema>
export type Department = z.infer<typeof departmentSchema>

export const sourceEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  where: z.string().nullable(),
  note: z.string().nullable(),
})

/** All catalogue data together, parsed. */
export const catalogueDataSchema = z.object({
  sources: z.array(sourceEntrySchema),
  departmentRoles: z.array(departmentRoleSchema),
  stages: z.array(stageSchema),
  items: z.array(itemVersionSchema),
  projectTypes: z.array(projectTypeSchema),
  legalGrounds: z.array(legalGroundSchema),
  penalties: z.array(penaltySchema),
  themes: z.array(themeSchema),
  procedureRules: z.array(procedureRuleSchema),
  remedies: z.array(remedySchema),
  questions: questionsFileSchema,
  form: formFileSchema,
  jurisdictions: z.array(jurisdictionSchema),
})
export type CatalogueData = z.infer<typeof catalogueDataSchema>
export type CatalogueRaw = z.input<typeof catalogueDataSchema>

/** Days against which a clock of an item runs: the promise, where one is published, else the law. Null: none known. */
export const workingLimit = (item: ItemVersion): { days: number | null; unit: DayUnit; from: 'promise' | 'law' } =>
  item.promise.days === null
    ? { days: item.limit.days, unit: item.limit.unit, from: 'law' }
    : { days: item.promise.days, unit: item.promise.unit, from: 'promise' }
