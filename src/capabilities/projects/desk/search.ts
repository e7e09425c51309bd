/** The filters of the project list, as they stand in the URL. */
import { z } from 'zod'
import { projectStates, stages } from '../contract.ts'

export const listSearch = z.object({
  search: z.string().max(60).optional().catch(undefined),
  stage: z.enum(stages).optional().catch(undefined),
  state: z.enum(projectStates).optional().catch(undefined),
  after: z.string().max(400).optional(),
})
