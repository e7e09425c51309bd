/** What the use cases of this capability share. */
import type { Actor } from '../../../kernel/actor.ts'
import { defineRefusal } from '../../../kernel/refusal.ts'
import type { Clock } from '../../../kernel/time.ts'
import type { Vault } from '../../../platform/vault/vault.ts'
import type { SecurityPolicy } from '../contract/security.ts'

/** Seals and opens personal data. */
export interface PeopleContext {
  readonly vault: Vault
  /** Who must have a second factor, which roles need a second administrator. */
  readonly security: SecurityPolicy
  /** The clock of the machine: passwords and links end by it, also when the product runs on simulated time. */
  readonly machineClock: Clock
}

/** Who acted, as the journal and the tables write it. */
export const actorText = (actor: Actor): string =>
  actor.kind === 'person' ? `person:${actor.personId}` : actor.kind === 'system' ? `system:${actor.name}` : 'anonymous'

export const personMissing = defineRefusal('missing', 'people.person-missing', {
  zh: '没有找到该人员,请返回列表重新选择。',
  en: 'No such person; go back to the list and choose again.',
})
export const personInactive = defineRefusal('conflict', 'people.person-inactive', {
  zh: '该人员已停用,请先启用再办理。',
  en: 'This person is inactive; make the person active first.',
})
export const organisationMissing = defineRefusal('missing', 'people.organisation-missing', {
  zh: '没有找到该单位,请返回列表重新选择或先登记单位。',
  en: 'No such organisation; choose again or register it first.',
})
export const departmentUnknown = defineRefusal('invalid', 'people.department-unknown', {
  zh: '没有代码为“{code}”的部门职责,请从部门列表中选择。',
  en: 'No department role "{code}": choose one from the list.',
})
export const grantMissing = defineRefusal('missing', 'people.grant-missing', {
  zh: '没有找到该授权,请刷新页面后重新选择。',
  en: 'No such grant; reload the page and choose again.',
})
export const delegationMissing = defineRefusal('missing', 'people.delegation-missing', {
  zh: '没有找到该委托,请刷新页面后重新选择。',
  en: 'No such delegation; reload the page and choose again.',
})
export const phoneInvalid = defineRefusal('invalid', 'people.phone-invalid', {
  zh: '手机号不正确,请填写11位手机号。',
  en: 'Give a mobile number of 11 digits.',
})
export const idNumberInvalid = defineRefusal('invalid', 'people.id-number-invalid', {
  zh: '公民身份号码不正确(日期或校验位不符),请对照证件重新填写。',
  en: 'The identity number has a wrong date or check sign; compare it with the card.',
})
export const personKnown = defineRefusal('conflict', 'people.person-known', {
  zh: '该手机号或证件号已登记在其他人员名下,请先查找已有人员。',
  en: 'The phone or identity number belongs to somebody already; search first.',
})
export const usccInvalid = defineRefusal('invalid', 'people.uscc-invalid', {
  zh: '统一社会信用代码不正确(18位,校验位不符),请对照登记证书重新填写。',
  en: 'The unified social credit code is wrong (GB 32100); compare it with the certificate.',
})
export const organisationKnown = defineRefusal('conflict', 'people.organisation-known', {
  zh: '该统一社会信用代码已登记为“{name}”,请直接选用该单位。',
  en: 'This code is registered already as “{name}”; use that organisation.',
})
export const changedMeanwhile = defineRefusal('conflict', 'people.changed-meanwhile', {
  zh: '内容已被他人修改,请刷新页面后再改。',
  en: 'Somebody changed this meanwhile; reload and try again.',
})
export const cursorInvalid = defineRefusal('invalid', 'people.cursor-invalid', {
  zh: '翻页参数不正确,请从第一页重新开始。',
  en: 'The page cursor is wrong; start from the first page.',
})
export const notMember = defineRefusal('conflict', 'people.not-a-member', {
  zh: '该人员不在此单位,请刷新页面查看最新情况。',
  en: 'The person does not belong to this organisation; reload the page.',
})
