/** Conflicts: listed, grouped, read, edited, commented, raised by hand. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { cursorInvalid, cursorOf, keysAs } from '../../../kernel/page.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database, FileReply, Unit } from '../../../platform/platform.ts'
import {
  conflictAssigned,
  conflictCommented,
  conflictEdited,
  conflictRaised,
  snapshotAdded,
} from '../contract/events.ts'
import type { CheckId, ConflictId, GroupId, VersionId } from '../contract.ts'
import { bySeverity, type Side } from '../model/record.ts'
import * as refuse from '../model/refusals.ts'
import {
  type ConflictSeverity,
  type ConflictStatus,
  conflictKindWords,
  type Grouping,
  severities,
  statusWords,
} from '../model/words.ts'
import * as policy from '../policy.ts'
import { checkById } from '../store/checks.ts'
import {
  type ConflictFilter,
  changeConflict,
  conflictById,
  conflictsById,
  conflictsOfPerson,
  countConflicts,
  groupById,
  groupConflicts,
  groupsOfCheck,
  insertComment,
  insertConflicts,
  listConflicts,
  type PeoplesFields,
} from '../store/conflicts.ts'
import { modelById, takeNumbers, versionById } from '../store/models.ts'
import type { CheckRow, ConflictRow, Snapshot } from '../store/tables.ts'
import { assignableIn } from './assignable.ts'
import { aboutCheck } from './checks.ts'
import { conflictView, numberText, rowViews } from './conflict-views.ts'
import { type Context, filesOf, found, lockSiteOf, readSiteOf, requirePerson, type Site, todayOf } from './context.ts'
import { cancelReminders, setReminders } from './reminders.ts'
import { objectOf } from './versions.ts'

export type FilterQuery = ConflictFilter

// ------------------------------------------------------------------------------------------ reading

export const list = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  { after, limit, ...filter }: FilterQuery & { readonly after?: string | undefined; readonly limit: number },
) => {
  const site = await readSiteOf(context, db, actor, 'check_definition', checkId)
  const today = todayOf(context)
  const rows = await listConflicts(db, checkId, filter, today, {
    after: keysAs(after, 'number', 'number'),
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: await rowViews(context, db, site.project.id, page),
    next: rows.length > limit && last !== undefined ? cursorOf(last.severity_rank, last.number) : null,
    total: await countConflicts(db, checkId, filter, today),
  }
}
export const group = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  { by, intervalM, ...filter }: FilterQuery & { readonly by: Grouping; readonly intervalM: number },
) => {
  await readSiteOf(context, db, actor, 'check_definition', checkId)
  const rows = await groupConflicts(db, checkId, filter, todayOf(context), by, intervalM, context.settings.serious)
  const hand = new Map((await groupsOfCheck(db, checkId)).map((each) => [each.id as string, each.name]))
  const persons = by === 'assignee' ? rows.flatMap(({ key }) => (key === null ? [] : [key as PersonId])) : []
  const names = await context.people.personNames(db, persons)
  const runName = (key: string): string => key.split('/').at(-1)?.replace('~', '—') ?? key
  const nameOf = (key: string | null, from: number | null): string => {
    switch (by) {
      case 'none':
        return '全部'
      case 'run':
        return key === null ? '不在管段上' : runName(key)
      case 'station':
        return key === null || from === null ? '不在管段上' : `${runName(key)} ${from}—${from + intervalM} m`
      case 'pair':
        return key ?? '其他'
      case 'hand':
        return key === null ? '未分组' : (hand.get(key) ?? '未分组')
      case 'kind':
        return conflictKindWords[key as keyof typeof conflictKindWords]?.zh ?? '其他'
      case 'assignee':
        return key === null ? '未指定责任人' : (names.get(key as PersonId) ?? '已注销人员')
    }
  }
  const filterOf = (key: string | null, from: number | null): Record<string, string> => {
    if (key === null) return {}
    const of: Readonly<Record<Grouping, Record<string, string>>> = {
      none: {},
      run: { run: key },
      station: from === null ? { run: key } : { run: key, fromM: String(from), toM: String(from + intervalM) },
      pair: { pair: key },
      hand: { groupId: key },
      kind: { kind: key },
      assignee: { assigneeId: key },
    }
    return of[by]
  }
  return {
    groups: rows.map(({ key, from_m, count, worst, serious }) => ({
      filter: filterOf(key, from_m),
      name: nameOf(key, from_m),
      count,
      worst: severities[worst] ?? 'notice',
      serious,
    })),
  }
}
export const listMine = async (
  context: Context,
  db: Database,
  actor: Actor,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
) => {
  const person = requirePerson(actor)
  const keys = keysAs(after, 'text', 'id')
  if (keys !== null && !/^(\d{4}-\d{2}-\d{2}|infinity)$/.test(keys[0])) throw cursorInvalid()
  const rows = await conflictsOfPerson(db, person, {
    after: keys,
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const projects = await context.projects.projects(db, [...new Set(page.map((row) => row.project_id))])
  const last = page.at(-1)
  const views = []
  for (const row of page) {
    const [view] = await rowViews(context, db, row.project_id, [row])
    if (view !== undefined)
      views.push({ ...view, projectId: row.project_id, projectName: projects.get(row.project_id)?.name ?? '' })
  }
  return {
    rows: views,
    next: rows.length > limit && last !== undefined ? cursorOf(last.due_on ?? 'infinity', last.id) : null,
  }
}
export const read = async (context: Context, db: Database, actor: Actor, id: ConflictId) => {
  const site = await readSiteOf(context, db, actor, 'conflict', id)
  return conflictView(context, db, actor, site, found(await conflictById(db, id)))
}
export const readFile = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ConflictId,
  sha256: string,
): Promise<FileReply> => {
  const view = await read(context, db, actor, id)
  const file = [
    ...view.snapshots,
    ...view.remarks.flatMap((remark) => remark.files),
    ...view.exceptions.flatMap((exception) => exception.files),
  ].find((each) => each.sha256 === sha256)
  const { fileName } = found(file)
  return { fileName, content: await context.platform.files.open(sha256) }
}

// ------------------------------------------------------------------------------------------ changing

export const aboutConflict = (site: Site, check: CheckRow, row: Pick<ConflictRow, 'id' | 'number' | 'title'>) => ({
  ...aboutCheck(site, check),
  conflictId: row.id,
  number: numberText(row.number),
  title: row.title,
})
export const placeOfConflict = (row: Pick<ConflictRow, 'id' | 'project_id'>) => ({
  subject: { kind: 'bim-conflict', id: row.id },
  projectId: row.project_id,
})
export const conflictFacts = (row: ConflictRow): policy.ConflictFacts => ({
  number: numberText(row.number),
  kind: row.kind,
  outcome: row.outcome,
  severity: row.severity,
  life: row.life,
  status: row.status,
  excepted: row.excepted,
})
export interface Edit {
  readonly status?: ConflictStatus | undefined
  readonly assigneeId?: PersonId | null | undefined
  readonly dueOn?: LocalDate | null | undefined
  readonly groupId?: GroupId | null | undefined
}

/** Applies a change to one conflict of a locked project. False: nothing was different. */
export const applyEdit = async (
  context: Context,
  unit: Unit,
  site: Site,
  check: CheckRow,
  row: ConflictRow,
  edit: Edit,
  assignable: ReadonlyMap<PersonId, string>,
): Promise<boolean> => {
  require(policy.mayEdit(unit.actor, site.facts))
  const changes: PeoplesFields = {}
  const words: string[] = []
  const change = <K extends keyof PeoplesFields>(name: K, value: PeoplesFields[K], text: string): void => {
    changes[name] = value
    words.push(text)
  }
  if (edit.status !== undefined && edit.status !== row.status) {
    if (edit.status === 'closed') require(policy.mayClose(unit.actor, site.facts, conflictFacts(row)))
    change('status', edit.status, `状态改为“${statusWords[edit.status].zh}”`)
  }
  if (edit.assigneeId !== undefined && edit.assigneeId !== row.assignee_id) {
    const name = edit.assigneeId === null ? null : assignable.get(edit.assigneeId)
    if (name === undefined) throw refuse.assigneeWrong()
    change('assignee_id', edit.assigneeId, name === null ? '取消责任人' : '更换责任人')
    changes.assigned_by = requirePerson(unit.actor)
  }
  if (edit.dueOn !== undefined && edit.dueOn !== row.due_on) {
    if (edit.dueOn !== null && edit.dueOn < unit.today) throw refuse.duePast()
    change('due_on', edit.dueOn, edit.dueOn === null ? '取消期限' : `期限改为 ${edit.dueOn}`)
  }
  if (edit.groupId !== undefined && edit.groupId !== row.group_id) {
    const wanted = edit.groupId === null ? null : await groupById(unit.db, edit.groupId)
    if (edit.groupId !== null && wanted?.check_id !== row.check_id) throw refuse.groupWrong()
    change('group_id', edit.groupId, wanted === null ? '移出分组' : `放入分组“${wanted.name}”`)
  }
  if (words.length === 0) return false
  const after = { ...row, ...changes }
  // Names of persons stay out of texts that are kept for ever.
  await changeConflict(
    unit.db,
    row.id,
    changes,
    { at: unit.now, by: requirePerson(unit.actor), text: words.join(';') },
    unit.now,
  )
  if ('due_on' in changes || 'assignee_id' in changes || 'status' in changes) {
    await cancelReminders(unit, row.id)
    if (after.due_on !== null && after.assignee_id !== null && after.status !== 'closed')
      await setReminders(context, unit, after)
  }
  const about = aboutConflict(site, check, row)
  const assigned = changes.assignee_id !== undefined && changes.assignee_id !== null ? changes.assignee_id : null
  if (assigned !== null)
    await unit.record(conflictAssigned, {
      ...placeOfConflict(row),
      payload: { ...about, personId: assigned, due: after.due_on ?? '未定' },
    })
  await unit.record(conflictEdited, { ...placeOfConflict(row), payload: { ...about, changes: words.join(';') } })
  return true
}
const isEmpty = (edit: Edit): boolean => Object.values(edit).every((value) => value === undefined)
export const edit = async (context: Context, unit: Unit, id: ConflictId, input: Edit) => {
  const site = await lockSiteOf(context, unit, 'conflict', id)
  if (isEmpty(input)) throw refuse.nothingToChange()
  const row = found(await conflictById(unit.db, id))
  const check = found(await checkById(unit.db, row.check_id))
  await applyEdit(context, unit, site, check, row, input, await assignableIn(context, unit.db, site, unit.now))
  return conflictView(context, unit.db, unit.actor, site, found(await conflictById(unit.db, id)))
}
export const editMany = async (
  context: Context,
  unit: Unit,
  checkId: CheckId,
  { conflictIds, ...input }: Edit & { readonly conflictIds: readonly ConflictId[] },
) => {
  const site = await lockSiteOf(context, unit, 'check_definition', checkId)
  if (isEmpty(input)) throw refuse.nothingToChange()
  const check = found(await checkById(unit.db, checkId))
  const rows = await conflictsById(unit.db, [...new Set(conflictIds)])
  if (rows.length !== new Set(conflictIds).size || rows.some((row) => row.check_id !== checkId))
    throw refuse.thingMissing()
  const assignable = await assignableIn(context, unit.db, site, unit.now)
  let changed = 0
  for (const row of rows) if (await applyEdit(context, unit, site, check, row, input, assignable)) changed += 1
  return { changed }
}

