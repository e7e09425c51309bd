/** What people may do with their jobs: see how far they are and cancel them. */
import { z } from 'zod'
import { type Actor, holds } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { idSchema } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { type Route, route } from '../platform.ts'
import { actorText, type Jobs } from './jobs.ts'
import type { ProgressRow } from './store.ts'

const jobMissing = defineRefusal('missing', 'jobs.missing', {
  zh: '没有这个任务，或它不是由您发起的。请从发起任务的页面重新打开。',
  en: 'There is no such job, or it is not yours. Open it again from the page on which you began it.',
})
const jobEnded = defineRefusal('conflict', 'jobs.ended', {
  zh: '任务已经结束，不能取消。请刷新页面查看结果。',
  en: 'The job has ended and cannot be cancelled. Reload the page to see its result.',
})

const progressSchema = z.object({
  jobId: z.string(),
  job: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  done: z.number(),
  total: z.number(),
  result: z.json(),
  error: z.string().nullable(),
  cancelRequested: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
const jobParams = z.object({ jobId: idSchema<'job'>() })

export const jobProgress = endpoint({
  id: 'jobs.progress',
  method: 'GET',
  path: '/api/jobs/:jobId',
  summary: '查询后台任务进度 How far a job is',
  access: 'signed-in',
  params: jobParams,
  reply: progressSchema,
})
export const cancelJob = endpoint({
  id: 'jobs.cancel',
  method: 'POST',
  path: '/api/jobs/:jobId/cancel',
  summary: '取消后台任务 Cancel a job',
  access: 'signed-in',
  params: jobParams,
  reply: progressSchema,
})

/** Others' jobs do not exist for a caller, except for an administrator. */
const visible = async (jobs: Jobs, actor: Actor, jobId: string): Promise<ProgressRow> => {
  const row = await jobs.progress(jobId)
  if (row === null || (row.enqueuedBy !== actorText(actor) && !holds(actor, 'administrator'))) throw jobMissing()
  return row
}
const shown = ({ enqueuedBy: _hidden, ...row }: ProgressRow): z.infer<typeof progressSchema> =>
  progressSchema.parse(row)

export const jobRoutes = (jobs: Jobs): readonly Route[] => [
  route(jobProgress, async (call, { params }) => shown(await visible(jobs, call.actor, params.jobId))),
  route(cancelJob, async (call, { params }) => {
    await visible(jobs, call.actor, params.jobId)
    if (!(await jobs.cancel(params.jobId))) throw jobEnded()
    return shown(await visible(jobs, call.actor, params.jobId))
  }),
]
