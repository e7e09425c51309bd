/** Conditions of a decision: evidence by the holder, verification by the department, waiver by four eyes. */

import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { ProjectId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, FileReply, Unit } from '../../../../platform/platform.ts'
import type { ConditionId, EvidenceId } from '../../contract/after.ts'
import type { ConditionEvent } from '../../contract/decision-parts.ts'
import {
  conditionDischarged,
  conditionWaived,
  evidenceGiven,
  evidenceRejected,
  waiverProposed,
  waiverRejected,
} from '../../contract/events-after.ts'
import * as refuse from '../../model/after-refusals.ts'
import { blocking, eventWords } from '../../model/conditions.ts'
import * as base from '../../model/refusals.ts'
import { mayDecideWaiver, mayGiveEvidence, mayJudgeEvidence, mayProposeWaiver } from '../../policy/after.ts'
import {
  type ConditionRecord,
  changeCondition,
  conditionsOf,
  evidenceById,
  insertEvidence,
  judgePending,
  openConditionsInProject,
  ownerOf,
} from '../../store/after.ts'
import type { FileFacts } from '../../store/after-tables.ts'
import { application as readApplicationRow } from '../../store/applications.ts'
import { requirePerson, requireVersion } from '../case-file.ts'
import type { Context } from '../context.ts'
import { subjectOf } from '../event-facts.ts'
import { requireSight } from '../file-view.ts'
import { type AfterCase, aboutDocument, found, lockDocument } from './case.ts'
import { REMINDER_TIMER } from './clocks.ts'

type Locked = AfterCase & { readonly condition: ConditionRecord }
const lockCondition = async (context: Context, unit: Unit, id: ConditionId): Promise<Locked> => {
  const applicationId = found(await ownerOf.condition(unit.db, id))
  const before = found((await conditionsOf(unit.db, applicationId)).find((row) => row.id === id))
  const at = await lockDocument(context, unit, before.certificate_id)
  // Read again under the lock.
  const condition = found((await conditionsOf(unit.db, applicationId)).find((row) => row.id === id))
  return { ...at, condition }
}
const caseOf = (condition: ConditionRecord) => ({
  state: condition.state,
  waiverBy: condition.waiver?.decidedBy === null ? condition.waiver.proposedBy : null,
})
const about = (context: Context, at: Locked) => ({
  ...aboutDocument(context, at),
  conditionId: at.condition.id,
  ordinal: at.condition.ordinal,
  grade: at.condition.grade,
})
const uploaded = async (context: Context, unit: Unit, uploadId: string): Promise<FileFacts> => {
  const upload = await context.platform.files.upload(unit.db, uploadId)
  if (upload === null || upload.uploadedBy !== requirePerson(unit.actor))
    throw base.uploadMissing({}, [{ path: 'uploadId', message: '请重新上传文件。' }])
  if (upload.scan === 'infected') throw base.infectedUpload({ file: upload.fileName })
  return {
    fileName: upload.fileName,
    sizeBytes: upload.sizeBytes,
    mediaType: upload.mediaType,
    sha256: upload.sha256,
  }
}

export const giveEvidence = async (
  context: Context,
  unit: Unit,
  id: ConditionId,
  input: { readonly version: number; readonly note: string; readonly uploadId?: string | undefined },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockCondition(context, unit, id)
  require(mayGiveEvidence(unit.actor, at.facts, caseOf(at.condition)))
  await requireVersion(context, unit, at.condition, input.version)
  await insertEvidence(unit.db, {
    id: unit.newId<'evidence'>(),
    condition_id: id,
    note: input.note,
    file: input.uploadId === undefined ? null : await uploaded(context, unit, input.uploadId),
    given_at: unit.now,
    given_by: person,
  })
  await changeCondition(unit.db, id, person, unit.now, { state: 'evidence-given' })
  await unit.record(evidenceGiven, { ...subjectOf(at.file.application), payload: about(context, at) })
}

