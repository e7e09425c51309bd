/** Checks: defined, edited, read with what stands; runs begun and cancelled; the rule tables. */
import { z } from 'zod'
import { subjectNames, zoneNames } from '../../../engines/pipes/checks/describe.ts'
import { type Answer, factNames } from '../../../engines/pipes/rules/lookup.ts'
import type { ChamberRow, ClearanceRow, CoverRow, Selector } from '../../../engines/pipes/rules/schema.ts'
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import type { Database, JobKind, Unit } from '../../../platform/platform.ts'
import type { CheckView, RunView } from '../contract/checks.ts'
import { checkDefined, runCancelled, runStarted } from '../contract/events.ts'
import type { CheckId, ModelId, RunId } from '../contract.ts'
import { canonical } from '../model/canonical.ts'
import { type Definition, modelsOf, toleranceSentence } from '../model/definition.ts'
import * as refuse from '../model/refusals.ts'
import * as policy from '../policy.ts'
import {
  changeCheck,
  changeRun,
  checkById,
  checksOfProject,
  insertCheck,
  insertRun,
  lastRuns,
  lockRun,
  type OpenCounts,
  openCounts,
  runById,
  runsOfCheck,
} from '../store/checks.ts'
import { modelsOfProject, nameTaken, newestVersions, type VersionHead } from '../store/models.ts'
import type { CheckRow, ModelRow, RunRow, RunVersion } from '../store/tables.ts'
import {
  aboutProject,
  type Context,
  found,
  lockSite,
  lockSiteOf,
  personNames,
  readSite,
  readSiteOf,
  requirePerson,
  type Site,
  todayOf,
} from './context.ts'
import { checkPlaces } from './places.ts'

export const runJob: JobKind<{ runId: string }> = {
  name: 'bim.run',
  input: z.object({ runId: z.string() }),
  retryLimit: 3,
}

// ------------------------------------------------------------------------------------------ views

type Name = (id: RunRow['started_by'] | null) => string
export const runView = (actor: Actor, site: Site, row: RunRow, name: Name): RunView => ({
  runId: row.id,
  checkId: row.check_id,
  number: row.number,
  state: row.state,
  way: row.way,
  progress: { done: row.done, total: row.total },
  failure: row.failure,
  versions: row.versions.map(({ modelId, modelName, versionId, number }) => ({
    modelId,
    modelName,
    versionId,
    number,
  })),
  rules: row.rules,
  startedAt: row.started_at,
  startedBy: name(row.started_by),
  endedAt: row.ended_at,
  result: row.result,
  timings: row.timings,
  may: { cancel: policy.sentence(policy.mayCancelRun(actor, site.facts, row.state)) },
})

