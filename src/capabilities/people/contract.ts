/**
 * Organisations, departments, persons, roles and delegation: what other capabilities and the desk may know of them.
 *
 * A department is a role of the jurisdiction ('housing', 'planning', …) filled by an organisation for a time: when the
 * district changes (Jiangbei 500105 became Liangjiang 500157 on 2025-11-06), the role stays and old files keep old names.
 */
import { z } from 'zod'
import { type Actor, type Role, roleSchema } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { type Id, idSchema, type OrganisationId, type PersonId } from '../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../kernel/page.ts'
import { certaintySchema } from '../../kernel/sourced.ts'
import { type Instant, instantSchema, type LocalDate, localDateSchema } from '../../kernel/time.ts'
import { type Words, wordsSchema } from '../../kernel/words.ts'
import type { Database, Unit } from '../../platform/platform.ts'
import { retentionEvents } from './contract/retention.ts'
import { personalFields, securityEvents } from './contract/security.ts'

/** Checks of national identifiers, for capabilities that register people or organisations of their own. */
export { checkIdNumber, checkPhone, maskIdNumber, maskPhone } from './model/codes.ts'

export type GrantId = Id<'role-grant'>
export type DelegationId = Id<'delegation'>

// ------------------------------------------------------------------------------------------ organisations

export const organisationKinds = ['enterprise', 'authority', 'institution', 'social'] as const
export type OrganisationKind = (typeof organisationKinds)[number]
export const organisationKindWords: Readonly<Record<OrganisationKind, Words>> = {
  enterprise: { zh: '企业', en: 'Enterprise' },
  authority: { zh: '机关', en: 'Authority' },
  institution: { zh: '事业单位', en: 'Public institution' },
  social: { zh: '社会组织', en: 'Social organisation' },
}

/** A name that an organisation bore; `to` is the first instant at which it bore it no longer. */
export const organisationNameSchema = z.object({
  name: z.string(),
  from: instantSchema,
  to: instantSchema.nullable(),
})
export const organisationSchema = z.object({
  id: idSchema<'organisation'>(),
  name: z.string(),
  /** Unified social credit code (GB 32100); null where none is known. */
  uscc: z.string().nullable(),
  kind: z.enum(organisationKinds),
  address: z.string().nullable(),
  version: z.number().int(),
  names: z.array(organisationNameSchema),
})
export type Organisation = z.infer<typeof organisationSchema>

// ------------------------------------------------------------------------------------------ departments

export const departmentSchema = z.object({
  /** Role code in the jurisdiction: 'housing', 'planning', … */
  code: z.string(),
  /** Name in force on the day asked for: goes onto documents of that day. */
  name: z.string(),
  /** Short name for lists and chips. */
  shortName: z.string(),
  /** What the role is, in both languages, independent of the jurisdiction. */
  words: wordsSchema,
  organisationId: idSchema<'organisation'>(),
  jurisdictionCode: z.string(),
  /** D, E and X must show 待核. */
  certainty: certaintySchema,
})
export type Department = z.infer<typeof departmentSchema>

// ------------------------------------------------------------------------------------------ persons and roles

/** A person with personal data masked ('138****1234'); the reveal endpoint gives the rest and leaves a trace. */
export const maskedPersonSchema = z.object({
  id: idSchema<'person'>(),
  name: z.string(),
  phoneMasked: z.string().nullable(),
  idNumberMasked: z.string().nullable(),
  active: z.boolean(),
  version: z.number().int(),
})
export type MaskedPerson = z.infer<typeof maskedPersonSchema>

export const grantStates = ['requested', 'planned', 'in-force', 'ended', 'revoked'] as const
export type GrantState = (typeof grantStates)[number]
export const grantStateWords: Readonly<Record<GrantState, Words>> = {
  requested: { zh: '待复核', en: 'Awaiting confirmation' },
  planned: { zh: '未生效', en: 'Not yet in force' },
  'in-force': { zh: '生效中', en: 'In force' },
  ended: { zh: '已到期', en: 'Ended' },
  revoked: { zh: '已撤销', en: 'Revoked' },
}
export const roleGrantSchema = z.object({
  id: idSchema<'role-grant'>(),
  personId: idSchema<'person'>(),
  role: roleSchema,
  department: z.string().nullable(),
  organisationId: idSchema<'organisation'>().nullable(),
  /** First instant in force. */
  from: instantSchema,
  /** First instant no longer in force; null = open. */
  to: instantSchema.nullable(),
  grantedBy: z.string(),
  confirmedBy: z.string().nullable(),
  revokedBy: z.string().nullable(),
  reason: z.string(),
  confirmedAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  /** Journal entries by which the role was given and taken; null where it was not, or before they were kept. */
  givenEntryId: z.string().nullable(),
  takenEntryId: z.string().nullable(),
  state: z.enum(grantStates),
})
export type RoleGrant = z.infer<typeof roleGrantSchema>

