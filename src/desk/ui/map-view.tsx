/** A map from our own data alone: base layer from the server, MapLibre and its worker from our own copy. */
import { type GeoJSONSource, Map as MapLibre, Marker, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { commonHeaders, send } from '../call.ts'
import { useSay } from '../language.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

setWorkerUrl(workerUrl)

const collectionSchema = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.looseObject({})) })
type Collection = Parameters<GeoJSONSource['setData']>[0]
const emptyCollection: Collection = { type: 'FeatureCollection', features: [] }
/** Middle of the district; only where the view starts. */
const start: [number, number] = [106.574, 29.606]

const readBase = async (): Promise<Collection> => {
  const response = await send('/api/map/base', { headers: commonHeaders() })
  const body: unknown = await response.json()
  collectionSchema.parse(body)
  return body as Collection
}

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
      made = new MapLibre({
        container: place.current,
        center: first.current === null ? start : [first.current.lon, first.current.lat],
        zoom: first.current === null ? 10.5 : 13,
        attributionControl: false,
        dragRotate: false,
        style: {
          version: 8,
          sources: { base: { type: 'geojson', data: emptyCollection } },
          layers: [
            { id: 'ground', type: 'background', paint: { 'background-color': '#f2f0ea' } },
            {
              id: 'areas',
              type: 'fill',
              source: 'base',
              filter: ['==', ['geometry-type'], 'Polygon'],
              paint: {
                'fill-color': ['match', ['get', 'kind'], 'water', '#b9d7ea', 'green', '#d5e6cc', '#e6eaf0'],
                'fill-outline-color': '#8391a3',
              },
            },
            {
              id: 'lines',
              type: 'line',
              source: 'base',
              filter: ['==', ['geometry-type'], 'LineString'],
              paint: { 'line-color': ['match', ['get', 'kind'], 'water', '#7fb0d3', '#9b9384'], 'line-width': 1.5 },
            },
            {
              id: 'spots',
              type: 'circle',
              source: 'base',
              filter: ['==', ['geometry-type'], 'Point'],
              paint: { 'circle-radius': 4, 'circle-color': '#0b4a82' },
            },
          ],
        },
      })
    } catch (error) {
      // Without WebGL there is no map; the two numbers remain.
      setFailure(error)
      return
    }
    map.current = made
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    made.on('click', (event) => pick.current?.(event.lngLat.lng, event.lngLat.lat))
    const loaded = new Promise<void>((resolve) => made.once('load', () => resolve()))
    Promise.all([readBase(), loaded]).then(
      ([data]) => {
        if (map.current === made) void made.getSource<GeoJSONSource>('base')?.setData(data)
      },
      (error: unknown) => setFailure(error),
    )
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
