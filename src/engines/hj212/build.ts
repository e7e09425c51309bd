/** Writes frames of HJ 212: the uploads of a device (for the simulator), the answers and commands of the platform. */
import type { Instant } from '../../kernel/time.ts'
import { crcOf, crcText } from './crc.ts'
import { MAX_SEGMENT } from './frames.ts'
import type { Reading } from './items.ts'
import type { Message } from './message.ts'
import { qnOf, wallTextOf } from './wall-time.ts'

/** Who speaks: what every frame of a device or to it carries. */
export interface Party {
  readonly mn: string
  readonly pw: string
  readonly st: string
}

/** Longest CP that one frame carries, HJ 212-2017; longer uploads are split. */
export const MAX_CP = 950
/** The 2017 edition in the version bits. */
const VERSION_2017 = 4
const SPLIT = 2
const ANSWER = 1

/** Gives the whole frame of a data segment. Throws a RangeError on anything but printable ASCII, or when it is too long. */
export const frameOf = (segment: string): Uint8Array => {
  if (segment.length > MAX_SEGMENT) throw new RangeError(`a data segment has at most ${MAX_SEGMENT} characters`)
  const bytes = new Uint8Array(segment.length + 12)
  for (let at = 0; at < segment.length; at += 1) {
    const code = segment.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) throw new RangeError('a data segment is printable ASCII')
    bytes[at + 6] = code
  }
  const end = segment.length + 6
  const put = (text: string, from: number): void => {
    for (let at = 0; at < text.length; at += 1) bytes[from + at] = text.charCodeAt(at)
  }
  put(`##${String(segment.length).padStart(4, '0')}`, 0)
  put(`${crcText(crcOf(bytes, 6, end))}\r\n`, end)
  return bytes
}

/** Printable ASCII without the characters that separate fields: ; , = & # */
const isFieldText = (value: string): boolean => /^[\x21\x22\x24\x25\x27-\x2b\x2d-\x3a\x3c\x3e-\x7e]*$/.test(value)
const field = (name: string, value: string): string => {
  if (!isFieldText(value)) throw new RangeError(`${name} cannot be '${value}'`)
  return `${name}=${value};`
}

interface Segment extends Party {
  readonly qn: string
  readonly cn: string
  readonly flag: number
  readonly parts?: readonly [pnum: number, pno: number]
  readonly cp: string
}
const segmentOf = ({ qn, st, cn, pw, mn, flag, parts, cp }: Segment): string =>
  field('QN', qn) +
  field('ST', st) +
  field('CN', cn) +
  field('PW', pw) +
  field('MN', mn) +
  `Flag=${flag};` +
  (parts === undefined ? '' : `PNUM=${parts[0]};PNO=${parts[1]};`) +
  `CP=&&${cp}&&`

/** A figure to send; a text is sent as it stands ('98.120'). */
type Figure = number | string
export interface ReadingToSend {
  readonly code: string
  readonly rtd?: Figure
  readonly min?: Figure
  readonly avg?: Figure
  readonly max?: Figure
  readonly cou?: Figure
  readonly flag?: string
  /** Further items by suffix ('RS', 'RT', 'SampleTime'). */
  readonly extra?: Readonly<Record<string, string>>
}

const decimal = (value: Figure): string => {
  const text = typeof value === 'string' ? value : /e-/.test(String(value)) ? value.toFixed(12) : String(value)
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError(`not a decimal figure: ${text}`)
  return text
}
const groupOf = (reading: ReadingToSend): string => {
  const items: string[] = []
  const put = (suffix: string, value: string): void => {
    items.push(field(`${reading.code}-${suffix}`, value).slice(0, -1))
  }
  if (reading.rtd !== undefined) put('Rtd', decimal(reading.rtd))
  if (reading.cou !== undefined) put('Cou', decimal(reading.cou))
  if (reading.min !== undefined) put('Min', decimal(reading.min))
  if (reading.avg !== undefined) put('Avg', decimal(reading.avg))
  if (reading.max !== undefined) put('Max', decimal(reading.max))
  for (const [suffix, value] of Object.entries(reading.extra ?? {})) put(suffix, value)
  if (reading.flag !== undefined) put('Flag', reading.flag)
  return items.join(',')
}

/** The uploads of a device: real-time, state, day, run time, minute, hour. */
export type UploadCommand = '2011' | '2021' | '2031' | '2041' | '2051' | '2061'
export interface Upload extends Party {
  readonly cn: UploadCommand
  readonly qn: string
  readonly dataTime: Instant
  readonly readings: readonly ReadingToSend[]
  /** Whether the device waits for 9014. */
  readonly answer: boolean
}

