/** Makes canonical reports of what devices say in JSON: over MQTT and by pushes. */
import type { TelemetryRead } from '../../../../engines/mqtt/payload.ts'
import { addMs, type Instant, msOf } from '../../../../kernel/time.ts'
import { timingOf } from '../../model/devices/clock.ts'
import { valuesOf } from '../../model/devices/values.ts'
import { quality, type Report } from '../../model/report.ts'
import type { Presence } from './presence.ts'
import type { GateDevice } from './registry.ts'

/** Reports of what a device measured, as it counts and names them. */
export const telemetryReports = (
  presence: Pick<Presence, 'clock' | 'behind'>,
  device: GateDevice,
  list: readonly TelemetryRead[],
  receivedAt: Instant,
): readonly Report[] =>
  list.flatMap((each, index): readonly Report[] => {
    const timing = timingOf(each.clockReplaced ? null : each.at, receivedAt)
    // A time that is not believed tells how far off the clock is all the same.
    const skewMs = timing.skewMs ?? (each.clockReplaced ? each.skewMs : null)
    if (skewMs !== null) presence.clock(device, skewMs, receivedAt)
    // Many at once are the content of a buffer.
    else if (timing.buffered && list.length === 1)
      presence.behind(device, msOf(receivedAt) - msOf(timing.at), receivedAt)
    const found = valuesOf(device.known, device.factors, (metric) => {
      const value = each.values[metric]
      return value === undefined ? undefined : { value }
    })
    if (found === null) return []
    return [
      {
        kind: 'telemetry',
        device: device.known,
        // Reports of a device without a clock that came together keep their order.
        at: timing.clockReplaced ? addMs(timing.at, index) : timing.at,
        receivedAt,
        buffered: timing.buffered,
        values: found.values,
        quality: found.quality | (timing.clockReplaced ? quality.clockReplaced : 0),
      },
    ]
  })

const direction = (value: unknown): 'in' | 'out' | null => (value === 'in' || value === 'out' ? value : null)
const text = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

/** An event is an alarm, unless its type says that somebody passed ('attendance') or where something is ('position'). */
export const eventReport = (
  device: GateDevice,
  event: {
    readonly eventId: string
    readonly type: string
    readonly severity: 1 | 2 | 3 | 4
    readonly active: boolean
    readonly text: string
    readonly data: Readonly<Record<string, number | string | boolean | null>>
    readonly at: Instant | null
  },
  receivedAt: Instant,
): Report | null => {
  const { data } = event
  const timing = timingOf(event.at, receivedAt)
  const said = { device: device.known, at: timing.at, receivedAt, buffered: timing.buffered }
  if (event.type === 'attendance') {
    const [workerRef, way] = [text(data['workerRef']), direction(data['direction'])]
    if (workerRef === null || way === null) return null
    const method = data['method'] === 'card' || data['method'] === 'manual' ? data['method'] : 'face'
    return {
      kind: 'attendance',
      ...said,
      workerRef,
      direction: way,
      method,
      photoRef: text(data['photoRef']),
      eventId: event.eventId,
    }
  }
  if (event.type === 'position') {
    const [lon, lat] = [number(data['lon']), number(data['lat'])]
    if (lon === null || lat === null || Math.abs(lon) > 180 || Math.abs(lat) > 90) return null
    return {
      kind: 'position',
      ...said,
      lon,
      lat,
      floor: number(data['floor']),
      speedMps: number(data['speed']),
      accuracyM: number(data['accuracy']),
    }
  }
  return {
    kind: 'device-alarm',
    ...said,
    code: event.type,
    severity: event.severity,
    text: event.text,
    active: event.active,
    eventId: event.eventId,
    evidence: data,
  }
}
