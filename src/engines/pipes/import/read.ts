/**
 * Reads mapped sheets into a network. Never throws on bad data: what cannot be read is left out or unknown, and said with
 * file, sheet, row and column.
 */
import { burialOf, gasPressureOf, materialOf, type PipeClasses, stateOf } from '../classes.ts'
import type { ElevationMeaning, Network, Phase, PipeLine, PipePoint } from '../model.ts'
import { lineId } from '../naming.ts'
import { dateOf, type MappedSheet, meaningAt, perMetre, SheetReader } from './row-reader.ts'
import type { Issue } from './sheet.ts'

export type { MappedSheet } from './row-reader.ts'

export interface ReadOptions {
  readonly network: string
  readonly epsg: number | null
  readonly classes: PipeClasses
  readonly phase?: 'existing' | 'design'
  /** Rows whose column 现状或设计 says otherwise: as they are written (default), or all as `phase`. */
  readonly phases?: 'as-written' | 'as-model'
}
export interface ReadResult {
  readonly network: Network
  readonly issues: readonly Issue[]
}

/** What a cell of the column 现状或设计 says; undefined: nothing. */
export const phaseOf = (text: string): Phase | undefined =>
  /设计|新建|拟建|规划|design/i.test(text) ? 'design' : /现状|已建|既有|existing/i.test(text) ? 'existing' : undefined

/** One issue for a sheet whose rows contradict what the model is: what is read as something else is never silent. */
const tellPhases = (
  reader: SheetReader,
  rows: readonly number[],
  { phase = 'existing', phases }: ReadOptions,
): void => {
  if (!reader.has('phase')) return
  const others = rows.filter((row) => (phaseOf(reader.text(row, 'phase')) ?? phase) !== phase)
  const [first] = others
  if (first === undefined) return
  const [own, other] = phase === 'design' ? ['设计', '现状'] : ['现状', '设计']
  reader.tell(
    'phase-differs',
    'warning',
    first,
    'phase',
    phases === 'as-model'
      ? `本模型是${own},但有${others.length}行写“${other}”(首见于本行);已按确认的设置全部作为${own}读入。`
      : `本模型是${own},但有${others.length}行写“${other}”(首见于本行),这些行已作为${other}读入;如应作为${own},请改正该列,或导入时选择“全部作为${own}”。`,
  )
}

interface LineParts {
  readonly start: string
  readonly end: string
  readonly startDepthM: number | null
  readonly endDepthM: number | null
  readonly startElevation: number | null
  readonly endElevation: number | null
  readonly meaning: ElevationMeaning | null
}

const readPoint = (reader: SheetReader, row: number): PipePoint | null => {
  const no = reader.text(row, 'no') || reader.text(row, 'mapNo')
  if (no === '') {
    reader.tell('point-number-missing', 'error', row, 'no', '没有点号;请补上点号后重新导入。')
    return null
  }
  const mapNo = reader.text(row, 'mapNo')
  if (mapNo !== '' && reader.text(row, 'no') !== '' && mapNo !== no)
    reader.tell('numbers-differ', 'warning', row, 'mapNo', `图上点号“${mapNo}”与物探点号“${no}”不一致;请核对。`)
  const north = reader.number(row, 'north', 'X(北坐标)')
  const east = reader.number(row, 'east', 'Y(东坐标)')
  if (north === null || east === null) {
    reader.tell(
      'place-missing',
      'error',
      row,
      north === null ? 'north' : 'east',
      `点${no}没有可用的坐标;请补测后重新导入。`,
    )
    return null
  }
  const feature = reader.textOrNull(row, 'feature')
  const appendage = reader.textOrNull(row, 'appendage')
  if (reader.has('feature') && reader.has('appendage') && (feature === null) === (appendage === null))
    reader.tell(
      'feature-or-appendage',
      'notice',
      row,
      'feature',
      feature === null
        ? `点${no}的特征与附属物都没有填;请填其中一项。`
        : `点${no}的特征与附属物都填了;按规定只填其中一项,请核对。`,
    )
  const own = reader.classAt(row)
  const wellSize = reader.has('wellSize') ? reader.number(row, 'wellSize', '井径') : null
  return {
    no,
    code: own.code,
    kind: own.kind,
    east,
    north,
    ground: reader.number(row, 'ground', '地面高程'),
    feature,
    appendage,
    wellDepthM: reader.depth(row, 'wellDepth', '井底深'),
    wellSizeM: wellSize === null ? null : wellSize / perMetre[reader.mapping.sizeUnit],
    note: reader.textOrNull(row, 'note'),
    place: reader.place(row),
  }
}

