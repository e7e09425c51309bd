/** What the columns of uploaded tables mean: the suggestion of the reader and what a person confirmed. */
import { z } from 'zod'
import { fieldIds } from '../../../engines/pipes/import/columns.ts'
import { sheetRoles } from '../../../engines/pipes/import/mapping.ts'
import { elevationMeanings } from '../../../engines/pipes/model.ts'

export { type FieldId, fieldIds } from '../../../engines/pipes/import/columns.ts'
export { type SheetRole, sheetRoles } from '../../../engines/pipes/import/mapping.ts'

export const lengthUnits = ['mm', 'cm', 'm'] as const
export const sheetMappingSchema = z.object({
  file: z.string().max(400),
  sheet: z.string().max(200).nullable(),
  /** Which of the sheets of the same name (a layer gives one of points and one of lines); from 0. */
  part: z.number().int().min(0).max(50).default(0),
  /** `field`: rows are points and at once the line from the point to a neighbour. */
  role: z.enum(sheetRoles),
  /** From 0: where the data begin, after titles and headings. */
  firstRow: z.number().int().min(0).max(1000),
  /** Field to column number, from 0. */
  columns: z.partialRecord(z.enum(fieldIds), z.number().int().min(0).max(1000)),
  /** Class code of the rows where no column says it ('JS'); null: unknown. */
  code: z.string().max(20).nullable(),
  sizeUnit: z.enum(lengthUnits),
  depthUnit: z.enum(lengthUnits),
})
export type SheetMapping = z.infer<typeof sheetMappingSchema>

export const mappingSchema = z.object({
  sheets: z.array(sheetMappingSchema).min(1).max(400),
  /** EPSG code of the coordinates as they stand in the file; null: a grid of its own, or degrees (`degrees`). */
  epsg: z.number().int().nullable(),
  /** The coordinates are longitude and latitude. */
  degrees: z.boolean().default(false),
  /** The columns X and Y are exchanged in the file (X is north in surveys). */
  swapped: z.boolean(),
  /** Four-parameter shift from the grid of the file to EPSG 4545; null: none. Metres and radians. */
  shift: z
    .object({ dEast: z.number(), dNorth: z.number(), rotation: z.number(), scale: z.number().positive() })
    .nullable(),
  /** Where stated heights lie, by class code; classes that are not named follow the standard table. */
  meanings: z.record(z.string().max(20), z.enum(elevationMeanings)),
  /**
   * What becomes of rows whose column 现状或设计 contradicts the model: they stay what they say, or all are what the model is.
   * Null: nobody was asked.
   */
  phases: z.enum(['as-written', 'as-model']).nullable().default(null),
})
export type Mapping = z.infer<typeof mappingSchema>

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const suggestionSchema = z.object({
  mapping: mappingSchema,
  /** One for each sheet of the mapping, in its order: what the person sees while deciding. */
  previews: z.array(
    z.object({
      file: z.string(),
      sheet: z.string().nullable(),
      part: z.number().int(),
      rows: z.number().int(),
      /** Names of the columns as they stand. */
      header: z.array(z.string()),
      /** The first rows, headings included. */
      sample: z.array(z.array(cell)),
      /** 0 to 1 for each field that was recognised. */
      confidence: z.partialRecord(z.enum(fieldIds), z.number()),
      /** Column numbers that mean nothing to the reader. */
      unused: z.array(z.number().int()),
      doubts: z.array(z.string()),
    }),
  ),
  /** Fields with their usual name; `tables`: where each may stand. */
  fields: z.array(z.object({ field: z.enum(fieldIds), name: z.string(), tables: z.array(z.enum(['point', 'line'])) })),
  classes: z.array(z.object({ code: z.string(), name: z.string(), meaning: z.enum(elevationMeanings) })),
  /** What the coordinates may be, the best first; `epsg` null: degrees. */
  readings: z.array(
    z.object({ epsg: z.number().int().nullable(), swapped: z.boolean(), share: z.number(), sentence: z.string() }),
  ),
  /** Rows that say 现状 and 设计, where some contradict the model: a person decides. */
  phases: z
    .object({ model: z.enum(['existing', 'design']), existing: z.number().int(), design: z.number().int() })
    .nullable()
    .default(null),
  /** What the reader noticed while opening the files. */
  remarks: z.array(z.string()),
})
export type Suggestion = z.infer<typeof suggestionSchema>
