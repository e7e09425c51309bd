/** What pushes by HTTP are refused with. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const pusherUnknown = defineRefusal('unauthenticated', 'monitoring.pusher-unknown', {
  zh: '推送端编号未登记或签名不正确。请核对编号、密钥和时间(误差不超过5分钟),新设备请联系监管部门认领。',
  en: 'The sender is not registered or its signature is wrong: check number, secret and clock (within 5 minutes).',
})
export const pusherDisabled = defineRefusal('forbidden', 'monitoring.pusher-disabled', {
  zh: '该推送端已停用,请联系监管部门。',
  en: 'The sender is disabled: ask the authority.',
})
export const pusherSiteEnded = defineRefusal('forbidden', 'monitoring.pusher-site-ended', {
  zh: '设备所在工地已结束,数据不再接收,请拆除设备或由监管部门移到其他工地。',
  en: 'The site of this device has ended: nothing is taken any more. Take it down or have it moved.',
})
export const pusherElsewhere = defineRefusal('forbidden', 'monitoring.pusher-elsewhere', {
  zh: '来源地址不在登记范围内,请联系监管部门核对。',
  en: 'The address is not within the networks registered for this sender.',
})
export const pushedBefore = defineRefusal('conflict', 'monitoring.pushed-before', {
  zh: '随机数已使用过,重新推送请更换随机数并重新签名;事件编号保持不变。',
  en: 'This nonce was used: sign again with a new one and the same event id.',
})
export const pushMalformed = defineRefusal('invalid', 'monitoring.push-malformed', {
  zh: '推送内容不符合接口约定,请对照接口文档检查字段。',
  en: 'The body is not what this address takes: compare it with the documentation.',
})
export const pushNotStored = defineRefusal('unavailable', 'monitoring.push-not-stored', {
  zh: '暂时无法保存,本次内容没有入库,请稍后重新推送。',
  en: 'It could not be stored: send it again later.',
})
export const pushBusy = defineRefusal('too-many', 'monitoring.push-busy', {
  zh: '该地址的错误请求过多,请一分钟后重试。',
  en: 'Too many wrong requests from this address: wait a minute.',
})
export const pushedForStranger = defineRefusal('missing', 'monitoring.pushed-for-stranger', {
  zh: '设备{device}没有登记在该推送端下,已列入待认领名单;认领后请重新推送。',
  en: 'The device {device} is not registered behind this sender; it waits to be claimed. Push again afterwards.',
})
