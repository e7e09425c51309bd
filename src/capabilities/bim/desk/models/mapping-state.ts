/** Changes of a mapping while a person works on it. Pure. */
import type { FieldId, Mapping, SheetMapping, SheetRole, Suggestion } from '../../model/mapping.ts'

export const withSheet = (mapping: Mapping, at: number, part: Partial<SheetMapping>): Mapping => ({
  ...mapping,
  sheets: mapping.sheets.map((sheet, index) => (index === at ? { ...sheet, ...part } : sheet)),
})
/** Which field a column means; null: none. */
export const fieldOf = (sheet: SheetMapping, column: number): FieldId | null =>
  (Object.entries(sheet.columns).find(([, at]) => at === column)?.[0] as FieldId | undefined) ?? null
/** A column means one field and a field stands in one column: what held either before lets go. */
export const withColumn = (sheet: SheetMapping, column: number, field: FieldId | null): SheetMapping => {
  const kept = Object.entries(sheet.columns).filter(([name, at]) => at !== column && name !== field)
  return {
    ...sheet,
    columns: Object.fromEntries([...kept, ...(field === null ? [] : [[field, column] as const])]),
  }
}
/** Fields that may stand in a table of a role. */
export const fieldsFor = <T extends { readonly tables: readonly ('point' | 'line')[] }>(
  fields: readonly T[],
  role: SheetRole,
): readonly T[] =>
  fields.filter(
    ({ tables }) => role === 'field' || (role === 'points' ? tables.includes('point') : tables.includes('line')),
  )
/** What must be told before the tables can be read, in sentences; empty: nothing. */
export const gaps = (
  mapping: Mapping,
  suggestion: Pick<Suggestion, 'phases'>,
): readonly { readonly zh: string; readonly en: string }[] => [
  ...gapsOfSheets(mapping),
  ...(suggestion.phases !== null && mapping.phases === null
    ? [
        {
          zh: '表中有的行与本模型的“现状或设计”不一致:请选择怎样处理。',
          en: 'Some rows contradict what the model is: say what becomes of them.',
        },
      ]
    : []),
]
const gapsOfSheets = (mapping: Mapping): readonly { readonly zh: string; readonly en: string }[] => {
  const used = mapping.sheets.filter((sheet) => sheet.role !== 'ignore')
  if (used.length === 0) return [{ zh: '至少要有一张表参加导入。', en: 'At least one table must take part.' }]
  const name = (sheet: SheetMapping): string => sheet.sheet ?? sheet.file
  return used.flatMap((sheet) => {
    const has = (...fields: readonly FieldId[]): boolean => fields.every((field) => sheet.columns[field] !== undefined)
    if (sheet.role === 'points' || sheet.role === 'field') {
      const missing = [
        ...(has('no') || has('mapNo') ? [] : ['点号']),
        ...(has('north') ? [] : ['X(北)']),
        ...(has('east') ? [] : ['Y(东)']),
      ]
      return missing.length === 0
        ? []
        : [
            {
              zh: `“${name(sheet)}”还没有指明${missing.join('、')}所在的列。`,
              en: `“${name(sheet)}”: say which columns hold number, north and east.`,
            },
          ]
    }
    return has('start', 'end') || has('startEast', 'startNorth', 'endEast', 'endNorth')
      ? []
      : [
          {
            zh: `“${name(sheet)}”还没有指明起点和终点点号(或两端坐标)所在的列。`,
            en: `“${name(sheet)}”: say which columns hold the points of start and end.`,
          },
        ]
  })
}
