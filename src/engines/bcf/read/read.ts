/**
 * Reads a BCF file (2.1 or 3.0; what 1.0 and 2.0 had instead is taken as well) into one model. The reader takes what other software really writes: capitals in guids,
 * backslashes in paths, lists of either version, missing dates. It reports what it left out or replaced, and refuses only
 * what is no BCF file, is damaged, or is dangerous to unpack.
 */
import type { Bcf, BcfVersion, Topic } from '../model.ts'
import { type BcfNote, takeNotes } from '../notes.ts'
import { said } from '../said.ts'
import { defaultLimits, type Limits } from '../zip.ts'
import { openContainer } from './container.ts'
import { openShelf, readProject, readVersion } from './project.ts'
import { readTopic } from './topic.ts'

export interface BcfReading {
  readonly version: BcfVersion
  readonly bcf: Bcf
  readonly notes: readonly BcfNote[]
}

export const readBcf = (archive: Uint8Array, limits: Partial<Limits> = {}): BcfReading => {
  const notes = takeNotes()
  const container = openContainer(archive, { ...defaultLimits, ...limits }, notes)
  const version = readVersion(container, notes)
  const { project, extensions } = readProject(container, version, notes)
  const shelf = openShelf(container, notes)
  const topics = new Map<string, Topic>()
  for (const path of container.paths) {
    const folder = /^([^/]+)\/markup\.bcf$/i.exec(path)?.[1]
    const root = folder === undefined ? undefined : container.takeXml(path)
    if (folder === undefined || root === undefined) continue
    const topic = readTopic(root, path, { container, folder, notes }, shelf)
    if (topic === undefined) continue
    if (topics.has(topic.guid)) notes.add('duplicate', path, `议题编号 ${topic.guid} 重复，取第一个`)
    else topics.set(topic.guid, topic)
  }
  const documents = shelf.all()
  const others = container.untaken()
  for (const { path } of others)
    if (/\.(bcfv|bcf)$/i.test(path)) notes.add('dangling', path, '没有议题引用此文件，原样保留')
  return {
    version,
    bcf: said({ project, extensions, documents, topics: [...topics.values()], others }),
    notes: notes.all(),
  }
}
