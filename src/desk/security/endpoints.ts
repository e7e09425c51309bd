/** Second factors, passkeys and invitations: the shapes of the platform's own addresses. */
import { z } from 'zod'
import { endpoint, owedSteps } from '../../kernel/endpoint.ts'
import { instantSchema } from '../../kernel/time.ts'

export const sessionReply = z.object({
  person: z.object({ name: z.string() }).nullable(),
  /** The step that is missing before the person is signed in. */
  owes: z.enum(owedSteps).nullable(),
  ways: z.array(z.enum(['totp', 'recovery', 'passkey'])),
})
export type SessionState = z.infer<typeof sessionReply>
const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
const challenge = z.object({ challengeId: z.string(), options: z.record(z.string(), z.unknown()) })
const answer = z.record(z.string(), z.unknown())
/** A body without content: the endpoint takes none, and the desk sends none. */
const post = <R>(id: string, path: string, summary: string, reply: z.ZodType<R>, access: 'public' | 'signed-in') =>
  endpoint({ id, method: 'POST', path, summary, access, reply })

export const currentSession = endpoint({
  id: 'sign-in.current',
  method: 'GET',
  path: '/api/session',
  summary: '当前登录人',
  access: 'public',
  reply: sessionReply,
})
export const giveSecondFactor = endpoint({
  id: 'sign-in.second-factor',
  method: 'POST',
  path: '/api/session/second-factor',
  summary: '登录第二步',
  access: 'signed-in',
  body: z.object({ code: z.string() }),
  reply: sessionReply,
})
export const passkeyOptions = post(
  'sign-in.passkey-options',
  '/api/session/passkey/options',
  '通行密钥质询',
  challenge,
  'public',
)
export const enterByPasskey = endpoint({
  id: 'sign-in.passkey',
  method: 'POST',
  path: '/api/session/passkey',
  summary: '通行密钥登录',
  access: 'public',
  body: z.object({ challengeId: z.string(), response: answer }),
  reply: sessionReply,
})
export const prove = endpoint({
  id: 'sign-in.prove',
  method: 'POST',
  path: '/api/session/proof',
  summary: '再次验证身份',
  access: 'signed-in',
  body: z.object({ password: z.string().optional(), code: z.string().optional() }),
  reply: z.object({ provenAt: instantSchema }),
})
export const ownFactors = endpoint({
  id: 'sign-in.factors',
  method: 'GET',
  path: '/api/session/factors',
  summary: '我的双重验证',
  access: 'signed-in',
  reply: z.object({
    required: z.boolean(),
    hasPassword: z.boolean(),
    totpSince: instantSchema.nullable(),
    recoveryCodesLeft: z.number(),
    passkeys: z.array(
      z.object({
        passkeyId: z.string(),
        name: z.string(),
        backedUp: z.boolean(),
        createdAt: instantSchema,
        lastUsedAt: instantSchema.nullable(),
      }),
    ),
    providers: z.array(z.object({ issuer: z.string(), linkedAt: instantSchema })),
  }),
})
export type Factors = z.infer<typeof ownFactors.reply>
export const startTotp = post(
  'sign-in.totp-start',
  '/api/session/totp',
  '绑定动态验证码',
  z.object({ secret: z.string(), uri: z.string(), picture: z.string() }),
  'signed-in',
)
export const confirmTotp = endpoint({
  id: 'sign-in.totp-confirm',
  method: 'POST',
  path: '/api/session/totp/confirm',
  summary: '确认动态验证码',
  access: 'signed-in',
  body: z.object({ code: z.string() }),
  reply: recoveryCodes,
})
export const removeTotp = endpoint({
  id: 'sign-in.totp-remove',
  method: 'DELETE',
  path: '/api/session/totp',
  summary: '解除动态验证码',
  access: 'signed-in',
  reply: z.undefined(),
})
export const newRecoveryCodes = post(
  'sign-in.recovery-codes',
  '/api/session/recovery-codes',
  '重新生成恢复码',
  recoveryCodes,
  'signed-in',
)
export const passkeyRegisterOptions = post(
  'sign-in.passkey-register-options',
  '/api/session/passkeys/options',
  '添加通行密钥',
  challenge,
  'signed-in',
)
export const registerPasskey = endpoint({
  id: 'sign-in.passkey-register',
  method: 'POST',
  path: '/api/session/passkeys',
  summary: '添加通行密钥',
  access: 'signed-in',
  body: z.object({ challengeId: z.string(), name: z.string(), response: answer }),
  reply: recoveryCodes,
})
export const removePasskey = endpoint({
  id: 'sign-in.passkey-remove',
  method: 'DELETE',
  path: '/api/session/passkeys/:passkeyId',
  summary: '移除通行密钥',
  access: 'signed-in',
  params: z.object({ passkeyId: z.string() }),
  reply: z.undefined(),
})
export const lookAtInvitation = endpoint({
  id: 'sign-in.invitation',
  method: 'POST',
  path: '/api/invitations/look',
  summary: '查看邀请',
  access: 'public',
  body: z.object({ token: z.string() }),
  reply: z.object({ login: z.string(), expiresAt: instantSchema }),
})
export const acceptInvitation = endpoint({
  id: 'sign-in.accept-invitation',
  method: 'POST',
  path: '/api/invitations/accept',
  summary: '接受邀请',
  access: 'public',
  body: z.object({ token: z.string(), newPassword: z.string() }),
  reply: z.object({ login: z.string() }),
})
/** The identity provider of the district, where there is one. */
export const provider = endpoint({
  id: 'sign-in.provider',
  method: 'GET',
  path: '/api/session/provider',
  summary: '统一身份认证',
  access: 'public',
  reply: z.object({ name: z.string().nullable() }),
})
