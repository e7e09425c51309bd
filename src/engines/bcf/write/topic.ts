/** Writes the folder of a topic, elements in the order of markup.xsd. */
import type { BimSnippet, Comment, Document, DocumentReference, HeaderFile, Topic, Viewpoint } from '../model.ts'
import { listOf, type Node, node, nodeOf } from '../xml.ts'
import { dateText, demanded, filled, freeName, guidText, ifcGuidText, intText, type Writing } from './context.ts'
import { put } from './put.ts'
import { viewpointNode } from './viewpoint.ts'

const headerFile = (file: HeaderFile, { modern }: Writing): Node =>
  node(
    'File',
    [
      nodeOf('Filename', filled(file.filename)),
      nodeOf('Date', dateText(file.date)),
      nodeOf('Reference', filled(file.reference)),
    ],
    {
      IfcProject: ifcGuidText(file.ifcProject),
      IfcSpatialStructureElement: ifcGuidText(file.ifcSpatialStructureElement),
      [modern ? 'IsExternal' : 'isExternal']: file.isExternal,
    },
  )

const UNSAID = '未说明'

const snippetNode = (snippet: BimSnippet, folder: string, writing: Writing): Node => {
  let { reference } = snippet
  if (snippet.bytes !== undefined && !snippet.isExternal) {
    reference = freeName(writing, folder, reference)
    writing.files.set(`${folder}/${reference}`, snippet.bytes)
  }
  const text = (value: string, what: string): string =>
    writing.modern ? demanded(writing, value, UNSAID, folder, what) : value
  return node(
    'BimSnippet',
    [
      node('Reference', text(reference, ' BIM 片段的引用')),
      node('ReferenceSchema', text(snippet.schema, ' BIM 片段的格式说明')),
    ],
    {
      SnippetType: text(snippet.type, ' BIM 片段的类型'),
      [writing.modern ? 'IsExternal' : 'isExternal']: snippet.isExternal,
    },
  )
}

/** Gives the path of a document in a 2.1 container, where the folder carries the guid that 2.1 has no place for. */
export const oldPathOf = (guid: string, document: Document | undefined, name: (text: string) => string): string =>
  `Documents/${guid}/${name(document?.filename ?? guid)}`

export interface Documents {
  readonly pathOf: (guid: string) => string
  readonly has: (guid: string) => boolean
}

const referenceNode = (reference: DocumentReference, folder: string, documents: Documents, writing: Writing): Node => {
  const { modern, notes } = writing
  const { documentGuid, url, description } = reference
  if (documentGuid !== undefined && url !== undefined)
    throw new RangeError('a document reference names a document or a URL, not both')
  if (documentGuid !== undefined && !documents.has(documentGuid))
    notes.add('dangling', folder, `引用的文档 ${documentGuid} 不在文档清单中`)
  const old = documentGuid === undefined ? url : `../${documents.pathOf(guidText(documentGuid))}`
  return node(
    'DocumentReference',
    [
      modern ? nodeOf('DocumentGuid', documentGuid) : nodeOf('ReferencedDocument', filled(old)),
      modern ? nodeOf('Url', filled(url)) : undefined,
      nodeOf('Description', filled(description)),
    ],
    { Guid: guidText(reference.guid), ...(modern || url === undefined ? {} : { isExternal: true }) },
  )
}

const commentNode = (comment: Comment, folder: string, writing: Writing): Node => {
  const { options, modern } = writing
  const where = `${folder}/${comment.guid}`
  return node(
    'Comment',
    [
      node('Date', dateText(demanded(writing, comment.date, options.at, where, '日期'))),
      node('Author', demanded(writing, comment.author, options.author, where, '作者')),
      modern ? nodeOf('Comment', filled(comment.text)) : node('Comment', comment.text),
      comment.viewpointGuid === undefined
        ? undefined
        : node('Viewpoint', [], { Guid: guidText(comment.viewpointGuid) }),
      nodeOf('ModifiedDate', dateText(comment.modifiedDate)),
      nodeOf('ModifiedAuthor', filled(comment.modifiedAuthor)),
    ],
    { Guid: guidText(comment.guid) },
  )
}

