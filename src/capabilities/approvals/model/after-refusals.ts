/** The refusals after a decision. Every sentence says what to do. */
import { defineRefusal } from '../../../kernel/refusal.ts'

const invalid = (code: string, zh: string, en: string) => defineRefusal('invalid', `approvals.${code}`, { zh, en })
const forbidden = (code: string, zh: string, en: string) => defineRefusal('forbidden', `approvals.${code}`, { zh, en })
const conflict = (code: string, zh: string, en: string) => defineRefusal('conflict', `approvals.${code}`, { zh, en })
const missing = (code: string, zh: string, en: string) => defineRefusal('missing', `approvals.${code}`, { zh, en })

export const afterMissing = missing(
  'after-missing',
  '没有找到这项记录,请从办件页面重新进入。',
  'There is no such record; open it from the file again.',
)
// ---- the draft
export const scopeFaulty = invalid(
  'scope-faulty',
  '部分准予的范围有{count}处需要更正。',
  'The scope has {count} faults; correct them.',
)
export const scopeNotAllowed = invalid(
  'scope-not-allowed',
  '只有“部分准予许可”可以划分范围,请删除范围或者改选结论。',
  'Only a partial approval has a scope; remove it or choose another outcome.',
)
export const refusalReasonNeeded = invalid(
  'refusal-reason-needed',
  '不予许可须写明法定理由和查明的事实,请补充。',
  'A refusal needs its ground in law and the facts found; add them.',
)
export const refusalReasonNotAllowed = invalid(
  'refusal-reason-not-allowed',
  '只有“不予许可”填写不予许可的理由,请删除或者改选结论。',
  'Only a refusal has a ground of refusal; remove it or choose another outcome.',
)
export const groundUnknown = invalid(
  'ground-unknown',
  '没有这项法定理由,请从列出的理由中选择。',
  'There is no such ground; choose one of the list.',
)
export const conditionDueFaulty = invalid(
  'condition-due-faulty',
  '条件的履行期限有{count}处不正确,请更正。',
  'The limits of {count} conditions are wrong; correct them.',
)
export const validUntilPast = invalid(
  'valid-until-past',
  '有效期截止日须在今天之后。',
  'The last day of validity must lie after today.',
)
export const publishTooEarly = invalid(
  'publish-too-early',
  '公布时间不能早于现在,请另选时间。',
  'The time of publication cannot lie in the past.',
)
export const publishTooLate = invalid(
  'publish-too-late',
  '公布时间晚于法定送达期限({due}),请选在此前。',
  'Publication would come after the last day of delivery ({due}); choose an earlier time.',
)
// ---- the document
export const notPublishedYet = conflict(
  'not-published-yet',
  '该决定尚未到公布时间,公布后方可送达。',
  'The decision is not published yet; it can be delivered after that.',
)
export const alreadyDelivered = conflict(
  'already-delivered',
  '该决定已于{on}送达,无需重复登记。',
  'The decision was delivered on {on}.',
)
export const notDelivered = conflict(
  'not-delivered',
  '该决定尚未送达。请先签收或者由窗口登记送达。',
  'The decision has not been delivered yet; confirm its receipt first.',
)
export const deliveryDayFaulty = invalid(
  'delivery-day-faulty',
  '送达日期须在公布之后、今天或以前。',
  'The day of delivery lies between publication and today.',
)
export const notInForce = conflict(
  'not-in-force',
  '该决定{state},不能办理此项。',
  'The decision is {stateEn}; this cannot be done.',
)
// ---- conditions
export const conditionClosed = conflict(
  'condition-closed',
  '该条件{state},不能再办理。请刷新页面。',
  'The condition is {stateEn}; reload the page.',
)
export const nothingToVerify = conflict(
  'nothing-to-verify',
  '申请人尚未提交新的履行证明。',
  'No new evidence was given yet.',
)
export const waiverOpen = conflict(
  'waiver-open',
  '该条件已提请免除,等待审批决定人批准。',
  'A waiver has been proposed already and waits for the approver.',
)
export const noWaiver = conflict('no-waiver', '没有待批准的免除提请。', 'No waiver waits for a decision.')
export const sameWaiverProposer = forbidden(
  'same-waiver-proposer',
  '免除由您提请,须由其他审批决定人批准。',
  'You proposed this waiver; another approver must decide it.',
)
export const blockedByConditions = conflict(
  'blocked-by-conditions',
  '有未履行的条件阻止{event}:{conditions}。请先提交履行证明并经核实。',
  'Open conditions block the {eventEn}: {conditions}. Discharge them first.',
)
// ---- acts
export const actOpen = conflict(
  'act-open',
  '该决定已有一项处理正在进行,请先办结。',
  'Another act on this decision is under way; finish it first.',
)
export const actClosed = conflict('act-closed', '该项处理已办结,请刷新页面。', 'This act is finished; reload the page.')
export const nothingChanges = invalid(
  'nothing-changes',
  '请至少填写一处更正或者变更后的内容。',
  'Give at least one thing that the new document says instead.',
)
export const sameActProposer = forbidden(
  'same-act-proposer',
  '该项处理由您提请,须由其他审批决定人批准。',
  'You proposed this; another approver must decide it.',
)
export const hearingOpen = conflict(
  'hearing-open',
  '持证人陈述申辩的期限到{until}为止,期满或者收到陈述后方可决定。',
  'The holder may answer until {until}; decide after that or after the answer.',
)
export const noAnswerDue = conflict(
  'no-answer-due',
  '陈述申辩的期限已过或者已经提交。',
  'The time to answer is over, or an answer was given already.',
)
// ---- remedies
export const noSuchRemedy = conflict(
  'no-such-remedy',
  '该决定没有这种救济途径,请按文书载明的途径办理。',
  'This decision cannot be challenged that way; see the document.',
)
export const remedyOpen = conflict(
  'remedy-open',
  '就该决定已有一件{kind}正在进行。',
  'A case of this kind is under way already.',
)
export const remedyStep = conflict(
  'remedy-step',
  '案件目前{state},不能登记为{to}。请刷新页面。',
  'The case cannot take this step now; reload the page.',
)
export const lodgedDayFaulty = invalid(
  'lodged-day-faulty',
  '提起日期须在决定之日以后、今天或以前。',
  'The day lies between the decision and today.',
)
export const anotherOpen = conflict(
  'another-open',
  '本项目在该阶段已有另一件在办申请{caseNumber},请先办结或撤回后再登记撤销结果。',
  'Another application {caseNumber} is open in this stage; close it first.',
)
// ---- withdrawal
export const notWithdrawable = conflict(
  'not-withdrawable',
  '申请{state},不能撤回。',
  'The application is {stateEn}; it cannot be withdrawn.',
)
export const withdrawalPending = conflict(
  'withdrawal-pending',
  '申请人已申请撤回,请先由窗口确认是否撤回。',
  'The applicant has asked to withdraw; the window must settle that first.',
)
export const noWithdrawal = conflict('no-withdrawal', '没有待确认的撤回申请。', 'No withdrawal waits for a decision.')
export const ownWithdrawal = forbidden(
  'own-withdrawal',
  '撤回由您代为申请,须由其他窗口人员确认。',
  'You asked for this withdrawal; another clerk must settle it.',
)
// ---- the site
export const noSiteRule = conflict(
  'no-site-rule',
  '该证件没有开工、停工的报告义务。',
  'This document has no duties of reporting start or stop.',
)
export const siteStateWrong = conflict(
  'site-state-wrong',
  '工地目前{state},不能报告{kind}。',
  'The site is {stateEn}; this cannot be reported now.',
)
export const reportOpen = conflict(
  'report-open',
  '同类报告正在等待部门确认,请勿重复提交。',
  'A report of this kind waits for confirmation already.',
)
export const reportClosed = conflict('report-closed', '该报告已处理,请刷新页面。', 'This report was settled; reload.')
export const reportDayFaulty = invalid(
  'report-day-faulty',
  '日期须在{from}以后、今天或以前。',
  'The day lies between {from} and today.',
)
export const startOverdue = conflict(
  'start-overdue',
  '开工期限已于{due}届满,不能再申请延期或者报告此后的开工。',
  'The time to start ended on {due}; it can neither be extended nor met now.',
)
export const extensionsUsed = conflict(
  'start-extensions-used',
  '开工延期以{times}次为限({basis}),已经用完。',
  'The start may be extended {times} times at most ({basis}); they are used up.',
)
export const extensionTooManyMonths = invalid(
  'start-extension-too-long',
  '每次延期不超过{months}个月({basis})。',
  'One extension is {months} months at most ({basis}).',
)
export const verificationNeeded = conflict(
  'verification-needed',
  '中止施工已满{months}个月,复工前须核验施工许可证({basis})。请勾选已核验后再确认。',
  'Work stood still for {months} months: the permit must be verified again before it goes on ({basis}).',
)
