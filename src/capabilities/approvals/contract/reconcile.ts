/** Drafts and the versions of form and catalogue: where a draft stands, and bringing it to what is in force. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { answerSchema, applicationFileSchema } from '../contract.ts'
import { pointReasons } from '../model/reconcile.ts'

export const reconcilePointSchema = z.object({
  /** 'field:<id>', 'material:<id>' or 'item:<id>'. */
  anchor: z.string(),
  label: wordsSchema,
  reason: z.enum(pointReasons),
  text: wordsSchema,
  setAside: answerSchema,
})
export const draftStandingSchema = z.object({
  /** True: the draft stands under what is in force today. */
  current: z.boolean(),
  reconciledTo: z.object({ day: localDateSchema, formVersion: z.string() }),
  inForce: z.object({ day: localDateSchema, formVersion: z.string() }),
  /** What would be asked again; empty when `current`. */
  points: z.array(reconcilePointSchema),
  /** Earlier reconciliations, newest first; `open`: still to be answered. */
  history: z.array(
    z.object({
      at: instantSchema,
      by: z.string(),
      fromDay: localDateSchema,
      toDay: localDateSchema,
      toForm: z.string(),
      points: z.array(reconcilePointSchema.extend({ open: z.boolean() })),
    }),
  ),
})
export type DraftStanding = z.infer<typeof draftStandingSchema>

export const draftReconciled = defineEvent({
  kind: 'approvals.draft-reconciled',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    applicationId: z.string(),
    caseNumber: z.string(),
    projectName: z.string(),
    stage: z.string(),
    stageName: z.string(),
    fromDay: z.string(),
    toDay: z.string(),
    fromForm: z.string(),
    toForm: z.string(),
    count: z.number().int(),
    points: z.array(z.object({ anchor: z.string(), reason: z.enum(pointReasons) })),
  }),
  sentence: '草稿按{toDay}施行的清单和表单核对,{count}处需要重新填写或留意',
})

const params = z.object({ applicationId: idSchema<'application'>() })
export const readDraftStanding = endpoint({
  id: 'approvals.read-draft-standing',
  method: 'GET',
  path: '/api/applications/:applicationId/draft-standing',
  summary: '草稿所依据的清单和表单版本,是否现行,更新会影响哪些内容',
  access: { roles: ['applicant', 'clerk'] },
  params,
  reply: draftStandingSchema,
})
export const reconcileDraft = endpoint({
  id: 'approvals.reconcile-draft',
  method: 'POST',
  path: '/api/applications/:applicationId/reconciliation',
  summary: '按现行清单和表单核对草稿:未受影响的内容保留,受影响的重新填写',
  access: { roles: ['applicant', 'clerk'] },
  params,
  body: z.object({ version: z.number().int().min(0) }),
  reply: z.object({ standing: draftStandingSchema, file: applicationFileSchema }),
})