/** The condition is over: its clock stops. */
const stopClockOf = async (unit: Unit, at: Locked): Promise<void> => {
  const { clock_id: id } = at.condition
  const clock = at.file.book.open({ purpose: ['condition'] }).find((each) => each.id === id)
  if (clock === undefined) return
  await at.file.book.stop([clock])
  await unit.timers.cancelAll(REMINDER_TIMER, clock.id)
  await at.file.book.close()
}
export const judgeEvidence = async (
  context: Context,
  unit: Unit,
  id: ConditionId,
  input: { readonly version: number; readonly accept: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockCondition(context, unit, id)
  require(mayJudgeEvidence(unit.actor, at.facts, caseOf(at.condition)))
  await requireVersion(context, unit, at.condition, input.version)
  if (!input.accept && input.remark === '')
    throw base.remarkNeeded({}, [{ path: 'remark', message: '请写明证明未通过的理由。' }])
  await judgePending(unit.db, id, input.accept ? 'accepted' : 'rejected', input.remark, person, unit.now)
  await changeCondition(unit.db, id, person, unit.now, { state: input.accept ? 'discharged' : 'rejected' })
  if (input.accept) await stopClockOf(unit, at)
  await unit.record(input.accept ? conditionDischarged : evidenceRejected, {
    ...subjectOf(at.file.application),
    payload: about(context, at),
    ...(input.remark === '' ? {} : { personal: { remark: input.remark } }),
  })
}

export const proposeWaiver = async (
  context: Context,
  unit: Unit,
  id: ConditionId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockCondition(context, unit, id)
  require(mayProposeWaiver(unit.actor, at.facts, caseOf(at.condition)))
  await requireVersion(context, unit, at.condition, input.version)
  await changeCondition(unit.db, id, person, unit.now, {
    waiver: { reason: input.reason, proposedBy: person, proposedAt: unit.now, decidedBy: null },
  })
  await unit.record(waiverProposed, { ...subjectOf(at.file.application), payload: about(context, at) })
}
export const decideWaiver = async (
  context: Context,
  unit: Unit,
  id: ConditionId,
  input: { readonly version: number; readonly approve: boolean },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockCondition(context, unit, id)
  require(mayDecideWaiver(unit.actor, at.facts, caseOf(at.condition)))
  await requireVersion(context, unit, at.condition, input.version)
  const waiver = found(at.condition.waiver)
  await changeCondition(
    unit.db,
    id,
    person,
    unit.now,
    input.approve ? { state: 'waived', waiver: { ...waiver, decidedBy: person } } : { waiver: null },
  )
  if (input.approve) await stopClockOf(unit, at)
  await unit.record(input.approve ? conditionWaived : waiverRejected, {
    ...subjectOf(at.file.application),
    payload: about(context, at),
  })
}

/** Refuses while open conditions of any decision in force in the project block an event. */
export const requireUnblocked = async (db: Database, projectId: ProjectId, event: ConditionEvent): Promise<void> => {
  const rows = (await openConditionsInProject(db, projectId)).map((row) => ({
    ...row,
    documentNumber: row.document_number,
  }))
  const stopping = blocking(rows, event)
  if (stopping.length === 0) return
  throw refuse.blockedByConditions({
    event: eventWords[event].zh,
    eventEn: eventWords[event].en,
    conditions: stopping.map((row) => `${row.documentNumber}第${row.ordinal}项“${row.text}”`).join(';'),
  })
}

export const readEvidence = async (
  context: Context,
  db: Database,
  actor: Actor,
  conditionId: ConditionId,
  id: EvidenceId,
  now: Instant,
): Promise<FileReply> => {
  const applicationId = found(await ownerOf.condition(db, conditionId))
  const application = found(await readApplicationRow(db, applicationId))
  await requireSight(context, db, actor, application, now)
  const row = await evidenceById(db, id)
  if (row === null || row.condition_id !== conditionId || row.file === null) throw refuse.afterMissing()
  return { fileName: row.file.fileName, content: await context.platform.files.open(row.file.sha256) }
}