/** Who is told of a comment: who is responsible, who gave it out, who raised it and who commented before; not the author. */
export const tellOfComment = async (
  unit: Unit,
  site: Site,
  check: CheckRow,
  row: ConflictRow,
  commentId: string,
  earlier: readonly (PersonId | null)[],
): Promise<void> => {
  const author = unit.actor.kind === 'person' ? unit.actor.personId : null
  const told = new Set(
    [row.assignee_id, row.assigned_by, row.created_by, ...earlier].filter((each) => each !== null && each !== author),
  )
  const about = aboutConflict(site, check, row)
  // Without a receiver the entry still says that there is a comment.
  for (const personId of told.size === 0 ? [''] : told)
    await unit.record(conflictCommented, {
      ...placeOfConflict(row),
      payload: { ...about, commentId, personId: personId ?? '' },
    })
}
export const comment = async (
  context: Context,
  unit: Unit,
  id: ConflictId,
  input: { readonly text: string; readonly uploadIds: readonly string[] },
) => {
  const site = await lockSiteOf(context, unit, 'conflict', id)
  require(policy.mayComment(unit.actor, site.facts))
  const row = found(await conflictById(unit.db, id))
  const check = found(await checkById(unit.db, row.check_id))
  const before = await conflictView(context, unit.db, unit.actor, site, row)
  const commentId = unit.newId<'bim-comment'>()
  await insertComment(unit.db, {
    id: commentId,
    conflict_id: id,
    text: input.text,
    files: await filesOf(context, unit.db, unit.actor, input.uploadIds),
    at: unit.now,
    by_person: requirePerson(unit.actor),
    imported_by: null,
    bcf_guid: null,
  })
  await changeConflict(unit.db, id, {}, null, unit.now)
  await tellOfComment(unit, site, check, row, commentId, before.commenters)
  return conflictView(context, unit.db, unit.actor, site, found(await conflictById(unit.db, id)))
}