type Versions = ReadonlyMap<ModelId, { readonly ready: VersionHead | null }>
/** The last run that is done took other versions than are ready now, or another definition. */
export const isOutdated = (check: CheckRow, done: RunRow | null, versions: Versions): boolean => {
  if (done === null || done.definition_version !== check.version) return true
  const taken = new Map(done.versions.map((each) => [each.modelId, each.versionId]))
  return modelsOf(check.definition).some((id) => versions.get(id)?.ready?.id !== taken.get(id))
}
const none: OpenCounts = { critical: 0, major: 0, minor: 0, notice: 0, unknown: 0, serious: 0, excepted: 0 }
const isOpen = (run: RunRow | undefined): boolean => run?.state === 'waiting' || run?.state === 'running'
export interface CheckState {
  readonly check: CheckRow
  readonly newest: RunRow | null
  readonly done: RunRow | null
  readonly open: OpenCounts
  readonly outdated: boolean
}
/** Checks with their last runs and what stands of them. */
export const checkStates = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
  checks: readonly CheckRow[],
): Promise<readonly CheckState[]> => {
  const ids = checks.map((check) => check.id)
  const [runs, counts, versions] = [
    await lastRuns(db, ids),
    await openCounts(db, ids, context.settings.serious),
    await newestVersions(db, projectId),
  ]
  return checks.map((check) => {
    const last = runs.get(check.id)
    return {
      check,
      newest: last?.newest ?? null,
      done: last?.done ?? null,
      open: counts.get(check.id) ?? none,
      outdated: isOutdated(check, last?.done ?? null, versions),
    }
  })
}
const checkView = (actor: Actor, site: Site, state: CheckState, name: Name): CheckView => {
  const { check, newest, open } = state
  const edit = policy.sentence(policy.mayDefineCheck(actor, site.facts))
  const { critical, major, minor, notice, unknown } = open
  return {
    checkId: check.id,
    projectId: check.project_id,
    name: check.name,
    kind: check.definition.kind,
    definition: check.definition,
    toleranceSentence: toleranceSentence(check.definition),
    version: check.version,
    gate: check.gate,
    archivedAt: check.archived_at,
    lastRun: newest === null ? null : runView(actor, site, newest, name),
    open: { critical, major, minor, notice, unknown },
    outdated: state.outdated,
    may: {
      edit,
      archive: edit,
      run: policy.sentence(
        policy.mayRun(actor, site.facts, {
          archived: check.archived_at !== null,
          running: isOpen(newest ?? undefined) ? (newest?.number ?? null) : null,
        }),
      ),
    },
  }
}
const viewOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  site: Site,
  check: CheckRow,
): Promise<CheckView> => {
  const [state] = await checkStates(context, db, check.project_id, [check])
  const name = await personNames(context, db, [state?.newest?.started_by ?? null])
  return checkView(actor, site, found(state), name)
}
export const listChecks = async (context: Context, db: Database, actor: Actor, id: ProjectId, archived: boolean) => {
  const site = await readSite(context, db, actor, id, todayOf(context))
  const checks = (await checksOfProject(db, id)).filter((check) => (check.archived_at !== null) === archived)
  const states = await checkStates(context, db, id, checks)
  const name = await personNames(
    context,
    db,
    states.map((state) => state.newest?.started_by ?? null),
  )
  return {
    checks: states.map((state) => checkView(actor, site, state, name)),
    may: { create: policy.sentence(policy.mayDefineCheck(actor, site.facts)) },
  }
}
export const readCheck = async (context: Context, db: Database, actor: Actor, id: CheckId): Promise<CheckView> => {
  const site = await readSiteOf(context, db, actor, 'check_definition', id)
  return viewOf(context, db, actor, site, found(await checkById(db, id)))
}

// ------------------------------------------------------------------------------------------ defining

