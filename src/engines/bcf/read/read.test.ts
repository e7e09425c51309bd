import fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { isRefused } from '../../../kernel/refusal.ts'
import { anyBcf } from '../arbitrary.testing.ts'
import { guidFrom, isGuid } from '../guid.ts'
import { writeBcf } from '../write/write.ts'
import { unpack } from '../zip.ts'
import { type BcfReading, readBcf } from './read.ts'

/** The layouts of the official cases of buildingSMART, filled with content of our own. */
const zipOf = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, content]) => [
        path,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    ),
  )
const old = '<Version VersionId="2.1"><DetailedVersion>2.1</DetailedVersion></Version>'
const modern = '<Version VersionId="3.0"/>'
const A = '11111111-2222-4333-8444-55555555555a'
const B = '11111111-2222-4333-8444-55555555555b'
const V = 'aaaaaaaa-2222-4333-8444-55555555555a'
const W = 'aaaaaaaa-2222-4333-8444-55555555555b'
const must = '<CreationDate>2026-03-02T01:30:00Z</CreationDate><CreationAuthor>wang@example.com</CreationAuthor>'
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1)
const p = (x: number, y: number, z: number) => `<X>${x}</X><Y>${y}</Y><Z>${z}</Z>`
const pose = `<CameraViewPoint>${p(1, 2, 3)}</CameraViewPoint><CameraDirection>${p(0, 1, 0)}</CameraDirection><CameraUpVector>${p(0, 0, 1)}</CameraUpVector>`
const perspective = `<PerspectiveCamera>${pose}<FieldOfView>60</FieldOfView></PerspectiveCamera>`
const pipe = '0fdpeZZEX3FwJ7x0ox5kzF'
const wall = '1OpjQ1Nlv4sQuTxfUC_8zS'
const topicOf = (reading: BcfReading) => reading.bcf.topics[0] as NonNullable<BcfReading['bcf']['topics'][0]>
const codes = (reading: BcfReading) => reading.notes.map((note) => note.code)
const refusal = (archive: Uint8Array): string | undefined => {
  try {
    readBcf(archive)
  } catch (error) {
    if (!isRefused(error)) throw error
    expect(error.refusal.sentence.zh).toMatch(/请/)
    expect(error.refusal.sentence.zh).not.toMatch(/[{}]/)
    return error.refusal.code
  }
  return undefined
}
const single = (version: string, markup: string, more: Readonly<Record<string, string | Uint8Array>> = {}) =>
  readBcf(zipOf({ 'bcf.version': version, [`${A}/markup.bcf`]: `<Markup>${markup}</Markup>`, ...more }))
const minimal = `<Topic Guid="${A}"><Title>雨水管碰撞</Title>${must}</Topic>`