const readLine = (reader: SheetReader, row: number, parts: LineParts, options: ReadOptions): Omit<PipeLine, 'id'> => {
  const own = reader.classAt(row)
  const materialText = reader.text(row, 'material')
  const material = materialText === '' ? undefined : materialOf(options.classes, materialText)
  if (reader.has('material') && material === undefined)
    reader.tell(
      'material-unknown',
      'notice',
      row,
      'material',
      materialText === ''
        ? '没有填材质;请补充,未补前外径按估计值。'
        : `材质“${materialText}”不在材质表内;请核对,未核对前外径按估计值。`,
    )
  const burialText = reader.text(row, 'burial')
  const burial = burialText === '' ? undefined : burialOf(options.classes, burialText)
  if (burialText !== '' && burial === undefined)
    reader.tell('burial-unknown', 'notice', row, 'burial', `埋设方式“${burialText}”不在代码表内;请核对。`)
  const stateText = reader.text(row, 'state')
  const state = stateText === '' ? 'in-use' : stateOf(options.classes, stateText)
  if (state === undefined)
    reader.tell('state-unknown', 'notice', row, 'state', `使用状态“${stateText}”不在代码表内,按在用处理;请核对。`)
  const pressureText = reader.text(row, 'pressure')
  const pressure = pressureText === '' ? undefined : gasPressureOf(options.classes, pressureText)
  if (own.kind === 'gas' && pressure === undefined)
    reader.tell(
      'pressure-unknown',
      'warning',
      row,
      'pressure',
      '燃气管没有可用的压力等级;请填低压、中压B、中压A、次高压B、次高压A 或高压。',
    )
  const pressureNumber = /^([0-9.]+)\s*(MPA|KPA)?$/i.exec(pressureText)
  const pressureMpa =
    pressureNumber === null ? null : Number(pressureNumber[1]) / (/KPA/i.test(pressureText) ? 1_000 : 1)
  const voltageText = reader.text(row, 'voltage')
  const voltage = /^([0-9.]+)\s*(KV|V)?$/i.exec(voltageText)
  const voltageKv =
    voltage === null ? null : Number(voltage[1]) / (/[^K]V$/i.test(voltageText) && !/KV/i.test(voltageText) ? 1_000 : 1)
  const flowText = reader.text(row, 'flow')
  const phaseText = reader.text(row, 'phase')
  const usual = options.phase ?? 'existing'
  const roleText = reader.text(row, 'role')
  return {
    start: parts.start,
    end: parts.end,
    code: own.code,
    kind: own.kind,
    startDepthM: parts.startDepthM,
    endDepthM: parts.endDepthM,
    startElevation: parts.startElevation,
    endElevation: parts.endElevation,
    meaning: parts.meaning ?? own.meaning,
    section: reader.section(row, own, material ?? null),
    material: material ?? (materialText === '' ? null : materialText),
    burial: burial ?? null,
    pressureMpa: pressureMpa !== null && Number.isFinite(pressureMpa) ? pressureMpa : null,
    gasPressure: own.kind === 'gas' ? (pressure?.pressure ?? null) : null,
    voltageKv: voltageKv !== null && Number.isFinite(voltageKv) ? voltageKv : null,
    holes: reader.number(row, 'holes', '孔数'),
    usedHoles: reader.number(row, 'usedHoles', '已用孔数'),
    cables: reader.number(row, 'cables', '电缆条数'),
    flow: /^(\+|0|正|顺|起点到终点|along)/i.test(flowText)
      ? 'along'
      : /^(-|1|反|逆|终点到起点|against)/i.test(flowText)
        ? 'against'
        : null,
    state: state ?? 'in-use',
    phase: options.phases === 'as-model' ? usual : (phaseOf(phaseText) ?? usual),
    temporary: /临时/.test(phaseText),
    role: /支|branch/i.test(roleText) ? 'branch' : /主|干|main/i.test(roleText) ? 'main' : null,
    owner: reader.textOrNull(row, 'owner'),
    builtOn: dateOf(reader.text(row, 'builtOn')),
    surveyedBy: reader.textOrNull(row, 'surveyedBy'),
    surveyedOn: dateOf(reader.text(row, 'surveyedOn')),
    ports: [],
    place: reader.place(row),
  }
}

/** Reads points and lines of all sheets, then gives lines their identity. Coordinates without numbers make points of their own. */
export const readNetwork = (sheets: readonly MappedSheet[], options: ReadOptions): ReadResult => {
  const issues: Issue[] = []
  const points = new Map<string, PipePoint>()
  const lines: Omit<PipeLine, 'id'>[] = []
  const put = (point: PipePoint, reader: SheetReader, row: number, quiet = false): void => {
    const known = points.get(point.no)
    if (known === undefined) points.set(point.no, point)
    else if (!quiet)
      reader.tell(
        'point-double',
        'error',
        row,
        'no',
        `点号${point.no}重复(首次见于第${known.place?.row ?? '?'}行);请改正其中一个,已用首次出现的一行。`,
      )
  }
  for (const mapped of sheets) {
    if (mapped.mapping.role !== 'points') continue
    const reader = new SheetReader(mapped, options.classes, issues)
    for (const row of reader.rows()) {
      const point = readPoint(reader, row)
      if (point !== null) put(point, reader, row)
    }
  }
  for (const mapped of sheets) {
    const { role } = mapped.mapping
    if (role !== 'lines' && role !== 'field') continue
    const reader = new SheetReader(mapped, options.classes, issues)
    tellPhases(reader, reader.rows(), options)
    if (role === 'field') readFieldSheet(reader, options, put, lines)
    else readLineSheet(reader, options, put, lines, issues)
  }
  const counts = new Map<string, number>()
  return {
    network: {
      id: options.network,
      epsg: options.epsg,
      points: [...points.values()],
      lines: lines.map((line) => {
        const plain = lineId(line.code, line.start, line.end)
        const count = (counts.get(plain) ?? 0) + 1
        counts.set(plain, count)
        return { ...line, id: lineId(line.code, line.start, line.end, count) }
      }),
    },
    issues,
  }
}
type PutPoint = (point: PipePoint, reader: SheetReader, row: number, quiet?: boolean) => void

