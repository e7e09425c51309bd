/** Refusals of deferrals, commitments, after-checks, credit records, correction rounds and paper intake. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

const invalid = (code: string, zh: string, en: string) => defineRefusal('invalid', `approvals.${code}`, { zh, en })
const forbidden = (code: string, zh: string, en: string) => defineRefusal('forbidden', `approvals.${code}`, { zh, en })
const conflict = (code: string, zh: string, en: string) => defineRefusal('conflict', `approvals.${code}`, { zh, en })
const missing = (code: string, zh: string, en: string) => defineRefusal('missing', `approvals.${code}`, { zh, en })

export const deferralMissing = missing(
  'deferral-missing',
  '没有找到这项容缺材料,请从办件页面重新进入。',
  'There is no such deferral; open it from the file again.',
)
export const commitmentMissing = missing(
  'commitment-missing',
  '没有找到这份承诺书,请从办件页面重新进入。',
  'There is no such commitment; open it from the file again.',
)
export const afterCheckMissing = missing(
  'after-check-missing',
  '没有找到这项核查任务,请从事后核查列表重新进入。',
  'There is no such check; open it from the list again.',
)
export const creditMissing = missing(
  'credit-missing',
  '没有找到这条信用记录,请刷新列表。',
  'There is no such record; reload the list.',
)
export const receiptMissing = missing(
  'receipt-missing',
  '没有找到这份凭证,请从办件页面重新进入。',
  'There is no such receipt; open it from the file again.',
)
export const organisationMissing = missing(
  'organisation-missing',
  '没有找到这个单位,请从单位列表中选择。',
  'There is no such organisation; choose it from the list.',
)
export const notDeferrable = invalid(
  'not-deferrable',
  '有{count}项材料不能容缺,请按提示先行提交。',
  '{count} documents cannot follow later: hand them in first.',
)
export const deferralNotOpen = conflict(
  'deferral-not-open',
  '这项容缺材料{state},不能再办理。请刷新页面。',
  'This deferral is {stateEn}. Reload the page.',
)
export const deferralByEvent = conflict(
  'deferral-by-event',
  '这项容缺材料以“{event}”为限,没有天数可延长。',
  'This deferral ends with an event and cannot be extended.',
)
export const deferralByDays = conflict(
  'deferral-by-days',
  '这项容缺材料按天数计算,无需登记事件。',
  'This deferral runs by days: there is no event to enter.',
)
export const deferralExtended = conflict(
  'deferral-extended-once',
  '补交时限只能延长一次,已于{at}延长{days}日。请督促申请人补交。',
  'It was extended once, on {at}, by {days} days; no more.',
)
export const deferralNotExtendable = conflict(
  'deferral-not-extendable',
  '该事项的容缺时限不允许延长。',
  'The deferral of this item cannot be extended.',
)
export const deferralOwed = conflict('deferral-owed', '{sentence}', '{sentenceEn}')
export const outputHeld = conflict(
  'output-held',
  '容缺材料“{materials}”逾期未补,证件暂缓交付。补齐后即可取证。',
  'The output is held back until these documents are supplied: {materials}.',
)
export const eventInFuture = invalid(
  'event-in-future',
  '事件发生日期不能晚于今天,请核对。',
  'The event cannot lie in the future.',
)
export const commitmentNotOffered = conflict(
  'commitment-not-offered',
  '“{item}”不适用告知承诺,请按清单提交材料。',
  '“{item}” cannot be applied for by commitment.',
)
export const commitmentDishonest = conflict(
  'commitment-dishonest',
  '申请单位有失信记录({basis}),不适用告知承诺,请提交证明材料。记录有误的,请向窗口申请核销。',
  'The applicant is on record as dishonest ({basis}): hand in the evidence.',
)
export const commitmentNotSigned = conflict(
  'commitment-not-signed',
  '申请人没有对该事项作出告知承诺,请按一般程序办理。',
  'The applicant made no commitment for this item: use the ordinary procedure.',
)
export const commitmentNotImmediate = conflict(
  'commitment-not-immediate',
  '该事项不实行当场决定,请按一般程序办理。',
  'This item is not decided at once: use the ordinary procedure.',
)
export const checkNotOpen = conflict(
  'check-not-open',
  '核查任务{state},不能进行此操作。请刷新页面。',
  'The check is {stateEn}. Reload the page.',
)
export const answerOpen = conflict(
  'answer-open',
  '申请人可以在{until}前陈述、申辩,届时再作处理。',
  'The applicant may still answer until {until}.',
)
export const answerOver = conflict(
  'answer-over',
  '陈述、申辩期限({until})已过。请联系办理部门。',
  'The time to answer ended on {until}. Contact the department.',
)
export const sameChecker = forbidden(
  'same-checker',
  '核查结果由您登记,处理须由其他人员作出。',
  'You entered the result; somebody else must settle it.',
)
export const measuresNeeded = invalid(
  'measures-needed',
  '核查不实或者未履行的,请至少选择一项拟采取的措施。',
  'Choose at least one measure.',
)
export const measuresNotAllowed = invalid(
  'measures-not-allowed',
  '核查属实的,不需要采取措施,请取消选择。',
  'A true commitment has no consequences: clear the measures.',
)
export const notCreditKeeper = forbidden(
  'not-credit-keeper',
  '只有窗口人员和系统管理员可以登记、核销信用记录。',
  'Only clerks and administrators enter and lift records.',
)
export const notCreditJudge = forbidden(
  'not-credit-judge',
  '拟记入的信用记录由效能监督或者系统管理员确认。',
  'Proposed records are confirmed by a supervisor or an administrator.',
)
export const creditMoved = conflict(
  'credit-moved',
  '这条信用记录{state},不能进行此操作。请刷新列表。',
  'The record is {stateEn}. Reload the list.',
)
export const creditDates = invalid(
  'credit-dates',
  '截止日期不能早于起始日期,请核对。',
  'The last day is before the first.',
)
export const notSupervisor = forbidden(
  'not-supervisor',
  '只有效能监督人员可以批准再次告知补正。',
  'Only a supervisor may approve a second list.',
)
export const sameProposer = forbidden(
  'same-correction-proposer',
  '再次补正由您提请,须由其他人员批准。',
  'You proposed this list; somebody else must approve it.',
)
export const noSecondListYet = conflict(
  'no-second-list-yet',
  '还没有告知过补正,请直接一次性告知全部内容,无需批准。',
  'No list was given yet: give it directly.',
)
export const secondListOpen = conflict(
  'second-list-open',
  '已有一份再次补正的提请在等待批准,请等待结果。',
  'A second list is waiting for approval.',
)
export const noSecondListOpen = conflict(
  'no-second-list-open',
  '没有等待批准的再次补正提请。请刷新页面。',
  'No second list waits for approval. Reload the page.',
)
export const pointMissing = missing(
  'point-missing',
  '没有找到这一点补正内容,请刷新页面。',
  'There is no such point; reload the page.',
)
export const pointsOpen = invalid(
  'points-open',
  '还有{count}点补正没有答复,请逐点补正或者说明。',
  '{count} points are not answered yet: answer each one.',
)
export const notCorrecting = conflict(
  'not-correcting',
  '申请{state},现在不能答复补正。',
  'The application is {stateEn}: corrections cannot be answered now.',
)
export const notByClerk = conflict(
  'paper-not-by-clerk',
  '纸质申请由窗口人员代为录入的草稿才能登记收件时间。',
  'Only a draft that a clerk entered may carry a receipt on paper.',
)
export const paperTooOld = invalid(
  'paper-too-old',
  '纸质收件时间最多早于录入{days}日,请核对收件登记。',
  'A receipt on paper may lie back at most {days} days.',
)
export const paperInFuture = invalid(
  'paper-in-future',
  '纸质收件时间不能晚于现在,请核对。',
  'The receipt on paper lies in the future.',
)
export const paperReasonUnknown = invalid(
  'paper-reason-unknown',
  '请从清单中选择补录原因。',
  'Choose the reason from the list.',
)
export const notDelivered = conflict(
  'not-delivered',
  '证件尚未生成,请稍后再试。',
  'The document is not made yet; try again soon.',
)
export const deliveredAlready = conflict(
  'delivered-already',
  '证件已于{at}送达({number})。',
  'It was delivered on {at} ({number}).',
)
