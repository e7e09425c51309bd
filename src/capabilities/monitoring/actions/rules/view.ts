/** Rules, limits and templates as people see them. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { QueryOf } from '../../../../kernel/endpoint.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import { addMs, DAY_MS, type Instant, type LocalDate, localDateOf } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { LimitView, listLimits, listRules, RuleRow, RuleVersionView, RuleView } from '../../contract/rules.ts'
import * as refuse from '../../model/alarms/refusals.ts'
import { isUnverified } from '../../model/rules/compile.ts'
import type { Definition } from '../../model/rules/definition.ts'
import { type Limit, rowsOn, unverified } from '../../model/rules/limits.ts'
import * as policy from '../../policy/alarms.ts'
import { countsOfRules } from '../../store/alarms/lists.ts'
import { allRules, type RuleRecord, versionsOf } from '../../store/rules/rules.ts'
import type { AlarmsContext } from '../alarms/context.ts'

const limitOf = (context: AlarmsContext, { condition }: Definition): Limit | null => {
  if (!('limit' in condition) || !('limitId' in condition.limit)) return null
  const { limitId } = condition.limit
  return context.reference.limits.limits.find((each) => each.id === limitId) ?? null
}
const viewOf = (limit: Limit, day: LocalDate): LimitView => {
  const current = rowsOn(limit, day)
  return { ...limit, current: [...current], unverified: unverified({ ...limit, rows: [...current] }) }
}
const LATELY_MS = 30 * DAY_MS

export const listRuleRows = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof listRules>,
  now: Instant,
): Promise<{ rows: RuleRow[]; may: { create: ReturnType<typeof policy.sentence> } }> => {
  const byKey = new Map<string, RuleRecord[]>()
  for (const row of await allRules(db)) {
    const list = byKey.get(row.key) ?? []
    byKey.set(row.key, list)
    list.push(row)
  }
  const counts = new Map((await countsOfRules(db, addMs(now, -LATELY_MS))).map((each) => [each.ruleKey, each]))
  const rows = [...byKey].flatMap(([key, versions]): RuleRow[] => {
    const published = versions.find((each) => each.state === 'published')
    const draft = versions.find((each) => each.state === 'draft')
    const shown = published ?? draft ?? versions[0]
    if (shown === undefined) return []
    const { definition } = shown
    if (query.kind !== undefined && definition.condition.kind !== query.kind) return []
    if (query.state === 'published' && published === undefined) return []
    if (query.state === 'draft' && draft === undefined) return []
    if (query.state === 'retired' && (published !== undefined || draft !== undefined)) return []
    const text = `${key} ${definition.name.zh} ${definition.name.en}`.toLowerCase()
    if (query.search !== undefined && !text.includes(query.search.toLowerCase())) return []
    const count = counts.get(key)
    return [
      {
        key,
        name: definition.name,
        kind: definition.condition.kind,
        severity: definition.severity,
        published: published?.version ?? null,
        draft: draft?.version ?? null,
        versions: versions.length,
        activeAlarms: count?.active ?? 0,
        alarms30: count?.raised ?? 0,
        false30: count?.wrong ?? 0,
        unverified: isUnverified(definition, limitOf(context, definition)),
      },
    ]
  })
  return { rows, may: { create: policy.sentence(policy.mayEditRules(actor)) } }
}
export const readRuleView = async (
  context: AlarmsContext,
  db: Database,
  actor: Actor,
  key: string,
  now: Instant,
): Promise<RuleView> => {
  const versions = await versionsOf(db, key)
  if (versions.length === 0) throw refuse.ruleMissing()
  const people = await context.people.personNames(
    db,
    versions
      .flatMap((each) => [each.created_by, each.published_by, each.retired_by])
      .flatMap((id): PersonId[] => (id === null ? [] : [id])),
  )
  const nameOf = (id: PersonId | null): string | null => (id === null ? null : (people.get(id) ?? null))
  const draft = versions.some((each) => each.state === 'draft')
  const published = versions.some((each) => each.state === 'published')
  const edit = policy.sentence(policy.mayEditRules(actor))
  const publish = policy.sentence(policy.mayPublishRules(actor))
  return {
    key,
    versions: versions.map((row): RuleVersionView => {
      const limit = limitOf(context, row.definition)
      return {
        version: row.version,
        state: row.state,
        definition: row.definition,
        revision: row.revision,
        createdAt: row.created_at,
        createdBy: nameOf(row.created_by),
        publishedAt: row.published_at,
        publishedBy: nameOf(row.published_by),
        retiredAt: row.retired_at,
        retiredBy: nameOf(row.retired_by),
        retireReason: row.retire_reason,
        limit: limit === null ? null : viewOf(limit, localDateOf(now)),
        unverified: isUnverified(row.definition, limit),
      }
    }),
    may: {
      edit,
      publish: publish ?? (draft ? null : refuse.draftMissing().refusal.sentence),
      retire: publish ?? (published ? null : refuse.notPublished().refusal.sentence),
      discard: edit ?? (draft ? null : refuse.draftMissing().refusal.sentence),
      backtest: edit,
    },
  }
}
export const listLimitViews = (context: AlarmsContext, query: QueryOf<typeof listLimits>, now: Instant) => {
  const { limits, codes } = context.reference
  const day = query.on ?? localDateOf(now)
  return {
    rows: limits.limits
      .filter((limit) => query.metric === undefined || limit.metric === query.metric)
      .map((limit) => viewOf(limit, day)),
    night: { from: limits.night.from, to: limits.night.to },
    codeSets: codes.sets.map((set) => ({ id: set.id, name: set.name, codes: set.codes.length })),
  }
}
export const listTemplateViews = async (context: AlarmsContext, db: Database) => {
  const used = new Set((await allRules(db)).map((row) => row.key))
  return {
    rows: context.reference.templates.map((template) => ({
      ...template,
      unverified: isUnverified(template.definition, limitOf(context, template.definition)),
      used: used.has(template.key),
    })),
  }
}
