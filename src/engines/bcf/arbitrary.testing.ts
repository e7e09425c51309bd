/** Models of BCF for property tests: everything that both the format and the model can say. */
import fc from 'fast-check'
import type { Bcf, Camera, Component, Components, Document, Point, Topic, Viewpoint } from './model.ts'
import { noExtensions } from './model.ts'
import { said } from './said.ts'

const guid = fc.uuid()
const sign = fc.constantFrom(...'ABCxyz019 _-.,;:!?&<>"\'/\\()[]{}管线碰撞检查：DN300，雨水❗🚧]]>')
/** One line without spaces around it, not blank. */
const line = fc
  .string({ unit: sign, minLength: 1, maxLength: 12 })
  .map((text) => text.trim())
  .filter((text) => text !== '')
/** As written, with ends of lines and tabs. */
const prose = fc
  .string({ unit: fc.oneof(sign, fc.constantFrom('\n', '\t', '\r', '\r\n')), minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() !== '')
const ifcGuid = fc.string({ unit: fc.constantFrom(...'0123456789ABCXYZabcxyz_$'), minLength: 22, maxLength: 22 })
const date = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
  .chain((at) => fc.constantFrom(at.toISOString(), at.toISOString().replace(/\.\d+Z$/, '+08:00')))
const int = fc.integer({ min: -0x7fffffff, max: 0x7fffffff })
const double = fc.double({ noNaN: true, noDefaultInfinity: true })
const point: fc.Arbitrary<Point> = fc.record({ x: double, y: double, z: double })
const bytes = fc.uint8Array({ maxLength: 60 })
const url = fc.webUrl()
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 3 })
const fileName = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019管线'), minLength: 1, maxLength: 8 })
  .map((text) => `${text}.dat`)
/** An object whose undefined members are absent. */
const saying = <T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(members).map(said)

const pose = {
  position: point,
  direction: point,
  up: point,
  aspectRatio: fc.double({ min: 0.1, max: 10, noNaN: true }),
}
const camera: fc.Arbitrary<Camera> = fc.oneof(
  fc.record({
    kind: fc.constant('perspective' as const),
    ...pose,
    fieldOfView: fc.double({ min: 0.01, max: 179.9, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('orthogonal' as const), ...pose, viewToWorldScale: double }),
)
const component: fc.Arbitrary<Component> = saying({
  ifcGuid: maybe(ifcGuid),
  originatingSystem: maybe(line),
  authoringToolId: maybe(line),
})
const flags = fc.record({
  spacesVisible: fc.boolean(),
  spaceBoundariesVisible: fc.boolean(),
  openingsVisible: fc.boolean(),
})
const visibility = saying({ defaultVisibility: fc.boolean(), exceptions: some(component), hints: maybe(flags) })
const color = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 8, maxLength: 8 })
const components: fc.Arbitrary<Components> = saying({
  selection: some(component),
  visibility: maybe(visibility),
  coloring: some(
    fc.record({
      color: fc.oneof(
        color,
        color.map((text) => text.slice(2)),
      ),
      components: fc.array(component, { minLength: 1, maxLength: 3 }),
    }),
  ),
}).filter((each) => each.selection.length + each.coloring.length > 0 || each.visibility !== undefined)

const png = fc.uint8Array({ maxLength: 20 }).map((rest) => ({
  format: 'png' as const,
  bytes: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...rest]),
}))
const jpg = fc
  .uint8Array({ maxLength: 20 })
  .map((rest) => ({ format: 'jpg' as const, bytes: Uint8Array.from([0xff, 0xd8, 0xff, ...rest]) }))

const viewpoint = (names: fc.Arbitrary<string>): fc.Arbitrary<Viewpoint> =>
  saying({
    guid,
    index: maybe(int),
    camera: maybe(camera),
    components: maybe(components),
    lines: some(fc.record({ start: point, end: point })),
    clippingPlanes: some(fc.record({ location: point, direction: point })),
    bitmaps: fc.array(
      saying({
        format: fc.constantFrom('png' as const, 'jpg' as const),
        reference: names,
        location: point,
        normal: point,
        up: point,
        height: double,
        bytes: maybe(bytes),
      }),
      { maxLength: 2 },
    ),
    snapshot: maybe(fc.oneof(png, jpg)),
  })

