/** Worker: opens tables and suggests what their columns mean. */

import { type GeographicBox, recogniseCoordinates } from '../../../../engines/geo/recognise.ts'
import type { PipeClasses } from '../../../../engines/pipes/classes.ts'
import type { SurveyColumns } from '../../../../engines/pipes/import/columns.ts'
import { type MappingSuggestion, suggestMapping } from '../../../../engines/pipes/import/mapping.ts'
import { phaseOf } from '../../../../engines/pipes/import/read.ts'
import { numberOf, type Sheet, textOf } from '../../../../engines/pipes/import/sheet.ts'
import type { Mapping, SheetMapping, Suggestion } from '../mapping.ts'
import { nothingReadable } from '../refusals.ts'
import type { WorkerContext } from '../work.ts'
import { type GivenFile, type OpenedSheet, openTables } from './tables.ts'

export interface InspectInput {
  readonly files: readonly GivenFile[]
  readonly classes: PipeClasses
  readonly columns: SurveyColumns
  readonly epsg: number
  readonly district: GeographicBox
  /** What was confirmed for the version before; null: nothing, or not to be taken. */
  readonly before: Mapping | null
  /** What the model is. */
  readonly phase: 'existing' | 'design'
}
export interface InspectResult {
  readonly suggestion: Suggestion
  /** The mapping of the version before fits every sheet: nobody need be asked. */
  readonly fits: boolean
}
const SAMPLE_ROWS = 8
const SAMPLE_COLUMNS = 80

const coordinatesIn = (sheet: Sheet, { firstRow, columns }: MappingSuggestion['mapping']) => {
  const pairs = [
    [columns.east, columns.north],
    [columns.startEast, columns.startNorth],
  ] as const
  return pairs.flatMap(([east, north]) =>
    east === undefined || north === undefined
      ? []
      : sheet.rows.slice(firstRow, firstRow + 2000).flatMap((row) => {
          const [x, y] = [numberOf(row[east]), numberOf(row[north])]
          return typeof x === 'number' && typeof y === 'number' ? [{ east: x, north: y }] : []
        }),
  )
}
/** How many rows say 现状 and 设计; null when none contradicts the model. */
const phasesIn = (
  sheets: readonly { readonly sheet: Sheet; readonly mapping: MappingSuggestion['mapping'] }[],
  model: 'existing' | 'design',
): Suggestion['phases'] => {
  const counts = { existing: 0, design: 0 }
  for (const { sheet, mapping } of sheets) {
    const column = mapping.columns.phase
    if (column === undefined || (mapping.role !== 'lines' && mapping.role !== 'field')) continue
    for (const row of sheet.rows.slice(mapping.firstRow)) {
      const phase = phaseOf(textOf(row[column]))
      if (phase !== undefined) counts[phase] += 1
    }
  }
  return counts[model === 'design' ? 'existing' : 'design'] === 0 ? null : { model, ...counts }
}
const sameName = (one: SheetMapping, other: SheetMapping): boolean =>
  one.sheet === other.sheet && one.part === other.part
/** A sheet of the new files is read like one of the version before when the suggestion found the same columns. */
const likeBefore = (before: Mapping | null, suggested: SheetMapping): SheetMapping | null => {
  const columnsOf = (mapping: SheetMapping): string =>
    JSON.stringify(Object.entries(mapping.columns).sort(([a], [b]) => (a < b ? -1 : 1)))
  const twin =
    before?.sheets.find((each) => each.file === suggested.file && sameName(each, suggested)) ??
    before?.sheets.find((each) => sameName(each, suggested) && columnsOf(each) === columnsOf(suggested)) ??
    (before?.sheets.length === 1 ? before.sheets[0] : undefined)
  if (twin === undefined) return null
  // Columns that a person chose count, provided that nothing that the reader sees has moved.
  const moved = Object.entries(suggested.columns).some(([field, column]) => {
    const known = twin.columns[field as keyof typeof twin.columns]
    return known !== undefined && known !== column
  })
  return moved || twin.firstRow !== suggested.firstRow
    ? null
    : { ...twin, file: suggested.file, sheet: suggested.sheet, part: suggested.part }
}

