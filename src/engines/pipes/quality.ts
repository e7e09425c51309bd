/**
 * What surveyors check before they hand in a network: numbers, places, heights, lengths, slopes, and whether lines and
 * points fit each other. Each issue says where and what to do.
 */
import { converterFor, gaussKruger } from '../geo/projection.ts'
import { type GeographicBox, recogniseCoordinates } from '../geo/recognise.ts'
import { outerSize, statedElevation } from './axis.ts'
import type { SurveyColumns } from './import/columns.ts'
import type { Issue, IssueSeverity } from './import/sheet.ts'
import type { Network, PipeLine, PipePoint } from './model.ts'
import type { PipeRules } from './rules/schema.ts'

export interface QualityOptions {
  readonly limits: SurveyColumns['limits']
  /** Where the district lies; null: coordinates are not recognised. */
  readonly district?: GeographicBox | null
  readonly drainage?: PipeRules['drainage']
}

const drains: ReadonlySet<string> = new Set(['sewage', 'rain', 'combined'])
const nowhere = { file: '', sheet: null, row: null, column: null } as const
const metres = (value: number): string => value.toFixed(2)

/** `outside`: numbers of the points that lie out of the district; their lines are reported and looked at no further. */
export const checkQuality = (
  network: Network,
  options: QualityOptions,
  outside: ReadonlySet<string> = pointsOutside(network, options),
): readonly Issue[] => {
  const issues: Issue[] = []
  const tell = (rule: string, severity: IssueSeverity, on: PipePoint | PipeLine | null, sentence: string): void => {
    issues.push({ rule, severity, place: on?.place ?? nowhere, sentence })
  }
  const points = new Map(network.points.map((point) => [point.no, point]))
  checkPlaces(network, options, outside, tell)
  checkPoints(network, options, tell)
  for (const line of network.lines) {
    const wrong = [line.start, line.end].find((no) => outside.has(no))
    if (wrong === undefined) checkLine(line, points, options, tell)
    else
      tell(
        'line-outside',
        'error',
        line,
        `管线${line.start}—${line.end}未读入:点${wrong}的坐标在本区范围之外;请改正该点坐标后重新导入。`,
      )
  }
  checkTogether(network, points, options, tell)
  checkLoops(network, points, tell)
  return issues
}
type Tell = (rule: string, severity: IssueSeverity, on: PipePoint | PipeLine | null, sentence: string) => void

/**
 * Numbers of the points out of the district, where the rest of the network lies in it: single wrong coordinates. Empty when
 * all are read wrongly, or when nothing says where they should be.
 */
export const pointsOutside = (network: Network, { district = null }: QualityOptions): ReadonlySet<string> => {
  const converter = network.epsg === null ? undefined : converterFor(network.epsg)
  if (network.epsg === null || district === null || converter === undefined) return new Set()
  if (recogniseCoordinates(network.points, network.epsg, district)[0]?.asExpected !== true) return new Set()
  const [west, south, east, north] = district
  return new Set(
    network.points.flatMap((point) => {
      const { longitude, latitude } = converter.toGeographic(point)
      return longitude >= west && longitude <= east && latitude >= south && latitude <= north ? [] : [point.no]
    }),
  )
}

/** Says which of the two coordinates of a point outside is wrong, and whether a zone number is too many or too few. */
const outsideSentence = (point: PipePoint, epsg: number, district: GeographicBox): string => {
  const plain = `点${point.no}的坐标落在本区范围之外;请核对该点坐标。`
  const converter = converterFor(epsg)
  if (converter === undefined) return plain
  const [west, south, east, north] = district
  const corners = [west, east].flatMap((longitude) =>
    [south, north].map((latitude) => converter.toPlane({ longitude, latitude })),
  )
  const within = (value: number, of: 'east' | 'north'): boolean =>
    value >= Math.min(...corners.map((corner) => corner[of])) &&
    value <= Math.max(...corners.map((corner) => corner[of]))
  const [goodEast, goodNorth] = [within(point.east, 'east'), within(point.north, 'north')]
  if (goodEast === goodNorth) return plain
  const wrong = goodEast ? `纵坐标(X)${metres(point.north)}` : `横坐标(Y)${metres(point.east)}`
  const start = `点${point.no}的${wrong}在本区范围之外`
  const zone = gaussKruger(epsg)?.zone
  const prefix = Math.floor(point.east / 1e6)
  if (!goodEast && prefix > 0 && within(point.east - prefix * 1e6, 'east'))
    return `${start},前面多了“${prefix}”${prefix === zone ? '(带号)' : ''};请去掉后重新导入。`
  if (!goodEast && zone !== undefined && within(point.east + zone * 1e6, 'east'))
    return `${start},缺少带号 ${zone};请在前面加上后重新导入。`
  return `${start};请核对该点坐标。`
}

