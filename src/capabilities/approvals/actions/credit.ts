/** Credit records: proposed by the system, entered by a clerk, confirmed, answered, lifted. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import type { CreditRecordView } from '../contract/credit.ts'
import { creditAnswered, creditEntered, creditProposed, creditSettled } from '../contract/events-undertakings.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import * as refuseGeneral from '../model/refusals.ts'
import { creditKindWords, creditStateWords } from '../model/undertakings.ts'
import {
  type CreditFacts,
  mayAnswerCredit,
  mayDecideCredit,
  mayEnterCredit,
  mayLiftCredit,
} from '../policy/undertakings.ts'
import { isOfficer, sentence } from '../policy.ts'
import { application } from '../store/applications.ts'
import { changeCredit, creditPage, insertCredit, lockCredit } from '../store/credit.ts'
import type { CreditRecord, CreditRecordId } from '../store/undertaking-tables.ts'
import { type LockedCase, requirePerson } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'

const factsOf = (row: CreditRecord): CreditFacts => ({
  organisationId: row.organisation_id,
  organisationName: row.organisation_name,
  state: row.state,
})
/** Entries about a record that came from an application stand in its story; others under the organisation. */
const aboutOf = async (context: Context, unit: Unit, row: CreditRecord) => {
  const owner = row.application_id === null ? null : await application(unit.db, row.application_id)
  return {
    where: owner === null ? { subject: { kind: 'organisation', id: row.organisation_id as string } } : subjectOf(owner),
    facts: {
      ...(owner === null
        ? { applicationId: '', caseNumber: '', projectName: '', stage: '', stageName: '' }
        : aboutApplication(context, owner)),
      creditRecordId: row.id,
      organisationId: row.organisation_id,
      organisationName: row.organisation_name,
      kindName: creditKindWords[row.kind].zh,
    },
  }
}

/** Proposes a mark; nothing comes of it until somebody confirms it. Made from one source at most once. */
export const proposeCredit = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  input: {
    readonly kind: CreditRecord['kind']
    readonly source: 'deferral' | 'after-check'
    readonly sourceId: string
    readonly basis: string
    readonly from: LocalDate
    readonly to: LocalDate | null
  },
): Promise<void> => {
  const { application: owner } = file
  const row: Omit<CreditRecord, 'version'> = {
    id: unit.newId<'credit-record'>(),
    organisation_id: owner.applicant_id,
    organisation_name: owner.applicant_name,
    kind: input.kind,
    state: 'proposed',
    basis: input.basis,
    source: input.source,
    application_id: owner.id,
    source_id: input.sourceId,
    valid_from: input.from,
    valid_to: input.to,
    entered_at: unit.now,
    entered_by: null,
    settled_at: null,
    settled_by: null,
    settled_basis: null,
    answer: null,
    answered_at: null,
    answered_by: null,
  }
  if (!(await insertCredit(unit.db, row))) return
  const { where, facts } = await aboutOf(context, unit, { ...row, version: 0 })
  await unit.record(creditProposed, { ...where, payload: { ...facts, source: input.source } })
}

export const enterCredit = async (
  context: Context,
  unit: Unit,
  input: {
    readonly organisationId: OrganisationId
    readonly basis: string
    readonly from: LocalDate
    readonly to: LocalDate | null
  },
): Promise<CreditRecord> => {
  const person = requirePerson(unit.actor)
  const organisation = await context.people.organisation(unit.db, input.organisationId)
  if (organisation === null) throw refuse.organisationMissing()
  require(mayEnterCredit(unit.actor, { organisationId: input.organisationId, organisationName: organisation.name }))
  if (input.to !== null && input.to < input.from)
    throw refuse.creditDates({}, [{ path: 'to', message: '不能早于起始日期。' }])
  const row: CreditRecord = {
    id: unit.newId<'credit-record'>(),
    organisation_id: input.organisationId,
    organisation_name: organisation.name,
    kind: 'dishonest',
    state: 'in-force',
    version: 0,
    basis: input.basis,
    source: 'entered',
    application_id: null,
    source_id: null,
    valid_from: input.from,
    valid_to: input.to,
    entered_at: unit.now,
    entered_by: person,
    settled_at: null,
    settled_by: null,
    settled_basis: null,
    answer: null,
    answered_at: null,
    answered_by: null,
  }
  await insertCredit(unit.db, row)
  const { where, facts } = await aboutOf(context, unit, row)
  await unit.record(creditEntered, { ...where, payload: { ...facts, from: row.valid_from, to: row.valid_to } })
  return row
}

