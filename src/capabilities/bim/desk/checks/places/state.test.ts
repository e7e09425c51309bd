import { describe, expect, it } from 'vitest'
import { definitionSchema } from '../../../model/definition.ts'
import { emptyPipes } from '../definition-state.ts'
import { emptyDraft, faultsOf, ofType, placesOf, withDraft, withoutPlace, withRead } from './state.ts'

const square = '3277200 361800\n3277200 361820\n3277220 361820\n3277220 361800'
const modelId = '01900000-0000-7000-8000-000000000001'
const base = { ...emptyPipes, models: [modelId] as never }
const building = { ...emptyDraft('obstacle:building'), no: 'B1', text: square }

describe('places of a check', () => {
  it('are kept as the definition asks, edited in their place, turned into another kind, and taken away', () => {
    const one = withDraft(base, building, null)
    expect(one.obstacles[0]).toMatchObject({ id: 'B1', kind: 'building', shape: 'polygon', path: [[361_800, 3_277_200], [361_820, 3_277_200], [361_820, 3_277_220], [361_800, 3_277_220]] }) // biome-ignore format: one line
    expect(definitionSchema.safeParse(one).success).toBe(true)
    const [place] = placesOf(one)
    if (place === undefined) throw new Error('no place')
    expect(withDraft(one, place.draft, place)).toEqual(one)
    const zone = withDraft(one, ofType(place.draft, 'zone:courtyard'), place)
    expect(zone.obstacles).toEqual([])
    expect(zone.zones[0]).toMatchObject({ zone: 'courtyard' })
    const road = withDraft(zone, { ...emptyDraft('road'), no: 'R1', text: '3277200 361800\n3277200 361900' }, null)
    expect(definitionSchema.safeParse(road).success).toBe(true)
    expect(placesOf(road).map(({ type, name }) => `${type} ${name}`)).toEqual(['zone:courtyard 分区 1', 'road R1'])
    expect(withoutPlace(road, { list: 'roads', at: 0 }).roads).toEqual([])
  })
  it('that are wrong are told by field', () => {
    const one = withDraft(base, building, null)
    expect(faultsOf(building, base, null)).toEqual({})
    expect(faultsOf({ ...building, no: ' ' }, base, null).no).toContain('请填写编号')
    expect(faultsOf(building, one, null).no).toContain('已被使用')
    expect(faultsOf(building, one, { list: 'obstacles', at: 0 })).toEqual({})
    expect(faultsOf({ ...building, text: '3277200 361800' }, base, null).text).toContain('至少要有3个')
    expect(faultsOf({ ...emptyDraft('road'), no: 'R', text: square, widthM: 1 }, base, null).widthM).toContain('3到200')
    expect(faultsOf({ ...emptyDraft('zone:paddy'), text: square }, base, null)).toEqual({})
  })
  it('keep their holes, and take only shapes that fit the kind', () => {
    const hole: [number, number][] = [[361_805, 3_277_205], [361_810, 3_277_205], [361_810, 3_277_210]] // biome-ignore format: one line
    const draft = { ...emptyDraft('zone:footway'), text: square, holes: [hole] }
    const [place] = placesOf(withDraft(base, draft, null))
    expect(place?.draft.holes).toEqual([hole])
    expect(ofType(building, 'obstacle:tree').shape).toBe('point')
    expect(ofType(building, 'obstacle:railway').shape).toBe('polygon')
    expect(ofType(draft, 'obstacle:building').holes).toEqual([])
  })
  it('of files are added; the same number is taken as the same thing, read again', () => {
    const one = withDraft(base, building, null)
    const fresh = { id: 'B1', kind: 'tree', shape: 'point', path: [[1, 2]], baseElevation: null } as const
    const read = { zones: [], roads: [], obstacles: [{ ...fresh, path: [[1, 2] as [number, number]] }] }
    expect(withRead(one, read).obstacles).toEqual(read.obstacles)
    expect(withRead(withRead(one, read), read).obstacles).toHaveLength(1)
  })
})
