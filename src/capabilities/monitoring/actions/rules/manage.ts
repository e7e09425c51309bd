/** Writing, publishing and retiring rules. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../../../../engines/merkle/canonical.ts'
import { require } from '../../../../kernel/decision.ts'
import { isRefused } from '../../../../kernel/refusal.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { ruleDiscarded, ruleDrafted, rulePublished, ruleRetired } from '../../contract/alarm-events.ts'
import * as refuse from '../../model/alarms/refusals.ts'
import { type CompiledRule, compileRule } from '../../model/rules/compile.ts'
import type { Definition } from '../../model/rules/definition.ts'
import { rowsOn } from '../../model/rules/limits.ts'
import { mayEditRules, mayPublishRules } from '../../policy/alarms.ts'
import { activeOfRule } from '../../store/alarms/alarms.ts'
import {
  allRules,
  bumpRevision,
  changeRule,
  deleteDraft,
  insertRule,
  lockRules,
  type RuleRecord,
  versionsOf,
} from '../../store/rules/rules.ts'
import { type AlarmsContext, siteOf } from '../alarms/context.ts'
import { endOf } from '../alarms/raise.ts'

const compiled = (context: AlarmsContext, key: string, definition: Definition): CompiledRule => {
  try {
    return compileRule({ key, version: 0, definition }, context.reference)
  } catch (error) {
    if (isRefused(error) || !(error instanceof RangeError)) throw error
    const { condition } = definition
    const id =
      condition.kind === 'device-alarm'
        ? condition.codeSet
        : 'limit' in condition && 'limitId' in condition.limit
          ? condition.limit.limitId
          : ''
    throw refuse.referenceUnknown({ id }, [{ path: 'definition.condition', message: '请从列表选择。' }])
  }
}
const subjectOf = (key: string) => ({ subject: { kind: 'monitoring-rule', id: key } })
const about = ({ key, version, definition }: Pick<RuleRecord, 'key' | 'version' | 'definition'>) => ({
  ruleKey: key,
  ruleVersion: version,
  ruleName: definition.name.zh,
})
const personId = (unit: Unit) => (unit.actor.kind === 'person' ? unit.actor.personId : null)
const newDraft = (unit: Unit, key: string, version: number, definition: Definition): RuleRecord => ({
  key,
  version,
  state: 'draft',
  definition,
  revision: 1,
  created_at: unit.now,
  created_by: personId(unit),
  published_at: null,
  published_by: null,
  note: '',
  retired_at: null,
  retired_by: null,
  retire_reason: '',
})

export const createRule = async (
  context: AlarmsContext,
  unit: Unit,
  input: { readonly key: string; readonly definition: Definition },
): Promise<void> => {
  require(mayEditRules(unit.actor))
  compiled(context, input.key, input.definition)
  await lockRules(unit.db)
  if ((await versionsOf(unit.db, input.key)).length > 0)
    throw refuse.ruleExists({ key: input.key }, [{ path: 'key', message: '代码已使用。' }])
  const row = newDraft(unit, input.key, 1, input.definition)
  await insertRule(unit.db, row)
  await unit.record(ruleDrafted, { ...subjectOf(row.key), payload: { ...about(row), revision: 1 } })
}
export const saveDraft = async (
  context: AlarmsContext,
  unit: Unit,
  key: string,
  input: { readonly revision: number; readonly definition: Definition },
): Promise<void> => {
  require(mayEditRules(unit.actor))
  compiled(context, key, input.definition)
  await lockRules(unit.db)
  const versions = await versionsOf(unit.db, key)
  const newest = versions[0]
  if (newest === undefined) throw refuse.ruleMissing()
  const draft = versions.find((each) => each.state === 'draft')
  if ((draft?.revision ?? 0) !== input.revision) throw refuse.draftChanged()
  const row: RuleRecord =
    draft === undefined
      ? newDraft(unit, key, newest.version + 1, input.definition)
      : { ...draft, definition: input.definition, revision: draft.revision + 1 }
  if (draft === undefined) await insertRule(unit.db, row)
  else await changeRule(unit.db, key, row.version, { definition: row.definition, revision: row.revision })
  await unit.record(ruleDrafted, { ...subjectOf(key), payload: { ...about(row), revision: row.revision } })
}
export const discardDraft = async (unit: Unit, key: string): Promise<void> => {
  require(mayEditRules(unit.actor))
  await lockRules(unit.db)
  const draft = (await versionsOf(unit.db, key)).find((each) => each.state === 'draft')
  if (draft === undefined) throw refuse.draftMissing()
  await deleteDraft(unit.db, key)
  await unit.record(ruleDiscarded, { ...subjectOf(key), payload: about(draft) })
}

/** Figures that nobody can vouch for are never put into force. */
const requireGround = (rule: CompiledRule, unit: Unit): void => {
  const limit = rule.limits?.limit
  if (limit === undefined || limit === null) return
  const bad = rowsOn(limit, unit.today).find(({ source }) => source.certainty === 'E' || source.certainty === 'X')
  if (bad !== undefined) throw refuse.guessNotPublished({ limit: limit.name.zh, certainty: bad.source.certainty })
}
/** Ends what a rule has raised and can no longer end. */
const endAll = async (context: AlarmsContext, unit: Unit, key: string): Promise<void> => {
  for (const alarm of await activeOfRule(unit.db, key))
    await endOf(context, unit, await siteOf(unit.db, alarm.site_id), alarm)
}
export const publishRule = async (
  context: AlarmsContext,
  unit: Unit,
  key: string,
  input: { readonly revision: number; readonly note: string },
): Promise<void> => {
  require(mayPublishRules(unit.actor))
  await lockRules(unit.db)
  const versions = await versionsOf(unit.db, key)
  if (versions.length === 0) throw refuse.ruleMissing()
  const draft = versions.find((each) => each.state === 'draft')
  if (draft === undefined) throw refuse.draftMissing()
  if (draft.revision !== input.revision) throw refuse.draftChanged()
  const rule = compiled(context, key, draft.definition)
  requireGround(rule, unit)
  await putIntoForce(context, unit, draft, versions, rule.unverified, input.note)
}
const putIntoForce = async (
  context: AlarmsContext,
  unit: Unit,
  draft: RuleRecord,
  versions: readonly RuleRecord[],
  unverified: boolean,
  note: string,
): Promise<void> => {
  const before = versions.find((each) => each.state === 'published')
  const by = personId(unit)
  if (before !== undefined)
    await changeRule(unit.db, draft.key, before.version, {
      state: 'retired',
      retired_at: unit.now,
      retired_by: by,
      retire_reason: `由第 ${draft.version} 版取代`,
    })
  await changeRule(unit.db, draft.key, draft.version, {
    state: 'published',
    published_at: unit.now,
    published_by: by,
    note,
  })
  await bumpRevision(unit.db)
  // Where the kind of condition stays, active alarms go on under the new figures.
  if (before !== undefined && before.definition.condition.kind !== draft.definition.condition.kind)
    await endAll(context, unit, draft.key)
  await unit.record(rulePublished, {
    ...subjectOf(draft.key),
    payload: {
      ...about(draft),
      replaced: before?.version ?? 0,
      digest: createHash('sha256').update(canonicalJson(draft.definition)).digest('hex'),
      unverified,
    },
    ...(note === '' ? {} : { personal: { note } }),
  })
}
export const retireRule = async (context: AlarmsContext, unit: Unit, key: string, reason: string): Promise<void> => {
  require(mayPublishRules(unit.actor))
  await lockRules(unit.db)
  const current = (await versionsOf(unit.db, key)).find((each) => each.state === 'published')
  if (current === undefined) throw refuse.notPublished()
  await changeRule(unit.db, key, current.version, {
    state: 'retired',
    retired_at: unit.now,
    retired_by: personId(unit),
    retire_reason: reason,
  })
  await bumpRevision(unit.db)
  await endAll(context, unit, key)
  await unit.record(ruleRetired, { ...subjectOf(key), payload: about(current), personal: { reason } })
}
/** At a first start the templates that may be used as they are go into force. Safe to repeat. */
export const publishTemplates = async (context: AlarmsContext, unit: Unit): Promise<number> => {
  await lockRules(unit.db)
  if ((await allRules(unit.db)).length > 0) return 0
  const active = context.reference.templates.filter((template) => template.active)
  for (const { key, definition } of active) {
    const row = newDraft(unit, key, 1, definition)
    const rule = compiled(context, key, definition)
    await insertRule(unit.db, row)
    await putIntoForce(context, unit, row, [row], rule.unverified, '')
  }
  return active.length
}
