/**
 * A pass through a gate in the form that every gate, authority and adapter shares. The worker is named by a reference, never by
 * an ID number in clear; the template of the face stays in the gate.
 */
import { z } from 'zod'
import type { Instant } from '../../kernel/time.ts'
import { deviceInstant } from '../wire/time.ts'

export const attendanceSchema = z.object({
  projectCode: z.string().min(1).max(40),
  /** How the gate knows the worker. A number of 18 digits would be an ID number, which must not come here. */
  workerRef: z
    .string()
    .min(1)
    .max(100)
    .refine((text) => !/^\d{17}[\dXx]$/.test(text), { error: '不得上传身份证号,请使用工人编号或脱敏标识' }),
  teamId: z.string().max(64).nullable().default(null),
  direction: z.enum(['in', 'out']),
  at: z.custom<Instant>((value) => typeof value === 'string' && deviceInstant(value) === value),
  deviceSn: z.string().min(1).max(64),
  method: z.enum(['face', 'card', 'manual']),
  photoRef: z.string().max(500).nullable().default(null),
  /** Body temperature in degrees Celsius, where the gate measures it. */
  temp: z.number().min(30).max(45).nullable().default(null),
})
export type Attendance = z.infer<typeof attendanceSchema>

/** Directions as gates write them: IN/OUT, E/L (entered, left), 进/出, 1/0. Null for anything else. */
export const directionOf = (said: string | number): Attendance['direction'] | null => {
  const text = String(said).trim().toLowerCase()
  if (['in', 'e', 'enter', '进', '入', '1', '进场'].includes(text)) return 'in'
  return ['out', 'l', 'leave', '出', '0', '出场'].includes(text) ? 'out' : null
}
/** Ways of being recognised as gates write them; anything unknown counts as manual, the weakest. */
export const methodOf = (said: string): Attendance['method'] => {
  const text = said.trim().toLowerCase()
  if (/face|人脸/.test(text)) return 'face'
  return /card|卡/.test(text) ? 'card' : 'manual'
}

const rawSchema = z.object({
  projectCode: z.string(),
  workerRef: z.string(),
  teamId: z.string().nullish(),
  direction: z.union([z.string(), z.number()]),
  /** Milliseconds since 1970 or local time. */
  ts: z.union([z.string(), z.number()]),
  deviceSn: z.string(),
  method: z.string().default('manual'),
  photoRef: z.string().nullish(),
  temp: z.number().nullish(),
})

/** Reads the body of a gate in our form; null when a part that matters is missing or implausible. */
export const readAttendance = (json: unknown): Attendance | null => {
  const raw = rawSchema.safeParse(json)
  if (!raw.success) return null
  const { direction, ts, method, teamId, photoRef, temp, ...same } = raw.data
  const whole = typeof ts === 'number' && Number.isSafeInteger(ts) && ts >= 0 && ts < 8_640_000_000_000_000
  const at = typeof ts === 'string' ? deviceInstant(ts) : whole ? (new Date(ts).toISOString() as Instant) : null
  const parsed = attendanceSchema.safeParse({
    ...same,
    teamId: teamId ?? null,
    photoRef: photoRef ?? null,
    temp: temp ?? null,
    direction: directionOf(direction),
    at,
    method: methodOf(method),
  })
  return parsed.success ? parsed.data : null
}

/** What makes a pass one pass: gates send the same one again until they are answered. */
export const attendanceKey = ({ deviceSn, workerRef, direction, at }: Attendance): string =>
  [deviceSn, workerRef, direction, at].join('|')