/** Gives the frames of an upload: one, or several numbered ones when the readings do not fit into one. */
export const uploadFrames = (upload: Upload): readonly Uint8Array[] => {
  const time = `DataTime=${wallTextOf(upload.dataTime)}`
  const cps: string[] = [time]
  for (const reading of upload.readings) {
    const group = groupOf(reading)
    const current = cps.at(-1) ?? time
    if (current !== time && current.length + 1 + group.length > MAX_CP) cps.push(`${time};${group}`)
    else cps[cps.length - 1] = `${current};${group}`
  }
  const flag = VERSION_2017 | (cps.length > 1 ? SPLIT : 0) | (upload.answer ? ANSWER : 0)
  return cps.map((cp, index) =>
    frameOf(segmentOf({ ...upload, flag, cp, ...(cps.length > 1 ? { parts: [cps.length, index + 1] as const } : {}) })),
  )
}

/** Gives the frame by which a device tells when it was switched on (2081). */
export const bootFrame = (
  device: Party & { readonly qn: string; readonly dataTime: Instant; readonly restartTime: Instant },
): Uint8Array =>
  frameOf(
    segmentOf({
      ...device,
      cn: '2081',
      flag: VERSION_2017 | ANSWER,
      cp: `DataTime=${wallTextOf(device.dataTime)};RestartTime=${wallTextOf(device.restartTime)}`,
    }),
  )

/** Gives the frame by which a device asks for its clock to be set (1013), for one of its instruments when named. */
export const timeRequestFrame = (device: Party & { readonly qn: string; readonly polId?: string }): Uint8Array =>
  frameOf(
    segmentOf({
      ...device,
      cn: '1013',
      flag: VERSION_2017 | ANSWER,
      cp: device.polId === undefined ? '' : field('PolId', device.polId).slice(0, -1),
    }),
  )

/** Gives the frame of the platform that sets a device's clock (1012). */
export const setTimeFrame = (
  device: Party & { readonly qn: string; readonly polId?: string; readonly systemTime: Instant },
): Uint8Array =>
  frameOf(
    segmentOf({
      ...device,
      cn: '1012',
      flag: VERSION_2017 | ANSWER,
      cp: `${device.polId === undefined ? '' : field('PolId', device.polId)}SystemTime=${wallTextOf(device.systemTime)}`,
    }),
  )

/** Gives the frame of the platform that asks for readings at intervals: 1062 in seconds, 1064 in minutes. */
export const setIntervalFrame = (
  device: Party & { readonly qn: string; readonly cn: '1062' | '1064'; readonly interval: number },
): Uint8Array =>
  frameOf(
    segmentOf({
      ...device,
      flag: VERSION_2017 | ANSWER,
      cp: `${device.cn === '1062' ? 'RtdInterval' : 'MinInterval'}=${decimal(device.interval)}`,
    }),
  )

/**
 * What an answer repeats of the message that it answers. A request number that is missing or cannot be written becomes
 * the time of the answer, such a password the empty one: whatever a device sent can be answered.
 */
export interface Answered {
  readonly qn: string | null
  readonly pw: string | null
  readonly mn: string
  readonly flag: { readonly version: Message['flag']['version'] }
}
const answerFrame = (to: Answered, cn: string, cp: string, now: Instant): Uint8Array =>
  frameOf(
    segmentOf({
      qn: to.qn !== null && isFieldText(to.qn) ? to.qn : qnOf(now),
      st: '91',
      cn,
      pw: to.pw !== null && isFieldText(to.pw) ? to.pw : '',
      mn: to.mn,
      flag: to.flag.version === '2005' ? 0 : VERSION_2017,
      cp,
    }),
  )

/** Gives the answer to an upload (9014). Send it only when the readings are durable. */
export const dataReplyFrame = (to: Answered, now: Instant): Uint8Array => answerFrame(to, '9014', '', now)
/** Gives the answer to a notice (9013). */
export const noticeReplyFrame = (to: Answered, now: Instant): Uint8Array => answerFrame(to, '9013', '', now)
/** Gives the answer to a request (9011), with a code of REQUEST_RESULTS. */
export const requestReplyFrame = (to: Answered, result: number, now: Instant): Uint8Array =>
  answerFrame(to, '9011', `QnRtn=${decimal(result)}`, now)
/** Gives the result of a request (9012), with a code of EXECUTION_RESULTS. */
export const resultFrame = (to: Answered, result: number, now: Instant): Uint8Array =>
  answerFrame(to, '9012', `ExeRtn=${decimal(result)}`, now)

/** Gives a reading back as it can be sent, for relays to a superior platform. */
export const toSend = (reading: Reading): ReadingToSend => ({
  code: reading.code,
  ...(reading.rtd === null ? {} : { rtd: reading.rtd }),
  ...(reading.min === null ? {} : { min: reading.min }),
  ...(reading.avg === null ? {} : { avg: reading.avg }),
  ...(reading.max === null ? {} : { max: reading.max }),
  ...(reading.cou === null ? {} : { cou: reading.cou }),
  ...(reading.flag === null ? {} : { flag: reading.flag }),
  ...(reading.extra === null ? {} : { extra: Object.fromEntries(reading.extra) }),
})
