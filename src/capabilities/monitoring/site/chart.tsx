/** Columns beside a limit, drawn on the server. The table that follows says the same in words: the picture is for the eye. */
import type { ReactElement } from 'react'

export interface Column {
  readonly label: string
  readonly value: number | null
  readonly limit: number | null
  readonly over: boolean
}
const WIDTH = 480
const HEIGHT = 150
const LEFT = 32
const TOP = 8
const BOTTOM = 132

/** A round figure not below the largest value. */
const topOf = (columns: readonly Column[]): number => {
  const most = Math.max(1, ...columns.flatMap(({ value, limit }) => [value ?? 0, limit ?? 0]))
  const step = 10 ** Math.floor(Math.log10(most))
  return Math.ceil((most * 1.05) / (step / 2)) * (step / 2)
}
export const Chart = ({
  columns,
  label,
  every,
}: {
  readonly columns: readonly Column[]
  /** One sentence that says what the picture shows. */
  readonly label: string
  /** Each so-manieth column is named below it. */
  readonly every: number
}): ReactElement => {
  const top = topOf(columns)
  const wide = (WIDTH - LEFT) / Math.max(1, columns.length)
  const y = (value: number): number => BOTTOM - (Math.min(value, top) / top) * (BOTTOM - TOP)
  let limits = ''
  columns.forEach(({ limit }, index) => {
    if (limit === null) return
    const before = columns[index - 1]?.limit ?? null
    const x = LEFT + index * wide
    limits += `${before === null ? 'M' : 'L'}${x.toFixed(1)} ${y(limit).toFixed(1)}H${(x + wide).toFixed(1)}`
  })
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} className="chart">
      <line x1={LEFT} x2={WIDTH} y1={BOTTOM} y2={BOTTOM} stroke="#4a5a6a" />
      {[top, top / 2].map((value) => (
        <text key={value} x={LEFT - 4} y={y(value) + 4} textAnchor="end" fontSize="10" fill="#4a5a6a">
          {Number(value.toFixed(1))}
        </text>
      ))}
      {columns.map(({ label: name, value, over }, index) =>
        value === null ? null : (
          <rect
            key={name}
            x={(LEFT + index * wide + wide * 0.12).toFixed(1)}
            y={y(value).toFixed(1)}
            width={(wide * 0.76).toFixed(1)}
            height={(BOTTOM - y(value)).toFixed(1)}
            fill={over ? '#a3161a' : '#1f6fb2'}
          />
        ),
      )}
      {limits === '' ? null : <path d={limits} fill="none" stroke="#8a4b00" strokeWidth="1.5" strokeDasharray="5 3" />}
      {columns.map(({ label: name }, index) =>
        index % every === 0 ? (
          <text
            key={name}
            x={(LEFT + (index + 0.5) * wide).toFixed(1)}
            y={HEIGHT - 4}
            textAnchor="middle"
            fontSize="10"
            fill="#4a5a6a"
          >
            {name}
          </text>
        ) : null,
      )}
    </svg>
  )
}
