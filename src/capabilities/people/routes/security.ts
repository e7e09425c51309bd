/** Endpoints of accounts and of the log of looks, to actions. */
import { require } from '../../../kernel/decision.ts'
import { isUuid, type PersonId } from '../../../kernel/identity.ts'
import { type Call, type Platform, type Route, route } from '../../../platform/platform.ts'
import { accountView, openLogin, resetLogin, resetSecondFactors, switchLogin } from '../actions/accounts.ts'
import type { PeopleContext } from '../actions/context.ts'
import * as contract from '../contract/security.ts'
import { mayManagePeople, signInFirst } from '../policy.ts'
import { looksAt } from '../store/looks.ts'
import { personNames } from '../store/persons.ts'

const personIdIn = (text: string): PersonId | null => {
  const id = text.startsWith('person:') ? text.slice('person:'.length) : ''
  return isUuid(id) ? (id as PersonId) : null
}

export const securityRoutes = (platform: Platform, people: PeopleContext): readonly Route[] => {
  const context = { ...people, platform }
  const doing = (call: Call, personId: PersonId) => ({ actor: call.actor, traceId: call.traceId, personId })
  return [
    route(contract.readSecurityPolicy, async () => people.security),
    route(contract.readAccount, async (call, { params }) => {
      require(mayManagePeople(call.actor))
      return { account: await accountView(context, platform.db, params.personId) }
    }),
    route(contract.openLogin, (call, { params, body }) => openLogin(context, doing(call, params.personId), body)),
    route(contract.resetLogin, (call, { params, body }) => resetLogin(context, doing(call, params.personId), body)),
    route(contract.resetSecondFactors, async (call, { params, body }) => ({
      account: await resetSecondFactors(context, doing(call, params.personId), body.reason),
    })),
    route(contract.lockLogin, async (call, { params, body }) => ({
      account: await switchLogin(context, doing(call, params.personId), true, body.reason),
    })),
    route(contract.unlockLogin, async (call, { params, body }) => ({
      account: await switchLogin(context, doing(call, params.personId), false, body.reason),
    })),
    route(contract.listLooks, async (call) => {
      if (call.actor.kind !== 'person') throw signInFirst()
      const looks = await looksAt(platform.db, call.actor.personId)
      const names = await personNames(
        platform.db,
        looks.flatMap((look) => personIdIn(look.lookedBy) ?? []),
      )
      return {
        rows: looks.map((look) => {
          const by = personIdIn(look.lookedBy)
          return {
            at: look.at,
            byName: (by === null ? undefined : names.get(by)) ?? '系统',
            purpose: look.purpose,
            fields: [...look.fields],
            entryId: look.entryId,
          }
        }),
      }
    }),
  ]
}
