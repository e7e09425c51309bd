/** Identities of GB/T 28181: 20 digits = 8 centre (GB/T 2260 area and two more) + 2 industry + 3 type + 1 network + 6 serial. */
import { type Words, words } from '../../kernel/words.ts'

export interface GbId {
  readonly text: string
  /** Area code of GB/T 2260, six digits. */
  readonly area: string
  readonly centre: string
  readonly industry: string
  readonly type: string
  readonly network: string
  readonly serial: string
}

/** Reads a 20-digit identity; null for anything else. */
export const parseGbId = (text: string): GbId | null =>
  /^\d{20}$/.test(text)
    ? {
        text,
        area: text.slice(0, 6),
        centre: text.slice(0, 8),
        industry: text.slice(8, 10),
        type: text.slice(10, 13),
        network: text.slice(13, 14),
        serial: text.slice(14),
      }
    : null

/** Types of things by digits 11 to 13. Certainty D: from memory of the standard's table, to be checked against its text. */
export const gbTypes: Readonly<Record<string, Words>> = {
  '111': words('硬盘录像机', 'DVR'),
  '118': words('网络视频录像机', 'NVR'),
  '131': words('摄像机', 'Camera'),
  '132': words('网络摄像机', 'IP camera'),
  '134': words('报警输入设备', 'Alarm input'),
  '135': words('报警输出设备', 'Alarm output'),
  '200': words('中心信令控制服务器', 'Signalling server'),
  '215': words('业务分组', 'Business group'),
  '216': words('虚拟组织', 'Virtual organisation'),
}

/** Says whether an identity names something that gives pictures. */
export const isCameraId = (id: GbId): boolean => id.type === '131' || id.type === '132'
