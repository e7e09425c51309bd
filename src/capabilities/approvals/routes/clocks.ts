/** Endpoint to action for calendars, ladder and signals. */

import { localDateOf } from '../../../kernel/time.ts'
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import {
  alarmOn,
  decideCalendar,
  listCalendars,
  previewCalendar,
  proposeCalendar,
  readEffect,
  readProposal,
} from '../actions/calendars.ts'
import type { Context } from '../actions/context.ts'
import { listEscalations } from '../actions/escalations.ts'
import { listSignals, moveSignal, readSignal } from '../actions/signals.ts'
import * as contract from '../contract/clocks.ts'

/** Looks, before an endpoint answers, whether another process published a calendar. */
export const withFreshCalendars = (context: Context, routes: readonly Route[]): readonly Route[] =>
  routes.map(({ endpoint, handle }) => ({
    endpoint,
    handle: async (call, input) => {
      await context.shelf.refreshSometimes(context.platform.db, context.platform.clock())
      return handle(call, input)
    },
  }))

export const clockRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  return [
    route(contract.listCalendars, (call) => listCalendars(context, db, call.actor, platform.clock())),
    route(contract.readCalendarAlarm, async () => ({ alarm: alarmOn(context, localDateOf(platform.clock())) })),
    route(contract.previewCalendar, (_call, { body }) => previewCalendar(context, db, body, platform.clock())),
    route(contract.proposeCalendar, (call, { body }) =>
      command(call, async (unit) =>
        readProposal(context, unit.db, call.actor, await proposeCalendar(context, unit, body)),
      ),
    ),
    route(contract.decideCalendar, async (call, { params, body }) => {
      const decided = await command(call, async (unit) => {
        await decideCalendar(context, unit, params.proposalId, body)
        return readProposal(context, unit.db, call.actor, params.proposalId)
      })
      await context.shelf.refresh(db)
      return decided
    }),
    route(contract.readCalendarEffect, (_call, { params }) =>
      readEffect(context, db, params.proposalId, platform.clock()),
    ),
    route(contract.listEscalations, (call, { query }) =>
      listEscalations(context, db, call.actor, query, platform.clock()),
    ),
    route(contract.listSignals, (call, { query }) => listSignals(context, db, call.actor, query, platform.clock())),
    route(contract.moveSignal, (call, { params, body }) =>
      command(call, async (unit) => {
        await moveSignal(context, unit, params.signalId, body)
        return readSignal(context, unit.db, call.actor, params.signalId, unit.now)
      }),
    ),
  ]
}