export const delegationSchema = z.object({
  id: idSchema<'delegation'>(),
  fromPersonId: idSchema<'person'>(),
  fromName: z.string(),
  toPersonId: idSchema<'person'>(),
  toName: z.string(),
  role: roleSchema,
  department: z.string().nullable(),
  organisationId: idSchema<'organisation'>().nullable(),
  from: instantSchema,
  to: instantSchema,
  endedAt: instantSchema.nullable(),
  reason: z.string(),
})
export type Delegation = z.infer<typeof delegationSchema>

export const personDetailSchema = maskedPersonSchema.extend({
  grants: z.array(roleGrantSchema),
  memberships: z.array(z.object({ organisationId: idSchema<'organisation'>(), name: z.string(), title: z.string() })),
})
export type PersonDetail = z.infer<typeof personDetailSchema>

export const heldRoleSchema = z.object({
  role: roleSchema,
  department: z.string().optional(),
  departmentName: z.string().optional(),
  organisationId: idSchema<'organisation'>().optional(),
  organisationName: z.string().optional(),
  onBehalfOf: idSchema<'person'>().optional(),
  onBehalfOfName: z.string().optional(),
})
export const meSchema = z.object({
  personId: idSchema<'person'>(),
  name: z.string(),
  roles: z.array(heldRoleSchema),
  memberships: z.array(z.object({ organisationId: idSchema<'organisation'>(), name: z.string(), title: z.string() })),
})
export type Me = z.infer<typeof meSchema>

// ------------------------------------------------------------------------------------------ reader and writer

export interface DepartmentMember {
  readonly personId: PersonId
  readonly name: string
}

/** What other capabilities may ask. Every method takes the connection to use: `unit.db` inside a transaction. */
export interface PeopleReader {
  /** The person with the roles in force at `now`, own and delegated; anonymous when unknown or inactive. */
  readonly actorOf: (db: Database, personId: PersonId, now: Instant) => Promise<Actor>
  readonly personName: (db: Database, personId: PersonId) => Promise<string | null>
  readonly personNames: (db: Database, ids: readonly PersonId[]) => Promise<ReadonlyMap<PersonId, string>>
  /** Full phone number for sending messages; never put it into a reply. */
  readonly phoneOf: (db: Database, personId: PersonId) => Promise<string | null>
  readonly personByPhone: (db: Database, phone: string) => Promise<PersonId | null>
  readonly organisation: (db: Database, id: OrganisationId) => Promise<Organisation | null>
  readonly organisations: (
    db: Database,
    ids: readonly OrganisationId[],
  ) => Promise<ReadonlyMap<OrganisationId, Organisation>>
  readonly organisationByUscc: (db: Database, uscc: string) => Promise<Organisation | null>
  /** The department that fills a role on a day, with the name of that day; null when none does. */
  readonly department: (db: Database, code: string, day: LocalDate) => Promise<Department | null>
  readonly departments: (db: Database, day: LocalDate) => Promise<readonly Department[]>
  /** Active persons holding a role in a department at `now`, by own grant or delegation; sorted by id, no duplicates. */
  readonly membersOf: (
    db: Database,
    department: string,
    role: Role,
    now: Instant,
  ) => Promise<readonly DepartmentMember[]>
  /** Active persons holding a role at `now` in a department, for an organisation, or anywhere; by grant or delegation. */
  readonly holdersOf: (
    db: Database,
    place: {
      readonly role: Role
      readonly department?: string | undefined
      readonly organisationId?: OrganisationId | undefined
    },
    now: Instant,
  ) => Promise<readonly PersonId[]>
  /** Every role that an active person holds at `now`, own or delegated, with the journal entry that gave it. */
  readonly rolesInForce: (db: Database, now: Instant) => Promise<readonly RoleInForce[]>
}
export interface RoleInForce {
  readonly personId: PersonId
  readonly name: string
  readonly role: Role
  readonly department: string | null
  readonly organisationId: OrganisationId | null
  /** The giver, where the role is held by delegation. */
  readonly onBehalfOfName: string | null
  readonly since: Instant
  readonly until: Instant | null
  readonly entryId: string | null
}

