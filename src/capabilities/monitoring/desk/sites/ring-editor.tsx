/** Drawing a polygon: click its corners on the map, or type them one a line. */
import { Button, Input } from 'antd'
import { lazy, type ReactElement, Suspense, useId, useMemo, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import type { MapShape, MapSpot } from '../layers-map.tsx'
import { type Corner, readRing, textOf, withCorner } from './ring.ts'

const LayersMap = lazy(async () => ({ default: (await import('../layers-map.tsx')).LayersMap }))

interface RingEditorProps {
  readonly label: string
  readonly corners: readonly Corner[]
  readonly onChange: (corners: readonly Corner[]) => void
  /** What lies around, for orientation. */
  readonly around: readonly MapShape[]
  readonly centre: Corner | null
  readonly fault: string | null
}
export const RingEditor = (props: RingEditorProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const { corners, around, centre } = props
  const [text, setText] = useState(() => textOf(corners))
  const { broken } = readRing(text)
  const set = (next: readonly Corner[]) => {
    setText(textOf(next))
    props.onChange(next)
  }
  const shapes = useMemo(
    (): readonly MapShape[] => [...around, { id: 'draft', ring: corners, colour: '#b3261e', filled: true }],
    [around, corners],
  )
  const spots = useMemo(
    (): readonly MapSpot[] => [
      ...corners.map((at, index) => ({
        id: `corner ${index}`,
        at,
        colour: '#b3261e',
        radius: 4,
        name: String(index + 1),
      })),
      ...(corners.length === 0 && centre !== null
        ? [{ id: 'centre', at: centre, colour: '#0b4a82', radius: 5, name: say('工地位置', 'the site') }]
        : []),
    ],
    [corners, centre, say],
  )
  return (
    <fieldset className="field">
      <legend>{props.label}</legend>
      <Suspense fallback={<p className="quiet">{say('正在打开地图…', 'Opening the map…')}</p>}>
        <LayersMap
          label={say('绘制地图;也可在下面填写角点', 'Drawing map; corners can be typed below')}
          shapes={shapes}
          spots={spots}
          height={340}
          fitKey={`drawing ${around.map((shape) => shape.id).join(' ')}`}
          onPick={(at) => set(withCorner(corners, at))}
        />
      </Suspense>
      <div className="row" style={{ margin: '8px 0' }}>
        <Button disabled={corners.length === 0} onClick={() => set(corners.slice(0, -1))}>
          {say('撤销最后一点', 'Undo the last corner')}
        </Button>
        <Button disabled={corners.length === 0} onClick={() => set([])}>
          {say('清空', 'Clear')}
        </Button>
        <span className="quiet small" role="status">
          {corners.length} {say('个角点', 'corners')}
        </span>
      </div>
      <label htmlFor={id}>{say('角点(每行一个:经度, 纬度)', 'Corners, one a line: longitude, latitude')}</label>
      <Input.TextArea
        id={id}
        rows={5}
        value={text}
        aria-describedby={`${id}-fault`}
        onChange={(event) => {
          setText(event.target.value)
          props.onChange(readRing(event.target.value).corners)
        }}
      />
      <p className="fault" id={`${id}-fault`}>
        {broken.length > 0
          ? say(`第 ${broken.join('、')} 行不是经度和纬度。`, `Not two numbers: line ${broken.join(', ')}.`)
          : (props.fault ?? '')}
      </p>
    </fieldset>
  )
}
