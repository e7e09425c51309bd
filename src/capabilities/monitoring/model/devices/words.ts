/** Names of protocols, kinds and states of devices. */
import { type Words, words } from '../../../../kernel/words.ts'
import type { DeviceKind, Protocol } from '../report.ts'

export const protocolWords: Readonly<Record<Protocol, Words>> = {
  hj212: words('污染物在线监控(HJ 212)', 'HJ 212'),
  jt808: words('卫星定位终端(JT/T 808)', 'JT/T 808'),
  gb28181: words('视频联网(GB/T 28181)', 'GB/T 28181'),
  mqtt: words('物联网消息(MQTT)', 'MQTT'),
  http: words('接口推送(HTTP)', 'HTTP push'),
}
export const deviceKindWords: Readonly<Record<DeviceKind, Words>> = {
  dust: words('扬尘监测', 'Dust'),
  noise: words('噪声监测', 'Noise'),
  weather: words('气象监测', 'Weather'),
  crane: words('塔式起重机', 'Tower crane'),
  hoist: words('施工升降机', 'Hoist'),
  tracker: words('定位终端', 'Tracker'),
  vehicle: words('车辆', 'Vehicle'),
  gate: words('实名制门禁', 'Gate'),
  camera: words('摄像机', 'Camera'),
  other: words('其他', 'Other'),
}
export const deviceStates = ['active', 'disabled'] as const
export type DeviceState = (typeof deviceStates)[number]
export const deviceStateWords: Readonly<Record<DeviceState, Words>> = {
  active: words('启用', 'Active'),
  disabled: words('停用', 'Disabled'),
}
/**
 * Why what comes under the name of a device is refused: somebody uses it without the right, or (site-ended) the device goes
 * on after its site has ended.
 */
export const refusalKinds = [
  'wrong-secret',
  'wrong-address',
  'second-connection',
  'other-terminal',
  'site-ended',
] as const
export type RefusalKindOfDevice = (typeof refusalKinds)[number]
export const refusalKindWords: Readonly<Record<RefusalKindOfDevice, Words>> = {
  'wrong-secret': words('密钥不符', 'Wrong secret'),
  'wrong-address': words('来源地址不在登记范围内', 'Address out of range'),
  'second-connection': words('同一编号同时从另一地址接入', 'Second connection from another address'),
  'other-terminal': words('终端身份与登记的不符', 'Another terminal'),
  'site-ended': words('工地已结束', 'The site has ended'),
}
