/** Endpoints of advice to their actions. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import {
  answerAdvice,
  askAdvice,
  convertAdvice,
  listAdvice,
  readAdvice,
  readAdviceDocument,
  readAdviceHistory,
  startAdvice,
  withdrawAdvice,
} from '../actions/advice.ts'
import type { Context } from '../actions/context.ts'
import { readFile } from '../actions/file-view.ts'
import * as contract from '../contract/advice.ts'
import type { ApplicationId } from '../contract.ts'

export const adviceRoutes = (context: Context): readonly Route[] => {
  const { platform, law } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  const history = (call: Call, work: (unit: Unit) => Promise<ApplicationId>) =>
    command(call, async (unit) => readAdviceHistory(context, unit.db, call.actor, await work(unit), unit.now))
  return [
    route(contract.startAdvice, async (call, { body }) => {
      await law.freshen(db)
      return command(call, async (unit) => {
        const id = await startAdvice(context, unit, body)
        return readFile(context, unit.db, call.actor, id, unit.now)
      })
    }),
    route(contract.askAdvice, (call, { params, body }) =>
      history(call, async (unit) => {
        await askAdvice(context, unit, params.applicationId, body)
        return params.applicationId
      }),
    ),
    route(contract.readAdviceHistory, (call, { params }) =>
      readAdviceHistory(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(contract.convertAdvice, (call, { params }) =>
      history(call, async (unit) => {
        await convertAdvice(context, unit, params.applicationId)
        return params.applicationId
      }),
    ),
    route(contract.withdrawAdvice, (call, { params }) =>
      history(call, (unit) => withdrawAdvice(context, unit, params.adviceId)),
    ),
    route(contract.listAdvice, (_call, { query }) => listAdvice(context, db, query, platform.clock())),
    route(contract.readAdvice, (call, { params }) =>
      readAdvice(context, db, call.actor, params.adviceId, platform.clock()),
    ),
    route(contract.answerAdvice, (call, { params, body }) =>
      command(call, async (unit) => {
        await answerAdvice(context, unit, params.adviceId, body)
        return readAdvice(context, unit.db, call.actor, params.adviceId, unit.now)
      }),
    ),
    route(contract.readAdviceDocument, (call, { params }) =>
      readAdviceDocument(context, db, call.actor, params.adviceId, params.documentId, platform.clock()),
    ),
  ]
}
