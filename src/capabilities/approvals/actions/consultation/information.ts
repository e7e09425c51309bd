/** A department needs to know more: its question goes through the lead to the applicant, and the answer back to it. */
import { require } from '../../../../kernel/decision.ts'
import type { FieldFault } from '../../../../kernel/refusal.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { InformationId } from '../../contract/consultation.ts'
import {
  informationAnswered,
  informationProposed,
  informationRequested,
  informationWithdrawn,
} from '../../contract/events-consultation.ts'
import type { Answers } from '../../contract.ts'
import { canonicalJson } from '../../model/canonical.ts'
import { planClock } from '../../model/clock-plan.ts'
import {
  informationAnswerEmpty,
  informationMissing,
  informationOnlyAnchored,
} from '../../model/consultation/refusals.ts'
import * as refuse from '../../model/refusals.ts'
import {
  type InformationFacts,
  mayAnswerInformation,
  maySendInformation,
  mayWithdrawInformation,
} from '../../policy/consultation.ts'
import type { ItemRunFacts } from '../../policy.ts'
import { changeApplication, insertDocument } from '../../store/applications.ts'
import {
  applicationOfInformation,
  changeInformation,
  type InformationRecord,
  insertInformation,
} from '../../store/consultation.ts'
import type { InformationAnswer } from '../../store/consultation-tables.ts'
import { type ItemRunRecord, type OpinionTaskRecord, opinionTasksOf } from '../../store/item-runs.ts'
import {
  type CaseFile,
  itemRunOf,
  type LockedCase,
  lockCase,
  lockedFactsOfItemRun,
  requirePerson,
  requireVersion,
} from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { anchorsOf } from './anchors.ts'
import { evaluateOpinions } from './ready.ts'
import { daysOnReturn, redoAfterChange } from './redo.ts'
import { sendTask } from './send.ts'
import { keepRound } from './suggest.ts'

const askedOf = (file: CaseFile, task: OpinionTaskRecord) => ({
  opinionTaskId: task.id,
  askedDepartment: task.department,
  askedDepartmentName: file.departments.name(task.department),
})

/** Keeps what a department needs to know; the lead sees it at once and sends it. */
export const proposeInformation = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  task: OpinionTaskRecord,
  input: { readonly text: string; readonly anchors: readonly string[] },
): Promise<void> => {
  const known = anchorsOf(context, file.application)
  const unknown = input.anchors.filter((anchor) => !known.has(anchor))
  if (unknown.length > 0)
    throw refuse.unknownAnchor({ count: unknown.length }, [
      { path: 'anchors', message: '请选择表单中的字段或材料清单中的材料。' },
    ])
  const id = unit.newId<'information-request'>()
  await insertInformation(unit.db, {
    id,
    application_id: file.application.id,
    item_run_id: run.id,
    opinion_task_id: task.id,
    question: input.text,
    anchors: [...new Set(input.anchors)],
    created_at: unit.now,
    changed_by: requirePerson(unit.actor),
  })
  await unit.record(informationProposed, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), ...askedOf(file, task), informationId: id },
  })
}

export const factsOfInformation = (file: CaseFile, row: InformationRecord, run: ItemRunFacts): InformationFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  createdBy: file.application.created_by,
  state: row.state,
  run,
})
const lockInformation = async (context: Context, unit: Unit, id: InformationId) => {
  const applicationId = await applicationOfInformation(unit.db, id)
  if (applicationId === null) throw informationMissing()
  const file = await lockCase(context, unit, applicationId)
  const row = file.consultation.information.find((each) => each.id === id)
  const task = file.tasks.find((each) => each.id === row?.opinion_task_id)
  if (row === undefined || task === undefined) throw informationMissing()
  const run = itemRunOf(file, row.item_run_id)
  return { file, row, task, run, facts: factsOfInformation(file, row, lockedFactsOfItemRun(context, unit, file, run)) }
}

