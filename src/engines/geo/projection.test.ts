import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frameFor, toLocal } from './frame.ts'
import { fromGcj02, toGcj02 } from './gcj02.ts'
import { converterFor, gaussKruger, gaussKrugerSystems, zoneFor } from './projection.ts'
import { type GeographicBox, recogniseCoordinates } from './recognise.ts'
import { applyShift, fitShift, type GridShift, invertShift } from './shift.ts'

const jiangbei = { longitude: 106.574, latitude: 29.606 }
const district: GeographicBox = [106.4, 29.5, 106.9, 29.8]
const converter = (epsg: number) => {
  const found = converterFor(epsg)
  if (found === undefined) throw new Error(`no converter ${epsg}`)
  return found
}

describe('Gauss-Kruger zones', () => {
  test('carry the EPSG codes of CGCS2000', () => {
    expect(gaussKruger(4545)).toMatchObject({ centralMeridian: 108, prefixed: false, width: 3 })
    expect(gaussKruger(4544)).toMatchObject({ centralMeridian: 105 })
    expect(gaussKruger(4524)).toMatchObject({ zone: 36, prefixed: true, centralMeridian: 108 })
    expect(gaussKruger(4554)).toMatchObject({ centralMeridian: 135 })
    expect(gaussKruger(4513)).toMatchObject({ zone: 25, centralMeridian: 75 })
    expect(gaussKruger(4491)).toMatchObject({ zone: 13, width: 6, centralMeridian: 75, prefixed: true })
    expect(gaussKruger(4508)).toMatchObject({ width: 6, centralMeridian: 111, prefixed: false })
    expect(gaussKruger(4490)).toBeUndefined()
    expect(new Set(gaussKrugerSystems.map(({ epsg }) => epsg)).size).toBe(64)
    expect(zoneFor(106.574, 3, false)?.epsg).toBe(4545)
    expect(zoneFor(106.4, 3, false)?.epsg).toBe(4544)
  })
  test('give the published plane coordinates of Jiangbei', () => {
    const plane = converter(4545).toPlane(jiangbei)
    expect(plane.east).toBeCloseTo(361_862.96, 1)
    expect(plane.north).toBeCloseTo(3_277_288.2, 1)
    expect(converter(4544).toPlane(jiangbei).east).toBeCloseTo(652_475.62, 1)
    expect(converter(4524).toPlane(jiangbei).east).toBeCloseTo(36_361_862.96, 1)
  })
  test('convert to the plane and back within a tenth of a millimetre', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...gaussKrugerSystems),
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        fc.double({ min: 4, max: 53, noNaN: true }),
        (zone, away, latitude) => {
          const link = converter(zone.epsg)
          const plane = link.toPlane({ longitude: zone.centralMeridian + away, latitude })
          const back = link.toPlane(link.toGeographic(plane))
          expect(Math.hypot(back.east - plane.east, back.north - plane.north)).toBeLessThan(1e-4)
        },
      ),
      { seed: 1 },
    )
  })
  test('are made once', () => {
    expect(converterFor(4545)).toBe(converterFor(4545))
    expect(converterFor(3857)).toBeUndefined()
  })
})

describe('recognising coordinates', () => {
  const places = [jiangbei, { longitude: 106.52, latitude: 29.58 }, { longitude: 106.6, latitude: 29.62 }]
  const read = (epsg: number) => places.map((place) => converter(epsg).toPlane(place))
  const flip = ({ east, north }: { east: number; north: number }) => ({ east: north, north: east })
  test('finds nothing to say about what is expected', () => {
    const [first] = recogniseCoordinates(read(4545), 4545, district)
    expect(first).toMatchObject({ epsg: 4545, swapped: false, asExpected: true, sentence: '' })
  })
  test('finds north and east swapped', () => {
    const [first] = recogniseCoordinates(read(4545).map(flip), 4545, district)
    expect(first).toMatchObject({ epsg: 4545, swapped: true, asExpected: false })
    expect(first?.sentence).toContain('对调')
  })
  test('finds a zone number too many, also together with swapped columns', () => {
    const [first] = recogniseCoordinates(read(4524), 4545, district)
    expect(first).toMatchObject({ epsg: 4524, swapped: false })
    expect(first?.sentence).toContain('多了带号 36')
    expect(recogniseCoordinates(read(4524).map(flip), 4545, district)[0]).toMatchObject({ epsg: 4524, swapped: true })
  })
  test('finds a zone number missing', () => {
    const [first] = recogniseCoordinates(read(4545), 4524, district)
    expect(first?.sentence).toContain('缺少带号 36')
  })
  test('finds the neighbouring zone, and degrees', () => {
    expect(recogniseCoordinates(read(4544), 4545, district)[0]?.epsg).toBe(4544)
    const degrees = places.map(({ longitude, latitude }) => ({ east: longitude, north: latitude }))
    expect(recogniseCoordinates(degrees, 4545, district)[0]).toMatchObject({ epsg: null, swapped: false })
  })
  test('finds no reading for a local grid, for no points and for NaN', () => {
    expect(recogniseCoordinates([{ east: 52_000, north: 61_000 }], 4545, district)).toEqual([])
    expect(recogniseCoordinates([], 4545, district)).toEqual([])
    expect(recogniseCoordinates([{ east: Number.NaN, north: 1 }], 4545, district)).toEqual([])
  })
})

