/** Reviewed settings of the register: how strictly codes are checked, how cases are numbered. Pure. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { codeCheckModes } from './code.ts'

/** Shape of `data/standards/projects.json`. */
export const projectSettingsSchema = z.object({
  projectCode: z.object({ checkMode: z.enum(codeCheckModes), citation: sourceSchema }),
  caseNumbers: z.array(
    z.object({
      jurisdiction: z.string().regex(/^\d{6}$/),
      prefix: z.string().min(1).max(10),
      digits: z.number().int().min(3).max(8),
      citation: sourceSchema,
    }),
  ),
})
export type ProjectSettings = z.infer<typeof projectSettingsSchema>

/** Writes a case number, '两江建〔2026〕0001'. Throws an Error for a jurisdiction without a numbering rule. */
export const caseNumberOf = (settings: ProjectSettings, jurisdiction: string, year: number, serial: number): string => {
  const rule = settings.caseNumbers.find((each) => each.jurisdiction === jurisdiction)
  if (rule === undefined) throw new Error(`no rule for case numbers of jurisdiction ${jurisdiction}`)
  return `${rule.prefix}〔${year}〕${String(serial).padStart(rule.digits, '0')}`
}
