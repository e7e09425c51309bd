/** One drawn chart. ECharts in its smallest form; the page around it always offers the same figures as a table. */
import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
} from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { type ReactElement, useEffect, useRef } from 'react'
import type { Point, Span } from './points.ts'

use([
  LineChart,
  ScatterChart,
  BarChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  MarkLineComponent,
  MarkAreaComponent,
  MarkPointComponent,
  DataZoomInsideComponent,
  CanvasRenderer,
])

export interface PlotLine {
  readonly name: string
  readonly points: readonly Point[]
  readonly look: 'value' | 'range' | 'limit'
}
export interface PlotProps {
  /** What the picture shows, in one sentence. */
  readonly label: string
  readonly span: Span
  readonly unit: string
  readonly lines: readonly PlotLine[]
  readonly nights: readonly Span[]
  readonly silences: readonly Span[]
  readonly marks: readonly { readonly at: number; readonly name: string }[]
  /** Spans that stand out: while an alarm lasted. */
  readonly shades?: readonly Span[]
  readonly height?: number
  readonly words: { readonly night: string; readonly silent: string }
}
/** Times are drawn as in Asia/Shanghai, wherever the browser stands. */
const SHANGHAI = 8 * 3_600_000
const shifted = (points: readonly Point[]) => points.map(([at, value]) => [at + SHANGHAI, value])
const areas = (spans: readonly Span[], colour: string) =>
  spans.map(({ from, to }) => [{ xAxis: from + SHANGHAI, itemStyle: { color: colour } }, { xAxis: to + SHANGHAI }])
const looks = {
  value: { lineStyle: { width: 1.6, color: '#0b4a82' }, itemStyle: { color: '#0b4a82' } },
  range: { lineStyle: { width: 0.8, color: '#7f9fbe' }, itemStyle: { color: '#7f9fbe' } },
  limit: { lineStyle: { width: 1.6, type: 'dashed', color: '#b3261e' }, itemStyle: { color: '#b3261e' }, step: 'end' },
} as const

const optionOf = (props: PlotProps): Parameters<EChartsType['setOption']>[0] => ({
  animation: false,
  useUTC: true,
  grid: { left: 56, right: 20, top: 34, bottom: 30 },
  legend: { top: 4, right: 16, textStyle: { fontSize: 12, color: '#1c2733' } },
  tooltip: { trigger: 'axis', confine: true },
  dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'ctrl' }],
  xAxis: {
    type: 'time',
    min: props.span.from + SHANGHAI,
    max: props.span.to + SHANGHAI,
    axisLabel: { color: '#47525e', hideOverlap: true },
  },
  yAxis: {
    type: 'value',
    name: props.unit,
    scale: true,
    nameTextStyle: { color: '#47525e' },
    axisLabel: { color: '#47525e' },
  },
  series: props.lines.map((line, index) => ({
    type: 'line',
    name: line.name,
    data: shifted(line.points),
    showSymbol: line.points.length < 40 && line.look === 'value',
    symbolSize: 5,
    connectNulls: false,
    sampling: line.look === 'value' ? 'lttb' : undefined,
    ...looks[line.look],
    ...(index === 0
      ? {
          markArea: {
            silent: true,
            data: [
              ...areas(props.nights, 'rgba(52, 64, 92, 0.10)'),
              ...areas(props.silences, 'rgba(178, 106, 0, 0.14)'),
              ...areas(props.shades ?? [], 'rgba(179, 38, 30, 0.12)'),
            ],
          },
          markLine: {
            silent: true,
            symbol: 'none',
            label: { formatter: '{b}', color: '#8c1410' },
            lineStyle: { color: '#8c1410', type: 'solid' },
            data: props.marks.map(({ at, name }) => ({ xAxis: at + SHANGHAI, name })),
          },
        }
      : {}),
  })),
})

export const Plot = (props: PlotProps): ReactElement => {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  useEffect(() => {
    if (place.current === null) return
    const made = init(place.current)
    chart.current = made
    const watch = new ResizeObserver(() => made.resize())
    watch.observe(place.current)
    return () => {
      watch.disconnect()
      chart.current = null
      made.dispose()
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(optionOf(props), { notMerge: true })
  }, [props])
  return (
    <>
      <div ref={place} role="img" aria-label={props.label} style={{ width: '100%', height: props.height ?? 240 }} />
      {(props.nights.length > 0 || props.silences.length > 0) && (
        <p className="quiet small" aria-hidden="true" style={{ margin: 0 }}>
          {props.nights.length > 0 && (
            <>
              <i className="swatch night" /> {props.words.night}{' '}
            </>
          )}
          {props.silences.length > 0 && (
            <>
              <i className="swatch silent" /> {props.words.silent}
            </>
          )}
        </p>
      )}
    </>
  )
}
