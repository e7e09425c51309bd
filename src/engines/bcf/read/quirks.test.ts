/**
 * What programs really write, in the layouts of the official cases of buildingSMART (markup, visualization, project, real
 * world), with content of our own: the archives themselves may not be changed, and are not at hand.
 */
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { writeBcf } from '../write/write.ts'
import { type BcfReading, readBcf } from './read.ts'

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content
const zipOf = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)])))
const A = '5e1b7a40-0d9c-4b3e-8a51-2f60c7d1e9aa'
const B = '5e1b7a40-0d9c-4b3e-8a51-2f60c7d1e9bb'
const V = '90c2d3e4-1111-4222-8333-444455556666'
const W = '90c2d3e4-1111-4222-8333-444455557777'
const pipe = '0fdpeZZEX3FwJ7x0ox5kzF'
const wall = '1OpjQ1Nlv4sQuTxfUC_8zS'
const duct = '2O2Fr$t4X7Zf8NOew3FNr2'
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 7)
const jpg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 9)
const version = (id: string) =>
  `<?xml version="1.0"?><Version VersionId="${id}"><DetailedVersion>${id}</DetailedVersion></Version>`
const p = (x: number, y: number, z: number) => `<X>${x}</X><Y>${y}</Y><Z>${z}</Z>`
const pose = `<CameraViewPoint>${p(1, 2, 3)}</CameraViewPoint><CameraDirection>${p(0, 1, 0)}</CameraDirection><CameraUpVector>${p(0, 0, 1)}</CameraUpVector>`
const orthogonal = `<OrthogonalCamera>${pose}<ViewToWorldScale>12.5</ViewToWorldScale></OrthogonalCamera>`
const perspective = `<PerspectiveCamera>${pose}<FieldOfView>60</FieldOfView></PerspectiveCamera>`
const topic = (guid = A, inside = '') =>
  `<Topic Guid="${guid}" TopicType="Clash" TopicStatus="Open"><Title>管线碰撞</Title><CreationDate>2026-03-02T09:30:00+08:00</CreationDate><CreationAuthor>li@example.com</CreationAuthor>${inside}</Topic>`
const markup = (inside: string) => `<?xml version="1.0" encoding="UTF-8"?><Markup>${inside}</Markup>`
const first = (reading: BcfReading) => reading.bcf.topics[0] as NonNullable<BcfReading['bcf']['topics'][0]>
const codes = (reading: BcfReading) => reading.notes.map(({ code }) => code).sort()
const BOM = '\ufeff'
const bom = (text: string): Uint8Array => bytesOf(BOM + text)

/** Whatever was read can be written again in both versions, and read again as the same topics. */
const survives = (reading: BcfReading): void => {
  for (const to of ['2.1', '3.0'] as const) {
    const { bytes } = writeBcf(reading.bcf, to, { at: '2026-03-02T09:30:00Z', author: 'a@example.com' })
    const again = readBcf(bytes).bcf.topics
    expect(again.map(({ guid, title }) => `${guid} ${title}`)).toEqual(
      reading.bcf.topics.map(({ guid, title }) => `${guid} ${title}`),
    )
    expect(again.map(({ viewpoints }) => viewpoints.map(({ camera }) => camera?.kind))).toEqual(
      reading.bcf.topics.map(({ viewpoints }) => viewpoints.map(({ camera }) => camera?.kind)),
    )
  }
}