// ------------------------------------------------------------------------------------------ raised by hand

export interface Raised {
  readonly title: string
  readonly text: string
  readonly severity: ConflictSeverity
  readonly at: ConflictRow['at']
  readonly sides: readonly Side[]
}
/** A conflict that no run found. `key` names it for ever. */
export const raisedRow = (
  unit: Unit,
  check: CheckRow,
  number: number,
  { title, text, severity, at, sides }: Raised,
): ConflictRow => {
  const id = unit.newId<'bim-conflict'>()
  const [a, b] = sides
  const nowhere: Side = {
    id: '',
    modelId: null,
    title: '现场位置',
    subject: '',
    axisM: null,
    topM: null,
    bottomM: null,
    runId: null,
    stationM: null,
    shape: null,
    ifcGuid: null,
  }
  return {
    id,
    check_id: check.id,
    project_id: check.project_id,
    number,
    key: `raised|${id}`,
    members: [`raised|${id}`],
    kind: 'raised',
    outcome: 'breach',
    severity,
    severity_rank: bySeverity[severity],
    life: 'persisting',
    title,
    sentence: text,
    pair:
      sides.length === 0
        ? '人工提出'
        : sides
            .map((side) => side.subject)
            .sort()
            .join(' × '),
    a: a ?? nowhere,
    b: b ?? null,
    at,
    run: a?.runId ?? null,
    station_m: a?.stationM ?? null,
    stretch: null,
    required_m: null,
    actual_m: null,
    shortfall_m: null,
    rule_id: null,
    clause: '',
    source: null,
    verified: true,
    formula: '',
    doubts: [],
    abandoned: false,
    yielding: null,
    first_run: null,
    last_run: null,
    merged_into: null,
    split_from: null,
    status: 'open',
    assignee_id: null,
    assigned_by: null,
    due_on: null,
    group_id: null,
    excepted: false,
    snapshots: [],
    history: [{ at: unit.now, by: unit.actor.kind === 'person' ? unit.actor.personId : null, text: '人工提出' }],
    created_at: unit.now,
    created_by: unit.actor.kind === 'person' ? unit.actor.personId : null,
    changed_at: unit.now,
  }
}
/** Reads the objects before the transaction: a thread does it. */
export const sidesOf = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  objects: readonly { readonly versionId: VersionId; readonly objectId: string }[],
): Promise<Side[]> => {
  const site = await readSiteOf(context, db, actor, 'check_definition', checkId)
  const sides: Side[] = []
  for (const { versionId, objectId } of objects) {
    const version = found(await versionById(db, versionId))
    if (version.project_id !== site.project.id) throw refuse.thingMissing()
    const model = found(await modelById(db, version.model_id))
    const object = found(await objectOf(context, version, model, objectId))
    sides.push({
      id: objectId,
      modelId: model.id,
      title: object.title,
      subject: object.subject,
      axisM: object.at?.height ?? null,
      topM: null,
      bottomM: null,
      runId: null,
      stationM: null,
      shape: null,
      ifcGuid: /^[0-3][0-9A-Za-z_$]{21}$/.test(objectId) ? objectId : null,
    })
  }
  return sides
}
export const raise = async (
  context: Context,
  unit: Unit,
  checkId: CheckId,
  input: Raised & { readonly uploadIds: readonly string[] },
) => {
  const site = await lockSiteOf(context, unit, 'check_definition', checkId)
  require(policy.mayRaise(unit.actor, site.facts))
  const check = found(await checkById(unit.db, checkId))
  if (check.archived_at !== null) throw refuse.checkArchived()
  const files = await filesOf(context, unit.db, unit.actor, input.uploadIds)
  const row = raisedRow(unit, check, await takeNumbers(unit.db, check.project_id, 1), input)
  await insertConflicts(unit.db, [row])
  if (files.length > 0)
    await insertComment(unit.db, {
      id: unit.newId<'bim-comment'>(),
      conflict_id: row.id,
      text: '附件',
      files,
      at: unit.now,
      by_person: requirePerson(unit.actor),
      imported_by: null,
      bcf_guid: null,
    })
  await unit.record(conflictRaised, {
    ...placeOfConflict(row),
    payload: { ...aboutConflict(site, check, row), organisationId: site.project.ownerOrganisationId },
  })
  return conflictView(context, unit.db, unit.actor, site, found(await conflictById(unit.db, row.id)))
}