const lock = async (context: Context, unit: Unit, id: CreditRecordId, seen: number): Promise<CreditRecord> => {
  const row = await lockCredit(unit.db, id)
  if (row === null) throw refuse.creditMissing()
  if (row.version !== seen)
    throw refuseGeneral.staleVersion({
      by: row.settled_by === null ? '系统' : ((await context.people.personName(unit.db, row.settled_by)) ?? '系统'),
      at: row.settled_at ?? row.entered_at,
      current: row.version,
      seen,
    })
  return row
}
const settle = async (
  context: Context,
  unit: Unit,
  row: CreditRecord,
  state: CreditRecord['state'],
  basis: string,
): Promise<CreditRecord> => {
  const changed = await changeCredit(unit.db, row.id, {
    state,
    settled_at: unit.now,
    settled_by: requirePerson(unit.actor),
    settled_basis: basis,
  })
  const { where, facts } = await aboutOf(context, unit, changed)
  await unit.record(creditSettled, {
    ...where,
    payload: { ...facts, state, stateName: creditStateWords[state].zh },
  })
  return changed
}
export const decideCredit = async (
  context: Context,
  unit: Unit,
  id: CreditRecordId,
  input: { readonly version: number; readonly confirm: boolean; readonly basis: string },
): Promise<CreditRecord> => {
  const before = await lockCredit(unit.db, id)
  if (before === null) throw refuse.creditMissing()
  require(mayDecideCredit(unit.actor, factsOf(before)))
  const row = await lock(context, unit, id, input.version)
  return settle(context, unit, row, input.confirm ? 'in-force' : 'dismissed', input.basis)
}
export const liftCredit = async (
  context: Context,
  unit: Unit,
  id: CreditRecordId,
  input: { readonly version: number; readonly basis: string },
): Promise<CreditRecord> => {
  const before = await lockCredit(unit.db, id)
  if (before === null) throw refuse.creditMissing()
  require(mayLiftCredit(unit.actor, factsOf(before)))
  const row = await lock(context, unit, id, input.version)
  return settle(context, unit, row, 'lifted', input.basis)
}
export const answerCredit = async (
  context: Context,
  unit: Unit,
  id: CreditRecordId,
  input: { readonly version: number; readonly text: string },
): Promise<CreditRecord> => {
  const person = requirePerson(unit.actor)
  const before = await lockCredit(unit.db, id)
  if (before === null) throw refuse.creditMissing()
  require(mayAnswerCredit(unit.actor, factsOf(before)))
  const row = await lock(context, unit, id, input.version)
  const changed = await changeCredit(unit.db, row.id, {
    answer: input.text,
    answered_at: unit.now,
    answered_by: person,
  })
  const { where, facts } = await aboutOf(context, unit, changed)
  await unit.record(creditAnswered, { ...where, payload: facts })
  return changed
}

// ------------------------------------------------------------------------------------------ reading

const because = (decision: Parameters<typeof sentence>[0]): Words | null => sentence(decision)
export const viewCredit = async (
  context: Context,
  db: Database,
  actor: Actor,
  rows: readonly CreditRecord[],
): Promise<readonly CreditRecordView[]> => {
  const names = await context.people.personNames(
    db,
    rows.flatMap((row) => [row.entered_by, row.settled_by].filter((id) => id !== null)),
  )
  const officer = isOfficer(actor)
  const nameOf = (id: CreditRecord['entered_by']): string =>
    id === null ? '系统' : officer ? (names.get(id) ?? '') : '工作人员'
  return rows.map((row) => ({
    creditRecordId: row.id,
    version: row.version,
    organisationId: row.organisation_id,
    organisationName: row.organisation_name,
    kind: row.kind,
    kindName: creditKindWords[row.kind],
    state: row.state,
    stateName: creditStateWords[row.state],
    basis: row.basis,
    source: row.source,
    applicationId: row.application_id,
    from: row.valid_from,
    to: row.valid_to,
    enteredAt: row.entered_at,
    enteredBy: nameOf(row.entered_by),
    settledAt: row.settled_at,
    settledBy: row.settled_by === null ? null : nameOf(row.settled_by),
    settledBasis: row.settled_basis,
    answer: row.answer,
    answeredAt: row.answered_at,
    may: {
      decide: because(mayDecideCredit(actor, factsOf(row))),
      lift: because(mayLiftCredit(actor, factsOf(row))),
      answer: because(mayAnswerCredit(actor, factsOf(row))),
    },
  }))
}
export const listCredit = async (
  context: Context,
  db: Database,
  actor: Actor,
  query: {
    readonly state?: CreditRecord['state'] | undefined
    readonly text?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<{ rows: CreditRecordView[]; next: string | null }> => {
  if (actor.kind !== 'person') return { rows: [], next: null }
  const after = keysAs(query.after, 'instant', 'id')
  const found = await creditPage(db, {
    organisations: isOfficer(actor)
      ? null
      : actor.roles.flatMap((held) =>
          held.role === 'applicant' && held.organisationId !== undefined ? [held.organisationId] : [],
        ),
    state: query.state,
    text: query.text,
    after: after === null ? undefined : { at: after[0], id: after[1] },
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return {
    rows: [...(await viewCredit(context, db, actor, page))],
    next: found.length > query.limit && last !== undefined ? cursorOf(last.entered_at, last.id) : null,
  }
}