describe('archives of other programs', () => {
  test('with the separators of Windows, folders as entries and "./" before the names are read', () => {
    for (const sign of ['\\', '/'])
      for (const before of ['', `.${sign}`]) {
        const reading = readBcf(
          zipOf({
            [`${before}bcf.version`]: version('2.1'),
            [`${before}${A}${sign}`]: new Uint8Array(),
            [`${before}${A}${sign}markup.bcf`]: markup(
              `${topic()}<Viewpoints Guid="${V}"><Viewpoint>viewpoint.bcfv</Viewpoint><Snapshot>snapshot.png</Snapshot></Viewpoints>`,
            ),
            [`${before}${A}${sign}viewpoint.bcfv`]: `<VisualizationInfo Guid="${V}">${perspective}</VisualizationInfo>`,
            [`${before}${A}${sign}snapshot.png`]: png,
          }),
        )
        expect(reading.notes).toEqual([])
        expect(first(reading)).toMatchObject({ guid: A, title: '管线碰撞' })
        expect(first(reading).viewpoints[0]).toMatchObject({
          camera: { kind: 'perspective' },
          snapshot: { format: 'png' },
        })
        survives(reading)
      }
  })
  test('with a byte order mark before every XML file are read', () => {
    const reading = readBcf(
      zipOf({
        'bcf.version': bom(version('2.1')),
        'project.bcfp': bom(
          '<ProjectExtension><Project ProjectId="c0ffee00-1111-4222-8333-444455556666"><Name>滨江支路</Name></Project><ExtensionSchema>extensions.xsd</ExtensionSchema></ProjectExtension>',
        ),
        'extensions.xsd': bom('<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'),
        [`${A}/markup.bcf`]: bom(
          markup(`${topic()}<Viewpoints Guid="${V}"><Viewpoint>a.bcfv</Viewpoint></Viewpoints>`),
        ),
        [`${A}/a.bcfv`]: bom(`<VisualizationInfo Guid="${V}">${orthogonal}</VisualizationInfo>`),
      }),
    )
    expect(reading.notes).toEqual([])
    expect(reading.bcf.project?.name).toBe('滨江支路')
    expect(first(reading).viewpoints[0]?.camera).toMatchObject({ kind: 'orthogonal', viewToWorldScale: 12.5 })
    survives(reading)
  })
  test('with capitals in guids, folders and file names give the same topic as without', () => {
    const of = (cased: (text: string) => string) =>
      readBcf(
        zipOf({
          [cased('bcf.version')]: version('2.1'),
          [`${cased(A)}/${cased('markup.bcf')}`]: markup(
            `${topic(cased(A), `<RelatedTopic Guid="${cased(B)}"/>`)}<Comment Guid="${cased(W)}"><Date>2026-03-02T09:31:00Z</Date><Author>w</Author><Comment>见图</Comment><Viewpoint Guid="${cased(V)}"/></Comment><Viewpoints Guid="${cased(V)}"><Viewpoint>v.bcfv</Viewpoint></Viewpoints>`,
          ),
          [`${cased(A)}/${cased('v.bcfv')}`]: `<VisualizationInfo Guid="${cased(V)}">${perspective}</VisualizationInfo>`,
        }),
      )
    const upper = of((text) => text.toUpperCase())
    expect(upper.notes).toEqual([])
    expect(upper.bcf.topics).toEqual(of((text) => text).bcf.topics)
    expect(first(upper).comments[0]?.viewpointGuid).toBe(V)
  })
  test('without what is optional (project, extensions, header, snapshots, dates) are read without a complaint', () => {
    const reading = readBcf(
      zipOf({
        'bcf.version': version('2.1'),
        [`${A}/markup.bcf`]: markup(`<Topic Guid="${A}"><Title>只有标题</Title></Topic>`),
        [`${B}/markup.bcf`]: markup(
          `${topic(B)}<Comment Guid="${W}"><Date>2026-03-02T09:31:00Z</Date><Author>w</Author><Comment>没有视点的意见</Comment></Comment><Viewpoints Guid="${V}"><Viewpoint>v.bcfv</Viewpoint></Viewpoints>`,
        ),
        [`${B}/v.bcfv`]: `<VisualizationInfo Guid="${V}"><Components><ViewSetupHints SpacesVisible="false" SpaceBoundariesVisible="false" OpeningsVisible="false"/><Selection><Component IfcGuid="${pipe}"/></Selection><Visibility DefaultVisibility="true"/></Components></VisualizationInfo>`,
      }),
    )
    expect(reading.notes).toEqual([])
    expect(reading.bcf.topics.map(({ title }) => title)).toEqual(['只有标题', '管线碰撞'])
    const [, second] = reading.bcf.topics
    expect(second?.comments[0]).not.toHaveProperty('viewpointGuid')
    expect(second?.viewpoints[0]).not.toHaveProperty('camera')
    expect(second?.viewpoints[0]?.components?.selection).toEqual([{ ifcGuid: pipe }])
    survives(reading)
  })
  test('with PNG and JPEG pictures, and with names that say the other, keep what the pictures are', () => {
    const reading = readBcf(
      zipOf({
        'bcf.version': version('3.0'),
        'extensions.xml': '<Extensions/>',
        [`${A}/markup.bcf`]: markup(
          topic(
            A,
            `<Viewpoints><ViewPoint Guid="${V}"><Viewpoint>a.bcfv</Viewpoint><Snapshot>a.jpg</Snapshot><Index>0</Index></ViewPoint><ViewPoint Guid="${W}"><Snapshot>Snapshot_B.PNG</Snapshot></ViewPoint></Viewpoints>`,
          ),
        ),
        [`${A}/a.bcfv`]: `<VisualizationInfo Guid="${V}"><OrthogonalCamera>${pose}<ViewToWorldScale>3</ViewToWorldScale><AspectRatio>1.5</AspectRatio></OrthogonalCamera></VisualizationInfo>`,
        [`${A}/a.jpg`]: jpg,
        [`${A}/snapshot_b.png`]: jpg,
      }),
    )
    expect(reading.notes).toEqual([])
    expect(first(reading).viewpoints.map(({ snapshot }) => snapshot?.format)).toEqual(['jpg', 'jpg'])
    expect(first(reading).viewpoints[0]?.camera).toMatchObject({ kind: 'orthogonal', aspectRatio: 1.5 })
    survives(reading)
  })
})