describe('a 2.1 file', () => {
  test('with the least content has a topic with title, date and author', () => {
    const reading = single(old, minimal)
    expect([reading.version, reading.notes]).toEqual(['2.1', []])
    expect(topicOf(reading)).toEqual({
      guid: A,
      title: '雨水管碰撞',
      creationDate: '2026-03-02T01:30:00Z',
      creationAuthor: 'wang@example.com',
      labels: [],
      referenceLinks: [],
      files: [],
      documentReferences: [],
      relatedTopics: [],
      comments: [],
      viewpoints: [],
    })
  })
  test('with the most content is read whole: header, snippet, documents, comments, views, extensions, project', () => {
    const folder = A.toUpperCase()
    const reading = readBcf(
      zipOf({
        'bcf.version': old,
        'project.bcfp': `<ProjectExtension><Project ProjectId="P-7"><Name>鲤鱼池片区</Name></Project><ExtensionSchema>extensions.xsd</ExtensionSchema></ProjectExtension>`,
        'extensions.xsd': `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:redefine schemaLocation="markup.xsd"><xs:simpleType name="TopicType"><xs:restriction base="TopicType"><xs:enumeration value="碰撞"/><xs:enumeration value="净距"/></xs:restriction></xs:simpleType><xs:simpleType name="UserIdType"><xs:restriction base="UserIdType"><xs:enumeration value="wang@example.com"/></xs:restriction></xs:simpleType></xs:redefine></xs:schema>`,
        [`${folder}/markup.bcf`]: `<?xml version="1.0" encoding="utf-8"?>
<Markup xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <Header><File IfcProject="${pipe}" isExternal="false"><Filename>pipes.ifc</Filename><Date>2026-01-01T00:00:00</Date><Reference>../pipes.ifc</Reference></File></Header>
  <Topic Guid="${folder}" TopicType="碰撞" TopicStatus="Open">
    <ReferenceLink>https://example.com/1</ReferenceLink><Title>最多内容</Title><Priority>高</Priority><Index>3</Index>
    <Labels>给水</Labels><Labels>雨水</Labels>${must}
    <ModifiedDate>2026-03-03T00:00:00Z</ModifiedDate><ModifiedAuthor>li@example.com</ModifiedAuthor>
    <DueDate>2026-04-01T00:00:00Z</DueDate><AssignedTo>zhao@example.com</AssignedTo><Stage>施工图</Stage>
    <Description>第一行
第二行</Description>
    <BimSnippet SnippetType="JSON"><Reference>part.json</Reference><ReferenceSchema>https://example.com/s</ReferenceSchema></BimSnippet>
    <DocumentReference isExternal="true"><ReferencedDocument>https://example.com/d</ReferencedDocument><Description>规范</Description></DocumentReference>
    <DocumentReference Guid="${W}"><ReferencedDocument>..\\plan.pdf</ReferencedDocument></DocumentReference>
    <RelatedTopic Guid="${B}"/>
  </Topic>
  <Comment Guid="${B}"><Date>2026-03-02T02:00:00Z</Date><Author>li@example.com</Author><Comment>请看视点</Comment><Viewpoint Guid="${V.toUpperCase()}"/></Comment>
  <Viewpoints Guid="${V}"><Viewpoint>viewpoint.bcfv</Viewpoint><Snapshot>snapshot.png</Snapshot><Index>2</Index></Viewpoints>
</Markup>`,
        [`${folder}/viewpoint.bcfv`]: `<VisualizationInfo Guid="${V}"><Components><ViewSetupHints SpacesVisible="false" OpeningsVisible="true"/><Selection><Component IfcGuid="${pipe}"><OriginatingSystem>勘测</OriginatingSystem></Component></Selection><Visibility DefaultVisibility="true"><Exceptions><Component IfcGuid="${wall}"/></Exceptions></Visibility><Coloring><Color Color="ff3498DB"><Component IfcGuid="${pipe}"/></Color></Coloring></Components>${perspective}<Lines><Line><StartPoint>${p(0, 0, 0)}</StartPoint><EndPoint>${p(1, 1, 1)}</EndPoint></Line></Lines><ClippingPlanes><ClippingPlane><Location>${p(0, 0, 5)}</Location><Direction>${p(0, 0, 1)}</Direction></ClippingPlane></ClippingPlanes><Bitmap><Bitmap>PNG</Bitmap><Reference>mark.png</Reference><Location>${p(1, 0, 0)}</Location><Normal>${p(0, 0, 1)}</Normal><Up>${p(0, 1, 0)}</Up><Height>2.5</Height></Bitmap></VisualizationInfo>`,
        [`${folder}/snapshot.png`]: png,
        [`${folder}/mark.png`]: png,
        [`${folder}/part.json`]: '{}',
        'plan.pdf': 'pdf',
        'pipes.ifc': 'ISO-10303-21;',
      }),
    )
    expect(reading.notes).toEqual([])
    expect(reading.bcf.project).toEqual({ id: 'P-7', name: '鲤鱼池片区' })
    expect(reading.bcf.extensions).toMatchObject({ types: ['碰撞', '净距'], users: ['wang@example.com'], stages: [] })
    const documentGuid = guidFrom('plan.pdf', 'document')
    expect(reading.bcf.documents).toEqual([
      { guid: documentGuid, filename: 'plan.pdf', bytes: new TextEncoder().encode('pdf') },
    ])
    expect(reading.bcf.others.map((each) => each.path)).toEqual(['pipes.ifc'])
    expect(topicOf(reading)).toMatchObject({
      guid: A,
      type: '碰撞',
      labels: ['给水', '雨水'],
      index: 3,
      description: '第一行\n第二行',
      files: [{ ifcProject: pipe, isExternal: false, filename: 'pipes.ifc', reference: '../pipes.ifc' }],
      snippet: { type: 'JSON', isExternal: false, reference: 'part.json', bytes: new TextEncoder().encode('{}') },
      documentReferences: [
        { url: 'https://example.com/d', description: '规范' },
        { guid: W, documentGuid },
      ],
      relatedTopics: [B],
      comments: [{ guid: B, text: '请看视点', viewpointGuid: V }],
      viewpoints: [
        {
          guid: V,
          index: 2,
          camera: { kind: 'perspective', fieldOfView: 60, aspectRatio: 1, position: { x: 1, y: 2, z: 3 } },
          components: {
            selection: [{ ifcGuid: pipe, originatingSystem: '勘测' }],
            visibility: {
              defaultVisibility: true,
              exceptions: [{ ifcGuid: wall }],
              hints: { spacesVisible: false, spaceBoundariesVisible: false, openingsVisible: true },
            },
            coloring: [{ color: 'FF3498DB', components: [{ ifcGuid: pipe }] }],
          },
          bitmaps: [{ format: 'png', reference: 'mark.png', height: 2.5, bytes: png }],
          snapshot: { format: 'png', bytes: png },
        },
      ],
    })
    expect(topicOf(reading).viewpoints[0]?.lines).toHaveLength(1)
    expect(topicOf(reading).viewpoints[0]?.clippingPlanes).toHaveLength(1)
  })
})

