/** Who can see a file, since when, and by which entry of the journal. */
import { z } from 'zod'
import { roleSchema } from '../../../kernel/actor.ts'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { instantSchema } from '../../../kernel/time.ts'

export const accessRowSchema = z.object({
  personId: idSchema<'person'>(),
  name: z.string(),
  role: roleSchema,
  department: z.string().nullable(),
  organisationName: z.string().nullable(),
  /** Set when the role is held by delegation: for whom. */
  onBehalfOfName: z.string().nullable(),
  /** 'whole': everything; 'party': all but contacts. */
  sight: z.enum(['whole', 'party']),
  since: instantSchema,
  /** First instant no longer in force; null = open. */
  until: instantSchema.nullable(),
  /** The journal entry that gave the right; null for rights older than this trace. */
  entryId: z.string().nullable(),
})
export type AccessRow = z.infer<typeof accessRowSchema>
export const listAccess = endpoint({
  id: 'approvals.access',
  method: 'GET',
  path: '/api/applications/:applicationId/access',
  summary: '谁能看到这份案卷、自何时起、依据哪条日志',
  access: 'signed-in',
  params: z.object({ applicationId: idSchema<'application'>() }),
  reply: z.object({ rows: z.array(accessRowSchema) }),
})
