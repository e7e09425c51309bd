/** Editions: drafted, changed, published by another person, withdrawn before their day. */
import { createHash } from 'node:crypto'
import type { Actor } from '../../../kernel/actor.ts'
import { type Decision, require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { defineRefusal } from '../../../kernel/refusal.ts'
import { addDays, type LocalDate, wallClock } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import { errorMap } from '../../../platform/http/field-faults.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import {
  type EditionId,
  type EditionRow,
  type EditionView,
  editionChanged,
  editionDiscarded,
  editionDrafted,
  editionPublished,
  editionWithdrawn,
  formLoaded,
} from '../contract/editions.ts'
import type { CatalogueFault } from '../model/check.ts'
import { differences } from '../model/difference.ts'
import { canonicalJson } from '../model/digest.ts'
import {
  checkEdition,
  type Edition,
  type EditionInput,
  type EditionKind,
  formOn,
  overlay,
  type Read,
  readEdition,
  standingOf,
} from '../model/editions.ts'
import type { FormFile } from '../model/form.ts'
import { type CatalogueData, formFileSchema, itemVersionSchema } from '../model/schema.ts'
import type { HeldVersion } from '../model/versions.ts'
import { type EditionFacts, mayDraftEdition, mayPublishEdition, maySaveEdition, mayWithdrawEdition } from '../policy.ts'
import type { LoadedCatalogue } from '../reader.ts'
import {
  changeEdition,
  type EditionRecord,
  edition as editionRow,
  editions as editionRows,
  insertEdition,
  lockEdition,
  lockEditions,
  newestStamp,
  nextStamp,
  publishedBefore,
  publishedEditions,
} from '../store/editions.ts'

export const editionMissing = defineRefusal('missing', 'catalogue.edition-missing', {
  zh: '没有找到这个版本,请从版本列表重新进入。',
  en: 'There is no such version; open it from the list again.',
})
export const editionFaulty = defineRefusal('invalid', 'catalogue.edition-faulty', {
  zh: '新版本有 {count} 处问题,请按列出的位置改正后再试。',
  en: 'The new version has {count} faults; correct them where they are listed.',
})
export const editionStale = defineRefusal('conflict', 'catalogue.edition-stale', {
  zh: '这个版本在 {at} 已被他人修改,请刷新后核对再保存;您填写的内容仍在页面上。',
  en: 'Somebody changed this version at {at}. Reload and compare; your text is still on the page.',
})
export const subjectMissing = defineRefusal('missing', 'catalogue.subject-missing', {
  zh: '服务清单里没有“{subject}”,请从现有事项中选择。',
  en: 'There is no “{subject}” in the catalogue; choose an existing item.',
})
export const dayTaken = defineRefusal('conflict', 'catalogue.day-taken', {
  zh: '同一事项已有自 {from} 起施行的版本。请先撤回它,或者改用另一天。',
  en: 'Another version of the same subject begins on {from}. Withdraw it first or choose another day.',
})

const hashOf = (content: unknown): string | null =>
  content === null ? null : createHash('sha256').update(canonicalJson(content)).digest('hex')

/** A stored edition as the rules see it. Items keep the id under which they are served. */
export const editionOf = (row: EditionRecord): Edition => {
  if (row.kind === 'form')
    return { kind: 'form', from: row.valid_from, order: row.stamp, form: formFileSchema.parse(row.content) }
  const from = row.valid_from as LocalDate
  if (row.kind === 'retirement') return { kind: 'retirement', subject: row.subject, from, order: row.stamp }
  const item = itemVersionSchema.parse(row.content)
  return {
    kind: 'item',
    subject: row.subject,
    from,
    order: row.stamp,
    item: row.served_id === null ? item : { ...item, versionId: row.served_id },
  }
}
/** The same with the id of the data: the check compares it with the first day. */
const checkedEditionOf = (row: EditionRecord): Edition => {
  const edition = editionOf(row)
  return edition.kind === 'item'
    ? { ...edition, item: { ...edition.item, versionId: `${edition.subject}@${edition.from}` } }
    : edition
}