describe('a 3.0 file', () => {
  test('with an internal document finds it in the list and in the folder of documents', () => {
    const reading = single(
      modern,
      `<Header><Files/></Header><Topic Guid="${A}" ServerAssignedId="6" TopicType="Error" TopicStatus="Open"><ReferenceLinks/><Title>t</Title><Labels/>${must}<Description></Description><DocumentReferences><DocumentReference Guid="${B}"><DocumentGuid>${W}</DocumentGuid><Description>说明</Description></DocumentReference></DocumentReferences><RelatedTopics/><Comments/><Viewpoints/></Topic>`,
      {
        'extensions.xml': `<Extensions><TopicTypes><TopicType>Error</TopicType></TopicTypes><Priorities/><Stages/><SnippetTypes/></Extensions>`,
        'documents.xml': `<DocumentInfo><Documents><Document Guid="${W}"><Filename>勘测.txt</Filename><Description>d</Description></Document></Documents></DocumentInfo>`,
        [`Documents/${W}`]: 'text',
      },
    )
    expect(reading.notes).toEqual([])
    expect(reading.bcf.documents).toEqual([
      { guid: W, filename: '勘测.txt', description: 'd', bytes: new TextEncoder().encode('text') },
    ])
    expect(topicOf(reading)).toMatchObject({
      serverAssignedId: '6',
      documentReferences: [{ guid: B, documentGuid: W, description: '说明' }],
    })
    expect(reading.bcf.extensions.types).toEqual(['Error'])
  })
  test('has its comments and views inside the topic, and its own places for colors, hints and bitmaps', () => {
    const reading = single(
      modern,
      `<Topic Guid="${A}" TopicType="Error" TopicStatus="Open"><Title>t</Title><Labels><Label>给水</Label></Labels>${must}<Comments><Comment Guid="${B}"><Date>2026-03-02T02:00:00Z</Date><Author>a</Author><Viewpoint Guid="${V}"/></Comment></Comments><Viewpoints><ViewPoint Guid="${V}"><Viewpoint>v.bcfv</Viewpoint></ViewPoint></Viewpoints></Topic>`,
      {
        'extensions.xml': '<Extensions/>',
        [`${A}/v.bcfv`]: `<VisualizationInfo Guid="${V}"><Components><Visibility><ViewSetupHints SpacesVisible="true"/></Visibility><Coloring><Color Color="00FF00"><Components><Component IfcGuid="${pipe}"/></Components></Color></Coloring></Components><OrthogonalCamera>${pose}<ViewToWorldScale>18.5</ViewToWorldScale><AspectRatio>1.6</AspectRatio></OrthogonalCamera><Lines/><ClippingPlanes/><Bitmaps/></VisualizationInfo>`,
      },
    )
    expect(reading.notes).toEqual([])
    expect(topicOf(reading)).toMatchObject({
      labels: ['给水'],
      comments: [{ text: '', viewpointGuid: V }],
      viewpoints: [
        {
          camera: { kind: 'orthogonal', viewToWorldScale: 18.5, aspectRatio: 1.6 },
          components: { visibility: { defaultVisibility: false, hints: { spacesVisible: true } } },
        },
      ],
    })
    expect(topicOf(reading).viewpoints[0]?.components?.coloring).toEqual([
      { color: '00FF00', components: [{ ifcGuid: pipe }] },
    ])
  })
})

