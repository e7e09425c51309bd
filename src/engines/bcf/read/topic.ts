/** Reads the folder of a topic: markup.bcf of either version and the files that it names. */
import { guidFrom } from '../guid.ts'
import type { BimSnippet, Comment, DocumentReference, HeaderFile, Topic, Viewpoint } from '../model.ts'
import { quoted } from '../notes.ts'
import { imageFormatOf, said } from '../said.ts'
import type { Element } from '../xml.ts'
import { baseName, resolvedFrom } from './container.ts'
import { type Fields, fieldsOf, guidOfText } from './fields.ts'
import type { DocumentShelf } from './project.ts'
import { nothingSeen, type Place, readViewpoint } from './viewpoint.ts'

const headerFile = (element: Element, where: string, { notes }: Place): HeaderFile => {
  const fields = fieldsOf(element, where, notes)
  const file = said({
    ifcProject: fields.ifcGuid('IfcProject'),
    ifcSpatialStructureElement: fields.ifcGuid('IfcSpatialStructureElement'),
    isExternal: fields.flag(true, 'IsExternal', 'isExternal'),
    filename: fields.line('Filename'),
    date: fields.date('Date'),
    reference: fields.line('Reference'),
  })
  fields.done()
  return file
}

const snippetOf = (element: Element, where: string, { container, folder, notes }: Place): BimSnippet => {
  const fields = fieldsOf(element, where, notes)
  const reference = fields.line('Reference') ?? ''
  const isExternal = fields.flag(false, 'IsExternal', 'isExternal')
  const path = isExternal ? undefined : resolvedFrom(folder, reference)
  const bytes = path === undefined ? undefined : container.take(path)
  if (!isExternal && bytes === undefined) notes.add('dangling', where, `压缩包内没有 BIM 片段${quoted(reference)}`)
  const snippet = said({
    type: fields.attribute('SnippetType')?.trim() ?? '',
    isExternal,
    reference: path !== undefined && bytes !== undefined ? baseName(path) : reference,
    schema: fields.line('ReferenceSchema') ?? '',
    bytes,
  })
  fields.done()
  return snippet
}

const documentReference = (
  element: Element,
  at: string,
  where: string,
  { folder, notes }: Place,
  shelf: DocumentShelf,
): DocumentReference => {
  const fields = fieldsOf(element, where, notes)
  const given = fields.attribute('Guid')
  const guid = given?.trim() ? guidOfText(given, where, notes) : guidFrom(at, 'document-reference')
  // 2.1 gives a path or a URL; 3.0 a guid or a URL.
  const isExternal = fields.flag(false, 'IsExternal', 'isExternal')
  const referenced = fields.line('ReferencedDocument')
  const path = referenced === undefined || isExternal ? undefined : resolvedFrom(folder, referenced)
  const named = fields.line('DocumentGuid')
  const documentGuid =
    named === undefined ? path && shelf.atPath(path, where) : shelf.named(guidOfText(named, where, notes), where)
  const reference = said({
    guid,
    documentGuid,
    url: documentGuid === undefined ? (fields.line('Url') ?? referenced) : undefined,
    description: fields.prose('Description'),
  })
  if (documentGuid !== undefined && fields.line('Url') !== undefined)
    notes.add('duplicate', where, '文档引用同时有文档编号和网址，取文档编号')
  fields.done()
  return reference
}

/** Comments of 2.0 carry the status: the newest that says one speaks for the topic. */
const statusOfComments = (comments: readonly Element[], where: string, { notes }: Place): string | undefined => {
  const textOf = (element: Element, name: string): string =>
    element.children.find((child) => child.name === name)?.text.trim() ?? ''
  const said20 = comments.flatMap((element) => {
    const status = textOf(element, 'VerbalStatus') || textOf(element, 'Status')
    return status === '' ? [] : [{ status, date: textOf(element, 'Date') }]
  })
  const [newest] = said20.sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0))
  if (newest !== undefined) notes.add('assumed', where, '意见中带有状态（旧版本写法），最新的一条作为议题状态')
  return newest?.status
}

