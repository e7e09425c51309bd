/** The long section as a drawing and, for those who cannot see it, as a table of the same figures. */
import { type ReactElement, useId } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import type { Rgb } from '../viewer/shapes.ts'
import {
  heightsOf,
  knownParts,
  type LongSection,
  linesOf,
  type Requirement,
  requirementKey,
  spaced,
  stationText,
  ticksOf,
} from './section.ts'
import { SectionTables } from './section-tables.tsx'

const verdictColours = { kept: '#1d6b3a', breached: '#b3261e', unknown: '#8a6100' } as const
const WIDTH = 1100
const HEIGHT = 410
const LEFT = 64
const RIGHT = 44
const TOP = 62
const BOTTOM = 54

export const SectionDrawing = ({
  section,
  title,
  requirements,
  colourOfClass,
  nameOfClass,
}: {
  readonly section: LongSection
  readonly title: string
  /** By `requirementKey`. */
  readonly requirements: ReadonlyMap<string, Requirement>
  readonly colourOfClass: (code: string) => Rgb
  readonly nameOfClass: (code: string) => string
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [low, high] = heightsOf(section)
  const length = Math.max(section.lengthM, 1)
  const x = (stationM: number): number => LEFT + (stationM / length) * (WIDTH - LEFT - RIGHT)
  const y = (heightM: number): number => TOP + ((high - heightM) / (high - low)) * (HEIGHT - TOP - BOTTOM)
  const metre = (HEIGHT - TOP - BOTTOM) / (high - low)
  const along = (WIDTH - LEFT - RIGHT) / length
  const path = (points: readonly { readonly stationM: number; readonly heightM: number }[]): string =>
    points
      .map((point, k) => `${k === 0 ? 'M' : 'L'}${x(point.stationM).toFixed(1)} ${y(point.heightM).toFixed(1)}`)
      .join('')
  const ground = knownParts(section.nodes.map((node) => ({ stationM: node.stationM, heightM: node.groundM })))
  const colour = (code: string): string => `rgb(${colourOfClass(code).join(' ')})`
  // Names of points that would write over each other are left to the table.
  const lines = linesOf(
    section.crossings.map((crossing) => x(crossing.stationM)),
    62,
    3,
  )
  const labelled = spaced(section.nodes, (node) => x(node.stationM), 46)
  return (
    <figure style={{ margin: 0 }}>
      <figcaption className="small" id={`${id}-title`}>
        {title} · {say('长', 'length')} {section.lengthM.toFixed(2)} m · {say('高程放大', 'heights enlarged')}{' '}
        {(metre / along).toFixed(0)} {say('倍', 'times')}
      </figcaption>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-labelledby={`${id}-title`}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          style={{ width: '100%', minWidth: 680, background: '#fff', border: '1px solid var(--line)' }}
          role="img"
          aria-label={say(
            `纵断面:${section.spans.length} 段管,${section.crossings.length} 处交叉;数值见下表`,
            `Long section: ${section.spans.length} pipes, ${section.crossings.length} crossings; figures below`,
          )}
          fontSize={12}
          fill="#1c2733"
        >
          {ticksOf(low, high, 6).map((height) => (
            <g key={height}>
              <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(height)} y2={y(height)} stroke="#e3e7ec" />
              <text x={LEFT - 8} y={y(height) + 4} textAnchor="end">
                {height.toFixed(Math.abs(height % 1) < 1e-9 ? 0 : 1)}
              </text>
            </g>
          ))}
          {ticksOf(0, length, 8).map((station) => (
            <g key={station}>
              <line x1={x(station)} x2={x(station)} y1={TOP} y2={HEIGHT - BOTTOM} stroke="#eef1f4" />
              <text x={x(station)} y={HEIGHT - BOTTOM + 34} textAnchor="middle" fill="#525d69">
                {stationText(station)}
              </text>
            </g>
          ))}
          <text x={LEFT - 8} y={16} textAnchor="end" fill="#525d69">
            {say('高程 m', 'height m')}
          </text>
          {ground.map((part) => {
            const first = part[0]
            const final = part.at(-1)
            return (
              <g key={first?.stationM}>
                <path
                  d={`${path(part)}L${x(final?.stationM ?? 0)} ${HEIGHT - BOTTOM}L${x(first?.stationM ?? 0)} ${HEIGHT - BOTTOM}Z`}
                  fill="#f4efe4"
                  opacity={0.55}
                />
                <path d={path(part)} fill="none" stroke="#7a5a2b" strokeWidth={2} />
              </g>
            )
          })}
          {section.spans.map((span) => {
            const [t0, t1] = span.topM
            const [b0, b1] = span.bottomM
            if (t0 === null || t1 === null || b0 === null || b1 === null)
              return (
                <g key={span.id}>
                  <line
                    x1={x(span.fromM)}
                    x2={x(span.toM)}
                    y1={HEIGHT - BOTTOM - 12}
                    y2={HEIGHT - BOTTOM - 12}
                    stroke="#8c1410"
                    strokeDasharray="6 5"
                  />
                  <text
                    x={(x(span.fromM) + x(span.toM)) / 2}
                    y={HEIGHT - BOTTOM - 18}
                    textAnchor="middle"
                    fill="#8c1410"
                  >
                    {say('高程未知', 'height unknown')}
                  </text>
                </g>
              )
            return (
              <g key={span.id}>
                <path
                  d={`M${x(span.fromM)} ${y(t0)}L${x(span.toM)} ${y(t1)}L${x(span.toM)} ${y(b1)}L${x(span.fromM)} ${y(b0)}Z`}
                  fill="#c7d7e6"
                  stroke="#0b4a82"
                  strokeWidth={1.5}
                >
                  <title>{span.id}</title>
                </path>
                {span.invertM !== null && span.invertM[0] !== null && span.invertM[1] !== null && (
                  <line
                    x1={x(span.fromM)}
                    x2={x(span.toM)}
                    y1={y(span.invertM[0])}
                    y2={y(span.invertM[1])}
                    stroke="#0b4a82"
                    strokeDasharray="7 3"
                  />
                )}
              </g>
            )
          })}
          {section.crossings.map((crossing, k) => {
            const need = requirements.get(requirementKey(crossing))
            const asked = need?.mostM ?? null
            const breached = need?.verdict === 'breached'
            const at = x(crossing.stationM)
            const label = TOP - 8 - (lines[k] ?? 0) * 15
            if (crossing.topM === null || crossing.bottomM === null)
              return (
                <g key={`${crossing.model} ${crossing.id}`}>
                  <line x1={at} x2={at} y1={TOP} y2={HEIGHT - BOTTOM} stroke="#8c1410" strokeDasharray="3 4" />
                  <text x={at} y={label} textAnchor="middle" fill="#8c1410">
                    {nameOfClass(crossing.code)} ?
                  </text>
                </g>
              )
            const half = Math.max(crossing.halfM * along, 2.5)
            const height = Math.max((crossing.topM - crossing.bottomM) * metre, 3)
            return (
              <g key={`${crossing.model} ${crossing.id}`}>
                {need !== undefined && asked !== null && (
                  <rect
                    x={at - half - 5}
                    width={2 * half + 10}
                    y={y(crossing.topM + asked)}
                    height={(crossing.topM - crossing.bottomM + 2 * asked) * metre}
                    fill={verdictColours[need.verdict]}
                    fillOpacity={0.12}
                    stroke={verdictColours[need.verdict]}
                    strokeDasharray="4 3"
                  />
                )}
                <line x1={at} x2={at} y1={label + 3} y2={y(crossing.topM)} stroke="#b9c1ca" strokeDasharray="2 4" />
                <ellipse
                  cx={at}
                  cy={y((crossing.topM + crossing.bottomM) / 2)}
                  rx={half}
                  ry={height / 2}
                  fill={colour(crossing.code)}
                  stroke={breached ? '#b3261e' : '#1c2733'}
                  strokeWidth={breached ? 2.5 : 1}
                >
                  <title>{`${nameOfClass(crossing.code)} ${crossing.id}`}</title>
                </ellipse>
                <text
                  x={at}
                  y={label}
                  textAnchor="middle"
                  fill={breached ? '#8c1410' : '#1c2733'}
                  fontWeight={breached ? 700 : 400}
                >
                  {breached && need.number !== null ? need.number : nameOfClass(crossing.code)}
                </text>
              </g>
            )
          })}
          {labelled.map((node) => (
            <g key={`${node.stationM} ${node.label}`}>
              <line
                x1={x(node.stationM)}
                x2={x(node.stationM)}
                y1={HEIGHT - BOTTOM}
                y2={HEIGHT - BOTTOM + 5}
                stroke="#525d69"
              />
              <text x={x(node.stationM)} y={HEIGHT - BOTTOM + 17} textAnchor="middle">
                {node.label}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <ul className="legend">
        <li>
          <i style={{ background: '#7a5a2b' }} aria-hidden="true" />
          {say('地面线', 'ground')}
        </li>
        <li>
          <i style={{ background: '#c7d7e6' }} aria-hidden="true" />
          {say('管道外壁(顶、底)', 'pipe, outer wall')}
        </li>
        <li>
          <i style={{ background: '#0b4a82' }} aria-hidden="true" />
          {say('管内底(虚线)', 'invert (dashed)')}
        </li>
        <li>
          <i style={{ background: '#c5dccc' }} aria-hidden="true" />
          {say('要求净距(满足)', 'clearance required, kept')}
        </li>
        <li>
          <i style={{ background: '#e9b9b6' }} aria-hidden="true" />
          {say('要求净距(不满足)', 'clearance required, breached')}
        </li>
        <li>
          <i style={{ background: '#ecdcb8' }} aria-hidden="true" />
          {say('要求净距(无法判定)', 'clearance required, unknown')}
        </li>
      </ul>
      <SectionTables section={section} requirements={requirements} nameOfClass={nameOfClass} />
    </figure>
  )
}
