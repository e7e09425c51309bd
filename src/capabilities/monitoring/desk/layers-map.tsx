/** A map with polygons and points of the page; what is on it stands in a list beside it too, for the keyboard. */
import { type GeoJSONSource, LngLatBounds, type Map as MapLibre, Popup } from 'maplibre-gl'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { type Collection, emptyCollection, openBaseMap } from '../../../desk/ui/base-map.ts'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'

export type LonLat = readonly [number, number]
export interface MapShape {
  readonly id: string
  /** One ring, not necessarily closed. */
  readonly ring: readonly LonLat[]
  readonly colour: string
  readonly filled: boolean
  /** A line that is not closed yet, or a track. */
  readonly open?: boolean
}
export interface MapSpot {
  readonly id: string
  readonly at: LonLat
  readonly colour: string
  readonly ring?: string
  readonly radius?: number
  /** Shown beside the pointer. */
  readonly name: string
}
export interface MapPicture {
  readonly url: string
  /** Top left, top right, bottom right, bottom left. */
  readonly corners: readonly [LonLat, LonLat, LonLat, LonLat]
}
interface LayersMapProps {
  readonly label: string
  readonly shapes: readonly MapShape[]
  readonly spots: readonly MapSpot[]
  readonly picture?: MapPicture | null
  readonly height?: number
  /** The view is fitted to everything whenever this changes. */
  readonly fitKey: string
  readonly onSpot?: (id: string) => void
  readonly onPick?: (at: LonLat) => void
}
const closed = (ring: readonly LonLat[]): number[][] => {
  const [first] = ring
  const last = ring.at(-1)
  const points = ring.map((each) => [...each])
  return first === undefined || (last?.[0] === first[0] && last[1] === first[1]) ? points : [...points, [...first]]
}
const shapeData = (shapes: readonly MapShape[]): Collection => ({
  type: 'FeatureCollection',
  features: shapes
    .filter((shape) => shape.ring.length > 1)
    .map((shape) => ({
      type: 'Feature',
      properties: { colour: shape.colour, filled: shape.filled },
      geometry:
        shape.open === true || shape.ring.length < 3
          ? { type: 'LineString', coordinates: shape.ring.map((each) => [...each]) }
          : { type: 'Polygon', coordinates: [closed(shape.ring)] },
    })),
})
const spotData = (spots: readonly MapSpot[]): Collection => ({
  type: 'FeatureCollection',
  features: spots.map((spot) => ({
    type: 'Feature',
    properties: {
      id: spot.id,
      name: spot.name,
      colour: spot.colour,
      ring: spot.ring ?? '#ffffff',
      radius: spot.radius ?? 7,
    },
    geometry: { type: 'Point', coordinates: [...spot.at] },
  })),
})
const fit = (map: MapLibre, props: LayersMapProps): void => {
  const points = [...props.shapes.flatMap((shape) => shape.ring), ...props.spots.map((spot) => spot.at)]
  const [first] = points
  if (first === undefined) return
  const bounds = points.reduce(
    (all, point) => all.extend([point[0], point[1]]),
    new LngLatBounds([first[0], first[1]], [first[0], first[1]]),
  )
  map.fitBounds(bounds, { padding: 48, maxZoom: 17, animate: false })
}

export const LayersMap = (props: LayersMapProps): ReactElement => {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const [map, setMap] = useState<MapLibre | null>(null)
  const [failure, setFailure] = useState<unknown>(null)

  useEffect(() => {
    void map?.getSource<GeoJSONSource>('shapes')?.setData(shapeData(props.shapes))
  }, [map, props.shapes])
  useEffect(() => {
    void map?.getSource<GeoJSONSource>('spots')?.setData(spotData(props.spots))
  }, [map, props.spots])
  const { picture = null, fitKey } = props
  useEffect(() => {
    if (map === null || picture === null) return
    const [a, b, c, d] = picture.corners
    map.addSource('picture', {
      type: 'image',
      url: picture.url,
      coordinates: [
        [a[0], a[1]],
        [b[0], b[1]],
        [c[0], c[1]],
        [d[0], d[1]],
      ],
    })
    map.addLayer({ id: 'picture', type: 'raster', source: 'picture', paint: { 'raster-opacity': 0.85 } }, 'shape-fills')
    return () => {
      if (map.getLayer('picture') !== undefined) map.removeLayer('picture')
      if (map.getSource('picture') !== undefined) map.removeSource('picture')
    }
  }, [map, picture])
  useEffect(() => {
    // The key says when to fit; what is fitted to is whatever stands on the map then.
    if (map !== null && fitKey !== '') fit(map, latest.current)
  }, [map, fitKey])

  // Last, so that what was put on a map is taken off before the map itself goes.
  useEffect(() => {
    if (place.current === null) return
    let made: MapLibre
    let live = true
    try {
      const opened = openBaseMap(place.current, null)
      made = opened.map
      opened.ready.catch((error: unknown) => live && setFailure(error))
    } catch (error) {
      // Without WebGL there is no map; the list remains.
      setFailure(error)
      return
    }
    const popup = new Popup({ closeButton: false, closeOnClick: false, offset: 10 })
    made.once('load', () => {
      if (!live) return
      made.addSource('shapes', { type: 'geojson', data: emptyCollection })
      made.addSource('spots', { type: 'geojson', data: emptyCollection })
      made.addLayer({
        id: 'shape-fills',
        type: 'fill',
        source: 'shapes',
        filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['get', 'filled']],
        paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.18 },
      })
      made.addLayer({
        id: 'shape-lines',
        type: 'line',
        source: 'shapes',
        paint: { 'line-color': ['get', 'colour'], 'line-width': 2.5 },
      })
      made.addLayer({
        id: 'spot-circles',
        type: 'circle',
        source: 'spots',
        paint: {
          'circle-color': ['get', 'colour'],
          'circle-radius': ['get', 'radius'],
          'circle-stroke-color': ['get', 'ring'],
          'circle-stroke-width': 2,
        },
      })
      made.on('mousemove', 'spot-circles', (event) => {
        const name: unknown = event.features?.[0]?.properties['name']
        made.getCanvas().style.cursor = 'pointer'
        if (typeof name === 'string') popup.setLngLat(event.lngLat).setText(name).addTo(made)
      })
      made.on('mouseleave', 'spot-circles', () => {
        made.getCanvas().style.cursor = ''
        popup.remove()
      })
      made.on('click', 'spot-circles', (event) => {
        const id: unknown = event.features?.[0]?.properties['id']
        if (typeof id === 'string') latest.current.onSpot?.(id)
      })
      made.on('click', (event) => latest.current.onPick?.([event.lngLat.lng, event.lngLat.lat]))
      setMap(made)
    })
    return () => {
      live = false
      popup.remove()
      setMap(null)
      made.remove()
    }
  }, [])

  return (
    <div>
      <RefusalNotice error={failure} />
      <div
        className="map"
        ref={place}
        role="region"
        aria-label={props.label}
        style={{ height: `min(${props.height ?? 420}px, 70vh)` }}
      />
    </div>
  )
}