/** Reads what is published and lays it over the files. */
export const loadEditions = async (
  db: Database,
  data: CatalogueData,
  held: readonly HeldVersion[],
): Promise<LoadedCatalogue> => {
  const stamp = await newestStamp(db)
  const published = (await publishedEditions(db)).map(editionOf)
  return {
    data,
    files: held,
    held: overlay(held, published),
    forms: published.filter((edition) => edition.kind === 'form'),
    stamp,
  }
}
/** The catalogue as it would be with editions that are not published yet. */
export const withTrial = async (
  db: Database,
  loaded: LoadedCatalogue,
  ids: readonly EditionId[],
): Promise<LoadedCatalogue> => {
  const published = await publishedEditions(db)
  const tried: Edition[] = []
  for (const id of ids) {
    const row = await editionRow(db, id)
    if (row === null || row.state === 'withdrawn') throw editionMissing()
    if (row.state === 'draft') tried.push({ ...editionOf(row), order: Number.MAX_SAFE_INTEGER })
  }
  const all = [...published.map(editionOf), ...tried]
  return { ...loaded, held: overlay(loaded.files, all), forms: all.filter((edition) => edition.kind === 'form') }
}

/** Keeps the text of the form of the files: the first holds since ever, a changed one from the day it was loaded. */
export const loadForm = async (unit: Unit, form: FormFile): Promise<void> => {
  await lockEditions(unit.db)
  const known = (await publishedEditions(unit.db)).filter((row) => row.kind === 'form' && row.source === 'file')
  const hash = hashOf(form) ?? ''
  if (known.at(-1)?.hash === hash) return
  const from = known.length === 0 ? null : unit.today
  await insertEdition(unit.db, {
    id: unit.newId<'edition'>(),
    kind: 'form',
    subject: 'form',
    source: 'file',
    state: 'published',
    valid_from: from,
    content: form,
    hash,
    served_id: null,
    note: '',
    author: null,
    created_at: unit.now,
    changed_at: unit.now,
    publisher: null,
    published_at: unit.now,
    stamp: await nextStamp(unit.db),
  })
  await unit.record(formLoaded, { subject: { kind: 'catalogue-form', id: 'form' }, payload: { hash, from } })
}

// ------------------------------------------------------------------------------------------------ reading

const names: Readonly<Record<'form', Words>> = { form: { zh: '一张表单', en: 'The one form' } }
const nameOf = (loaded: LoadedCatalogue, row: EditionRecord): Words => {
  if (row.kind === 'form') return names.form
  const known = loaded.held.find(({ item }) => item.itemId === row.subject)?.item.name
  const own = row.kind === 'item' ? itemVersionSchema.parse(row.content).name : known
  const name = own ?? { zh: row.subject, en: row.subject }
  return row.kind === 'retirement' ? { zh: `取消事项:${name.zh}`, en: `Retirement: ${name.en}` } : name
}
const replacedFrom = (row: EditionRecord, published: readonly EditionRecord[]): LocalDate | null =>
  published
    .filter(
      (other) =>
        other.subject === row.subject &&
        other.id !== row.id &&
        other.valid_from !== null &&
        (other.valid_from > (row.valid_from ?? '') || (other.valid_from === row.valid_from && other.stamp > row.stamp)),
    )
    .reduce<LocalDate | null>(
      (first, other) => (first === null || (other.valid_from ?? first) < first ? other.valid_from : first),
      null,
    )
const factsOf = (row: EditionRecord, published: readonly EditionRecord[], today: LocalDate): EditionFacts => ({
  standing: standingOf({ state: row.state, from: row.valid_from }, replacedFrom(row, published), today),
  author: row.author,
  from: row.valid_from,
  today,
})
export type NamesOf = (ids: readonly PersonId[]) => Promise<ReadonlyMap<PersonId, string>>

const rowView = (
  loaded: LoadedCatalogue,
  row: EditionRecord,
  facts: EditionFacts,
  people: ReadonlyMap<PersonId, string>,
): EditionRow => ({
  editionId: row.id,
  kind: row.kind,
  subject: row.subject,
  name: nameOf(loaded, row),
  standing: facts.standing,
  from: row.valid_from,
  note: row.note,
  author: row.author === null ? '' : (people.get(row.author) ?? ''),
  publisher: row.publisher === null ? null : (people.get(row.publisher) ?? ''),
  changedAt: row.changed_at,
  publishedAt: row.published_at,
})
const peopleOf = (rows: readonly EditionRecord[]): readonly PersonId[] => [
  ...new Set(rows.flatMap((row) => [row.author, row.publisher].filter((id) => id !== null))),
]
export const listEditions = async (
  db: Database,
  loaded: LoadedCatalogue,
  today: LocalDate,
  namesOf: NamesOf,
): Promise<EditionRow[]> => {
  const rows = await editionRows(db)
  const published = await publishedEditions(db)
  const people = await namesOf(peopleOf(rows))
  return rows.map((row) => rowView(loaded, row, factsOf(row, published, today), people))
}
const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)

