/**
 * The order of elements and the demands of the schemas of BCF 2.1 and 3.0 (buildingSMART/BCF-XML, Schemas), as facts:
 * an element lists its attributes and its children in order. '!' demanded, '*' any number, '+' at least one, '|' one of.
 */
import { isGuid, isIfcGuid } from './guid.ts'
import { isDateTime } from './said.ts'
import type { Element } from './xml.ts'

interface Rule {
  readonly attributes?: Readonly<Record<string, string>>
  /** 'Name', 'Name!', 'Name*', 'Name+', each with ':type' of its own rule or value; 'A|B!' is a choice. */
  readonly children?: readonly string[]
}
type Schema = Readonly<Record<string, Rule>>

const isDouble = (text: string): boolean => /^-?(\d+\.?\d*)(e[+-]?\d+)?$/.test(text)
const values: Readonly<Record<string, (text: string) => boolean>> = {
  string: () => true,
  filled: (text) => text.trim() !== '',
  guid: isGuid,
  ifcGuid: isIfcGuid,
  date: isDateTime,
  int: (text) => /^-?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31,
  boolean: (text) => text === 'true' || text === 'false',
  double: isDouble,
  positive: (text) => isDouble(text) && Number(text) > 0,
  angleOld: (text) => isDouble(text) && Number(text) >= 1 && Number(text) <= 170,
  angle: (text) => isDouble(text) && Number(text) > 0 && Number(text) < 180,
  color: (text) => /^[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$/.test(text),
  formatOld: (text) => text === 'PNG' || text === 'JPG',
  format: (text) => text === 'png' || text === 'jpg',
}

const point: Rule = { children: ['X!:double', 'Y!:double', 'Z!:double'] }
const pose = ['CameraViewPoint!:point', 'CameraDirection!:point', 'CameraUpVector!:point']
const guidOnly: Rule = { attributes: { Guid: 'guid!' } }
const line: Rule = { children: ['StartPoint!:point', 'EndPoint!:point'] }
const plane: Rule = { children: ['Location!:point', 'Direction!:point'] }
const rest = ['Location!:point', 'Normal!:point', 'Up!:point', 'Height!:double']
const hints: Rule = {
  attributes: { SpacesVisible: 'boolean', SpaceBoundariesVisible: 'boolean', OpeningsVisible: 'boolean' },
}
const file = (text: string, external: string): Rule => ({
  attributes: { IfcProject: 'ifcGuid', IfcSpatialStructureElement: 'ifcGuid', [external]: 'boolean' },
  children: [`Filename:${text}`, 'Date:date', `Reference:${text}`],
})
const snippet = (text: string, external: string): Rule => ({
  attributes: { SnippetType: `${text}!`, [external]: 'boolean' },
  children: [`Reference!:${text}`, `ReferenceSchema!:${text}`],
})
const comment = (text: string, own: string): Rule => ({
  attributes: { Guid: 'guid!' },
  children: ['Date!:date', `Author!:${text}`, own, 'Viewpoint:guidOnly', 'ModifiedDate:date', `ModifiedAuthor:${text}`],
})
const view = (text: string): Rule => ({
  attributes: { Guid: 'guid!' },
  children: [`Viewpoint:${text}`, `Snapshot:${text}`, 'Index:int'],
})
const component = (text: string): Rule => ({
  attributes: { IfcGuid: 'ifcGuid' },
  children: [`OriginatingSystem:${text}`, `AuthoringToolId:${text}`],
})
const middle = (text: string): string[] => [
  'CreationDate!:date',
  `CreationAuthor!:${text}`,
  'ModifiedDate:date',
  `ModifiedAuthor:${text}`,
  'DueDate:date',
  `AssignedTo:${text}`,
  `Stage:${text}`,
  `Description:${text}`,
  'BimSnippet:snippet',
]

const old: Schema = {
  Version: { attributes: { VersionId: 'string' }, children: ['DetailedVersion:string'] },
  ProjectExtension: { children: ['Project:project', 'ExtensionSchema!:string'] },
  project: { attributes: { ProjectId: 'string!' }, children: ['Name:string'] },
  Markup: { children: ['Header:header', 'Topic!:topic', 'Comment*:comment', 'Viewpoints*:view'] },
  header: { children: ['File+:file'] },
  file: file('string', 'isExternal'),
  topic: {
    attributes: { Guid: 'guid!', TopicType: 'string', TopicStatus: 'string' },
    children: [
      'ReferenceLink*:string',
      'Title!:string',
      'Priority:string',
      'Index:int',
      'Labels*:string',
      ...middle('string'),
      'DocumentReference*:document',
      'RelatedTopic*:guidOnly',
    ],
  },
  snippet: snippet('string', 'isExternal'),
  document: {
    attributes: { Guid: 'guid', isExternal: 'boolean' },
    children: ['ReferencedDocument:string', 'Description:string'],
  },
  guidOnly,
  comment: comment('string', 'Comment!:string'),
  view: view('string'),
  VisualizationInfo: {
    attributes: { Guid: 'guid!' },
    children: [
      'Components:components',
      'OrthogonalCamera:orthogonal',
      'PerspectiveCamera:perspective',
      'Lines:lines',
      'ClippingPlanes:planes',
      'Bitmap*:bitmap',
    ],
  },
  orthogonal: { children: [...pose, 'ViewToWorldScale!:double'] },
  perspective: { children: [...pose, 'FieldOfView!:angleOld'] },
  components: {
    children: ['ViewSetupHints:hints', 'Selection:some', 'Visibility!:visibility', 'Coloring:coloring'],
  },
  hints,
  some: { children: ['Component+:component'] },
  visibility: { attributes: { DefaultVisibility: 'boolean' }, children: ['Exceptions:some'] },
  coloring: { children: ['Color+:colored'] },
  colored: { attributes: { Color: 'color' }, children: ['Component+:component'] },
  component: component('string'),
  lines: { children: ['Line+:line'] },
  line,
  planes: { children: ['ClippingPlane*:plane'] },
  plane,
  bitmap: { children: ['Bitmap!:formatOld', 'Reference!:string', ...rest] },
  point,
}

const listing = (...lists: readonly (readonly [string, string])[]): Schema =>
  Object.fromEntries(lists.map(([list, item]) => [list, { children: [`${item}*:filled`] }]))
const modern: Schema = {
  Version: { attributes: { VersionId: 'string!' } },
  ProjectInfo: { children: ['Project!:project'] },
  project: { attributes: { ProjectId: 'filled!' }, children: ['Name:filled'] },
  Extensions: {
    children: [
      'TopicTypes:TopicTypes',
      'TopicStatuses:TopicStatuses',
      'Priorities:Priorities',
      'TopicLabels:TopicLabels',
      'Users:Users',
      'SnippetTypes:SnippetTypes',
      'Stages:Stages',
    ],
  },
  ...listing(
    ['TopicTypes', 'TopicType'],
    ['TopicStatuses', 'TopicStatus'],
    ['Priorities', 'Priority'],
    ['TopicLabels', 'TopicLabel'],
    ['Users', 'User'],
    ['SnippetTypes', 'SnippetType'],
    ['Stages', 'Stage'],
    ['links', 'ReferenceLink'],
    ['labels', 'Label'],
  ),
  DocumentInfo: { children: ['Documents:documentList'] },
  documentList: { children: ['Document*:listed'] },
  listed: { attributes: { Guid: 'guid!' }, children: ['Filename!:filled', 'Description:filled'] },
  Markup: { children: ['Header:header', 'Topic!:topic'] },
  header: { children: ['Files:files'] },
  files: { children: ['File*:file'] },
  file: file('filled', 'IsExternal'),
  topic: {
    attributes: { Guid: 'guid!', ServerAssignedId: 'filled', TopicType: 'filled!', TopicStatus: 'filled!' },
    children: [
      'ReferenceLinks:links',
      'Title!:filled',
      'Priority:filled',
      'Index:int',
      'Labels:labels',
      ...middle('filled'),
      'DocumentReferences:references',
      'RelatedTopics:related',
      'Comments:comments',
      'Viewpoints:views',
    ],
  },
  snippet: snippet('filled', 'IsExternal'),
  references: { children: ['DocumentReference*:document'] },
  document: { attributes: { Guid: 'guid!' }, children: ['DocumentGuid|Url:target', 'Description:filled'] },
  related: { children: ['RelatedTopic*:guidOnly'] },
  guidOnly,
  comments: { children: ['Comment*:comment'] },
  comment: comment('filled', 'Comment:filled'),
  views: { children: ['ViewPoint*:view'] },
  view: view('filled'),
  VisualizationInfo: {
    attributes: { Guid: 'guid!' },
    children: [
      'Components:components',
      'OrthogonalCamera|PerspectiveCamera!:camera',
      'Lines:lines',
      'ClippingPlanes:planes',
      'Bitmaps:bitmaps',
    ],
  },
  camera: { children: [...pose, 'ViewToWorldScale|FieldOfView!:size', 'AspectRatio!:positive'] },
  components: { children: ['Selection:many', 'Visibility:visibility', 'Coloring:coloring'] },
  many: { children: ['Component*:component'] },
  some: { children: ['Component+:component'] },
  visibility: {
    attributes: { DefaultVisibility: 'boolean' },
    children: ['ViewSetupHints:hints', 'Exceptions:many'],
  },
  hints,
  coloring: { children: ['Color*:colored'] },
  colored: { attributes: { Color: 'color!' }, children: ['Components!:some'] },
  component: component('filled'),
  lines: { children: ['Line*:line'] },
  line,
  planes: { children: ['ClippingPlane*:plane'] },
  plane,
  bitmaps: { children: ['Bitmap*:bitmap'] },
  bitmap: { children: ['Format!:format', 'Reference!:filled', ...rest] },
  point,
}
/** Values whose type depends on the name of the element in a choice. */
const chosen: Readonly<Record<string, string>> = {
  DocumentGuid: 'guid',
  Url: 'filled',
  ViewToWorldScale: 'double',
  FieldOfView: 'angle',
}

/** Gives what breaks the schema of a version, in words; nothing when the element fits. */
export const breachesOf = (root: Element, version: '2.1' | '3.0'): string[] => {
  const schema = version === '2.1' ? old : modern
  const found: string[] = []
  const check = (element: Element, type: string): void => {
    const value = values[chosen[element.name] ?? ''] ?? values[type]
    const rule = schema[type]
    if (value !== undefined && rule === undefined) {
      if (!value(element.text)) found.push(`<${element.name}> ${JSON.stringify(element.text)} is no ${type}`)
      if (element.children.length > 0) found.push(`<${element.name}> has children`)
      return
    }
    if (rule === undefined) throw new Error(`no rule ${type}`)
    for (const [name, kind] of Object.entries(rule.attributes ?? {})) {
      const text = element.attributes.get(name)
      if (text === undefined) {
        if (kind.endsWith('!')) found.push(`<${element.name}> lacks ${name}`)
      } else if (!values[kind.replace('!', '')]?.(text)) found.push(`<${element.name}> ${name}="${text}" is no ${kind}`)
    }
    for (const name of element.attributes.keys())
      if (rule.attributes?.[name] === undefined) found.push(`<${element.name}> may not have ${name}`)
    let at = 0
    for (const particle of rule.children ?? []) {
      const [, name = '', often = '', own = ''] = /^([A-Za-z|]+)([!*+]?):(\w+)$/.exec(particle) ?? []
      const start = at
      const limit = often === '*' || often === '+' ? Number.POSITIVE_INFINITY : 1
      while (at - start < limit && name.split('|').includes(element.children[at]?.name ?? '')) {
        check(element.children[at] as Element, own)
        at += 1
      }
      if (at === start && (often === '!' || often === '+')) found.push(`<${element.name}> lacks <${name}>`)
    }
    const extra = element.children[at]
    if (extra !== undefined) found.push(`<${element.name}> may not have <${extra.name}> there`)
    if (element.text.trim() !== '') found.push(`<${element.name}> has text`)
  }
  check(root, root.name)
  return found
}
