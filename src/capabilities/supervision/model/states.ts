/** States of a rectification order. */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import type { Words } from '../../../kernel/words.ts'

export const orderStates = ['issued', 'replied', 'closed', 'withdrawn'] as const
export type OrderState = (typeof orderStates)[number]
/** A recheck that fails leads from the reply back to the site, with another round. */
export const orderLifecycle = lifecycle<OrderState>('issued', {
  issued: ['replied', 'withdrawn'],
  replied: ['issued', 'closed', 'withdrawn'],
  closed: [],
  withdrawn: [],
})
export const orderStateWords: Readonly<Record<OrderState, Words>> = {
  issued: { zh: '待整改', en: 'To be put right' },
  replied: { zh: '已回复,待复查', en: 'To be rechecked' },
  closed: { zh: '已销号', en: 'Closed' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
}
