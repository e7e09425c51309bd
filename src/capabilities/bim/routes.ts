/** Endpoint to action, one line each. */
import { type Call, type Route, route, type Unit } from '../../platform/platform.ts'
import { listAssignable } from './actions/assignable.ts'
import { exportBcf, importBcf } from './actions/bcf.ts'
import * as checks from './actions/checks.ts'
import * as conflicts from './actions/conflicts.ts'
import type { Context } from './actions/context.ts'
import * as exceptions from './actions/exceptions.ts'
import { readGate } from './actions/gate.ts'
import * as groups from './actions/groups.ts'
import * as imports from './actions/imports.ts'
import * as models from './actions/models.ts'
import { readPlaces } from './actions/places.ts'
import { reportExcel, reportPdf } from './actions/reports.ts'
import * as versions from './actions/versions.ts'
import * as checkContract from './contract/checks.ts'
import * as conflictContract from './contract/conflicts.ts'
import * as exchange from './contract/exchange.ts'
import * as versionContract from './contract/versions.ts'
import * as contract from './contract.ts'

export const bimRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const run = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  return [
    ...modelRoutes(context, run),
    ...checkRoutes(context, run),
    ...conflictRoutes(context, run),
    route(exchange.exportBcf, (call, { params, query }) => exportBcf(context, db, call.actor, params.checkId, query)),
    route(exchange.importBcf, (call, { params, body }) => importBcf(context, call, params.checkId, body.uploadId)),
    route(exchange.reportExcel, (call, { params, query }) =>
      reportExcel(context, db, call.actor, params.checkId, query),
    ),
    route(exchange.reportPdf, (call, { params, query }) => reportPdf(context, db, call.actor, params.checkId, query)),
    route(exchange.readGate, (call, { params }) => readGate(context, db, call.actor, params.projectId)),
  ]
}
type Run = <T>(call: Call, work: (unit: Unit) => Promise<T>) => Promise<T>

