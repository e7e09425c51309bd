/** Sign-in as others see it: endpoints, events, refusals. */
import { z } from 'zod'
import { roleSchema } from '../../kernel/actor.ts'
import { endpoint, owedSteps } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { idSchema } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { instantSchema } from '../../kernel/time.ts'
import { MAX_PASSWORD_LETTERS } from './model.ts'

const heldRole = z.object({
  role: roleSchema,
  department: z.string().optional(),
  organisationId: idSchema<'organisation'>().optional(),
  onBehalfOf: idSchema<'person'>().optional(),
})
const person = z.object({ personId: idSchema<'person'>(), name: z.string(), roles: z.array(heldRole) })
const login = z.string().trim().min(1, { error: '请填写用户名。' }).max(100)
const typedPassword = z.string().min(1, { error: '请填写密码。' }).max(MAX_PASSWORD_LETTERS)

export const sessionSchema = z.object({
  /** Null when nobody is signed in. */
  person: person.nullable(),
  expiresAt: instantSchema.nullable(),
  /** The step that is missing before the person is signed in; null when there is none. */
  owes: z.enum(owedSteps).nullable(),
  /** By what the second factor can be shown, while it is owed. */
  ways: z.array(z.enum(['totp', 'recovery', 'passkey'])),
  /** Only where a program asked for it. */
  token: z.string().optional(),
})

export const signIn = endpoint({
  id: 'sign-in.enter',
  method: 'POST',
  path: '/api/session',
  summary: '登录 · Sign in',
  access: 'public',
  body: z.object({
    login,
    password: typedPassword,
    /** True: the reply carries the token for the header Authorization, and no cookie is set. */
    token: z.boolean().optional(),
  }),
  reply: sessionSchema,
  // A whole office may stand behind one address; guessing is held back by the lock on the login.
  perMinute: 60,
})
export const currentSession = endpoint({
  id: 'sign-in.current',
  method: 'GET',
  path: '/api/session',
  summary: '当前登录人 · Who is signed in',
  access: 'public',
  reply: sessionSchema,
})
export const signOut = endpoint({
  id: 'sign-in.leave',
  method: 'DELETE',
  path: '/api/session',
  summary: '退出登录 · Sign out',
  access: 'public',
  reply: z.undefined(),
})
export const ownSessions = endpoint({
  id: 'sign-in.own-sessions',
  method: 'GET',
  path: '/api/session/all',
  summary: '我的登录设备 · My sessions',
  access: 'signed-in',
  reply: z.object({
    rows: z.array(
      z.object({
        sessionId: idSchema<'session'>(),
        current: z.boolean(),
        createdAt: instantSchema,
        lastSeen: instantSchema,
        expiresAt: instantSchema,
        userAgent: z.string(),
        ipAddress: z.string(),
      }),
    ),
  }),
})
export const endSessions = endpoint({
  id: 'sign-in.end-sessions',
  method: 'DELETE',
  path: '/api/session/all',
  summary: '退出其他设备 · End my other sessions, or one of them',
  access: 'signed-in',
  query: z.object({ sessionId: idSchema<'session'>().optional() }),
  reply: z.object({ ended: z.number().int() }),
})
export const changePassword = endpoint({
  id: 'sign-in.change-password',
  method: 'POST',
  path: '/api/session/password',
  summary: '修改密码 · Change my password',
  access: 'signed-in',
  body: z.object({ currentPassword: typedPassword, newPassword: typedPassword }),
  reply: z.undefined(),
  perMinute: 10,
  whileOwing: ['new-password'],
})

const entered = z.object({ personId: z.string(), method: z.string().optional() })
export const signedIn = defineEvent({
  kind: 'sign_in.signed-in',
  version: 1,
  visibility: 'internal',
  payload: entered,
  sentence: '登录系统',
})
export const signInFailed = defineEvent({
  kind: 'sign_in.failed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ failedCount: z.number().int(), locked: z.boolean() }),
  sentence: '登录失败(第 {failedCount} 次)',
})
export const passwordChanged = defineEvent({
  kind: 'sign_in.password-changed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), by: z.enum(['self', 'administrator']) }),
  sentence: '修改密码',
})
export const accountOpened = defineEvent({
  kind: 'sign_in.account-opened',
  version: 1,
  visibility: 'internal',
  payload: entered,
  sentence: '开通账号',
})
export const accountSwitched = defineEvent({
  kind: 'sign_in.account-switched',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), disabled: z.boolean(), because: z.string().optional() }),
  sentence: '停用或恢复账号',
})
export const accountInvited = defineEvent({
  kind: 'sign_in.account-invited',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), expiresAt: z.string() }),
  sentence: '发出账号邀请',
})
export const signInEvents = [signedIn, signInFailed, passwordChanged, accountOpened, accountSwitched, accountInvited]

export const wrongLogin = defineRefusal('unauthenticated', 'sign-in.wrong-login', {
  zh: '用户名或密码不正确,请检查大小写后重试;忘记密码请联系本单位管理员重置。',
  en: 'The login or the password is wrong: check capitals and try again, or ask your administrator for a reset.',
})
export const locked = defineRefusal('too-many', 'sign-in.locked', {
  zh: '登录失败次数过多,请在 {until} 之后重试,或联系本单位管理员重置密码。',
  en: 'Too many failures: try again after {until}, or ask your administrator to reset the password.',
})
export const wrongPassword = defineRefusal('invalid', 'sign-in.wrong-password', {
  zh: '当前密码不正确,密码没有修改。请重新填写当前密码。',
  en: 'The current password is wrong and nothing was changed: enter it again.',
})
export const weakPassword = defineRefusal('invalid', 'sign-in.weak-password', {
  zh: '新密码不符合要求:{reason}',
  en: 'The new password is not acceptable: {reasonEn}',
})
export const loginTaken = defineRefusal('conflict', 'sign-in.login-taken', {
  zh: '用户名“{login}”已被使用,请换一个用户名。',
  en: 'The login “{login}” is taken: choose another.',
})
export const initialPasswordOver = defineRefusal('forbidden', 'sign-in.initial-password-over', {
  zh: '初始密码已过期,请联系系统管理员重新生成。',
  en: 'The initial password has expired: ask the administrator for a new one.',
})
export const samePassword = defineRefusal('invalid', 'sign-in.same-password', {
  zh: '新密码不能与当前密码相同,请另设一个。',
  en: 'The new password must differ from the present one.',
})
export const invitationOver = defineRefusal('missing', 'sign-in.invitation-over', {
  zh: '邀请链接无效、已使用或已过期,请联系系统管理员重新发送。',
  en: 'This invitation is unknown, used or expired: ask the administrator for a new one.',
})
export const noAccount = defineRefusal('missing', 'sign-in.no-account', {
  zh: '此人还没有账号,请先开通账号。',
  en: 'This person has no account: open one first.',
})
