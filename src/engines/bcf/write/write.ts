/**
 * Writes a model as a BCF file of version 2.1 or 3.0 that fits the schemas of buildingSMART. What the version cannot say,
 * and what it demands and the model leaves unsaid, comes back as notes. The same model gives the same bytes.
 */
import type { Bcf, BcfVersion, Extensions } from '../model.ts'
import { type BcfNote, takeNotes } from '../notes.ts'
import { listOf, type Node, node, nodeOf } from '../xml.ts'
import { pack } from '../zip.ts'
import { demanded, filled, guidText, safeName, type WriteOptions, type Writing } from './context.ts'
import { put } from './put.ts'
import { type Documents, oldPathOf, writeTopic } from './topic.ts'

export type { WriteOptions } from './context.ts'
export interface BcfWriting {
  readonly bytes: Uint8Array
  readonly notes: readonly BcfNote[]
}

/** In the order of extensions.xsd of 3.0: member, list, item. */
const LISTS: readonly (readonly [keyof Extensions, string, string])[] = [
  ['types', 'TopicTypes', 'TopicType'],
  ['statuses', 'TopicStatuses', 'TopicStatus'],
  ['priorities', 'Priorities', 'Priority'],
  ['labels', 'TopicLabels', 'TopicLabel'],
  ['users', 'Users', 'User'],
  ['snippetTypes', 'SnippetTypes', 'SnippetType'],
  ['stages', 'Stages', 'Stage'],
]
/** The simple types of markup.xsd of 2.1 that an extension redefines. */
const TYPES: readonly (readonly [keyof Extensions, string])[] = [
  ['types', 'TopicType'],
  ['statuses', 'TopicStatus'],
  ['labels', 'TopicLabel'],
  ['snippetTypes', 'SnippetType'],
  ['priorities', 'Priority'],
  ['users', 'UserIdType'],
  ['stages', 'Stage'],
]

const extensionsXml = (extensions: Extensions): Node =>
  node(
    'Extensions',
    LISTS.map(([name, list, item]) =>
      listOf(
        list,
        extensions[name].flatMap((value) => nodeOf(item, filled(value)) ?? []),
      ),
    ),
  )

const extensionsSchema = (extensions: Extensions): Node =>
  node(
    'xs:schema',
    [
      node(
        'xs:redefine',
        TYPES.map(([name, type]) => {
          const values = extensions[name].filter((value) => value.trim() !== '')
          const items = values.map((value) => node('xs:enumeration', [], { value }))
          return values.length === 0
            ? undefined
            : node('xs:simpleType', [node('xs:restriction', items, { base: type })], { name: type })
        }),
        { schemaLocation: 'markup.xsd' },
      ),
    ],
    { 'xmlns:xs': 'http://www.w3.org/2001/XMLSchema' },
  )

const writeProject = (bcf: Bcf, writing: Writing): void => {
  const { project, extensions } = bcf
  const element =
    project && node('Project', [nodeOf('Name', filled(project.name))], { ProjectId: demandedId(project.id) })
  const hasExtensions = LISTS.some(([name]) => extensions[name].some((value) => value.trim() !== ''))
  if (writing.modern) {
    if (element !== undefined) put(writing, 'project.bcfp', node('ProjectInfo', [element]))
    put(writing, 'extensions.xml', extensionsXml(extensions))
    return
  }
  if (element === undefined && !hasExtensions) return
  if (hasExtensions) put(writing, 'extensions.xsd', extensionsSchema(extensions))
  const schema = node('ExtensionSchema', hasExtensions ? 'extensions.xsd' : '')
  put(writing, 'project.bcfp', node('ProjectExtension', [element, schema]))
}
const demandedId = (id: string): string => {
  if (id.trim() === '') throw new RangeError('a project needs an id')
  return id
}

const writeDocuments = (bcf: Bcf, writing: Writing): Documents => {
  const { modern, files, notes } = writing
  const documents = new Map(bcf.documents.map((document) => [guidText(document.guid), document]))
  if (documents.size !== bcf.documents.length) throw new RangeError('two documents have the same guid')
  const pathOf = (guid: string): string =>
    modern ? `Documents/${guid}` : oldPathOf(guid, documents.get(guid), safeName)
  const referenced = new Set(bcf.topics.flatMap((topic) => topic.documentReferences.map((each) => each.documentGuid)))
  for (const [guid, document] of documents) {
    if (document.bytes !== undefined) files.set(pathOf(guid), document.bytes)
    else if (!modern && !referenced.has(guid))
      notes.add('unsayable', guid, `2.1 没有文档清单，不能记录没有内容的文档“${document.filename}”`)
    if (!modern && filled(document.description) !== undefined)
      notes.add('unsayable', guid, `2.1 不能记录文档“${document.filename}”的说明`)
  }
  if (modern && documents.size > 0) {
    const items = [...documents].map(([guid, document]) =>
      node(
        'Document',
        [
          node('Filename', demanded(writing, document.filename, guid, guid, '文件名')),
          nodeOf('Description', filled(document.description)),
        ],
        { Guid: guid },
      ),
    )
    put(writing, 'documents.xml', node('DocumentInfo', [node('Documents', items)]))
  }
  return { pathOf, has: (guid) => documents.has(guid) }
}

/** Throws a RangeError on what no reader gives: guids that are none or double, dates and numbers without meaning. */
export const writeBcf = (bcf: Bcf, version: BcfVersion, options: WriteOptions): BcfWriting => {
  const notes = takeNotes()
  const modern = version === '3.0'
  const writing: Writing = { version, modern, options, notes, files: new Map() }
  const detail = modern ? [] : [node('DetailedVersion', version)]
  put(writing, 'bcf.version', node('Version', detail, { VersionId: version }))
  writeProject(bcf, writing)
  const documents = writeDocuments(bcf, writing)
  if (new Set(bcf.topics.map((topic) => topic.guid)).size !== bcf.topics.length)
    throw new RangeError('two topics have the same guid')
  for (const topic of bcf.topics) writeTopic(topic, documents, writing)
  const taken = new Set([...writing.files.keys()].map((path) => path.toLowerCase()))
  for (const { path, bytes } of bcf.others)
    if (taken.has(path.toLowerCase())) notes.add('duplicate', path, '附带文件与 BCF 自身文件同名，未写入')
    else {
      taken.add(path.toLowerCase())
      writing.files.set(path, bytes)
    }
  return { bytes: pack(writing.files), notes: notes.all() }
}
