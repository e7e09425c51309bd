/** What a district sets: the plane of its coordinates, the departments concerned, grading, limits. `data/bim/settings.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { severities } from './words.ts'

export const settingsSchema = z.strictObject({
  version: z.string().min(1),
  coordinates: z.strictObject({
    /** Plane in which networks are kept. */
    epsg: z.number().int(),
    /** Degrees: west, south, east, north. */
    district: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    source: sourceSchema,
  }),
  /** Whose officers take part: role codes. */
  departments: z.array(z.string().min(1)).min(1),
  /** Whose approvers decide on exceptions. */
  exceptionDepartment: z.strictObject({ code: z.string().min(1), source: sourceSchema }),
  /** Severities that close the gate. */
  serious: z.array(z.enum(severities)).min(1),
  clash: z.strictObject({ criticalDepthM: z.number().positive(), source: sourceSchema }),
  reminders: z.strictObject({ daysBefore: z.number().int().min(0), hour: z.number().int().min(0).max(23) }),
  limits: z.strictObject({
    tableMebibytes: z.number().positive(),
    files: z.number().int().positive(),
    /** Conflicts of one run; more are counted, not kept. */
    findings: z.number().int().positive(),
    snapshotMebibytes: z.number().positive(),
    /** Files of zones, obstacles and roads. */
    placesMebibytes: z.number().positive(),
    /** Further from all pipes of a check than this, coordinates must be wrong, m. */
    placesAwayM: z.number().positive(),
  }),
})
export type Settings = z.infer<typeof settingsSchema>
