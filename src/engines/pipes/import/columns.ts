/** The columns that survey tables have, and their names: `data/standards/survey-columns.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'

export const fieldIds = [
  'no',
  'mapNo',
  'north',
  'east',
  'ground',
  'feature',
  'appendage',
  'wellDepth',
  'wellSize',
  'start',
  'end',
  'startDepth',
  'endDepth',
  'startElevation',
  'endElevation',
  'depth',
  'topElevation',
  'invertElevation',
  'material',
  'size',
  'outerSize',
  'burial',
  'pressure',
  'voltage',
  'holes',
  'usedHoles',
  'cables',
  'flow',
  'state',
  'owner',
  'builtOn',
  'surveyedBy',
  'surveyedOn',
  'code',
  'phase',
  'role',
  'meaning',
  'startEast',
  'startNorth',
  'endEast',
  'endNorth',
  'note',
] as const
export type FieldId = (typeof fieldIds)[number]

export const surveyColumnsSchema = z.strictObject({
  version: z.string().min(1),
  source: sourceSchema,
  fields: z.array(
    z.strictObject({
      id: z.enum(fieldIds),
      tables: z.array(z.enum(['point', 'line'])).min(1),
      names: z.array(z.string().min(1)).min(1),
    }),
  ),
  /** What surveyors hold to be plausible. */
  limits: z.strictObject({
    lengthM: z.strictObject({ min: z.number(), max: z.number() }),
    slopeDegrees: z.strictObject({ drain: z.number(), other: z.number() }),
    depthM: z.strictObject({ max: z.number() }),
    heightToleranceM: z.number(),
    placeToleranceM: z.number(),
    source: sourceSchema,
  }),
})
export type SurveyColumns = z.infer<typeof surveyColumnsSchema>
