/** Routes of deferrals, commitments, after-checks and credit records. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import { answerAfterCheck, recordAfterCheck, settleAfterCheck } from '../actions/after-checks.ts'
import { decideOnCommitment, signCommitment } from '../actions/commitments.ts'
import type { Context } from '../actions/context.ts'
import { answerCredit, decideCredit, enterCredit, liftCredit, listCredit, viewCredit } from '../actions/credit.ts'
import { declareDeferrals, extendDeferral, reportDeferralEvent, supplyDeferred } from '../actions/deferrals.ts'
import { enterPaper } from '../actions/paper-intake.ts'
import { readIssuedReceipt } from '../actions/receipts.ts'
import {
  answerPoint,
  decideSecondList,
  judgePoint,
  listSecondLists,
  proposeSecondList,
  readRounds,
} from '../actions/rounds.ts'
import {
  listAfterChecks,
  readAfterCheck,
  readCommitmentDocument,
  readUndertakings,
} from '../actions/undertakings-view.ts'
import * as credit from '../contract/credit.ts'
import * as rounds from '../contract/rounds.ts'
import * as contract from '../contract/undertakings.ts'
import type { ApplicationId } from '../contract.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import type { AfterCheckId, CreditRecord } from '../store/undertaking-tables.ts'

export const undertakingRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  const onApplication = (call: Call, work: (unit: Unit) => Promise<ApplicationId>) =>
    command(call, async (unit) => readUndertakings(context, unit.db, call.actor, await work(unit), unit.now))
  const onCheck = (call: Call, id: AfterCheckId, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return readAfterCheck(context, unit.db, call.actor, id, unit.now)
    })
  const onRounds = (call: Call, id: ApplicationId, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return readRounds(context, unit.db, call.actor, id, unit.now)
    })
  const onCredit = (call: Call, work: (unit: Unit) => Promise<CreditRecord>) =>
    command(call, async (unit) => {
      const [view] = await viewCredit(context, unit.db, call.actor, [await work(unit)])
      if (view === undefined) throw refuse.creditMissing()
      return view
    })
  return [
    route(contract.readUndertakings, (call, { params }) =>
      readUndertakings(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(contract.declareDeferrals, (call, { params, body }) =>
      onApplication(call, async (unit) => {
        await declareDeferrals(context, unit, params.applicationId, body)
        return params.applicationId
      }),
    ),
    route(contract.signCommitment, (call, { params, body }) =>
      onApplication(call, async (unit) => {
        await signCommitment(context, unit, params.applicationId, params.itemId, body)
        return params.applicationId
      }),
    ),
    route(contract.readCommitmentDocument, (call, { params }) =>
      readCommitmentDocument(context, db, call.actor, params.commitmentId, platform.clock()),
    ),
    route(contract.supplyDeferred, (call, { params, body }) =>
      onApplication(call, (unit) => supplyDeferred(context, unit, params.deferralId, body)),
    ),
    route(contract.extendDeferral, (call, { params, body }) =>
      onApplication(call, (unit) => extendDeferral(context, unit, params.deferralId, body)),
    ),
    route(contract.reportDeferralEvent, (call, { params, body }) =>
      onApplication(call, (unit) => reportDeferralEvent(context, unit, params.deferralId, body)),
    ),
    route(contract.decideOnCommitment, (call, { params, body }) =>
      onApplication(call, (unit) => decideOnCommitment(context, unit, params.itemRunId, body)),
    ),
    route(contract.listAfterChecks, (call, { query }) =>
      listAfterChecks(context, db, call.actor, query, platform.clock()),
    ),
    route(contract.recordAfterCheck, (call, { params, body }) =>
      onCheck(call, params.afterCheckId, (unit) => recordAfterCheck(context, unit, params.afterCheckId, body)),
    ),
    route(contract.answerAfterCheck, (call, { params, body }) =>
      onCheck(call, params.afterCheckId, (unit) => answerAfterCheck(context, unit, params.afterCheckId, body)),
    ),
    route(contract.settleAfterCheck, (call, { params, body }) =>
      onCheck(call, params.afterCheckId, (unit) => settleAfterCheck(context, unit, params.afterCheckId, body)),
    ),
    route(rounds.readRounds, (call, { params }) =>
      readRounds(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(rounds.answerPoint, (call, { params, body }) =>
      onRounds(call, params.applicationId, (unit) => answerPoint(context, unit, params.applicationId, params, body)),
    ),
    route(rounds.judgePoint, (call, { params, body }) =>
      onRounds(call, params.applicationId, (unit) => judgePoint(context, unit, params.applicationId, params, body)),
    ),
    route(rounds.proposeSecondList, (call, { params, body }) =>
      onRounds(call, params.applicationId, (unit) => proposeSecondList(context, unit, params.applicationId, body)),
    ),
    route(rounds.decideSecondList, (call, { params, body }) =>
      onRounds(call, params.applicationId, (unit) => decideSecondList(context, unit, params.applicationId, body)),
    ),
    route(rounds.listSecondLists, (_call, { query }) => listSecondLists(context, db, query)),
    route(rounds.readIssuedReceipt, (call, { params }) =>
      readIssuedReceipt(context, db, call.actor, params.receiptId, platform.clock()),
    ),
    route(rounds.enterPaper, (call, { params, body }) =>
      onRounds(call, params.applicationId, (unit) => enterPaper(context, unit, params.applicationId, body)),
    ),
    route(credit.listCredit, (call, { query }) => listCredit(context, db, call.actor, query)),
    route(credit.enterCredit, (call, { body }) => onCredit(call, (unit) => enterCredit(context, unit, body))),
    route(credit.decideCredit, (call, { params, body }) =>
      onCredit(call, (unit) => decideCredit(context, unit, params.creditRecordId, body)),
    ),
    route(credit.liftCredit, (call, { params, body }) =>
      onCredit(call, (unit) => liftCredit(context, unit, params.creditRecordId, body)),
    ),
    route(credit.answerCredit, (call, { params, body }) =>
      onCredit(call, (unit) => answerCredit(context, unit, params.creditRecordId, body)),
    ),
  ]
}
