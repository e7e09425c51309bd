/** Endpoint to action. */
import { type Platform, type Route, route } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import {
  addMapping,
  listCodeMappings,
  listMessages,
  readMessage,
  readOverview,
  recompose,
  resend,
  resendAll,
} from './actions/ledger.ts'
import * as contract from './contract.ts'

export const exchangeRoutes = (platform: Platform, context: Context): readonly Route[] => [
  route(contract.readExchange, () => readOverview(context, platform.db)),
  route(contract.listExchangeMessages, (_call, { query }) => listMessages(context, platform.db, query)),
  route(contract.readExchangeMessage, (_call, { params }) => readMessage(context, platform.db, params.messageId)),
  route(contract.resendExchangeMessage, (call, { params }) =>
    platform.transact(call.actor, async (unit) => {
      await resend(context, unit, params.messageId)
      return readMessage(context, unit.db, params.messageId)
    }),
  ),
  route(contract.resendFailed, (call, { body }) =>
    platform.transact(call.actor, async (unit) => ({ count: await resendAll(context, unit, body.table) })),
  ),
  route(contract.recomposeProject, (call, { body }) =>
    platform.transact(call.actor, async (unit) => ({ count: await recompose(context, unit, body.projectId) })),
  ),
  route(contract.listCodes, () => listCodeMappings(context, platform.db)),
  route(contract.mapCode, (call, { body }) => platform.transact(call.actor, (unit) => addMapping(unit, body))),
]
