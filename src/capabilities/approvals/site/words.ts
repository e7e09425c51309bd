/** Words of the states on public pages. */
import { type Words, words } from '../../../kernel/words.ts'
import type { ApplicationState, ItemRunState } from '../contract.ts'

export const applicationStateWords: Readonly<Record<ApplicationState, Words>> = {
  draft: words('草稿', 'Draft'),
  submitted: words('已收件,待受理', 'Received'),
  correcting: words('补正中', 'Awaiting corrections'),
  accepted: words('已受理,审查中', 'Under review'),
  refused: words('不予受理', 'Not accepted'),
  withdrawn: words('已撤回', 'Withdrawn'),
  closed: words('已办结', 'Closed'),
}
export const itemRunStateWords: Readonly<Record<ItemRunState, Words>> = {
  handling: words('审查中', 'In review'),
  drafted: words('拟定决定', 'Draft decision'),
  reviewed: words('已审核待决定', 'Reviewed'),
  decided: words('已决定', 'Decided'),
  cancelled: words('已终止', 'Cancelled'),
}
export { outcomeWordsOf } from '../model/words.ts'