/** The lead sends the question, in words of its own, with a due day for the applicant. */
export const sendInformation = async (
  context: Context,
  unit: Unit,
  id: InformationId,
  input: {
    readonly version: number
    readonly question: string
    readonly anchors: readonly string[]
    readonly days?: number | undefined
  },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, row, task, run, facts } = await lockInformation(context, unit, id)
  require(maySendInformation(unit.actor, facts))
  await requireVersion(context, unit, row, input.version)
  const known = anchorsOf(context, file.application)
  const faults = input.anchors.flatMap((anchor, index) =>
    known.has(anchor) ? [] : [{ path: `anchors.${index}`, message: '请选择表单中的字段或材料清单中的材料。' }],
  )
  if (faults.length > 0) throw refuse.unknownAnchor({ count: faults.length }, faults)
  const rule = context.rules.consultation.information
  const days = input.days ?? rule.days
  const plan = planClock(
    'applicant',
    { days, unit: 'workday', citation: rule.source, extension: null },
    { grounds: [], calendarVersion: context.calendars().current.version, rules: context.rules },
  )
  const clock =
    plan === null
      ? null
      : await file.book.start({
          purpose: 'information',
          department: run.department,
          label: { zh: `申请人补充信息:${run.item_name.zh}`, en: `Information: ${run.item_name.en}` },
          plan,
        })
  await changeInformation(unit.db, id, person, unit.now, {
    state: 'sent',
    question: input.question,
    anchors: [...new Set(input.anchors)],
    sent_at: unit.now,
    sent_by: person,
    days,
    clock_id: clock?.id ?? null,
  })
  await unit.record(informationRequested, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      ...askedOf(file, task),
      informationId: id,
      days,
      due: clock === null ? null : file.book.derived(clock).due,
    },
  })
  await file.book.close()
}

/** Puts the question back into circulation: a new request to the department that asked, with the days that it has left. */
const returnToCirculation = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  task: OpinionTaskRecord,
  cause: 'answered' | 'withdrawn',
  note: string,
): Promise<void> => {
  const replaced = file.tasks.some(
    (other) =>
      other.redo_of === task.id ||
      (other.department === task.department && other.item_run_id === run.id && other.id > task.id),
  )
  // The lead has asked the department again meanwhile: it sees the answer there.
  if (replaced) return
  await sendTask(context, unit, file, run, {
    department: task.department,
    question: note === '' ? task.question : `${task.question}\n${note}`,
    days: daysOnReturn(context, unit, file, run, task),
    redoOf: task,
  })
  await keepRound(unit, file, run, cause)
}
const stopClock = async (file: LockedCase, row: InformationRecord): Promise<void> => {
  await file.book.stop(file.book.open({ purpose: ['information'] }).filter((clock) => clock.id === row.clock_id))
}

/** The lead answers the department itself: the applicant need not, or need no longer. */
export const withdrawInformation = async (
  context: Context,
  unit: Unit,
  id: InformationId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, row, task, run, facts } = await lockInformation(context, unit, id)
  require(mayWithdrawInformation(unit.actor, facts))
  await requireVersion(context, unit, row, input.version)
  await stopClock(file, row)
  await changeInformation(unit.db, id, person, unit.now, { state: 'withdrawn', withdraw_reason: input.reason })
  await unit.record(informationWithdrawn, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), ...askedOf(file, task), informationId: id },
    ...(row.state === 'proposed' ? { visibility: 'internal' as const } : {}),
  })
  await returnToCirculation(context, unit, file, run, task, 'withdrawn', `牵头部门说明:${input.reason}`)
  await evaluateOpinions(context, unit, file, run)
}

