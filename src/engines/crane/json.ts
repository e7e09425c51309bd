/** The JSON codec, for MQTT and HTTP: one report or an array of them in a message. */
import { z } from 'zod'
import { type Instant, instantFromMs, msOf } from '../../kernel/time.ts'
import type { LiftingCodec } from './codec.ts'
import { type LiftingReport, plausible } from './model.ts'

const numeric = z.number().nullish()
const common = {
  /** Milliseconds since 1970, or ISO 8601 with a zone; absent without a clock. */
  ts: z
    .union([
      z.number().int().nonnegative().max(8_640_000_000_000_000),
      z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    ])
    .optional(),
  seq: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0),
  height: numeric,
  load: numeric,
  wind: numeric,
  tilt: numeric,
  driverId: z.string().min(1).max(64).nullish(),
  alarms: z.number().int().min(0).max(0xffff).default(0),
}
const craneSchema = z.object({
  craneId: z.string().min(1).max(64),
  radius: numeric,
  slew: numeric,
  momentPercent: numeric,
  ...common,
})
const hoistSchema = z.object({
  hoistId: z.string().min(1).max(64),
  speed: numeric,
  people: numeric,
  ...common,
})

type Common = Pick<z.infer<typeof craneSchema>, keyof typeof common>
const commonOf = ({ ts, seq, height, load, wind, tilt, driverId, alarms }: Common, receivedAt: Instant) => ({
  at: timeOf(ts, receivedAt),
  seq,
  heightM: plausible('heightM', height),
  loadT: plausible('loadT', load),
  windMps: plausible('windMps', wind),
  tiltDeg: plausible('tiltDeg', tilt),
  driverId: driverId ?? null,
  alarms,
})

/** A machine may be seven days behind and five minutes ahead; outside of that the time of arrival stands. */
export const timeOf = (ms: number | undefined, receivedAt: Instant): Instant => {
  const received = msOf(receivedAt)
  return ms !== undefined && ms <= received + 300_000 && ms >= received - 604_800_000 ? instantFromMs(ms) : receivedAt
}

const reportOf = (entry: unknown, receivedAt: Instant): LiftingReport | null => {
  const crane = craneSchema.safeParse(entry)
  if (crane.success) {
    const { craneId, radius, slew, momentPercent } = crane.data
    return {
      kind: 'crane',
      craneId,
      ...commonOf(crane.data, receivedAt),
      radiusM: plausible('radiusM', radius),
      slewDeg: plausible('slewDeg', slew),
      momentPercent: plausible('momentPercent', momentPercent),
    }
  }
  const hoist = hoistSchema.safeParse(entry)
  if (!hoist.success) return null
  const { hoistId, speed, people } = hoist.data
  return {
    kind: 'hoist',
    hoistId,
    ...commonOf(hoist.data, receivedAt),
    speedMps: plausible('speedMps', speed),
    people: plausible('people', people),
  }
}

const MAX_BYTES = 64 * 1024
const MAX_ENTRIES = 500
const utf8 = new TextDecoder('utf-8', { fatal: true })

export const jsonCodec: LiftingCodec = {
  name: 'json',
  open: () => ({
    push: (bytes, receivedAt) => {
      if (bytes.length > MAX_BYTES) return { reports: [], faults: 1 }
      let parsed: unknown
      try {
        parsed = JSON.parse(utf8.decode(bytes))
      } catch {
        return { reports: [], faults: 1 }
      }
      const entries: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
      if (entries.length > MAX_ENTRIES) return { reports: [], faults: 1 }
      const reports = entries.map((entry) => reportOf(entry, receivedAt)).filter((report) => report !== null)
      return { reports, faults: entries.length - reports.length }
    },
    waitingBytes: () => 0,
  }),
}
