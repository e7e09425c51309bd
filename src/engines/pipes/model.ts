/**
 * Underground pipe networks as surveyors and designers describe them. A *network* is points and lines in the words of the
 * tables (CJJ 61); a *pipe* is a line made ready for geometry: axis, outer section, ground, all in metres.
 * Plan positions are `east` and `north` in metres (survey tables write north as X and east as Y); heights are metres above
 * the height datum. Null means unknown, and unknown never passes a check.
 */

/** What runs in a pipe. `trench` is a utility trench or tunnel as a structure of its own (管沟, 综合管廊). */
export const pipeKinds = [
  'water',
  'reclaimed',
  'sewage',
  'rain',
  'combined',
  'gas',
  'heat',
  'power',
  'telecom',
  'industrial',
  'trench',
  'unknown',
] as const
export type PipeKind = (typeof pipeKinds)[number]

/** How a pipe lies (埋设方式). `conduit`: cables in pipes or ducts; `casing`: inside a protective pipe. */
export const burials = ['direct', 'conduit', 'casing', 'trench', 'overhead', 'surface', 'jacked', 'other'] as const
export type Burial = (typeof burials)[number]

export const pipeStates = ['in-use', 'abandoned', 'empty', 'other'] as const
export type PipeState = (typeof pipeStates)[number]

/** Steps of pressure of gas pipes (MPa up to 0.01, 0.2, 0.4, 0.8, 1.6, and above). */
export const gasPressures = ['low', 'medium-b', 'medium-a', 'sub-high-b', 'sub-high-a', 'high'] as const
export type GasPressure = (typeof gasPressures)[number]

/** Where on the section a stated height lies: 管顶 (outer top), 管中心, 管内底 (inner bottom), 管外底 (outer bottom). */
export const elevationMeanings = ['top', 'centre', 'invert', 'bottom'] as const
export type ElevationMeaning = (typeof elevationMeanings)[number]

/** Whether the pipe lies in the ground already or is a proposal of a design. */
export type Phase = 'existing' | 'design'

/** How the outer size is known: given, by a table of the material, or assumed because the material is unknown. */
export type WallSource = 'given' | 'table' | 'assumed'

export type Section =
  | {
      readonly shape: 'circle'
      /** The number people use (DN), mm. */
      readonly nominalMm: number
      readonly innerM: number
      readonly outerM: number
      readonly wall: WallSource
    }
  | {
      /** Box culvert, trench or bank of ducts; `holes` columns by rows where known. */
      readonly shape: 'box' | 'ducts'
      readonly widthM: number
      readonly heightM: number
      /** Outer minus inner size, one side; 0 where the size is the outer one. */
      readonly wallM: number
      readonly wall: WallSource
    }
  | { readonly shape: 'unknown' }

/** Where in the uploaded files something was read; rows and columns count from 1, as people see them. */
export interface CellPlace {
  readonly file: string
  readonly sheet: string | null
  readonly row: number | null
  readonly column: string | null
}

export interface PipePoint {
  /** 物探点号 or 图上点号; unique in its network. */
  readonly no: string
  readonly code: string
  readonly kind: PipeKind
  readonly east: number
  readonly north: number
  /** 地面高程. */
  readonly ground: number | null
  /** 特征: 三通, 弯头, 变径 … */
  readonly feature: string | null
  /** 附属物: 检查井, 阀门井, 消火栓 … */
  readonly appendage: string | null
  /** 井底深, below ground. */
  readonly wellDepthM: number | null
  /** Outer diameter of the chamber where it is known. */
  readonly wellSizeM: number | null
  readonly note: string | null
  readonly place: CellPlace | null
}

export interface PipeLine {
  /** Stable in the network: class code, both point numbers in order, and a count where lines lie double. */
  readonly id: string
  readonly start: string
  readonly end: string
  readonly code: string
  readonly kind: PipeKind
  /** 埋深 to the point that `meaning` names. */
  readonly startDepthM: number | null
  readonly endDepthM: number | null
  /** 管线高程 at the point that `meaning` names. */
  readonly startElevation: number | null
  readonly endElevation: number | null
  readonly meaning: ElevationMeaning
  readonly section: Section
  readonly material: string | null
  readonly burial: Burial | null
  readonly pressureMpa: number | null
  readonly gasPressure: GasPressure | null
  readonly voltageKv: number | null
  readonly holes: number | null
  readonly usedHoles: number | null
  readonly cables: number | null
  /** From start to end, or against it. */
  readonly flow: 'along' | 'against' | null
  readonly state: PipeState
  readonly phase: Phase
  readonly temporary: boolean
  /** Whether the pipe is a main or a branch to a house or an inlet; null = not said. */
  readonly role: 'main' | 'branch' | null
  readonly owner: string | null
  readonly builtOn: string | null
  readonly surveyedBy: string | null
  readonly surveyedOn: string | null
  /** Ports of an imported model that this line joins, beside its points. */
  readonly ports: readonly string[]
  readonly place: CellPlace | null
}

export interface Network {
  /** Distinguishes networks in one check: 'survey-2026', 'design-v3'. */
  readonly id: string
  /** EPSG code of east and north; null: a local grid. */
  readonly epsg: number | null
  readonly points: readonly PipePoint[]
  readonly lines: readonly PipeLine[]
}

export interface Position {
  readonly east: number
  readonly north: number
}

/** A line made ready for geometry. The outer section is centred on the axis. */
export interface Pipe {
  /** '<network>/<line>'. */
  readonly id: string
  readonly network: string
  readonly line: string
  /** '<network>/<point>': pipes that share one are joined. */
  readonly startNode: string
  readonly endNode: string
  readonly ports: readonly string[]
  readonly kind: PipeKind
  readonly code: string
  readonly start: Position
  readonly end: Position
  /** Height of the axis; null = unknown. */
  readonly startAxis: number | null
  readonly endAxis: number | null
  readonly startGround: number | null
  readonly endGround: number | null
  readonly section: Section
  /** Outer size; null = unknown. */
  readonly outerWidthM: number | null
  readonly outerHeightM: number | null
  readonly nominalMm: number | null
  readonly burial: Burial | null
  readonly gasPressure: GasPressure | null
  readonly voltageKv: number | null
  readonly material: string | null
  readonly state: PipeState
  readonly phase: Phase
  readonly temporary: boolean
  readonly role: 'main' | 'branch' | null
}
