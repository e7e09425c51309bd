/** Rules as the engine runs them: numbers in ms, limits looked up, codes in a set. */
import { needsVerification } from '../../../../kernel/sourced.ts'
import type { Condition, Definition } from './definition.ts'
import type { GateSpec } from './gate.ts'
import type { Limit, LimitFile, VendorCodes } from './limits.ts'
import { type LimitTable, nightOf, tableOf } from './windows.ts'

export interface RuleVersion {
  readonly key: string
  readonly version: number
  readonly definition: Definition
}
export interface CompiledRule {
  readonly key: string
  readonly version: number
  readonly definition: Definition
  readonly condition: Condition
  readonly deviceKinds: ReadonlySet<string>
  /** Null: all sites. */
  readonly siteIds: ReadonlySet<string> | null
  readonly gate: GateSpec
  readonly limits: LimitTable | null
  readonly codes: ReadonlySet<string>
  /** Beginnings of codes that were written with a star at the end. */
  readonly prefixes: readonly string[]
  readonly unverified: boolean
}
export interface Reference {
  readonly limits: LimitFile
  readonly codes: VendorCodes
}

const gateOf = (condition: Condition): GateSpec => {
  const seconds = {
    forMs: 'forSeconds' in condition ? condition.forSeconds * 1000 : 0,
    clearMs: 'clearSeconds' in condition ? condition.clearSeconds * 1000 : 0,
    maxGapMs: 'maxGapSeconds' in condition ? condition.maxGapSeconds * 1000 : Number.POSITIVE_INFINITY,
  }
  return seconds
}
const limitIn = (condition: Condition, reference: Reference): LimitTable | null => {
  if (!('limit' in condition)) return null
  const byId = new Map(reference.limits.limits.map((limit) => [limit.id, limit]))
  return tableOf(condition.limit, byId, nightOf(reference.limits))
}
/** Says whether a figure or source behind a rule is 待核. */
export const isUnverified = (definition: Definition, limit: Limit | null): boolean =>
  needsVerification(definition.source.certainty) ||
  (limit?.rows.some((row) => needsVerification(row.source.certainty)) ?? false)

/** Throws a RangeError that names the limit or set of codes that is not in the data. */
export const compileRule = ({ key, version, definition }: RuleVersion, reference: Reference): CompiledRule => {
  const { condition, appliesTo } = definition
  const set =
    condition.kind === 'device-alarm' ? reference.codes.sets.find((each) => each.id === condition.codeSet) : undefined
  if (condition.kind === 'device-alarm' && set === undefined)
    throw new RangeError(`no such set of codes: ${condition.codeSet}`)
  const codes = (set?.codes ?? []).map((each) => each.code)
  const limits = limitIn(condition, reference)
  return {
    key,
    version,
    definition,
    condition,
    deviceKinds: new Set(appliesTo.deviceKinds),
    siteIds: appliesTo.siteIds.length === 0 ? null : new Set(appliesTo.siteIds),
    gate: gateOf(condition),
    limits,
    codes: new Set(codes.filter((code) => !code.endsWith('*'))),
    prefixes: codes.filter((code) => code.endsWith('*')).map((code) => code.slice(0, -1)),
    unverified: isUnverified(definition, limits?.limit ?? null),
  }
}
