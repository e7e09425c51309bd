/** A place: two numbers to type, and the same on a map. */
import { Button } from 'antd'
import { lazy, type ReactElement, Suspense, useId, useState } from 'react'
import { useSay } from '../language.tsx'
import { NumberInput } from './number-input.tsx'
import { useTellUnread } from './unread.ts'

const MapView = lazy(async () => ({ default: (await import('./map-view.tsx')).MapView }))

export interface PointValue {
  readonly lon: number
  readonly lat: number
}
interface PointInputProps {
  readonly value: PointValue | null
  readonly onChange: (value: PointValue | null) => void
  readonly readOnly?: boolean
}
const round = (value: number) => Math.round(value * 1e6) / 1e6

/** The numbers are the keyboard's way; the map is another way to the same two numbers. */
export const PointInput = ({ value, onChange, readOnly = false }: PointInputProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const [shown, setShown] = useState(false)
  const [half, setHalf] = useState<{ lon: number | null; lat: number | null }>({
    lon: value?.lon ?? null,
    lat: value?.lat ?? null,
  })
  const [left, setLeft] = useState(false)
  const isHalf = !readOnly && (half.lon === null) !== (half.lat === null)
  const tried = useTellUnread(id, isHalf)
  const [before, setBefore] = useState(value)
  if (value !== before) {
    setBefore(value)
    if (value !== null) setHalf({ lon: value.lon, lat: value.lat })
  }
  const set = (part: Partial<typeof half>) => {
    const next = { ...half, ...part }
    setHalf(next)
    onChange(next.lon === null || next.lat === null ? null : { lon: next.lon, lat: next.lat })
  }
  return (
    <div className="stack">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only watches whether the focus leaves the pair */}
      <div
        className="row"
        onFocus={() => setLeft(false)}
        onBlur={({ currentTarget, relatedTarget }) => setLeft(!currentTarget.contains(relatedTarget))}
      >
        <span className="row pair">
          <label htmlFor={`${id}-lon`}>{say('经度', 'Longitude')}</label>
          <NumberInput
            id={`${id}-lon`}
            value={half.lon}
            min={-180}
            max={180}
            step={0.0001}
            readOnly={readOnly}
            width={150}
            onChange={(lon) => set({ lon })}
          />
        </span>
        <span className="row pair">
          <label htmlFor={`${id}-lat`}>{say('纬度', 'Latitude')}</label>
          <NumberInput
            id={`${id}-lat`}
            value={half.lat}
            min={-90}
            max={90}
            step={0.0001}
            readOnly={readOnly}
            width={150}
            onChange={(lat) => set({ lat })}
          />
        </span>
        <Button onClick={() => setShown((open) => !open)} aria-expanded={shown}>
          {shown
            ? say('收起地图', 'Hide map')
            : readOnly
              ? say('查看地图', 'Show map')
              : say('在地图上选点', 'Pick on a map')}
        </Button>
      </div>
      {isHalf && (left || tried) && (
        <p className="fault" role="status">
          {say('请把经度和纬度都填上,或者都不填。', 'Fill in both longitude and latitude, or neither.')}
        </p>
      )}
      {shown && (
        <Suspense fallback={<p className="quiet">{say('正在打开地图…', 'Opening the map…')}</p>}>
          <MapView
            label={say('项目位置地图', 'Map of the place')}
            point={value}
            {...(readOnly
              ? {}
              : { onPick: (lon: number, lat: number) => onChange({ lon: round(lon), lat: round(lat) }) })}
          />
        </Suspense>
      )}
    </div>
  )
}
