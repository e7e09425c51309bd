/** Who may do what with organisations, persons, roles and delegations. Pure; the desk shows the same reasons. */
import { type Actor, holds, type Role, roleWords } from '../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause } from '../../kernel/decision.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { DAY_MS, type Instant, msOf } from '../../kernel/time.ts'
import type { GrantState } from './contract.ts'
import { type Place, placeOf, roleScopes, samePlace } from './model/grants.ts'

export const signInFirst = defineRefusal('unauthenticated', 'people.sign-in-first', {
  zh: '请先登录再继续。',
  en: 'Sign in first.',
})
export const administratorsOnly = defineRefusal('forbidden', 'people.administrators-only', {
  zh: '此操作由系统管理员办理,请联系本单位系统管理员。',
  en: 'Only an administrator does this; contact yours.',
})
export const notToOneself = defineRefusal('forbidden', 'people.not-to-oneself', {
  zh: '不能给自己授权,请由另一名系统管理员办理。',
  en: 'Nobody grants a role to himself; ask another administrator.',
})
export const ownLogin = defineRefusal('forbidden', 'people.own-login', {
  zh: '不能在此重置自己的账号,请到“账号与安全”修改密码或双重验证。',
  en: 'Change your own password and second factor on the page “Account”.',
})
export const fourEyes = defineRefusal('forbidden', 'people.four-eyes', {
  zh: '此角色须由申请人以外的另一名系统管理员复核,请联系其他系统管理员。',
  en: 'A second administrator must confirm; ask one who did not make the request.',
})
export const lastAdministrator = defineRefusal('conflict', 'people.last-administrator', {
  zh: '这是最后一名系统管理员,不能撤销或停用;请先授予并复核另一名系统管理员。',
  en: 'This is the last administrator; first grant and confirm another.',
})
export const notAwaiting = defineRefusal('conflict', 'people.not-awaiting-confirmation', {
  zh: '该授权不在待复核状态,请刷新页面查看最新情况。',
  en: 'This grant does not await confirmation; reload the page.',
})
export const alreadyOver = defineRefusal('conflict', 'people.grant-already-over', {
  zh: '该授权已经结束,无需撤销;请刷新页面查看最新情况。',
  en: 'This grant is over already; reload the page.',
})
export const departmentNeeded = defineRefusal('invalid', 'people.department-needed', {
  zh: '“{role}”须指定部门,请选择部门。',
  en: 'This role needs a department: choose one.',
})
export const organisationNeeded = defineRefusal('invalid', 'people.organisation-needed', {
  zh: '“{role}”须指定单位,请选择单位。',
  en: 'This role needs an organisation: choose one.',
})
export const placeNotWanted = defineRefusal('invalid', 'people.place-not-wanted', {
  zh: '“{role}”不按此处的部门或单位授予,请清空后重试。',
  en: 'This role is not held in that department or organisation: clear the field.',
})
export const periodEmpty = defineRefusal('invalid', 'people.period-empty', {
  zh: '结束时间须晚于开始时间且晚于现在,请改正时间。',
  en: 'The end must be later than the start and than now.',
})
export const periodTooLong = defineRefusal('invalid', 'people.period-too-long', {
  zh: '委托最长{days}天,请缩短委托时间,到期后可再次委托。',
  en: 'A delegation lasts {days} days at most; shorten it, and renew it later.',
})
export const notHeld = defineRefusal('forbidden', 'people.role-not-held', {
  zh: '您本人不持有该角色,不能委托;受托取得的角色不能再委托。',
  en: 'You do not hold this role yourself; a delegated role cannot be passed on.',
})
export const notDelegable = defineRefusal('forbidden', 'people.role-not-delegable', {
  zh: '“{role}”不能委托,请由系统管理员另行授权。',
  en: 'This role cannot be delegated; ask an administrator for a grant.',
})
export const notOneself = defineRefusal('invalid', 'people.delegate-to-oneself', {
  zh: '不能委托给自己,请选择一名同事。',
  en: 'Choose a colleague, not yourself.',
})
export const notColleague = defineRefusal('forbidden', 'people.not-a-colleague', {
  zh: '只能委托给同一部门或同一单位的同事,请重新选择。',
  en: 'Delegate only to a colleague of the same department or organisation.',
})
export const notYourDelegation = defineRefusal('forbidden', 'people.not-your-delegation', {
  zh: '只有委托人、受托人或系统管理员可以结束委托,请联系他们。',
  en: 'Only the giver, the receiver or an administrator ends a delegation.',
})
export const organisationsByOthers = defineRefusal('forbidden', 'people.organisations-by-others', {
  zh: '您没有登记或修改单位的权限,请联系窗口人员或系统管理员。',
  en: 'You may not register or change organisations; ask a clerk or an administrator.',
})