// ------------------------------------------------------------------------------------------ snapshots

const MIB = 1_048_576
const MOST_SNAPSHOTS = 8
export const addSnapshot = async (
  context: Context,
  unit: Unit,
  id: ConflictId,
  input: { readonly uploadId: string; readonly camera: Snapshot['camera'] },
) => {
  const site = await lockSiteOf(context, unit, 'conflict', id)
  require(policy.mayComment(unit.actor, site.facts))
  const row = found(await conflictById(unit.db, id))
  const [file] = await filesOf(context, unit.db, unit.actor, [input.uploadId])
  const limit = context.settings.limits.snapshotMebibytes
  if (file === undefined || !['image/png', 'image/jpeg'].includes(file.mediaType) || file.sizeBytes > limit * MIB)
    throw refuse.notPicture({ limit })
  // The newest stay.
  const snapshots = [{ ...file, at: unit.now, camera: input.camera }, ...row.snapshots].slice(0, MOST_SNAPSHOTS)
  await changeConflict(unit.db, id, { snapshots }, null, unit.now)
  const check = found(await checkById(unit.db, row.check_id))
  await unit.record(snapshotAdded, {
    ...placeOfConflict(row),
    payload: { ...aboutConflict(site, check, row), sha256: file.sha256 },
  })
  return conflictView(context, unit.db, unit.actor, site, { ...row, snapshots })
}
