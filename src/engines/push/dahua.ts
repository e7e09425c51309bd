/** Events of Dahua cameras: text parts 'Code=…;action=Start|Stop|Pulse;index=0[;data={…}]', or 'Heartbeat'. */
import { type Words, words } from '../../kernel/words.ts'
import { decodeText } from '../wire/text.ts'

export interface DahuaEvent {
  readonly kind: 'event'
  readonly code: string
  readonly action: 'start' | 'stop' | 'pulse'
  /** Channel from 0, as the camera counts. */
  readonly index: number
  readonly data: Readonly<Record<string, unknown>> | null
}
export type DahuaMessage = DahuaEvent | { readonly kind: 'heartbeat' }

/** What the usual codes mean. */
export const dahuaCodes: Readonly<Record<string, Words>> = {
  VideoMotion: words('移动侦测', 'Motion'),
  VideoLoss: words('视频丢失', 'Video lost'),
  VideoBlind: words('视频遮挡', 'Video covered'),
  CrossLineDetection: words('绊线入侵', 'Tripwire'),
  CrossRegionDetection: words('区域入侵', 'Intrusion'),
  LeftDetection: words('物品遗留', 'Object left behind'),
  WanderDetection: words('徘徊', 'Loitering'),
  RioterDetection: words('人员聚集', 'Gathering'),
  SmartMotionHuman: words('人形检测', 'Person'),
}

const ACTIONS: Readonly<Record<string, DahuaEvent['action']>> = { start: 'start', stop: 'stop', pulse: 'pulse' }

const dataOf = (text: string | undefined): DahuaEvent['data'] => {
  if (text === undefined) return null
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}

/** Reads one text part; a part may hold several events. Lines that are none are left out. */
export const readDahua = (body: Uint8Array): readonly DahuaMessage[] => {
  const text = decodeText(body).replace(/^\uFEFF/, '')
  if (/^\s*Heartbeat\s*$/i.test(text)) return [{ kind: 'heartbeat' }]
  // Data spans lines: an event goes on until the next line that begins with 'Code='.
  return text
    .split(/^(?=Code=)/m)
    .map((each): DahuaMessage | null => {
      const match = /^Code=(\w{1,64});\s*action=(\w{1,16});\s*index=(\d{1,4})(?:;\s*data=(.*))?/is.exec(each.trim())
      const action = ACTIONS[match?.[2]?.toLowerCase() ?? '']
      if (match === null || action === undefined) return null
      return { kind: 'event', code: match[1] ?? '', action, index: Number(match[3]), data: dataOf(match[4]) }
    })
    .filter((each) => each !== null)
}
