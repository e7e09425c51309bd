/** Endpoint to action, one line each. */
import type { ProjectId } from '../../kernel/identity.ts'
import { type Call, type Route, route, type Unit } from '../../platform/platform.ts'
import {
  applyAcceptance,
  askRecheck,
  concludeAcceptance,
  giveResult,
  setSiteDay,
  withdrawAcceptance,
} from './actions/acceptance.ts'
import type { Context } from './actions/context.ts'
import { buildDossier, checkDossier, listDossiers, type Proofs, readDossier } from './actions/dossier.ts'
import { decideFiling, submitFiling } from './actions/filing.ts'
import {
  bookInspection,
  judgeRemark,
  planInspection,
  proveRemark,
  recordInspection,
  registerBuilding,
  removeInspection,
} from './actions/inspections.ts'
import { readOpinion } from './actions/opinion.ts'
import { listToDo, readCompletion, readEvidence } from './actions/view.ts'
import * as dossiers from './contract/dossier.ts'
import * as contract from './contract.ts'

export const completionRoutes = (context: Context, proofs: Proofs): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  /** Runs a command and gives the page of its project afterwards. */
  const on = (call: Call, work: (unit: Unit) => Promise<ProjectId>) =>
    platform.transact(
      call.actor,
      async (unit) => readCompletion(context, unit.db, call.actor, await work(unit), unit.now),
      { traceId: call.traceId },
    )
  const onProject = (call: Call, id: ProjectId, work: (unit: Unit) => Promise<void>) =>
    on(call, async (unit) => {
      await work(unit)
      return id
    })
  return [
    route(contract.readCompletion, (call, { params }) =>
      readCompletion(context, db, call.actor, params.projectId, platform.clock()),
    ),
    route(contract.registerBuilding, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) => registerBuilding(context, unit, params.projectId, body)),
    ),
    route(contract.planInspection, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) => planInspection(context, unit, params.projectId, body)),
    ),
    route(contract.removeInspection, (call, { params }) =>
      on(call, (unit) => removeInspection(context, unit, params.inspectionId)),
    ),
    route(contract.bookInspection, (call, { params, body }) =>
      on(call, (unit) => bookInspection(context, unit, params.inspectionId, body)),
    ),
    route(contract.recordInspection, (call, { params, body }) =>
      on(call, (unit) => recordInspection(context, unit, params.inspectionId, body)),
    ),
    route(contract.proveRemark, (call, { params, body }) =>
      on(call, (unit) => proveRemark(context, unit, params.remarkId, body)),
    ),
    route(contract.judgeRemark, (call, { params, body }) =>
      on(call, (unit) => judgeRemark(context, unit, params.remarkId, body)),
    ),
    route(contract.applyAcceptance, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) => applyAcceptance(context, unit, params.projectId, body)),
    ),
    route(contract.setSiteDay, (call, { params, body }) =>
      on(call, (unit) => setSiteDay(context, unit, params.acceptanceId, body)),
    ),
    route(contract.giveResult, (call, { params, body }) =>
      on(call, (unit) => giveResult(context, unit, params.partId, body)),
    ),
    route(contract.askRecheck, (call, { params, body }) =>
      on(call, (unit) => askRecheck(context, unit, params.acceptanceId, body.statement)),
    ),
    route(contract.concludeAcceptance, (call, { params, body }) =>
      on(call, (unit) => concludeAcceptance(context, unit, params.acceptanceId, body)),
    ),
    route(contract.withdrawAcceptance, (call, { params, body }) =>
      on(call, (unit) => withdrawAcceptance(context, unit, params.acceptanceId, body.reason)),
    ),
    route(contract.readOpinion, (call, { params }) => readOpinion(context, db, call.actor, params.acceptanceId)),
    route(contract.submitFiling, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) => submitFiling(context, unit, params.projectId, body.uploadIds)),
    ),
    route(contract.decideFiling, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) => decideFiling(context, unit, params.projectId, body)),
    ),
    route(contract.readEvidence, (call, { params }) =>
      readEvidence(context, db, call.actor, params.projectId, params.sha256),
    ),
    route(dossiers.listDossiers, (call, { params }) => listDossiers(context, db, call.actor, params.projectId)),
    route(dossiers.buildDossier, (call, { params }) =>
      platform.transact(
        call.actor,
        async (unit) => {
          await buildDossier(context, unit, params.projectId)
          return listDossiers(context, unit.db, call.actor, params.projectId)
        },
        { traceId: call.traceId },
      ),
    ),
    route(dossiers.readDossier, (call, { params }) => readDossier(context, db, call.actor, params.dossierId)),
    route(dossiers.checkDossier, (call, { body }) => checkDossier(context, db, call.actor, proofs, body.uploadId)),
    route(contract.listToDo, (call) => listToDo(context, db, call.actor)),
  ]
}
