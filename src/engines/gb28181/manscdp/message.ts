/** What the XML bodies of GB/T 28181 (MANSCDP) say, as typed values. Missing parts are null; nothing is invented. */
import type { Instant } from '../../../kernel/time.ts'

interface Said {
  readonly sn: number
  readonly deviceId: string
}
export interface Keepalive extends Said {
  readonly kind: 'keepalive'
  readonly ok: boolean
  /** Channels that the device itself reports as faulty. */
  readonly faulty: readonly string[]
}
export interface CatalogItem {
  readonly deviceId: string
  readonly name: string
  readonly manufacturer: string | null
  readonly model: string | null
  readonly owner: string | null
  readonly civilCode: string | null
  readonly address: string | null
  readonly parental: boolean
  readonly parentId: string | null
  readonly status: 'on' | 'off' | null
  /** Degrees; the datum is whatever the installer entered, mostly WGS 84. */
  readonly longitude: number | null
  readonly latitude: number | null
}
export interface CatalogResponse extends Said {
  readonly kind: 'catalog'
  /** How many items there are in all responses together; devices do not always keep to it. */
  readonly total: number
  readonly items: readonly CatalogItem[]
}
export interface AlarmNotify extends Said {
  readonly kind: 'alarm'
  /** 1 the gravest to 4. */
  readonly priority: 1 | 2 | 3 | 4
  readonly method: number | null
  readonly type: number | null
  readonly at: Instant | null
  readonly description: string
  readonly longitude: number | null
  readonly latitude: number | null
}
export interface DeviceInfo extends Said {
  readonly kind: 'device-info'
  readonly ok: boolean
  readonly name: string | null
  readonly manufacturer: string | null
  readonly model: string | null
  readonly firmware: string | null
  readonly channels: number | null
}
export interface DeviceStatus extends Said {
  readonly kind: 'device-status'
  readonly ok: boolean
  readonly online: boolean | null
  readonly working: boolean | null
  readonly recording: boolean | null
  readonly deviceTime: Instant | null
}
export interface MobilePosition extends Said {
  readonly kind: 'mobile-position'
  readonly at: Instant | null
  readonly longitude: number
  readonly latitude: number
  readonly speedKmh: number | null
  /** Degrees from north, clockwise. */
  readonly direction: number | null
  readonly altitudeM: number | null
}
/** The end of a recording that is played (NotifyType 121). */
export interface MediaStatus extends Said {
  readonly kind: 'media-status'
  readonly finished: boolean
}
/** A query, a control or a notice that is not one of the above. */
export interface OtherMessage extends Said {
  readonly kind: 'other'
  readonly root: string
  readonly command: string
  /** PTZCmd of a control, as hexadecimal. */
  readonly ptz: string | null
  /** Result of a response, 'OK' or 'ERROR'. */
  readonly result: string | null
}
export type Manscdp =
  | Keepalive
  | CatalogResponse
  | AlarmNotify
  | DeviceInfo
  | DeviceStatus
  | MobilePosition
  | MediaStatus
  | OtherMessage
