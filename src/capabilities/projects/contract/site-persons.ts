/**
 * 现场责任人: who answers for a site. A party nominates somebody for a post with the certificates it asks for; an officer of
 * the department checks and approves. Rows stay: a change is a new nomination that takes the place of the one before.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { certaintySchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { partyRoles } from '../contract.ts'
import { sitePersonStates } from '../model/site-posts.ts'

export type SitePersonId = Id<'site-person'>

const may = wordsSchema.nullable()
const version = z.number().int().min(0)

// ------------------------------------------------------------------------------------------ shapes

export const certificateSchema = z.object({
  kind: z.string().max(40),
  number: z
    .string()
    .trim()
    .min(4, { error: '请填写证书编号,至少4个字符' })
    .max(60, { error: '证书编号不超过60个字符' }),
  /** Last day; null = without an end. */
  validUntil: localDateSchema.nullable().default(null),
})
const shownCertificate = certificateSchema.extend({
  name: wordsSchema,
  state: z.enum(['valid', 'expiring', 'expired']),
})
export const sitePersonSchema = z.object({
  sitePersonId: idSchema<'site-person'>(),
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  caseNumber: z.string(),
  post: z.string(),
  postName: wordsSchema,
  organisationId: idSchema<'organisation'>(),
  organisationName: z.string(),
  personName: z.string(),
  certificates: z.array(shownCertificate),
  /** Why there is a change, as the party says. */
  reason: z.string(),
  state: z.enum(sitePersonStates),
  /** In the post from and to; null before approval, and while in the post. */
  from: localDateSchema.nullable(),
  to: localDateSchema.nullable(),
  /** Whose place is taken. */
  replaces: z.string().nullable(),
  nominatedAt: instantSchema,
  nominatedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  /** How the officer checked the certificates. */
  checked: z.string(),
  remark: z.string(),
  exceptionName: wordsSchema.nullable(),
  endReason: z.string(),
  /** Other open projects in which the same certificate holds an exclusive post, or waits for one; only for officers. */
  elsewhere: z.array(
    z.object({
      caseNumber: z.string(),
      projectName: z.string(),
      postName: wordsSchema,
      /** True: nominated there too, and not decided yet. */
      waits: z.boolean(),
    }),
  ),
  version: z.number().int(),
  may: z.object({ decide: may, withdraw: may, end: may }),
})
export type SitePerson = z.infer<typeof sitePersonSchema>

const sourced = { basis: z.string(), certainty: certaintySchema }
const namedCode = z.object({ code: z.string(), name: wordsSchema })
export const sitePersonsSchema = z.object({
  department: z.string(),
  departmentName: z.string(),
  posts: z.array(
    namedCode.extend({
      ...sourced,
      of: z.array(z.enum(partyRoles)),
      /** Of each group at least one certificate is needed. */
      certificates: z.array(z.array(z.string())),
      several: z.boolean(),
      exclusive: z.boolean(),
      /** Parties of today for which this reader may nominate. */
      organisations: z.array(z.object({ organisationId: idSchema<'organisation'>(), name: z.string() })),
      /** Why this reader may not nominate; null = may. */
      may,
    }),
  ),
  certificates: z.array(namedCode),
  exceptions: z.array(namedCode),
  exclusive: z.object(sourced),
  /** Posts that nobody holds although their party is there; empty before the stage of the construction permit. */
  missing: z.array(wordsSchema),
  /** Newest first. */
  rows: z.array(sitePersonSchema),
})
export type SitePersons = z.infer<typeof sitePersonsSchema>

// ------------------------------------------------------------------------------------------ endpoints

const ofProject = z.object({ projectId: idSchema<'project'>() })
const params = z.object({ sitePersonId: idSchema<'site-person'>() })
const officers = { roles: ['inspector', 'reviewer', 'lead', 'approver'] } as const
const ownSide = { roles: ['applicant', 'site-manager'] } as const

