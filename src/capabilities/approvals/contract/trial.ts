/** 试用: an application under versions that are not in force, computed and never written. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { certaintySchema } from '../../../kernel/sourced.ts'
import { localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { answersSchema, fieldFaultSchema, materialNeedSchema } from '../contract.ts'

export const trialReplySchema = z.object({
  faults: z.array(fieldFaultSchema),
  materials: z.array(materialNeedSchema),
  /** What every limit would come to for a case received on the day. */
  limits: z.array(
    z.object({
      itemId: z.string(),
      versionId: z.string(),
      name: wordsSchema,
      department: z.string(),
      days: z.number().int().nullable(),
      unit: z.enum(['workday', 'calendar-day', 'immediate']),
      due: localDateSchema.nullable(),
      provisional: z.boolean(),
      basis: z.string(),
      certainty: certaintySchema,
    }),
  ),
})
export const tryApplication = endpoint({
  id: 'approvals.try-application',
  method: 'POST',
  path: '/api/applications-trial',
  summary: '试用未生效的版本:检查、材料和到期日,不写入任何记录',
  access: { roles: ['administrator', 'supervisor'] },
  body: z.object({
    editionIds: z.array(idSchema<'edition'>()).max(20),
    day: localDateSchema,
    itemIds: z.array(z.string().max(20)).min(1).max(60),
    guideAnswers: answersSchema,
    answers: answersSchema,
  }),
  reply: trialReplySchema,
})
