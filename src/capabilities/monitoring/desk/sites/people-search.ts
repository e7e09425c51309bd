/** The filters of the people of a site, as they stand in the URL. */
import { z } from 'zod'
import { localDateSchema } from '../../../../kernel/time.ts'
import { registrationStates } from '../../model/people/states.ts'

export const peopleSearch = z.object({
  day: localDateSchema.optional().catch(undefined),
  unregistered: z.boolean().optional().catch(undefined),
  worker: z.string().max(60).optional().catch(undefined),
  state: z.enum(registrationStates).optional().catch(undefined),
  team: z.string().max(40).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})
