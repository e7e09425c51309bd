/** Writes MANSCDP bodies in GB18030: queries and controls of the platform, notices and responses of a device. */
import { encodeGb18030 } from '../../wire/text.ts'
import { escapeXml } from '../../wire/xml.ts'
import type { AlarmNotify, CatalogItem } from './message.ts'

export const MANSCDP_TYPE = 'Application/MANSCDP+xml'

/** Parts of a body in order: text, or parts inside; null is left out. */
export type Part = readonly [name: string, value: string | number | null | readonly Part[]]

const partText = ([name, value]: Part): string =>
  value === null
    ? ''
    : `<${name}>${typeof value === 'object' ? value.map(partText).join('') : escapeXml(String(value))}</${name}>\r\n`

/** `encoding` is named GB2312, as every implementation does; the bytes are its superset GB18030. */
export const manscdpBody = (root: string, parts: readonly Part[]): Uint8Array =>
  encodeGb18030(`<?xml version="1.0" encoding="GB2312"?>\r\n<${root}>\r\n${parts.map(partText).join('')}</${root}>\r\n`)

const opening = (command: string, sn: number, deviceId: string): readonly Part[] => [
  ['CmdType', command],
  ['SN', sn],
  ['DeviceID', deviceId],
]

export type QueryKind = 'Catalog' | 'DeviceInfo' | 'DeviceStatus'
export const queryBody = (kind: QueryKind, sn: number, deviceId: string): Uint8Array =>
  manscdpBody('Query', opening(kind, sn, deviceId))

/** What to subscribe to: alarms of all priorities and methods (0 = all). */
export const alarmSubscriptionBody = (sn: number, deviceId: string): Uint8Array =>
  manscdpBody('Query', [
    ...opening('Alarm', sn, deviceId),
    ['StartAlarmPriority', 0],
    ['EndAlarmPriority', 0],
    ['AlarmMethod', 0],
  ])

export const ptzBody = (sn: number, channelId: string, command: string): Uint8Array =>
  manscdpBody('Control', [
    ...opening('DeviceControl', sn, channelId),
    ['PTZCmd', command],
    ['Info', [['ControlPriority', 5]]],
  ])

export const keepaliveBody = (sn: number, deviceId: string, ok = true): Uint8Array =>
  manscdpBody('Notify', [...opening('Keepalive', sn, deviceId), ['Status', ok ? 'OK' : 'ERROR']])

const itemParts = (item: CatalogItem): readonly Part[] => [
  ['DeviceID', item.deviceId],
  ['Name', item.name],
  ['Manufacturer', item.manufacturer],
  ['Model', item.model],
  ['Owner', item.owner],
  ['CivilCode', item.civilCode],
  ['Address', item.address],
  ['Parental', item.parental ? 1 : 0],
  ['ParentID', item.parentId],
  ['SafetyWay', 0],
  ['RegisterWay', 1],
  ['Secrecy', 0],
  ['Status', item.status === null ? null : item.status.toUpperCase()],
  ['Longitude', item.longitude],
  ['Latitude', item.latitude],
]

/** One message of a catalogue; `total` counts the items of all its messages. */
export const catalogBody = (sn: number, deviceId: string, total: number, items: readonly CatalogItem[]): Uint8Array => {
  const list = items.map((item) => partText(['Item', itemParts(item)])).join('')
  const head = [...opening('Catalog', sn, deviceId), ['SumNum', total] as const].map(partText).join('')
  return encodeGb18030(
    `<?xml version="1.0" encoding="GB2312"?>\r\n<Response>\r\n${head}<DeviceList Num="${items.length}">\r\n${list}</DeviceList>\r\n</Response>\r\n`,
  )
}

/** An alarm; `localTime` as the device writes it, without a zone. */
export const alarmBody = (alarm: Omit<AlarmNotify, 'kind' | 'at'> & { readonly localTime: string }): Uint8Array =>
  manscdpBody('Notify', [
    ...opening('Alarm', alarm.sn, alarm.deviceId),
    ['AlarmPriority', alarm.priority],
    ['AlarmMethod', alarm.method],
    ['AlarmTime', alarm.localTime],
    ['AlarmDescription', alarm.description],
    ['Longitude', alarm.longitude],
    ['Latitude', alarm.latitude],
    ['Info', alarm.type === null ? null : [['AlarmType', alarm.type]]],
  ])