export const viewEdition = async (
  db: Database,
  loaded: LoadedCatalogue,
  actor: Actor,
  id: EditionId,
  today: LocalDate,
  namesOf: NamesOf,
): Promise<EditionView> => {
  const row = await editionRow(db, id)
  if (row === null) throw editionMissing()
  const published = await publishedEditions(db)
  const facts = factsOf(row, published, today)
  const others = published.filter((other) => other.id !== id)
  const before = baseOf(loaded, others, row)
  const faults =
    row.state === 'draft' ? checkEdition(loaded.data, others.map(checkedEditionOf), checkedEditionOf(row)) : []
  return {
    ...rowView(loaded, row, facts, await namesOf(peopleOf([row]))),
    version: row.version,
    content: row.content,
    endedReason: row.ended_reason,
    before: before === null ? null : { versionId: before.versionId, from: before.from },
    differences:
      row.kind === 'retirement'
        ? []
        : differences(comparable(before?.content), comparable(row.content)).map((one) => ({ ...one })),
    faults: faults.map((fault) => ({ ...fault })),
    may: {
      save: sentence(maySaveEdition(actor, facts)),
      publish:
        sentence(mayPublishEdition(actor, facts)) ??
        (faults.length > 0 ? editionFaulty({ count: faults.length }).refusal.sentence : null),
      withdraw: sentence(mayWithdrawEdition(actor, facts)),
    },
  }
}
/** Ids and days differ in every version: they are no difference of the text. */
const comparable = (content: unknown): unknown => {
  if (typeof content !== 'object' || content === null || !('versionId' in content)) return content
  return { ...content, versionId: undefined, validFrom: undefined, validTo: undefined }
}
interface Base {
  readonly versionId: string
  readonly from: LocalDate | null
  readonly content: unknown
}
/** The text that holds on the day before an edition begins. */
const baseOf = (loaded: LoadedCatalogue, others: readonly EditionRecord[], row: EditionRecord): Base | null => {
  const day = row.valid_from === null ? null : addDays(row.valid_from, -1)
  if (row.kind === 'form') {
    const forms = others.map(editionOf).filter((edition) => edition.kind === 'form')
    if (forms.length === 0) return null
    return { versionId: 'form', from: null, content: formOn(forms, day) }
  }
  const item = overlay(loaded.files, others.map(editionOf)).find(
    (version) =>
      version.inUse &&
      version.item.itemId === row.subject &&
      (day === null || version.item.validFrom === null || version.item.validFrom <= day) &&
      (day === null || version.item.validTo === null || day <= version.item.validTo),
  )?.item
  return item === undefined ? null : { versionId: item.versionId, from: item.validFrom, content: item }
}

// ------------------------------------------------------------------------------------------------ commands

const aboutEdition = (loaded: LoadedCatalogue, row: EditionRecord) => ({
  editionId: row.id,
  editionKind: row.kind,
  subject: row.subject,
  name: nameOf(loaded, row).zh,
  from: row.valid_from ?? '',
})
const subjectOf = (row: EditionRecord) => ({
  subject: { kind: row.kind === 'form' ? 'catalogue-form' : 'catalogue-item', id: row.subject },
})
const requireRead = (read: Read): Extract<Read, { ok: true }> => {
  if (!read.ok)
    throw editionFaulty(
      { count: read.faults.length },
      read.faults.map((fault) => ({ path: `content.${fault.where}`, message: `${fault.where}: ${fault.what}` })),
    )
  return read
}
const requirePerson = (actor: Actor): PersonId => {
  require(mayDraftEdition(actor))
  if (actor.kind !== 'person') throw editionMissing()
  return actor.personId
}

export interface NewEdition extends EditionInput {
  readonly note: string
}
export const draftEdition = async (unit: Unit, loaded: LoadedCatalogue, input: NewEdition): Promise<EditionId> => {
  const person = requirePerson(unit.actor)
  const subject = input.kind === 'form' ? 'form' : input.subject
  if (input.kind !== 'form' && !loaded.held.some(({ item }) => item.itemId === subject))
    throw subjectMissing({ subject })
  const { content } = requireRead(readEdition({ ...input, subject }, errorMap('zh')))
  const row: Omit<EditionRecord, 'version' | 'ended_by' | 'ended_reason'> = {
    id: unit.newId<'edition'>(),
    kind: input.kind,
    subject,
    source: 'desk',
    state: 'draft',
    valid_from: input.from,
    content,
    hash: hashOf(content),
    served_id: null,
    note: input.note,
    author: person,
    created_at: unit.now,
    changed_at: unit.now,
    publisher: null,
    published_at: null,
    stamp: 0,
  }
  await insertEdition(unit.db, row)
  const full = { ...row, version: 0, ended_by: null, ended_reason: null }
  await unit.record(editionDrafted, {
    ...subjectOf(full),
    payload: { ...aboutEdition(loaded, full), hash: row.hash },
  })
  return row.id
}

