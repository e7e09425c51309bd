/**
 * The layout of C2SP tlog-tiles: tiles of 256 hashes (height 8). Tile (L, N) holds the roots of the complete subtrees of
 * 256^L leaves with numbers 256 N … 256 N + 255; the last tile of a level may be partial (1 … 255 hashes).
 */

import { sha256 as ownSha256, type Sha256Sync } from './sha256.ts'
import { HASH_BYTES, nodeHash } from './tree.ts'

export const TILE_HEIGHT = 8
export const TILE_WIDTH = 2 ** TILE_HEIGHT

export interface Tile {
  readonly level: number
  readonly index: number
  /** Hashes in it, 1 … 256. */
  readonly width: number
}

/** Writes a number in groups of three digits, all but the last with 'x' before: 1234067 is 'x001/x234/067'. */
const indexPath = (index: number): string => {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** Gives the path of a tile: 'tile/0/x001/x234/067' or, partial, 'tile/0/x001/x234/067.p/8'. */
export const tilePath = ({ level, index, width }: Tile): string =>
  `tile/${level}/${indexPath(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`

const PATH = /^tile\/(\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/

/** Reads a path of a tile; null for anything but the one way in which each tile is written. */
export const parseTilePath = (path: string): Tile | null => {
  const match = PATH.exec(path)
  if (match === null) return null
  const [, level = '', index = '', width] = match
  const tile: Tile = {
    level: Number(level),
    index: Number(index.replace(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  const valid = tile.level <= 63 && tile.width >= 1 && Number.isSafeInteger(tile.index) && tilePath(tile) === path
  return valid ? tile : null
}

/** Says how many hashes a level of tiles has in a tree of a size. */
export const hashesAtLevel = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level)

/** Gives the widest form of a tile in a tree of a size, or null when it does not exist yet. */
export const tileInTree = (level: number, index: number, size: number): Tile | null => {
  const width = Math.min(TILE_WIDTH, hashesAtLevel(level, size) - index * TILE_WIDTH)
  return width < 1 ? null : { level, index, width }
}

/** Where the root of a complete subtree of 2^level leaves is found: as a run of hashes in one tile. */
export interface NodePlace {
  readonly tileLevel: number
  readonly tileIndex: number
  /** First hash in the tile, and how many: a power of two below 256. */
  readonly from: number
  readonly count: number
}
export const placeOfNode = (level: number, index: number): NodePlace => {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const count = 2 ** (level - tileLevel * TILE_HEIGHT)
  const first = index * count
  const tileIndex = Math.floor(first / TILE_WIDTH)
  return { tileLevel, tileIndex, from: first - tileIndex * TILE_WIDTH, count }
}

/** Gives the root over a power of two of hashes that stand next to each other. */
export const foldHashes = (hashes: readonly Uint8Array[], sha256: Sha256Sync = ownSha256): Uint8Array => {
  let row = hashes
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < row.length; i += 2)
      above.push(nodeHash(row[i] as Uint8Array, row[i + 1] as Uint8Array, sha256))
    row = above
  }
  const [root] = row
  if (root === undefined) throw new RangeError('no hashes to fold')
  return root
}

/** Splits the bytes of a tile into its hashes. Throws a RangeError on a length that is no multiple of 32. */
export const hashesOfTile = (bytes: Uint8Array): readonly Uint8Array[] => {
  if (bytes.length % HASH_BYTES !== 0) throw new RangeError('a tile is a multiple of 32 bytes')
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
}