const commentOf = (element: Element, at: string, where: string, { notes }: Place): Comment => {
  const fields = fieldsOf(element, where, notes)
  // Of 2.0: said of the topic by `statusOfComments`, or by the file in which the comment stands.
  for (const name of ['VerbalStatus', 'Status', 'Topic']) fields.child(name)
  const seen = fields.child('Viewpoint')
  const view = seen && fieldsOf(seen, where, notes)
  const comment = said({
    guid: fields.guid('Guid', at),
    date: fields.date('Date'),
    author: fields.line('Author'),
    text: fields.prose('Comment') ?? '',
    viewpointGuid: view?.guid('Guid', `${at}/viewpoint`),
    modifiedDate: fields.date('ModifiedDate'),
    modifiedAuthor: fields.line('ModifiedAuthor'),
  })
  view?.done()
  fields.done()
  return comment
}

const viewpointOf = (element: Element, at: string, where: string, place: Place): Viewpoint => {
  const { container, folder, notes } = place
  const fields = fieldsOf(element, where, notes)
  const guid = fields.guid('Guid', at)
  const fileOf = (reference: string | undefined): string | undefined =>
    reference === undefined ? undefined : resolvedFrom(folder, reference)
  const name = fields.line('Viewpoint')
  const path = fileOf(name)
  const root = path === undefined ? undefined : container.takeXml(path)
  if (name !== undefined && root === undefined) notes.add('dangling', where, `压缩包内没有视点文件${quoted(name)}`)
  const seen = root === undefined || path === undefined ? nothingSeen : readViewpoint(root, guid, path, place)
  const picture = fields.line('Snapshot')
  const picturePath = fileOf(picture)
  const bytes = picturePath === undefined ? undefined : container.peek(picturePath)
  const format = bytes && imageFormatOf(bytes)
  if (picturePath !== undefined && format !== undefined) container.take(picturePath)
  if (picture !== undefined && format === undefined)
    notes.add(
      bytes ? 'bad-value' : 'dangling',
      where,
      bytes ? `快照${quoted(picture)}不是 PNG 或 JPEG 图片，作为普通文件保留` : `压缩包内没有快照${quoted(picture)}`,
    )
  const viewpoint = said({
    guid,
    index: fields.integer('Index'),
    ...seen,
    snapshot: bytes && format && { format, bytes },
  })
  fields.done()
  return viewpoint
}

/** The first of each guid is kept; others are reported. */
const unique = <T extends { readonly guid: string }>(
  items: readonly T[],
  what: string,
  where: string,
  place: Place,
) => {
  const seen = new Set<string>()
  return items.filter(({ guid }) => {
    if (seen.has(guid)) place.notes.add('duplicate', where, `${what}编号 ${guid} 重复，取第一个`)
    return !seen.has(guid) && seen.add(guid)
  })
}

const labelsOf = (fields: Fields, where: string, { notes }: Place): string[] =>
  fields.children('Labels').flatMap((element) => {
    const parts = fieldsOf(element, where, notes)
    // 2.1 repeats Labels with a text; 3.0 has one with Label inside.
    const inside = parts.children('Label')
    parts.done()
    return (inside.length > 0 ? inside : [element]).map((each) => each.text.trim()).filter((text) => text !== '')
  })

/** Items of a list; 2.0 repeats the plural for each item, with the parts of the item inside. */
const pluralOf = (fields: Fields, list: string, item: string, where: string, { notes }: Place): readonly Element[] =>
  fields.children(list).flatMap((element) => {
    const isItem = element.attributes.size > 0 || element.children.some(({ name }) => name !== item)
    if (isItem) return [element]
    const parts = fieldsOf(element, where, notes)
    const items = parts.children(item)
    parts.done()
    return items
  })

/** BCF 1 has no list of views: they lie beside the markup under these names. */
const OLD_VIEW = { viewpoint: 'viewpoint.bcfv', snapshot: ['snapshot.png', 'snapshot.jpg', 'snapshot.jpeg'] } as const
const oldView = (guid: string, where: string, place: Place): Viewpoint | undefined => {
  const { container, folder, notes } = place
  const path = `${folder}/${OLD_VIEW.viewpoint}`
  const root = container.takeXml(path)
  const picture = OLD_VIEW.snapshot
    .map((name) => `${folder}/${name}`)
    .find((name) => container.peek(name) !== undefined)
  const bytes = picture === undefined ? undefined : container.peek(picture)
  const format = bytes && imageFormatOf(bytes)
  if (root === undefined && format === undefined) return undefined
  if (picture !== undefined && format !== undefined) container.take(picture)
  const own = guidFrom(`${guid}/view`, 'foreign')
  notes.add('assumed', where, '议题没有列出视点，已采用文件夹内的 viewpoint.bcfv 和快照')
  return said({
    guid: own,
    ...(root === undefined ? nothingSeen : readViewpoint(root, own, path, place)),
    snapshot: bytes && format && { format, bytes },
  })
}

