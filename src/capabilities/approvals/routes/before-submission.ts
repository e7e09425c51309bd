/** Endpoints of what happens before submission to their actions. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import {
  attachToBlock,
  delegateBlock,
  detachFromBlock,
  listMyBlocks,
  readBlock,
  readBlockDocument,
  readBlocks,
  saveBlock,
  setBlockReadiness,
  takeBackBlock,
} from '../actions/blocks.ts'
import type { Context } from '../actions/context.ts'
import { readFile } from '../actions/file-view.ts'
import { runPrecheck } from '../actions/precheck.ts'
import { readDraftStanding, reconcileDraft } from '../actions/reconcile.ts'
import { tryApplication } from '../actions/trial.ts'
import * as blocks from '../contract/blocks.ts'
import * as checking from '../contract/precheck.ts'
import * as versions from '../contract/reconcile.ts'
import * as trying from '../contract/trial.ts'
import type { ApplicationId } from '../contract.ts'

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
    route(checking.runPrecheck, async (call, { params }) => {
      await law.freshen(db)
      return runPrecheck(context, db, call.actor, params.applicationId, platform.clock())
    }),
    route(trying.tryApplication, async (_call, { body }) => {
      await law.freshen(db)
      return tryApplication(context, db, body)
    }),
    ...blockRoutes(context, command),
  ]
}

type Command = <T>(call: Call, work: (unit: Unit) => Promise<T>) => Promise<T>

const blockRoutes = (context: Context, command: Command): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const overview = (call: Call, unit: Unit, id: ApplicationId) => readBlocks(context, unit.db, call.actor, id, unit.now)
  const onBlock = (call: Call, id: blocks.DelegationId, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return readBlock(context, unit.db, call.actor, id, unit.now)
    })
  return [
    route(blocks.readBlocks, (call, { params }) =>
      readBlocks(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(blocks.delegateBlock, (call, { params, body }) =>
      command(call, async (unit) => {
        await delegateBlock(context, unit, params.applicationId, params.block, body)
        return overview(call, unit, params.applicationId)
      }),
    ),
    route(blocks.takeBackBlock, (call, { params }) =>
      command(call, async (unit) => {
        await takeBackBlock(context, unit, params.applicationId, params.block)
        return {
          overview: await overview(call, unit, params.applicationId),
          file: await readFile(context, unit.db, call.actor, params.applicationId, unit.now),
        }
      }),
    ),
    route(blocks.listMyBlocks, async (call) => ({
      rows: await listMyBlocks(context, db, call.actor, platform.clock()),
    })),
    route(blocks.readBlock, (call, { params }) =>
      readBlock(context, db, call.actor, params.delegationId, platform.clock()),
    ),
    route(blocks.saveBlock, (call, { params, body }) =>
      onBlock(call, params.delegationId, (unit) => saveBlock(context, unit, params.delegationId, body)),
    ),
    route(blocks.setBlockReadiness, (call, { params, body }) =>
      onBlock(call, params.delegationId, (unit) => setBlockReadiness(context, unit, params.delegationId, body)),
    ),
    route(blocks.attachBlockDocument, (call, { params, body }) =>
      onBlock(call, params.delegationId, (unit) => attachToBlock(context, unit, params.delegationId, body)),
    ),
    route(blocks.removeBlockDocument, (call, { params }) =>
      onBlock(call, params.delegationId, (unit) =>
        detachFromBlock(context, unit, params.delegationId, params.documentId),
      ),
    ),
    route(blocks.readBlockDocument, (call, { params }) =>
      readBlockDocument(context, db, call.actor, params.delegationId, params.documentId, platform.clock()),
    ),
  ]
}
