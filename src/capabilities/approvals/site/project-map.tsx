/** Where the projects lie, drawn on the server as a picture with links: no script, no outside tiles. */
import type { ReactElement } from 'react'
import { type Language, say, words } from '../../../kernel/words.ts'
import type { BaseMap, LonLat, PublicProject } from '../../projects/contract.ts'

const WIDTH = 1000
/** Length of a degree of longitude over one of latitude at the district's latitude (about 29.6° N). */
const NARROWING = Math.cos((29.6 * Math.PI) / 180)

interface Frame {
  readonly height: number
  readonly place: (point: LonLat) => readonly [x: number, y: number]
}

const ringsOf = (base: BaseMap): readonly (readonly LonLat[])[] =>
  base.features.flatMap(({ geometry }) => (geometry.type === 'Polygon' ? geometry.coordinates : [geometry.coordinates]))

/** The frame that holds the whole base map: plate carrée, narrowed for the latitude. */
const frameOf = (base: BaseMap): Frame => {
  const points = ringsOf(base).flat()
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const [west, east] = [Math.min(...lons), Math.max(...lons)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const scale = WIDTH / ((east - west) * NARROWING)
  return {
    height: Math.round((north - south) * scale),
    place: ([lon, lat]) => [(lon - west) * NARROWING * scale, (north - lat) * scale],
  }
}
const pathOf = (frame: Frame, points: readonly LonLat[], closed: boolean): string =>
  points
    .map((point, index) => {
      const [x, y] = frame.place(point)
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('') + (closed ? 'Z' : '')

const middleOf = (points: readonly LonLat[]): LonLat => [
  points.reduce((sum, [lon]) => sum + lon, 0) / points.length,
  points.reduce((sum, [, lat]) => sum + lat, 0) / points.length,
]

interface Parts {
  readonly base: BaseMap
  readonly projects: readonly PublicProject[]
  readonly language: Language
}
export const ProjectMap = ({ base, projects, language }: Parts): ReactElement => {
  const frame = frameOf(base)
  const placed = projects.flatMap((project) => (project.point === null ? [] : [{ project, point: project.point }]))
  return (
    <figure className="map-figure">
      <svg
        viewBox={`0 0 ${WIDTH} ${frame.height}`}
        role="group"
        aria-label={say(words('项目位置图', 'Map of projects'), language)}
      >
        <g aria-hidden="true">
          {base.features.map((feature) =>
            feature.geometry.type === 'Polygon' ? (
              <path
                key={feature.properties.name}
                className={`map-${feature.properties.kind}`}
                d={feature.geometry.coordinates.map((ring) => pathOf(frame, ring, true)).join('')}
              />
            ) : (
              <path
                key={feature.properties.name}
                className="map-road"
                d={pathOf(frame, feature.geometry.coordinates, false)}
              />
            ),
          )}
          {base.features
            .filter((feature) => feature.properties.kind === 'street')
            .map((feature) => {
              const ring =
                feature.geometry.type === 'Polygon' ? (feature.geometry.coordinates[0] ?? []).slice(0, -1) : []
              const [x, y] = frame.place(middleOf(ring))
              return (
                <text key={feature.properties.name} className="map-name" x={x.toFixed(1)} y={y.toFixed(1)}>
                  {language === 'zh' ? feature.properties.name : feature.properties.nameEn}
                </text>
              )
            })}
        </g>
        {placed.map(({ project, point }) => {
          const [x, y] = frame.place(point)
          return (
            <a key={project.id} href={`/projects/${encodeURIComponent(project.caseNumber)}`} aria-label={project.name}>
              <title>{project.name}</title>
              <circle className="map-project" cx={x.toFixed(1)} cy={y.toFixed(1)} r="8" />
            </a>
          )
        })}
      </svg>
      <figcaption className="muted">
        {say(
          words('示意底图,不作为测绘依据。点圆点看项目。', 'Schematic map, not a survey. Dots lead to the projects.'),
          language,
        )}
      </figcaption>
    </figure>
  )
}