const isSystem = (actor: Actor): boolean => actor.kind === 'system'

/** Managing persons, memberships and revealing personal data. */
export const mayManagePeople = (actor: Actor): Decision => {
  if (isSystem(actor) || holds(actor, 'administrator')) return allowed
  return refusedBecause(actor.kind === 'anonymous' ? signInFirst() : administratorsOnly())
}

export interface GrantWish extends Place {
  readonly personId: PersonId
  readonly from: Instant
  readonly to: Instant | null
}
const scopeFault = (place: Place): Decision => {
  const scope = roleScopes[place.role]
  const role = roleWords[place.role].zh
  if (scope.department === 'needed' && place.department === null)
    return refusedBecause(departmentNeeded({ role }, [{ path: 'department', message: '请选择部门' }]))
  if (scope.organisation === 'needed' && place.organisationId === null)
    return refusedBecause(organisationNeeded({ role }, [{ path: 'organisationId', message: '请选择单位' }]))
  if (scope.department === 'none' && place.department !== null)
    return refusedBecause(placeNotWanted({ role }, [{ path: 'department', message: '请清空部门' }]))
  if (scope.organisation === 'none' && place.organisationId !== null)
    return refusedBecause(placeNotWanted({ role }, [{ path: 'organisationId', message: '请清空单位' }]))
  return allowed
}

/**
 * May a role be granted (or, for an administrator's role, be requested)? The system itself grants at the first start and
 * for recovery: an administrator only while fewer than two are in force, so that four eyes become possible.
 */
export const mayGrant = (actor: Actor, wish: GrantWish, now: Instant, administratorsInForce: number): Decision => {
  if (isSystem(actor)) {
    if (wish.role === 'administrator' && administratorsInForce >= 2) return refusedBecause(fourEyes())
  } else {
    const managing = mayManagePeople(actor)
    if (!managing.allowed) return managing
    if (actor.kind === 'person' && actor.personId === wish.personId) return refusedBecause(notToOneself())
  }
  if (wish.to !== null && (wish.to <= wish.from || wish.to <= now))
    return refusedBecause(periodEmpty({}, [{ path: 'to', message: '请填写更晚的结束时间' }]))
  return scopeFault(wish)
}
/**
 * Does a grant need the confirmation of a second administrator? `administratorsEver` counts the persons who were ever
 * administrator: the very first one makes the second alone, for nobody else is there yet; never again after that, so that
 * nobody who removed the others can put an accomplice in their place.
 */
export const needsConfirmation = (
  actor: Actor,
  role: Role,
  fourEyesRoles: readonly Role[],
  administratorsEver: number,
): boolean => {
  if (isSystem(actor) || (role !== 'administrator' && !fourEyesRoles.includes(role))) return false
  return !(role === 'administrator' && administratorsEver === 1)
}

export const administratorReset = defineRefusal('forbidden', 'people.administrator-reset', {
  zh: '此人是系统管理员,一名管理员不能单独接管其账号。请先撤销其系统管理员角色,重置后再由两名管理员重新授予。',
  en: 'This person is an administrator, whose account nobody takes over alone: revoke the role, reset, and grant it again by two.',
})
export interface ResetTarget {
  readonly personId: PersonId
  readonly isAdministrator: boolean
  readonly hasFactor: boolean
  readonly what: 'open' | 'password' | 'factors'
}
/**
 * May an account be opened or reset? Whoever resets could sign in as that person: for administrators the password alone
 * must not be enough, so it is reset only where a second factor stays, and that factor is not reset at all.
 */
export const mayResetLogin = (actor: Actor, target: ResetTarget): Decision => {
  const managing = mayManagePeople(actor)
  if (!managing.allowed) return managing
  if (actor.kind === 'person' && actor.personId === target.personId) return refusedBecause(ownLogin())
  if (isSystem(actor) || !target.isAdministrator) return allowed
  return target.what === 'password' && target.hasFactor ? allowed : refusedBecause(administratorReset())
}
/** Locking: somebody who can administer remains, and nobody locks himself out. */
export const mayLockLogin = (
  actor: Actor,
  disabled: boolean,
  isAdministrator: boolean,
  otherAdministrators: number,
): Decision => {
  const managing = mayManagePeople(actor)
  if (!managing.allowed) return managing
  return disabled && isAdministrator && otherAdministrators === 0 ? refusedBecause(lastAdministrator()) : allowed
}

