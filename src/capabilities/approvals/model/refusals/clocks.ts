/** What the calendars, the ladder and the signals refuse. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const noticeFaulty = defineRefusal('invalid', 'approvals.calendar-faulty', {
  zh: '放假通知有{count}处需要更正,请对照通知原文修改后重试。',
  en: '{count} entries of the notice need correction.',
})
export const noticeWaiting = defineRefusal('conflict', 'approvals.calendar-waiting', {
  zh: '{year}年已有一份通知待发布,请先由另一人发布或退回。',
  en: 'A notice for {year} waits already. Publish or reject it first.',
})
export const proposalMissing = defineRefusal('missing', 'approvals.calendar-proposal-missing', {
  zh: '没有这份待发布的日历,请刷新页面。',
  en: 'No such notice. Reload the page.',
})
export const proposalDecided = defineRefusal('conflict', 'approvals.calendar-decided', {
  zh: '这份日历已经处理,请刷新页面查看结果。',
  en: 'This notice was decided already. Reload the page.',
})
export const notAdministrator = defineRefusal('forbidden', 'approvals.calendar-not-administrator', {
  zh: '只有系统管理员可以载入工作日历。',
  en: 'Only an administrator may load a calendar.',
})
export const notWatcher = defineRefusal('forbidden', 'approvals.calendar-not-watcher', {
  zh: '只有系统管理员或效能监督人员可以发布或退回工作日历。',
  en: 'Only an administrator or a supervisor may decide on a calendar.',
})
export const sameLoader = defineRefusal('forbidden', 'approvals.calendar-same-person', {
  zh: '载入与发布须由两人分别进行,请由另一名系统管理员或效能监督人员核对发布。',
  en: 'The person who loaded it may not publish it. Ask another administrator or a supervisor.',
})
export const rejectReasonMissing = defineRefusal('invalid', 'approvals.calendar-reason', {
  zh: '退回时请写明理由。',
  en: 'State why it is rejected.',
})
export const signalMissing = defineRefusal('missing', 'approvals.signal-missing', {
  zh: '没有这条异常提示,请刷新列表。',
  en: 'No such signal. Reload the list.',
})
export const signalMoved = defineRefusal('conflict', 'approvals.signal-moved', {
  zh: '这条异常提示刚被他人处理,请刷新后再操作。',
  en: 'Somebody else changed this signal. Reload.',
})
export const signalNoteMissing = defineRefusal('invalid', 'approvals.signal-note', {
  zh: '请写明说明或核查结论。',
  en: 'State the explanation or the finding.',
})
export const signalClosed = defineRefusal('conflict', 'approvals.signal-closed', {
  zh: '这条异常提示已核实,不能再改。',
  en: 'This signal is confirmed and cannot change.',
})
export const signalNotYours = defineRefusal('forbidden', 'approvals.signal-not-yours', {
  zh: '异常提示由效能监督人员核查;部门只能对本部门的提示作出说明。',
  en: 'Supervisors look into signals; a department may only explain its own.',
})
