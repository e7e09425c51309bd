/** Reads MANSCDP bodies: GB18030 or UTF-8, names in any case, missing declarations and parts tolerated. */
import { deviceInstant } from '../../wire/time.ts'
import { childOf, childrenOf, numberIn, parseXml, textIn, type XmlElement, type XmlLimits } from '../../wire/xml.ts'
import type { AlarmNotify, CatalogItem, CatalogResponse, Manscdp } from './message.ts'

export const manscdpLimits: XmlLimits = { maxBytes: 256 * 1024, maxDepth: 12 }
/** Items in one catalogue message; the rest is left out. */
const MAX_ITEMS = 1000

const degrees = (element: XmlElement, name: string, limit: number): number | null => {
  const value = numberIn(element, name)
  return value === null || Math.abs(value) > limit ? null : value
}
/** GB 28181 says yes in three ways: OK, ON, ONLINE. */
const yes = (text: string | null): boolean | null =>
  text === null ? null : /^(ok|on|online|true|1)$/i.test(text) ? true : false

const itemOf = (item: XmlElement): CatalogItem | null => {
  const deviceId = textIn(item, 'DeviceID')
  if (deviceId === null || deviceId.length > 32) return null
  const status = yes(textIn(item, 'Status'))
  return {
    deviceId,
    name: textIn(item, 'Name') ?? deviceId,
    manufacturer: textIn(item, 'Manufacturer'),
    model: textIn(item, 'Model'),
    owner: textIn(item, 'Owner'),
    civilCode: textIn(item, 'CivilCode'),
    address: textIn(item, 'Address'),
    parental: textIn(item, 'Parental') === '1',
    parentId: textIn(item, 'ParentID'),
    status: status === null ? null : status ? 'on' : 'off',
    longitude: degrees(item, 'Longitude', 180),
    latitude: degrees(item, 'Latitude', 90),
  }
}

type Said = { readonly sn: number; readonly deviceId: string }
const catalogOf = (root: XmlElement, said: Said): CatalogResponse => {
  const list = childrenOf(childOf(root, 'DeviceList'), 'Item').slice(0, MAX_ITEMS)
  const total = numberIn(root, 'SumNum')
  const items = list.map(itemOf).filter((item) => item !== null)
  return { ...said, kind: 'catalog', total: Number.isInteger(total) && total !== null ? total : items.length, items }
}

const alarmOf = (root: XmlElement, said: Said): AlarmNotify => {
  const priority = numberIn(root, 'AlarmPriority')
  return {
    ...said,
    kind: 'alarm',
    priority: priority === 1 || priority === 2 || priority === 3 ? priority : 4,
    method: numberIn(root, 'AlarmMethod'),
    type: numberIn(childOf(root, 'Info'), 'AlarmType') ?? numberIn(root, 'AlarmType'),
    at: deviceInstant(textIn(root, 'AlarmTime')),
    description: (textIn(root, 'AlarmDescription') ?? '').slice(0, 1000),
    longitude: degrees(root, 'Longitude', 180),
    latitude: degrees(root, 'Latitude', 90),
  }
}

/** Gives what a body says; null when it is not MANSCDP at all. */
export const readManscdp = (body: Uint8Array): Manscdp | null => {
  const root = parseXml(body, manscdpLimits)
  const command = textIn(root, 'CmdType')
  const deviceId = textIn(root, 'DeviceID')
  if (root === null || command === null || deviceId === null || deviceId.length > 32) return null
  const sn = numberIn(root, 'SN')
  const said: Said = { sn: sn !== null && Number.isSafeInteger(sn) ? sn : 0, deviceId }
  const result = textIn(root, 'Result')
  const ok = result === null || yes(result) === true
  const isQuery = /^(query|control)$/i.test(root.name)
  const other: Manscdp = {
    ...said,
    kind: 'other',
    root: root.name,
    command,
    ptz: textIn(root, 'PTZCmd'),
    result,
  }
  if (isQuery) return other
  switch (command.toLowerCase()) {
    case 'keepalive':
      return {
        ...said,
        kind: 'keepalive',
        ok: yes(textIn(root, 'Status')) !== false,
        faulty: childrenOf(childOf(root, 'Info'), 'DeviceID').map((each) => each.text),
      }
    case 'catalog':
      return catalogOf(root, said)
    case 'alarm':
      return /^notify$/i.test(root.name) ? alarmOf(root, said) : other
    case 'deviceinfo':
      return {
        ...said,
        kind: 'device-info',
        ok,
        name: textIn(root, 'DeviceName'),
        manufacturer: textIn(root, 'Manufacturer'),
        model: textIn(root, 'Model'),
        firmware: textIn(root, 'Firmware'),
        channels: numberIn(root, 'Channel'),
      }
    case 'devicestatus':
      return {
        ...said,
        kind: 'device-status',
        ok,
        online: yes(textIn(root, 'Online')),
        working: yes(textIn(root, 'Status')),
        recording: yes(textIn(root, 'Record')),
        deviceTime: deviceInstant(textIn(root, 'DeviceTime')),
      }
    case 'mobileposition': {
      const longitude = degrees(root, 'Longitude', 180)
      const latitude = degrees(root, 'Latitude', 90)
      if (longitude === null || latitude === null) return other
      return {
        ...said,
        kind: 'mobile-position',
        at: deviceInstant(textIn(root, 'Time')),
        longitude,
        latitude,
        speedKmh: numberIn(root, 'Speed'),
        direction: numberIn(root, 'Direction'),
        altitudeM: numberIn(root, 'Altitude'),
      }
    }
    case 'mediastatus':
      return { ...said, kind: 'media-status', finished: textIn(root, 'NotifyType') === '121' }
    default:
      return other
  }
}
