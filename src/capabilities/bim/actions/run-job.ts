/** The job of a run: reads the versions in a thread, checks, and merges what was found into the conflicts. */
import { createHash } from 'node:crypto'
import { system } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { localDateOf } from '../../../kernel/time.ts'
import type { JobProgress, JsonValue, Unit } from '../../../platform/platform.ts'
import { conflictsReopened, exceptionOvertaken, runFailed, runFinished } from '../contract/events.ts'
import type { ConflictId, RunId, VersionId } from '../contract.ts'
import { canonical } from '../model/canonical.ts'
import { definitionSchema } from '../model/definition.ts'
import { covers, mergeFindings } from '../model/life.ts'
import { bySeverity, type ConflictRecord } from '../model/record.ts'
import { packJson, unpackJson } from '../model/work/content.ts'
import type { runClash } from '../model/work/run-clash.ts'
import type { RunResult, runPipes } from '../model/work/run-pipes.ts'
import { beginRun, changeRun, checkById, lockRun, reportRun, runById, runsOfCheck } from '../store/checks.ts'
import {
  approvedExceptions,
  type ConflictFactsRow,
  changeException,
  insertConflicts,
  type KnownConflict,
  knownConflicts,
  restateConflicts,
  solveConflicts,
} from '../store/conflicts.ts'
import { cached, lockProject, remember, takeNumbers, versionById } from '../store/models.ts'
import type { CheckRow, ConflictRow, ExceptionRow, RunOutcome, RunRow } from '../store/tables.ts'
import { aboutRun, placeOfCheck } from './checks.ts'
import { type Context, found, readSite, type Site } from './context.ts'
import { setReminders } from './reminders.ts'
import { inThread, modules, toItsEnd } from './worker.ts'

/** Raise it whenever the checks find something else in the same versions. */
export const ENGINE = 'bim-check 3'
const BY = system('bim-run')
const numberText = (number: number): string => `C-${String(number).padStart(4, '0')}`
const metres = (value: number | null): string => (value === null ? '未知' : value.toFixed(3))

// ------------------------------------------------------------------------------------------ computing

interface Computed extends RunResult {
  readonly sha256: string
}
const digestOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex')

