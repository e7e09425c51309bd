/** The machine's check before submission. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { certaintySchema } from '../../../kernel/sourced.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'

export const findingSchema = z.object({
  ruleId: z.string(),
  /** fault 须更正后才能提交 · warning 提示,不影响提交 */
  severity: z.enum(['fault', 'warning']),
  message: wordsSchema,
  anchors: z.array(z.string()),
  basis: z.string(),
  certainty: certaintySchema,
})
export const precheckReplySchema = z.object({
  checkedAt: instantSchema,
  /** Rules that were applied. */
  rules: z.number().int(),
  findings: z.array(findingSchema),
  /** What is empty or malformed in the form, and materials that are missing. */
  faults: z.array(z.object({ path: z.string(), message: z.string() })),
})
export type PrecheckReply = z.infer<typeof precheckReplySchema>

export const runPrecheck = endpoint({
  id: 'approvals.precheck',
  method: 'POST',
  path: '/api/applications/:applicationId/precheck',
  summary: '提交前的机器预检:完整性、编码、数字互相印证、文件',
  access: { roles: ['applicant', 'clerk'] },
  params: z.object({ applicationId: idSchema<'application'>() }),
  body: z.object({}),
  reply: precheckReplySchema,
})
