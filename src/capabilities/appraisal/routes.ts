/** Endpoint to action, one line each. */
import { type Call, type Route, route, type Unit } from '../../platform/platform.ts'
import { computePeriod, publishPeriod, verifyPeriod } from './actions/compute.ts'
import type { Context } from './actions/context.ts'
import { answerObjection, raiseObjection, readObjection } from './actions/objections.ts'
import { listPeriods, readFigure, readPeriod, readPublic } from './actions/read.ts'
import * as contract from './contract.ts'
import { reportPdf } from './documents/report.ts'

export const appraisalRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  return [
    route(contract.listPeriods, (call) => listPeriods(db, call.actor)),
    route(contract.computePeriod, (call, { body }) =>
      command(call, async (unit) => readPeriod(context, unit.db, call.actor, await computePeriod(context, unit, body))),
    ),
    route(contract.readPeriod, (call, { params }) => readPeriod(context, db, call.actor, params.periodId)),
    route(contract.publishPeriod, (call, { params, body }) =>
      command(call, async (unit) => {
        await publishPeriod(context, unit, params.periodId, body.digest)
        return readPeriod(context, unit.db, call.actor, params.periodId)
      }),
    ),
    route(contract.verifyPeriod, (_call, { params }) => verifyPeriod(context, db, params.periodId)),
    route(contract.readFigure, (call, { params }) =>
      readFigure(context, db, call.actor, params.figureId, platform.clock()),
    ),
    route(contract.raiseObjection, (call, { params, body }) =>
      command(call, async (unit) =>
        readObjection(context, unit.db, call.actor, await raiseObjection(context, unit, params.figureId, body.text)),
      ),
    ),
    route(contract.answerObjection, (call, { params, body }) =>
      command(call, async (unit) => {
        await answerObjection(context, unit, params.objectionId, body)
        return readObjection(context, unit.db, call.actor, params.objectionId)
      }),
    ),
    route(contract.readReport, async (call, { params }) => {
      const view = await readPeriod(context, db, call.actor, params.periodId)
      return {
        fileName: `办件时效考核-${view.period.name.zh}-第${view.period.edition}版.pdf`,
        content: await reportPdf(view, platform.config.publicUrl, platform.clock()),
        inline: true,
      }
    }),
    route(contract.readPublicAppraisal, async () => ({ periods: await readPublic(context, db) })),
  ]
}
