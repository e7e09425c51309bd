/** Second factors, passkeys, invitations: endpoints, events and refusals. */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { idSchema } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { instantSchema } from '../../kernel/time.ts'
import { sessionSchema } from './contract.ts'
import { MAX_PASSWORD_LETTERS } from './model.ts'

const code = z.string().trim().min(6, { error: '请填写验证码。' }).max(40)
const password = z.string().min(1, { error: '请填写密码。' }).max(MAX_PASSWORD_LETTERS)
/** What goes to and comes from the browser's own passkey dialogue. */
const browserObject = z.record(z.string(), z.unknown())
const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
const passkeyParams = z.object({ passkeyId: idSchema<'passkey'>() })

export const giveSecondFactor = endpoint({
  id: 'sign-in.second-factor',
  method: 'POST',
  path: '/api/session/second-factor',
  summary: '登录第二步:动态验证码或恢复码 · Second factor',
  access: 'signed-in',
  body: z.object({ code }),
  reply: sessionSchema,
  perMinute: 20,
  whileOwing: ['second-factor'],
})
export const passkeyOptions = endpoint({
  id: 'sign-in.passkey-options',
  method: 'POST',
  path: '/api/session/passkey/options',
  summary: '通行密钥登录:取得质询 · Challenge for a passkey',
  access: 'public',
  reply: z.object({ challengeId: idSchema<'challenge'>(), options: browserObject }),
  perMinute: 60,
})
export const enterByPasskey = endpoint({
  id: 'sign-in.passkey',
  method: 'POST',
  path: '/api/session/passkey',
  summary: '用通行密钥登录或再次验证身份 · Sign in, or prove who you are, by passkey',
  access: 'public',
  body: z.object({ challengeId: idSchema<'challenge'>(), response: browserObject }),
  reply: sessionSchema,
  perMinute: 60,
})
export const prove = endpoint({
  id: 'sign-in.prove',
  method: 'POST',
  path: '/api/session/proof',
  summary: '办理敏感事项前再次验证身份 · Prove who you are once more',
  access: 'signed-in',
  body: z.object({ password: password.optional(), code: code.optional() }),
  reply: z.object({ provenAt: instantSchema }),
  perMinute: 20,
})
export const ownFactors = endpoint({
  id: 'sign-in.factors',
  method: 'GET',
  path: '/api/session/factors',
  summary: '我的双重验证 · My second factors',
  access: 'signed-in',
  reply: z.object({
    /** My role demands a second factor. */
    required: z.boolean(),
    hasPassword: z.boolean(),
    totpSince: instantSchema.nullable(),
    recoveryCodesLeft: z.number().int(),
    passkeys: z.array(
      z.object({
        passkeyId: idSchema<'passkey'>(),
        name: z.string(),
        backedUp: z.boolean(),
        createdAt: instantSchema,
        lastUsedAt: instantSchema.nullable(),
      }),
    ),
    /** Identity providers that are linked to me. */
    providers: z.array(z.object({ issuer: z.string(), linkedAt: instantSchema })),
  }),
  whileOwing: ['enrolment'],
})
export const startTotp = endpoint({
  id: 'sign-in.totp-start',
  method: 'POST',
  path: '/api/session/totp',
  summary: '绑定动态验证码:取得密钥与二维码 · Begin to set up an authenticator',
  access: 'signed-in',
  reply: z.object({
    /** To type where no camera is at hand (base 32). */
    secret: z.string(),
    uri: z.string(),
    /** QR code as an SVG data address. */
    picture: z.string(),
  }),
  perMinute: 20,
  whileOwing: ['enrolment'],
  sensitive: true,
})
export const confirmTotp = endpoint({
  id: 'sign-in.totp-confirm',
  method: 'POST',
  path: '/api/session/totp/confirm',
  summary: '绑定动态验证码:输入第一个验证码 · Confirm the authenticator by its first code',
  access: 'signed-in',
  body: z.object({ code }),
  reply: recoveryCodes,
  perMinute: 20,
  whileOwing: ['enrolment'],
})
export const removeTotp = endpoint({
  id: 'sign-in.totp-remove',
  method: 'DELETE',
  path: '/api/session/totp',
  summary: '解除动态验证码 · Remove the authenticator',
  access: 'signed-in',
  reply: z.undefined(),
  sensitive: true,
})
export const newRecoveryCodes = endpoint({
  id: 'sign-in.recovery-codes',
  method: 'POST',
  path: '/api/session/recovery-codes',
  summary: '重新生成恢复码(旧码作废)· New recovery codes; the old ones end',
  access: 'signed-in',
  reply: recoveryCodes,
  perMinute: 10,
  sensitive: true,
})
export const passkeyRegisterOptions = endpoint({
  id: 'sign-in.passkey-register-options',
  method: 'POST',
  path: '/api/session/passkeys/options',
  summary: '添加通行密钥:取得质询 · Challenge for a new passkey',
  access: 'signed-in',
  reply: z.object({ challengeId: idSchema<'challenge'>(), options: browserObject }),
  perMinute: 20,
  whileOwing: ['enrolment'],
  sensitive: true,
})
export const registerPasskey = endpoint({
  id: 'sign-in.passkey-register',
  method: 'POST',
  path: '/api/session/passkeys',
  summary: '添加通行密钥 · Add a passkey',
  access: 'signed-in',
  body: z.object({
    challengeId: idSchema<'challenge'>(),
    name: z.string().trim().min(1, { error: '请给通行密钥起个名字。' }).max(60),
    response: browserObject,
  }),
  /** Recovery codes come with the first factor. */
  reply: recoveryCodes,
  perMinute: 20,
  whileOwing: ['enrolment'],
  sensitive: true,
})
export const removePasskey = endpoint({
  id: 'sign-in.passkey-remove',
  method: 'DELETE',
  path: '/api/session/passkeys/:passkeyId',
  summary: '移除通行密钥 · Remove a passkey',
  access: 'signed-in',
  params: passkeyParams,
  reply: z.undefined(),
  sensitive: true,
})
/** Looking does not use the invitation up: mail scanners follow links. */
export const lookAtInvitation = endpoint({
  id: 'sign-in.invitation',
  method: 'POST',
  path: '/api/invitations/look',
  summary: '查看账号邀请 · Look at an invitation',
  access: 'public',
  body: z.object({ token: z.string().min(20).max(100) }),
  reply: z.object({ login: z.string(), expiresAt: instantSchema }),
  perMinute: 30,
})
export const acceptInvitation = endpoint({
  id: 'sign-in.accept-invitation',
  method: 'POST',
  path: '/api/invitations/accept',
  summary: '接受账号邀请并设置密码 · Accept an invitation and choose a password',
  access: 'public',
  body: z.object({ token: z.string().min(20).max(100), newPassword: password }),
  reply: z.object({ login: z.string() }),
  perMinute: 10,
})