/** Reads a topic. `root` is the root of `where`, the path of its markup.bcf. */
export const readTopic = (root: Element, where: string, place: Place, shelf: DocumentShelf): Topic | undefined => {
  const { notes, folder } = place
  const markup = fieldsOf(root, where, notes)
  const element = markup.child('Topic')
  if (root.name !== 'Markup' || element === undefined) {
    notes.add('missing', where, '文件中没有议题（<Topic>），未采用')
    return undefined
  }
  const fields = fieldsOf(element, where, notes)
  const guid = fields.guid('Guid', where)
  if (guid !== folder.toLowerCase()) notes.add('bad-value', where, `议题编号 ${guid} 与文件夹名不同，以议题编号为准`)
  const header = markup.child('Header')
  const heading = header && fieldsOf(header, where, notes)
  const files = heading ? [...heading.children('File'), ...heading.inList('Files', 'File')] : []
  heading?.done()
  const flat = { comments: markup.children('Comment'), views: markup.children('Viewpoints') }
  const comments = [...flat.comments, ...fields.inList('Comments', 'Comment')]
  const views = [...flat.views, ...fields.inList('Viewpoints', 'ViewPoint')]
  const links = [...fields.children('ReferenceLink'), ...fields.inList('ReferenceLinks', 'ReferenceLink')]
  const references = [
    ...fields.children('DocumentReference'),
    ...pluralOf(fields, 'DocumentReferences', 'DocumentReference', where, place),
  ]
  const related = [
    ...fields.children('RelatedTopic'),
    ...pluralOf(fields, 'RelatedTopics', 'RelatedTopic', where, place),
  ]
  const snippet = fields.child('BimSnippet')
  const title = fields.prose('Title')
  if (title === undefined) notes.add('missing', where, '议题没有标题')
  const viewpoints = unique(
    views.map((each, at) => viewpointOf(each, `${guid}/viewpoint/${at}`, where, place)),
    '视点',
    where,
    place,
  )
  const old = views.length === 0 ? oldView(guid, where, place) : undefined
  if (old !== undefined) viewpoints.push(old)
  const oldStatus = statusOfComments(comments, where, place)
  const topic: Topic = said({
    guid,
    serverAssignedId: fields.attribute('ServerAssignedId')?.trim() || undefined,
    type: fields.attribute('TopicType')?.trim() || undefined,
    status: fields.attribute('TopicStatus')?.trim() || oldStatus,
    title: title ?? '',
    priority: fields.line('Priority'),
    index: fields.integer('Index'),
    labels: labelsOf(fields, where, place),
    creationDate: fields.date('CreationDate'),
    creationAuthor: fields.line('CreationAuthor'),
    modifiedDate: fields.date('ModifiedDate'),
    modifiedAuthor: fields.line('ModifiedAuthor'),
    dueDate: fields.date('DueDate'),
    assignedTo: fields.line('AssignedTo'),
    stage: fields.line('Stage'),
    description: fields.prose('Description'),
    referenceLinks: links.map((each) => each.text.trim()).filter((text) => text !== ''),
    files: files.map((each) => headerFile(each, where, place)),
    snippet: snippet && snippetOf(snippet, where, place),
    documentReferences: references.map((each, at) => documentReference(each, `${guid}/${at}`, where, place, shelf)),
    relatedTopics: related.map((each, at) => {
      const parts = fieldsOf(each, where, notes)
      const other = parts.guid('Guid', `${guid}/related/${at}`)
      parts.done()
      return other
    }),
    comments: unique(
      comments.map((each, at) => commentOf(each, `${guid}/comment/${at}`, where, place)),
      '意见',
      where,
      place,
    ),
    viewpoints,
  })
  for (const comment of topic.comments)
    if (comment.viewpointGuid !== undefined && !viewpoints.some((view) => view.guid === comment.viewpointGuid))
      notes.add('dangling', where, `意见 ${comment.guid} 所指的视点 ${comment.viewpointGuid} 不存在`)
  fields.done()
  markup.done()
  return topic
}
