/** What the engine works with: what it is told of the surroundings, what it holds of each device, what it finds. */
import type { DeviceId, KnownDevice, SiteId } from '../../report.ts'
import type { CompiledRule } from '../compile.ts'
import type { DayCount } from '../day-count.ts'
import type { Condition, RuleKind } from '../definition.ts'
import type { GateState } from '../gate.ts'
import type { LimitRow } from '../limits.ts'
import type { Usual } from '../robust.ts'

/** A zone of a site, as drawn there. */
export interface Zone {
  readonly zoneId: string
  readonly kind: string
  readonly name: string
  /** Null: on every floor. */
  readonly floor: number | null
  /** Rings of a polygon, WGS 84 [longitude, latitude]; the first is the outer one. */
  readonly polygon: readonly (readonly (readonly [number, number])[])[]
}
/** Everything that rules look at besides the reports of the device. Answers come from memory. */
export interface Surroundings {
  readonly zones: (siteId: SiteId) => readonly Zone[]
  /** May this person be on the site: true, false, or null where there is no register to ask. */
  readonly registered: (siteId: SiteId, workerRef: string) => boolean | null
  /** What the device usually says at this hour of the week; null: not known. */
  readonly usual: (
    deviceId: DeviceId,
    metric: string,
    hourOfWeek: number,
  ) => (Usual & { readonly hours: number }) | null
  /** What other stations around say, none of it older than `fromMs`. */
  readonly around: (deviceId: DeviceId, metric: string, withinM: number, fromMs: number) => readonly number[]
}
export const nothingAround: Surroundings = {
  zones: () => [],
  registered: () => null,
  usual: () => null,
  around: () => [],
}

export interface FlatState {
  value: number
  since: number
  n: number
  raised: boolean
}
export interface JumpState {
  active: boolean
  since: number
  last: number
}
export interface StaleState {
  raised: boolean
  /** Silence counts from here at the earliest: somebody closed the alarm of an earlier one, ms. */
  notBefore: number
  /** Of each metric of the rule: when it was last heard before it fell silent, ms; NaN: it speaks. */
  readonly missing: Float64Array
}
export interface PeopleState {
  /** Who is inside without registration, and since when. */
  readonly inside: Map<string, number>
}
export interface SaidState {
  active: boolean
  since: number
  last: number
}
type Of<K extends RuleKind> = Extract<Condition, { readonly kind: K }>
interface Binding<K extends RuleKind> {
  readonly kind: K
  readonly rule: CompiledRule
  readonly condition: Of<K>
}
/** A rule on a device. `place`: of its metric among the values. */
export type Bound =
  | (Binding<'threshold'> & { readonly place: number; readonly state: GateState })
  | (Binding<'daily-count'> & { readonly place: number; readonly state: DayCount })
  | (Binding<'stale'> & { readonly places: readonly number[]; readonly state: StaleState })
  | (Binding<'flatline'> & { readonly place: number; readonly state: FlatState })
  | (Binding<'jump'> & { readonly place: number; readonly state: JumpState })
  | (Binding<'history'> & { readonly place: number; readonly state: GateState })
  | (Binding<'neighbours'> & { readonly place: number; readonly state: GateState })
  | (Binding<'zone'> & { readonly state: GateState })
  | (Binding<'correlation'> & { readonly places: readonly number[]; readonly state: GateState })
  | (Binding<'unregistered'> & { readonly state: PeopleState })
  | (Binding<'device-alarm'> & { readonly state: SaidState })

/** What the engine holds of a device. */
export interface Entry {
  readonly device: KnownDevice
  readonly bounds: readonly Bound[]
  /** Places of metrics that rules of other devices of the site look at. */
  readonly shared: readonly { readonly metric: string; readonly place: number }[]
  /** Of the last live telemetry: its moment and values; NaN and null before the first. */
  lastAt: number
  lastValues: Float32Array | null
  /** Of the last live position. */
  positionAt: number
  /** The latest sign of life that counts against silence. */
  heardAt: number
  /** Something changed that a checkpoint must say. */
  changed: boolean
}

export interface Finding {
  readonly what: 'raise' | 'again' | 'end'
  readonly rule: CompiledRule
  readonly device: KnownDevice
  /** The moment of the reading that made it so, ms. */
  readonly atMs: number
  /** When it began to be so, ms. */
  readonly occurredMs: number
  readonly metric: string | null
  /** NaN: none. */
  readonly value: number
  readonly limit: number
  readonly row: LimitRow | null
  readonly window: string | null
  readonly more: Readonly<Record<string, string | number | boolean | null>>
}
export type Emit = (finding: Finding) => void

/** What is to be known of a device to go on with it in another process, besides its checkpoint. */
export interface LastHeard {
  readonly lastAt: number
  readonly lastValues: Float32Array | null
  readonly positionAt: number
  readonly heardAt: number
}
export const heardNothing: LastHeard = {
  lastAt: Number.NaN,
  lastValues: null,
  positionAt: Number.NaN,
  heardAt: Number.NaN,
}