const checkPlaces = (
  network: Network,
  { district = null }: QualityOptions,
  outside: ReadonlySet<string>,
  tell: Tell,
): void => {
  if (network.epsg === null || district === null || network.points.length === 0) return
  const [reading] = recogniseCoordinates(network.points, network.epsg, district)
  if (reading === undefined) {
    tell(
      'coordinates-unknown',
      'error',
      null,
      `坐标按 EPSG:${network.epsg} 读出后不在本区范围内,也不是常见的带号或行列错误;如采用地方坐标系,请先设置四参数转换。`,
    )
    return
  }
  if (!reading.asExpected) tell('coordinates-reading', 'error', null, reading.sentence)
  for (const point of network.points)
    if (outside.has(point.no)) tell('point-outside', 'error', point, outsideSentence(point, network.epsg, district))
}

const checkPoints = (network: Network, { limits }: QualityOptions, tell: Tell): void => {
  const used = new Set(network.lines.flatMap(({ start, end }) => [start, end]))
  const places = new Map<string, PipePoint>()
  for (const point of network.points) {
    if (!used.has(point.no))
      tell('point-orphan', 'warning', point, `点${point.no}没有连接任何管线;请补管线或删除该点。`)
    if (point.ground === null)
      tell('ground-unknown', 'warning', point, `点${point.no}没有地面高程;请补测,未补前覆土只能给出“无法判定”。`)
    const step = Math.max(limits.placeToleranceM, 1e-6)
    const key = `${Math.round(point.east / step)}|${Math.round(point.north / step)}|${point.ground === null ? '' : Math.round(point.ground / step)}`
    const twin = places.get(key)
    if (twin === undefined) places.set(key, point)
    else
      tell(
        'same-place',
        'warning',
        point,
        `点${point.no}与点${twin.no}的坐标和高程完全相同;如是同一点请合并点号,否则请核对坐标。`,
      )
    if (point.wellDepthM !== null && (point.wellDepthM < 0 || point.wellDepthM > limits.depthM.max * 2))
      tell('well-depth', 'warning', point, `点${point.no}的井底深${metres(point.wellDepthM)} m 不合常理;请核对单位。`)
  }
}

const ends = (line: PipeLine, points: ReadonlyMap<string, PipePoint>) =>
  [
    { name: '起点', point: points.get(line.start), depth: line.startDepthM, elevation: line.startElevation },
    { name: '终点', point: points.get(line.end), depth: line.endDepthM, elevation: line.endElevation },
  ] as const

