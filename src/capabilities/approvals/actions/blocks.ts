/** Blocks of the form in other hands: given, filled in, ready, taken back, over. */
import { type Actor, holds } from '../../../kernel/actor.ts'
import { allowed, type Decision, refusedBecause, require } from '../../../kernel/decision.ts'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { addDays, type Instant, type LocalDate, localDateOf, startOfDay } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database, FileReply, TimerHandler, Unit } from '../../../platform/platform.ts'
import { type FormBlock, formBlocks } from '../../catalogue/contract.ts'
import { type Party, partyRoleWords } from '../../projects/contract.ts'
import {
  type BlockOverview,
  type BlockView,
  blockDelegated,
  blockEnded,
  blockReady,
  blockReopened,
  blockSaved,
  type DelegationId,
  type DelegationView,
} from '../contract/blocks.ts'
import type { Answers, ApplicationId } from '../contract.ts'
import { blockWords, type Delegation, heldBy, notReady, ownReadiness, phaseOf } from '../model/blocks.ts'
import type { MaterialNeed } from '../model/materials.ts'
import { changedFields, originsAfter } from '../model/prefill.ts'
import * as refuse from '../model/refusals/before-submission.ts'
import { documentMissing, infectedUpload } from '../model/refusals.ts'
import { maySave } from '../policy.ts'
import { type ApplicationRecord, changeApplication, documentById, documentsOf } from '../store/applications.ts'
import {
  changeDelegation,
  type DelegationRecord,
  delegation as delegationRow,
  delegationsOf,
  delegationsOfParties,
  insertDelegation,
} from '../store/blocks.ts'
import type { DocumentId } from '../store/tables.ts'
import { type CaseFile, factsOfApplication, type LockedCase, lockCase, readCase, requirePerson } from './case-file.ts'
import type { Context } from './context.ts'
import { addDocument, takeDocument } from './documents.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { faultsOf, needsOf } from './needs.ts'
import { lawDayOf } from './reconcile.ts'

/** Ends a delegation in the journal when its last day is over. Access ends by the day itself. */
export const BLOCK_TIMER = 'approvals.block-over'

const endingWords = { 'taken-back': '申请单位收回', expired: '委托期限届满', submitted: '申请已提交' } as const

const factsOf = (row: DelegationRecord): Delegation & { readonly row: DelegationRecord } => ({
  block: row.block,
  organisationId: row.organisation_id,
  organisationName: row.organisation_name,
  from: row.starts_on,
  to: row.ends_on,
  readiness: row.readiness,
  ended: row.ended_at !== null,
  row,
})
const aboutBlock = (context: Context, application: ApplicationRecord, row: DelegationRecord) => ({
  ...aboutApplication(context, application),
  delegationId: row.id,
  block: row.block,
  blockName: blockWords[row.block].zh,
  organisationName: row.organisation_name,
})
const viewOf = (row: DelegationRecord, today: LocalDate): DelegationView => ({
  delegationId: row.id,
  block: row.block,
  organisationId: row.organisation_id,
  organisationName: row.organisation_name,
  from: row.starts_on,
  to: row.ends_on,
  phase: phaseOf(factsOf(row), today),
  readiness: row.readiness,
  readyAt: row.ready_at,
  // Over by its day, even while nothing has recorded it yet.
  ending: row.ending ?? (row.ends_on < today ? 'expired' : null),
})

/** Which block each field and each material of an application belongs to. */
const placesOf = (context: Context, application: ApplicationRecord, today: LocalDate) => {
  const day = lawDayOf(context, application, today)
  const form = context.law.form(application.item_ids, day)
  const materials = context.law.materials(application.item_ids, application.guide_answers, day)
  return {
    day,
    fields: new Map(form.fields.map((field): [string, FormBlock] => [field.id, field.block])),
    materials: new Map(materials.map((each): [string, FormBlock] => [each.materialId, each.block ?? 'owner'])),
  }
}
type Places = ReturnType<typeof placesOf>
const idOf = (fault: FieldFault): string => fault.path.replace(/^(answers|materials)\./, '')
const blockOfFault = (places: Places, fault: FieldFault): FormBlock =>
  places.fields.get(idOf(fault)) ?? places.materials.get(idOf(fault)) ?? 'owner'

// ------------------------------------------------------------------------------------------------ for the applicant's own actions

