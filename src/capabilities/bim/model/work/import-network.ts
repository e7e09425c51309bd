/** Worker: reads mapped tables into a network of the district's plane, checks its quality, and makes what is stored. */
import { type Converter, converterFor, gaussKruger } from '../../../../engines/geo/projection.ts'
import type { GeographicBox } from '../../../../engines/geo/recognise.ts'
import { applyShift } from '../../../../engines/geo/shift.ts'
import { pipesOf } from '../../../../engines/pipes/axis.ts'
import type { PipeClasses } from '../../../../engines/pipes/classes.ts'
import type { FieldId, SurveyColumns } from '../../../../engines/pipes/import/columns.ts'
import { type MappedSheet, readNetwork } from '../../../../engines/pipes/import/read.ts'
import { columnName, type Issue } from '../../../../engines/pipes/import/sheet.ts'
import type { Network } from '../../../../engines/pipes/model.ts'
import { checkQuality, pointsOutside } from '../../../../engines/pipes/quality.ts'
import type { PipeRules } from '../../../../engines/pipes/rules/schema.ts'
import type { Statistics } from '../../contract.ts'
import type { Mapping } from '../mapping.ts'
import { pack } from '../packed.ts'
import { mappingWrong } from '../refusals.ts'
import type { WorkerContext } from '../work.ts'
import { packJson, packNetwork } from './content.ts'
import { geometryOf, type Selectable, selectableOf, statisticsOf } from './network-parts.ts'
import { type GivenFile, openTables } from './tables.ts'

export interface ImportInput {
  readonly files: readonly GivenFile[]
  readonly mapping: Mapping
  /** Id of the model: the network's name in all checks. */
  readonly network: string
  readonly phase: 'existing' | 'design'
  readonly epsg: number
  readonly district: GeographicBox
  readonly classes: PipeClasses
  readonly columns: SurveyColumns
  readonly drainage: PipeRules['drainage']
}
export interface IssueCounts {
  readonly error: number
  readonly warning: number
  readonly notice: number
}
export interface ImportResult {
  readonly content: Uint8Array
  readonly geometry: Uint8Array
  /** Issues as compressed JSON. */
  readonly report: Uint8Array
  readonly statistics: Statistics
  readonly selectable: Selectable
  readonly issues: IssueCounts
}

export const countIssues = (issues: readonly Pick<Issue, 'severity'>[]): IssueCounts => {
  const counts = { error: 0, warning: 0, notice: 0 }
  for (const { severity } of issues) counts[severity] += 1
  return counts
}
const general = (rule: string, severity: Issue['severity'], sentence: string): Issue => ({
  rule,
  severity,
  place: { file: '', sheet: null, row: null, column: null },
  sentence,
})

/** Faults that are found in the network: the columns, in this order, in which a person looks for them. */
const columnsOfRule: Readonly<Record<string, readonly FieldId[]>> = {
  'ground-unknown': ['ground'],
  'point-outside': ['north', 'east'],
  'same-place': ['north', 'east'],
  'place-invalid': ['north', 'east'],
  'well-depth': ['wellDepth'],
  'depth-unknown': ['startDepth', 'depth', 'startElevation', 'topElevation'],
  'depth-negative': ['startDepth', 'depth'],
  'depth-great': ['startDepth', 'depth'],
  'heights-differ': ['startElevation'],
  'point-missing': ['start'],
  'start-is-end': ['end'],
  holes: ['usedHoles'],
  'drain-small': ['size'],
  'size-jumps': ['size'],
  'class-differs': ['code'],
}
/** The same with the column of the sheet in which the row stands. */
const withColumn = (issue: Issue, sheets: readonly MappedSheet[], swapped: boolean): Issue => {
  const { file, sheet, row, column } = issue.place
  if (column !== null || row === null) return issue
  // The end of a line is named in the sentence, and so is the easting of a point: the other column where both were exchanged.
  const own = columnsOfRule[issue.rule] ?? []
  const east = issue.rule === 'point-outside' && /横坐标/.test(issue.sentence) !== swapped
  const fields = (east ? [...own].reverse() : own).map((field) =>
    /终点/.test(issue.sentence) ? (field.replace(/^start/, 'end') as FieldId) : field,
  )
  for (const each of sheets) {
    if (each.sheet.file !== file || each.sheet.sheet !== sheet) continue
    const at = fields.map((field) => each.mapping.columns[field]).find((found) => found !== undefined)
    if (at !== undefined) return { ...issue, place: { ...issue.place, column: columnName(at) } }
  }
  return issue
}

