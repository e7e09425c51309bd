/** Endpoints of retention and erasure, to actions. */
import { require } from '../../../kernel/decision.ts'
import { type Call, type Platform, type Route, route, type Unit } from '../../../platform/platform.ts'
import { decideErasure, type RetentionContext, requestErasure, withdrawErasure } from '../actions/erasure.ts'
import * as contract from '../contract/retention.ts'
import { mayManagePeople, signInFirst } from '../policy.ts'
import { type ErasureRow, erasureRequests } from '../store/erasure.ts'
import { personNames } from '../store/persons.ts'

export const erasureRoutes = (platform: Platform, context: RetentionContext): readonly Route[] => {
  const act = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  const named = async (rows: readonly ErasureRow[]): Promise<contract.ErasureRequest[]> => {
    const names = await personNames(
      platform.db,
      rows.map((row) => row.personId),
    )
    return rows.map((row) => ({
      ...row,
      personName: names.get(row.personId) ?? '',
      outcome: row.outcome === null ? null : { ...row.outcome, kept: [...row.outcome.kept] },
    }))
  }
  const one = async (row: ErasureRow): Promise<contract.ErasureRequest> => {
    const [first] = await named([row])
    if (first === undefined) throw new Error('a request was expected')
    return first
  }
  return [
    route(contract.readRetention, async () => context.retention),
    route(contract.ownErasureRequests, async (call) => {
      if (call.actor.kind !== 'person') throw signInFirst()
      return { rows: await named(await erasureRequests(platform.db, call.actor.personId)) }
    }),
    route(contract.requestErasure, async (call, { body }) =>
      one(await act(call, (unit) => requestErasure(context, unit, body.reason))),
    ),
    route(contract.withdrawErasure, async (call, { params }) =>
      one(await act(call, (unit) => withdrawErasure(unit, params.requestId))),
    ),
    route(contract.listErasureRequests, async (call) => {
      require(mayManagePeople(call.actor))
      return { rows: await named(await erasureRequests(platform.db)) }
    }),
    route(contract.decideErasure, async (call, { params, body }) =>
      one(await act(call, (unit) => decideErasure(context, unit, params.requestId, body))),
    ),
  ]
}