/** Refuses the applicant's changes to what is in another party's hands. */
export const requireOwnBlocks = async (
  context: Context,
  unit: Unit,
  application: ApplicationRecord,
  changed: { readonly fields?: readonly string[]; readonly materials?: readonly string[] },
): Promise<void> => {
  if (application.state !== 'draft') return
  const open = (await delegationsOf(unit.db, application.id)).map(factsOf)
  if (open.length === 0) return
  const places = placesOf(context, application, unit.today)
  const faults = (['fields', 'materials'] as const).flatMap((kind) =>
    (changed[kind] ?? []).flatMap((id): readonly FieldFault[] => {
      const holder = heldBy(open, places[kind].get(id) ?? 'owner', unit.today)
      if (holder === null) return []
      return [
        {
          path: `${kind === 'fields' ? 'answers' : 'materials'}.${id}`,
          message: `已委托${holder.organisationName}填写(至${holder.to}),请先收回或恢复原值。`,
        },
      ]
    }),
  )
  if (faults.length > 0) throw refuse.blockHeld({ count: faults.length }, faults)
}
/** A submission waits for every block that is in other hands; with it, all delegations end. */
export const settleBlocks = async (context: Context, unit: Unit, application: ApplicationRecord): Promise<void> => {
  const open = (await delegationsOf(unit.db, application.id)).filter((row) => row.ended_at === null)
  const waiting = notReady(open.map(factsOf), unit.today)
  if (waiting.length > 0)
    throw refuse.blocksNotReady(
      { parties: waiting.map((each) => each.organisationName).join('、') },
      waiting.map((each) => ({
        path: `blocks.${each.block}`,
        message: `“${blockWords[each.block].zh}”由${each.organisationName}填写,尚未就绪。`,
      })),
    )
  for (const row of open) await end(context, unit, application, row, row.ends_on < unit.today ? 'expired' : 'submitted')
}
const end = async (
  context: Context,
  unit: Unit,
  application: ApplicationRecord,
  row: DelegationRecord,
  ending: keyof typeof endingWords,
): Promise<void> => {
  const by = unit.actor.kind === 'person' ? unit.actor.personId : null
  await changeDelegation(unit.db, row.id, by, unit.now, { ended_at: unit.now, ending })
  await unit.timers.cancelAll(BLOCK_TIMER, row.id)
  await unit.record(blockEnded, {
    ...subjectOf(application),
    payload: { ...aboutBlock(context, application, row), ending, endingName: endingWords[ending] },
  })
}

// ------------------------------------------------------------------------------------------------ giving and taking back

const draftOnly = (context: Context, actor: Actor, file: CaseFile): Decision =>
  file.application.state === 'draft'
    ? maySave(actor, factsOfApplication(context, file))
    : refusedBecause(refuse.draftOnly())

const fitting = (role: Party['role']): FormBlock | null => formBlocks.find((block) => block === role) ?? null

export const delegateBlock = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  block: FormBlock,
  input: { readonly organisationId: OrganisationId; readonly from: LocalDate; readonly to: LocalDate },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  const { application } = file
  require(draftOnly(context, unit.actor, file))
  if (block === 'owner') throw refuse.ownBlock()
  const places = placesOf(context, application, unit.today)
  const name = blockWords[block]
  if (![...places.fields.values(), ...places.materials.values()].includes(block))
    throw refuse.blockNotInForm({ block: name.zh })
  if (input.to < input.from || input.to < unit.today) throw refuse.delegationDays()
  const parties = await context.projects.parties(unit.db, application.project_id, unit.today)
  const party = parties.find((each) => each.organisationId === input.organisationId)
  if (party === undefined || party.organisationId === application.applicant_id) throw refuse.notParty()
  const before = (await delegationsOf(unit.db, id)).find((row) => row.block === block && row.ended_at === null)
  if (before !== undefined) {
    if (phaseOf(factsOf(before), unit.today) !== 'over')
      throw refuse.alreadyDelegated({ block: name.zh, organisation: before.organisation_name })
    await end(context, unit, application, before, 'expired')
  }
  const row = {
    id: unit.newId<'block-delegation'>(),
    application_id: id,
    block,
    organisation_id: input.organisationId,
    organisation_name: party.organisationName,
    starts_on: input.from,
    ends_on: input.to,
    readiness: 'not-started' as const,
    delegated_at: unit.now,
    delegated_by: person,
    changed_at: unit.now,
    changed_by: person,
  }
  await insertDelegation(unit.db, row)
  await unit.timers.set({
    kind: BLOCK_TIMER,
    subjectId: row.id,
    rung: input.to,
    dueAt: startOfDay(addDays(input.to, 1)),
    payload: { applicationId: id },
  })
  const full = { ...row, version: 0, ready_at: null, ready_by: null, ended_at: null, ending: null }
  await unit.record(blockDelegated, {
    ...subjectOf(application),
    payload: { ...aboutBlock(context, application, full), from: input.from, to: input.to },
  })
}