export interface InformationInput {
  readonly version: number
  readonly text: string
  readonly answers: Answers
  readonly documents: readonly { readonly materialId: string; readonly uploadId: string }[]
}
/** The applicant answers: only what was asked for changes, and everything that rests on it is asked again. */
export const answerInformation = async (
  context: Context,
  unit: Unit,
  id: InformationId,
  input: InformationInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, row, task, run, facts } = await lockInformation(context, unit, id)
  require(mayAnswerInformation(unit.actor, facts))
  await requireVersion(context, unit, row, input.version)
  const { application } = file
  const changed = Object.keys(input.answers).filter(
    (field) =>
      canonicalJson({ v: application.answers[field] ?? null }) !== canonicalJson({ v: input.answers[field] ?? null }),
  )
  if (input.text === '' && changed.length === 0 && input.documents.length === 0) throw informationAnswerEmpty()
  requireAnchored(row, changed, input)
  const answers: Answers = { ...application.answers }
  for (const field of changed) answers[field] = input.answers[field] ?? null
  const faults = context.law
    .checkAnswers(application.item_ids, application.catalogue_day, answers)
    .filter((fault) => changed.some((field) => fault.path.split(/[.:]/).includes(field)))
  if (faults.length > 0) throw refuse.faulty({ count: faults.length }, faults)
  const documents = await keepDocuments(context, unit, file, person, input.documents)
  const pick = (from: Answers): Answers => Object.fromEntries(changed.map((field) => [field, from[field] ?? null]))
  const answer: InformationAnswer = {
    text: input.text,
    before: pick(application.answers),
    after: pick(answers),
    documents,
  }
  const after = await changeApplication(unit.db, application.id, person, unit.now, { answers })
  await stopClock(file, row)
  await changeInformation(unit.db, id, person, unit.now, {
    state: 'answered',
    answered_at: unit.now,
    answered_by: person,
    answer,
  })
  await unit.record(informationAnswered, {
    ...subjectOf(application),
    payload: {
      ...aboutItem(context, file, run),
      ...askedOf(file, task),
      informationId: id,
      fields: changed,
      documents: documents.map(({ materialId, sha256 }) => ({ materialId, sha256 })),
    },
  })
  const current: LockedCase = { ...file, application: after }
  await returnToCirculation(
    context,
    unit,
    current,
    run,
    task,
    'answered',
    `申请人补充:${input.text || '见修改的内容和材料'}`,
  )
  await redoAfterChange(context, unit, { ...current, tasks: await opinionTasksOf(unit.db, [application.id]) })
  await evaluateOpinions(context, unit, current, run)
}

const requireAnchored = (row: InformationRecord, changed: readonly string[], input: InformationInput): void => {
  const allowed = new Set(row.anchors)
  const faults: FieldFault[] = [
    ...changed
      .filter((field) => !allowed.has(`field:${field}`))
      .map((field) => ({ path: `answers.${field}`, message: '此项不在补充范围内,请恢复原值。' })),
    ...input.documents.flatMap((document, index) =>
      allowed.has(`material:${document.materialId}`)
        ? []
        : [{ path: `documents.${index}`, message: '此材料不在补充范围内,请移除。' }],
    ),
  ]
  if (faults.length > 0) throw informationOnlyAnchored({ count: faults.length }, faults)
}
const keepDocuments = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  person: ReturnType<typeof requirePerson>,
  documents: InformationInput['documents'],
): Promise<InformationAnswer['documents']> => {
  const kept: { materialId: string; fileName: string; sha256: string }[] = []
  for (const document of documents) {
    const upload = await context.platform.files.upload(unit.db, document.uploadId)
    if (upload === null) throw refuse.uploadMissing()
    if (upload.uploadedBy !== null && upload.uploadedBy !== person) throw refuse.foreignUpload()
    if (upload.scan === 'infected') throw refuse.infectedUpload({ file: upload.fileName })
    await insertDocument(unit.db, {
      id: unit.newId<'document'>(),
      application_id: file.application.id,
      material_id: document.materialId,
      file_name: upload.fileName,
      size_bytes: upload.sizeBytes,
      media_type: upload.mediaType,
      sha256: upload.sha256,
      scan: upload.scan,
      added_at: unit.now,
      added_by: person,
      removed_at: null,
    })
    kept.push({ materialId: document.materialId, fileName: upload.fileName, sha256: upload.sha256 })
  }
  return kept
}