/** Takes the coordinates of the files to the district's plane. */
const inPlane = (
  network: Network,
  mapping: Mapping,
  epsg: number,
): { readonly network: Network; readonly issues: readonly Issue[] } => {
  const from: Converter | undefined = mapping.epsg === null ? undefined : converterFor(mapping.epsg)
  const to = converterFor(epsg)
  const issues: Issue[] = []
  let known = true
  const name = (code: number): string => gaussKruger(code)?.name ?? `EPSG:${code}`
  if (mapping.swapped) issues.push(general('coordinates-swapped', 'notice', '已按确认的设置交换 X、Y 两列。'))
  if (mapping.shift !== null)
    issues.push(general('coordinates-shifted', 'notice', `已按四参数把地方坐标转换到 ${name(epsg)}。`))
  else if (mapping.degrees) issues.push(general('coordinates-degrees', 'notice', `已把经纬度换算到 ${name(epsg)}。`))
  else if (mapping.epsg === null || from === undefined || to === undefined) {
    known = false
    issues.push(
      general(
        'coordinates-local',
        'warning',
        '坐标按地方坐标系原样读入,不能与其他坐标系的模型一起检查;请尽量设置四参数转换。',
      ),
    )
  } else if (mapping.epsg !== epsg)
    issues.push(general('coordinates-converted', 'notice', `坐标已由 ${name(mapping.epsg)} 换算到 ${name(epsg)}。`))
  const convert = ({ east, north }: { readonly east: number; readonly north: number }) => {
    const plain = mapping.swapped ? { east: north, north: east } : { east, north }
    if (mapping.shift !== null) return applyShift(mapping.shift, plain)
    if (mapping.degrees) return to?.toPlane({ longitude: plain.east, latitude: plain.north }) ?? plain
    if (mapping.epsg === epsg || from === undefined || to === undefined) return plain
    return to.toPlane(from.toGeographic(plain))
  }
  return {
    network: {
      ...network,
      epsg: known ? epsg : null,
      points: network.points.map((point) => ({ ...point, ...convert(point) })),
    },
    issues,
  }
}

export const importNetwork = async (input: ImportInput, { report }: WorkerContext): Promise<ImportResult> => {
  report(0, 6)
  const opened = await openTables(input.files)
  report(1, 6)
  const mapped = input.mapping.sheets.flatMap((mapping): MappedSheet[] => {
    if (mapping.role === 'ignore') return []
    const sheet = opened.sheets.find(
      (each) => each.sheet.file === mapping.file && each.sheet.sheet === mapping.sheet && each.part === mapping.part,
    )
    if (sheet === undefined)
      throw mappingWrong({
        why: `文件“${mapping.file}”${mapping.sheet === null ? '' : `的工作表“${mapping.sheet}”`}不存在。`,
      })
    return [{ sheet: sheet.sheet, mapping }]
  })
  if (mapped.length === 0) throw mappingWrong({ why: '没有选择任何点表或线表。' })
  // A height convention that a person confirmed stands in for the usual one of the class.
  const classes: PipeClasses = {
    ...input.classes,
    classes: input.classes.classes.map((each) => ({
      ...each,
      meaning: input.mapping.meanings[each.code] ?? each.meaning,
    })),
  }
  const read = readNetwork(mapped, {
    network: input.network,
    epsg: input.mapping.epsg,
    classes,
    phase: input.phase,
    phases: input.mapping.phases ?? 'as-written',
  })
  report(2, 6)
  const { network: placed, issues } = inPlane(read.network, input.mapping, input.epsg)
  const options = { limits: input.columns.limits, district: input.district, drainage: input.drainage }
  const outside = pointsOutside(placed, options)
  const quality = checkQuality(placed, options, outside)
  // One wrong coordinate would draw a pipe across the country: such points and their lines stay out, as reported.
  const network: Network =
    outside.size === 0
      ? placed
      : {
          ...placed,
          points: placed.points.filter(({ no }) => !outside.has(no)),
          lines: placed.lines.filter(({ start, end }) => !outside.has(start) && !outside.has(end)),
        }
  report(3, 6)
  const ranks = { error: 0, warning: 1, notice: 2 } as const
  const all = [
    ...opened.issues,
    ...issues,
    ...read.issues,
    ...quality.map((issue) => withColumn(issue, mapped, input.mapping.swapped)),
  ]
  // Worst first, else in the order of the files.
  const sorted = all
    .map((issue, at) => ({ issue, at }))
    .sort((a, b) => ranks[a.issue.severity] - ranks[b.issue.severity] || a.at - b.at)
  const content = packNetwork(network)
  report(4, 6)
  const pipes = pipesOf(network)
  const geometry = pack(geometryOf(network, pipes))
  report(5, 6)
  return {
    content,
    geometry,
    report: packJson({ issues: sorted.map(({ issue }) => issue), missing: [] }),
    statistics: statisticsOf(network, pipes),
    selectable: selectableOf(network),
    issues: countIssues(all),
  }
}
