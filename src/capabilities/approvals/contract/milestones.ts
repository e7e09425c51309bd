/** 项目节点: moments of a project on which decisions wait (works complete, completion accepted, …). */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'

const fileSchema = z.object({
  sha256: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
})
export const milestoneRecordSchema = z.object({
  recordId: idSchema<'milestone-record'>(),
  /** Null: the record before was withdrawn. */
  reachedOn: localDateSchema.nullable(),
  note: z.string(),
  files: z.array(fileSchema),
  /** Why the record before was corrected. */
  reason: z.string().nullable(),
  recordedAt: instantSchema,
  recordedBy: z.string(),
})
export const milestoneSchema = z.object({
  milestone: z.string(),
  name: wordsSchema,
  stage: z.string(),
  stageName: wordsSchema,
  reachedOn: localDateSchema.nullable(),
  origin: z.enum(['entered', 'system', 'derived']).nullable(),
  basis: wordsSchema.nullable(),
  /** Items of this project that wait for it. */
  awaitedBy: z.array(wordsSchema),
  /** Decisions that must come before. */
  needs: z.array(wordsSchema),
  /** Newest first. */
  records: z.array(milestoneRecordSchema),
  may: z.object({ register: wordsSchema.nullable(), correct: wordsSchema.nullable() }),
})
export type MilestoneView = z.infer<typeof milestoneSchema>
export const projectMilestonesSchema = z.object({
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  milestones: z.array(milestoneSchema),
})
export type ProjectMilestones = z.infer<typeof projectMilestonesSchema>

const projectParams = z.object({ projectId: idSchema<'project'>() })
const milestoneParams = projectParams.extend({ milestone: z.string().max(60) })
const uploads = z.array(z.uuid()).max(10).default([])

export const listMilestones = endpoint({
  id: 'approvals.list-milestones',
  method: 'GET',
  path: '/api/projects/:projectId/milestones',
  summary: '项目节点:已达到、尚未达到,以及哪些事项在等',
  access: 'signed-in',
  params: projectParams,
  reply: projectMilestonesSchema,
})
export const registerMilestone = endpoint({
  id: 'approvals.register-milestone',
  method: 'POST',
  path: '/api/projects/:projectId/milestones/:milestone',
  summary: '登记项目节点(建设单位或窗口)',
  access: { roles: ['applicant', 'clerk'] },
  params: milestoneParams,
  body: z.object({ reachedOn: localDateSchema, note: z.string().trim().max(1000).default(''), uploadIds: uploads }),
  reply: projectMilestonesSchema,
})
export const correctMilestone = endpoint({
  id: 'approvals.correct-milestone',
  method: 'POST',
  path: '/api/projects/:projectId/milestones/:milestone/correction',
  summary: '更正或撤销节点登记(窗口,写明理由)',
  access: { roles: ['clerk'] },
  params: milestoneParams,
  body: z.object({
    /** Null: it was not reached; the registration is withdrawn. */
    reachedOn: localDateSchema.nullable(),
    reason: z.string().trim().min(2, { error: '请写明更正理由' }).max(500),
    uploadIds: uploads,
  }),
  reply: projectMilestonesSchema,
})
export const readMilestoneFile = endpoint({
  id: 'approvals.read-milestone-file',
  method: 'GET',
  path: '/api/projects/:projectId/milestones/records/:recordId/files/:sha256',
  summary: '节点登记的凭证',
  access: 'signed-in',
  params: projectParams.extend({ recordId: idSchema<'milestone-record'>(), sha256: z.string().length(64) }),
  produces: 'application/octet-stream',
  reply: z.any(),
})

// ------------------------------------------------------------------------------------------ events

const facts = {
  projectId: z.string(),
  projectName: z.string(),
  milestone: z.string(),
  milestoneName: z.string(),
}
/** Recorded as public for a published project. Notes are free text and stand with the personal data. */
export const milestoneReached = defineEvent({
  kind: 'approvals.milestone-reached',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, reachedOn: z.string(), origin: z.enum(['entered', 'system']) }),
  sentence: '项目{projectName}:{reachedOn}{milestoneName}',
})
export const milestoneCorrected = defineEvent({
  kind: 'approvals.milestone-corrected',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, before: z.string(), reachedOn: z.string().nullable(), result: z.string() }),
  sentence: '项目{projectName}:更正“{milestoneName}”的登记({before}改为{result})',
})
export const milestoneEvents: readonly EventKind[] = [milestoneReached, milestoneCorrected] as readonly EventKind[]
