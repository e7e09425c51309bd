/** Networks for the tests of the viewer and of long sections. */
import type { NetworkGeometry } from '../model/geometry.ts'

export interface TestPipe {
  readonly id: string
  readonly from: readonly [east: number, north: number, height: number | null]
  readonly to: readonly [east: number, north: number, height: number | null]
  readonly size?: readonly [width: number, height: number] | null
  readonly inner?: number
  readonly code?: string
  readonly ground?: readonly [number | null, number | null]
  readonly ends?: readonly [string, string]
  readonly box?: boolean
}
const number = (value: number | null): number => value ?? Number.NaN
/** Positions are given about `origin`. Points without names are named by their place. */
export const networkOf = (
  pipes: readonly TestPipe[],
  origin: readonly [number, number, number] = [0, 0, 0],
): NetworkGeometry => {
  const classes = [...new Set(pipes.map((pipe) => pipe.code ?? 'JS'))]
  const nodes = new Map<string, readonly [number, number, number]>()
  for (const pipe of pipes)
    for (const [end, place] of [pipe.from, pipe.to].entries())
      nodes.set(pipe.ends?.[end] ?? place.join(), [place[0], place[1], number(pipe.ground?.[end] ?? null)])
  const names = [...nodes.keys()]
  const numbers = new Map(names.map((name, index) => [name, index]))
  const sizes = pipes.flatMap((pipe) =>
    pipe.size === null ? [Number.NaN, Number.NaN] : [...(pipe.size ?? [0.4, 0.4])],
  )
  return {
    kind: 'network',
    origin,
    epsg: 4545,
    classes,
    pipes: {
      ids: pipes.map((pipe) => pipe.id),
      classOf: Uint16Array.from(pipes.map((pipe) => classes.indexOf(pipe.code ?? 'JS'))),
      axis: Float32Array.from(
        pipes.flatMap(({ from, to }) => [from[0], from[1], number(from[2]), to[0], to[1], number(to[2])]),
      ),
      size: Float32Array.from(sizes),
      inner: Float32Array.from(pipes.map((pipe) => pipe.inner ?? Number.NaN)),
      shape: Uint8Array.from(pipes.map((pipe) => (pipe.box === true ? 2 : pipe.size === null ? 0 : 1))),
      flags: new Uint8Array(pipes.length),
      ground: Float32Array.from(
        pipes.flatMap((pipe) => [number(pipe.ground?.[0] ?? null), number(pipe.ground?.[1] ?? null)]),
      ),
      ends: Uint32Array.from(
        pipes.flatMap((pipe) =>
          [pipe.from, pipe.to].map((place, end) => numbers.get(pipe.ends?.[end] ?? place.join()) ?? 0),
        ),
      ),
    },
    nodes: {
      ids: names,
      at: Float32Array.from([...nodes.values()].flat()),
      labels: names.map(() => ''),
      well: new Float32Array(names.length * 2).fill(Number.NaN),
    },
  }
}