describe('the version file', () => {
  const of = (content: string | Uint8Array, more: Readonly<Record<string, string>> = {}) =>
    readBcf(zipOf({ 'bcf.version': content, [`${A}/markup.bcf`]: markup(topic()), ...more }))
  test.each([
    ['2.1', '2.1', 0],
    [' 2.1 ', '2.1', 0],
    ['3.0', '3.0', 0],
    ['3', '3.0', 1],
    ['2.1.0', '2.1', 1],
    ['2.0', '2.1', 1],
    ['2', '2.1', 1],
    ['2.0 RC', '2.1', 1],
    ['1.0', '2.1', 1],
  ])('that says %j is read as %s', (written, read, notes) => {
    const reading = of(version(written), { 'extensions.xml': '<Extensions/>' })
    expect([reading.version, reading.notes.length]).toEqual([read, notes])
    expect(first(reading).title).toBe('管线碰撞')
  })
  test('without the attribute but with the detail, as bare text or empty is no reason to refuse', () => {
    expect(of('<Version><DetailedVersion>2.1</DetailedVersion></Version>').version).toBe('2.1')
    for (const broken of ['2.1', '', '<Version VersionId="2.1">']) {
      const reading = of(broken)
      expect(reading.version).toBe('2.1')
      expect(codes(reading)).toEqual(['bad-value', 'version-guessed'])
    }
  })
  test('of a version that nobody knows yet is refused with its name', () => {
    expect(() => of(version('3.7'))).toThrow('bcf.other-version')
    expect(() => of(version('4.0'))).toThrow('bcf.other-version')
  })
})

