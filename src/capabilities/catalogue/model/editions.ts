/**
 * Editions: versions that an administrator brings in beside the reviewed files. A text holds from its first day (a day in
 * Shanghai) until the day before the next one begins; nothing has to run at midnight, because the day decides.
 */
import type { z } from 'zod'
import { addDays, type LocalDate } from '../../../kernel/time.ts'
import { type CatalogueFault, checkCatalogue } from './check.ts'
import type { FormFile } from './form.ts'
import { type CatalogueData, formFileSchema, type ItemVersion, itemVersionSchema } from './schema.ts'
import type { HeldVersion } from './versions.ts'

export const editionKinds = ['item', 'form', 'retirement'] as const
export type EditionKind = (typeof editionKinds)[number]
/** draft 草稿 · scheduled 已发布待生效 · in-force 现行 · superseded 已被替代 · withdrawn 已撤回 */
export type EditionStanding = 'draft' | 'scheduled' | 'in-force' | 'superseded' | 'withdrawn'

/** An edition as the rules see it; `order` tells which of two with the same first day came later. */
export type Edition =
  | {
      readonly kind: 'item'
      readonly subject: string
      readonly from: LocalDate
      readonly order: number
      readonly item: ItemVersion
    }
  | { readonly kind: 'retirement'; readonly subject: string; readonly from: LocalDate; readonly order: number }
  | { readonly kind: 'form'; readonly from: LocalDate | null; readonly order: number; readonly form: FormFile }

interface Start {
  readonly from: LocalDate | null
  readonly order: number
  /** Null: nothing holds from here on. */
  readonly version: HeldVersion | null
}
const earlier = (a: Start, b: Start): number =>
  a.from === b.from ? a.order - b.order : (a.from ?? '') < (b.from ?? '') ? -1 : 1
const least = (a: LocalDate | null, b: LocalDate | null): LocalDate | null =>
  a === null ? b : b === null || a < b ? a : b

/** Each text ends where the next begins; one that begins on the same day as a later one is out of use. */
const chain = (starts: readonly Start[]): readonly HeldVersion[] => {
  const ordered = [...starts].sort(earlier)
  return ordered.flatMap((start, index): readonly HeldVersion[] => {
    if (start.version === null) return []
    const next = ordered[index + 1]
    if (next === undefined) return [start.version]
    if (next.from === start.from) return [{ ...start.version, inUse: false }]
    const end = next.from === null ? null : addDays(next.from, -1)
    const { item } = start.version
    return [{ ...start.version, item: { ...item, validTo: least(item.validTo, end) } }]
  })
}

/** Lays the published editions over the versions of the files. Versions out of use stay readable as they are. */
export const overlay = (held: readonly HeldVersion[], editions: readonly Edition[]): readonly HeldVersion[] => {
  const touched = new Set(editions.flatMap((edition) => (edition.kind === 'form' ? [] : [edition.subject])))
  const apart = held.filter((version) => !version.inUse || !touched.has(version.item.itemId))
  const chained = [...touched].flatMap((itemId) =>
    chain([
      ...held
        .filter((version) => version.inUse && version.item.itemId === itemId)
        .map((version): Start => ({ from: version.item.validFrom, order: -1, version })),
      ...editions.flatMap((edition): readonly Start[] => {
        if (edition.kind === 'form' || edition.subject !== itemId) return []
        const version = edition.kind === 'item' ? { item: edition.item, inUse: true } : null
        return [{ from: edition.from, order: edition.order, version }]
      }),
    ]),
  )
  return [...apart, ...chained]
}

export type FormEdition = Extract<Edition, { kind: 'form' }>
/** The form that holds on a day; without a day, the newest. Throws an Error when there is none at all. */
export const formOn = (forms: readonly FormEdition[], day: LocalDate | null): FormFile => {
  const [best] = forms
    .filter((form) => day === null || form.from === null || form.from <= day)
    .sort((a, b) => (a.from === b.from ? b.order - a.order : (a.from ?? '') < (b.from ?? '') ? 1 : -1))
  if (best === undefined) throw new Error('no form is held')
  return best.form
}

