/**
 * What the viewer draws, as `unpack` of `model/packed.ts` gives it. Positions are Float32 about `origin`, which was taken off
 * in double precision. East, north and height in metres; NaN in a Float32Array means unknown.
 */
export interface NetworkGeometry {
  readonly kind: 'network'
  readonly origin: readonly [east: number, north: number, height: number]
  readonly epsg: number | null
  /** Class codes; `classOf` points here. Colours are those of `bim.read-classes`. */
  readonly classes: readonly string[]
  readonly pipes: {
    /** Line ids: '<code>:<point>~<point>'. The objects of conflicts have the same. */
    readonly ids: readonly string[]
    readonly classOf: Uint16Array
    /** Six numbers a pipe: axis from start to end. Height NaN: unknown; draw it under the ground, as unknown. */
    readonly axis: Float32Array
    /** Outer width and height a pipe, metres; equal for round ones; NaN: unknown. */
    readonly size: Float32Array
    /** Inner height a pipe, metres: the invert lies half of it below the axis; NaN: unknown, or a bank of ducts. */
    readonly inner: Float32Array
    /** 0 unknown, 1 circle, 2 box, 3 bank of ducts. */
    readonly shape: Uint8Array
    /** Bits: 1 design, 2 abandoned, 4 temporary, 8 branch, 16 wall assumed. */
    readonly flags: Uint8Array
    /** Ground height at start and end; NaN: unknown. */
    readonly ground: Float32Array
    /** Indices into `nodes` of start and end. */
    readonly ends: Uint32Array
  }
  readonly nodes: {
    readonly ids: readonly string[]
    /** Three numbers a node: position with the ground height. */
    readonly at: Float32Array
    /** 附属物 or 特征; '' for none. */
    readonly labels: readonly string[]
    /** Depth of the bottom of a chamber below ground, and its size; NaN: unknown or none. */
    readonly well: Float32Array
  }
}
export interface IfcGeometry {
  readonly kind: 'ifc'
  /** Of the project's own coordinates. */
  readonly origin: readonly [number, number, number]
  /** Column-major matrix (f64) from positions about `origin` to map east, north, height; null: not georeferenced. */
  readonly toMap: Float64Array | null
  readonly epsg: number | null
  readonly elements: readonly {
    readonly id: string
    readonly class: string
    readonly name: string | null
    readonly storey: string | null
  }[]
  /** Unique meshes, one after the other: vertices and indices; mesh `k` spans `starts[k] … starts[k + 1]`. */
  readonly meshes: {
    readonly positions: Float32Array
    readonly indices: Uint32Array
    /** Counted in vertices and in indices, one more than there are meshes. */
    readonly vertexStarts: Uint32Array
    readonly indexStarts: Uint32Array
  }
  /** Placements: part `k` puts mesh `mesh[k]` of element `element[k]` by matrix `matrices[16 k …]`, coloured RGBA 0 to 1. */
  readonly parts: {
    readonly mesh: Uint32Array
    readonly element: Uint32Array
    readonly matrices: Float32Array
    readonly colours: Float32Array
  }
}
export type ViewerGeometry = NetworkGeometry | IfcGeometry
