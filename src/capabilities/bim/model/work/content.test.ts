import fc from 'fast-check'
import { gzipSync, strToU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Network, PipeLine, PipePoint } from '../../../../engines/pipes/model.ts'
import { makeStreets, seeded } from '../../../../engines/pipes/sample/street.ts'
import { classes } from '../../rig.testing.ts'
import { packNetwork, unpackNetwork } from './content.ts'

const { network } = makeStreets(classes, { seed: 6, blocks: 1 })
/** Some members unknown, some words strange, ids that follow from nothing. */
const disturbed = (seed: number): Network => {
  const random = seeded(seed)
  const maybe = <T>(value: T): T | null => (random() < 0.3 ? null : value)
  const place = () =>
    maybe({
      file: '线.csv',
      sheet: maybe('污水\u0000管'),
      row: maybe(Math.floor(random() * 9) + 1),
      column: maybe('AB'),
    })
  return {
    ...network,
    epsg: maybe(4545),
    points: network.points.map(
      (point): PipePoint => ({
        ...point,
        ground: maybe(point.ground),
        note: maybe('“备注”,\ud83d\udea7'),
        wellSizeM: maybe(1.2),
        place: place(),
      }),
    ),
    lines: network.lines.map(
      (line): PipeLine => ({
        ...line,
        id: random() < 0.2 ? `${line.id}#2` : line.id,
        startElevation: maybe(line.startElevation),
        section: random() < 0.2 ? { shape: 'unknown' } : line.section,
        burial: maybe(line.burial),
        flow: maybe('against' as const),
        temporary: random() < 0.5,
        ports: random() < 0.1 ? ['p1', 'p2'] : [],
        place: place(),
      }),
    ),
  }
}

describe('a network as it is stored', () => {
  it('comes back as it went in, whatever is unknown', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const given = disturbed(seed)
        expect(unpackNetwork(packNetwork(given))).toEqual(given)
      }),
      { seed: 3, numRuns: 20 },
    )
    const empty: Network = { id: 'n', epsg: null, points: [], lines: [] }
    expect(unpackNetwork(packNetwork(empty))).toEqual(empty)
  })
  it('of the earlier form, compressed JSON, is read still', () => {
    expect(unpackNetwork(gzipSync(strToU8(JSON.stringify(network))))).toEqual(network)
  })
  it('is refused when it is something else', () => {
    expect(() => unpackNetwork(new Uint8Array(100))).toThrow(RangeError)
  })
})
