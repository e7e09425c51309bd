/** Editions: new versions of items and of the form, drafted by one administrator and published by another; the trial. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { type Words, words, wordsSchema } from '../../../kernel/words.ts'
import { formReplySchema, guideAnswersSchema, guideReplySchema, stageIdSchema } from '../contract.ts'
import { editionKinds } from '../model/editions.ts'

export const editionKindSchema = z.enum(editionKinds)
export const editionStandingSchema = z.enum(['draft', 'scheduled', 'in-force', 'superseded', 'withdrawn'])

export type EditionId = Id<'edition'>

// ------------------------------------------------------------------------------------------------ shapes

export const editionRowSchema = z.object({
  editionId: idSchema<'edition'>(),
  kind: editionKindSchema,
  /** The item, or 'form'. */
  subject: z.string(),
  name: wordsSchema,
  standing: editionStandingSchema,
  /** First day (Asia/Shanghai); from 00:00 of this day the text applies to what is received. */
  from: localDateSchema.nullable(),
  note: z.string(),
  author: z.string(),
  publisher: z.string().nullable(),
  changedAt: instantSchema,
  publishedAt: instantSchema.nullable(),
})
export type EditionRow = z.infer<typeof editionRowSchema>
export const editionViewSchema = editionRowSchema.extend({
  version: z.number().int(),
  content: z.unknown(),
  endedReason: z.string().nullable(),
  /** The version that holds until then; null when there is none. */
  before: z.object({ versionId: z.string(), from: localDateSchema.nullable() }).nullable(),
  differences: z.array(
    z.object({
      path: z.string(),
      what: z.enum(['added', 'removed', 'changed']),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  /** What stands against publication. */
  faults: z.array(z.object({ where: z.string(), what: z.string() })),
  may: z.record(z.string(), wordsSchema.nullable()),
})
export type EditionView = z.infer<typeof editionViewSchema>

// ------------------------------------------------------------------------------------------------ events

const facts = {
  editionId: z.string(),
  editionKind: editionKindSchema,
  subject: z.string(),
  name: z.string(),
  from: z.string(),
}
export const editionDrafted = defineEvent({
  kind: 'catalogue.edition-drafted',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...facts, hash: z.string().nullable() }),
  sentence: '拟定“{name}”新版本,拟自{from}起施行',
})
export const editionChanged = defineEvent({
  kind: 'catalogue.edition-changed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...facts, hash: z.string().nullable() }),
  sentence: '修改“{name}”新版本草稿,拟自{from}起施行',
})
export const editionPublished = defineEvent({
  kind: 'catalogue.edition-published',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...facts, hash: z.string().nullable(), versionId: z.string(), note: z.string() }),
  sentence: '发布“{name}”新版本({versionId}),自{from}起施行',
})
export const editionWithdrawn = defineEvent({
  kind: 'catalogue.edition-withdrawn',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...facts, reason: z.string() }),
  sentence: '撤回“{name}”原定{from}起施行的版本:{reason}',
})
export const editionDiscarded = defineEvent({
  kind: 'catalogue.edition-discarded',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...facts, reason: z.string() }),
  sentence: '放弃“{name}”新版本草稿:{reason}',
})
/** The form of the reviewed files was loaded, or its text changed. */
export const formLoaded = defineEvent({
  kind: 'catalogue.form-loaded',
  version: 1,
  visibility: 'public',
  payload: z.object({ hash: z.string(), from: z.string().nullable() }),
  sentence: '载入一张表单的版本',
})

// ------------------------------------------------------------------------------------------------ endpoints

const administrators = { roles: ['administrator'] } as const
const readers = { roles: ['administrator', 'supervisor'] } as const
const params = z.object({ editionId: idSchema<'edition'>() })
const note = z.string().trim().min(1, { error: '请写明修改的依据和内容' }).max(1000)
/** Any JSON: its shape is checked against the reviewed data's own, and every fault is named. */
const content = z.unknown()

export const listEditions = endpoint({
  id: 'catalogue.list-editions',
  method: 'GET',
  path: '/api/catalogue/editions',
  summary: '服务清单和表单的新版本:草稿、待生效、现行、已替代、已撤回',
  access: readers,
  reply: z.object({ today: localDateSchema, rows: z.array(editionRowSchema) }),
})
export const readEditionBase = endpoint({
  id: 'catalogue.edition-base',
  method: 'GET',
  path: '/api/catalogue/edition-base',
  summary: '某日施行的文本,作为新版本的底稿',
  access: readers,
  query: z.object({ kind: z.enum(['item', 'form']), subject: z.string().max(20), day: localDateSchema.optional() }),
  reply: z.object({ content: z.unknown() }),
})
export const readEdition = endpoint({
  id: 'catalogue.read-edition',
  method: 'GET',
  path: '/api/catalogue/editions/:editionId',
  summary: '一个新版本:全文、与现行文本的差别、检查结果',
  access: readers,
  params,
  reply: editionViewSchema,
})
export const draftEdition = endpoint({
  id: 'catalogue.draft-edition',
  method: 'POST',
  path: '/api/catalogue/editions',
  summary: '拟定事项、表单的新版本,或者取消一个事项',
  access: administrators,
  idempotent: true,
  body: z.object({ kind: editionKindSchema, subject: z.string().max(20), from: localDateSchema, content, note }),
  reply: editionViewSchema,
})
export const saveEdition = endpoint({
  id: 'catalogue.save-edition',
  method: 'PUT',
  path: '/api/catalogue/editions/:editionId',
  summary: '修改新版本的草稿',
  access: administrators,
  params,
  body: z.object({ version: z.number().int().min(0), from: localDateSchema, content, note }),
  reply: editionViewSchema,
})
export const publishEdition = endpoint({
  id: 'catalogue.publish-edition',
  method: 'POST',
  path: '/api/catalogue/editions/:editionId/publish',
  summary: '发布新版本(不得由拟定人本人发布),自定日起施行',
  access: administrators,
  params,
  body: z.object({ version: z.number().int().min(0) }),
  reply: editionViewSchema,
})
export const withdrawEdition = endpoint({
  id: 'catalogue.withdraw-edition',
  method: 'POST',
  path: '/api/catalogue/editions/:editionId/withdraw',
  summary: '放弃草稿,或者在施行之前撤回已发布的版本',
  access: administrators,
  params,
  body: z.object({
    version: z.number().int().min(0),
    reason: z.string().trim().min(1, { error: '请填写原因' }).max(500),
  }),
  reply: editionViewSchema,
})

/** Stands wherever something is tried out. */
export const trialNotice: Words = words(
  '试用:按未生效的版本演算,不产生申请、文号或任何办理记录。',
  'Trial: computed under versions that are not in force; no application, number or record comes of it.',
)
export const tryCatalogue = endpoint({
  id: 'catalogue.try',
  method: 'POST',
  path: '/api/catalogue/trial',
  summary: '试用未生效的版本:引导和表单,不写入任何记录',
  access: readers,
  body: z.object({
    editionIds: z.array(idSchema<'edition'>()).max(20),
    day: localDateSchema,
    stage: stageIdSchema.optional(),
    answers: guideAnswersSchema,
    itemIds: z.array(z.string().max(20)).max(60),
  }),
  reply: z.object({ notice: wordsSchema, guide: guideReplySchema, form: formReplySchema.nullable() }),
})
/** A version for people: the day from which it holds, as its number says it. */
export const versionWords = (versionId: string): Words => {
  const [, day] = versionId.split('@')
  return day === undefined ? words('最初版本', 'Version zero') : words(`${day} 版`, `Version of ${day}`)
}
