/** What becomes of promises and receipts on the entries of others. */

import { type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { JsonValue, Reaction } from '../../../platform/platform.ts'
import { lockCase } from '../actions/case-file.ts'
import type { Context } from '../actions/context.ts'
import { dropDeferrals } from '../actions/deferrals.ts'
import { issueDelivery } from '../actions/receipts.ts'
import { returnedForSilence } from '../contract/events-clocks.ts'
import type { ApplicationId } from '../contract.ts'

const textIn = (payload: JsonValue, name: string): string => {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return ''
  const value = (payload as Readonly<Record<string, JsonValue>>)[name]
  return typeof value === 'string' ? value : ''
}

export const undertakingReactions = (context: Context): readonly Reaction[] => [
  {
    // An application that ends without decisions owes nothing any more.
    listener: 'approvals.undertakings-end',
    kinds: [returnedForSilence.kind, 'approvals.withdrawn'],
    react: async (unit, entry) => {
      const id = textIn(entry.payload, 'applicationId')
      if (id === '') return
      const file = await lockCase(context, unit, id as ApplicationId)
      if (file.application.state !== 'withdrawn') return
      await dropDeferrals(context, unit, file, '申请已撤回')
      await file.book.close()
    },
  },
  {
    // The proof of delivery is a receipt like the others.
    listener: 'approvals.delivery-receipts',
    kinds: ['approvals.decision-delivered'],
    react: async (unit, entry) => {
      const id = textIn(entry.payload, 'applicationId')
      if (id === '') return
      const file = await lockCase(context, unit, id as ApplicationId)
      const on = textIn(entry.payload, 'on')
      await issueDelivery(context, unit, file, {
        documentNumber: textIn(entry.payload, 'documentNumber'),
        itemName: textIn(entry.payload, 'itemName'),
        wayName: textIn(entry.payload, 'wayName'),
        on: on === '' ? localDateOf(entry.occurredAt) : (on as LocalDate),
      })
    },
  },
]