const modelRoutes = (context: Context, run: Run): readonly Route[] => {
  const { db } = context.platform
  return [
    route(contract.listModels, (call, { params, query }) =>
      models.listModels(context, db, call.actor, params.projectId, query.archived === 'true'),
    ),
    route(contract.createModel, (call, { params, body }) =>
      run(call, (unit) => models.createModel(context, unit, params.projectId, body)),
    ),
    route(contract.readModel, (call, { params }) => models.readModel(context, db, call.actor, params.modelId)),
    route(contract.renameModel, (call, { params, body }) =>
      run(call, (unit) => models.renameModel(context, unit, params.modelId, body.name)),
    ),
    route(contract.archiveModel, (call, { params, body }) =>
      run(call, (unit) => models.archiveModel(context, unit, params.modelId, body.archived)),
    ),
    route(versionContract.startImport, (call, { params, body }) =>
      run(call, (unit) => imports.startImport(context, unit, params.modelId, body)),
    ),
    route(versionContract.readVersion, (call, { params }) =>
      imports.readVersion(context, db, call.actor, params.versionId),
    ),
    route(versionContract.cancelImport, (call, { params }) =>
      run(call, (unit) => imports.cancelImport(context, unit, params.versionId)),
    ),
    route(versionContract.readMapping, (call, { params }) =>
      imports.readMapping(context, db, call.actor, params.versionId),
    ),
    route(versionContract.confirmMapping, (call, { params, body }) =>
      run(call, (unit) => imports.confirmMapping(context, unit, params.versionId, body)),
    ),
    route(versionContract.readReport, (call, { params, query }) =>
      versions.readReport(context, db, call.actor, params.versionId, query),
    ),
    route(versionContract.listMissing, (call, { params, query }) =>
      versions.listMissing(context, db, call.actor, params.versionId, query),
    ),
    route(versionContract.compareVersions, (call, { params, query }) =>
      versions.compareVersions(context, db, call.actor, params.modelId, query),
    ),
    route(versionContract.downloadIfc, (call, { params }) =>
      versions.downloadIfc(context, db, call.actor, params.versionId),
    ),
    route(versionContract.downloadGeoJson, (call, { params }) =>
      versions.downloadGeoJson(context, db, call.actor, params.versionId),
    ),
    route(versionContract.downloadSource, (call, { params }) =>
      versions.downloadSource(context, db, call.actor, params.versionId, params.sha256),
    ),
    route(versionContract.downloadReport, (call, { params }) =>
      versions.downloadReport(context, db, call.actor, params.versionId),
    ),
    route(versionContract.readGeometry, (call, { params }) =>
      versions.readGeometry(context, db, call.actor, params.versionId),
    ),
    route(versionContract.readCrossingRules, (call, { params, body }) =>
      versions.readCrossingRules(context, db, call.actor, params.projectId, body.pairs),
    ),
    route(versionContract.readObject, (call, { params }) =>
      versions.readVersionObject(context, db, call.actor, params.versionId, params.objectId),
    ),
  ]
}
const checkRoutes = (context: Context, run: Run): readonly Route[] => {
  const { db } = context.platform
  return [
    route(checkContract.listChecks, (call, { params, query }) =>
      checks.listChecks(context, db, call.actor, params.projectId, query.archived === 'true'),
    ),
    route(checkContract.createCheck, (call, { params, body }) =>
      run(call, (unit) => checks.createCheck(context, unit, params.projectId, body)),
    ),
    route(checkContract.readCheck, (call, { params }) => checks.readCheck(context, db, call.actor, params.checkId)),
    route(checkContract.editCheck, (call, { params, body }) =>
      run(call, (unit) => checks.editCheck(context, unit, params.checkId, body)),
    ),
    route(checkContract.archiveCheck, (call, { params, body }) =>
      run(call, (unit) => checks.archiveCheck(context, unit, params.checkId, body.archived)),
    ),
    route(checkContract.listSelectable, (call, { params }) =>
      checks.listSelectable(context, db, call.actor, params.projectId),
    ),
    route(checkContract.readPlaces, (call, { params, body }) =>
      readPlaces(context, db, call.actor, params.projectId, body.uploadIds),
    ),
    route(checkContract.startRun, (call, { params, body }) =>
      run(call, (unit) => checks.startRun(context, unit, params.checkId, body.anew)),
    ),
    route(checkContract.listRuns, (call, { params, query }) =>
      checks.listRuns(context, db, call.actor, params.checkId, query),
    ),
    route(checkContract.readRun, (call, { params }) => checks.readRun(context, db, call.actor, params.runId)),
    route(checkContract.cancelRun, (call, { params }) =>
      run(call, (unit) => checks.cancelRun(context, unit, params.runId)),
    ),
    route(checkContract.readRules, async () => checks.readRules(context)),
    route(checkContract.readClasses, async () => checks.readClasses(context)),
  ]
}
const conflictRoutes = (context: Context, run: Run): readonly Route[] => {
  const { db } = context.platform
  return [
    route(conflictContract.listConflicts, (call, { params, query }) =>
      conflicts.list(context, db, call.actor, params.checkId, query),
    ),
    route(conflictContract.groupConflicts, (call, { params, query }) =>
      conflicts.group(context, db, call.actor, params.checkId, query),
    ),
    route(conflictContract.listMine, (call, { query }) => conflicts.listMine(context, db, call.actor, query)),
    route(conflictContract.readConflict, (call, { params }) =>
      conflicts.read(context, db, call.actor, params.conflictId),
    ),
    route(conflictContract.listAssignable, (call, { params }) =>
      listAssignable(context, db, call.actor, params.projectId),
    ),
    route(conflictContract.editConflict, (call, { params, body }) =>
      run(call, (unit) => conflicts.edit(context, unit, params.conflictId, body)),
    ),
    route(conflictContract.editConflicts, (call, { params, body }) =>
      run(call, (unit) => conflicts.editMany(context, unit, params.checkId, body)),
    ),
    route(conflictContract.commentConflict, (call, { params, body }) =>
      run(call, (unit) => conflicts.comment(context, unit, params.conflictId, body)),
    ),
    route(conflictContract.raiseConflict, async (call, { params, body: { objects, ...body } }) => {
      const sides = await conflicts.sidesOf(context, db, call.actor, params.checkId, objects)
      return run(call, (unit) => conflicts.raise(context, unit, params.checkId, { ...body, sides }))
    }),
    route(conflictContract.addSnapshot, (call, { params, body }) =>
      run(call, (unit) => conflicts.addSnapshot(context, unit, params.conflictId, body)),
    ),
    route(conflictContract.readConflictFile, (call, { params }) =>
      conflicts.readFile(context, db, call.actor, params.conflictId, params.sha256),
    ),
    route(conflictContract.listHandGroups, (call, { params }) =>
      groups.listHandGroups(context, db, call.actor, params.checkId),
    ),
    route(conflictContract.createHandGroup, (call, { params, body }) =>
      run(call, (unit) => groups.createHandGroup(context, unit, params.checkId, body)),
    ),
    route(conflictContract.editHandGroup, (call, { params, body }) =>
      run(call, (unit) => groups.editHandGroup(context, unit, params.groupId, body)),
    ),
    route(conflictContract.removeHandGroup, (call, { params }) =>
      run(call, (unit) => groups.removeHandGroup(context, unit, params.groupId)),
    ),
    route(conflictContract.proposeException, (call, { params, body }) =>
      run(call, (unit) => exceptions.propose(context, unit, params.conflictId, body)),
    ),
    route(conflictContract.decideException, (call, { params, body }) =>
      run(call, (unit) => exceptions.decide(context, unit, params.exceptionId, body)),
    ),
    route(conflictContract.withdrawException, (call, { params, body }) =>
      run(call, (unit) => exceptions.withdraw(context, unit, params.exceptionId, body.text)),
    ),
  ]
}
