/** After the decision: endpoint to action, one line each. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import { answerAct, decideAct, proposeAct } from '../actions/after/acts.ts'
import { found } from '../actions/after/case.ts'
import { decideWaiver, giveEvidence, judgeEvidence, proposeWaiver, readEvidence } from '../actions/after/conditions.ts'
import { confirmReceipt, recordDelivery } from '../actions/after/delivery.ts'
import { readDecisionLibrary } from '../actions/after/library.ts'
import { lodgeRemedy, moveRemedy } from '../actions/after/remedies.ts'
import { decideReport, reportSite } from '../actions/after/site-reports.ts'
import { readAfter } from '../actions/after/view.ts'
import { decideWithdrawal, requestWithdrawal } from '../actions/after/withdrawal.ts'
import { readAfterWork } from '../actions/after/work.ts'
import type { Context } from '../actions/context.ts'
import * as contract from '../contract/after.ts'
import type { ApplicationId } from '../contract.ts'
import { ownerOf } from '../store/after.ts'

export const afterRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  /** Runs a command and gives the whole picture afterwards, read in the same transaction. */
  const act = (
    call: Call,
    owner: ApplicationId | ((unit: Unit) => Promise<ApplicationId | null>),
    work: (unit: Unit) => Promise<void>,
  ) =>
    platform.transact(
      call.actor,
      async (unit) => {
        await work(unit)
        const id = typeof owner === 'string' ? owner : found(await owner(unit))
        return readAfter(context, unit.db, call.actor, id, unit.now)
      },
      { traceId: call.traceId },
    )
  return [
    route(contract.readAfter, (call, { params }) =>
      readAfter(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(contract.readDecisionLibrary, (_call, { params }) => readDecisionLibrary(context, db, params.itemRunId)),
    route(contract.readAfterWork, (call) => readAfterWork(db, call.actor, platform.clock())),
    route(contract.recordDelivery, (call, { params: { certificateId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.certificate(unit.db, id),
        (unit) => recordDelivery(context, unit, id, body),
      ),
    ),
    route(contract.confirmReceipt, (call, { params: { certificateId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.certificate(unit.db, id),
        (unit) => confirmReceipt(context, unit, id, body.version),
      ),
    ),
    route(contract.giveEvidence, (call, { params: { conditionId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.condition(unit.db, id),
        (unit) => giveEvidence(context, unit, id, body),
      ),
    ),
    route(contract.judgeEvidence, (call, { params: { conditionId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.condition(unit.db, id),
        (unit) => judgeEvidence(context, unit, id, body),
      ),
    ),
    route(contract.proposeWaiver, (call, { params: { conditionId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.condition(unit.db, id),
        (unit) => proposeWaiver(context, unit, id, body),
      ),
    ),
    route(contract.decideWaiver, (call, { params: { conditionId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.condition(unit.db, id),
        (unit) => decideWaiver(context, unit, id, body),
      ),
    ),
    route(contract.readEvidence, (call, { params }) =>
      readEvidence(context, db, call.actor, params.conditionId, params.evidenceId, platform.clock()),
    ),
    route(contract.lodgeRemedy, (call, { params: { certificateId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.certificate(unit.db, id),
        (unit) => lodgeRemedy(context, unit, id, body),
      ),
    ),
    route(contract.moveRemedy, (call, { params: { remedyCaseId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.remedy(unit.db, id),
        (unit) => moveRemedy(context, unit, id, body),
      ),
    ),
    route(contract.proposeAct, (call, { params: { certificateId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.certificate(unit.db, id),
        (unit) => proposeAct(context, unit, id, body),
      ),
    ),
    route(contract.answerAct, (call, { params: { actId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.act(unit.db, id),
        (unit) => answerAct(context, unit, id, body),
      ),
    ),
    route(contract.decideAct, (call, { params: { actId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.act(unit.db, id),
        (unit) => decideAct(context, unit, id, body),
      ),
    ),
    route(contract.requestWithdrawal, (call, { params: { applicationId: id }, body }) =>
      act(call, id, (unit) => requestWithdrawal(context, unit, id, body.reason)),
    ),
    route(contract.decideWithdrawal, (call, { params: { applicationId: id }, body }) =>
      act(call, id, (unit) => decideWithdrawal(context, unit, id, body)),
    ),
    route(contract.reportSite, (call, { params: { certificateId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.certificate(unit.db, id),
        (unit) => reportSite(context, unit, id, body),
      ),
    ),
    route(contract.decideReport, (call, { params: { siteReportId: id }, body }) =>
      act(
        call,
        (unit) => ownerOf.report(unit.db, id),
        (unit) => decideReport(context, unit, id, body),
      ),
    ),
  ]
}
