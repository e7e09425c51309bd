/** What rectification orders refuse. */
import { defineRefusal } from '../../../kernel/refusal.ts'

export const orderMissing = defineRefusal('missing', 'supervision.order-missing', {
  zh: '没有找到这份整改单,或您无权查看;请核对编号。',
  en: 'No such order, or not for you to see.',
})
export const siteMissing = defineRefusal('missing', 'supervision.site-missing', {
  zh: '没有找到这个工地,请从列表选择。',
  en: 'No such site.',
})
export const siteEnded = defineRefusal('conflict', 'supervision.site-ended', {
  zh: '工地“{site}”已结束监管,不能再发整改单。',
  en: 'The site “{site}” has ended.',
})
export const alarmMissing = defineRefusal('missing', 'supervision.alarm-missing', {
  zh: '没有找到这条报警,请刷新页面。',
  en: 'No such alarm.',
})
export const alarmClosed = defineRefusal('conflict', 'supervision.alarm-closed', {
  zh: '这条报警已经关闭,不能再转整改单;需要整改的,请直接新建整改单。',
  en: 'This alarm is closed: make an order of its own.',
})
export const alarmOfOtherSite = defineRefusal('invalid', 'supervision.alarm-of-other-site', {
  zh: '报警不属于所选工地,请重新选择。',
  en: 'The alarm is of another site.',
})
export const notInspector = defineRefusal('forbidden', 'supervision.not-inspector', {
  zh: '由{department}的监督检查人员、审查人员或经办办理。',
  en: 'An inspector, reviewer or officer of {department} does this.',
})
export const ownOrganisation = defineRefusal('forbidden', 'supervision.own-organisation', {
  zh: '您在本工地的参建单位任职,须由其他人员办理(回避)。',
  en: 'You belong to a party of this site: somebody else must do this.',
})
export const notSite = defineRefusal('forbidden', 'supervision.not-site', {
  zh: '由本工地参建单位的现场负责人或申请人回复。',
  en: 'People of the site reply.',
})
export const notIssued = defineRefusal('conflict', 'supervision.not-issued', {
  zh: '整改单当前状态为“{state}”,不需要回复。',
  en: 'The order is not waiting for a reply ({state}).',
})
export const notReplied = defineRefusal('conflict', 'supervision.not-replied', {
  zh: '现场尚未回复整改情况,还不能复查。',
  en: 'The site has not replied yet.',
})
export const orderOver = defineRefusal('conflict', 'supervision.order-over', {
  zh: '整改单“{state}”,不能再办理。',
  en: 'The order is over ({state}).',
})
export const orderChanged = defineRefusal('conflict', 'supervision.order-changed', {
  zh: '整改单刚被他人办理,请刷新后再操作。',
  en: 'Somebody has just changed this order: reload.',
})
export const duePast = defineRefusal('invalid', 'supervision.due-past', {
  zh: '整改期限不能早于今天({today}),也不能晚于 {latest}。',
  en: 'The due day is between {today} and {latest}.',
})
export const replyNeedsPhoto = defineRefusal('invalid', 'supervision.reply-needs-photo', {
  zh: '请上传整改后的照片。',
  en: 'Upload photos of what was put right.',
})
export const categoryUnknown = defineRefusal('invalid', 'supervision.category-unknown', {
  zh: '没有这个类别,请从列表选择。',
  en: 'Unknown category.',
})
export const uploadMissing = defineRefusal('missing', 'supervision.upload-missing', {
  zh: '没有找到上传的文件,请重新上传。',
  en: 'No such upload.',
})
export const uploadInfected = defineRefusal('invalid', 'supervision.upload-infected', {
  zh: '文件“{file}”未通过安全检查,请更换。',
  en: 'The file “{file}” did not pass the scan.',
})
