/** Endpoints of what happens before submission to their actions. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import type { Context } from '../actions/context.ts'
import { readFile } from '../actions/file-view.ts'
import { readDraftStanding, reconcileDraft } from '../actions/reconcile.ts'
import * as versions from '../contract/reconcile.ts'

export const beforeSubmissionRoutes = (context: Context): readonly Route[] => {
  const { platform, law } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  return [
    route(versions.readDraftStanding, async (call, { params }) => {
      await law.freshen(db)
      return readDraftStanding(context, db, call.actor, params.applicationId, platform.clock())
    }),
    route(versions.reconcileDraft, async (call, { params, body }) => {
      await law.freshen(db)
      return command(call, async (unit) => {
        await reconcileDraft(context, unit, params.applicationId, body.version)
        return {
          standing: await readDraftStanding(context, unit.db, call.actor, params.applicationId, unit.now),
          file: await readFile(context, unit.db, call.actor, params.applicationId, unit.now),
        }
      })
    }),
  ]
}