export const aboutCheck = (site: Site, check: Pick<CheckRow, 'id' | 'name'>) => ({
  ...aboutProject(site),
  checkId: check.id,
  checkName: check.name,
})
export const placeOfCheck = (check: Pick<CheckRow, 'id' | 'project_id'>) => ({
  subject: { kind: 'bim-check', id: check.id },
  projectId: check.project_id,
})
const checkDefinition = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
  definition: Definition,
): Promise<void> => {
  const models = new Map((await modelsOfProject(db, projectId)).map((model) => [model.id, model]))
  for (const id of modelsOf(definition)) {
    const model = models.get(id)
    if (model === undefined) throw refuse.checkModels({ why: '有模型不属于这个项目。' })
    if (model.archived_at !== null) throw refuse.checkModels({ why: `模型“${model.name}”已归档。` })
    if (definition.kind === 'pipes' && model.kind !== 'network')
      throw refuse.checkModels({ why: `“${model.name}”不是管线模型,不能按净距规则检查。` })
  }
  if (definition.kind === 'pipes' && definition.rules !== null && definition.rules !== context.rules.version)
    throw refuse.rulesMissing({ version: definition.rules })
  await checkPlaces(context, db, projectId, definition)
}
export const createCheck = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  input: { readonly name: string; readonly definition: Definition; readonly gate: boolean },
): Promise<CheckView> => {
  const site = await lockSite(context, unit, projectId)
  require(policy.mayDefineCheck(unit.actor, site.facts))
  if (await nameTaken(unit.db, 'check_definition', projectId, input.name, null))
    throw refuse.nameTaken({ name: input.name, what: '检查' })
  await checkDefinition(context, unit.db, projectId, input.definition)
  const check: CheckRow = {
    id: unit.newId<'bim-check'>(),
    project_id: projectId,
    ...input,
    version: 1,
    created_at: unit.now,
    created_by: requirePerson(unit.actor),
    archived_at: null,
  }
  await insertCheck(unit.db, check)
  await unit.record(checkDefined, { ...placeOfCheck(check), payload: { ...aboutCheck(site, check), result: '已定义' } })
  return viewOf(context, unit.db, unit.actor, site, check)
}
export const editCheck = async (
  context: Context,
  unit: Unit,
  id: CheckId,
  input: {
    readonly version: number
    readonly name: string
    readonly definition: Definition
    readonly gate: boolean
  },
): Promise<CheckView> => {
  const site = await lockSiteOf(context, unit, 'check_definition', id)
  require(policy.mayDefineCheck(unit.actor, site.facts))
  const check = found(await checkById(unit.db, id))
  if (check.version !== input.version) throw refuse.changedMeanwhile()
  if (check.archived_at !== null) throw refuse.checkArchived()
  // What the conflicts of a check are about does not change under them.
  if (check.definition.kind !== input.definition.kind)
    throw refuse.checkModels({ why: '检查的类型不能更改,请另建一个检查。' })
  if (await nameTaken(unit.db, 'check_definition', check.project_id, input.name, id))
    throw refuse.nameTaken({ name: input.name, what: '检查' })
  await checkDefinition(context, unit.db, check.project_id, input.definition)
  const { name, definition, gate } = input
  const same = canonical(check.definition) === canonical(definition)
  // A new name alone makes no run outdated.
  const change = { name, definition, gate, version: same ? check.version : check.version + 1 }
  await changeCheck(unit.db, id, change)
  await unit.record(checkDefined, {
    ...placeOfCheck(check),
    payload: { ...aboutCheck(site, { id, name }), result: '已修改' },
  })
  return viewOf(context, unit.db, unit.actor, site, { ...check, ...change })
}
export const archiveCheck = async (
  context: Context,
  unit: Unit,
  id: CheckId,
  archived: boolean,
): Promise<CheckView> => {
  const site = await lockSiteOf(context, unit, 'check_definition', id)
  require(policy.mayDefineCheck(unit.actor, site.facts))
  const check = found(await checkById(unit.db, id))
  if ((check.archived_at !== null) === archived) return viewOf(context, unit.db, unit.actor, site, check)
  if (!archived && (await nameTaken(unit.db, 'check_definition', check.project_id, check.name, id)))
    throw refuse.nameTaken({ name: check.name, what: '检查' })
  const archived_at = archived ? unit.now : null
  await changeCheck(unit.db, id, { archived_at })
  await unit.record(checkDefined, {
    ...placeOfCheck(check),
    payload: { ...aboutCheck(site, check), result: archived ? '已归档' : '已恢复' },
  })
  return viewOf(context, unit.db, unit.actor, site, { ...check, archived_at })
}
export const listSelectable = async (context: Context, db: Database, actor: Actor, id: ProjectId) => {
  await readSite(context, db, actor, id, todayOf(context))
  const versions = await newestVersions(db, id)
  return {
    models: (await modelsOfProject(db, id))
      .filter((model) => model.archived_at === null)
      .map((model) => {
        const names = versions.get(model.id)?.ready?.selectable
        return {
          modelId: model.id,
          name: model.name,
          kind: model.kind,
          classes: [...(names?.classes ?? [])],
          systems: [...(names?.systems ?? [])],
          storeys: [...(names?.storeys ?? [])],
        }
      }),
  }
}

// ------------------------------------------------------------------------------------------ runs

