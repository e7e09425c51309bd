/** Reads `data/monitoring/*.json`: limits, rule templates, codes of makers, and the ladder of alarms. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ladder, ladderSchema } from './model/alarms/ladder.ts'
import { compileRule } from './model/rules/compile.ts'
import {
  type LimitFile,
  limitFileSchema,
  type Template,
  templateFileSchema,
  type VendorCodes,
  vendorCodesSchema,
} from './model/rules/limits.ts'

export interface RulesReference {
  readonly limits: LimitFile
  readonly codes: VendorCodes
  readonly templates: readonly Template[]
  readonly ladder: Ladder
}
/** Throws when a file is wrong, or a template names a limit or a set of codes that is not there. */
export const loadRulesReference = (dataFolder: string): RulesReference => {
  const file = (name: string): unknown => JSON.parse(readFileSync(join(dataFolder, 'monitoring', name), 'utf8'))
  const limits = limitFileSchema.parse(file('limits.json'))
  const codes = vendorCodesSchema.parse(file('vendor-codes.json'))
  const { rules: templates } = templateFileSchema.parse(file('rules.json'))
  for (const { key, definition } of templates) compileRule({ key, version: 0, definition }, { limits, codes })
  return { limits, codes, templates, ladder: ladderSchema.parse(file('escalation.json')) }
}
