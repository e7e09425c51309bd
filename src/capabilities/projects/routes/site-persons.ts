/** Endpoints of responsible persons on site to actions. */
import { isUuid, type ProjectId } from '../../../kernel/identity.ts'
import { cursorOf, keysOf } from '../../../kernel/page.ts'
import { localDateOf } from '../../../kernel/time.ts'
import { type Call, type Platform, type Route, route, type Unit } from '../../../platform/platform.ts'
import { cursorInvalid, type ProjectContext } from '../actions/context.ts'
import { decide, leave, nominate, withdraw } from '../actions/site-persons.ts'
import { readSitePersons, viewSitePersons } from '../actions/site-persons-view.ts'
import * as contract from '../contract/site-persons.ts'
import { sitePersonsIn } from '../store/site-persons.ts'

const lastId = (after: string | undefined): contract.SitePersonId | undefined => {
  if (after === undefined) return undefined
  const key = keysOf(after)?.[0]
  if (typeof key !== 'string' || !isUuid(key)) throw cursorInvalid()
  return key as contract.SitePersonId
}

export const sitePersonRoutes = (platform: Platform, context: ProjectContext): readonly Route[] => {
  /** Runs an action and replies with the persons of the project after it. */
  const act = (call: Call, work: (unit: Unit) => Promise<ProjectId>): Promise<contract.SitePersons> =>
    platform.transact(
      call.actor,
      async (unit) => readSitePersons(context, unit.db, call.actor, await work(unit), unit.today),
      { traceId: call.traceId },
    )
  return [
    route(contract.readSitePersons, (call, { params }) =>
      readSitePersons(context, platform.db, call.actor, params.projectId, localDateOf(platform.clock())),
    ),
    route(contract.listNominations, async (call, { query }) => {
      const rows = await sitePersonsIn(platform.db, {
        state: query.state,
        after: lastId(query.after),
        limit: query.limit + 1,
      })
      const shown = rows.slice(0, query.limit)
      const last = shown.at(-1)
      return {
        rows: await viewSitePersons(context, platform.db, call.actor, shown, localDateOf(platform.clock())),
        next: rows.length > query.limit && last !== undefined ? cursorOf(last.id) : null,
      }
    }),
    route(contract.nominatePerson, (call, { params, body }) =>
      act(call, (unit) => nominate(context, unit, params.projectId, body)),
    ),
    route(contract.decideNomination, (call, { params, body }) =>
      act(call, (unit) => decide(context, unit, params.sitePersonId, body)),
    ),
    route(contract.withdrawNomination, (call, { params, body }) =>
      act(call, (unit) => withdraw(context, unit, params.sitePersonId, body.version)),
    ),
    route(contract.endSitePerson, (call, { params, body }) =>
      act(call, (unit) => leave(context, unit, params.sitePersonId, body)),
    ),
  ]
}