const checkLine = (
  line: PipeLine,
  points: ReadonlyMap<string, PipePoint>,
  { limits, drainage }: QualityOptions,
  tell: Tell,
): void => {
  const label = `管线${line.start}—${line.end}`
  if (line.start === line.end) {
    tell('start-is-end', 'error', line, `${label}的起点与终点相同;请改正点号。`)
    return
  }
  const [from, to] = ends(line, points)
  for (const { name, point, depth, elevation } of [from, to]) {
    if (point === undefined)
      tell('point-missing', 'error', line, `${label}的${name}在点表中不存在;请补该点或改正点号。`)
    if (depth === null && elevation === null)
      tell('depth-unknown', 'warning', line, `${label}${name}没有埋深和高程;请补测,未补前只能给出“无法判定”。`)
    if (depth !== null && depth < 0 && line.burial !== 'overhead' && line.burial !== 'surface')
      tell(
        'depth-negative',
        'error',
        line,
        `${label}${name}埋深${metres(depth)} m 为负;如是架空或地面管线请改埋设方式,否则请改正埋深。`,
      )
    if (depth !== null && depth > limits.depthM.max)
      tell(
        'depth-great',
        'warning',
        line,
        `${label}${name}埋深${metres(depth)} m 超过${limits.depthM.max} m;请核对单位是否为厘米。`,
      )
    const ground = point?.ground ?? null
    if (
      ground !== null &&
      depth !== null &&
      elevation !== null &&
      Math.abs(ground - depth - elevation) > limits.heightToleranceM
    )
      tell(
        'heights-differ',
        'error',
        line,
        `${label}${name}:地面高程${metres(ground)} − 埋深${metres(depth)} = ${metres(ground - depth)},与管线高程${metres(elevation)}不符;请核对三者。`,
      )
  }
  if (from.point === undefined || to.point === undefined) return
  const length = Math.hypot(from.point.east - to.point.east, from.point.north - to.point.north)
  if (!Number.isFinite(length)) {
    tell('place-invalid', 'error', line, `${label}的端点坐标不是有效数字;请改正坐标。`)
    return
  }
  const heights = [from, to].map(({ elevation, depth, point }) =>
    statedElevation(elevation, depth, point?.ground ?? null),
  )
  const [high = null, low = null] = heights
  if (length < 1e-6 && high === low) tell('zero-length', 'error', line, `${label}长度为零;请核对两端坐标。`)
  else if (length < limits.lengthM.min)
    tell('length-short', 'warning', line, `${label}长${length.toFixed(3)} m,短于${limits.lengthM.min} m;请核对。`)
  else if (length > limits.lengthM.max)
    tell(
      'length-long',
      'warning',
      line,
      `${label}长${metres(length)} m,超过${limits.lengthM.max} m;请核对是否漏测中间点。`,
    )
  if (line.usedHoles !== null && line.holes !== null && line.usedHoles > line.holes)
    tell('holes', 'warning', line, `${label}已用孔数${line.usedHoles}大于总孔数${line.holes};请核对。`)
  const isDrain = drains.has(line.kind)
  if (high !== null && low !== null && length >= limits.lengthM.min) {
    const degrees = (Math.atan2(Math.abs(high - low), length) * 180) / Math.PI
    const most = isDrain ? limits.slopeDegrees.drain : limits.slopeDegrees.other
    if (degrees > most)
      tell('slope-steep', 'warning', line, `${label}坡角${degrees.toFixed(1)}°,超过${most}°;请核对两端高程。`)
    if (isDrain && line.flow !== null) {
      const fall = line.flow === 'along' ? high - low : low - high
      if (fall < -0.001)
        tell('slope-adverse', 'warning', line, `${label}沿水流方向升高${metres(-fall)} m(倒坡);请核对流向和高程。`)
    }
  }
  if (isDrain && drainage !== undefined)
    checkDrain(line, label, length, high, low, from.point, to.point, drainage, tell)
}

const isWell = (point: PipePoint): boolean => point.appendage !== null && /井/.test(point.appendage)
const checkDrain = (
  line: PipeLine,
  label: string,
  length: number,
  high: number | null,
  low: number | null,
  from: PipePoint,
  to: PipePoint,
  drainage: PipeRules['drainage'],
  tell: Tell,
): void => {
  if (line.section.shape !== 'circle') return
  const { nominalMm } = line.section
  const cited = `(${drainage.clause}${drainage.verified ? '' : ',待核对原文'})`
  const least = line.role === 'branch' ? drainage.minimumMm.branch : drainage.minimumMm.main
  if (nominalMm < (line.role === null ? drainage.minimumMm.branch : least))
    tell('drain-small', 'notice', line, `${label}管径${nominalMm} mm 小于排水管最小管径${least} mm${cited};请核对。`)
  const rule = drainage.slopes.find((each) => each.nominalMm === nominalMm)
  if (rule !== undefined && high !== null && low !== null && length > 1) {
    const slope = Math.abs(high - low) / length
    const wanted = line.material === 'PVC' || line.material === 'PE' ? rule.plasticSlope : rule.slope
    if (slope < wanted - 1e-6)
      tell('drain-slope', 'notice', line, `${label}坡度${slope.toFixed(4)}小于最小坡度${wanted}${cited};请核对。`)
  }
  const spacing = drainage.wellSpacing.find(({ fromMm, toMm }) => nominalMm >= fromMm && nominalMm <= toMm)
  if (spacing !== undefined && length > spacing.maxM && isWell(from) && isWell(to))
    tell('well-spacing', 'notice', line, `${label}两井相距${metres(length)} m,超过${spacing.maxM} m${cited};请核对。`)
}

