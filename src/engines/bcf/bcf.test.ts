import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyBcf } from './arbitrary.testing.ts'
import { extensionsWith } from './extensions.ts'
import { guidFrom } from './guid.ts'
import { type Bcf, noExtensions, type Topic, type Viewpoint } from './model.ts'
import { readBcf } from './read/read.ts'
import { said } from './said.ts'
import { breachesOf } from './schema.testing.ts'
import { writeBcf } from './write/write.ts'
import { parseXml } from './xml.ts'
import { unpack } from './zip.ts'

const options = { at: '2026-03-02T09:30:00+08:00', author: '江北区住建委' }
const versions = ['2.1', '3.0'] as const
const clamped = (angle: number): number => Math.min(170, Math.max(1, angle))

const without = <T extends object, K extends keyof T>(members: T, name: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(members).filter(([key]) => key !== name)) as Omit<T, K>

/** What 2.1 can say of a viewpoint. */
const oldView = (view: Viewpoint): Viewpoint =>
  said({
    ...view,
    camera:
      view.camera?.kind === 'perspective'
        ? { ...view.camera, aspectRatio: 1, fieldOfView: clamped(view.camera.fieldOfView) }
        : view.camera && { ...view.camera, aspectRatio: 1 },
    components: view.components && {
      ...view.components,
      visibility: view.components.visibility ?? { defaultVisibility: true, exceptions: [] },
    },
  })
const as21 = (bcf: Bcf): Bcf => {
  const named = new Set(bcf.topics.flatMap((topic) => topic.documentReferences.map((each) => each.documentGuid)))
  return {
    ...bcf,
    documents: bcf.documents
      .filter((each) => each.bytes !== undefined || named.has(each.guid))
      .map((each) => without(each, 'description')),
    topics: bcf.topics.map((each) => ({
      ...without(each, 'serverAssignedId'),
      viewpoints: each.viewpoints.map(oldView),
    })),
  }
}
/** What 3.0 can say: a view needs a camera, a topic a type and a status. */
const as30 = (bcf: Bcf): Bcf => ({
  ...bcf,
  topics: bcf.topics.map((each) => ({
    ...each,
    type: each.type ?? 'Issue',
    status: each.status ?? 'Open',
    viewpoints: each.viewpoints.map((view) =>
      view.camera === undefined
        ? said({
            guid: view.guid,
            index: view.index,
            lines: [],
            clippingPlanes: [],
            bitmaps: [],
            snapshot: view.snapshot,
          })
        : view,
    ),
  })),
})
const as = { '2.1': as21, '3.0': as30 }
const runs = { numRuns: 40, seed: 20_260_302 }
const equal = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toEqual(b)
    return true
  } catch {
    return false
  }
}

describe.each(versions)('BCF %s', (version) => {
  test('comes back from the file as it went in, as far as the version can say it', () => {
    fc.assert(
      fc.property(anyBcf, (bcf) => {
        const reading = readBcf(writeBcf(bcf, version, options).bytes)
        expect(reading.version).toBe(version)
        expect(reading.bcf).toEqual(as[version](bcf))
        // The reader finds nothing strange in what the writer wrote, but pictures and documents that were not given.
        expect(reading.notes.filter((note) => note.code !== 'dangling')).toEqual([])
      }),
      runs,
    )
  })

  test('tells in notes whatever the version cannot say, and only that', () => {
    let lossy = 0
    fc.assert(
      fc.property(anyBcf, (bcf) => {
        const { notes } = writeBcf(bcf, version, options)
        const lost = notes.filter(
          (note) => (note.code === 'unsayable' || note.code === 'assumed') && !note.text.includes('JPEG'),
        )
        const whole = equal(as[version](bcf), bcf)
        if (!whole) lossy += 1
        expect(lost.length === 0).toBe(whole)
      }),
      runs,
    )
    expect(lossy).toBeGreaterThan(10)
  })

  test('fits the schema: names, order, demanded parts and values', () => {
    let checked = 0
    fc.assert(
      fc.property(anyBcf, (bcf) => {
        for (const [path, bytes] of unpack(writeBcf(bcf, version, options).bytes))
          if (/(^bcf\.version|\.bcfp|\.bcf|\.bcfv|^extensions\.xml|^documents\.xml)$/.test(path)) {
            expect(breachesOf(parseXml(path, new TextDecoder().decode(bytes)), version)).toEqual([])
            checked += 1
          }
      }),
      runs,
    )
    expect(checked).toBeGreaterThan(150)
  })

  test('gives the same bytes for the same model', () => {
    fc.assert(
      fc.property(anyBcf, (bcf) => {
        expect(writeBcf(bcf, version, options).bytes).toEqual(writeBcf(structuredClone(bcf), version, options).bytes)
      }),
      { ...runs, numRuns: 10 },
    )
  })
})

describe('between the versions', () => {
  test('from 2.1 to 3.0 keeps everything that both can say', () => {
    fc.assert(
      fc.property(anyBcf, (bcf) => {
        const old = readBcf(writeBcf(bcf, '2.1', options).bytes).bcf
        const modern = readBcf(writeBcf(old, '3.0', options).bytes).bcf
        expect(modern).toEqual(as30(as21(bcf)))
      }),
      runs,
    )
  })
  test('from 3.0 to 2.1 keeps everything that both can say', () => {
    fc.assert(
      fc.property(anyBcf, (bcf) => {
        const modern = readBcf(writeBcf(bcf, '3.0', options).bytes).bcf
        const old = readBcf(writeBcf(modern, '2.1', options).bytes).bcf
        expect(old).toEqual(as21(as30(bcf)))
      }),
      runs,
    )
  })
})

