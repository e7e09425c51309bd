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
type Outcomes = Readonly<Record<Outcome, Words>>
const permitOutcomes: Outcomes = {
  approved: { zh: '准予许可', en: 'approved' },
  'approved-with-conditions': { zh: '附条件准予许可', en: 'approved with conditions' },
  'approved-with-deferral': { zh: '准予许可(容缺办结)', en: 'approved, documents to follow' },
  'partially-approved': { zh: '部分准予许可', en: 'partially approved' },
  refused: { zh: '不予许可', en: 'refused' },
}
/** A filing, a technical review or an opinion is no licence, and its document must not call it one. */
const outcomesOfKind: Readonly<Record<string, Outcomes>> = {
  permit: permitOutcomes,
  filing: {
    approved: { zh: '予以备案', en: 'filed' },
    'approved-with-conditions': { zh: '予以备案(附要求)', en: 'filed, with requirements' },
    'approved-with-deferral': { zh: '予以备案(容缺办结)', en: 'filed, documents to follow' },
    'partially-approved': { zh: '部分予以备案', en: 'filed in part' },
    refused: { zh: '不予备案', en: 'not filed' },
  },
  'technical-review': {
    approved: { zh: '审查合格', en: 'passed' },
    'approved-with-conditions': { zh: '审查合格(附要求)', en: 'passed, with requirements' },
    'approved-with-deferral': { zh: '审查合格(容缺办结)', en: 'passed, documents to follow' },
    'partially-approved': { zh: '部分审查合格', en: 'passed in part' },
    refused: { zh: '审查不合格', en: 'not passed' },
  },
  opinion: {
    approved: { zh: '同意', en: 'agreed' },
    'approved-with-conditions': { zh: '有条件同意', en: 'agreed with conditions' },
    'approved-with-deferral': { zh: '同意(容缺办结)', en: 'agreed, documents to follow' },
    'partially-approved': { zh: '部分同意', en: 'agreed in part' },
    refused: { zh: '不同意', en: 'not agreed' },
  },
}
/** The outcome of an item in the words of its kind; of a permit where the kind is not known. */
export const outcomeWordsOf = (kind: string | null | undefined, outcome: Outcome): Words =>
  (outcomesOfKind[kind ?? 'permit'] ?? permitOutcomes)[outcome]
