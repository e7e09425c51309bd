/** The filters of the lists, as they stand in the URL. */
import { z } from 'zod'
import { deliveryStates, outChannels } from '../contract.ts'
import { topics } from '../model/topics.ts'

const after = z.string().max(400).optional()
export const messageSearch = z.object({
  topic: z.enum(topics).optional().catch(undefined),
  unread: z.boolean().optional().catch(undefined),
  search: z.string().max(60).optional().catch(undefined),
  after,
})
export const outboxSearch = z.object({
  state: z.enum(deliveryStates).optional().catch(undefined),
  channel: z.enum(outChannels).optional().catch(undefined),
  webhook: z.uuid().optional().catch(undefined),
  show: z.uuid().optional().catch(undefined),
  after,
})