const readLineSheet = (
  reader: SheetReader,
  options: ReadOptions,
  put: PutPoint,
  lines: Omit<PipeLine, 'id'>[],
  issues: Issue[],
): void => {
  for (const row of reader.rows()) {
    const ends = (['start', 'end'] as const).map((end) => {
      const no = reader.text(row, end)
      if (no !== '' || !reader.has(`${end}East`)) return no
      const east = reader.number(row, `${end}East`, '坐标')
      const north = reader.number(row, `${end}North`, '坐标')
      if (east === null || north === null) return ''
      const made = `@${east.toFixed(3)},${north.toFixed(3)}`
      const own = reader.classAt(row)
      // The class was said already for the line itself.
      if (issues.at(-1)?.rule === 'class-unknown') issues.pop()
      put(
        {
          no: made,
          code: own.code,
          kind: own.kind,
          east,
          north,
          ground: null,
          feature: null,
          appendage: null,
          wellDepthM: null,
          wellSizeM: null,
          note: null,
          place: reader.place(row),
        },
        reader,
        row,
        true,
      )
      return made
    })
    const [start = '', end = ''] = ends
    if (start === '' || end === '') {
      reader.tell(
        'line-end-missing',
        'error',
        row,
        start === '' ? 'start' : 'end',
        '没有起点号或终点号,这一行未读入;请补上后重新导入。',
      )
      continue
    }
    const parts: LineParts = {
      start,
      end,
      startDepthM: reader.depth(row, reader.has('startDepth') ? 'startDepth' : 'depth', '起点埋深'),
      endDepthM: reader.depth(row, reader.has('endDepth') ? 'endDepth' : 'depth', '终点埋深'),
      startElevation: reader.number(row, 'startElevation', '起点高程'),
      endElevation: reader.number(row, 'endElevation', '终点高程'),
      meaning: meaningAt(reader, row),
    }
    lines.push(readLine(reader, row, parts, options))
  }
}

/** Rows of a field sheet: the point, and what the line to the neighbour looks like at this end. Both ends make one line. */
const readFieldSheet = (
  reader: SheetReader,
  options: ReadOptions,
  put: PutPoint,
  lines: Omit<PipeLine, 'id'>[],
): void => {
  let last: string | null = null
  const open = new Map<string, { readonly line: Omit<PipeLine, 'id'>; readonly at: number }>()
  for (const row of reader.rows()) {
    const no = reader.text(row, 'no')
    // A point with several neighbours often has its number and place in the first row only.
    if (no !== '') {
      last = no
      if (reader.text(row, 'north') !== '' || reader.text(row, 'east') !== '') {
        const point = readPoint(reader, row)
        if (point !== null) put(point, reader, row, true)
      }
    }
    const to = reader.text(row, 'end')
    if (last === null || to === '') continue
    const top = reader.number(row, 'topElevation', '管顶高程')
    const invert = top === null ? reader.number(row, 'invertElevation', '管底高程') : null
    const meaning: ElevationMeaning | null = top !== null ? 'top' : invert !== null ? 'invert' : meaningAt(reader, row)
    const depth = reader.depth(row, 'depth', '埋深')
    const key = [last, to].sort().join('\u0000')
    const known = open.get(key)
    if (known !== undefined && known.line.start === to) {
      const { line, at } = known
      // Heights of two meanings at two ends cannot be joined by one rule: the second end stays unknown then.
      const same =
        meaning === null || meaning === line.meaning || (line.startElevation === null && line.startDepthM === null)
      lines[at] = {
        ...line,
        endDepthM: depth,
        endElevation: same ? (top ?? invert) : null,
        meaning: line.startElevation === null ? (meaning ?? line.meaning) : line.meaning,
      }
      open.delete(key)
      continue
    }
    const line = readLine(
      reader,
      row,
      {
        start: last,
        end: to,
        startDepthM: depth,
        endDepthM: null,
        startElevation: top ?? invert,
        endElevation: null,
        meaning,
      },
      options,
    )
    open.set(key, { line, at: lines.length })
    lines.push(line)
  }
}
