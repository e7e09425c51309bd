/** Reads what stands beside the topics: version, project, extensions, documents. */
import { isRefused } from '../../../kernel/refusal.ts'
import { guidFrom, isGuid } from '../guid.ts'
import { type Bcf, type BcfVersion, type Document, type Extensions, noExtensions } from '../model.ts'
import { type Notes, quoted } from '../notes.ts'
import { noTopic, otherVersion } from '../refusals.ts'
import { said } from '../said.ts'
import type { Element } from '../xml.ts'
import { baseName, type Container, resolvedFrom } from './container.ts'
import { fieldsOf } from './fields.ts'

export const readVersion = (container: Container, notes: Notes): BcfVersion => {
  const root = versionRoot(container, notes)
  if (root === undefined) {
    const modern = container.paths.some((path) => path.toLowerCase() === 'extensions.xml')
    if (!modern && !container.paths.some((path) => /(^|\/)markup\.bcf$/i.test(path))) throw noTopic()
    notes.add('version-guessed', 'bcf.version', `没有可用的版本文件，按 ${modern ? '3.0' : '2.1'} 读取`)
    return modern ? '3.0' : '2.1'
  }
  const fields = fieldsOf(root, 'bcf.version', notes)
  const detailed = fields.line('DetailedVersion')
  const given = fields.attribute('VersionId')?.trim() || detailed || ''
  fields.done()
  if (given === '2.1' || given === '3.0') return given
  const version = versionLike(given)
  if (version === undefined) throw otherVersion({ version: given.slice(0, 20) || '未注明' })
  notes.add('assumed', 'bcf.version', `版本写作${quoted(given)}，按 ${version} 读取`)
  return version
}
/** '2', '2.0' and '1.0' are read as 2.1 with what those had instead; '3' and '2.1.0' are what they look like. */
const versionLike = (given: string): BcfVersion | undefined => {
  const [, major, minor = '0'] = /^v?([123])(?:\.([01]))?(?:\.0)*(?:\s.*)?$/i.exec(given) ?? []
  if (major === undefined) return undefined
  return major === '3' ? (minor === '0' ? '3.0' : undefined) : '2.1'
}
/** The root of the version file; undefined when there is none that can be read ('2.1' as bare text, an empty file). */
const versionRoot = (container: Container, notes: Notes): Element | undefined => {
  try {
    return container.takeXml('bcf.version')
  } catch (error) {
    if (!isRefused(error)) throw error
    notes.add('bad-value', 'bcf.version', '版本文件不是正确的 XML，未采用')
    return undefined
  }
}

/** Where the extensions stand in 3.0, and the names of their types in the schema of 2.1. */
const EXTENSIONS: readonly (readonly [keyof Extensions, list: string, item: string, schemaType: string])[] = [
  ['types', 'TopicTypes', 'TopicType', 'TopicType'],
  ['statuses', 'TopicStatuses', 'TopicStatus', 'TopicStatus'],
  ['priorities', 'Priorities', 'Priority', 'Priority'],
  ['labels', 'TopicLabels', 'TopicLabel', 'TopicLabel'],
  ['users', 'Users', 'User', 'UserIdType'],
  ['snippetTypes', 'SnippetTypes', 'SnippetType', 'SnippetType'],
  ['stages', 'Stages', 'Stage', 'Stage'],
]

const kept = (values: readonly (string | undefined)[]): string[] =>
  values.flatMap((value) => (value?.trim() ? [value.trim()] : []))

/** Reads extensions.xml (3.0). */
const extensionsOf = (root: Element, where: string, notes: Notes): Extensions => {
  const fields = fieldsOf(root, where, notes)
  const found = Object.fromEntries(
    EXTENSIONS.map(([name, list, item]) => [name, kept(fields.inList(list, item).map((each) => each.text))]),
  )
  fields.done()
  return { ...noExtensions, ...found }
}

/** Reads the schema that redefines the simple types of markup.xsd (2.1). */
const extensionsOfSchema = (root: Element, where: string, notes: Notes): Extensions => {
  const found: Partial<Record<keyof Extensions, readonly string[]>> = {}
  const visit = (element: Element): void => {
    if (element.name !== 'simpleType') {
      for (const child of element.children) visit(child)
      return
    }
    const name = element.attributes.get('name') ?? ''
    const known = EXTENSIONS.find(([, , , type]) => type === name)
    const values = element.children.flatMap((restriction) =>
      restriction.children.map((each) => (each.name === 'enumeration' ? each.attributes.get('value') : undefined)),
    )
    if (known) found[known[0]] = kept(values)
    else notes.add('unknown-part', where, `扩展中的类型${quoted(name)}不在本系统支持范围，未采用`)
  }
  visit(root)
  return { ...noExtensions, ...found }
}