export const rolesFirst = defineRefusal('conflict', 'people.roles-first', {
  zh: '此人仍担任“{roles}”,须先撤销这些角色再删除个人信息。',
  en: 'This person still holds roles: revoke them before erasing the personal data.',
})
/** May a request for erasure be decided? Nobody decides his own, and nobody who holds an office vanishes. */
export const mayDecideErasure = (
  actor: Actor,
  personId: PersonId,
  accept: boolean,
  held: readonly Role[],
): Decision => {
  const managing = mayManagePeople(actor)
  if (!managing.allowed) return managing
  if (actor.kind === 'person' && actor.personId === personId) return refusedBecause(notToOneself())
  const offices = held.filter((role) => role !== 'citizen' && role !== 'applicant')
  return accept && offices.length > 0
    ? refusedBecause(rolesFirst({ roles: offices.map((role) => roleWords[role].zh).join('、') }))
    : allowed
}

export interface GrantFacts {
  readonly personId: PersonId
  readonly role: Role
  readonly state: GrantState
  /** 'person:<id>' or 'system:<name>'. */
  readonly grantedBy: string
}
export const mayConfirm = (actor: Actor, grant: GrantFacts): Decision => {
  if (actor.kind !== 'person') return refusedBecause(fourEyes())
  const managing = mayManagePeople(actor)
  if (!managing.allowed) return managing
  if (grant.state !== 'requested') return refusedBecause(notAwaiting())
  if (actor.personId === grant.personId) return refusedBecause(notToOneself())
  if (grant.grantedBy === `person:${actor.personId}`) return refusedBecause(fourEyes())
  return allowed
}
/** `otherAdministrators`: active persons other than the holder who are administrators in force. */
export const mayRevoke = (actor: Actor, grant: GrantFacts, otherAdministrators: number): Decision => {
  const managing = mayManagePeople(actor)
  if (!managing.allowed) return managing
  if (grant.state === 'revoked' || grant.state === 'ended') return refusedBecause(alreadyOver())
  if (grant.role === 'administrator' && grant.state === 'in-force' && otherAdministrators === 0)
    return refusedBecause(lastAdministrator())
  return allowed
}
/** May a person be made inactive? */
export const mayDeactivate = (actor: Actor, isAdministrator: boolean, otherAdministrators: number): Decision => {
  const managing = mayManagePeople(actor)
  if (!managing.allowed) return managing
  return isAdministrator && otherAdministrators === 0 ? refusedBecause(lastAdministrator()) : allowed
}

/** Longest delegation, in days: a rule of the product, not of law. */
export const longestDelegationDays = 90

export interface DelegationWish extends Place {
  readonly toPersonId: PersonId
  readonly from: Instant
  readonly to: Instant
  /** True when the receiver belongs to the same department or organisation. */
  readonly colleague: boolean
}
export const mayDelegate = (actor: Actor, wish: DelegationWish, now: Instant): Decision => {
  if (actor.kind !== 'person') return refusedBecause(signInFirst())
  const role = roleWords[wish.role].zh
  if (!roleScopes[wish.role].delegable) return refusedBecause(notDelegable({ role }))
  if (wish.toPersonId === actor.personId) return refusedBecause(notOneself())
  const own = actor.roles.some((held) => held.onBehalfOf === undefined && samePlace(placeOf(held), wish))
  if (!own) return refusedBecause(notHeld())
  if (wish.to <= wish.from || wish.to <= now)
    return refusedBecause(periodEmpty({}, [{ path: 'to', message: '请填写更晚的结束时间' }]))
  if (msOf(wish.to) - msOf(wish.from) > longestDelegationDays * DAY_MS)
    return refusedBecause(periodTooLong({ days: longestDelegationDays }))
  return wish.colleague ? allowed : refusedBecause(notColleague())
}
export const mayEndDelegation = (
  actor: Actor,
  delegation: { readonly fromPersonId: PersonId; readonly toPersonId: PersonId },
): Decision => {
  if (actor.kind === 'anonymous') return refusedBecause(signInFirst())
  if (isSystem(actor) || holds(actor, 'administrator')) return allowed
  const involved =
    actor.kind === 'person' && (actor.personId === delegation.fromPersonId || actor.personId === delegation.toPersonId)
  return involved ? allowed : refusedBecause(notYourDelegation())
}

const registrars: readonly Role[] = ['administrator', 'clerk', 'lead', 'applicant']
export const mayCreateOrganisation = (actor: Actor): Decision => {
  if (isSystem(actor) || registrars.some((role) => holds(actor, role))) return allowed
  return refusedBecause(actor.kind === 'anonymous' ? signInFirst() : organisationsByOthers())
}
export const mayUpdateOrganisation = (actor: Actor): Decision => {
  if (isSystem(actor) || holds(actor, 'administrator') || holds(actor, 'clerk')) return allowed
  return refusedBecause(actor.kind === 'anonymous' ? signInFirst() : organisationsByOthers())
}