const compute = async (
  context: Context,
  run: RunRow,
  previous: RunRow | null,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Computed> => {
  const { files, db, clock } = context.platform
  // What a check was defined with before there was more to define.
  const definition = definitionSchema.parse(run.definition)
  const day = localDateOf(run.started_at)
  const key = `run:${digestOf({
    engine: ENGINE,
    definition,
    versions: run.versions.map(({ modelId, sha256 }) => `${modelId} ${sha256}`).sort(),
    // Rows of the table hold on days.
    ...(definition.kind === 'pipes' ? { rules: digestOf(context.rules), day } : { clash: context.settings.clash }),
    most: context.settings.limits.findings,
    check: run.check_id,
    // Names of objects are followed from the versions before, where those were others.
    before: (previous?.versions ?? [])
      .filter(({ modelId, sha256 }) => run.versions.some((each) => each.modelId === modelId && each.sha256 !== sha256))
      .map(({ modelId, sha256 }) => `${modelId} ${sha256}`)
      .sort(),
  })}`
  const known = run.anew ? null : ((await cached(db, key)) as (Omit<RunResult, 'records'> & { sha256: string }) | null)
  if (known !== null) {
    const records = unpackJson(await files.read(known.sha256)) as ConflictRecord[]
    return { ...known, records, way: 'cached', looked: 0, readMs: 0, checkMs: 0 }
  }
  const contentOf = async (versionId: VersionId): Promise<Uint8Array | null> => {
    const version = await versionById(db, versionId)
    return version?.content_sha256 === null || version === null ? null : files.read(version.content_sha256)
  }
  const parts = await Promise.all(
    run.versions.map(async ({ modelId, modelName, kind, versionId, sha256 }) => {
      const before = previous?.versions.find((each) => each.modelId === modelId)
      return {
        modelId,
        modelName,
        kind,
        sha256,
        content: found(await contentOf(versionId)),
        before:
          kind === 'network' && before !== undefined && before.sha256 !== sha256
            ? await contentOf(before.versionId)
            : null,
      }
    }),
  )
  signal.throwIfAborted()
  const most = context.settings.limits.findings
  const result =
    definition.kind === 'pipes'
      ? await inThread<typeof runPipes>(
          modules.pipes,
          'runPipes',
          {
            key: digestOf([run.check_id, definition, context.rules.version, day]),
            definition,
            rules: context.rules,
            day,
            parts,
            anew: run.anew,
            most,
          },
          { signal, onProgress },
        )
      : await inThread<typeof runClash>(
          modules.clash,
          'runClash',
          { definition, parts, criticalDepthM: context.settings.clash.criticalDepthM, most },
          { signal, onProgress },
        )
  const { records, ...rest } = result
  const { sha256 } = await files.put(packJson(records), 'application/gzip')
  await remember(db, key, { ...rest, sha256 }, clock())
  return { ...result, sha256 }
}

// ------------------------------------------------------------------------------------------ merging

const factsOf = (
  record: ConflictRecord,
  run: RunRow,
  at: string,
): Omit<ConflictFactsRow, 'id' | 'life' | 'excepted'> => ({
  key: record.key,
  members: record.members,
  kind: record.kind,
  outcome: record.outcome,
  severity: record.severity,
  severity_rank: bySeverity[record.severity],
  title: record.title,
  sentence: record.sentence,
  pair: record.pair,
  a: record.a,
  b: record.b,
  at: record.at,
  run: record.run,
  station_m: record.stationM,
  stretch: record.stretch,
  required_m: record.requiredM,
  actual_m: record.actualM,
  shortfall_m: record.shortfallM,
  rule_id: record.ruleId,
  clause: record.clause,
  source: record.source,
  verified: record.verified,
  formula: record.formula,
  doubts: record.doubts,
  abandoned: record.abandoned,
  yielding: record.yielding,
  last_run: run.id,
  merged_into: null,
  changed_at: at as ConflictRow['changed_at'],
})
const lifeLines = {
  new: '首次发现',
  persisting: '',
  reopened: '再次出现',
  solved: '已消除',
} as const
/** Not mended: every place that it was about named an object that the new version has not. */
const isGone = ({ key, members }: KnownConflict, gone: ReadonlySet<string>): boolean =>
  gone.size > 0 &&
  (members.length === 0 ? [key] : members).every((each) => each.split('|').some((name) => gone.has(name)))

interface Told {
  readonly reopened: Map<PersonId, string[]>
  readonly overtaken: {
    readonly exception: ExceptionRow
    readonly known: KnownConflict
    readonly record: ConflictRecord
  }[]
}
const merge = async (
  context: Context,
  unit: Unit,
  run: RunRow,
  computed: Computed,
): Promise<{ readonly outcome: RunOutcome; readonly told: Told }> => {
  const known = await knownConflicts(unit.db, run.check_id)
  const byId = new Map(known.map((each) => [each.id as string, each]))
  const exceptions = new Map((await approvedExceptions(unit.db, run.check_id)).map((each) => [each.conflict_id, each]))
  const merged = mergeFindings(known, computed.records, new Map(computed.renames))
  const versions = run.versions.map(({ modelName, number }) => `${modelName} v${number}`).join('、')
  const line = (text: string) => [{ at: unit.now, by: null, text: `第${run.number}次运行(${versions}):${text}` }]
  const told: Told = { reopened: new Map(), overtaken: [] }

  const restated = merged.kept.map(({ id, finding, life }) => {
    const one = found(byId.get(id))
    const exception = exceptions.get(one.id)
    const now = { actualM: finding.actualM, outcome: finding.outcome }
    const covered = exception !== undefined && covers({ actualM: exception.actual_m, outcome: exception.outcome }, now)
    if (exception !== undefined && !covered) told.overtaken.push({ exception, known: one, record: finding })
    if (life === 'reopened' && one.assignee_id !== null)
      told.reopened.set(one.assignee_id, [...(told.reopened.get(one.assignee_id) ?? []), numberText(one.number)])
    const changed = one.outcome !== finding.outcome || Math.abs((one.actual_m ?? 0) - (finding.actualM ?? 0)) > 5e-4
    const text = [
      lifeLines[life],
      ...(life === 'persisting' && changed
        ? [`仍存在,由 ${metres(one.actual_m)} m 变为 ${metres(finding.actualM)} m`]
        : []),
      ...(exception !== undefined && !covered ? ['比批准例外时更差,原例外失效'] : []),
    ]
      .filter((part) => part !== '')
      .join(';')
    return {
      ...factsOf(finding, run, unit.now),
      id: one.id,
      life,
      excepted: covered,
      history: text === '' ? [] : line(text),
    }
  })
  await restateConflicts(unit.db, restated)
  // What comes again is due again.
  for (const { id, life } of restated) {
    const one = byId.get(id)
    if (life === 'reopened' && one !== undefined && one.assignee_id !== null && one.due_on !== null)
      await setReminders(context, unit, one)
  }
  const gone = new Set(computed.gone)
  let objectsGone = 0
  await solveConflicts(
    unit.db,
    merged.solved.map(({ id, mergedInto }) => {
      const heir = mergedInto === null ? undefined : byId.get(mergedInto)
      const without = heir === undefined && isGone(found(byId.get(id)), gone)
      if (without) objectsGone += 1
      const solved = without ? `${lifeLines.solved}(对象已不在新版本中)` : lifeLines.solved
      return {
        id: id as ConflictId,
        merged_into: heir?.id ?? null,
        last_run: run.id,
        changed_at: unit.now,
        history: line(heir === undefined ? solved : `并入 ${numberText(heir.number)}`),
      }
    }),
  )
  const first = merged.added.length === 0 ? 0 : await takeNumbers(unit.db, run.project_id, merged.added.length)
  // Numbers in the order of weight: what matters most comes first.
  const added = [...merged.added].sort(
    (a, b) =>
      bySeverity[a.finding.severity] - bySeverity[b.finding.severity] ||
      (a.finding.key < b.finding.key
        ? -1
        : a.finding.key > b.finding.key
          ? 1
          : a.finding.outcome < b.finding.outcome
            ? -1
            : 1),
  )
  await insertConflicts(
    unit.db,
    added.map(({ finding, splitFrom }, index): ConflictRow => {
      const origin = splitFrom === null ? undefined : byId.get(splitFrom)
      return {
        ...factsOf(finding, run, unit.now),
        id: unit.newId<'bim-conflict'>(),
        check_id: run.check_id,
        project_id: run.project_id,
        number: first + index,
        life: 'new',
        first_run: run.id,
        split_from: origin?.id ?? null,
        status: 'open',
        // What splits off stays with the same people and in the same group.
        assignee_id: origin?.assignee_id ?? null,
        assigned_by: origin?.assigned_by ?? null,
        due_on: origin?.due_on ?? null,
        group_id: origin?.group_id ?? null,
        excepted: false,
        snapshots: [],
        history: line(origin === undefined ? lifeLines.new : `由 ${numberText(origin.number)} 分出`),
        created_at: unit.now,
        created_by: null,
      }
    }),
  )
  const serious = new Set<string>(context.settings.serious)
  const excepted = new Set(restated.flatMap(({ id, excepted: covered }) => (covered ? [id as string] : [])))
  const count = (wanted: (record: ConflictRecord) => boolean): number => computed.records.filter(wanted).length
  const coveredRecords = new Set(merged.kept.flatMap(({ id, finding }) => (excepted.has(id) ? [finding] : [])))
  return {
    told,
    outcome: {
      life: {
        new: merged.added.length,
        persisting: merged.kept.filter(({ life }) => life === 'persisting').length,
        reopened: merged.kept.filter(({ life }) => life === 'reopened').length,
        solved: merged.solved.length,
      },
      findings: computed.records.length,
      breaches: count(({ outcome }) => outcome === 'breach'),
      unknown: count(({ outcome }) => outcome === 'unknown'),
      serious: count(
        (record) => record.outcome === 'breach' && serious.has(record.severity) && !coveredRecords.has(record),
      ),
      objects: computed.objects,
      looked: computed.looked,
      remarks: [
        ...(objectsGone === 0
          ? []
          : [`已消除的冲突中有 ${objectsGone} 处只是因为对象已不在新版本中,不是改好了;请核对新版本是否完整。`]),
        ...computed.remarks,
      ],
    },
  }
}

const tellPeople = async (unit: Unit, site: Site, check: CheckRow, run: RunRow, told: Told): Promise<void> => {
  for (const [personId, numbers] of told.reopened)
    await unit.record(conflictsReopened, {
      ...placeOfCheck(check),
      payload: {
        ...aboutRun(site, check, run),
        personId,
        count: numbers.length,
        numbers: `${numbers.slice(0, 5).join('、')}${numbers.length > 5 ? '等' : ''}`,
      },
    })
  for (const { exception, known, record } of told.overtaken) {
    await changeException(unit.db, exception.id, { state: 'overtaken' })
    await unit.record(exceptionOvertaken, {
      subject: { kind: 'bim-conflict', id: known.id },
      projectId: run.project_id,
      payload: {
        projectId: run.project_id,
        projectName: site.project.name,
        checkId: check.id,
        checkName: check.name,
        conflictId: known.id,
        number: numberText(known.number),
        title: record.title,
        exceptionId: exception.id,
        organisationId: site.project.ownerOrganisationId,
        department: exception.department,
        approvedM: metres(exception.actual_m),
        actualM: metres(record.actualM),
      },
    })
  }
}

// ------------------------------------------------------------------------------------------ the job

const settle = (context: Context, id: RunId, work: (unit: Unit, row: RunRow) => Promise<void>): Promise<void> =>
  context.platform.transact(BY, async (unit) => {
    const read = await runById(unit.db, id)
    if (read === null) return
    // The project first, then the run: as every command does.
    await lockProject(unit.db, read.project_id)
    const row = await lockRun(unit.db, id)
    if (row?.state === 'running') await work(unit, row)
  })
const finish = (context: Context, id: RunId, computed: Computed): Promise<void> =>
  settle(context, id, async (unit, run) => {
    const begun = performance.now()
    const check = found(await checkById(unit.db, run.check_id))
    const site = await readSite(context, unit.db, BY, run.project_id, unit.today)
    const { outcome, told } = await merge(context, unit, run, computed)
    await tellPeople(unit, site, check, run, told)
    await changeRun(unit.db, id, {
      state: 'done',
      way: computed.way,
      done: run.total,
      result: outcome,
      result_sha256: computed.sha256,
      timings: {
        readMs: Math.round(computed.readMs),
        checkMs: Math.round(computed.checkMs),
        mergeMs: Math.round(performance.now() - begun),
      },
      ended_at: unit.now,
    })
    const { life, unknown, serious } = outcome
    await unit.record(runFinished, {
      ...placeOfCheck(check),
      payload: {
        ...aboutRun(site, check, run),
        personId: run.started_by,
        added: life.new,
        persisting: life.persisting,
        reopened: life.reopened,
        solved: life.solved,
        unknown,
        serious,
        resultSha256: computed.sha256,
        rules: run.rules ?? '',
      },
    })
  })
const fail = (context: Context, id: RunId, reason: string): Promise<void> =>
  settle(context, id, async (unit, run) => {
    const check = found(await checkById(unit.db, run.check_id))
    const site = await readSite(context, unit.db, BY, run.project_id, unit.today)
    await changeRun(unit.db, id, { state: 'failed', failure: reason, ended_at: unit.now })
    await unit.record(runFailed, {
      ...placeOfCheck(check),
      payload: { ...aboutRun(site, check, run), personId: run.started_by, reason },
    })
  })

export const runCheck = async (context: Context, id: RunId, progress: JobProgress): Promise<JsonValue | undefined> => {
  const { platform } = context
  const { db } = platform
  await toItsEnd(platform, progress, {
    id,
    begin: () => beginRun(db, id),
    keep: (done, total) => reportRun(db, id, done, total),
    fail: (reason) => fail(context, id, reason),
    work: async (signal, onProgress) => {
      const run = found(await runById(db, id))
      const previous =
        (await runsOfCheck(db, run.check_id, 50, run.number)).find(({ state }) => state === 'done') ?? null
      await finish(context, id, await compute(context, run, previous, signal, onProgress))
    },
  })
  return undefined
}
