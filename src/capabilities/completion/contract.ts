/**
 * 竣工与归档: buildings of a project, inspections during construction, joint acceptance by all departments at once, the filing
 * of the completion, and the archive of the project as one dossier.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { sourceSchema } from '../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import { acceptanceStates, inspectionStates, partStates, remarkStates, results } from './model/states.ts'

export type BuildingId = Id<'building'>
export type InspectionId = Id<'inspection'>
export type RemarkId = Id<'remark'>
export type AcceptanceId = Id<'acceptance'>
export type PartId = Id<'acceptance-part'>
export type DossierId = Id<'dossier'>

const may = wordsSchema.nullable()
const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)
const uploads = z.array(z.uuid()).max(30).default([])

// ------------------------------------------------------------------------------------------ shapes

export const evidenceSchema = z.object({
  sha256: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
})
export type Evidence = z.infer<typeof evidenceSchema>
export const remarkSchema = z.object({
  remarkId: idSchema<'remark'>(),
  text: z.string(),
  dueOn: localDateSchema,
  overdue: z.boolean(),
  state: z.enum(remarkStates),
  proofs: z.array(
    z.object({
      text: z.string(),
      files: z.array(evidenceSchema),
      givenAt: instantSchema,
      givenBy: z.string(),
      accepted: z.boolean().nullable(),
      judgement: z.string(),
      judgedAt: instantSchema.nullable(),
      judgedBy: z.string().nullable(),
    }),
  ),
  may: z.object({ prove: may, verify: may }),
})
export type RemarkView = z.infer<typeof remarkSchema>
const roundSchema = z.object({
  round: z.number().int(),
  result: z.enum(results),
  text: z.string(),
  photos: z.array(evidenceSchema),
  givenAt: instantSchema,
  givenBy: z.string(),
})
export const buildingSchema = z.object({
  buildingId: idSchema<'building'>(),
  name: z.string(),
  floorAreaM2: z.number().nullable(),
  acceptedOn: localDateSchema.nullable(),
  mayBeUsed: z.boolean(),
})
export const inspectionSchema = z.object({
  inspectionId: idSchema<'inspection'>(),
  buildingId: idSchema<'building'>().nullable(),
  buildingName: z.string().nullable(),
  part: z.string(),
  kind: z.string(),
  name: wordsSchema,
  department: z.string(),
  departmentName: z.string(),
  required: z.boolean(),
  source: sourceSchema,
  state: z.enum(inspectionStates),
  bookedFor: localDateSchema.nullable(),
  bookingNote: z.string(),
  rounds: z.array(roundSchema),
  remarks: z.array(remarkSchema),
  may: z.object({ book: may, record: may, remove: may }),
})
export type InspectionView = z.infer<typeof inspectionSchema>
export const partSchema = z.object({
  partId: idSchema<'acceptance-part'>(),
  matter: z.string(),
  name: wordsSchema,
  department: z.string(),
  departmentName: z.string(),
  source: sourceSchema,
  state: z.enum(partStates),
  round: z.number().int(),
  dueOn: localDateSchema,
  overdue: z.boolean(),
  rounds: z.array(roundSchema),
  remarks: z.array(remarkSchema),
  may: z.object({ give: may }),
})
export const acceptanceSchema = z.object({
  acceptanceId: idSchema<'acceptance'>(),
  number: z.string(),
  kind: z.enum(['partial', 'final']),
  buildings: z.array(z.object({ buildingId: idSchema<'building'>(), name: z.string() })),
  state: z.enum(acceptanceStates),
  statement: z.string(),
  files: z.array(evidenceSchema),
  appliedAt: instantSchema,
  appliedBy: z.string(),
  dueOn: localDateSchema,
  limit: z.object({ days: z.number().int(), unit: z.enum(['workday', 'calendar-day']), source: sourceSchema }),
  siteDay: localDateSchema.nullable(),
  siteNote: z.string(),
  parts: z.array(partSchema),
  opinion: z
    .object({
      number: z.string(),
      code: z.string(),
      text: z.string(),
      concludedAt: instantSchema,
      concludedBy: z.string(),
      usable: z.array(z.string()),
      sha256: z.string().nullable(),
    })
    .nullable(),
  may: z.object({ siteDay: may, recheck: may, conclude: may, withdraw: may }),
})
export type AcceptanceView = z.infer<typeof acceptanceSchema>
export const filingSchema = z.object({
  acceptedOn: localDateSchema,
  dueOn: localDateSchema,
  source: sourceSchema,
  state: z.enum(['open', 'submitted', 'filed']),
  overdue: z.boolean(),
  files: z.array(evidenceSchema),
  submittedAt: instantSchema.nullable(),
  returned: z.object({ reason: z.string(), at: instantSchema }).nullable(),
  number: z.string().nullable(),
  filedOn: localDateSchema.nullable(),
  basis: z.string().nullable(),
  late: z.boolean().nullable(),
  may: z.object({ submit: may, file: may }),
})
export const completionSchema = z.object({
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  projectNumber: z.string(),
  ownerName: z.string(),
  worksComplete: localDateSchema.nullable(),
  kinds: z.array(
    z.object({
      code: z.string(),
      name: wordsSchema,
      scope: z.enum(['building', 'project']),
      required: z.boolean(),
      departmentName: z.string(),
      source: sourceSchema,
    }),
  ),
  leadName: z.string(),
  buildings: z.array(buildingSchema),
  inspections: z.array(inspectionSchema),
  acceptances: z.array(acceptanceSchema),
  filing: filingSchema.nullable(),
  /** What stands in the way of a final acceptance, in sentences. */
  blocking: z.array(wordsSchema),
  may: z.object({ building: may, plan: may, apply: may, dossier: may }),
})
export type CompletionView = z.infer<typeof completionSchema>

