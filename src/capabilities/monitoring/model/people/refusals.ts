/** What the register of workers refuses. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const registrationMissing = defineRefusal('missing', 'monitoring.registration-missing', {
  zh: '没有这条实名登记,请返回人员列表。',
  en: 'No such registration: go back to the list.',
})
export const registrationStale = defineRefusal('conflict', 'monitoring.registration-stale', {
  zh: '登记已被他人修改,请刷新页面后再操作。',
  en: 'Somebody changed it meanwhile: reload.',
})
export const idNumberWrong = defineRefusal('invalid', 'monitoring.id-number-wrong', {
  zh: '证件号码不正确,请对照证件重新填写。',
  en: 'The identity number is wrong: check it with the document.',
})
export const phoneWrong = defineRefusal('invalid', 'monitoring.worker-phone-wrong', {
  zh: '手机号不正确,请填写11位手机号,或留空。',
  en: 'The phone number is wrong: 11 digits, or nothing.',
})
export const nameDiffers = defineRefusal('conflict', 'monitoring.worker-name-differs', {
  zh: '该证件号码已登记为另一姓名,请对照证件核对姓名和号码。',
  en: 'This identity number is registered under another name: check both.',
})
export const registeredAlready = defineRefusal('conflict', 'monitoring.registered-already', {
  zh: '该人员在本工地已有登记,请直接修改原登记;再次进场的,先办理退场。',
  en: 'This worker is registered on this site already.',
})
export const refTaken = defineRefusal('conflict', 'monitoring.worker-ref-taken', {
  zh: '门禁编号{workerRef}已由他人使用,请换一个编号或先为原持有人办理退场。',
  en: 'The number {workerRef} belongs to somebody else.',
})
export const leftAlready = defineRefusal('conflict', 'monitoring.left-already', {
  zh: '该人员已退场,再次进场请重新登记。',
  en: 'This worker has left: register again.',
})
export const leftBefore = defineRefusal('invalid', 'monitoring.left-before', {
  zh: '退场日期应在进场日期当天或之后,且不晚于今天。',
  en: 'The day of leaving lies between the first day and today.',
})
export const validityWrong = defineRefusal('invalid', 'monitoring.validity-wrong', {
  zh: '有效期截止日期早于起始日期,请重新填写。',
  en: 'The validity ends before it begins.',
})
export const trackerMissing = defineRefusal('invalid', 'monitoring.tracker-missing', {
  zh: '本工地没有这台定位终端,请从列表中选择已启用的定位终端。',
  en: 'No such tracker on this site.',
})
export const trackerTaken = defineRefusal('conflict', 'monitoring.tracker-taken', {
  zh: '这台定位终端由他人佩戴,请先办理归还。',
  en: 'Somebody else wears this tracker: return it first.',
})
export const notForPositions = defineRefusal('forbidden', 'monitoring.not-for-positions', {
  zh: '只有本工地的现场负责人、监督检查人员或系统管理员可以查看人员位置。',
  en: 'Only the site manager, an inspector or an administrator may see positions.',
})
export const lookOver = defineRefusal('forbidden', 'monitoring.look-over', {
  zh: '查看已过期或不属于您,请重新说明查看目的。',
  en: 'The look is over or not yours: say again why you look.',
})
export const lookOther = defineRefusal('invalid', 'monitoring.look-other', {
  zh: '所说明的查看范围不包含这项内容,请重新说明查看目的。',
  en: 'The look was for something else: say again why you look.',
})
export const trackPeriod = defineRefusal('invalid', 'monitoring.track-period', {
  zh: '请选择不超过{days}天的时段;位置只保存{kept}天。',
  en: 'Choose a period of {days} days at most; positions are kept for {kept} days.',
})
export const notForLooks = defineRefusal('forbidden', 'monitoring.not-for-looks', {
  zh: '查看记录只向工人本人和系统管理员开放。',
  en: 'Only the worker and an administrator may see who looked.',
})
export const notForSearch = defineRefusal('forbidden', 'monitoring.not-for-search', {
  zh: '只有监督检查人员或系统管理员可以按证件号码查找。',
  en: 'Only an inspector or an administrator may search by identity number.',
})
