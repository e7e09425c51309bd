/**
 * Methods and types of alarms in GB/T 28181, as the public implementation and the reference give them. There is no standard
 * code for "no helmet": vendors use method 5 with a type or a text of their own, so `AlarmWords` of a vendor come in as data.
 */
import { type Words, words } from '../../../kernel/words.ts'

export const alarmMethods: Readonly<Record<number, Words>> = {
  1: words('电话报警', 'Telephone'),
  2: words('设备报警', 'Device'),
  3: words('短信报警', 'Text message'),
  4: words('GPS报警', 'GPS'),
  5: words('视频报警', 'Video'),
  6: words('设备故障报警', 'Device fault'),
  7: words('其他报警', 'Other'),
}

/** Types by method. */
export const alarmTypes: Readonly<Record<number, Readonly<Record<number, Words>>>> = {
  2: {
    1: words('视频丢失', 'Video lost'),
    2: words('设备防拆', 'Tamper'),
    3: words('存储设备磁盘满', 'Disk full'),
    4: words('设备高温', 'Too hot'),
    5: words('设备低温', 'Too cold'),
  },
  5: {
    1: words('人工视频报警', 'Manual'),
    2: words('运动目标检测', 'Motion'),
    3: words('遗留物检测', 'Object left behind'),
    4: words('物体移除检测', 'Object removed'),
    5: words('绊线检测', 'Tripwire'),
    6: words('入侵检测', 'Intrusion'),
    7: words('逆行检测', 'Wrong way'),
    8: words('徘徊检测', 'Loitering'),
    9: words('流量统计', 'Count of people'),
    10: words('密度检测', 'Density'),
    11: words('视频异常检测', 'Video abnormal'),
    12: words('快速移动', 'Fast movement'),
  },
  6: {
    1: words('存储设备磁盘故障', 'Disk fault'),
    2: words('存储设备风扇故障', 'Fan fault'),
  },
}

/** What a vendor means by its own codes or texts: `match` is part of the description. */
export interface VendorAlarm {
  readonly method: number
  readonly type?: number
  readonly match?: string
  readonly code: string
  readonly words: Words
}

export interface AlarmMeaning {
  /** Stable code: '5.6' of the standard or the vendor's. */
  readonly code: string
  readonly words: Words
}
/** Says what an alarm means: the vendor's table first, then the standard's, then its method alone. */
export const meaningOfAlarm = (
  alarm: { readonly method: number | null; readonly type: number | null; readonly description: string },
  vendor: readonly VendorAlarm[] = [],
): AlarmMeaning => {
  const method = alarm.method ?? 7
  const own = vendor.find(
    (each) =>
      each.method === method &&
      (each.type === undefined || each.type === alarm.type) &&
      (each.match === undefined || alarm.description.includes(each.match)),
  )
  if (own !== undefined) return { code: own.code, words: own.words }
  const type = alarm.type === null ? undefined : alarmTypes[method]?.[alarm.type]
  return {
    code: alarm.type === null ? `${method}` : `${method}.${alarm.type}`,
    words: type ?? alarmMethods[method] ?? words('未知报警', 'Unknown alarm'),
  }
}
