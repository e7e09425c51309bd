/** Blocks of the one form by owner: given to a party of the project for a time, filled in there, marked ready. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { formBlockSchema, formReplySchema } from '../../catalogue/contract.ts'
import {
  answersSchema,
  applicationFileSchema,
  documentSchema,
  fieldFaultSchema,
  materialNeedSchema,
  maySchema,
} from '../contract.ts'
import { readinesses } from '../model/blocks.ts'
import { applicationFacts } from './event-facts.ts'

export type DelegationId = Id<'block-delegation'>
export const readinessSchema = z.enum(readinesses)

export const delegationSchema = z.object({
  delegationId: idSchema<'block-delegation'>(),
  block: formBlockSchema,
  organisationId: idSchema<'organisation'>(),
  organisationName: z.string(),
  from: localDateSchema,
  /** Last day. */
  to: localDateSchema,
  phase: z.enum(['not-yet', 'open', 'over']),
  readiness: readinessSchema,
  readyAt: instantSchema.nullable(),
  ending: z.enum(['taken-back', 'expired', 'submitted']).nullable(),
})
export type DelegationView = z.infer<typeof delegationSchema>

export const blockOverviewSchema = z.object({
  applicationId: idSchema<'application'>(),
  blocks: z.array(
    z.object({
      block: formBlockSchema,
      name: wordsSchema,
      fields: z.number().int(),
      materials: z.number().int(),
      /** Its places in the form: 'field:<id>' and 'material:<id>'. */
      anchors: z.array(z.string()),
      faults: z.number().int(),
      readiness: readinessSchema,
      delegation: delegationSchema.nullable(),
    }),
  ),
  /** Parties of the project that may be given a block today; `fits`: whose part it is by their role. */
  parties: z.array(
    z.object({
      organisationId: idSchema<'organisation'>(),
      name: z.string(),
      role: z.string(),
      fits: formBlockSchema.nullable(),
    }),
  ),
  history: z.array(delegationSchema),
  may: maySchema,
})
export type BlockOverview = z.infer<typeof blockOverviewSchema>

/** What a party sees: its own block and nothing else of the form. */
export const blockViewSchema = z.object({
  delegation: delegationSchema,
  version: z.number().int(),
  name: wordsSchema,
  caseNumber: z.string(),
  projectName: z.string(),
  applicantName: z.string(),
  stageName: wordsSchema,
  sections: formReplySchema.shape.sections,
  answers: answersSchema,
  materials: z.array(materialNeedSchema),
  documents: z.array(documentSchema),
  faults: z.array(fieldFaultSchema),
  may: maySchema,
})
export type BlockView = z.infer<typeof blockViewSchema>

export const blockRowSchema = z.object({
  delegation: delegationSchema,
  name: wordsSchema,
  caseNumber: z.string(),
  projectName: z.string(),
  applicantName: z.string(),
  stageName: wordsSchema,
})

// ------------------------------------------------------------------------------------------------ events

const facts = {
  ...applicationFacts,
  delegationId: z.string(),
  block: formBlockSchema,
  blockName: z.string(),
  organisationName: z.string(),
}
export const blockDelegated = defineEvent({
  kind: 'approvals.block-delegated',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, from: z.string(), to: z.string() }),
  sentence: '委托{organisationName}填写“{blockName}”,自{from}至{to}',
})
export const blockSaved = defineEvent({
  kind: 'approvals.block-saved',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, fields: z.array(z.string()), materials: z.array(z.string()) }),
  sentence: '{organisationName}填写“{blockName}”',
})
export const blockReady = defineEvent({
  kind: 'approvals.block-ready',
  version: 1,
  visibility: 'parties',
  payload: z.object(facts),
  sentence: '{organisationName}填写的“{blockName}”已就绪',
})
export const blockReopened = defineEvent({
  kind: 'approvals.block-reopened',
  version: 1,
  visibility: 'parties',
  payload: z.object(facts),
  sentence: '{organisationName}继续修改“{blockName}”',
})
export const blockEnded = defineEvent({
  kind: 'approvals.block-ended',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, ending: z.enum(['taken-back', 'expired', 'submitted']), endingName: z.string() }),
  sentence: '{organisationName}填写“{blockName}”的委托结束:{endingName}',
})

