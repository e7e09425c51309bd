/** What the columns of uploaded tables mean: the suggestion of the reader and what a person confirmed. */
import { z } from 'zod'
import { elevationMeanings } from '../../../engines/pipes/model.ts'

export const sheetRoles = ['points', 'lines', 'ignore'] as const
export type SheetRole = (typeof sheetRoles)[number]

export const sheetMappingSchema = z.object({
  file: z.string().max(400),
  sheet: z.string().max(200).nullable(),
  /** Which of the sheets of the same name (a layer gives one of points and one of lines); from 0. */
  part: z.number().int().min(0).max(50).default(0),
  role: z.enum(sheetRoles),
  /** How many rows at the top are headings, the rows of titles included; data begin after them. */
  headerRows: z.number().int().min(0).max(50),
  /** Class code of all rows where no column says it ('JS'); null: by the column, or unknown. */
  classCode: z.string().max(20).nullable(),
  /** Field to column, from 0; fields are those of `suggestion.fields`. */
  columns: z.record(z.string().max(60), z.number().int().min(0).max(1000)),
})
export type SheetMapping = z.infer<typeof sheetMappingSchema>

export const mappingSchema = z.object({
  sheets: z.array(sheetMappingSchema).min(1).max(400),
  /** EPSG code of the coordinates as they stand in the file; null: a grid of its own. */
  epsg: z.number().int().nullable(),
  /** The columns X and Y are exchanged in the file (X is north in surveys). */
  swapped: z.boolean(),
  /** Four-parameter shift from the grid of the file to EPSG 4545; null: none. Metres and radians. */
  shift: z
    .object({ dEast: z.number(), dNorth: z.number(), rotation: z.number(), scale: z.number().positive() })
    .nullable(),
  /** Where stated heights lie, by class code; classes that are not named follow the standard table. */
  meanings: z.record(z.string().max(20), z.enum(elevationMeanings)),
  /** Unit of sizes and of depths; null: by the reader from the numbers. */
  sizeUnit: z.enum(['mm', 'm']).nullable(),
  depthUnit: z.enum(['m', 'cm', 'mm']).nullable(),
})
export type Mapping = z.infer<typeof mappingSchema>

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const suggestionSchema = z.object({
  mapping: mappingSchema,
  /** One for each sheet of the mapping: what the person sees while deciding. */
  previews: z.array(
    z.object({
      file: z.string(),
      sheet: z.string().nullable(),
      rows: z.number().int(),
      /** The first rows, headings included. */
      sample: z.array(z.array(cell)),
      /** Fields that are needed for the role and were not found. */
      lacking: z.array(z.string()),
    }),
  ),
  fields: z.array(
    z.object({ field: z.string(), name: z.string(), roles: z.array(z.enum(sheetRoles)), required: z.boolean() }),
  ),
  classes: z.array(z.object({ code: z.string(), name: z.string(), meaning: z.enum(elevationMeanings) })),
  /** What the coordinates may be, the best first. */
  readings: z.array(
    z.object({ epsg: z.number().int().nullable(), swapped: z.boolean(), share: z.number(), sentence: z.string() }),
  ),
  /** What the reader noticed while opening the files. */
  remarks: z.array(z.string()),
})
export type Suggestion = z.infer<typeof suggestionSchema>
