/** Shapes of places as people give them, and what is wrong with them in one sentence. Positions are [east, north], metres. */
import { crossingOf, type Path } from '../../geo/plane.ts'

export type ShapeName = 'point' | 'line' | 'polygon'
type At = readonly [number, number]

const same = (a: At | undefined, b: At | undefined): boolean =>
  a !== undefined && b !== undefined && Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-3

/** Without points that stand twice in a row, and without the first one again at the end of a polygon. */
export const tidyPath = (path: Path, shape: ShapeName): Path => {
  const kept = path.filter((at, k) => k === 0 || !same(at, path[k - 1]))
  return shape === 'polygon' && kept.length > 1 && same(kept[0], kept.at(-1)) ? kept.slice(0, -1) : kept
}

const areaOf = (ring: Path): number =>
  Math.abs(
    ring.reduce((sum, [x, y], k) => {
      const [u, v] = ring[(k + 1) % ring.length] ?? [x, y]
      return sum + (x * v - u * y)
    }, 0) / 2,
  )
/** Numbers of two edges of a ring that cross, from 1; null: none do. Long rings are not asked: every edge meets every other. */
const crossedEdges = (ring: Path): readonly [number, number] | null => {
  const count = ring.length
  if (count > 1_000) return null
  for (let k = 0; k < count; k += 1)
    for (let m = k + 2; m < count; m += 1) {
      if (k === 0 && m === count - 1) continue
      const [a, b, c, d] = [ring[k], ring[k + 1], ring[m], ring[(m + 1) % count]]
      if (a === undefined || b === undefined || c === undefined || d === undefined) continue
      if (crossingOf(a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]) !== null) return [k + 1, m + 1]
    }
  return null
}
/** What is wrong with a tidy path; null: nothing. */
export const faultOfShape = (path: Path, shape: ShapeName): string | null => {
  if (path.length === 0) return '没有坐标;请填写。'
  if (path.some((at) => !at.every(Number.isFinite))) return '坐标中有不是数字的值;请改正。'
  if (shape === 'point') return path.length > 1 ? `点只要一个坐标,现在有${path.length}个;请删去多余的,或改为线。` : null
  if (shape === 'line') return path.length < 2 ? '线至少要有2个不同的点;请补充。' : null
  if (path.length < 3) return `面至少要有3个不同的点,现在有${path.length}个;请补充。`
  const crossed = crossedEdges(path)
  if (crossed !== null) return `边界的第${crossed[0]}条边与第${crossed[1]}条边相交;请按顺序排列各点。`
  return areaOf(path) < 0.01 ? '面的面积几乎为零(各点在一条线上);请核对坐标。' : null
}

/** Chinese plane coordinates north of the equator and south of 60 degrees. */
const looksNorth = (value: number): boolean => value > 1_000_000 && value < 7_000_000
/**
 * Coordinates as people type them: a line for each point, X (north) and Y (east) as survey tables have them. `fault` says what
 * is wrong and in which line.
 */
export const parsePath = (text: string): { readonly path: Path; readonly fault: string | null } => {
  const path: At[] = []
  const lines = text.normalize('NFKC').split(/\r?\n|;/)
  for (const [k, line] of lines.entries()) {
    const plain = line.trim()
    if (plain === '') continue
    const parts = plain.split(/[\s,、]+/).filter((part) => part !== '')
    const numbers = parts.map(Number)
    const [north, east] = numbers
    const fault = (what: string) => ({ path: [], fault: `第${k + 1}行“${plain.slice(0, 40)}”${what}` })
    if (parts.length < 2 || north === undefined || east === undefined || !numbers.every(Number.isFinite))
      return fault('不是两个数字;请写成“X(北坐标) Y(东坐标)”,每行一个点。')
    if (parts.length > 3) return fault('超过三个数字;每行只写一个点。')
    if (looksNorth(east) && !looksNorth(north)) return fault('像是 X、Y 写反了:X 是北坐标(约三百多万),Y 是东坐标。')
    if (looksNorth(north) && east >= 13_000_000 && east < 50_000_000)
      return fault(`的东坐标带有带号 ${Math.floor(east / 1_000_000)};请去掉前两位。`)
    if (Math.abs(north) <= 180 && Math.abs(east) <= 180 && (north !== 0 || east !== 0) && Math.abs(east) > 60)
      return fault('像是经纬度;请换算成平面坐标,或用文件读入(文件中的经纬度会自动换算)。')
    path.push([east, north])
  }
  return path.length === 0 ? { path, fault: '没有坐标;请每行写一个点:X(北坐标) Y(东坐标)。' } : { path, fault: null }
}
export const pathText = (path: Path): string =>
  path.map(([east, north]) => `${north.toFixed(3)} ${east.toFixed(3)}`).join('\n')