export const readSitePersons = endpoint({
  id: 'projects.site-persons',
  method: 'GET',
  path: '/api/projects/:projectId/persons',
  summary: '项目的现场责任人:在岗、待核准和历次变更',
  access: 'signed-in',
  params: ofProject,
  reply: sitePersonsSchema,
})
export const listNominations = endpoint({
  id: 'projects.list-nominations',
  method: 'GET',
  path: '/api/site-persons',
  summary: '现场责任人提名:待核准的在前,先提名的在前',
  access: { roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] },
  query: z.object({ ...pageQuery, state: z.enum(sitePersonStates).default('nominated') }),
  reply: pageSchema(sitePersonSchema),
})
export const nominatePerson = endpoint({
  id: 'projects.nominate-person',
  method: 'POST',
  path: '/api/projects/:projectId/persons',
  summary: '参建单位提名现场责任人,或者变更',
  access: ownSide,
  params: ofProject,
  body: z.object({
    post: z.string().max(40),
    organisationId: idSchema<'organisation'>(),
    personName: z.string().trim().min(2, { error: '请填写姓名' }).max(40, { error: '姓名不超过40个字' }),
    certificates: z.array(certificateSchema).max(6).default([]),
    /** Needed where somebody is in the post already. */
    reason: z.string().trim().max(400, { error: '理由不超过400个字' }).default(''),
  }),
  reply: sitePersonsSchema,
  idempotent: true,
})
export const decideNomination = endpoint({
  id: 'projects.decide-nomination',
  method: 'POST',
  path: '/api/site-persons/:sitePersonId/decision',
  summary: '核准或者不予核准',
  access: officers,
  params,
  body: z.object({
    version,
    approve: z.boolean(),
    /** How the certificates were checked. */
    checked: z.string().trim().max(400).default(''),
    remark: z.string().trim().max(1000).default(''),
    /** Where the person holds an exclusive post elsewhere: the exception that applies. */
    exception: z.string().max(40).nullable().default(null),
  }),
  reply: sitePersonsSchema,
})
export const withdrawNomination = endpoint({
  id: 'projects.withdraw-nomination',
  method: 'POST',
  path: '/api/site-persons/:sitePersonId/withdrawal',
  summary: '提名单位撤回尚未核准的提名',
  access: ownSide,
  params,
  body: z.object({ version }),
  reply: sitePersonsSchema,
})
export const endSitePerson = endpoint({
  id: 'projects.end-site-person',
  method: 'POST',
  path: '/api/site-persons/:sitePersonId/end',
  summary: '现场责任人离岗(保留记录)',
  access: { roles: [...ownSide.roles, ...officers.roles] },
  params,
  body: z.object({
    version,
    /** Last day; absent: today. */
    to: localDateSchema.optional(),
    reason: z.string().trim().min(2, { error: '请填写离岗原因,至少2个字' }).max(400, { error: '原因不超过400个字' }),
  }),
  reply: sitePersonsSchema,
})

// ------------------------------------------------------------------------------------------ events

/** Names stand with the personal data of the entry. */
const facts = {
  projectId: z.string(),
  caseNumber: z.string(),
  name: z.string(),
  sitePersonId: z.string(),
  post: z.string(),
  postName: z.string(),
  organisationId: z.string(),
  organisationName: z.string(),
  department: z.string(),
}
const about = <S extends z.ZodRawShape>(kind: string, more: S, sentence: string) =>
  defineEvent({
    kind: `projects.${kind}`,
    version: 1,
    visibility: 'parties',
    payload: z.object({ ...facts, ...more }),
    sentence,
  })
export const personNominated = about(
  'site-person-nominated',
  { change: z.boolean() },
  '{organisationName}提名{postName},待核准',
)
export const personApproved = about(
  'site-person-approved',
  { from: z.string(), exception: z.string().nullable() },
  '{postName}({organisationName})核准,自{from}起在岗',
)
export const personRejected = about(
  'site-person-rejected',
  { remark: z.string() },
  '{postName}({organisationName})的提名未予核准:{remark}',
)
export const nominationWithdrawn = about('site-person-withdrawn', {}, '{organisationName}撤回{postName}的提名')
export const personEnded = about(
  'site-person-ended',
  { to: z.string(), replaced: z.boolean() },
  '{postName}({organisationName})离岗,最后一日{to}',
)
export const certificateExpiring = about(
  'site-person-certificate',
  { certificateName: z.string(), validUntil: z.string(), expired: z.boolean(), late: z.boolean() },
  '{postName}({organisationName})的{certificateName}有效期至{validUntil}',
)
export const sitePersonEvents = [
  personNominated,
  personApproved,
  personRejected,
  nominationWithdrawn,
  personEnded,
  certificateExpiring,
]
