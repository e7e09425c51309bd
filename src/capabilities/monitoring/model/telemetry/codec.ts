/** Reports as bytes for the spool: devices once for all their reports, values as the bytes of their floats. */
import { z } from 'zod'
import { idSchema } from '../../../../kernel/identity.ts'
import { type Instant, instantSchema } from '../../../../kernel/time.ts'
import { deviceKinds, type KnownDevice, type Report } from '../report.ts'

const deviceSchema = z.object({
  siteId: idSchema<'site'>(),
  deviceId: idSchema<'device'>(),
  kind: z.enum(deviceKinds),
  profileId: z.number().int(),
  metrics: z.array(z.string()),
})
// A moment that was no moment came in like that and is quarantined like that: it must not stop the others.
const moment = z.union([instantSchema, z.string().transform((text) => text as Instant)])
const said = { device: z.number().int().min(0), at: moment, receivedAt: moment, buffered: z.boolean() }
const reportSchema = z.discriminatedUnion('kind', [
  z.object({
    ...said,
    kind: z.literal('telemetry'),
    values: z.string(),
    quality: z.number().int(),
    spanSeconds: z.number().optional(),
  }),
  z.object({
    ...said,
    kind: z.literal('position'),
    lon: z.number(),
    lat: z.number(),
    floor: z.number().nullable(),
    speedMps: z.number().nullable(),
    accuracyM: z.number().nullable(),
  }),
  z.object({
    ...said,
    kind: z.literal('attendance'),
    workerRef: z.string(),
    direction: z.enum(['in', 'out']),
    method: z.enum(['face', 'card', 'manual']),
    photoRef: z.string().nullable(),
    eventId: z.string(),
  }),
  z.object({
    ...said,
    kind: z.literal('device-alarm'),
    code: z.string(),
    severity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    text: z.string(),
    active: z.boolean(),
    eventId: z.string(),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  z.object({ ...said, kind: z.literal('heartbeat') }),
])
const batchSchema = z.object({ devices: z.array(deviceSchema), reports: z.array(reportSchema) })

const floatsOf = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % 4 !== 0) throw new RangeError('values are not whole floats')
  const values = new Float32Array(bytes.length / 4)
  for (let index = 0; index < values.length; index += 1) values[index] = bytes.readFloatLE(index * 4)
  return values
}
const textOf = (values: Float32Array): string => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeFloatLE(value, index * 4))
  return bytes.toString('base64')
}

export const encodeReports = (reports: readonly Report[]): Uint8Array => {
  const places = new Map<KnownDevice, number>()
  const rows = reports.map((report) => {
    const place = places.get(report.device) ?? places.size
    places.set(report.device, place)
    return { ...report, device: place, ...(report.kind === 'telemetry' ? { values: textOf(report.values) } : {}) }
  })
  return Buffer.from(JSON.stringify({ devices: [...places.keys()], reports: rows }))
}
/** Throws on bytes that `encodeReports` did not make. */
export const decodeReports = (bytes: Uint8Array): readonly Report[] => {
  const { devices, reports } = batchSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  return reports.map((row): Report => {
    const device = devices[row.device]
    if (device === undefined) throw new RangeError('a report names a device that the batch lacks')
    if (row.kind !== 'telemetry') return { ...row, device }
    const { spanSeconds, ...rest } = row
    return { ...rest, device, values: floatsOf(row.values), ...(spanSeconds === undefined ? {} : { spanSeconds }) }
  })
}