describe('what a reader cannot use', () => {
  test('is reported with its place and count, and the rest is read', () => {
    const reading = single(
      old,
      `<Topic Guid="${A}" Colour="red"><Title>t</Title>${must}<Cost>12</Cost><Cost>13</Cost><DueDate>tomorrow</DueDate></Topic><Extra/>`,
    )
    expect(topicOf(reading).title).toBe('t')
    expect(reading.notes.every((note) => note.where === `${A}/markup.bcf`)).toBe(true)
    expect(reading.notes.map((note) => [note.code, note.count])).toEqual([
      ['bad-value', 1],
      ['unknown-part', 2],
      ['unknown-part', 1],
      ['unknown-part', 1],
    ])
  })
  test('is missing files, strange pictures, references to nothing: reported, kept or left out, never a failure', () => {
    const reading = single(
      old,
      `<Topic Guid="${A}">${must}<BimSnippet SnippetType="x"><Reference>gone.json</Reference><ReferenceSchema/></BimSnippet><DocumentReference><ReferencedDocument>../../etc/passwd</ReferencedDocument></DocumentReference></Topic><Comment Guid="${B}"><Comment>c</Comment><Viewpoint Guid="${W}"/></Comment><Viewpoints Guid="${V}"><Viewpoint>gone.bcfv</Viewpoint><Snapshot>odd.png</Snapshot></Viewpoints>`,
      { [`${A}/odd.png`]: 'not a picture' },
    )
    expect(topicOf(reading)).toMatchObject({ title: '', snippet: { reference: 'gone.json' } })
    expect(topicOf(reading).documentReferences[0]).toMatchObject({ url: '../../etc/passwd' })
    expect(topicOf(reading).comments[0]).not.toHaveProperty('date')
    expect(topicOf(reading).viewpoints[0]).toEqual({ guid: V, lines: [], clippingPlanes: [], bitmaps: [] })
    expect(reading.bcf.others.map((each) => each.path)).toEqual([`${A}/odd.png`])
    expect(codes(reading).sort()).toEqual(['bad-value', 'dangling', 'dangling', 'dangling', 'missing'])
  })
  test('is a guid that is none: it becomes one, always the same, and references follow it', () => {
    const markup = `<Topic Guid="topic 7"><Title>t</Title>${must}</Topic><Comment Guid="c"><Comment>c</Comment><Viewpoint Guid="v1"/></Comment><Viewpoints Guid="v1"/>`
    const first = topicOf(single(old, markup))
    expect(isGuid(first.guid) && isGuid(first.comments[0]?.guid ?? '')).toBe(true)
    expect(first.comments[0]?.viewpointGuid).toBe(first.viewpoints[0]?.guid)
    expect(topicOf(single(old, markup))).toEqual(first)
  })
  test('is a second topic of one guid, a second camera, an angle out of range', () => {
    const view = `<VisualizationInfo Guid="${V}">${perspective.replace('60', '360')}<OrthogonalCamera>${pose}<ViewToWorldScale>1</ViewToWorldScale></OrthogonalCamera></VisualizationInfo>`
    const markup = `${minimal}<Viewpoints Guid="${V}"><Viewpoint>v.bcfv</Viewpoint></Viewpoints>`
    const reading = single(old, markup, { [`${A}/v.bcfv`]: view, [`${B}/markup.bcf`]: `<Markup>${minimal}</Markup>` })
    expect(reading.bcf.topics).toHaveLength(1)
    expect(topicOf(reading).viewpoints[0]?.camera).toMatchObject({ kind: 'perspective', fieldOfView: 60 })
    expect(codes(reading).sort()).toEqual(['bad-value', 'bad-value', 'duplicate', 'duplicate'])
  })
})