export const takeBackBlock = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  block: FormBlock,
): Promise<void> => {
  requirePerson(unit.actor)
  const file = await lockCase(context, unit, id)
  require(draftOnly(context, unit.actor, file))
  const row = (await delegationsOf(unit.db, id)).find((each) => each.block === block && each.ended_at === null)
  if (row === undefined) throw refuse.notDelegated({ block: blockWords[block].zh })
  await end(context, unit, file.application, row, row.ends_on < unit.today ? 'expired' : 'taken-back')
}

/** The last day is over: says so once. */
export const blockTimer = (context: Context): TimerHandler => ({
  kind: BLOCK_TIMER,
  fire: async (unit, timer) => {
    const seen = await delegationRow(unit.db, timer.subjectId as DelegationId)
    if (seen === null) return
    const { application } = await lockCase(context, unit, seen.application_id)
    const row = await delegationRow(unit.db, seen.id)
    if (row === null || row.ended_at !== null || row.ends_on >= unit.today) return
    await end(context, unit, application, row, 'expired')
  },
})

export const readBlocks = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<BlockOverview> => {
  const file = await readCase(context, db, id, now)
  const { application } = file
  const today = localDateOf(now)
  require(maySave(actor, factsOfApplication(context, file)))
  const places = placesOf(context, application, today)
  const documents = await documentsOf(db, id)
  const needs = needsOf(context, file, documents, places.day)
  const faults = faultsOf(context, application, needs, places.day)
  const rows = await delegationsOf(db, id)
  const parties = await context.projects.parties(db, application.project_id, today)
  const may = draftOnly(context, actor, file)
  const blocks = formBlocks.flatMap((block) => {
    const fields = [...places.fields].filter(([, owner]) => owner === block).map(([field]) => field)
    const materials = needs.filter((need) => places.materials.get(need.materialId) === block)
    if (fields.length === 0 && materials.length === 0) return []
    const open = rows.find((row) => row.block === block && phaseOf(factsOf(row), today) !== 'over')
    const faulty = faults.filter((fault) => blockOfFault(places, fault) === block).length
    const filled = fields.filter((field) => !isEmpty(application.answers[field])).length
    return [
      {
        block,
        name: blockWords[block],
        fields: fields.length,
        materials: materials.length,
        anchors: [
          ...fields.map((field) => `field:${field}`),
          ...materials.map((need) => `material:${need.materialId}`),
        ],
        faults: faulty,
        readiness: open?.readiness ?? ownReadiness(filled, faulty),
        delegation: open === undefined ? null : viewOf(open, today),
      },
    ]
  })
  return {
    applicationId: id,
    blocks,
    parties: parties
      .filter((party) => party.organisationId !== application.applicant_id)
      .map((party) => ({
        organisationId: party.organisationId,
        name: party.organisationName,
        role: partyRoleWords[party.role].zh,
        fits: fitting(party.role),
      })),
    history: rows.filter((row) => phaseOf(factsOf(row), today) === 'over').map((row) => viewOf(row, today)),
    may: { delegate: sentence(may), 'take-back': sentence(may) },
  }
}
const isEmpty = (value: Answers[string] | undefined): boolean => value === undefined || value === null || value === ''
const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)

// ------------------------------------------------------------------------------------------------ the party's side

