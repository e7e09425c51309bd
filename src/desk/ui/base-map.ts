/** A map from our own data alone: base layer from the server, MapLibre and its worker from our own copy. */
import { type GeoJSONSource, Map as MapLibre, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { z } from 'zod'
import { commonHeaders, send } from '../call.ts'

setWorkerUrl(workerUrl)

const collectionSchema = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.looseObject({})) })
export type Collection = Parameters<GeoJSONSource['setData']>[0]
export const emptyCollection: Collection = { type: 'FeatureCollection', features: [] }
/** Middle of the district; only where the view starts. */
export const districtCentre: [number, number] = [106.574, 29.606]

const readBase = async (): Promise<Collection> => {
  const response = await send('/api/map/base', { headers: commonHeaders() })
  const body: unknown = await response.json()
  collectionSchema.parse(body)
  return body as Collection
}

export interface BaseMap {
  readonly map: MapLibre
  /** Resolves once the style is there and the base is drawn; rejects when the base cannot be read. */
  readonly ready: Promise<void>
}
/** Draws the base into a place. Throws where the browser has no WebGL. */
export const openBaseMap = (container: HTMLElement, center: [number, number] | null): BaseMap => {
  const map = new MapLibre({
    container,
    center: center ?? districtCentre,
    zoom: center === null ? 10.5 : 13,
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
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  const loaded = new Promise<void>((resolve) => void map.once('load', () => resolve()))
  let gone = false
  map.once('remove', () => {
    gone = true
  })
  const ready = Promise.all([readBase(), loaded]).then(([data]) => {
    if (!gone) void map.getSource<GeoJSONSource>('base')?.setData(data)
  })
  return { map, ready }
}