describe('a file of BCF 2.0', () => {
  const reading = readBcf(
    zipOf({
      'bcf.version': version('2.0'),
      [`${A}/markup.bcf`]: markup(
        `<Header><File IfcProject="${pipe}" isExternal="true"><Filename>a.ifc</Filename></File></Header>
        <Topic Guid="${A}" TopicType="Issue"><Title>旧版议题</Title><Labels>给水</Labels><Labels>雨水</Labels>
          <DocumentReferences Guid="${B}" isExternal="true"><ReferencedDocument>https://example.com/a.pdf</ReferencedDocument><Description>图纸</Description></DocumentReferences>
          <RelatedTopics Guid="${B}"/><RelatedTopics Guid="${W}"/></Topic>
        <Comment Guid="${B}"><VerbalStatus>Open</VerbalStatus><Status>Error</Status><Date>2026-03-02T09:30:00Z</Date><Author>li</Author><Comment>先提出</Comment><Topic Guid="${A}"/></Comment>
        <Comment Guid="${W}"><VerbalStatus>Closed</VerbalStatus><Status>Info</Status><Date>2026-03-05T09:30:00Z</Date><Author>wang</Author><Comment>已改</Comment><Topic Guid="${A}"/><Viewpoint Guid="${V}"/></Comment>
        <Viewpoints Guid="${V}"><Viewpoint>v.bcfv</Viewpoint><Snapshot>v.png</Snapshot></Viewpoints>`,
      ),
      [`${A}/v.bcfv`]: `<VisualizationInfo><Components>
        <Component IfcGuid="${pipe}" Selected="true" Visible="true" Color="FF3498DB"><OriginatingSystem>某软件</OriginatingSystem><AuthoringToolId>12</AuthoringToolId></Component>
        <Component IfcGuid="${wall}" Selected="false" Visible="false"/><Component IfcGuid="${duct}" Color="ff3498db"/></Components>
        ${orthogonal}<Bitmaps><Bitmap>PNG</Bitmap><Reference>b.png</Reference><Location>${p(0, 0, 0)}</Location><Normal>${p(0, 0, 1)}</Normal><Up>${p(0, 1, 0)}</Up><Height>2</Height></Bitmaps></VisualizationInfo>`,
      [`${A}/v.png`]: png,
      [`${A}/b.png`]: png,
    }),
  )
  const read = first(reading)
  test('has its repeated lists, its related topics and its documents', () => {
    expect(read.labels).toEqual(['给水', '雨水'])
    expect(read.relatedTopics).toEqual([B, W])
    expect(read.documentReferences).toEqual([{ guid: B, url: 'https://example.com/a.pdf', description: '图纸' }])
    expect(read.files[0]).toMatchObject({ ifcProject: pipe, filename: 'a.ifc' })
  })
  test('has the status that its newest comment gave', () => {
    expect(read.status).toBe('Closed')
    expect(read.comments.map(({ text, viewpointGuid }) => `${text} ${viewpointGuid ?? '-'}`)).toEqual([
      '先提出 -',
      `已改 ${V}`,
    ])
  })
  test('has selection, hidden components and colours out of the one list of components', () => {
    const [view] = read.viewpoints
    expect(view?.components?.selection).toEqual([{ ifcGuid: pipe, originatingSystem: '某软件', authoringToolId: '12' }])
    expect(view?.components?.visibility).toEqual({ defaultVisibility: true, exceptions: [{ ifcGuid: wall }] })
    expect(view?.components?.coloring.map(({ color, components }) => `${color} ${components.length}`)).toEqual([
      'FF3498DB 2',
    ])
    expect(view?.camera?.kind).toBe('orthogonal')
    expect(view?.bitmaps[0]).toMatchObject({ format: 'png', height: 2 })
    expect(view?.snapshot?.format).toBe('png')
  })
  test('says that it was read as an older version, and nothing is left out', () => {
    expect(codes(reading)).toEqual(['assumed', 'assumed'])
    survives(reading)
  })
})

test('a file of BCF 1 has its view and picture by their names alone, and no version file', () => {
  const reading = readBcf(
    zipOf({
      [`${A}/markup.bcf`]: markup(
        `<Header/><Topic Guid="${A}"><Title>最早的版本</Title></Topic><Comment Guid="${B}"><VerbalStatus>Open</VerbalStatus><Date>2026-03-02T09:30:00Z</Date><Author>li</Author><Comment>看图</Comment></Comment>`,
      ),
      [`${A}/viewpoint.bcfv`]: `<VisualizationInfo><Components><Component IfcGuid="${pipe}"/></Components>${orthogonal}</VisualizationInfo>`,
      [`${A}/snapshot.png`]: png,
    }),
  )
  expect(first(reading).viewpoints).toHaveLength(1)
  expect(first(reading).viewpoints[0]).toMatchObject({ camera: { kind: 'orthogonal' }, snapshot: { format: 'png' } })
  expect(first(reading).status).toBe('Open')
  expect(reading.bcf.others).toEqual([])
  expect(codes(reading)).toEqual(['assumed', 'assumed', 'version-guessed'])
  survives(reading)
})
