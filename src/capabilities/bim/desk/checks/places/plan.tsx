/** A plan from above: the pipes, what was drawn already, and the shape that grows by clicks. The same is typed below it. */
import { Button } from 'antd'
import { type PointerEvent, type ReactElement, useMemo, useRef, useState, type WheelEvent } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import type { NetworkGeometry } from '../../../model/geometry.ts'
import type { Place } from './state.ts'

type At = readonly [east: number, north: number]
/** More pipes than this are drawn in part: a plan for orientation. */
const MOST_PIPES = 20_000
/** Pixels that a finger may move and still click. */
const STILL = 5

const boxOf = (all: readonly At[]): readonly [number, number, number, number] | null => {
  let box: [number, number, number, number] | null = null
  for (const [x, y] of all)
    box =
      box === null ? [x, y, x, y] : [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
  return box
}
const pipesPath = (networks: readonly NetworkGeometry[], from: At): string => {
  const total = networks.reduce((sum, { pipes }) => sum + pipes.ids.length, 0)
  const step = Math.max(1, Math.ceil(total / MOST_PIPES))
  const parts: string[] = []
  for (const { origin, pipes } of networks)
    for (let k = 0; k < pipes.ids.length; k += step) {
      const at = (offset: number): number => pipes.axis[k * 6 + offset] ?? 0
      const [dx, dy] = [origin[0] - from[0], origin[1] - from[1]]
      parts.push(
        `M${(at(0) + dx).toFixed(1)} ${(-(at(1) + dy)).toFixed(1)}L${(at(3) + dx).toFixed(1)} ${(-(at(4) + dy)).toFixed(1)}`,
      )
    }
  return parts.join('')
}
const looks = {
  zones: { fill: '#2e7d3233', stroke: '#2e7d32' },
  obstacles: { fill: '#8d6e6355', stroke: '#5d4037' },
  roads: { fill: 'none', stroke: '#0b4a82' },
} as const

export const Plan = ({
  networks,
  places,
  drawn,
  onPoint,
}: {
  readonly networks: readonly NetworkGeometry[]
  readonly places: readonly Place[]
  readonly drawn: { readonly path: readonly At[]; readonly closed: boolean } | null
  readonly onPoint: ((at: At) => void) | null
}): ReactElement => {
  const say = useSay()
  const svg = useRef<SVGSVGElement>(null)
  const whole = useMemo(() => {
    const ends = networks.flatMap(({ origin, pipes }): At[] => {
      const all: At[] = []
      for (let k = 0; k < pipes.axis.length; k += 3)
        all.push([(pipes.axis[k] ?? 0) + origin[0], (pipes.axis[k + 1] ?? 0) + origin[1]])
      return all
    })
    return boxOf(ends) ?? boxOf(places.flatMap(({ path }) => path)) ?? [0, 0, 100, 100]
  }, [networks, places])
  const from: At = useMemo(() => [(whole[0] + whole[2]) / 2, (whole[1] + whole[3]) / 2], [whole])
  const lines = useMemo(() => pipesPath(networks, from), [networks, from])
  const first = Math.max(whole[2] - whole[0], (whole[3] - whole[1]) * 2, 20) * 1.1
  const [view, setView] = useState<{ readonly x: number; readonly y: number; readonly width: number } | null>(null)
  const { x, y, width } = view ?? { x: 0, y: 0, width: first }
  const height = width / 2
  const local = ([east, north]: At): At => [east - from[0], -(north - from[1])]
  const text = (path: readonly At[]): string =>
    path
      .map((at) =>
        local(at)
          .map((each) => each.toFixed(2))
          .join(','),
      )
      .join(' ')
  const zoom = (by: number): void => setView({ x, y, width: Math.min(Math.max(width * by, 5), 200_000) })
  const placeAt = (event: { readonly clientX: number; readonly clientY: number }): At | null => {
    const frame = svg.current?.getBoundingClientRect()
    if (frame === undefined || frame.width === 0) return null
    const scale = width / frame.width
    return [
      from[0] + x - width / 2 + (event.clientX - frame.left) * scale,
      from[1] - (y - height / 2 + (event.clientY - frame.top) * scale),
    ]
  }
  const held = useRef<{ readonly x: number; readonly y: number; readonly view: At; moved: boolean } | null>(null)
  const onMove = (event: PointerEvent): void => {
    const start = held.current
    const frame = svg.current?.getBoundingClientRect()
    if (start === null || frame === undefined) return
    const [dx, dy] = [event.clientX - start.x, event.clientY - start.y]
    if (Math.hypot(dx, dy) > STILL) start.moved = true
    if (start.moved)
      setView({ x: start.view[0] - (dx * width) / frame.width, y: start.view[1] - (dy * width) / frame.width, width })
  }
  const onUp = (event: PointerEvent): void => {
    const start = held.current
    held.current = null
    const at = placeAt(event)
    if (start !== null && !start.moved && at !== null)
      onPoint?.([Math.round(at[0] * 1_000) / 1_000, Math.round(at[1] * 1_000) / 1_000])
  }
  const px = width / 700
  return (
    <figure style={{ margin: '0 0 12px' }}>
      <div className="row" style={{ marginBottom: 6 }}>
        <Button size="small" onClick={() => zoom(0.6)}>
          {say('放大', 'Zoom in')}
        </Button>
        <Button size="small" onClick={() => zoom(1 / 0.6)}>
          {say('缩小', 'Zoom out')}
        </Button>
        <Button size="small" onClick={() => setView(null)}>
          {say('全部', 'All')}
        </Button>
        <span className="small quiet">
          {onPoint === null
            ? say('拖动移动,滚轮缩放。', 'Drag to move, wheel to zoom.')
            : say('在图上单击加点;也可在下面直接填写坐标。', 'Click to add points, or type them below.')}
        </span>
      </div>
      <svg
        ref={svg}
        viewBox={`${x - width / 2} ${y - height / 2} ${width} ${height}`}
        style={{
          width: '100%',
          aspectRatio: '2 / 1',
          background: '#fff',
          border: '1px solid var(--line)',
          cursor: onPoint === null ? 'grab' : 'crosshair',
          touchAction: 'none',
        }}
        role="img"
        aria-label={say('平面图:管线、分区、建(构)筑物和道路', 'Plan of pipes, zones, obstacles and roads')}
        onWheel={(event: WheelEvent) => zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          held.current = { x: event.clientX, y: event.clientY, view: [x, y], moved: false }
        }}
        onPointerMove={onMove}
        onPointerUp={onUp}
      >
        <path d={lines} fill="none" stroke="#78909c" strokeWidth={1.2 * px} />
        {places.slice(0, 2_000).map((place) => {
          const key = `${place.list} ${place.at}`
          const look = { ...looks[place.list], strokeWidth: 1.5 * px }
          const [only] = place.path
          if (place.shape === 'point' && only !== undefined) {
            const [cx, cy] = local(only)
            return <circle key={key} cx={cx} cy={cy} r={4 * px} {...look} />
          }
          return place.shape === 'line' ? (
            <polyline
              key={key}
              points={text(place.path)}
              {...look}
              fill="none"
              strokeDasharray={`${6 * px} ${4 * px}`}
            />
          ) : (
            <polygon key={key} points={text(place.path)} {...look} />
          )
        })}
        {drawn !== null && (
          <>
            {drawn.closed ? (
              <polygon points={text(drawn.path)} fill="#c8102e22" stroke="#c8102e" strokeWidth={2 * px} />
            ) : (
              <polyline points={text(drawn.path)} fill="none" stroke="#c8102e" strokeWidth={2 * px} />
            )}
            {drawn.path.map((at, k) => {
              const [cx, cy] = local(at)
              // Points may repeat: their place in the list is their identity.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              return <circle key={k} cx={cx} cy={cy} r={4 * px} fill="#c8102e" />
            })}
          </>
        )}
      </svg>
    </figure>
  )
}
