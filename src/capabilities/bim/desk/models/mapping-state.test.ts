import { describe, expect, it } from 'vitest'
import type { Mapping, SheetMapping } from '../../model/mapping.ts'
import { fieldOf, fieldsFor, gaps, withColumn, withSheet } from './mapping-state.ts'

const sheet: SheetMapping = {
  file: '点表.csv',
  sheet: null,
  part: 0,
  role: 'points',
  firstRow: 1,
  columns: { no: 0, north: 1, east: 2 },
  code: null,
  sizeUnit: 'mm',
  depthUnit: 'm',
}
const plain = { phases: null } as const
const mapping: Mapping = {
  sheets: [sheet],
  epsg: 4545,
  degrees: false,
  swapped: false,
  shift: null,
  meanings: {},
  phases: null,
}

describe('a mapping', () => {
  it('gives each column one field and each field one column', () => {
    const moved = withColumn(sheet, 1, 'east')
    expect(moved.columns).toEqual({ no: 0, east: 1 })
    expect(fieldOf(moved, 1)).toBe('east')
    expect(fieldOf(moved, 2)).toBeNull()
    expect(withColumn(sheet, 0, null).columns).toEqual({ north: 1, east: 2 })
  })
  it('says what is missing before it can be confirmed', () => {
    expect(gaps(mapping, plain)).toEqual([])
    expect(gaps(withSheet(mapping, 0, withColumn(sheet, 2, null)), plain)[0]?.zh).toContain('Y(东)')
    expect(gaps(withSheet(mapping, 0, { role: 'ignore' }), plain)[0]?.zh).toContain('至少')
    expect(gaps(withSheet(mapping, 0, { role: 'lines' }), plain)[0]?.zh).toContain('起点')
    expect(gaps(withSheet(mapping, 0, { role: 'lines', columns: { start: 0, end: 1 } }), plain)).toEqual([])
    const mixed = { phases: { model: 'design', existing: 3, design: 9 } } as const
    expect(gaps(mapping, mixed)[0]?.zh).toContain('不一致')
    expect(gaps({ ...mapping, phases: 'as-written' }, mixed)).toEqual([])
  })
  it('offers a table the fields of its kind', () => {
    const fields = [
      { field: 'no', tables: ['point'] as const },
      { field: 'size', tables: ['line'] as const },
    ]
    expect(fieldsFor(fields, 'points').map((each) => each.field)).toEqual(['no'])
    expect(fieldsFor(fields, 'lines').map((each) => each.field)).toEqual(['size'])
    expect(fieldsFor(fields, 'field')).toHaveLength(2)
  })
})