export const inspectTables = async (input: InspectInput, { report }: WorkerContext): Promise<InspectResult> => {
  const { classes, columns, before } = input
  report(0, 3)
  const opened = await openTables(input.files)
  const filled = opened.sheets.filter(({ sheet }) => sheet.rows.some((row) => row.some((cell) => textOf(cell) !== '')))
  if (filled.length === 0)
    throw nothingReadable({ why: opened.issues[0]?.sentence ?? '文件里没有数据,请检查后重新上传。' })
  report(1, 3)
  const suggested = filled.map(({ sheet, part }) => ({ sheet, part, ...suggestMapping(sheet, columns, classes) }))
  // Beside tables with rows, an empty one is nobody's mistake (a layer that the area has not).
  const rowsOf = ({ sheet, mapping }: (typeof suggested)[number]): number =>
    sheet.rows.slice(mapping.firstRow).filter((row) => row.some((cell) => textOf(cell) !== '')).length
  if (suggested.every((each) => Object.keys(each.mapping.columns).length > 0 && rowsOf(each) === 0))
    throw nothingReadable({ why: '表中只有表头,没有数据行;请补上数据后重新上传。' })
  const points = suggested.flatMap(({ sheet, mapping }) =>
    mapping.role === 'ignore' ? [] : coordinatesIn(sheet, mapping),
  )
  const readings = recogniseCoordinates(points, input.epsg, input.district)
  const [best] = readings
  report(2, 3)
  const sheetOf = ({ sheet, part, mapping }: OpenedSheet & MappingSuggestion): SheetMapping => ({
    file: sheet.file,
    sheet: sheet.sheet,
    part,
    ...mapping,
  })
  const sheets = suggested.map((each) => {
    const own = sheetOf(each)
    return { own, known: likeBefore(before, own) }
  })
  const phases = phasesIn(suggested, input.phase)
  const fits =
    before !== null &&
    sheets.every(({ own, known }) => known !== null || own.role === 'ignore') &&
    (phases === null || (before.phases ?? null) !== null)
  const place =
    before !== null && fits
      ? { epsg: before.epsg, degrees: before.degrees, swapped: before.swapped, shift: before.shift }
      : {
          epsg: best === undefined ? null : best.epsg,
          degrees: best !== undefined && best.epsg === null,
          swapped: best?.swapped ?? false,
          shift: null,
        }
  const remarks = [
    ...opened.issues.map(({ sentence, place: at }) => (at.file === '' ? sentence : `${at.file}:${sentence}`)),
    ...Object.entries(opened.systems).map(([layer, text]) => `图层“${layer}”自带坐标系说明:${text.slice(0, 120)}`),
    ...(best === undefined && points.length > 0
      ? ['坐标不在本区范围内,也不是常见的带号或行列错误;如采用地方坐标系,请填写四参数转换。']
      : []),
    ...(best !== undefined && !best.asExpected ? [best.sentence] : []),
  ]
  report(3, 3)
  return {
    fits,
    suggestion: {
      mapping: {
        sheets: sheets.map(({ own, known }) => known ?? own),
        ...place,
        meanings: before?.meanings ?? {},
        phases: before?.phases ?? null,
      },
      phases,
      previews: suggested.map(({ sheet, part, header, confidence, unused, doubts }) => ({
        file: sheet.file,
        sheet: sheet.sheet,
        part,
        rows: sheet.rows.length,
        header: header.slice(0, SAMPLE_COLUMNS),
        sample: sheet.rows.slice(0, SAMPLE_ROWS).map((row) => row.slice(0, SAMPLE_COLUMNS)),
        confidence,
        unused: [...unused],
        doubts: [...doubts],
      })),
      fields: columns.fields.map(({ id, names, tables }) => ({ field: id, name: names[0] ?? id, tables: [...tables] })),
      classes: classes.classes.map(({ code, name, meaning }) => ({ code, name: name.zh, meaning })),
      readings: readings.map(({ epsg, swapped, share, sentence }) => ({ epsg, swapped, share, sentence })),
      remarks,
    },
  }
}