// ------------------------------------------------------------------------------------------ endpoints

const projectParams = z.object({ projectId: idSchema<'project'>() })
const inspectionParams = z.object({ inspectionId: idSchema<'inspection'>() })
const remarkParams = z.object({ remarkId: idSchema<'remark'>() })
const acceptanceParams = z.object({ acceptanceId: idSchema<'acceptance'>() })
const examiners = { roles: ['inspector', 'reviewer', 'lead'] } as const
const owners = { roles: ['applicant', 'site-manager'] } as const
/** A remark as the department writes it: what must be put right, and by when. */
const newRemarks = z
  .array(z.object({ text: text(500), dueOn: localDateSchema }))
  .max(50)
  .default([])
const resultBody = z.object({ result: z.enum(results), text: text(4000), remarks: newRemarks, uploadIds: uploads })
export type ResultInput = z.infer<typeof resultBody>

export const readCompletion = endpoint({
  id: 'completion.read',
  method: 'GET',
  path: '/api/projects/:projectId/completion',
  summary: '单体、工程检查、联合验收、竣工备案',
  access: 'signed-in',
  params: projectParams,
  reply: completionSchema,
})
export const registerBuilding = endpoint({
  id: 'completion.register-building',
  method: 'POST',
  path: '/api/projects/:projectId/buildings',
  summary: '登记单体;必检项目随之列入计划',
  access: { roles: ['applicant', 'clerk'] },
  params: projectParams,
  body: z.object({ name: text(60), floorAreaM2: z.number().min(0).max(10_000_000).nullable().default(null) }),
  reply: completionSchema,
  idempotent: true,
})
export const planInspection = endpoint({
  id: 'completion.plan-inspection',
  method: 'POST',
  path: '/api/projects/:projectId/inspections',
  summary: '增加一项工程检查(可到部位)',
  access: { roles: ['applicant', 'site-manager', 'inspector', 'reviewer', 'lead'] },
  params: projectParams,
  body: z.object({
    kind: z.string().max(40),
    buildingId: idSchema<'building'>().nullable(),
    part: z.string().trim().max(60).default(''),
  }),
  reply: completionSchema,
  idempotent: true,
})
export const removeInspection = endpoint({
  id: 'completion.remove-inspection',
  method: 'DELETE',
  path: '/api/inspections/:inspectionId',
  summary: '删除尚未预约的非必检项目',
  access: { roles: ['applicant', 'site-manager', 'inspector', 'reviewer', 'lead'] },
  params: inspectionParams,
  reply: completionSchema,
})
export const bookInspection = endpoint({
  id: 'completion.book-inspection',
  method: 'POST',
  path: '/api/inspections/:inspectionId/booking',
  summary: '建设单位预约检查日期',
  access: owners,
  params: inspectionParams,
  body: z.object({ day: localDateSchema, note: z.string().trim().max(300).default('') }),
  reply: completionSchema,
})
export const recordInspection = endpoint({
  id: 'completion.record-inspection',
  method: 'POST',
  path: '/api/inspections/:inspectionId/result',
  summary: '部门记录检查结果、问题和照片',
  access: examiners,
  params: inspectionParams,
  body: resultBody,
  reply: completionSchema,
})
export const proveRemark = endpoint({
  id: 'completion.prove-remark',
  method: 'POST',
  path: '/api/remarks/:remarkId/proof',
  summary: '建设单位提交整改证明',
  access: owners,
  params: remarkParams,
  body: z.object({ text: text(1000), uploadIds: uploads }),
  reply: completionSchema,
})
export const judgeRemark = endpoint({
  id: 'completion.judge-remark',
  method: 'POST',
  path: '/api/remarks/:remarkId/judgement',
  summary: '核验整改证明:销号或退回',
  access: examiners,
  params: remarkParams,
  body: z.object({ accept: z.boolean(), text: z.string().trim().max(1000).default('') }),
  reply: completionSchema,
})
export const applyAcceptance = endpoint({
  id: 'completion.apply-acceptance',
  method: 'POST',
  path: '/api/projects/:projectId/acceptances',
  summary: '一次申请联合验收:所选单体(分期)或其余全部(最终)',
  access: { roles: ['applicant'] },
  params: projectParams,
  body: z.object({
    kind: z.enum(['partial', 'final']),
    buildingIds: z.array(idSchema<'building'>()).max(200).default([]),
    statement: text(2000),
    uploadIds: uploads,
  }),
  reply: completionSchema,
  idempotent: true,
})
export const setSiteDay = endpoint({
  id: 'completion.set-site-day',
  method: 'POST',
  path: '/api/acceptances/:acceptanceId/site-day',
  summary: '牵头部门确定联合踏勘日',
  access: { roles: ['reviewer', 'lead', 'approver'] },
  params: acceptanceParams,
  body: z.object({ day: localDateSchema, note: z.string().trim().max(300).default('') }),
  reply: completionSchema,
})
export const giveResult = endpoint({
  id: 'completion.give-result',
  method: 'POST',
  path: '/api/acceptance-parts/:partId/result',
  summary: '部门给出本项验收结果',
  access: examiners,
  params: z.object({ partId: idSchema<'acceptance-part'>() }),
  body: resultBody,
  reply: completionSchema,
})
export const askRecheck = endpoint({
  id: 'completion.ask-recheck',
  method: 'POST',
  path: '/api/acceptances/:acceptanceId/recheck',
  summary: '对不合格事项申请复验',
  access: { roles: ['applicant'] },
  params: acceptanceParams,
  body: z.object({ statement: text(2000) }),
  reply: completionSchema,
})
export const concludeAcceptance = endpoint({
  id: 'completion.conclude',
  method: 'POST',
  path: '/api/acceptances/:acceptanceId/conclusion',
  summary: '批准联合验收意见(未参加验收的负责人)',
  access: { roles: ['approver'] },
  params: acceptanceParams,
  body: z.object({
    text: text(4000),
    /** Buildings that may be used from now on; absent: all of the acceptance. */
    usable: z.array(idSchema<'building'>()).max(200).optional(),
  }),
  reply: completionSchema,
})
export const withdrawAcceptance = endpoint({
  id: 'completion.withdraw',
  method: 'POST',
  path: '/api/acceptances/:acceptanceId/withdrawal',
  summary: '撤回联合验收申请',
  access: { roles: ['applicant'] },
  params: acceptanceParams,
  body: z.object({ reason: text(500) }),
  reply: completionSchema,
})
export const readOpinion = endpoint({
  id: 'completion.read-opinion',
  method: 'GET',
  path: '/api/acceptances/:acceptanceId/opinion',
  summary: '联合验收意见(PDF)',
  access: 'signed-in',
  params: acceptanceParams,
  produces: 'application/pdf',
  reply: z.any(),
})
export const submitFiling = endpoint({
  id: 'completion.submit-filing',
  method: 'POST',
  path: '/api/projects/:projectId/completion-filing',
  summary: '建设单位报送竣工验收备案',
  access: { roles: ['applicant'] },
  params: projectParams,
  body: z.object({ uploadIds: z.array(z.uuid()).min(1, { error: '请上传竣工验收备案表等材料' }).max(30) }),
  reply: completionSchema,
})
export const decideFiling = endpoint({
  id: 'completion.decide-filing',
  method: 'POST',
  path: '/api/projects/:projectId/completion-filing/decision',
  summary: '收讫备案,或退回补正',
  access: { roles: ['reviewer', 'lead', 'approver'] },
  params: projectParams,
  body: z.object({ accept: z.boolean(), reason: z.string().trim().max(1000).default('') }),
  reply: completionSchema,
})
export const readEvidence = endpoint({
  id: 'completion.read-evidence',
  method: 'GET',
  path: '/api/projects/:projectId/completion/files/:sha256',
  summary: '检查照片、整改证明、验收和备案材料',
  access: 'signed-in',
  params: projectParams.extend({ sha256: z.string().length(64) }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
export const toDoSchema = z.object({
  what: z.enum(['inspection', 'remark', 'part', 'conclude', 'filing']),
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  label: wordsSchema,
  departmentName: z.string(),
  dueOn: localDateSchema.nullable(),
})
export const listToDo = endpoint({
  id: 'completion.to-do',
  method: 'GET',
  path: '/api/completion/to-do',
  summary: '本部门的验收待办',
  access: { roles: ['inspector', 'reviewer', 'lead', 'approver'] },
  reply: z.object({ rows: z.array(toDoSchema) }),
})
