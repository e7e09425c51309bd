/** Accounts, the security policy, and the log of looks at personal data. */
import { z } from 'zod'
import { roleSchema } from '../../../kernel/actor.ts'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import { instantSchema } from '../../../kernel/time.ts'

/** Data of `roles/security.json`: rules of the product, to be set by each district. */
export const securityPolicySchema = z.object({
  ...validitySchema.shape,
  source: sourceSchema,
  /** Roles whose holders cannot work without a second factor. */
  secondFactorRoles: z.array(roleSchema),
  /** Roles that come into force only when a second administrator has confirmed. */
  fourEyesRoles: z.array(roleSchema),
  /** Minutes for which a proof of identity serves sensitive acts. */
  freshMinutes: z.number().int().min(1).max(720),
  /** Hours for which an initial password works. */
  initialPasswordHours: z.number().int().min(1).max(720),
  invitationHours: z.number().int().min(1).max(720),
})
export type SecurityPolicy = z.infer<typeof securityPolicySchema>

export const personalFields = ['phone', 'idNumber'] as const
export type PersonalField = (typeof personalFields)[number]

export const accountSchema = z.object({
  login: z.string(),
  /** Locked by an administrator. */
  disabled: z.boolean(),
  disabledBecause: z.string().nullable(),
  /** Locked for a while by wrong passwords. */
  lockedUntil: instantSchema.nullable(),
  hasPassword: z.boolean(),
  /** An initial password: to be changed at the first sign-in. */
  mustChange: z.boolean(),
  passwordUntil: instantSchema.nullable(),
  /** An invitation is open until then. */
  invitedUntil: instantSchema.nullable(),
  totp: z.boolean(),
  passkeys: z.number().int(),
  lastSeen: instantSchema.nullable(),
})
export type AccountView = z.infer<typeof accountSchema>

/** Shown once; nothing of it can be read again. */
const handedOver = z.object({
  login: z.string(),
  /** The initial password, when that way was chosen. */
  password: z.string().nullable(),
  /** Address of the invitation, when that way was chosen. */
  link: z.string().nullable(),
  until: instantSchema,
})
export type HandedOver = z.infer<typeof handedOver>

const administrators = { roles: ['administrator'] } as const
const personParams = z.object({ personId: idSchema<'person'>() })
const because = z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(400, { error: '理由不超过400个字' })
const way = z.enum(['password', 'invitation'])

export const readSecurityPolicy = endpoint({
  id: 'people.security-policy',
  method: 'GET',
  path: '/api/security-policy',
  summary: '安全策略:双重验证、双人授权与时限',
  access: 'signed-in',
  reply: securityPolicySchema,
})
export const readAccount = endpoint({
  id: 'people.account',
  method: 'GET',
  path: '/api/people/:personId/account',
  summary: '人员的登录账号',
  access: administrators,
  params: personParams,
  reply: z.object({ account: accountSchema.nullable() }),
})
/** Not idempotent on purpose: a stored reply would keep the password. A repeated call is refused: the account is there. */
export const openLogin = endpoint({
  id: 'people.open-account',
  method: 'POST',
  path: '/api/people/:personId/account',
  summary: '开通登录账号:初始密码或邀请链接,均只显示一次',
  access: administrators,
  params: personParams,
  body: z.object({
    login: z
      .string()
      .trim()
      .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,59}$/u, { error: '用户名为2到60个字母、数字、汉字或 . _ - @' }),
    way,
  }),
  reply: handedOver,
  perMinute: 30,
  sensitive: true,
})
export const resetLogin = endpoint({
  id: 'people.reset-account',
  method: 'POST',
  path: '/api/people/:personId/account/reset',
  summary: '重置密码:新的初始密码或邀请链接;原密码与登录立即失效',
  access: administrators,
  params: personParams,
  body: z.object({ way, reason: because }),
  reply: handedOver,
  perMinute: 30,
  sensitive: true,
})
export const resetSecondFactors = endpoint({
  id: 'people.reset-factors',
  method: 'POST',
  path: '/api/people/:personId/account/reset-factors',
  summary: '清除双重验证(本人遗失验证器时)',
  access: administrators,
  params: personParams,
  body: z.object({ reason: because }),
  reply: z.object({ account: accountSchema.nullable() }),
  perMinute: 30,
  sensitive: true,
})
export const lockLogin = endpoint({
  id: 'people.lock-account',
  method: 'POST',
  path: '/api/people/:personId/account/lock',
  summary: '锁定账号:立即退出所有登录',
  access: administrators,
  params: personParams,
  body: z.object({ reason: because }),
  reply: z.object({ account: accountSchema.nullable() }),
})
export const unlockLogin = endpoint({
  id: 'people.unlock-account',
  method: 'POST',
  path: '/api/people/:personId/account/unlock',
  summary: '解锁账号,并解除因输错密码的临时锁定',
  access: administrators,
  params: personParams,
  body: z.object({ reason: because }),
  reply: z.object({ account: accountSchema.nullable() }),
})

export const lookSchema = z.object({
  at: instantSchema,
  byName: z.string(),
  purpose: z.string(),
  fields: z.array(z.enum(personalFields)),
  /** The journal entry that keeps this look. */
  entryId: z.string(),
})
export const listLooks = endpoint({
  id: 'people.looks',
  method: 'GET',
  path: '/api/me/looks',
  summary: '谁看过我的信息',
  access: 'signed-in',
  reply: z.object({ rows: z.array(lookSchema) }),
})

export const loginManaged = defineEvent({
  kind: 'people.login-managed',
  version: 1,
  visibility: 'internal',
  payload: z.object({
    personId: z.string(),
    what: z.enum(['open', 'reset', 'reset-factors', 'lock', 'unlock']),
    reason: z.string(),
  }),
  sentence: '管理登录账号:{reason}',
})
export const securityEvents = [loginManaged]
