/** From the words of a table to geometry: which height was meant, how thick the wall is, where the axis runs. */
import type { ElevationMeaning, Network, Pipe, PipeLine, PipePoint, Section } from './model.ts'

/** Outer width and height of a section; null where it is unknown. */
export const outerSize = (section: Section): { readonly width: number; readonly height: number } | null => {
  if (section.shape === 'unknown') return null
  if (section.shape === 'circle') return { width: section.outerM, height: section.outerM }
  return { width: section.widthM + 2 * section.wallM, height: section.heightM + 2 * section.wallM }
}

/**
 * From the height that a table states to the centre of the outer section, for a section of unknown size null, unless the
 * height of the centre itself is stated.
 */
export const axisHeight = (stated: number | null, meaning: ElevationMeaning, section: Section): number | null => {
  if (stated === null) return null
  if (meaning === 'centre') return stated
  const outer = outerSize(section)
  if (outer === null || section.shape === 'unknown') return null
  switch (meaning) {
    case 'top':
      return stated - outer.height / 2
    case 'bottom':
      return stated + outer.height / 2
    case 'invert':
      return section.shape === 'circle' ? stated + section.innerM / 2 : stated + section.heightM / 2
  }
}

/** The inverse of `axisHeight`: the height to write in a table that uses this meaning. */
export const statedHeight = (axis: number | null, meaning: ElevationMeaning, section: Section): number | null => {
  const offset = axisHeight(0, meaning, section)
  return axis === null || offset === null ? null : axis - offset
}

/** The stated height at one end: the elevation, or else ground less depth. */
export const statedElevation = (elevation: number | null, depth: number | null, ground: number | null): number | null =>
  elevation ?? (depth === null || ground === null ? null : ground - depth)

interface Placed extends Pick<PipePoint, 'east' | 'north' | 'ground'> {
  /** One text for all lines that meet here. */
  readonly node: string
}
const pipeOf = (network: string, line: PipeLine, from: Placed, to: Placed): Pipe => {
  const outer = outerSize(line.section)
  const axisAt = (elevation: number | null, depth: number | null, ground: number | null): number | null =>
    axisHeight(statedElevation(elevation, depth, ground), line.meaning, line.section)
  return {
    id: `${network}/${line.id}`,
    network,
    line: line.id,
    startNode: from.node,
    endNode: to.node,
    ports: line.ports,
    kind: line.kind,
    code: line.code,
    start: { east: from.east, north: from.north },
    end: { east: to.east, north: to.north },
    startAxis: axisAt(line.startElevation, line.startDepthM, from.ground),
    endAxis: axisAt(line.endElevation, line.endDepthM, to.ground),
    startGround: from.ground,
    endGround: to.ground,
    section: line.section,
    outerWidthM: outer?.width ?? null,
    outerHeightM: outer?.height ?? null,
    nominalMm:
      line.section.shape === 'circle'
        ? line.section.nominalMm
        : outer === null
          ? null
          : Math.round(Math.max(outer.width, outer.height) * 1_000),
    burial: line.burial,
    gasPressure: line.gasPressure,
    voltageKv: line.voltageKv,
    material: line.material,
    state: line.state,
    phase: line.phase,
    temporary: line.temporary,
    role: line.role,
  }
}

/**
 * Gives the pipes of a network. Lines without both points, or of no length, have no geometry and are left out: the quality
 * check of the import reports them.
 */
export const pipesOf = (network: Network): readonly Pipe[] => {
  const points = new Map<string, Placed>(
    network.points.map(({ no, east, north, ground }) => [no, { east, north, ground, node: `${network.id}/${no}` }]),
  )
  return network.lines.flatMap((line) => {
    const from = points.get(line.start)
    const to = points.get(line.end)
    if (from === undefined || to === undefined) return []
    if (![from.east, from.north, to.east, to.north].every(Number.isFinite)) return []
    if (Math.hypot(from.east - to.east, from.north - to.north) < 1e-6 && line.startElevation === line.endElevation)
      return []
    return [pipeOf(network.id, line, from, to)]
  })
}
