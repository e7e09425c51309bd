/** Correction, replacement and revocation: proposed by one, decided by another; the holder is heard where the law says so. */
import { require } from '../../../../kernel/decision.ts'
import { addDays, type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { ActId, ActKind } from '../../contract/after.ts'
import { noExtras } from '../../contract/decision-parts.ts'
import {
  actAnswered,
  actProposed,
  actRejected,
  certificateReplaced,
  certificateRevoked,
  hearingNotice,
} from '../../contract/events-after.ts'
import type { CertificateId } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import type { RevocationGround } from '../../model/after-rules.ts'
import { actWords } from '../../model/after-words.ts'
import * as base from '../../model/refusals.ts'
import { mayAnswerAct, mayDecideAct, mayProposeAct } from '../../policy/after.ts'
import { type ActRecord, actsOf, changeAct, insertAct, moveConditions, ownerOf } from '../../store/after.ts'
import type { ActChanges } from '../../store/after-tables.ts'
import { changeCertificate } from '../../store/certificates.ts'
import { moveClocks } from '../../store/clocks.ts'
import { changeItemRun } from '../../store/item-runs.ts'
import { requirePerson, requireVersion } from '../case-file.ts'
import { certificateJob } from '../certificate-job.ts'
import type { Context } from '../context.ts'
import { subjectOf } from '../event-facts.ts'
import { type AfterCase, aboutDocument, found, lockDocument } from './case.ts'
import { runningFor, startAfterClock } from './clocks.ts'
import { startDelivery } from './delivery.ts'
import { endDocument } from './ending.ts'
import { issueDocument, requireItem } from './issue.ts'

const groundOf = (context: Context, id: string | null | undefined): RevocationGround | null =>
  context.after.revocationGrounds.find((ground) => ground.id === id) ?? null
const about = (context: Context, at: AfterCase, act: { readonly id: ActId; readonly kind: ActKind }) => ({
  ...aboutDocument(context, at),
  actId: act.id,
  kind: act.kind,
  kindName: actWords[act.kind].zh,
})
const answerDay = (context: Context, today: LocalDate): LocalDate => {
  const { answerDays, unit } = context.after.hearing
  return unit === 'workday' ? context.calendars().current.addWorkdays(today, answerDays) : addDays(today, answerDays)
}

export interface ActInput {
  readonly version: number
  readonly kind: ActKind
  readonly ground?: string | undefined
  readonly reason: string
  readonly changes: { readonly [K in keyof ActChanges]?: string | undefined }
}
export const proposeAct = async (context: Context, unit: Unit, id: CertificateId, input: ActInput): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockDocument(context, unit, id)
  require(mayProposeAct(unit.actor, at.facts))
  await requireVersion(context, unit, at.document, input.version)
  const changes: ActChanges = Object.fromEntries(
    Object.entries(input.changes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const ground = input.kind === 'revocation' ? groundOf(context, input.ground) : null
  if (input.kind === 'revocation' && ground === null)
    throw refuse.groundUnknown({}, [{ path: 'ground', message: '请选择法定理由。' }])
  if (input.kind !== 'revocation' && Object.keys(changes).length === 0)
    throw refuse.nothingChanges({}, [{ path: 'changes', message: '请填写更正或者变更后的内容。' }])
  const actId = unit.newId<'certificate-act'>()
  const answerUntil = ground?.hearing === true ? answerDay(context, unit.today) : null
  await insertAct(unit.db, {
    id: actId,
    certificate_id: id,
    application_id: at.file.application.id,
    department: at.run.department,
    kind: input.kind,
    ground: ground?.id ?? null,
    reason: input.reason,
    changes: input.kind === 'revocation' ? {} : changes,
    answer_until: answerUntil,
    state: 'proposed',
    proposed_at: unit.now,
    proposed_by: person,
  })
  const payload = about(context, at, { id: actId, kind: input.kind })
  if (ground === null || answerUntil === null) {
    await unit.record(actProposed, { ...subjectOf(at.file.application), payload })
    return
  }
  await startAfterClock(context, unit, at.file, {
    purpose: 'answer',
    kind: 'applicant',
    label: { zh: `就${at.document.document_number}陈述申辩`, en: `Answer on ${at.document.document_number}` },
    department: at.run.department,
    itemRunId: at.run.id,
    certificateId: id,
    until: context.after.hearing.unit === 'workday' ? { workdays: context.after.hearing.answerDays } : answerUntil,
    source: context.after.hearing.source,
    since: unit.now,
    warnAt: 2,
    reminders: [],
  })
  await at.file.book.close()
  await unit.record(hearingNotice, {
    ...subjectOf(at.file.application),
    payload: { ...payload, groundName: ground.name.zh, answerUntil },
    personal: { reason: input.reason },
  })
}

type Locked = AfterCase & { readonly act: ActRecord }
const lockAct = async (context: Context, unit: Unit, id: ActId): Promise<Locked> => {
  const applicationId = found(await ownerOf.act(unit.db, id))
  const before = found((await actsOf(unit.db, applicationId)).find((row) => row.id === id))
  const at = await lockDocument(context, unit, before.certificate_id)
  return { ...at, act: found(at.acts.find((row) => row.id === id)) }
}
export const actCase = (act: ActRecord, today: LocalDate) => ({
  state: act.state,
  proposedBy: act.proposed_by,
  answerUntil: act.answer_until,
  answered: act.answered_at !== null,
  today,
})
const requireActVersion = (act: ActRecord, seen: number): void => {
  if (act.version !== seen) throw refuse.actClosed()
}

/** The holder states the facts as they see them; the decision may then be made at once. */
export const answerAct = async (
  context: Context,
  unit: Unit,
  id: ActId,
  input: { readonly version: number; readonly answer: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockAct(context, unit, id)
  require(mayAnswerAct(unit.actor, at.facts, actCase(at.act, unit.today)))
  requireActVersion(at.act, input.version)
  await changeAct(unit.db, id, { answer: input.answer, answered_at: unit.now, answered_by: person })
  const clock = runningFor(at.file, 'answer', at.document.id)
  if (clock !== null) await at.file.book.stop([clock])
  await at.file.book.close()
  await unit.record(actAnswered, { ...subjectOf(at.file.application), payload: about(context, at, at.act) })
}

export const decideAct = async (
  context: Context,
  unit: Unit,
  id: ActId,
  input: { readonly version: number; readonly approve: boolean; readonly remark: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockAct(context, unit, id)
  const { act, document } = at
  require(mayDecideAct(unit.actor, at.facts, actCase(act, unit.today)))
  requireActVersion(act, input.version)
  if (!input.approve && input.remark === '')
    throw base.remarkNeeded({}, [{ path: 'remark', message: '请写明不同意的理由。' }])
  if (document.state !== 'in-force' && input.approve) throw refuse.actClosed()
  const decided = { decided_at: unit.now, decided_by: person, remark: input.remark }
  const clock = runningFor(at.file, 'answer', document.id)
  if (clock !== null) await at.file.book.cancel([clock], '处理已决定')
  if (!input.approve) {
    await changeAct(unit.db, id, { ...decided, state: 'rejected' })
    await at.file.book.close()
    await unit.record(actRejected, {
      ...subjectOf(at.file.application),
      // Whoever was told of a proposal is told of its end.
      ...(act.answer_until === null ? {} : { visibility: 'parties' as const }),
      payload: about(context, at, act),
    })
    return
  }
  if (act.kind === 'revocation') {
    await changeAct(unit.db, id, { ...decided, state: 'done' })
    await revoke(context, unit, at)
  } else await changeAct(unit.db, id, { ...decided, state: 'done', successor: await replace(context, unit, at) })
  await at.file.book.close()
}

const revoke = async (context: Context, unit: Unit, at: Locked): Promise<void> => {
  const ground = found(groundOf(context, at.act.ground))
  await endDocument(unit, at, ground.kind, {
    ground: ground.id,
    name: ground.name,
    basis: ground.source.basis,
    text: at.act.reason,
    on: localDateOf(unit.now),
  })
  await unit.record(certificateRevoked, {
    ...subjectOf(at.file.application),
    payload: {
      ...aboutDocument(context, at),
      groundName: ground.name.zh,
      basis: ground.source.basis,
      state: ground.kind,
    },
  })
}

/** Issues the new document; conditions, clocks and the state of the site go on with it. */
const replace = async (context: Context, unit: Unit, at: Locked): Promise<CertificateId> => {
  const { act, document, file, run } = at
  const person = requirePerson(unit.actor)
  const issued = await issueDocument(context, unit, file, run, requireItem(context, run), unit.newId<'certificate'>(), {
    outcome: document.facts.outcome,
    text: act.changes.text ?? document.facts.text,
    conditions: document.facts.conditions,
    extras: { ...noExtras, validUntil: document.valid_until },
    publishAt: null,
    instead: { of: document, kind: actWords[act.kind].zh, reason: act.reason, changes: act.changes },
  })
  const delivery = runningFor(file, 'delivery', document.id)
  if (delivery !== null) await file.book.cancel([delivery], '已由新文书代替')
  await changeCertificate(unit.db, document.id, person, unit.now, {
    state: 'replaced',
    cause: {
      ground: act.kind,
      name: actWords[act.kind],
      basis: actWords[act.kind].zh,
      text: act.reason,
      on: localDateOf(unit.now),
    },
  })
  await changeCertificate(unit.db, issued.id, person, unit.now, {
    site_state: document.site_state,
    started_on: document.started_on,
    stopped_on: document.stopped_on,
  })
  await file.book.close()
  await moveClocks(unit.db, document.id, issued.id)
  await moveConditions(unit.db, document.id, issued.id)
  await startDelivery(context, unit, file, run, issued.id)
  if (run.certificate_id === document.id)
    await changeItemRun(unit.db, run.id, person, unit.now, {
      certificate_id: issued.id,
      document_number: issued.documentNumber,
      ...(act.changes.text === undefined ? {} : { decision_text: act.changes.text }),
    })
  await unit.record(certificateReplaced, {
    ...subjectOf(file.application),
    payload: {
      ...about(context, at, act),
      newCertificateId: issued.id,
      newDocumentNumber: issued.documentNumber,
      newVerificationCode: issued.code,
    },
  })
  await unit.enqueue(certificateJob, { certificateId: issued.id })
  return issued.id
}
