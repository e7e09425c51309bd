/**
 * A network as columns of numbers: a hundred thousand pipes are read in a fraction of the time that JSON takes, with hardly any
 * memory beside. Words stand once, in one list; 0 is null. In columns of numbers NaN is null.
 */
import type { CellPlace, Network, PipeLine, PipePoint, Section } from '../../../../engines/pipes/model.ts'
import { lineId } from '../../../../engines/pipes/naming.ts'

type Words = readonly string[]
const pointWords = ['no', 'code', 'kind', 'feature', 'appendage', 'note'] as const
const pointNumbers = ['east', 'north', 'ground', 'wellDepthM', 'wellSizeM'] as const
const lineWords = [
  'start',
  'end',
  'code',
  'kind',
  'meaning',
  'material',
  'burial',
  'gasPressure',
  'flow',
  'state',
  'phase',
  'role',
  'owner',
  'builtOn',
  'surveyedBy',
  'surveyedOn',
] as const
const lineNumbers = [
  'startDepthM',
  'endDepthM',
  'startElevation',
  'endElevation',
  'pressureMpa',
  'voltageKv',
  'holes',
  'usedHoles',
  'cables',
] as const
const shapes = ['unknown', 'circle', 'box', 'ducts'] as const
const walls = ['given', 'table', 'assumed'] as const

type Columns<Names extends readonly string[], Of> = Readonly<Record<Names[number], Of>>
interface PlaceColumns {
  readonly file: Uint32Array
  readonly sheet: Uint32Array
  readonly column: Uint32Array
  /** 0: none. */
  readonly row: Uint32Array
  /** 0: no place at all. */
  readonly has: Uint8Array
}
export interface NetworkColumns {
  readonly kind: 'network-columns'
  readonly id: string
  readonly epsg: number | null
  readonly words: Words
  readonly points: {
    readonly count: number
    readonly words: Columns<typeof pointWords, Uint32Array>
    readonly numbers: Columns<typeof pointNumbers, Float64Array>
    readonly place: PlaceColumns
  }
  readonly lines: {
    readonly count: number
    /** Null where it follows from class and points. */
    readonly ids: readonly (string | null)[]
    readonly words: Columns<typeof lineWords, Uint32Array>
    readonly numbers: Columns<typeof lineNumbers, Float64Array>
    readonly temporary: Uint8Array
    readonly shape: Uint8Array
    readonly wall: Uint8Array
    /** Three for each line: nominal, inner, outer of a circle; width, height, wall of a box. */
    readonly size: Float64Array
    readonly ports: readonly (readonly [index: number, ports: readonly string[]])[]
    readonly place: PlaceColumns
  }
}

const wordBook = () => {
  const index = new Map<string, number>()
  const words: string[] = ['']
  const code: Coder = (word) => {
    if (word === null) return 0
    const known = index.get(word)
    if (known !== undefined) return known
    index.set(word, words.length)
    return words.push(word) - 1
  }
  return { words, code }
}
type Row = Readonly<Record<string, unknown>>
type Coder = (word: string | null) => number
const wordColumn = <T>(rows: readonly T[], wordOf: (row: T) => string | null, code: Coder): Uint32Array => {
  const column = new Uint32Array(rows.length)
  // Neighbours in tables mostly say the same.
  let last: string | null = null
  let lastCode = 0
  for (const [k, row] of rows.entries()) {
    const word = wordOf(row)
    if (word !== last) {
      last = word
      lastCode = code(word)
    }
    column[k] = lastCode
  }
  return column
}
const wordColumns = <Names extends readonly string[]>(
  rows: readonly object[],
  names: Names,
  code: Coder,
): Columns<Names, Uint32Array> =>
  Object.fromEntries(
    names.map((name) => [name, wordColumn(rows, (row) => (row as Row)[name] as string | null, code)]),
  ) as Columns<Names, Uint32Array>
const numberColumns = <Names extends readonly string[]>(
  rows: readonly object[],
  names: Names,
): Columns<Names, Float64Array> =>
  Object.fromEntries(
    names.map((name) => {
      const column = new Float64Array(rows.length)
      for (const [k, row] of rows.entries()) column[k] = ((row as Row)[name] as number | null) ?? Number.NaN
      return [name, column]
    }),
  ) as Columns<Names, Float64Array>
const byteColumn = <T>(rows: readonly T[], byteOf: (row: T) => number): Uint8Array => {
  const column = new Uint8Array(rows.length)
  for (const [k, row] of rows.entries()) column[k] = byteOf(row)
  return column
}
const placeColumns = (rows: readonly { readonly place: CellPlace | null }[], code: Coder): PlaceColumns => {
  const row = new Uint32Array(rows.length)
  for (const [k, { place }] of rows.entries()) row[k] = place?.row ?? 0
  return {
    file: wordColumn(rows, ({ place }) => place?.file ?? null, code),
    sheet: wordColumn(rows, ({ place }) => place?.sheet ?? null, code),
    column: wordColumn(rows, ({ place }) => place?.column ?? null, code),
    row,
    has: byteColumn(rows, ({ place }) => (place === null ? 0 : 1)),
  }
}
const sizesOf = (section: Section): readonly [number, number, number] =>
  section.shape === 'unknown'
    ? [0, 0, 0]
    : section.shape === 'circle'
      ? [section.nominalMm, section.innerM, section.outerM]
      : [section.widthM, section.heightM, section.wallM]

