/** What the register of milestones refuses. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const milestoneUnknown = defineRefusal('missing', 'approvals.milestone-unknown', {
  zh: '没有这个项目节点,请从“项目节点”页选择。',
  en: 'There is no such milestone: choose one from the page.',
})
export const milestoneProjectMissing = defineRefusal('missing', 'approvals.milestone-project-missing', {
  zh: '没有找到该项目,或您无权查看;请核对编号。',
  en: 'No such project, or not for you to see.',
})
export const milestoneNotYours = defineRefusal('forbidden', 'approvals.milestone-not-yours', {
  zh: '项目节点由建设单位的申请人或窗口人员登记,请联系他们。',
  en: 'The owner or a clerk registers milestones.',
})
export const milestoneClerkCorrects = defineRefusal('forbidden', 'approvals.milestone-clerk-corrects', {
  zh: '登记后的更正由窗口人员办理,请带凭证联系窗口。',
  en: 'A clerk corrects what was registered: bring the evidence to the window.',
})
export const milestoneOwnOrganisation = defineRefusal('forbidden', 'approvals.milestone-own-organisation', {
  zh: '您代表建设单位“{owner}”,不能以窗口人员身份办理,请由其他窗口人员办理(回避)。',
  en: 'You act for the owner “{owner}”; another clerk must do this.',
})
export const milestoneReachedAlready = defineRefusal('conflict', 'approvals.milestone-reached', {
  zh: '“{name}”已于{on}登记。日期有误的,请窗口人员更正。',
  en: '“{name}” is registered for {on}. A clerk corrects a wrong day.',
})
export const milestoneNotReached = defineRefusal('conflict', 'approvals.milestone-not-registered', {
  zh: '“{name}”还没有登记,没有可以更正的内容。',
  en: '“{name}” is not registered: there is nothing to correct.',
})
export const milestoneBySystem = defineRefusal('conflict', 'approvals.milestone-by-system', {
  zh: '“{name}”由登记信息或联合验收结论得出,请在来源处更正。',
  en: '“{name}” follows from other records: correct it there.',
})
export const milestoneInFuture = defineRefusal('invalid', 'approvals.milestone-in-future', {
  zh: '达到日期不能晚于今天({today})。',
  en: 'The day may not lie after today ({today}).',
})
export const milestoneOutOfOrder = defineRefusal('invalid', 'approvals.milestone-out-of-order', {
  zh: '“{name}”的日期须{relation}“{other}”({on}),请核对。',
  en: '“{name}” must lie {relationEn} “{otherEn}” ({on}).',
})
export const milestoneNeedsDecisions = defineRefusal('conflict', 'approvals.milestone-needs-decisions', {
  zh: '还不能登记“{name}”:{sentence}',
  en: '“{name}” cannot be registered yet: {sentenceEn}',
})
export const milestoneProjectOver = defineRefusal('conflict', 'approvals.milestone-project-over', {
  zh: '项目已办结或已撤销,不能再登记节点。',
  en: 'The project is closed or withdrawn.',
})
export const milestoneFileMissing = defineRefusal('missing', 'approvals.milestone-file-missing', {
  zh: '没有这份凭证,请刷新页面。',
  en: 'No such file. Reload.',
})