export const readProvider = endpoint({
  id: 'sign-in.provider',
  method: 'GET',
  path: '/api/session/provider',
  summary: '统一身份认证(未配置时为空)· The identity provider, where there is one',
  access: 'public',
  reply: z.object({ name: z.string().nullable() }),
})

const who = z.object({ personId: z.string() })
const change = (kind: string, sentence: string) =>
  defineEvent({ kind: `sign_in.${kind}`, version: 1, visibility: 'internal', payload: who, sentence })
export const totpAdded = change('totp-added', '绑定动态验证码')
export const totpRemoved = change('totp-removed', '解除动态验证码')
export const passkeyAdded = change('passkey-added', '添加通行密钥')
export const passkeyRemoved = change('passkey-removed', '移除通行密钥')
export const recoveryCodesMade = change('recovery-codes-made', '生成恢复码')
export const recoveryCodeUsed = change('recovery-code-used', '使用恢复码登录')
export const factorsReset = change('factors-reset', '清除双重验证')
export const provedAgain = change('proved-again', '再次验证身份')
export const providerLinked = change('provider-linked', '关联统一身份认证')
export const invitationAccepted = change('invitation-accepted', '接受账号邀请')

export const wrongCode = defineRefusal('invalid', 'sign-in.wrong-code', {
  zh: '验证码不正确或已经用过。请等验证器显示下一个验证码再试,并确认手机时间准确;也可以使用恢复码。',
  en: 'The code is wrong or was used already. Wait for the next one and check the time of your phone, or use a recovery code.',
})
export const noTotpBegun = defineRefusal('conflict', 'sign-in.no-totp-begun', {
  zh: '没有正在进行的绑定,请重新扫描二维码。',
  en: 'Nothing is being set up: scan a new QR code.',
})
export const totpAlready = defineRefusal('conflict', 'sign-in.totp-already', {
  zh: '已经绑定了动态验证码;如需更换,请先解除。',
  en: 'An authenticator is set up already: remove it first.',
})
export const passkeyRefused = defineRefusal('invalid', 'sign-in.passkey-refused', {
  zh: '通行密钥验证没有通过,请重试;如仍不行,请改用密码登录。',
  en: 'The passkey was not accepted: try again, or sign in by password.',
})
export const passkeyMissing = defineRefusal('missing', 'sign-in.passkey-missing', {
  zh: '没有找到这个通行密钥,请刷新页面。',
  en: 'No such passkey: reload the page.',
})
export const proofMissing = defineRefusal('invalid', 'sign-in.proof-missing', {
  zh: '请填写{what}。',
  en: 'Give {whatEn}.',
})
