/** Endpoint to action, one line each. */
import { type Call, type Route, route, type Unit } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { extendOrder, raiseFromAlarm, raiseOrder, recheckOrder, replyOrder, withdrawOrder } from './actions/orders.ts'
import { listOrderRows, readFile, readOrderView } from './actions/view.ts'
import * as contract from './contract.ts'

export const supervisionRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  /** Runs a command and gives the order afterwards. */
  const command = (call: Call, work: (unit: Unit) => Promise<contract.OrderId>) =>
    platform.transact(
      call.actor,
      async (unit) => readOrderView(context, unit.db, call.actor, await work(unit), unit.now),
      { traceId: call.traceId },
    )
  const onOrder = (call: Call, id: contract.OrderId, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return id
    })
  return [
    route(contract.listOrders, (call, { query }) => listOrderRows(context, db, call.actor, query, platform.clock())),
    route(contract.readOrder, (call, { params }) =>
      readOrderView(context, db, call.actor, params.orderId, platform.clock()),
    ),
    route(contract.raiseOrder, (call, { body }) => command(call, (unit) => raiseOrder(context, unit, body))),
    route(contract.raiseOrderFromAlarm, (call, { params, body }) =>
      command(call, (unit) => raiseFromAlarm(context, unit, params.alarmId, body)),
    ),
    route(contract.replyOrder, (call, { params, body }) =>
      onOrder(call, params.orderId, (unit) => replyOrder(context, unit, params.orderId, body)),
    ),
    route(contract.recheckOrder, (call, { params, body }) =>
      onOrder(call, params.orderId, (unit) => recheckOrder(context, unit, params.orderId, body)),
    ),
    route(contract.extendOrder, (call, { params, body }) =>
      onOrder(call, params.orderId, (unit) => extendOrder(context, unit, params.orderId, body)),
    ),
    route(contract.withdrawOrder, (call, { params, body }) =>
      onOrder(call, params.orderId, (unit) => withdrawOrder(context, unit, params.orderId, body)),
    ),
    route(contract.readOrderFile, (call, { params }) =>
      readFile(context, db, call.actor, params.orderId, params.sha256),
    ),
  ]
}