const locked = async (unit: Unit, id: EditionId, seen: number): Promise<EditionRecord> => {
  const row = await lockEdition(unit.db, id)
  if (row === null) throw editionMissing()
  if (row.version !== seen) throw editionStale({ at: wallClock(row.changed_at) })
  return row
}

export const saveEdition = async (
  unit: Unit,
  loaded: LoadedCatalogue,
  id: EditionId,
  input: { readonly version: number; readonly from: LocalDate; readonly content: unknown; readonly note: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const row = await locked(unit, id, input.version)
  require(maySaveEdition(unit.actor, factsOf(row, await publishedEditions(unit.db), unit.today)))
  const { content } = requireRead(
    readEdition({ kind: row.kind, subject: row.subject, from: input.from, content: input.content }, errorMap('zh')),
  )
  const changes = {
    valid_from: input.from,
    content,
    hash: hashOf(content),
    note: input.note,
    // Whoever wrote the last word is the author: the other one may publish.
    author: person,
  }
  await changeEdition(unit.db, id, unit.now, changes)
  await unit.record(editionChanged, {
    ...subjectOf(row),
    payload: { ...aboutEdition(loaded, { ...row, ...changes }), hash: changes.hash },
  })
}

export const publishEdition = async (
  unit: Unit,
  loaded: LoadedCatalogue,
  id: EditionId,
  seen: number,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  await lockEditions(unit.db)
  const row = await locked(unit, id, seen)
  const published = await publishedEditions(unit.db)
  require(mayPublishEdition(unit.actor, factsOf(row, published, unit.today)))
  const from = row.valid_from as LocalDate
  if (published.some((other) => other.source === 'desk' && other.subject === row.subject && other.valid_from === from))
    throw dayTaken({ from })
  const faults: readonly CatalogueFault[] = checkEdition(
    loaded.data,
    published.map(checkedEditionOf),
    checkedEditionOf(row),
  )
  if (faults.length > 0)
    throw editionFaulty(
      { count: faults.length },
      faults.map((fault) => ({ path: `content.${fault.where}`, message: `${fault.where}: ${fault.what}` })),
    )
  const count = await publishedBefore(unit.db, row.subject, from)
  // '~' keeps it apart from the revisions of the files ('#2').
  const servedId = `${row.subject}@${from}~${count + 1}`
  await changeEdition(unit.db, id, unit.now, {
    state: 'published',
    served_id: servedId,
    publisher: person,
    published_at: unit.now,
    stamp: await nextStamp(unit.db),
  })
  await unit.record(editionPublished, {
    ...subjectOf(row),
    payload: { ...aboutEdition(loaded, row), hash: row.hash, versionId: servedId, note: row.note },
  })
}

export const withdrawEdition = async (
  unit: Unit,
  loaded: LoadedCatalogue,
  id: EditionId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  await lockEditions(unit.db)
  const row = await locked(unit, id, input.version)
  require(mayWithdrawEdition(unit.actor, factsOf(row, await publishedEditions(unit.db), unit.today)))
  await changeEdition(unit.db, id, unit.now, {
    state: 'withdrawn',
    ended_by: person,
    ended_reason: input.reason,
    stamp: await nextStamp(unit.db),
  })
  await unit.record(row.state === 'draft' ? editionDiscarded : editionWithdrawn, {
    ...subjectOf(row),
    payload: { ...aboutEdition(loaded, row), reason: input.reason },
  })
}

export const editionBase = (
  loaded: LoadedCatalogue,
  input: { readonly kind: Exclude<EditionKind, 'retirement'>; readonly subject: string; readonly day: LocalDate },
): unknown => {
  if (input.kind === 'form') return formOn(loaded.forms, input.day)
  const found = loaded.held.find(
    ({ inUse, item }) =>
      inUse &&
      item.itemId === input.subject &&
      (item.validFrom === null || item.validFrom <= input.day) &&
      (item.validTo === null || input.day <= item.validTo),
  )
  if (found === undefined) throw subjectMissing({ subject: input.subject })
  return { ...found.item, validTo: null }
}
