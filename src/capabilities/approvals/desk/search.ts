/** The filters of the pages, as they stand in the URL. */
import { z } from 'zod'
import { applicationStateSchema } from '../contract.ts'

const after = z.string().max(400).optional()
export const colours = ['overdue', 'warning', 'normal', 'paused'] as const
export const colourSchema = z.enum(colours)
/** What does not fit is as if it were absent: a mistyped address still opens the page. */
export const queueSearch = z.object({ colour: colourSchema.optional().catch(undefined), after })
export const boardSearch = z.object({
  colour: colourSchema.optional().catch(undefined),
  department: z.string().max(40).optional().catch(undefined),
  explain: z.string().optional().catch(undefined),
  after,
})
export const listSearch = z.object({
  state: applicationStateSchema.optional().catch(undefined),
  text: z.string().max(100).optional().catch(undefined),
  projectId: z.string().optional().catch(undefined),
  after,
})
export const fileSearch = z.object({
  /** Item run whose panel is open. */
  run: z.string().optional().catch(undefined),
  view: z.enum(['file', 'board']).optional().catch(undefined),
  explain: z.string().optional().catch(undefined),
})
export const newSearch = z.object({
  projectId: z.string().optional().catch(undefined),
  stage: z.string().max(10).optional().catch(undefined),
  /** Answers of the question path: a reload or a step back keeps them. */
  answers: z
    .record(z.string().max(80), z.union([z.string().max(200), z.number(), z.boolean()]))
    .optional()
    .catch(undefined),
})