/** Only members of the party, only between first and last day, only while the application is a draft. */
const mayFill = (actor: Actor, row: DelegationRecord, application: ApplicationRecord, today: LocalDate): Decision => {
  if (!holds(actor, 'applicant', { organisationId: row.organisation_id }))
    return refusedBecause(refuse.notDelegate({ organisation: row.organisation_name }))
  const phase = phaseOf(factsOf(row), today)
  if (phase === 'not-yet') return refusedBecause(refuse.delegationNotYet({ from: row.starts_on }))
  if (phase === 'over' || application.state !== 'draft')
    return refusedBecause(
      refuse.delegationOver({ to: row.ended_at === null ? row.ends_on : localDateOf(row.ended_at) }),
    )
  return allowed
}
interface Given {
  readonly file: LockedCase
  readonly row: DelegationRecord
  readonly places: Places
}
const lockGiven = async (context: Context, unit: Unit, id: DelegationId, seen: number | null): Promise<Given> => {
  const known = await delegationRow(unit.db, id)
  if (known === null) throw refuse.delegationMissing()
  const file = await lockCase(context, unit, known.application_id)
  const row = await delegationRow(unit.db, id)
  if (row === null) throw refuse.delegationMissing()
  require(mayFill(unit.actor, row, file.application, unit.today))
  if (seen !== null && row.version !== seen) throw refuse.delegationStale()
  return { file, row, places: placesOf(context, file.application, unit.today) }
}
const touched = async (
  context: Context,
  unit: Unit,
  { file, row }: Given,
  what: { readonly fields: readonly string[]; readonly materials: readonly string[] },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  await changeDelegation(unit.db, row.id, person, unit.now, { readiness: 'filling', ready_at: null, ready_by: null })
  await unit.record(blockSaved, {
    ...subjectOf(file.application),
    payload: {
      ...aboutBlock(context, file.application, row),
      fields: [...what.fields],
      materials: [...what.materials],
    },
  })
}

export const saveBlock = async (
  context: Context,
  unit: Unit,
  id: DelegationId,
  input: { readonly version: number; readonly answers: Answers },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const given = await lockGiven(context, unit, id, input.version)
  const { application } = given.file
  const outside = Object.keys(input.answers).filter((field) => given.places.fields.get(field) !== given.row.block)
  if (outside.length > 0)
    throw refuse.outsideBlock(
      {},
      outside.map((field) => ({ path: `answers.${field}`, message: '不属于委托填写的部分。' })),
    )
  const answers = { ...application.answers, ...input.answers }
  const fields = changedFields(application.answers, answers)
  if (fields.length === 0) return
  const label = given.row.organisation_name
  const origins = originsAfter(application.origins, application.answers, answers, unit.now)
  await changeApplication(unit.db, application.id, person, unit.now, {
    answers,
    origins: Object.fromEntries(
      Object.entries(origins).map(([field, origin]) => [
        field,
        fields.includes(field) ? { ...origin, label: `${label}填写` } : origin,
      ]),
    ),
  })
  await touched(context, unit, given, { fields, materials: [] })
}

const requireInBlock = (given: Given, materialId: string): void => {
  if (given.places.materials.get(materialId) !== given.row.block) throw refuse.outsideBlock()
}
export const attachToBlock = async (
  context: Context,
  unit: Unit,
  id: DelegationId,
  input: { readonly materialId: string; readonly uploadId: string },
): Promise<void> => {
  const given = await lockGiven(context, unit, id, null)
  requireInBlock(given, input.materialId)
  await addDocument(context, unit, given.file, input)
  await touched(context, unit, given, { fields: [], materials: [input.materialId] })
}
export const detachFromBlock = async (
  context: Context,
  unit: Unit,
  id: DelegationId,
  documentId: DocumentId,
): Promise<void> => {
  const given = await lockGiven(context, unit, id, null)
  const document = await documentById(unit.db, given.file.application.id, documentId)
  if (document === null || document.removed_at !== null) throw documentMissing()
  requireInBlock(given, document.material_id)
  await takeDocument(context, unit, given.file, document)
  await touched(context, unit, given, { fields: [], materials: [document.material_id] })
}

export const setBlockReadiness = async (
  context: Context,
  unit: Unit,
  id: DelegationId,
  input: { readonly version: number; readonly ready: boolean },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const given = await lockGiven(context, unit, id, input.version)
  const { application } = given.file
  if (input.ready) {
    const faults = (await contentOf(context, unit.db, given.file, given.row, given.places)).faults
    if (faults.length > 0) throw refuse.blockFaulty({ count: faults.length }, faults)
  }
  await changeDelegation(unit.db, id, person, unit.now, {
    readiness: input.ready ? 'ready' : 'filling',
    ready_at: input.ready ? unit.now : null,
    ready_by: input.ready ? person : null,
  })
  await unit.record(input.ready ? blockReady : blockReopened, {
    ...subjectOf(application),
    payload: aboutBlock(context, application, given.row),
  })
}