const checkTogether = (
  network: Network,
  points: ReadonlyMap<string, PipePoint>,
  { limits }: QualityOptions,
  tell: Tell,
): void => {
  const pairs = new Map<string, PipeLine>()
  const at = new Map<string, { readonly line: PipeLine; readonly ground: number | null }[]>()
  for (const line of network.lines) {
    if (line.start === line.end) continue
    const key = `${line.code}|${line.start < line.end ? `${line.start}|${line.end}` : `${line.end}|${line.start}`}`
    const twin = pairs.get(key)
    if (twin === undefined) pairs.set(key, line)
    else
      tell(
        twin.start === line.start ? 'line-double' : 'line-reversed',
        'error',
        line,
        `管线${line.start}—${line.end}与${twin.place?.row === undefined || twin.place.row === null ? '另一行' : `第${twin.place.row}行`}${twin.start === line.start ? '重复' : '方向相反而重复'};请删去一条。`,
      )
    for (const [no, elevation, depth] of [
      [line.start, line.startElevation, line.startDepthM],
      [line.end, line.endElevation, line.endDepthM],
    ] as const) {
      const ground = elevation === null || depth === null ? null : elevation + depth
      const there = at.get(no)
      if (there === undefined) at.set(no, [{ line, ground }])
      else there.push({ line, ground })
    }
  }
  for (const [no, joined] of at) {
    const point = points.get(no)
    const grounds = joined.flatMap(({ ground }) => (ground === null ? [] : [ground]))
    const spread = grounds.length === 0 ? 0 : Math.max(...grounds) - Math.min(...grounds)
    if (spread > limits.heightToleranceM)
      tell(
        'point-inconsistent',
        'warning',
        point ?? joined[0]?.line ?? null,
        `点${no}在各条管线中推得的地面高程相差${metres(spread)} m;请核对各线的埋深和高程。`,
      )
    const [one, other] = joined
    if (joined.length === 2 && one !== undefined && other !== undefined && one.line.code === other.line.code) {
      const a = outerSize(one.line.section)
      const b = outerSize(other.line.section)
      if (
        a !== null &&
        b !== null &&
        Math.abs(a.width - b.width) > 0.01 &&
        !/变径|井|三通|变材/.test(`${point?.feature ?? ''}${point?.appendage ?? ''}`)
      )
        tell('size-jumps', 'notice', point ?? one.line, `点${no}两侧管径不同而特征不是“变径”;请核对。`)
    }
    if (point !== undefined && joined.every(({ line }) => line.code !== point.code))
      tell('class-differs', 'notice', point, `点${no}的管线类别与所连管线都不同;请核对。`)
  }
}

/** Drains whose written flow runs in a ring: water cannot. */
const checkLoops = (network: Network, points: ReadonlyMap<string, PipePoint>, tell: Tell): void => {
  const next = new Map<string, { readonly to: string; readonly line: PipeLine }[]>()
  const inward = new Map<string, number>()
  for (const line of network.lines) {
    if (!drains.has(line.kind) || line.flow === null || line.start === line.end) continue
    const [from, to] = line.flow === 'along' ? [line.start, line.end] : [line.end, line.start]
    next.set(from, [...(next.get(from) ?? []), { to, line }])
    inward.set(to, (inward.get(to) ?? 0) + 1)
    if (!inward.has(from)) inward.set(from, 0)
  }
  // Points that no stream reaches are taken away until none is left; what remains turns in a ring or hangs below one.
  const queue = [...inward].flatMap(([no, count]) => (count === 0 ? [no] : []))
  for (let k = 0; k < queue.length; k += 1)
    for (const { to } of next.get(queue[k] ?? '') ?? []) {
      const left = (inward.get(to) ?? 0) - 1
      inward.set(to, left)
      if (left === 0) queue.push(to)
    }
  const rest = new Set([...inward].flatMap(([no, count]) => (count > 0 ? [no] : [])))
  const told = new Set<string>()
  for (const begin of rest) {
    // Follow the stream inside the rest until a point comes again: that is a ring.
    const way: string[] = []
    let at: string | undefined = begin
    while (at !== undefined && !way.includes(at) && !told.has(at)) {
      way.push(at)
      at = (next.get(at) ?? []).find(({ to }) => rest.has(to))?.to
    }
    if (at !== undefined && way.includes(at)) {
      const ring = way.slice(way.indexOf(at))
      tell('drain-loop', 'error', points.get(at) ?? null, `排水管流向成环(${[...ring, at].join('→')});请核对各段流向。`)
    }
    for (const no of way) told.add(no)
  }
}
