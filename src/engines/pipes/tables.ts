/** Writes a network as survey tables: rows for points and lines under the usual column names, and as CSV. */
import type { PipeClasses } from './classes.ts'
import type { Cell } from './import/sheet.ts'
import type { Network, PipeLine, Section } from './model.ts'

const pointHeader = ['物探点号', 'X', 'Y', '地面高程', '管线类别', '特征', '附属物', '井底深', '备注'] as const
const lineHeader = [
  '起点点号',
  '终点点号',
  '管线类别',
  '起点埋深',
  '终点埋深',
  '起点高程',
  '终点高程',
  '高程位置',
  '材质',
  '管径',
  '外径(mm)',
  '埋设方式',
  '压力',
  '电压',
  '总孔数',
  '已用孔数',
  '电缆条数',
  '流向',
  '使用状态',
  '现状或设计',
  '主支管',
  '权属单位',
  '埋设日期',
  '探测单位',
  '探测日期',
] as const
const meaningNames = { top: '管顶', centre: '管中心', invert: '管内底', bottom: '管外底' } as const
const mm = (metres: number): number => Math.round(metres * 1e6) / 1e3

const sizeOf = (section: Section): string =>
  section.shape === 'circle'
    ? String(section.nominalMm)
    : section.shape === 'unknown'
      ? ''
      : `${mm(section.widthM + 2 * section.wallM)}×${mm(section.heightM + 2 * section.wallM)}`

/**
 * Rows with the header first. A box is written by its outer size: its height for the invert is restated as the outer
 * bottom, so that the axis stays where it is.
 */
export const tablesOf = (
  network: Network,
  classes: PipeClasses,
): { readonly points: readonly (readonly Cell[])[]; readonly lines: readonly (readonly Cell[])[] } => {
  const burialCodes = new Map([...classes.burials].reverse().map(({ burial, code }) => [burial, code]))
  const stateCodes = new Map(classes.states.map(({ state, code }) => [state, code]))
  const gasNames = new Map(classes.gasPressures.steps.map(({ pressure, name }) => [pressure, name]))
  const lineRow = (line: PipeLine): readonly Cell[] => {
    const { section } = line
    const lowered = section.shape === 'box' && line.meaning === 'invert' ? section.wallM : 0
    const down = (value: number | null): number | null => (value === null ? null : mm(value - lowered) / 1e3)
    const deep = (value: number | null): number | null => (value === null ? null : mm(value + lowered) / 1e3)
    return [
      line.start,
      line.end,
      line.code,
      deep(line.startDepthM),
      deep(line.endDepthM),
      down(line.startElevation),
      down(line.endElevation),
      meaningNames[lowered > 0 ? 'bottom' : line.meaning],
      line.material,
      sizeOf(section),
      section.shape === 'circle' ? mm(section.outerM) : null,
      line.burial === null ? null : (burialCodes.get(line.burial) ?? null),
      line.gasPressure === null ? line.pressureMpa : (gasNames.get(line.gasPressure) ?? null),
      line.voltageKv,
      line.holes,
      line.usedHoles,
      line.cables,
      line.flow === null ? null : line.flow === 'along' ? '+' : '-',
      stateCodes.get(line.state) ?? null,
      `${line.phase === 'design' ? '设计' : '现状'}${line.temporary ? '(临时)' : ''}`,
      line.role === null ? null : line.role === 'main' ? '主管' : '支管',
      line.owner,
      line.builtOn,
      line.surveyedBy,
      line.surveyedOn,
    ]
  }
  return {
    points: [
      pointHeader,
      ...network.points.map((point) => [
        point.no,
        point.north,
        point.east,
        point.ground,
        point.code,
        point.feature,
        point.appendage,
        point.wellDepthM,
        point.note,
      ]),
    ],
    lines: [lineHeader, ...network.lines.map(lineRow)],
  }
}

/** Text of rows as CSV (RFC 4180, CRLF); a cell that begins like a formula gets a quote before it, numbers stay numbers. */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  rows
    .map((row) =>
      row
        .map((cell) => {
          if (cell === null) return ''
          const text = typeof cell === 'string' && /^[=@\t\r]/.test(cell) ? `'${cell}` : String(cell)
          return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
        })
        .join(','),
    )
    .join('\r\n')