describe('the container', () => {
  test('without a version file is read by what it holds; inside one folder it is read from there', () => {
    const markup = `<Markup>${minimal}</Markup>`
    expect(codes(readBcf(zipOf({ [`${A}/markup.bcf`]: markup })))).toEqual(['version-guessed'])
    expect(readBcf(zipOf({ [`${A}/markup.bcf`]: markup, 'extensions.xml': '<Extensions/>' })).version).toBe('3.0')
    const wrapped = readBcf(zipOf({ 'case/bcf.version': old, [`case/${A}/markup.bcf`]: markup }))
    expect([topicOf(wrapped).guid, codes(wrapped)]).toEqual([A, ['assumed']])
  })
  test('of another version, of another kind, or with broken XML is refused', () => {
    expect(refusal(zipOf({ 'bcf.version': '<Version VersionId="4.0"/>' }))).toBe('bcf.other-version')
    expect(refusal(zipOf({ 'bcf.version': '<Version/>' }))).toBe('bcf.other-version')
    expect(refusal(zipOf({ 'word/document.xml': '<a/>' }))).toBe('bcf.no-topic')
    expect(refusal(zipOf({ 'bcf.version': old, [`${A}/markup.bcf`]: '<Markup>' }))).toBe('bcf.bad-xml')
    expect(refusal(zipOf({ 'bcf.version': old, [`${A}/markup.bcf`]: Uint8Array.of(0xc3, 0x28) }))).toBe('bcf.bad-xml')
    expect(readBcf(zipOf({ 'bcf.version': old })).bcf.topics).toEqual([])
  })
  test('with more XML than a limit allows, in one file or in all, is refused', () => {
    const archive = zipOf({
      'bcf.version': old,
      [`${A}/markup.bcf`]: `<Markup>${minimal}</Markup>`,
      [`${B}/markup.bcf`]: `<Markup>${minimal.replace(A, B)}</Markup>`,
    })
    const size = 17 + new TextEncoder().encode(minimal).length
    const whole = old.length + 2 * size
    const limited = (limits: Parameters<typeof readBcf>[1]) => () => readBcf(archive, limits)
    expect(limited({ xmlBytes: size, xmlTotalBytes: whole })().bcf.topics).toHaveLength(2)
    expect(limited({ xmlBytes: size - 1 })).toThrow('bcf.too-big')
    expect(limited({ xmlTotalBytes: whole - 1 })).toThrow('bcf.too-big')
  })
  test('in UTF-16 is read', () => {
    const text = `<?xml version="1.0" encoding="utf-16"?><Markup>${minimal}</Markup>`
    const wide = Uint8Array.from([0xff, 0xfe, ...Buffer.from(text, 'utf16le')])
    expect(topicOf(readBcf(zipOf({ 'bcf.version': old, [`${A}/markup.bcf`]: wide }))).title).toBe('雨水管碰撞')
  })
  test('with any byte changed is read or refused, and never fails', () => {
    const options = { at: '2026-03-02T09:30:00Z', author: 'a' }
    let refusals = 0
    fc.assert(
      fc.property(anyBcf, fc.nat(), fc.integer({ min: 1, max: 255 }), (bcf, spot, change) => {
        const { bytes } = writeBcf(bcf, '3.0', options)
        const at = spot % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ change
        if (refusal(bytes) !== undefined) refusals += 1
      }),
      { seed: 4, numRuns: 50 },
    )
    expect(refusals).toBeGreaterThan(20)
  })
  test('with pieces of its XML cut out, doubled or moved is read or refused, and what is read can be written', () => {
    const options = { at: '2026-03-02T09:30:00Z', author: 'a' }
    let read = 0
    const cut = fc.record({
      from: fc.nat(),
      length: fc.nat({ max: 60 }),
      copies: fc.nat({ max: 2 }),
      tags: fc.boolean(),
    })
    fc.assert(
      fc.property(anyBcf, fc.constantFrom('2.1', '3.0'), cut, (bcf, version, { from, length, copies, tags }) => {
        const files = [...unpack(writeBcf(bcf, version, options).bytes)].map(([path, bytes]) => {
          if (!/\.(bcf|bcfv|xml|bcfp)$/.test(path)) return [path, bytes] as const
          const text = new TextDecoder().decode(bytes)
          // Whole lines keep the XML well formed more often than signs do.
          const parts = tags ? text.split(/(?<=\n)/) : [...text]
          const at = 1 + (from % Math.max(1, parts.length - 1))
          const size = tags ? 1 : length
          const changed = [
            ...parts.slice(0, at),
            ...Array(copies)
              .fill(parts.slice(at, at + size))
              .flat(),
            ...parts.slice(at + size),
          ]
          return [path, new TextEncoder().encode(changed.join(''))] as const
        })
        const archive = zipSync(Object.fromEntries(files))
        if (refusal(archive) !== undefined) return
        read += 1
        for (const next of ['2.1', '3.0'] as const) readBcf(writeBcf(readBcf(archive).bcf, next, options).bytes)
      }),
      { seed: 6, numRuns: 60 },
    )
    expect(read).toBeGreaterThan(10)
  })
})