export const readProject = (
  container: Container,
  version: BcfVersion,
  notes: Notes,
): Pick<Bcf, 'project' | 'extensions'> => {
  const where = 'project.bcfp'
  const root = container.takeXml(where)
  const fields = root && fieldsOf(root, where, notes)
  const element = fields?.child('Project')
  const inside = element && fieldsOf(element, where, notes)
  const name = inside?.prose('Name')
  const id = inside?.attribute('ProjectId')?.trim() || undefined
  inside?.done()
  if (id === undefined && name !== undefined) notes.add('missing', where, '项目没有编号，已按其名称给予固定编号')
  const project =
    id !== undefined
      ? said({ id, name })
      : name !== undefined
        ? { id: guidFrom(name.trim(), 'project'), name }
        : undefined
  const schema = fields?.line('ExtensionSchema')
  fields?.done()
  const modern = container.takeXml('extensions.xml')
  if (modern !== undefined) return said({ project, extensions: extensionsOf(modern, 'extensions.xml', notes) })
  if (version === '3.0') notes.add('missing', 'extensions.xml', '缺少扩展文件 extensions.xml，按没有扩展处理')
  const path = resolvedFrom('', schema ?? 'extensions.xsd')
  const old = path === undefined ? undefined : container.takeXml(path)
  if (schema !== undefined && old === undefined) notes.add('dangling', where, `压缩包内没有扩展${quoted(schema)}`)
  return said({ project, extensions: old && path ? extensionsOfSchema(old, path, notes) : noExtensions })
}

/** Collects the documents that the list (3.0) or the references of topics (2.1) name. */
export interface DocumentShelf {
  /** Gives the guid of the document at a path of the container. */
  readonly atPath: (path: string, where: string) => string
  readonly named: (guid: string, where: string) => string
  readonly all: () => readonly Document[]
}

/** Our place of documents in 2.1, which has no list of them: the guid is the name of the folder. */
const OUR_PLACE = /^documents\/([0-9a-f-]{36})\/([^/]+)$/i

export const openShelf = (container: Container, notes: Notes): DocumentShelf => {
  const documents = new Map<string, Document>()
  const listed = 'documents.xml'
  const root = container.takeXml(listed)
  if (root !== undefined) {
    const fields = fieldsOf(root, listed, notes)
    fields.inList('Documents', 'Document').forEach((element, at) => {
      const inside = fieldsOf(element, listed, notes)
      const guid = inside.guid('Guid', `document/${at}`)
      const bytes = container.take(`Documents/${element.attributes.get('Guid')?.trim() ?? guid}`)
      if (bytes === undefined) notes.add('dangling', listed, `压缩包内没有文档 ${guid} 的内容`)
      const filename = inside.line('Filename')
      const description = inside.prose('Description')
      inside.done()
      if (documents.has(guid)) notes.add('duplicate', listed, `文档编号 ${guid} 重复，取第一个`)
      else documents.set(guid, said({ guid, filename: filename ?? guid, description, bytes }))
    })
    fields.done()
  }
  const atPath = (path: string, where: string): string => {
    const [, folder, file] = OUR_PLACE.exec(path) ?? []
    const own = folder !== undefined && isGuid(folder.toLowerCase())
    const guid = own ? folder.toLowerCase() : guidFrom(path, 'document')
    if (documents.has(guid)) return guid
    const bytes = container.take(path)
    if (bytes === undefined) notes.add('dangling', where, `压缩包内没有文档${quoted(path)}`)
    documents.set(guid, said({ guid, filename: own && file !== undefined ? file : baseName(path), bytes }))
    return guid
  }
  return {
    atPath,
    named: (guid, where) => {
      if (!documents.has(guid)) notes.add('dangling', where, `引用的文档 ${guid} 不在文档清单中`)
      return guid
    },
    all: () => {
      for (const { path } of container.untaken()) if (OUR_PLACE.test(path)) atPath(path, path)
      return [...documents.values()].sort((a, b) => (a.guid < b.guid ? -1 : 1))
    },
  }
}
