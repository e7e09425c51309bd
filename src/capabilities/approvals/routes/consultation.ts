/** Endpoint to action for consultation, one line each. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import { changeOpinion } from '../actions/consultation/change.ts'
import { flagConflict, resolveConflict } from '../actions/consultation/conflicts.ts'
import { answerInformation, sendInformation, withdrawInformation } from '../actions/consultation/information.ts'
import { readColleaguesOf, readConflicts, readPartsOf, readSuggestionsOf } from '../actions/consultation/lists.ts'
import * as meetings from '../actions/consultation/meetings.ts'
import * as papers from '../actions/consultation/papers.ts'
import { answerPart, delegateParts, recallPart } from '../actions/consultation/parts.ts'
import * as procedures from '../actions/consultation/procedures.ts'
import { redoOpinion } from '../actions/consultation/redo.ts'
import { readConsultation } from '../actions/consultation/view.ts'
import type { Context } from '../actions/context.ts'
import * as contract from '../contract/consultation.ts'
import type { ApplicationId } from '../contract.ts'
import * as missing from '../model/consultation/refusals.ts'
import { itemRunMissing, opinionTaskMissing } from '../model/refusals.ts'
import { applicationOfConflict, applicationOfInformation, applicationOfPart } from '../store/consultation.ts'
import { applicationOfItemRun, applicationOfOpinionTask } from '../store/item-runs.ts'
import { applicationOfMeeting, applicationOfProcedure } from '../store/meetings.ts'

type Found = Promise<ApplicationId | null>
export const consultationRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  /** Runs a command and gives the consultation afterwards, read in the same transaction. */
  const on = (
    call: Call,
    owner: (unit: Unit) => Found,
    otherwise: () => Error,
    work: (unit: Unit) => Promise<unknown>,
  ) =>
    platform.transact(
      call.actor,
      async (unit) => {
        const id = await owner(unit)
        if (id === null) throw otherwise()
        await work(unit)
        return readConsultation(context, unit.db, call.actor, id, unit.now)
      },
      { traceId: call.traceId },
    )
  return [
    route(contract.readConsultation, (call, { params }) =>
      readConsultation(context, db, call.actor, params.applicationId, platform.clock()),
    ),
    route(contract.readSuggestions, (call, { params }) =>
      readSuggestionsOf(context, db, call.actor, params.itemRunId, platform.clock()),
    ),
    route(contract.delegateParts, (call, { params: { opinionTaskId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfOpinionTask(unit.db, id),
        opinionTaskMissing,
        (unit) => delegateParts(context, unit, id, body),
      ),
    ),
    route(contract.answerPart, (call, { params, body }) =>
      // The person may belong to another office: it gets its own part back, not the whole file.
      platform.transact(
        call.actor,
        async (unit) => {
          await answerPart(context, unit, params.partId, body)
          return { partId: params.partId, state: 'answered' as const }
        },
        { traceId: call.traceId },
      ),
    ),
    route(contract.recallPart, (call, { params: { partId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfPart(unit.db, id),
        missing.partMissing,
        (unit) => recallPart(context, unit, id, body),
      ),
    ),
    route(contract.readOwnParts, (call) => readPartsOf(context, db, call.actor, platform.clock())),
    route(contract.readColleagues, (call, { params }) =>
      readColleaguesOf(context, db, call.actor, params.opinionTaskId, platform.clock()),
    ),
    route(contract.changeOpinion, (call, { params: { opinionTaskId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfOpinionTask(unit.db, id),
        opinionTaskMissing,
        (unit) => changeOpinion(context, unit, id, body),
      ),
    ),
    route(contract.redoOpinion, (call, { params: { opinionTaskId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfOpinionTask(unit.db, id),
        opinionTaskMissing,
        (unit) => redoOpinion(context, unit, id, body),
      ),
    ),
    route(contract.sendInformation, (call, { params: { informationId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfInformation(unit.db, id),
        missing.informationMissing,
        (unit) => sendInformation(context, unit, id, body),
      ),
    ),
    route(contract.withdrawInformation, (call, { params: { informationId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfInformation(unit.db, id),
        missing.informationMissing,
        (unit) => withdrawInformation(context, unit, id, body),
      ),
    ),
    route(contract.answerInformation, (call, { params: { informationId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfInformation(unit.db, id),
        missing.informationMissing,
        (unit) => answerInformation(context, unit, id, body),
      ),
    ),
    route(contract.flagConflict, (call, { params: { itemRunId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfItemRun(unit.db, id),
        itemRunMissing,
        (unit) => flagConflict(context, unit, id, body),
      ),
    ),
    route(contract.resolveConflict, (call, { params: { conflictId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfConflict(unit.db, id),
        missing.conflictMissing,
        (unit) => resolveConflict(context, unit, id, body),
      ),
    ),
    route(contract.printConflictMinute, (call, { params }) =>
      papers.printConflictMinute(context, db, call.actor, params.conflictId, platform.clock()),
    ),
    route(contract.listConflicts, (call, { query }) =>
      readConflicts(context, db, call.actor, query.limit, platform.clock()),
    ),
    ...meetingRoutes(context, on),
    ...procedureRoutes(context, on),
    route(contract.printOpinionSummary, (call, { params }) =>
      papers.printOpinionSummary(context, db, call.actor, params.applicationId, platform.clock()),
    ),
  ]
}
type On = (
  call: Call,
  owner: (unit: Unit) => Found,
  otherwise: () => Error,
  work: (unit: Unit) => Promise<unknown>,
) => ReturnType<typeof readConsultation>

const meetingRoutes = (context: Context, on: On): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const owner = (id: Parameters<typeof applicationOfMeeting>[1]) => (unit: Unit) => applicationOfMeeting(unit.db, id)
  const { meetingMissing } = missing
  return [
    route(contract.planMeeting, (call, { params: { applicationId: id }, body }) =>
      on(
        call,
        async () => id,
        meetingMissing,
        (unit) => meetings.planMeeting(context, unit, id, body),
      ),
    ),
    route(contract.changeMeeting, (call, { params: { meetingId: id }, body }) =>
      on(call, owner(id), meetingMissing, (unit) => meetings.changeMeeting(context, unit, id, body)),
    ),
    route(contract.cancelMeeting, (call, { params: { meetingId: id }, body }) =>
      on(call, owner(id), meetingMissing, (unit) => meetings.cancelMeeting(context, unit, id, body)),
    ),
    route(contract.recordAttendance, (call, { params: { meetingId: id }, body }) =>
      on(call, owner(id), meetingMissing, (unit) => meetings.recordAttendance(context, unit, id, body)),
    ),
    route(contract.addFinding, (call, { params: { meetingId: id }, body }) =>
      on(call, owner(id), meetingMissing, (unit) => meetings.addFinding(context, unit, id, body)),
    ),
    route(contract.addPhoto, (call, { params: { meetingId: id }, body }) =>
      on(call, owner(id), meetingMissing, (unit) => meetings.addPhoto(context, unit, id, body)),
    ),
    route(contract.readPhoto, (call, { params }) =>
      papers.readPhoto(context, db, call.actor, params.meetingId, params.photoId, platform.clock()),
    ),
    route(contract.signMinute, (call, { params: { meetingId: id }, body }) =>
      on(call, owner(id), meetingMissing, (unit) => meetings.signMinute(context, unit, id, body)),
    ),
    route(contract.printMinute, (call, { params }) =>
      papers.printMinute(context, db, call.actor, params.meetingId, platform.clock()),
    ),
  ]
}
const procedureRoutes = (context: Context, on: On): readonly Route[] => {
  const { platform } = context
  const owner = (id: Parameters<typeof applicationOfProcedure>[1]) => (unit: Unit) =>
    applicationOfProcedure(unit.db, id)
  const { procedureMissing } = missing
  return [
    route(contract.proposeProcedure, (call, { params: { itemRunId: id }, body }) =>
      on(
        call,
        (unit) => applicationOfItemRun(unit.db, id),
        itemRunMissing,
        (unit) => procedures.proposeProcedure(context, unit, id, body),
      ),
    ),
    route(contract.decideProcedure, (call, { params: { procedureId: id }, body }) =>
      on(call, owner(id), procedureMissing, (unit) => procedures.decideProcedure(context, unit, id, body)),
    ),
    route(contract.requestHearing, (call, { params: { procedureId: id }, body }) =>
      on(call, owner(id), procedureMissing, (unit) => procedures.requestHearing(context, unit, id, body)),
    ),
    route(contract.scheduleHearing, (call, { params: { procedureId: id }, body }) =>
      on(call, owner(id), procedureMissing, (unit) => procedures.scheduleHearing(context, unit, id, body)),
    ),
    route(contract.endProcedure, (call, { params: { procedureId: id }, body }) =>
      on(call, owner(id), procedureMissing, (unit) => procedures.endProcedure(context, unit, id, body)),
    ),
    route(contract.printProcedureNotice, (call, { params }) =>
      papers.printProcedureNotice(context, platform.db, call.actor, params.procedureId, platform.clock()),
    ),
  ]
}
