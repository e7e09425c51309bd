/** What a clock refuses, each with the way out. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const clockAlreadyStarted = defineRefusal('conflict', 'approvals.clock-started', {
  zh: '该期限已于{day}起算,不能重复起算。请刷新页面查看当前期限。',
  en: 'This clock already started on {day}. Reload to see it.',
})
export const clockNotStarted = defineRefusal('conflict', 'approvals.clock-not-started', {
  zh: '该期限尚未起算,不能办理此操作。请先受理(起算)后再办理。',
  en: 'This clock has not started. Accept the application first.',
})
export const clockClosed = defineRefusal('conflict', 'approvals.clock-closed', {
  zh: '该期限已于{day}终止,不能再变更。如需更正,请按更正程序另行登记。',
  en: 'This clock ended on {day} and cannot change any more. Register a correction instead.',
})
export const clockEventInFuture = defineRefusal('invalid', 'approvals.clock-future', {
  zh: '发生时间{at}晚于当前时间。请填写已经发生的时间。',
  en: 'The time {at} is in the future. Enter a time that has passed.',
})
export const clockBackdated = defineRefusal('invalid', 'approvals.clock-backdated', {
  zh: '发生时间{at}距今超过补录期限{days}天,不能补录。请填写实际办理时间,或报效能监督部门处理。',
  en: '{at} is further back than the {days} days within which late entry is allowed. Ask the supervisors.',
})
export const clockLateReasonMissing = defineRefusal('invalid', 'approvals.clock-late-reason', {
  zh: '该操作属于补录,请填写补录原因后再提交。',
  en: 'This is a late entry. State why it is late.',
})
export const clockOutOfOrder = defineRefusal('invalid', 'approvals.clock-out-of-order', {
  zh: '发生时间{at}早于{after}({event})。请填写不早于该时间的时间。',
  en: '{at} is before {after} ({event}). Enter a time that is not earlier.',
})
export const clockOverdue = defineRefusal('conflict', 'approvals.clock-overdue', {
  zh: '该期限已于{due}届满,届满后不能再暂停或延长。请尽快办结,并按超期处理规定说明原因。',
  en: 'This clock expired on {due}; it can no longer be paused or extended. Close the matter and account for the delay.',
})
export const pauseWithoutGround = defineRefusal('forbidden', 'approvals.clock-no-ground', {
  zh: '“{ground}”不是本事项法定的不计入期限情形,不能暂停计时。可选情形:{grounds}。',
  en: '“{ground}” is not a legal ground on which this item may be paused. Possible: {grounds}.',
})
export const pauseUntilMissing = defineRefusal('invalid', 'approvals.clock-until-missing', {
  zh: '依据{basis},暂停时须书面告知申请人所需时间。请填写暂停的最后一日。',
  en: 'Under {basis} the applicant must be told how long the pause takes. Enter its last day.',
})
export const pauseUntilTooEarly = defineRefusal('invalid', 'approvals.clock-until-early', {
  zh: '暂停的最后一日{until}早于暂停当日{from}。请填写不早于暂停当日的日期。',
  en: 'The last day of the pause, {until}, is before its first day {from}.',
})
export const pauseNoticeUsed = defineRefusal('conflict', 'approvals.clock-notice-used', {
  zh: '告知书{noticeId}已用于一次暂停。再次暂停须另行出具告知书。',
  en: 'Notice {noticeId} already belongs to a pause. A new pause needs a new notice.',
})
export const clockNotPaused = defineRefusal('conflict', 'approvals.clock-not-paused', {
  zh: '告知书{noticeId}对应的暂停不存在或已经结束,无需恢复计时。请刷新页面查看当前状态。',
  en: 'The pause of notice {noticeId} does not exist or is over. Reload to see the state.',
})
export const extensionNotAllowed = defineRefusal('forbidden', 'approvals.clock-no-extension', {
  zh: '本事项期限依法不得延长。请在{due}前办结。',
  en: 'This clock cannot be extended by law. Decide by {due}.',
})
export const extensionCountUsed = defineRefusal('forbidden', 'approvals.clock-extension-count', {
  zh: '依据{basis},最多延长{maxCount}次,已延长{count}次,不能再延长。请在{due}前办结。',
  en: 'Under {basis} at most {maxCount} extensions are allowed and {count} are used. Decide by {due}.',
})
export const extensionTooLong = defineRefusal('invalid', 'approvals.clock-extension-days', {
  zh: '依据{basis},每次延长为1至{maxDays}{unit},本次申请{days}{unit}。请改为不超过{maxDays}{unit}的整数。',
  en: 'Under {basis} one extension is 1 to {maxDays} days; {days} were asked for.',
})
export const extensionApproverTooLow = defineRefusal('forbidden', 'approvals.clock-extension-approver', {
  zh: '依据{basis},延长期限须经{needed}批准,当前批准人层级为{level}。请报{needed}批准后再登记。',
  en: 'Under {basis} the extension needs the approval of the {needed}; it was approved by the {level}.',
})
export const clockReasonMissing = defineRefusal('invalid', 'approvals.clock-reason', {
  zh: '请填写理由;该理由将书面告知申请人。',
  en: 'State the reason; the applicant will be told.',
})
export const clockApproverMissing = defineRefusal('invalid', 'approvals.clock-approver', {
  zh: '请填写批准人。',
  en: 'Name the approver.',
})
export const noticeMissing = defineRefusal('invalid', 'approvals.clock-notice', {
  zh: '请先出具书面告知书并填写其编号。',
  en: 'Issue the written notice first and give its number.',
})
export const calendarUnchanged = defineRefusal('conflict', 'approvals.clock-calendar-same', {
  zh: '该期限已按日历版本{version}计算,无需重算。',
  en: 'This clock already runs under calendar {version}.',
})
export const departmentBudgetTooLong = defineRefusal('conflict', 'approvals.department-budget', {
  zh: '部门办理时限{department}个工作日超过本阶段剩余时限{stage}个工作日。请将部门时限调整为不超过{stage}个工作日。',
  en: 'The department is given {department} working days but the stage has only {stage} left. Give it at most {stage}.',
})
export const promiseLongerThanLaw = defineRefusal('invalid', 'approvals.promise-too-long', {
  zh: '承诺时限{promise}长于法定时限{statute}。请将承诺时限改为不超过法定时限。',
  en: 'The promise of {promise} is longer than the legal limit of {statute}. Promise no more than the law allows.',
})
export const promiseInOtherUnit = defineRefusal('invalid', 'approvals.promise-unit', {
  zh: '承诺时限与法定时限的计算单位不同(工作日/自然日),无法比较。请改用与法定时限相同的单位。',
  en: 'Promise and legal limit are given in different units. Use the unit of the legal limit.',
})