const versionsFor = (definition: Definition, models: readonly ModelRow[], versions: Versions): readonly RunVersion[] =>
  modelsOf(definition).map((id) => {
    const model = models.find((each) => each.id === id)
    if (model === undefined) throw refuse.checkModels({ why: '有模型已不存在。' })
    if (model.archived_at !== null) throw refuse.checkModels({ why: `模型“${model.name}”已归档。` })
    const ready = versions.get(id)?.ready
    if (ready === null || ready === undefined || ready.content_sha256 === null)
      throw refuse.noVersions({ model: model.name })
    return {
      modelId: id,
      modelName: model.name,
      kind: model.kind,
      versionId: ready.id,
      number: ready.number,
      sha256: ready.content_sha256,
    }
  })
export const startRun = async (context: Context, unit: Unit, id: CheckId, anew: boolean): Promise<RunView> => {
  const site = await lockSiteOf(context, unit, 'check_definition', id)
  const check = found(await checkById(unit.db, id))
  const [newest] = await runsOfCheck(unit.db, id, 1)
  require(
    policy.mayRun(unit.actor, site.facts, {
      archived: check.archived_at !== null,
      running: isOpen(newest) ? (newest?.number ?? null) : null,
    }),
  )
  const person = requirePerson(unit.actor)
  const row: RunRow = {
    id: unit.newId<'bim-run'>(),
    check_id: id,
    project_id: check.project_id,
    number: (newest?.number ?? 0) + 1,
    state: 'waiting',
    way: null,
    anew,
    definition: check.definition,
    definition_version: check.version,
    versions: versionsFor(
      check.definition,
      await modelsOfProject(unit.db, check.project_id),
      await newestVersions(unit.db, check.project_id),
    ),
    rules: check.definition.kind === 'pipes' ? context.rules.version : null,
    attempts: 0,
    done: 0,
    total: 0,
    failure: null,
    result: null,
    result_sha256: null,
    timings: null,
    started_at: unit.now,
    started_by: person,
    ended_at: null,
  }
  await insertRun(unit.db, row)
  await unit.enqueue(runJob, { runId: row.id })
  await unit.record(runStarted, { ...placeOfCheck(check), payload: aboutRun(site, check, row) })
  return runView(unit.actor, site, row, await personNames(context, unit.db, [person]))
}
export const aboutRun = (site: Site, check: Pick<CheckRow, 'id' | 'name'>, row: Pick<RunRow, 'id' | 'number'>) => ({
  ...aboutCheck(site, check),
  runId: row.id,
  runNumber: row.number,
})
export const cancelRun = async (context: Context, unit: Unit, id: RunId): Promise<RunView> => {
  const site = await lockSiteOf(context, unit, 'run', id)
  const row = found(await lockRun(unit.db, id))
  require(policy.mayCancelRun(unit.actor, site.facts, row.state))
  const change = { state: 'cancelled', ended_at: unit.now } as const
  await changeRun(unit.db, id, change)
  const check = found(await checkById(unit.db, row.check_id))
  await unit.record(runCancelled, { ...placeOfCheck(check), payload: aboutRun(site, check, row) })
  return runView(unit.actor, site, { ...row, ...change }, await personNames(context, unit.db, [row.started_by]))
}
export const readRun = async (context: Context, db: Database, actor: Actor, id: RunId): Promise<RunView> => {
  const site = await readSiteOf(context, db, actor, 'run', id)
  const row = found(await runById(db, id))
  return runView(actor, site, row, await personNames(context, db, [row.started_by]))
}
export const listRuns = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: CheckId,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
) => {
  const site = await readSiteOf(context, db, actor, 'check_definition', id)
  const [before] = keysAs(after, 'number') ?? []
  const rows = await runsOfCheck(db, id, limit + 1, before ?? null)
  const page = rows.slice(0, limit)
  const name = await personNames(
    context,
    db,
    page.map((row) => row.started_by),
  )
  const last = page.at(-1)
  return {
    rows: page.map((row) => runView(actor, site, row, name)),
    next: rows.length > limit && last !== undefined ? cursorOf(last.number) : null,
  }
}

// ------------------------------------------------------------------------------------------ rule tables in words

