/** Remedy cases: lodged, admitted, heard, and what comes of them for the decision. */
import { require } from '../../../../kernel/decision.ts'
import { type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { RemedyCaseId } from '../../contract/after.ts'
import { remedyLodged, remedyMoved } from '../../contract/events-after.ts'
import type { CertificateId } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { remedyKindWords, remedyStateWords } from '../../model/after-words.ts'
import * as base from '../../model/refusals.ts'
import {
  kindOfTerm,
  lastDayOf,
  openRemedyStates,
  type RemedyKind,
  type RemedyState,
  type RemedyTerm,
  remedyLife,
} from '../../model/remedies.ts'
import { mayLodgeRemedy, mayMoveRemedy } from '../../policy/after.ts'
import { changeRemedy, insertRemedy, ownerOf, type RemedyRecord, remediesOf } from '../../store/after.ts'
import type { CertificateRecord } from '../../store/certificates.ts'
import { personOf, requirePerson, requireVersion } from '../case-file.ts'
import type { Context } from '../context.ts'
import { subjectOf } from '../event-facts.ts'
import { aboutDocument, found, lockDocument } from './case.ts'
import { annul } from './ending.ts'

/** The ways open against a document, with their last days as far as they can be told. */
export const windowsOf = (
  context: Context,
  document: CertificateRecord,
): readonly { readonly term: RemedyTerm; readonly kind: RemedyKind | null; readonly lastDay: LocalDate | null }[] =>
  (document.facts.remedies ?? []).map((term) => ({
    term,
    kind: kindOfTerm(term),
    lastDay: document.delivery === null ? null : lastDayOf(term, document.delivery.on, context.calendars().current),
  }))

export interface LodgeInput {
  readonly kind: RemedyKind
  readonly lodgedOn: LocalDate
  readonly body: string
  readonly bodyNumber: string
  readonly claim: string
}
export const lodgeRemedy = async (
  context: Context,
  unit: Unit,
  id: CertificateId,
  input: LodgeInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const at = await lockDocument(context, unit, id)
  require(mayLodgeRemedy(unit.actor, at.facts))
  const window = windowsOf(context, at.document).find((each) => each.kind === input.kind)
  if (window === undefined) throw refuse.noSuchRemedy()
  if (input.lodgedOn > unit.today || input.lodgedOn < localDateOf(at.document.created_at))
    throw refuse.lodgedDayFaulty({}, [{ path: 'lodgedOn', message: '请更正日期。' }])
  const cases = (await remediesOf(unit.db, at.file.application.id)).filter((row) => row.certificate_id === id)
  if (cases.some((row) => row.kind === input.kind && openRemedyStates.includes(row.state)))
    throw refuse.remedyOpen({ kind: remedyKindWords[input.kind].zh })
  const remedyCaseId = unit.newId<'remedy-case'>()
  const late = window.lastDay !== null && input.lodgedOn > window.lastDay
  await insertRemedy(unit.db, {
    id: remedyCaseId,
    certificate_id: id,
    application_id: at.file.application.id,
    department: at.run.department,
    kind: input.kind,
    state: 'lodged',
    lodged_on: input.lodgedOn,
    late,
    body: input.body,
    body_number: input.bodyNumber,
    claim: input.claim,
    steps: [],
    changed_at: unit.now,
    changed_by: person,
  })
  await unit.record(remedyLodged, {
    ...subjectOf(at.file.application),
    payload: {
      ...aboutDocument(context, at),
      remedyCaseId,
      kind: input.kind,
      kindName: remedyKindWords[input.kind].zh,
      lodgedOn: input.lodgedOn,
      late,
    },
  })
}

/** Writes down the next step of a case. An annulment ends the decision and opens the item again. */
export const moveRemedy = async (
  context: Context,
  unit: Unit,
  id: RemedyCaseId,
  input: {
    readonly version: number
    readonly to: RemedyState
    readonly text: string
    readonly suspends: boolean
  },
): Promise<void> => {
  const applicationId = found(await ownerOf.remedy(unit.db, id))
  const before = found((await remediesOf(unit.db, applicationId)).find((row) => row.id === id))
  const at = await lockDocument(context, unit, before.certificate_id)
  const row: RemedyRecord = found((await remediesOf(unit.db, applicationId)).find((each) => each.id === id))
  require(mayMoveRemedy(unit.actor, at.facts, row.state))
  await requireVersion(context, unit, row, input.version)
  if (input.to !== row.state && !remedyLife.leads(row.state, input.to))
    throw refuse.remedyStep({ state: remedyStateWords[row.state].zh, to: remedyStateWords[input.to].zh })
  // The same state again only changes whether the effect of the decision is suspended.
  if (input.to === row.state && input.suspends === row.suspends)
    throw refuse.remedyStep({ state: remedyStateWords[row.state].zh, to: remedyStateWords[input.to].zh })
  if ((input.to === 'annulled' || input.to === 'changed') && at.document.state === 'replaced')
    throw base.stateMoved({
      state: '已被新文书代替',
      stateEn: 'replaced',
      action: '登记该结果,请对代替它的文书登记',
    })
  const closed = !openRemedyStates.includes(input.to)
  const suspends = input.suspends && !closed
  await changeRemedy(unit.db, id, personOf(unit.actor), unit.now, {
    state: input.to,
    suspends,
    steps: [...row.steps, { to: input.to, text: input.text, at: unit.now, by: personOf(unit.actor) }],
  })
  await unit.record(remedyMoved, {
    ...subjectOf(at.file.application),
    payload: {
      ...aboutDocument(context, at),
      remedyCaseId: id,
      kind: row.kind,
      kindName: remedyKindWords[row.kind].zh,
      to: input.to,
      toName: `${remedyStateWords[input.to].zh}${suspends ? ',决定停止执行' : ''}`,
      suspends,
    },
  })
  if (input.to === 'annulled' && at.document.state === 'in-force')
    await annul(context, unit, at, { remedyCaseId: id, kind: row.kind, text: input.text })
}