export interface NewPerson {
  readonly name: string
  readonly phone?: string | null | undefined
  readonly idNumber?: string | null | undefined
}
export interface NewOrganisation {
  readonly name: string
  readonly uscc?: string | null | undefined
  readonly kind: OrganisationKind
  readonly address?: string | null | undefined
}
export interface NewGrant {
  readonly personId: PersonId
  readonly role: Role
  readonly department?: string | null | undefined
  readonly organisationId?: OrganisationId | null | undefined
  /** Absent: from now. */
  readonly from?: Instant | undefined
  readonly to?: Instant | null | undefined
  readonly reason: string
}
/** Use cases that others may run inside their own transaction (sign-in, demo data). The same policies apply. */
export interface PeopleWriter {
  readonly createPerson: (unit: Unit, person: NewPerson) => Promise<PersonId>
  readonly createOrganisation: (unit: Unit, organisation: NewOrganisation) => Promise<OrganisationId>
  readonly grantRole: (unit: Unit, grant: NewGrant) => Promise<GrantId>
  readonly join: (unit: Unit, personId: PersonId, organisationId: OrganisationId, title: string) => Promise<void>
}

// ------------------------------------------------------------------------------------------ events

const idText = z.string()
export const personCreated = defineEvent({
  kind: 'people.person-created',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: idText }),
  sentence: '登记人员',
})
export const personUpdated = defineEvent({
  kind: 'people.person-updated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: idText, fields: z.array(z.string()), active: z.boolean() }),
  sentence: '更新人员信息',
})
/** Somebody looked at unmasked personal data. */
export const personRevealed = defineEvent({
  kind: 'people.person-revealed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: idText, purpose: z.string(), fields: z.array(z.enum(personalFields)).optional() }),
  sentence: '查看人员完整信息,用途:{purpose}',
})
export const organisationCreated = defineEvent({
  kind: 'people.organisation-created',
  version: 1,
  visibility: 'internal',
  payload: z.object({ organisationId: idText, name: z.string(), uscc: z.string().nullable(), kind: z.string() }),
  sentence: '登记单位{name}',
})
export const organisationUpdated = defineEvent({
  kind: 'people.organisation-updated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ organisationId: idText, name: z.string(), previousName: z.string() }),
  sentence: '更新单位{name}的信息',
})
/** A department role was filled for a time: public, because names on documents follow from it. */
export const departmentAssigned = defineEvent({
  kind: 'people.department-assigned',
  version: 1,
  visibility: 'public',
  payload: z.object({
    department: z.string(),
    name: z.string(),
    jurisdictionCode: z.string(),
    validFrom: z.string().nullable(),
    validTo: z.string().nullable(),
  }),
  sentence: '{name}履行职责',
})
const grantPayload = z.object({
  grantId: idText,
  personId: idText,
  role: roleSchema,
  department: z.string().nullable(),
  organisationId: z.string().nullable(),
})
export const roleRequested = defineEvent({
  kind: 'people.role-requested',
  version: 1,
  visibility: 'internal',
  payload: grantPayload,
  sentence: '申请授予角色,待另一名管理员复核',
})
export const roleGranted = defineEvent({
  kind: 'people.role-granted',
  version: 1,
  visibility: 'internal',
  payload: grantPayload,
  sentence: '授予角色',
})
export const roleRevoked = defineEvent({
  kind: 'people.role-revoked',
  version: 1,
  visibility: 'internal',
  payload: grantPayload.extend({ reason: z.string() }),
  sentence: '撤销角色:{reason}',
})
const delegationPayload = z.object({
  delegationId: idText,
  fromPersonId: idText,
  toPersonId: idText,
  role: roleSchema,
  department: z.string().nullable(),
  from: z.string(),
  to: z.string(),
})
export const roleDelegated = defineEvent({
  kind: 'people.role-delegated',
  version: 1,
  visibility: 'internal',
  payload: delegationPayload,
  sentence: '委托代办',
})
export const delegationEnded = defineEvent({
  kind: 'people.delegation-ended',
  version: 1,
  visibility: 'internal',
  payload: delegationPayload,
  sentence: '结束委托代办',
})
export const joinedOrganisation = defineEvent({
  kind: 'people.joined-organisation',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: idText, organisationId: idText }),
  sentence: '人员加入单位',
})
export const leftOrganisation = defineEvent({
  kind: 'people.left-organisation',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: idText, organisationId: idText }),
  sentence: '人员离开单位',
})
export const peopleEvents = [
  personCreated,
  personUpdated,
  personRevealed,
  organisationCreated,
  organisationUpdated,
  departmentAssigned,
  roleRequested,
  roleGranted,
  roleRevoked,
  roleDelegated,
  delegationEnded,
  joinedOrganisation,
  leftOrganisation,
  ...securityEvents,
  ...retentionEvents,
]