const bare: Topic = {
  guid: guidFrom('conflict-1'),
  title: '给水管与雨水管净距不足',
  labels: [],
  referenceLinks: [],
  files: [],
  documentReferences: [],
  relatedTopics: [],
  comments: [],
  viewpoints: [],
}
const only = (topic: Topic): Bcf => ({ extensions: noExtensions, documents: [], topics: [topic], others: [] })

test('the lists of a project take in what its topics use, once, after what they already hold', () => {
  const topics = [
    { ...bare, type: '碰撞', status: 'Open', labels: ['给水', '雨水'], assignedTo: 'b', creationAuthor: 'a' },
    { ...bare, type: '净距', status: 'Open', labels: ['雨水'], comments: [{ guid: bare.guid, text: '', author: 'c' }] },
  ]
  expect(extensionsWith({ ...noExtensions, types: ['净距'], labels: ['燃气'] }, topics)).toEqual({
    ...noExtensions,
    types: ['净距', '碰撞'],
    statuses: ['Open'],
    labels: ['燃气', '给水', '雨水'],
    users: ['a', 'b', 'c'],
  })
})

describe('the writer', () => {
  test('fills what a topic leaves unsaid from its options and says so', () => {
    const comment = { guid: guidFrom('conflict-1', 'comment'), text: '请设计单位复核' }
    const { bytes, notes } = writeBcf(only({ ...bare, comments: [comment] }), '3.0', { ...options, type: '碰撞' })
    const topic = readBcf(bytes).bcf.topics[0]
    expect(topic).toMatchObject({
      type: '碰撞',
      status: 'Open',
      creationDate: options.at,
      creationAuthor: options.author,
    })
    expect(topic?.comments[0]).toMatchObject({ date: options.at, author: options.author, text: '请设计单位复核' })
    expect(notes.map((note) => note.code)).toEqual(Array.from({ length: 6 }, () => 'assumed'))
  })
  test('replaces signs that XML cannot hold and says so', () => {
    const { bytes, notes } = writeBcf(
      only({ ...bare, title: '管\u0007线\ud800', description: 'x\u0000' }),
      '2.1',
      options,
    )
    expect(readBcf(bytes).bcf.topics[0]).toMatchObject({ title: '管�线�', description: 'x�' })
    expect(notes.filter((note) => note.code === 'unsayable')).toHaveLength(1)
  })
  test('gives files of one name in one topic names of their own, and none the name of the markup', () => {
    const bitmap = (byte: number, reference: string) => ({
      format: 'png' as const,
      reference,
      location: { x: 0, y: 0, z: 0 },
      normal: { x: 0, y: 0, z: 1 },
      up: { x: 0, y: 1, z: 0 },
      height: 1,
      bytes: Uint8Array.of(byte),
    })
    const camera = {
      kind: 'orthogonal' as const,
      position: { x: 0, y: 0, z: 9 },
      direction: { x: 0, y: 0, z: -1 },
      up: { x: 0, y: 1, z: 0 },
      viewToWorldScale: 5,
      aspectRatio: 1,
    }
    const view = (name: string, byte: number): Viewpoint => ({
      guid: guidFrom(name, 'viewpoint'),
      camera,
      lines: [],
      clippingPlanes: [],
      bitmaps: [bitmap(byte, 'markup.bcf'), bitmap(byte + 1, 'viewpoint.bcfv'), bitmap(byte + 2, '../../a.png')],
    })
    const { bytes } = writeBcf(only({ ...bare, viewpoints: [view('a', 1), view('b', 11)] }), '3.0', options)
    const read = readBcf(bytes).bcf.topics[0]?.viewpoints
    expect(read?.map((each) => each.bitmaps.map((one) => one.bytes?.[0]))).toEqual([
      [1, 2, 3],
      [11, 12, 13],
    ])
    expect([...unpack(bytes).keys()].every((path) => !path.split('/').includes('..'))).toBe(true)
  })
  test('names the first view and picture of a topic as BCF 1 did', () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
    const view: Viewpoint = {
      guid: guidFrom('v', 'viewpoint'),
      lines: [{ start: { x: 0, y: 0, z: 0 }, end: { x: 1, y: 0, z: 0 } }],
      clippingPlanes: [],
      bitmaps: [],
      snapshot: { format: 'png', bytes: png },
    }
    const paths = [...unpack(writeBcf(only({ ...bare, viewpoints: [view] }), '2.1', options).bytes).keys()]
    expect(paths).toEqual([
      'bcf.version',
      `${bare.guid}/viewpoint.bcfv`,
      `${bare.guid}/snapshot.png`,
      `${bare.guid}/markup.bcf`,
    ])
  })
  test('keeps a foreign file out that would take the place of one of its own, and says so', () => {
    const others = [
      { path: 'BCF.version', bytes: new Uint8Array(1) },
      { path: 'model.ifc', bytes: Uint8Array.of(7) },
    ]
    const { bytes, notes } = writeBcf({ ...only(bare), others }, '2.1', options)
    expect(readBcf(bytes).bcf.others).toEqual([{ path: 'model.ifc', bytes: Uint8Array.of(7) }])
    expect(notes.some((note) => note.code === 'duplicate' && note.where === 'BCF.version')).toBe(true)
  })
  test('throws on what no model may hold', () => {
    const write = (topic: Topic) => () => writeBcf(only(topic), '3.0', options)
    expect(write({ ...bare, guid: 'A' })).toThrow(RangeError)
    expect(write({ ...bare, dueDate: '2026-02-30T00:00:00Z' })).toThrow(RangeError)
    expect(write({ ...bare, index: 1.5 })).toThrow(RangeError)
    expect(() => writeBcf({ ...only(bare), topics: [bare, bare] }, '2.1', options)).toThrow(RangeError)
  })
})
