/** What the signalling server takes and gives: its setup, the facts it tells, the effects it asks for. */
import type { DialogFact, PlaybackAct } from './dialog.ts'
import type { AlarmNotify, CatalogItem, DeviceInfo, DeviceStatus, MobilePosition } from './manscdp/message.ts'
import type { QueryKind } from './manscdp/write.ts'
import type { Account, Registrar, Registration, RegistrationFact } from './registration.ts'
import type { Offer } from './sdp.ts'
import type { Route, SipMessage } from './sip/message.ts'
import type { Party } from './sip/request.ts'

export interface SipServerSetup {
  readonly local: Party
  readonly registrar: Registrar
  /** The claimed device of an id; null for a stranger. Answered from memory. */
  readonly account: (deviceId: string) => Account | null
  /** Fresh random text of letters and digits, at least 64 bits. */
  readonly token: () => string
  /** Repeated requests remembered, and answers that may wait for the host. */
  readonly maxRecent?: number
}

/** What the host must commit before the device gets its 200: give `ticket` back to `committed` or `failed`. */
export interface Ticketed {
  readonly ticket: string
}
export type SipFact =
  | RegistrationFact
  | DialogFact
  | { readonly kind: 'heartbeat'; readonly deviceId: string; readonly ok: boolean; readonly faulty: readonly string[] }
  | ({ readonly kind: 'alarm'; readonly from: string; readonly alarm: AlarmNotify } & Ticketed)
  | ({ readonly kind: 'position'; readonly from: string; readonly position: MobilePosition } & Ticketed)
  | {
      readonly kind: 'catalog'
      readonly deviceId: string
      readonly items: readonly CatalogItem[]
      readonly complete: boolean
      readonly total: number | null
    }
  | { readonly kind: 'device-info'; readonly from: string; readonly info: DeviceInfo }
  | { readonly kind: 'device-status'; readonly from: string; readonly status: DeviceStatus }
  | { readonly kind: 'subscription-ended'; readonly deviceId: string }
  /** A query or control was refused or not answered. */
  | { readonly kind: 'command-failed'; readonly deviceId: string; readonly status: number }

export type SipEffect =
  | { readonly kind: 'send'; readonly route: Route; readonly message: SipMessage }
  | { readonly kind: 'fact'; readonly fact: SipFact }

export interface SipServer {
  readonly receive: (message: SipMessage, route: Route, nowMs: number) => readonly SipEffect[]
  /** Call it about every 250 ms: repeats, timeouts, devices that fell silent. */
  readonly tick: (nowMs: number) => readonly SipEffect[]
  readonly committed: (ticket: string, nowMs: number) => readonly SipEffect[]
  /** Nothing was stored: the device gets a 500 and sends again. */
  readonly failed: (ticket: string, nowMs: number) => readonly SipEffect[]
  readonly query: (kind: QueryKind, deviceId: string, nowMs: number) => readonly SipEffect[]
  readonly ptz: (deviceId: string, channelId: string, command: string, nowMs: number) => readonly SipEffect[]
  readonly subscribe: (deviceId: string, nowMs: number) => readonly SipEffect[]
  /** Asks a device for a stream of a channel; null when it is not online. */
  readonly open: (
    deviceId: string,
    offer: Offer,
    nowMs: number,
  ) => { readonly callId: string; readonly effects: readonly SipEffect[] } | null
  readonly close: (callId: string, nowMs: number) => readonly SipEffect[]
  readonly control: (callId: string, act: PlaybackAct, nowMs: number) => readonly SipEffect[]
  readonly registration: (deviceId: string) => Registration | null
}