const contentOf = async (
  context: Context,
  db: Database,
  file: CaseFile,
  row: DelegationRecord,
  places: Places,
): Promise<{ readonly needs: readonly MaterialNeed[]; readonly faults: readonly FieldFault[] }> => {
  const documents = await documentsOf(db, row.application_id)
  const all = needsOf(context, file, documents, places.day)
  return {
    needs: all.filter((need) => places.materials.get(need.materialId) === row.block),
    faults: faultsOf(context, file.application, all, places.day).filter(
      (fault) => blockOfFault(places, fault) === row.block,
    ),
  }
}
export const readBlock = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: DelegationId,
  now: Instant,
): Promise<BlockView> => {
  const row = await delegationRow(db, id)
  if (row === null) throw refuse.delegationMissing()
  const file = await readCase(context, db, row.application_id, now)
  const { application } = file
  const today = localDateOf(now)
  require(mayFill(actor, row, application, today))
  const places = placesOf(context, application, today)
  const { needs, faults } = await contentOf(context, db, file, row, places)
  const own = new Set(needs.map((need) => need.materialId))
  const documents = (await documentsOf(db, application.id)).filter((document) => own.has(document.material_id))
  return {
    delegation: viewOf(row, today),
    version: row.version,
    name: blockWords[row.block],
    caseNumber: application.case_number,
    projectName: application.project_name,
    applicantName: application.applicant_name,
    stageName: context.law.stage(application.stage, places.day)?.name ?? {
      zh: application.stage,
      en: application.stage,
    },
    sections: context.law
      .sections(application.item_ids, places.day)
      .map((section) => ({
        ...section,
        fields: section.fields.filter((field) => places.fields.get(field.id) === row.block),
      }))
      .filter((section) => section.fields.length > 0),
    answers: Object.fromEntries(
      Object.entries(application.answers).filter(([field]) => places.fields.get(field) === row.block),
    ),
    materials: needs.map((need) => ({ ...need, usedBy: [...need.usedBy] })),
    documents: documents.map((document) => ({
      documentId: document.id,
      materialId: document.material_id,
      fileName: document.file_name,
      sizeBytes: document.size_bytes,
      mediaType: document.media_type,
      sha256: document.sha256,
      scan: document.scan,
      addedAt: document.added_at,
    })),
    faults: faults.map((fault) => ({ ...fault })),
    may: {
      ready:
        row.readiness === 'ready' || faults.length === 0
          ? null
          : refuse.blockFaulty({ count: faults.length }).refusal.sentence,
    },
  }
}
export const readBlockDocument = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: DelegationId,
  documentId: DocumentId,
  now: Instant,
): Promise<FileReply> => {
  const view = await readBlock(context, db, actor, id, now)
  const document = view.documents.find((each) => each.documentId === documentId)
  if (document === undefined) throw documentMissing()
  if (document.scan === 'infected') throw infectedUpload({ file: document.fileName })
  return { fileName: document.fileName, content: await context.platform.files.open(document.sha256) }
}
export const listMyBlocks = async (context: Context, db: Database, actor: Actor, now: Instant) => {
  const today = localDateOf(now)
  const own =
    actor.kind === 'person'
      ? actor.roles.flatMap((held) =>
          held.role === 'applicant' && held.organisationId !== undefined ? [held.organisationId] : [],
        )
      : []
  const rows = await delegationsOfParties(db, own, today)
  const files = new Map<ApplicationId, CaseFile>()
  for (const row of rows)
    if (!files.has(row.application_id))
      files.set(row.application_id, await readCase(context, db, row.application_id, now))
  return rows.flatMap((row) => {
    const application = files.get(row.application_id)?.application
    if (application === undefined || application.state !== 'draft') return []
    return [
      {
        delegation: viewOf(row, today),
        name: blockWords[row.block],
        caseNumber: application.case_number,
        projectName: application.project_name,
        applicantName: application.applicant_name,
        stageName: context.law.stage(application.stage, today)?.name ?? {
          zh: application.stage,
          en: application.stage,
        },
      },
    ]
  })
}