const burialNames: Readonly<Record<string, string>> = {
  direct: '直埋',
  conduit: '管道',
  casing: '保护管',
  trench: '管沟',
  overhead: '架空',
  surface: '地面',
  jacked: '顶管',
  other: '其他',
}
const pressureNames: Readonly<Record<string, string>> = {
  low: '低压',
  'medium-b': '中压B',
  'medium-a': '中压A',
  'sub-high-b': '次高压B',
  'sub-high-a': '次高压A',
  high: '高压',
}
const useNames = { distribution: '(配送)', transmission: '(输送)' } as const
const selectorWords = (selector: Selector): string => {
  const names = selector.kinds.map((kind) => subjectNames[kind]).join('、')
  const { overMm, upToMm, pressures, belowKv, fromKv, burials, materials } = selector
  const conditions = [
    ...(overMm === undefined ? [] : [`${factNames.nominalMm}大于 ${overMm} mm`]),
    ...(upToMm === undefined ? [] : [`${factNames.nominalMm}不大于 ${upToMm} mm`]),
    ...(pressures === undefined ? [] : [pressures.map((each) => pressureNames[each] ?? each).join('、')]),
    ...(belowKv === undefined ? [] : [`${belowKv} kV 以下`]),
    ...(fromKv === undefined ? [] : [`${fromKv} kV 及以上`]),
    ...(burials === undefined ? [] : [burials.map((each) => burialNames[each] ?? each).join('、')]),
    ...(materials === undefined ? [] : [materials.join('、')]),
  ]
  return conditions.length === 0 ? names : `${names}(${conditions.join('；')})`
}
type AnyRow = NonNullable<Answer<ClearanceRow | CoverRow>['least']> | ChamberRow
const cite = ({ id, valueM, clause, source, verified, validFrom, validTo }: AnyRow) => ({
  id,
  valueM,
  clause,
  source,
  verified,
  validFrom,
  validTo,
})
export const readRules = (context: Context) => {
  const { rules } = context
  const pair = (table: 'horizontal' | 'crossing') => (row: ClearanceRow) => ({
    ...cite(row),
    table,
    a: selectorWords(row.a),
    b: selectorWords(row.b),
  })
  const rows = [
    ...rules.horizontal.map(pair('horizontal')),
    ...rules.crossing.map(pair('crossing')),
    ...rules.cover.map((row) => ({
      ...cite(row),
      table: 'cover' as const,
      a: selectorWords(row.a),
      b: zoneNames[row.zone],
    })),
    ...rules.chambers.map((row) => ({
      ...cite(row),
      table: 'chamber' as const,
      a: `${selectorWords(row.a)}的检查井`,
      b: `${selectorWords(row.b)}${row.valueM === null ? '(按两者管线的净距,自井外缘量起)' : ''}`,
    })),
  ]
  const order = (
    id: string,
    name: string,
    kinds: readonly string[],
    { clause, verified }: { readonly clause: string; readonly verified: boolean },
  ) => ({ id, name, kinds: [...kinds], clause, verified })
  return {
    version: rules.version,
    rows,
    orders: [
      order(
        'crossing',
        '交叉处自上而下',
        rules.crossingOrder.kinds.map((kind) => subjectNames[kind]),
        rules.crossingOrder,
      ),
      order(
        'layout',
        '由道路红线向道路中心',
        rules.layoutOrder.places.map(
          ({ kind, use }) => `${subjectNames[kind]}${use === undefined ? '' : useNames[use]}`,
        ),
        rules.layoutOrder,
      ),
    ],
    yielding: rules.yielding.map(({ id, name, clause, verified }) => ({ id, name, clause, verified })),
    unverified: rows.filter((row) => !row.verified).length,
  }
}
export const readClasses = ({ classes }: Context) => ({
  version: classes.version,
  source: classes.source,
  meaningNote: classes.meaningNote,
  classes: classes.classes.map(({ code, name, kind, colour, meaning }) => ({
    code,
    name: name.zh,
    kind,
    colour,
    meaning,
  })),
})
