/**
 * 考核: assessment of service by department and person. Every published number keeps the rules by which it was made and
 * the files behind it, and can be made again.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent, type EventKind } from '../../kernel/event.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { certaintySchema } from '../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import { aspects, indicatorCodes, indicatorUnits } from './model/indicators.ts'

export type PeriodId = Id<'appraisal-period'>
export type FigureId = Id<'appraisal-figure'>
export type ObjectionId = Id<'appraisal-objection'>

const officers = { roles: ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] } as const
const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)
const may = wordsSchema.nullable()

// ------------------------------------------------------------------------------------------------ shapes

export const indicatorViewSchema = z.object({
  code: z.enum(indicatorCodes),
  name: wordsSchema,
  unit: z.enum(indicatorUnits),
  /** What it says of a department; null = neither speed nor quality. */
  aspect: z.enum(aspects).nullable(),
  definition: wordsSchema,
})
export const placeSchema = z.object({
  department: z.string(),
  departmentName: z.string(),
  /** 1 = first; null where one aspect has no figure. */
  rank: z.number().int().nullable(),
  speed: z.number().nullable(),
  quality: z.number().nullable(),
  score: z.number().nullable(),
})
export const periodRowSchema = z.object({
  periodId: idSchema<'appraisal-period'>(),
  kind: z.enum(['month', 'quarter']),
  year: z.number().int(),
  number: z.number().int(),
  name: wordsSchema,
  from: localDateSchema,
  to: localDateSchema,
  /** 1 = first; a later one follows an objection that was upheld. */
  edition: z.number().int(),
  /** draft: computed, may be computed again · published: frozen. */
  state: z.enum(['draft', 'published']),
  rulesVersion: z.string(),
  computedAt: instantSchema,
  publishedAt: instantSchema.nullable(),
})
export const figureSchema = z.object({
  figureId: idSchema<'appraisal-figure'>(),
  scope: z.enum(['department', 'person']),
  department: z.string(),
  departmentName: z.string(),
  person: z.string().nullable(),
  indicator: z.enum(indicatorCodes),
  numerator: z.number(),
  denominator: z.number().nullable(),
  value: z.number().nullable(),
  /** How many files are behind it. */
  files: z.number().int(),
})
export const objectionSchema = z.object({
  objectionId: idSchema<'appraisal-objection'>(),
  figureId: idSchema<'appraisal-figure'>(),
  indicator: z.enum(indicatorCodes),
  department: z.string(),
  departmentName: z.string(),
  text: z.string(),
  raisedAt: instantSchema,
  raisedBy: z.string(),
  state: z.enum(['open', 'upheld', 'rejected']),
  answer: z.string().nullable(),
  answeredAt: instantSchema.nullable(),
  answeredBy: z.string().nullable(),
  /** Files taken out of the next edition. */
  excluded: z.array(z.object({ key: z.string(), caseNumber: z.string() })),
  mayAnswer: may,
})
export const periodSchema = z.object({
  period: periodRowSchema,
  rules: z.object({
    version: z.string(),
    basis: z.string(),
    certainty: certaintySchema,
    note: z.string(),
    objectionDays: z.number().int(),
    indicators: z.array(indicatorViewSchema),
    /** How departments are put in order; null = they are not. */
    ranking: z
      .object({ name: wordsSchema, definition: wordsSchema, basis: z.string(), certainty: certaintySchema })
      .nullable(),
  }),
  /** Departments by the weaker of speed and quality; empty where the rules name no order. */
  ranking: z.array(placeSchema),
  /** SHA-256 over all figures with their files: what a re-derivation must reproduce. */
  digest: z.string(),
  /** Last day to object; null before publication. */
  objectUntil: localDateSchema.nullable(),
  figures: z.array(figureSchema),
  objections: z.array(objectionSchema),
  may: z.object({ compute: may, publish: may, correct: may }),
})
export type PeriodView = z.infer<typeof periodSchema>
export const figureFileSchema = z.object({
  key: z.string(),
  applicationId: idSchema<'application'>().nullable(),
  caseNumber: z.string(),
  what: z.string(),
  value: z.number(),
  counted: z.boolean(),
  note: z.string(),
})
export const publicPeriodSchema = z.object({
  name: wordsSchema,
  kind: z.enum(['month', 'quarter']),
  from: localDateSchema,
  to: localDateSchema,
  edition: z.number().int(),
  publishedAt: instantSchema,
  rulesVersion: z.string(),
  basis: z.string(),
  certainty: certaintySchema,
  digest: z.string(),
  indicators: z.array(indicatorViewSchema),
  departments: z.array(
    z.object({
      departmentName: z.string(),
      figures: z.array(
        z.object({
          indicator: z.enum(indicatorCodes),
          numerator: z.number(),
          denominator: z.number().nullable(),
          value: z.number().nullable(),
        }),
      ),
    }),
  ),
})
export type PublicPeriod = z.infer<typeof publicPeriodSchema>

// ------------------------------------------------------------------------------------------------ endpoints