describe('shift of a local grid', () => {
  const shift = fc.record({
    dEast: fc.double({ min: -4e5, max: 4e5, noNaN: true }),
    dNorth: fc.double({ min: -4e6, max: 4e6, noNaN: true }),
    rotation: fc.double({ min: -3, max: 3, noNaN: true }),
    scale: fc.double({ min: 0.99, max: 1.01, noNaN: true }),
  })
  const place = fc.record({
    east: fc.double({ min: 3.5e5, max: 3.6e5, noNaN: true }),
    north: fc.double({ min: 3.27e6, max: 3.28e6, noNaN: true }),
  })
  test('is found again from pairs, and its inverse takes points back', () => {
    fc.assert(
      fc.property(shift, fc.array(place, { minLength: 3, maxLength: 9 }), (wanted: GridShift, places) => {
        fc.pre(places.some((a) => places.some((b) => Math.hypot(a.east - b.east, a.north - b.north) > 100)))
        const fit = fitShift(places.map((from) => ({ from, to: applyShift(wanted, from) })))
        expect(fit).not.toBeNull()
        if (fit === null) return
        for (const [index, from] of places.entries()) {
          const to = applyShift(wanted, from)
          const got = applyShift(fit.shift, from)
          expect(Math.hypot(got.east - to.east, got.north - to.north)).toBeLessThan(1e-4)
          const back = applyShift(invertShift(fit.shift), to)
          expect(Math.hypot(back.east - from.east, back.north - from.north)).toBeLessThan(1e-4)
          expect(fit.residuals[index]?.length).toBeLessThan(1e-4)
        }
      }),
      { seed: 2 },
    )
  })
  test('shows a wrong pair by its residual', () => {
    const corners = [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ].map(([east = 0, north = 0]) => ({ from: { east, north }, to: { east: east + 5, north: north - 7 } }))
    const fit = fitShift(
      corners.map((pair, index) =>
        index === 2 ? { ...pair, to: { east: pair.to.east + 1, north: pair.to.north } } : pair,
      ),
    )
    expect(
      fit?.residuals.map(({ length }) => length).indexOf(Math.max(...(fit?.residuals.map((r) => r.length) ?? []))),
    ).toBe(2)
    expect(fit?.rmsM).toBeGreaterThan(0.1)
  })
  test('needs two distinct points', () => {
    const pair = { from: { east: 1, north: 1 }, to: { east: 2, north: 2 } }
    expect(fitShift([pair])).toBeNull()
    expect(fitShift([pair, pair])).toBeNull()
  })
})

describe('GCJ-02', () => {
  test('lies some 357 m east and 318 m south of WGS 84 at Jiangbei', () => {
    const there = converter(4545).toPlane(toGcj02(jiangbei))
    const here = converter(4545).toPlane(jiangbei)
    expect(there.east - here.east).toBeCloseTo(357, -1)
    expect(there.north - here.north).toBeCloseTo(-318, -1)
  })
  test('comes back, and leaves places abroad alone', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 75, max: 134, noNaN: true }),
        fc.double({ min: 5, max: 53, noNaN: true }),
        (longitude, latitude) => {
          const back = fromGcj02(toGcj02({ longitude, latitude }))
          expect(Math.hypot(back.longitude - longitude, back.latitude - latitude)).toBeLessThan(1e-8)
        },
      ),
      { seed: 3 },
    )
    expect(toGcj02({ longitude: 2.35, latitude: 48.85 })).toEqual({ longitude: 2.35, latitude: 48.85 })
  })
})

describe('the frame of a project', () => {
  test('keeps a millimetre in Float32 where the bare northing would lose a quarter of a metre', () => {
    const place = { east: 361_862.961, north: 3_277_288.203, height: 231.457 }
    const frame = frameFor([place])
    const local = toLocal(frame, [place])
    expect(Math.abs((local[0] ?? 0) + frame.east - place.east)).toBeLessThan(1e-4)
    expect(Math.abs((local[1] ?? 0) + frame.north - place.north)).toBeLessThan(1e-4)
    expect(Math.abs(Math.fround(place.north) - place.north)).toBeGreaterThan(0.01)
    expect(frameFor([{ east: Number.NaN, north: 0 }])).toEqual({ east: 0, north: 0, height: 0 })
  })
})
