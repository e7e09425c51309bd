/**
 * Signing in and out: the shapes of the platform's own addresses, which belong to no capability.
 * Who is signed in, with which roles, comes from the people capability (`getMe`).
 */
import { z } from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { instantSchema } from '../kernel/time.ts'
import { call } from './call.ts'
import { problemFrom } from './problem.ts'
import { type SessionState, sessionReply } from './security/endpoints.ts'

const signInEndpoint = endpoint({
  id: 'sign-in.enter',
  method: 'POST',
  path: '/api/session',
  summary: '登录',
  access: 'public',
  body: z.object({ login: z.string(), password: z.string() }),
  reply: sessionReply,
})
const signOutEndpoint = endpoint({
  id: 'sign-in.leave',
  method: 'DELETE',
  path: '/api/session',
  summary: '退出登录',
  access: 'public',
  reply: z.unknown(),
})
export const ownSessions = endpoint({
  id: 'sign-in.own-sessions',
  method: 'GET',
  path: '/api/session/all',
  summary: '我的登录设备',
  access: 'signed-in',
  reply: z.object({
    rows: z.array(
      z.object({
        sessionId: z.string(),
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
/** Ends all other sessions, or the one that is named. */
export const endSessions = endpoint({
  id: 'sign-in.end-sessions',
  method: 'DELETE',
  path: '/api/session/all',
  summary: '退出其他设备',
  access: 'signed-in',
  query: z.object({ sessionId: z.string().optional() }),
  reply: z.object({ ended: z.number() }),
})
export const changePassword = endpoint({
  id: 'sign-in.change-password',
  method: 'POST',
  path: '/api/session/password',
  summary: '修改密码',
  access: 'signed-in',
  body: z.object({ currentPassword: z.string(), newPassword: z.string() }),
  reply: z.unknown(),
})
const demoAccounts = endpoint({
  id: 'sign-in.demo-accounts',
  method: 'GET',
  path: '/api/demo-accounts',
  summary: '演示账号',
  access: 'public',
  reply: z.array(z.object({ login: z.string(), password: z.string(), name: z.string(), role: z.string() })),
})
export type DemoAccount = z.infer<typeof demoAccounts.reply>[number]

/** Signs in. Throws `CallFailed` with the sentence when the account or password is wrong or blocked for a while. */
export const signIn = (login: string, password: string): Promise<SessionState> =>
  call(signInEndpoint, { body: { login, password } })
export const signOut = async (): Promise<void> => {
  await call(signOutEndpoint, {})
}
/** Accounts for trying the product; none outside a demonstration. */
export const readDemoAccounts = async (): Promise<readonly DemoAccount[]> => {
  try {
    return await call(demoAccounts, {})
  } catch (error) {
    if (problemFrom(error).status === 0) throw error
    return []
  }
}
