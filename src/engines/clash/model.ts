/**
 * What a clash run reads and gives: plain data and typed arrays, so that it travels to a worker thread and back.
 * Lengths are metres, Z is up. Every unique mesh is stored once, however often it is placed.
 */

/** Surface in coordinates of its own (small numbers, so that Float32 is exact enough); three indices make a triangle. */
export interface SceneMesh {
  readonly positions: Float32Array
  readonly indices: Uint32Array
}

export type PropertyValue = string | number | boolean

export interface SceneElement {
  /** GlobalId of the element, or whatever distinguishes it. */
  readonly id: string
  /** 'IfcPipeSegment', 'IfcWall' … */
  readonly class: string
  readonly name: string | null
  readonly storey: string | null
  /** Systems and groups that it belongs to. */
  readonly systems: readonly string[]
  /** The uploaded model it comes from; null where there is only one. */
  readonly model: string | null
  /** '<set>.<property>' to value. */
  readonly properties: Readonly<Record<string, PropertyValue>>
}

/**
 * Elements with geometry. Part `k` places mesh `partMesh[k]` for element `partElement[k]` by the column-major matrix
 * `matrices[16 k … 16 k + 15]` in f64, relative to `origin`.
 */
export interface Scene {
  readonly origin: readonly [number, number, number]
  readonly meshes: readonly SceneMesh[]
  readonly elements: readonly SceneElement[]
  readonly partElement: Uint32Array
  readonly partMesh: Uint32Array
  readonly matrices: Float64Array
  /** Pairs of element indices that are joined (ports, shared points), two numbers a pair. */
  readonly connected: Uint32Array
}

/** Conditions on elements; all that are given must hold, of each list one entry. An empty selector takes every element. */
export interface Selector {
  readonly classes?: readonly string[]
  readonly systems?: readonly string[]
  readonly storeys?: readonly string[]
  readonly models?: readonly string[]
  readonly ids?: readonly string[]
  /** Text that the name must contain. */
  readonly names?: readonly string[]
  /** Each named property ('<set>.<property>', or '<property>' of any set) must have one of the values; no values: must exist. */
  readonly properties?: readonly { readonly name: string; readonly values?: readonly PropertyValue[] }[]
}

/** A pair is left out when one element satisfies `a` and the other `b`; without `b` one side is enough. */
export interface Exclusion {
  readonly a: Selector
  readonly b?: Selector
}

export interface ClashRule {
  readonly id: string
  readonly a: Selector
  readonly b: Selector
  /**
   * A pair is a hard clash when the thickest piece of its overlap solid is thicker than this many metres; it is a touch when
   * it is not, but the surfaces come as near as this or nearer.
   */
  readonly toleranceM: number
  /** Pairs nearer than this that neither clash nor touch are reported; absent: no clearance is asked for. */
  readonly clearanceM?: number
  /** Whether touches are reported; false where absent. */
  readonly touches?: boolean
  readonly exclusions?: readonly Exclusion[]
  /** Whether joined elements are checked against each other; false where absent. */
  readonly connected?: boolean
}

/**
 * `hard`: the solids overlap, depth confirmed. `duplicate`: the same solid in the same place twice. `crossing`: surfaces
 * cross, but one of them is not closed, so that its depth is unknown. `touch` and `clearance`: see `ClashRule`.
 */
export type ClashKind = 'hard' | 'duplicate' | 'crossing' | 'touch' | 'clearance'

export type Point = readonly [number, number, number]

export interface Clash {
  readonly rule: string
  readonly kind: ClashKind
  /** Indices into the elements of the scene; `a` satisfies the rule's `a`, `b` its `b`. */
  readonly a: number
  readonly b: number
  /** In the middle of the thickest piece of the overlap, or midway between the nearest points; origin added. */
  readonly point: Point
  /** Thickness of the thickest piece of the overlap solid, metres; null = unknown or no overlap. */
  readonly depthM: number | null
  /** Volume of the overlap solid, cubic metres; null = unknown or no overlap. */
  readonly volumeM3: number | null
  /** Distance of the surfaces, metres; 0 where they meet. */
  readonly distanceM: number
  /** Box around the overlap solid, origin added; null where there is none. */
  readonly box: { readonly min: Point; readonly max: Point } | null
}

export interface ClashReport {
  readonly clashes: readonly Clash[]
  /** True when the run was cancelled: the clashes found until then. */
  readonly cancelled: boolean
  readonly counts: {
    /** Pairs whose boxes come near enough to be looked at, exclusions taken off. */
    readonly candidates: number
    /** Pairs left out because they are joined or excluded. */
    readonly excluded: number
    /** Pairs whose shapes and relative placement had been judged before in this run. */
    readonly repeated: number
    /** Unique meshes looked at that are not closed, so that overlaps with them have no depth. */
    readonly openMeshes: number
  }
}

export interface ClashOptions {
  /** Asked between pairs; the run ends early when it says true. */
  readonly isCancelled?: () => boolean
  readonly onProgress?: (done: number, total: number) => void
  /** Judges congruent pairs one by one instead of once: for tests and measurements. */
  readonly judgeEach?: boolean
}