const periodParams = z.object({ periodId: idSchema<'appraisal-period'>() })
export const listPeriods = endpoint({
  id: 'appraisal.list-periods',
  method: 'GET',
  path: '/api/appraisal/periods',
  summary: '考核期列表',
  access: officers,
  reply: z.object({ rows: z.array(periodRowSchema), mayCompute: may }),
})
export const computePeriod = endpoint({
  id: 'appraisal.compute-period',
  method: 'POST',
  path: '/api/appraisal/periods',
  summary: '计算(或重新计算)一个考核期的草稿',
  access: { roles: ['supervisor'] },
  body: z.object({
    kind: z.enum(['month', 'quarter']),
    year: z.number().int().min(2020).max(2200),
    number: z.number().int().min(1).max(12),
  }),
  reply: periodSchema,
})
export const readPeriod = endpoint({
  id: 'appraisal.read-period',
  method: 'GET',
  path: '/api/appraisal/periods/:periodId',
  summary: '考核期的全部指标(人员指标按权限)',
  access: officers,
  params: periodParams,
  reply: periodSchema,
})
export const publishPeriod = endpoint({
  id: 'appraisal.publish-period',
  method: 'POST',
  path: '/api/appraisal/periods/:periodId/publication',
  summary: '发布:数字冻结',
  access: { roles: ['supervisor'] },
  params: periodParams,
  body: z.object({ digest: z.string().length(64) }),
  reply: periodSchema,
})
export const verifyPeriod = endpoint({
  id: 'appraisal.verify-period',
  method: 'GET',
  path: '/api/appraisal/periods/:periodId/verification',
  summary: '从办件记录重新推算,与已存的数字逐一比对',
  access: officers,
  params: periodParams,
  reply: z.object({
    equal: z.boolean(),
    digest: z.string(),
    derived: z.string(),
    /** Figures that differ, as '<department> <indicator>'. */
    differences: z.array(z.string()),
  }),
})
export const readFigure = endpoint({
  id: 'appraisal.read-figure',
  method: 'GET',
  path: '/api/appraisal/figures/:figureId',
  summary: '一个数字背后的全部办件',
  access: officers,
  params: z.object({ figureId: idSchema<'appraisal-figure'>() }),
  reply: z.object({
    period: periodRowSchema,
    figure: figureSchema,
    indicator: indicatorViewSchema,
    files: z.array(figureFileSchema),
    mayObject: may,
  }),
})
export const raiseObjection = endpoint({
  id: 'appraisal.raise-objection',
  method: 'POST',
  path: '/api/appraisal/figures/:figureId/objections',
  summary: '部门对已发布的数字提出异议',
  access: { roles: ['lead', 'approver'] },
  params: z.object({ figureId: idSchema<'appraisal-figure'>() }),
  body: z.object({ text: text(2000) }),
  reply: objectionSchema,
})
export const answerObjection = endpoint({
  id: 'appraisal.answer-objection',
  method: 'POST',
  path: '/api/appraisal/objections/:objectionId/answer',
  summary: '答复异议;成立的,列明不计入的办件,出更正版',
  access: { roles: ['supervisor'] },
  params: z.object({ objectionId: idSchema<'appraisal-objection'>() }),
  body: z.object({
    upheld: z.boolean(),
    answer: text(2000),
    exclude: z.array(z.string().max(60)).max(500).default([]),
  }),
  reply: objectionSchema,
})
export const readReport = endpoint({
  id: 'appraisal.read-report',
  method: 'GET',
  path: '/api/appraisal/periods/:periodId/report',
  summary: '考核报告(PDF)',
  access: officers,
  params: periodParams,
  produces: 'application/pdf',
  reply: z.any(),
})
export const readPublicAppraisal = endpoint({
  id: 'appraisal.read-public',
  method: 'GET',
  path: '/api/public/appraisal',
  summary: '公开的部门办件时效(无个人数据)',
  access: 'public',
  reply: z.object({ periods: z.array(publicPeriodSchema) }),
})

// ------------------------------------------------------------------------------------------------ events

const periodFacts = {
  periodId: z.string(),
  periodName: z.string(),
  edition: z.number().int(),
  rulesVersion: z.string(),
  digest: z.string(),
}
export const periodComputed = defineEvent({
  kind: 'appraisal.computed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...periodFacts, figures: z.number().int() }),
  sentence: '计算{periodName}考核数据(第{edition}版),共{figures}项',
})
export const periodPublished = defineEvent({
  kind: 'appraisal.published',
  version: 1,
  visibility: 'public',
  payload: z.object(periodFacts),
  sentence: '发布{periodName}办件时效考核(第{edition}版)',
})
const objectionFacts = {
  objectionId: z.string(),
  periodId: z.string(),
  periodName: z.string(),
  indicator: z.string(),
  departmentName: z.string(),
}
export const objectionRaised = defineEvent({
  kind: 'appraisal.objection-raised',
  version: 1,
  visibility: 'internal',
  payload: z.object(objectionFacts),
  sentence: '{departmentName}对{periodName}考核数据提出异议',
})
export const objectionAnswered = defineEvent({
  kind: 'appraisal.objection-answered',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...objectionFacts, upheld: z.boolean(), result: z.string() }),
  sentence: '答复{departmentName}对{periodName}考核数据的异议:{result}',
})
export const appraisalEvents: readonly EventKind[] = [
  periodComputed,
  periodPublished,
  objectionRaised,
  objectionAnswered,
] as readonly EventKind[]