export type Read =
  | { readonly ok: true; readonly edition: Edition; readonly content: ItemVersion | FormFile | null }
  | { readonly ok: false; readonly faults: readonly CatalogueFault[] }
/** What somebody wants to bring in, as it came. */
export interface EditionInput {
  readonly kind: EditionKind
  readonly subject: string
  readonly from: LocalDate
  readonly content: unknown
}

/**
 * Reads the content of an edition; the shape is checked, first day and version id are set from `from`. `error` gives the
 * sentences of faults of shape.
 */
export const readEdition = (input: EditionInput, error: z.core.$ZodErrorMap, order = Number.MAX_SAFE_INTEGER): Read => {
  const { kind, subject, from } = input
  if (kind === 'retirement') return { ok: true, edition: { kind, subject, from, order }, content: null }
  const raw = typeof input.content === 'object' && input.content !== null ? input.content : {}
  if (kind === 'form') {
    const parsed = formFileSchema.safeParse(raw, { error })
    return parsed.success
      ? { ok: true, edition: { kind, from, order, form: parsed.data }, content: parsed.data }
      : { ok: false, faults: shapeFaults(parsed.error.issues) }
  }
  const parsed = itemVersionSchema.safeParse({ ...raw, versionId: `${subject}@${from}`, validFrom: from }, { error })
  if (!parsed.success) return { ok: false, faults: shapeFaults(parsed.error.issues) }
  if (parsed.data.itemId !== subject)
    return {
      ok: false,
      faults: [{ where: 'itemId', what: `是 ${parsed.data.itemId},但本版本属于 ${subject}` }],
    }
  return { ok: true, edition: { kind, subject, from, order, item: parsed.data }, content: parsed.data }
}
const shapeFaults = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): readonly CatalogueFault[] =>
  issues.slice(0, 100).map((issue) => ({ where: issue.path.map(String).join('.') || 'content', what: issue.message }))

/** The data of the files with editions laid over them: what would be served. Version ids are those of the data. */
export const dataWith = (data: CatalogueData, editions: readonly Edition[]): CatalogueData => {
  const forms = editions.filter((edition) => edition.kind === 'form')
  return {
    ...data,
    items: overlay(
      data.items.map((item) => ({ item, inUse: true })),
      editions,
    )
      .filter((version) => version.inUse)
      .map((version) => version.item),
    form: forms.length === 0 ? data.form : formOn(forms, null),
  }
}
/** Every fault that the catalogue would have with this edition: empty = it may be published. */
export const checkEdition = (
  data: CatalogueData,
  published: readonly Edition[],
  candidate: Edition,
): readonly CatalogueFault[] => [
  ...checkCatalogue(dataWith(data, [...published, candidate])),
  ...(candidate.kind === 'retirement' ? retirementFaults(data, published, candidate) : []),
]

/** An item that others still wait for cannot leave the catalogue before they do. */
const retirementFaults = (
  data: CatalogueData,
  published: readonly Edition[],
  { subject, from }: { readonly subject: string; readonly from: LocalDate },
): readonly CatalogueFault[] => {
  const inForce = dataWith(data, published).items.filter(
    (item) => (item.validFrom === null || item.validFrom <= from) && (item.validTo === null || from <= item.validTo),
  )
  if (!inForce.some((item) => item.itemId === subject))
    return [{ where: subject, what: `is not in the catalogue of ${from}` }]
  return inForce
    .filter((item) => item.itemId !== subject && item.prerequisites.some((need) => need.on === subject))
    .map((item) => ({ where: item.versionId, what: `still waits for ${subject}, which would be retired` }))
}

/** Where an edition stands on a day. `replacedFrom`: first day of the next published one of the same subject. */
export const standingOf = (
  edition: { readonly state: 'draft' | 'published' | 'withdrawn'; readonly from: LocalDate | null },
  replacedFrom: LocalDate | null,
  today: LocalDate,
): EditionStanding => {
  if (edition.state !== 'published') return edition.state
  if (edition.from !== null && edition.from > today) return 'scheduled'
  return replacedFrom !== null && replacedFrom <= today ? 'superseded' : 'in-force'
}