// ------------------------------------------------------------------------------------------ endpoints

const administrators = { roles: ['administrator'] } as const
const personParams = z.object({ personId: idSchema<'person'>() })
const done = z.object({ done: z.literal(true) })
const personName = z.string().trim().min(1, { error: '请填写姓名' }).max(60, { error: '姓名不超过60个字' })
const phone = z.string().trim().max(30)
const idNumber = z.string().trim().max(30)
const because = z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(400, { error: '理由不超过400个字' })

export const getMe = endpoint({
  id: 'people.me',
  method: 'GET',
  path: '/api/me',
  summary: '当前登录人及其角色',
  access: 'signed-in',
  reply: meSchema,
})
export const listPeople = endpoint({
  id: 'people.list',
  method: 'GET',
  path: '/api/people',
  summary: '人员列表,可按姓名、完整手机号或证件号查找',
  access: administrators,
  query: z.object({ ...pageQuery, search: z.string().trim().max(60).optional() }),
  reply: pageSchema(maskedPersonSchema),
})
export const getPerson = endpoint({
  id: 'people.get',
  method: 'GET',
  path: '/api/people/:personId',
  summary: '人员详情(个人信息已遮盖)',
  access: administrators,
  params: personParams,
  reply: personDetailSchema,
})
export const createPerson = endpoint({
  id: 'people.create',
  method: 'POST',
  path: '/api/people',
  summary: '登记人员',
  access: administrators,
  body: z.object({ name: personName, phone: phone.nullish(), idNumber: idNumber.nullish() }),
  reply: z.object({ personId: idSchema<'person'>() }),
  idempotent: true,
})
export const updatePerson = endpoint({
  id: 'people.update',
  method: 'PATCH',
  path: '/api/people/:personId',
  summary: '更新人员信息或停用人员',
  access: administrators,
  params: personParams,
  body: z.object({
    version: z.number().int(),
    name: personName.optional(),
    phone: phone.nullish(),
    idNumber: idNumber.nullish(),
    active: z.boolean().optional(),
  }),
  reply: maskedPersonSchema,
})
export const revealPerson = endpoint({
  id: 'people.reveal',
  method: 'POST',
  path: '/api/people/:personId/reveal',
  summary: '查看人员完整手机号与证件号;每次查看都会留痕',
  access: administrators,
  params: personParams,
  body: z.object({
    purpose: z.string().trim().min(4, { error: '请写明查看用途,至少4个字' }).max(200),
    /** Only what is needed; absent: both. */
    fields: z.array(z.enum(personalFields)).min(1, { error: '请选择要查看的内容' }).optional(),
  }),
  reply: z.object({ phone: z.string().nullable(), idNumber: z.string().nullable() }),
  perMinute: 20,
  sensitive: true,
})
export const grantRole = endpoint({
  id: 'people.grant-role',
  method: 'POST',
  path: '/api/people/:personId/grants',
  summary: '授予角色;按安全策略,部分角色须另一名管理员复核',
  access: administrators,
  params: personParams,
  body: z.object({
    role: roleSchema,
    department: z.string().max(40).nullish(),
    organisationId: idSchema<'organisation'>().nullish(),
    from: instantSchema.optional(),
    to: instantSchema.nullish(),
    reason: because,
  }),
  reply: roleGrantSchema,
  idempotent: true,
  sensitive: true,
})
export const confirmGrant = endpoint({
  id: 'people.confirm-grant',
  method: 'POST',
  path: '/api/grants/:grantId/confirm',
  summary: '复核授予角色的申请',
  access: administrators,
  params: z.object({ grantId: idSchema<'role-grant'>() }),
  reply: roleGrantSchema,
  sensitive: true,
})
export const revokeGrant = endpoint({
  id: 'people.revoke-grant',
  method: 'POST',
  path: '/api/grants/:grantId/revoke',
  summary: '撤销角色,或驳回待复核的申请',
  access: administrators,
  params: z.object({ grantId: idSchema<'role-grant'>() }),
  body: z.object({ reason: because }),
  reply: roleGrantSchema,
})
export const listPendingGrants = endpoint({
  id: 'people.pending-grants',
  method: 'GET',
  path: '/api/grants/pending',
  summary: '待复核的授权',
  access: administrators,
  reply: z.object({ rows: z.array(roleGrantSchema.extend({ personName: z.string() })) }),
})
export const joinOrganisation = endpoint({
  id: 'people.join',
  method: 'POST',
  path: '/api/people/:personId/memberships',
  summary: '把人员加入单位',
  access: administrators,
  params: personParams,
  body: z.object({ organisationId: idSchema<'organisation'>(), title: z.string().trim().max(60).default('') }),
  reply: done,
})
export const leaveOrganisation = endpoint({
  id: 'people.leave',
  method: 'DELETE',
  path: '/api/people/:personId/memberships/:organisationId',
  summary: '把人员移出单位',
  access: administrators,
  params: personParams.extend({ organisationId: idSchema<'organisation'>() }),
  reply: done,
})
export const listDelegations = endpoint({
  id: 'people.delegations',
  method: 'GET',
  path: '/api/me/delegations',
  summary: '我委托他人和他人委托我的代办',
  access: 'signed-in',
  reply: z.object({ rows: z.array(delegationSchema) }),
})
export const createDelegation = endpoint({
  id: 'people.delegate',
  method: 'POST',
  path: '/api/me/delegations',
  summary: '把自己的一个角色在一段时间内委托给同事',
  access: 'signed-in',
  body: z.object({
    toPersonId: idSchema<'person'>(),
    role: roleSchema,
    department: z.string().max(40).nullish(),
    organisationId: idSchema<'organisation'>().nullish(),
    from: instantSchema,
    to: instantSchema,
    reason: because,
  }),
  reply: delegationSchema,
  idempotent: true,
})
export const endDelegation = endpoint({
  id: 'people.end-delegation',
  method: 'POST',
  path: '/api/me/delegations/:delegationId/end',
  summary: '提前结束委托',
  access: 'signed-in',
  params: z.object({ delegationId: idSchema<'delegation'>() }),
  reply: delegationSchema,
})
/** Colleagues to whom a role can be delegated: names only. */
export const listColleagues = endpoint({
  id: 'people.colleagues',
  method: 'GET',
  path: '/api/me/colleagues',
  summary: '同部门或同单位的同事(仅姓名)',
  access: 'signed-in',
  reply: z.object({ rows: z.array(z.object({ personId: idSchema<'person'>(), name: z.string() })) }),
})
export const listOrganisations = endpoint({
  id: 'people.organisations',
  method: 'GET',
  path: '/api/organisations',
  summary: '单位列表,可按名称或统一社会信用代码查找',
  access: 'signed-in',
  query: z.object({
    ...pageQuery,
    search: z.string().trim().max(60).optional(),
    kind: z.enum(organisationKinds).optional(),
  }),
  reply: pageSchema(organisationSchema),
})
export const getOrganisation = endpoint({
  id: 'people.organisation',
  method: 'GET',
  path: '/api/organisations/:organisationId',
  summary: '单位详情与曾用名',
  access: 'signed-in',
  params: z.object({ organisationId: idSchema<'organisation'>() }),
  reply: organisationSchema,
})
const warnings = z.array(z.string())
export const createOrganisation = endpoint({
  id: 'people.create-organisation',
  method: 'POST',
  path: '/api/organisations',
  summary: '登记单位',
  access: { roles: ['administrator', 'clerk', 'lead', 'applicant'] },
  body: z.object({
    name: z.string().trim().min(2, { error: '请填写单位全称' }).max(120, { error: '单位名称不超过120个字' }),
    uscc: z.string().trim().max(30).nullish(),
    kind: z.enum(organisationKinds),
    address: z.string().trim().max(200).nullish(),
  }),
  reply: z.object({ organisation: organisationSchema, warnings }),
  idempotent: true,
})
export const updateOrganisation = endpoint({
  id: 'people.update-organisation',
  method: 'PATCH',
  path: '/api/organisations/:organisationId',
  summary: '更新单位信息;改名保留曾用名',
  access: { roles: ['administrator', 'clerk'] },
  params: z.object({ organisationId: idSchema<'organisation'>() }),
  body: z.object({
    version: z.number().int(),
    name: z.string().trim().min(2, { error: '请填写单位全称' }).max(120).optional(),
    uscc: z.string().trim().max(30).nullish(),
    address: z.string().trim().max(200).nullish(),
  }),
  reply: z.object({ organisation: organisationSchema, warnings }),
})
export const listDepartments = endpoint({
  id: 'people.departments',
  method: 'GET',
  path: '/api/departments',
  summary: '某日(默认今天)履行各项职责的部门',
  access: 'public',
  query: z.object({ day: localDateSchema.optional() }),
  reply: z.object({ day: localDateSchema, rows: z.array(departmentSchema) }),
})
