/** The filters of the lists, as they stand in the URL. */
import { z } from 'zod'
import { organisationKinds } from '../contract.ts'

const after = z.string().max(400).optional()
export const listSearch = z.object({ search: z.string().max(60).optional().catch(undefined), after })
export const organisationSearch = listSearch.extend({ kind: z.enum(organisationKinds).optional().catch(undefined) })
export const daySearch = z.object({
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional()
    .catch(undefined),
})