// ------------------------------------------------------------------------------------------------ endpoints

const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const blockParams = applicationParams.extend({ block: formBlockSchema })
const params = z.object({ delegationId: idSchema<'block-delegation'>() })
const version = z.number().int().min(0)
const applicants = { roles: ['applicant', 'clerk'] } as const
const parties = { roles: ['applicant'] } as const

export const readBlocks = endpoint({
  id: 'approvals.read-blocks',
  method: 'GET',
  path: '/api/applications/:applicationId/blocks',
  summary: '表单各部分由谁填写、填到哪一步',
  access: applicants,
  params: applicationParams,
  reply: blockOverviewSchema,
})
export const delegateBlock = endpoint({
  id: 'approvals.delegate-block',
  method: 'POST',
  path: '/api/applications/:applicationId/blocks/:block/delegation',
  summary: '委托参建单位在一段时间内填写其部分',
  access: applicants,
  params: blockParams,
  body: z.object({ organisationId: idSchema<'organisation'>(), from: localDateSchema, to: localDateSchema }),
  reply: blockOverviewSchema,
})
export const takeBackBlock = endpoint({
  id: 'approvals.take-back-block',
  method: 'POST',
  path: '/api/applications/:applicationId/blocks/:block/take-back',
  summary: '收回委托填写的部分,已填内容保留',
  access: applicants,
  params: blockParams,
  body: z.object({}),
  reply: z.object({ overview: blockOverviewSchema, file: applicationFileSchema }),
})
export const listMyBlocks = endpoint({
  id: 'approvals.list-my-blocks',
  method: 'GET',
  path: '/api/blocks',
  summary: '委托本单位填写的部分',
  access: parties,
  reply: z.object({ rows: z.array(blockRowSchema) }),
})
export const readBlock = endpoint({
  id: 'approvals.read-block',
  method: 'GET',
  path: '/api/blocks/:delegationId',
  summary: '委托本单位填写的一个部分',
  access: parties,
  params,
  reply: blockViewSchema,
})
export const saveBlock = endpoint({
  id: 'approvals.save-block',
  method: 'PUT',
  path: '/api/blocks/:delegationId',
  summary: '保存受托填写的内容',
  access: parties,
  params,
  body: z.object({ version, answers: answersSchema }),
  reply: blockViewSchema,
})
export const setBlockReadiness = endpoint({
  id: 'approvals.set-block-readiness',
  method: 'POST',
  path: '/api/blocks/:delegationId/readiness',
  summary: '标记受托部分已就绪,或者继续修改',
  access: parties,
  params,
  body: z.object({ version, ready: z.boolean() }),
  reply: blockViewSchema,
})
export const attachBlockDocument = endpoint({
  id: 'approvals.attach-block-document',
  method: 'POST',
  path: '/api/blocks/:delegationId/documents',
  summary: '把已上传的文件作为受托部分的材料',
  access: parties,
  params,
  body: z.object({ materialId: z.string().max(40), uploadId: z.uuid() }),
  reply: blockViewSchema,
})
export const removeBlockDocument = endpoint({
  id: 'approvals.remove-block-document',
  method: 'DELETE',
  path: '/api/blocks/:delegationId/documents/:documentId',
  summary: '从受托部分移除材料',
  access: parties,
  params: params.extend({ documentId: idSchema<'document'>() }),
  reply: blockViewSchema,
})
export const readBlockDocument = endpoint({
  id: 'approvals.read-block-document',
  method: 'GET',
  path: '/api/blocks/:delegationId/documents/:documentId/content',
  summary: '下载受托部分的材料',
  access: parties,
  params: params.extend({ documentId: idSchema<'document'>() }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
