/** Invitations: a link by which a person chooses the first password. Looking at it does not use it up. */
import { type ServedRoute, webRoute } from '../http/serve-endpoint.ts'
import { requireGoodPassword } from './accounts.ts'
import { invitationOver, passwordChanged } from './contract.ts'
import type { Doors } from './doors.ts'
import { acceptInvitation, invitationAccepted, lookAtInvitation } from './factor-contract.ts'
import { openInvitation, useInvitation } from './factor-store.ts'
import { loginKey } from './model.ts'
import { hashPassword, sha256 } from './passwords.ts'
import { deleteSessions, forgetFailures, updatePassword } from './store.ts'

export const invitationRoutes = (doors: Doors): readonly ServedRoute[] => {
  const { platform, clock } = doors
  return [
    webRoute(lookAtInvitation, async (_call, { body }) => {
      const found = await openInvitation(platform.db, sha256(body.token), clock())
      if (found === null) throw invitationOver()
      return { login: found.login, expiresAt: found.expiresAt }
    }),
    webRoute(acceptInvitation, async (call, { body }) => {
      const tokenHash = sha256(body.token)
      const found = await openInvitation(platform.db, tokenHash, clock())
      if (found === null) throw invitationOver()
      requireGoodPassword(body.newPassword, found.login)
      const passwordHash = await hashPassword(body.newPassword)
      const actor = await doors.resolve(found.personId)
      if (actor.kind !== 'person') throw invitationOver()
      await platform.transact(
        actor,
        async (unit) => {
          const open = await openInvitation(unit.db, tokenHash, clock(), true)
          if (open === null) throw invitationOver()
          await useInvitation(unit.db, open.invitationId, clock())
          await updatePassword(unit.db, open.accountId, passwordHash, unit.now)
          await forgetFailures(unit.db, sha256(loginKey(open.login)))
          await deleteSessions(unit.db, open.personId)
          const subject = { kind: 'account', id: open.accountId }
          await unit.record(invitationAccepted, { subject, payload: { personId: open.personId } })
          await unit.record(passwordChanged, { subject, payload: { personId: open.personId, by: 'self' } })
        },
        { traceId: call.traceId },
      )
      return { login: found.login }
    }),
  ]
}
