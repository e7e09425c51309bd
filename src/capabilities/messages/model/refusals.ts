/** The refusals of the message centre. Every sentence says what to do. */
import { defineRefusal } from '../../../kernel/refusal.ts'

export const addressWrong = defineRefusal('invalid', 'messages.address-wrong', {
  zh: '{way}地址格式不正确,请核对后重新填写。',
  en: 'This is no valid address for {way}; check it and try again.',
})
export const contactMissing = defineRefusal('missing', 'messages.contact-missing', {
  zh: '没有这个接收地址,请刷新消息设置页面。',
  en: 'No such address; reload the settings.',
})
export const contactVerifiedAlready = defineRefusal('conflict', 'messages.contact-verified', {
  zh: '该地址已经验证,无需再次验证。',
  en: 'This address is verified already.',
})
export const codeTooSoon = defineRefusal('too-many', 'messages.code-too-soon', {
  zh: '验证码刚刚发送过,请在{seconds}秒后重新发送。',
  en: 'A code was sent just now; ask again in {seconds} seconds.',
})
export const codesUsedUp = defineRefusal('too-many', 'messages.codes-used-up', {
  zh: '今天发送的验证码已达上限,请明天再试,或核对地址是否填写正确。',
  en: 'No more codes today; try tomorrow, or check the address.',
})
export const codeOver = defineRefusal('conflict', 'messages.code-over', {
  zh: '验证码已失效或错误次数过多,请重新发送验证码。',
  en: 'The code has lapsed or was tried too often; ask for a new one.',
})
export const codeWrong = defineRefusal('invalid', 'messages.code-wrong', {
  zh: '验证码不正确,还可以再试{left}次。',
  en: 'Wrong code; {left} more tries.',
})
export const settingsChangedMeanwhile = defineRefusal('conflict', 'messages.settings-changed-meanwhile', {
  zh: '消息设置已在别处修改,请刷新页面后再改。',
  en: 'The settings were changed elsewhere; reload and try again.',
})
export const deliveryMissing = defineRefusal('missing', 'messages.delivery-missing', {
  zh: '没有这条外发消息,请刷新发件箱。',
  en: 'No such delivery; reload the outbox.',
})
export const notRetryable = defineRefusal('conflict', 'messages.not-retryable', {
  zh: '这条消息正在外发、已经发出或内容已清除,不能重新外发。请刷新发件箱查看状态。',
  en: 'It is under way, out, or wiped, and cannot be sent again; reload the outbox.',
})
export const notCancellable = defineRefusal('conflict', 'messages.not-cancellable', {
  zh: '这条消息已经外发或已结束,不能取消。请刷新发件箱查看状态。',
  en: 'It is out or over and cannot be cancelled; reload the outbox.',
})
export const noSuchContact = defineRefusal('conflict', 'messages.no-verified-contact', {
  zh: '收件人没有经过验证的{way}地址,请改用其他通道,或请收件人在消息设置中登记。',
  en: 'The receiver has no verified address for {way}; choose another channel.',
})
export const notForPerson = defineRefusal('conflict', 'messages.not-for-person', {
  zh: '这不是发给人员的消息,不能更换通道。',
  en: 'Only messages to persons can change their channel.',
})
export const reportUnsigned = defineRefusal('forbidden', 'messages.report-unsigned', {
  zh: '回报的签名不正确或已过期,请核对通道密钥和系统时间。',
  en: 'Wrong or old signature: compare the secret of the channel and the clock.',
})
export const webhookMissing = defineRefusal('missing', 'messages.webhook-missing', {
  zh: '没有这个系统推送,请刷新列表。',
  en: 'No such webhook; reload the list.',
})
export const webhookUrlWrong = defineRefusal('invalid', 'messages.webhook-url-wrong', {
  zh: '接收地址必须是 https 地址(经允许的内部网络可用 http),不含用户名、密码和 # 部分。请改正后重新提交。',
  en: 'The address must be https (http inside an allowed network), without user, password or fragment.',
})
export const webhookUrlClosed = defineRefusal('invalid', 'messages.webhook-url-closed', {
  zh: '接收地址 {host} 属于内部网络或无法解析。请改用公网地址,或请运维在配置 MINGZHU_WEBHOOK_NETWORKS 中允许该网段。',
  en: '{host} is inside our own networks or cannot be found; use a public address or allow its network.',
})
export const webhookKindWrong = defineRefusal('invalid', 'messages.webhook-kind-wrong', {
  zh: '事件“{kind}”不能推送,请从列表中选择。',
  en: 'Entries of {kind} are not for other systems; choose from the list.',
})
export const webhookChangedMeanwhile = defineRefusal('conflict', 'messages.webhook-changed-meanwhile', {
  zh: '系统推送已被他人修改,请刷新页面后再改。',
  en: 'Somebody changed it meanwhile; reload and try again.',
})
export const administratorsOnly = defineRefusal('forbidden', 'messages.administrators-only', {
  zh: '只有系统管理员可以管理发件箱和系统推送。如需处理,请联系系统管理员。',
  en: 'Only administrators manage the outbox and webhooks; ask one of them.',
})
export const signInFirst = defineRefusal('unauthenticated', 'messages.sign-in-first', {
  zh: '请先登录再查看消息。',
  en: 'Sign in first.',
})