export const columnsOf = ({ id, epsg, points, lines }: Network): NetworkColumns => {
  const { words, code } = wordBook()
  const size = new Float64Array(lines.length * 3)
  for (const [k, { section }] of lines.entries()) size.set(sizesOf(section), k * 3)
  return {
    kind: 'network-columns',
    id,
    epsg,
    points: {
      count: points.length,
      words: wordColumns(points, pointWords, code),
      numbers: numberColumns(points, pointNumbers),
      place: placeColumns(points, code),
    },
    lines: {
      count: lines.length,
      ids: lines.map((line) => (line.id === lineId(line.code, line.start, line.end) ? null : line.id)),
      words: wordColumns(lines, lineWords, code),
      numbers: numberColumns(lines, lineNumbers),
      temporary: byteColumn(lines, ({ temporary }) => (temporary ? 1 : 0)),
      shape: byteColumn(lines, ({ section }) => shapes.indexOf(section.shape)),
      wall: byteColumn(lines, ({ section }) => (section.shape === 'unknown' ? 0 : walls.indexOf(section.wall))),
      size,
      ports: lines.flatMap(({ ports }, k): [number, readonly string[]][] => (ports.length === 0 ? [] : [[k, ports]])),
      place: placeColumns(lines, code),
    },
    words,
  }
}

export const isColumns = (value: unknown): value is NetworkColumns =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'network-columns'

const NO_PORTS: readonly string[] = []
export const networkOf = ({ id, epsg, words, points, lines }: NetworkColumns): Network => {
  const word = (column: Uint32Array, k: number): string | null => {
    const code = column[k] ?? 0
    return code === 0 ? null : (words[code] ?? null)
  }
  const number = (column: Float64Array, k: number): number | null => {
    const value = column[k] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }
  const placeAt = (place: PlaceColumns, k: number): CellPlace | null =>
    place.has[k] === 0
      ? null
      : {
          file: word(place.file, k) ?? '',
          sheet: word(place.sheet, k),
          row: place.row[k] === 0 ? null : (place.row[k] ?? null),
          column: word(place.column, k),
        }
  const made: PipePoint[] = []
  const [p, q] = [points.words, points.numbers]
  for (let k = 0; k < points.count; k += 1)
    made.push({
      no: word(p.no, k) ?? '',
      code: word(p.code, k) ?? '',
      kind: (word(p.kind, k) ?? 'unknown') as PipePoint['kind'],
      east: q.east[k] ?? Number.NaN,
      north: q.north[k] ?? Number.NaN,
      ground: number(q.ground, k),
      feature: word(p.feature, k),
      appendage: word(p.appendage, k),
      wellDepthM: number(q.wellDepthM, k),
      wellSizeM: number(q.wellSizeM, k),
      note: word(p.note, k),
      place: placeAt(points.place, k),
    })
  const sectionAt = (k: number): Section => {
    const shape = shapes[lines.shape[k] ?? 0] ?? 'unknown'
    const wall = walls[lines.wall[k] ?? 0] ?? 'given'
    const [a, b, c] = [lines.size[k * 3] ?? 0, lines.size[k * 3 + 1] ?? 0, lines.size[k * 3 + 2] ?? 0]
    return shape === 'unknown'
      ? { shape }
      : shape === 'circle'
        ? { shape, nominalMm: a, innerM: b, outerM: c, wall }
        : { shape, widthM: a, heightM: b, wallM: c, wall }
  }
  const ports = new Map(lines.ports)
  const [w, n] = [lines.words, lines.numbers]
  const drawn: PipeLine[] = []
  for (let k = 0; k < lines.count; k += 1) {
    const [code, start, end] = [word(w.code, k) ?? '', word(w.start, k) ?? '', word(w.end, k) ?? '']
    drawn.push({
      id: lines.ids[k] ?? lineId(code, start, end),
      start,
      end,
      code,
      kind: (word(w.kind, k) ?? 'unknown') as PipeLine['kind'],
      startDepthM: number(n.startDepthM, k),
      endDepthM: number(n.endDepthM, k),
      startElevation: number(n.startElevation, k),
      endElevation: number(n.endElevation, k),
      meaning: (word(w.meaning, k) ?? 'top') as PipeLine['meaning'],
      section: sectionAt(k),
      material: word(w.material, k),
      burial: word(w.burial, k) as PipeLine['burial'],
      pressureMpa: number(n.pressureMpa, k),
      gasPressure: word(w.gasPressure, k) as PipeLine['gasPressure'],
      voltageKv: number(n.voltageKv, k),
      holes: number(n.holes, k),
      usedHoles: number(n.usedHoles, k),
      cables: number(n.cables, k),
      flow: word(w.flow, k) as PipeLine['flow'],
      state: (word(w.state, k) ?? 'other') as PipeLine['state'],
      phase: (word(w.phase, k) ?? 'existing') as PipeLine['phase'],
      temporary: lines.temporary[k] === 1,
      role: word(w.role, k) as PipeLine['role'],
      owner: word(w.owner, k),
      builtOn: word(w.builtOn, k),
      surveyedBy: word(w.surveyedBy, k),
      surveyedOn: word(w.surveyedOn, k),
      ports: ports.get(k) ?? NO_PORTS,
      place: placeAt(lines.place, k),
    })
  }
  return { id, epsg, points: made, lines: drawn }
}