/** Gives the entry of a viewpoint and writes its files. The first file of a kind has the name that BCF 1 knew. */
const viewpointEntry = (viewpoint: Viewpoint, folder: string, writing: Writing): Node => {
  const { files } = writing
  const named = (first: string, next: string): string =>
    files.has(`${folder}/${first}`) ? freeName(writing, folder, next) : first
  const root = viewpointNode(viewpoint, folder, writing)
  const file = root && named('viewpoint.bcfv', `viewpoint-${viewpoint.guid}.bcfv`)
  if (root !== undefined && file !== undefined) put(writing, `${folder}/${file}`, root)
  const { snapshot } = viewpoint
  const picture = snapshot && named(`snapshot.${snapshot.format}`, `snapshot-${viewpoint.guid}.${snapshot.format}`)
  if (snapshot !== undefined && picture !== undefined) {
    files.set(`${folder}/${picture}`, snapshot.bytes)
    if (!writing.modern && snapshot.format !== 'png')
      writing.notes.add('unsayable', `${folder}/${picture}`, '2.1 的快照应为 PNG；本快照为 JPEG，原样写入')
  }
  return node(
    writing.modern ? 'ViewPoint' : 'Viewpoints',
    [nodeOf('Viewpoint', file), nodeOf('Snapshot', picture), nodeOf('Index', intText(viewpoint.index))],
    { Guid: guidText(viewpoint.guid) },
  )
}

export const writeTopic = (topic: Topic, documents: Documents, writing: Writing): void => {
  const { modern, options, notes } = writing
  const folder = guidText(topic.guid)
  const where = folder
  const viewpoints = topic.viewpoints.map((each) => viewpointEntry(each, folder, writing))
  const comments = topic.comments.map((each) => commentNode(each, folder, writing))
  const texts = (name: string, values: readonly string[]): Node[] =>
    values.flatMap((value) => nodeOf(name, filled(value)) ?? [])
  const links = texts('ReferenceLink', topic.referenceLinks)
  const references = topic.documentReferences.map((each) => referenceNode(each, folder, documents, writing))
  const related = topic.relatedTopics.map((guid) => node('RelatedTopic', [], { Guid: guidText(guid) }))
  const files = topic.files.map((each) => headerFile(each, writing))
  const flat = (list: string, items: readonly Node[]): readonly (Node | undefined)[] =>
    modern ? [listOf(list, items)] : items
  if (!modern && topic.serverAssignedId !== undefined)
    notes.add('unsayable', where, `2.1 不能记录服务器编号“${topic.serverAssignedId}”`)
  const element = node(
    'Topic',
    [
      ...flat('ReferenceLinks', links),
      node('Title', demanded(writing, topic.title, '（无标题）', where, '标题')),
      nodeOf('Priority', filled(topic.priority)),
      nodeOf('Index', intText(topic.index)),
      ...(modern ? [listOf('Labels', texts('Label', topic.labels))] : texts('Labels', topic.labels)),
      node('CreationDate', dateText(demanded(writing, topic.creationDate, options.at, where, '创建日期'))),
      node('CreationAuthor', demanded(writing, topic.creationAuthor, options.author, where, '创建人')),
      nodeOf('ModifiedDate', dateText(topic.modifiedDate)),
      nodeOf('ModifiedAuthor', filled(topic.modifiedAuthor)),
      nodeOf('DueDate', dateText(topic.dueDate)),
      nodeOf('AssignedTo', filled(topic.assignedTo)),
      nodeOf('Stage', filled(topic.stage)),
      nodeOf('Description', filled(topic.description)),
      topic.snippet && snippetNode(topic.snippet, folder, writing),
      ...flat('DocumentReferences', references),
      ...flat('RelatedTopics', related),
      ...(modern ? [listOf('Comments', comments), listOf('Viewpoints', viewpoints)] : []),
    ],
    {
      Guid: folder,
      ServerAssignedId: modern ? filled(topic.serverAssignedId) : undefined,
      TopicType: modern ? demanded(writing, topic.type, options.type ?? 'Issue', where, '类型') : filled(topic.type),
      TopicStatus: modern
        ? demanded(writing, topic.status, options.status ?? 'Open', where, '状态')
        : filled(topic.status),
    },
  )
  const header = modern ? listOf('Files', files) && node('Header', [listOf('Files', files)]) : listOf('Header', files)
  put(
    writing,
    `${folder}/markup.bcf`,
    node('Markup', [header, element, ...(modern ? [] : [...comments, ...viewpoints])]),
  )
}