const document: fc.Arbitrary<Document> = saying({
  guid,
  filename: fileName,
  description: maybe(prose),
  bytes: maybe(bytes),
})

/** A name for every file in the folder of a topic, so that none has to give way. */
const distinct = (topic: Topic): boolean => {
  const names = [
    ...topic.viewpoints.flatMap((each) => each.bitmaps.map((bitmap) => bitmap.reference)),
    ...(topic.snippet ? [topic.snippet.reference] : []),
  ].map((name) => name.toLowerCase())
  return new Set(names).size === names.length
}

const topic = (documents: readonly string[]): fc.Arbitrary<Topic> =>
  fc
    .uniqueArray(viewpoint(fileName), { selector: (each) => each.guid, maxLength: 3 })
    .chain((viewpoints) =>
      saying<{ [K in keyof Topic]: Topic[K] }>({
        guid,
        serverAssignedId: maybe(line),
        type: maybe(line),
        status: maybe(line),
        title: prose,
        priority: maybe(line),
        index: maybe(int),
        labels: some(line),
        creationDate: date,
        creationAuthor: line,
        modifiedDate: maybe(date),
        modifiedAuthor: maybe(line),
        dueDate: maybe(date),
        assignedTo: maybe(line),
        stage: maybe(line),
        description: maybe(prose),
        referenceLinks: some(line),
        files: some(
          saying({
            ifcProject: maybe(ifcGuid),
            ifcSpatialStructureElement: maybe(ifcGuid),
            isExternal: fc.boolean(),
            filename: maybe(line),
            date: maybe(date),
            reference: maybe(line),
          }),
        ),
        snippet: maybe(
          fc.oneof(
            fc.record({ type: line, isExternal: fc.constant(true), reference: url, schema: line }),
            fc.record({ type: line, isExternal: fc.constant(false), reference: fileName, schema: line, bytes }),
          ),
        ),
        documentReferences: some(
          saying({
            guid,
            target: fc.oneof(
              documents.length === 0
                ? fc.constant({})
                : fc.constantFrom(...documents.map((documentGuid) => ({ documentGuid }))),
              url.map((text) => ({ url: text })),
            ),
            description: maybe(prose),
          }).map(({ target, ...rest }) => ({ ...rest, ...target })),
        ),
        relatedTopics: some(guid),
        comments: fc.uniqueArray(
          saying({
            guid,
            date,
            author: line,
            text: fc.oneof(prose, fc.constant('')),
            viewpointGuid:
              viewpoints.length === 0
                ? fc.constant(undefined)
                : maybe(fc.constantFrom(...viewpoints.map((each) => each.guid))),
            modifiedDate: maybe(date),
            modifiedAuthor: maybe(line),
          }),
          { selector: (each) => each.guid, maxLength: 3 },
        ),
        viewpoints: fc.constant(viewpoints),
      }),
    )
    .filter(distinct)

const names = some(line)
export const anyBcf: fc.Arbitrary<Bcf> = fc
  .uniqueArray(document, { selector: (each) => each.guid, maxLength: 3 })
  .map((documents) => documents.sort((a, b) => (a.guid < b.guid ? -1 : 1)))
  .chain((documents) =>
    saying({
      project: maybe(saying({ id: line, name: maybe(prose) })),
      extensions: fc.oneof(
        fc.constant(noExtensions),
        fc.record({
          types: names,
          statuses: names,
          priorities: names,
          labels: names,
          users: names,
          snippetTypes: names,
          stages: names,
        }),
      ),
      documents: fc.constant(documents),
      topics: fc.uniqueArray(topic(documents.map((each) => each.guid)), {
        selector: (each) => each.guid,
        maxLength: 3,
      }),
      others: fc.uniqueArray(fc.record({ path: fileName, bytes }), {
        selector: (each) => each.path.toLowerCase(),
        maxLength: 2,
      }),
    }),
  )
