/** The files of a container, and which of them have been read. */

import type { Notes } from '../notes.ts'
import { tooBig } from '../refusals.ts'
import { type Element, parseXml } from '../xml.ts'
import { type Limits, megabytes, textOfXml, unpack } from '../zip.ts'

export interface Container {
  readonly paths: readonly string[]
  /** Gives a file and counts it as read. Capitals in the path matter only if two files differ by nothing else. */
  readonly take: (path: string) => Uint8Array | undefined
  /** Gives a file without counting it as read. */
  readonly peek: (path: string) => Uint8Array | undefined
  readonly takeXml: (path: string) => Element | undefined
  readonly untaken: () => readonly { readonly path: string; readonly bytes: Uint8Array }[]
}

/** Gives the path that a reference names from a folder; undefined when it leaves the container or is a URL. */
export const resolvedFrom = (folder: string, reference: string): string | undefined => {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) return undefined
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of reference.replaceAll('\\', '/').split('/'))
    if (part === '..') {
      if (parts.pop() === undefined) return undefined
    } else if (part !== '.' && part !== '') parts.push(part)
  return parts.length === 0 ? undefined : parts.join('/')
}
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Some packers put everything into one folder; it is looked through. */
const withoutWrapper = (files: ReadonlyMap<string, Uint8Array>, notes: Notes): ReadonlyMap<string, Uint8Array> => {
  const inner = [...files.keys()].find((path) => /^[^/]+\/bcf\.version$/i.test(path))
  if (inner === undefined || files.has('bcf.version')) return files
  const folder = inner.slice(0, inner.indexOf('/') + 1)
  if (![...files.keys()].every((path) => path.startsWith(folder))) return files
  notes.add('assumed', inner, `内容装在文件夹“${folder}”内，已按根目录读取`)
  return new Map([...files].map(([path, bytes]) => [path.slice(folder.length), bytes]))
}

export const openContainer = (archive: Uint8Array, limits: Limits, notes: Notes): Container => {
  const files = withoutWrapper(unpack(archive, limits), notes)
  const byFolded = new Map([...files.keys()].reverse().map((path) => [path.toLowerCase(), path]))
  const read = new Set<string>()
  let xmlBytes = 0
  const actualOf = (path: string): string | undefined => (files.has(path) ? path : byFolded.get(path.toLowerCase()))
  const take = (path: string): Uint8Array | undefined => {
    const actual = actualOf(path)
    if (actual === undefined) return undefined
    read.add(actual)
    return files.get(actual)
  }
  return {
    paths: [...files.keys()],
    take,
    peek: (path) => files.get(actualOf(path) ?? ''),
    takeXml: (path) => {
      const bytes = take(path)
      xmlBytes += bytes?.length ?? 0
      if (xmlBytes > limits.xmlTotalBytes)
        throw tooBig({ what: 'XML 文件总量超过上限', limit: megabytes(limits.xmlTotalBytes) })
      return bytes && parseXml(path, textOfXml(path, bytes, limits))
    },
    untaken: () => [...files].filter(([path]) => !read.has(path)).map(([path, bytes]) => ({ path, bytes })),
  }
}
