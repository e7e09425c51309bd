/** Who is acting, in which roles, and on whose behalf. */
import { z } from 'zod'
import type { OrganisationId, PersonId } from './identity.ts'
import type { Words } from './words.ts'

/** The roles of the product. What a role may do is decided by the policies of the capabilities. */
export const roles = [
  'applicant',
  'clerk',
  'reviewer',
  'lead',
  'approver',
  'supervisor',
  'administrator',
  'navigator',
  'site-manager',
  'inspector',
  'committee-member',
  'citizen',
] as const
export type Role = (typeof roles)[number]
export const roleSchema = z.enum(roles)

export const roleWords: Readonly<Record<Role, Words>> = {
  applicant: { zh: '申请人', en: 'Applicant' },
  clerk: { zh: '窗口人员', en: 'Window clerk' },
  reviewer: { zh: '部门审查人员', en: 'Department reviewer' },
  lead: { zh: '牵头部门经办', en: 'Lead department officer' },
  approver: { zh: '审批决定人', en: 'Approver' },
  supervisor: { zh: '效能监督', en: 'Supervisor' },
  administrator: { zh: '系统管理员', en: 'Administrator' },
  navigator: { zh: '驻点服务专员', en: 'Resident engineer' },
  'site-manager': { zh: '项目现场负责人', en: 'Site manager' },
  inspector: { zh: '监督检查人员', en: 'Inspector' },
  'committee-member': { zh: '监督委员会委员', en: 'Committee member' },
  citizen: { zh: '居民', en: 'Resident' },
}

/**
 * A role held by a person now. An officer's role holds in one department of the jurisdiction, named by its role code
 * there ('housing', 'planning', …); an applicant's role holds for one organisation.
 */
export interface HeldRole {
  readonly role: Role
  readonly department?: string | undefined
  readonly organisationId?: OrganisationId | undefined
  /** Set when the role was delegated: the person for whom the holder acts. */
  readonly onBehalfOf?: PersonId | undefined
}

export interface Person {
  readonly kind: 'person'
  readonly personId: PersonId
  readonly name: string
  readonly roles: readonly HeldRole[]
}
/** The system itself: a timer, a silence rule, a reaction. */
export interface SystemActor {
  readonly kind: 'system'
  readonly name: string
}
/** Somebody who has not signed in. */
export interface Anonymous {
  readonly kind: 'anonymous'
}
export type Actor = Person | SystemActor | Anonymous

export const anonymous: Anonymous = { kind: 'anonymous' }
export const system = (name: string): SystemActor => ({ kind: 'system', name })

export const holds = (
  actor: Actor,
  role: Role,
  where: { department?: string; organisationId?: OrganisationId } = {},
): boolean =>
  actor.kind === 'person' &&
  actor.roles.some(
    (held) =>
      held.role === role &&
      (where.department === undefined || held.department === where.department) &&
      (where.organisationId === undefined || held.organisationId === where.organisationId),
  )
