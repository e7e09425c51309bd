import { readFile, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type LonLat, lonLatSchema } from '../contract.ts'
import { boundaryFault } from './place.ts'

const file = new URL('../../../../data/map/base.json', import.meta.url)
interface Feature {
  readonly properties: { readonly kind: string; readonly name: string; readonly code?: string }
  readonly geometry: { readonly type: string; readonly coordinates: unknown }
}
const map: { schematic: boolean; certainty: string; note: string; features: readonly Feature[] } = JSON.parse(
  await readFile(file, 'utf8'),
)
const pointsOf = (coordinates: unknown): readonly LonLat[] => {
  const point = lonLatSchema.safeParse(coordinates)
  if (point.success) return [point.data]
  return Array.isArray(coordinates) ? coordinates.flatMap(pointsOf) : []
}

describe('the base map', () => {
  it('says that it is a schematic sketch and no survey', () => {
    expect(map).toMatchObject({ schematic: true, certainty: 'C' })
    expect(map.note).toContain('不作为测绘依据')
  })
  it('has every street and town of the old district once, by the code of its profile', async () => {
    const profile: { streets: readonly { code: string; name: { zh: string } }[] } = JSON.parse(
      await readFile(new URL('../jurisdictions/jiangbei-500105.json', file), 'utf8'),
    )
    const drawn = map.features.filter((each) => each.properties.kind === 'street')
    const pairs = drawn.map((each) => `${each.properties.code} ${each.properties.name}`)
    expect(pairs.sort()).toEqual(profile.streets.map((street) => `${street.code} ${street.name.zh}`).sort())
  })
  it('draws closed rings that do not cross themselves, inside the district', () => {
    expect(map.features.length).toBeGreaterThan(14)
    for (const { properties, geometry } of map.features) {
      const points = pointsOf(geometry.coordinates)
      expect(points.length, properties.name).toBeGreaterThan(1)
      for (const [lon, lat] of points)
        expect(lon > 106.4 && lon < 106.95 && lat > 29.5 && lat < 29.75, properties.name).toBe(true)
      if (geometry.type === 'Polygon')
        expect(boundaryFault({ type: 'Polygon', coordinates: [[...points]] }), properties.name).toBeNull()
    }
  })
  it('is light enough for a phone: less than 200 kB', async () => {
    expect((await stat(file)).size).toBeLessThan(200_000)
  })
})
