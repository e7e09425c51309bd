/** What every part of a writer needs: the version, the answers for what the model leaves unsaid, the notes. */
import { isGuid, isIfcGuid } from '../guid.ts'
import type { BcfVersion } from '../model.ts'
import type { Notes } from '../notes.ts'
import { isDateTime } from '../said.ts'

export interface WriteOptions {
  /** Stands where a topic or comment has no date; a moment as xs:dateTime. */
  readonly at: string
  /** Stands where a topic or comment has no author. */
  readonly author: string
  /** Stand where a topic has none and 3.0 demands one. */
  readonly type?: string
  readonly status?: string
}

export interface Writing {
  readonly version: BcfVersion
  readonly modern: boolean
  readonly options: WriteOptions
  readonly notes: Notes
  readonly files: Map<string, Uint8Array>
}

/** Gives an identifier. Throws a RangeError on anything but a UUID in small letters: the caller's mistake. */
export const guidText = (guid: string): string => {
  if (!isGuid(guid)) throw new RangeError(`not a UUID in small letters: ${guid}`)
  return guid
}
export const dateText = <T extends string | undefined>(date: T): T => {
  if (date !== undefined && !isDateTime(date)) throw new RangeError(`not an xs:dateTime: ${date}`)
  return date
}
export const intText = (value: number | undefined): number | undefined => {
  if (value !== undefined && !(Number.isInteger(value) && Math.abs(value) <= 0x7fffffff))
    throw new RangeError(`not an xs:int: ${value}`)
  return value
}
export const ifcGuidText = (guid: string | undefined): string | undefined => {
  if (guid !== undefined && !isIfcGuid(guid)) throw new RangeError(`not an IfcGuid: ${guid}`)
  return guid
}
/** Gives a text, or nothing when it is blank: 3.0 allows no blank texts. */
export const filled = (text: string | undefined): string | undefined => (text?.trim() ? text : undefined)

/** Gives a text that the version demands, or what stands for it, with a note. */
export const demanded = (
  { notes }: Writing,
  text: string | undefined,
  instead: string,
  where: string,
  what: string,
): string => {
  if (text?.trim()) return text
  notes.add('assumed', where, `没有${what}，写作“${instead}”`)
  return instead
}

/** Gives a name that no file in the folder has yet, safe in every file system. */
export const freeName = ({ files }: Writing, folder: string, wanted: string): string => {
  const name = safeName(wanted)
  const taken = (candidate: string): boolean =>
    candidate.toLowerCase() === 'markup.bcf' || files.has(`${folder}/${candidate}`)
  for (let at = 1; ; at += 1) {
    const candidate = at === 1 ? name : `${at}-${name}`
    if (!taken(candidate)) return candidate
  }
}
/** Gives a text as the name of one file: no separators, no signs that some file system forbids. */
export const safeName = (text: string): string => {
  // oxlint-disable-next-line no-control-regex -- these are what is replaced
  const name = text.replace(/[\u0000-\u001f\\/:*?"<>|\ud800-\udfff]/g, '_').slice(-120)
  return /^[.\s]*$/.test(name) ? 'file' : name
}
