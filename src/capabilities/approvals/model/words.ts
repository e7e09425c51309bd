/** Names of states, opinions and outcomes for people. */
import type { Words } from '../../../kernel/words.ts'
import type { ApplicationState, ItemRunState, OpinionCode, OpinionTaskState, Outcome } from '../contract.ts'

export const applicationStateWords: Readonly<Record<ApplicationState, Words>> = {
  draft: { zh: '草稿', en: 'a draft' },
  submitted: { zh: '已提交待受理', en: 'submitted' },
  correcting: { zh: '补正中', en: 'being corrected' },
  accepted: { zh: '已受理办理中', en: 'being handled' },
  refused: { zh: '不予受理', en: 'not accepted' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  closed: { zh: '已办结', en: 'closed' },
}
export const itemRunStateWords: Readonly<Record<ItemRunState, Words>> = {
  handling: { zh: '审查中', en: 'in review' },
  drafted: { zh: '已拟定决定', en: 'drafted' },
  reviewed: { zh: '已审核', en: 'reviewed' },
  decided: { zh: '已决定', en: 'decided' },
  cancelled: { zh: '已终止', en: 'cancelled' },
}
export const opinionTaskStateWords: Readonly<Record<OpinionTaskState, Words>> = {
  sent: { zh: '已发出', en: 'sent' },
  opened: { zh: '办理中', en: 'opened' },
  given: { zh: '已出具', en: 'answered' },
  deemed: { zh: '逾期视为无异议', en: 'deemed without objection' },
  cancelled: { zh: '已取消', en: 'cancelled' },
}
export const opinionCodeWords: Readonly<Record<OpinionCode, Words>> = {
  agree: { zh: '同意', en: 'agree' },
  'agree-with-conditions': { zh: '有条件同意', en: 'agree with conditions' },
  disagree: { zh: '不同意', en: 'disagree' },
  'need-information': { zh: '需补充信息', en: 'information needed' },
  'not-involved': { zh: '不涉及', en: 'not involved' },
}
export const outcomeWords: Readonly<Record<Outcome, Words>> = {
  approved: { zh: '准予许可', en: 'approved' },
  'approved-with-conditions': { zh: '附条件准予许可', en: 'approved with conditions' },
  'approved-with-deferral': { zh: '准予许可(容缺办结)', en: 'approved, documents to follow' },
  'partially-approved': { zh: '部分准予许可', en: 'partially approved' },
  refused: { zh: '不予许可', en: 'refused' },
}
