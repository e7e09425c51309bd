/** A map with one point, to see or to pick. */
import { type Map as MapLibre, Marker } from 'maplibre-gl'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useSay } from '../language.tsx'
import { openBaseMap } from './base-map.ts'
import { RefusalNotice } from './refusal-notice.tsx'

interface MapViewProps {
  readonly label: string
  readonly point: { readonly lon: number; readonly lat: number } | null
  readonly onPick?: (lon: number, lat: number) => void
}
export const MapView = ({ label, point, onPick }: MapViewProps): ReactElement => {
  const say = useSay()
  const place = useRef<HTMLDivElement>(null)
  const map = useRef<MapLibre | null>(null)
  const marker = useRef<Marker | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const first = useRef(point)
  const [failure, setFailure] = useState<unknown>(null)

  useEffect(() => {
    if (place.current === null) return
    let made: MapLibre
    try {
      const opened = openBaseMap(place.current, first.current === null ? null : [first.current.lon, first.current.lat])
      opened.ready.catch((error: unknown) => setFailure(error))
      made = opened.map
    } catch (error) {
      // Without WebGL there is no map; the two numbers remain.
      setFailure(error)
      return
    }
    map.current = made
    made.on('click', (event) => pick.current?.(event.lngLat.lng, event.lngLat.lat))
    return () => {
      map.current = null
      marker.current = null
      made.remove()
    }
  }, [])

  useEffect(() => {
    if (map.current === null) return
    if (point === null) {
      marker.current?.remove()
      marker.current = null
      return
    }
    if (marker.current === null) marker.current = new Marker({ color: '#b3261e' })
    marker.current.setLngLat([point.lon, point.lat]).addTo(map.current)
  }, [point])

  return (
    <div>
      <RefusalNotice error={failure} />
      <div className="map" ref={place} role="region" aria-label={label} />
      {onPick !== undefined && (
        <p className="quiet small">
          {say('点按地图选点;也可以直接填写上面的经纬度。', 'Click the map, or type longitude and latitude above.')}
        </p>
      )}
    </div>
  )
}
