/** BCF out and in: the statuses, comments, due days and responsible persons of topics come back to their conflicts. */
import { extensionsWith } from '../../../engines/bcf/extensions.ts'
import { noExtensions, type Topic } from '../../../engines/bcf/model.ts'
import { readBcf } from '../../../engines/bcf/read/read.ts'
import { imageFormatOf } from '../../../engines/bcf/said.ts'
import { writeBcf } from '../../../engines/bcf/write/write.ts'
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { isRefused } from '../../../kernel/refusal.ts'
import { instantFromMs, type LocalDate } from '../../../kernel/time.ts'
import type { Call, Database, FileReply, Unit } from '../../../platform/platform.ts'
import { bcfImported } from '../contract/events.ts'
import type { CheckId, ConflictId } from '../contract.ts'
import {
  dueDayOf,
  groupGuid,
  placeOf,
  severityOf,
  statusOf,
  type TopicConflict,
  topicGuid,
  topicOf,
} from '../model/bcf.ts'
import { statusWords } from '../model/words.ts'
import * as policy from '../policy.ts'
import { checkById } from '../store/checks.ts'
import {
  type ConflictFilter,
  commentsOf,
  conflictById,
  groupsOfCheck,
  insertComment,
  insertConflicts,
  insertTopic,
  keysOfCheck,
  listConflicts,
  topicsOfCheck,
} from '../store/conflicts.ts'
import { takeNumbers } from '../store/models.ts'
import type { CheckRow, ConflictRow } from '../store/tables.ts'
import { assignableIn } from './assignable.ts'
import { aboutCheck, placeOfCheck } from './checks.ts'
import { numberText } from './conflict-views.ts'
import { applyEdit, raisedRow } from './conflicts.ts'
import {
  type Context,
  filesOf,
  found,
  lockSiteOf,
  personNames,
  readSiteOf,
  requirePerson,
  type Site,
  todayOf,
} from './context.ts'

const MOST = 20_000

const snapshotOf = async (context: Context, row: ConflictRow): Promise<TopicConflict['snapshot']> => {
  const [newest] = row.snapshots
  if (newest === undefined) return null
  const bytes = await context.platform.files.read(newest.sha256)
  const format = imageFormatOf(bytes)
  return format === undefined ? null : { format, bytes, camera: newest.camera }
}
const topicConflicts = async (
  context: Context,
  db: Database,
  checkId: CheckId,
  rows: readonly ConflictRow[],
): Promise<readonly TopicConflict[]> => {
  const comments = await commentsOf(
    db,
    rows.map((row) => row.id),
  )
  const groups = new Map((await groupsOfCheck(db, checkId)).map((each) => [each.id, each.name]))
  const name = await personNames(context, db, [
    ...rows.map((row) => row.assignee_id),
    ...comments.map((comment) => comment.by_person),
  ])
  const of = new Map<ConflictId, TopicConflict['comments'][number][]>()
  for (const { id, conflict_id, bcf_guid, at, by_person, imported_by, text } of comments)
    of.set(conflict_id, [
      ...(of.get(conflict_id) ?? []),
      { id, bcfGuid: bcf_guid, at, by: imported_by ?? name(by_person), text },
    ])
  const made: TopicConflict[] = []
  for (const row of rows)
    made.push({
      id: row.id,
      key: row.key,
      number: numberText(row.number),
      kind: row.kind,
      severity: row.severity,
      status: row.status,
      life: row.life,
      title: row.title,
      sentence: row.sentence,
      formula: row.formula,
      clause: row.clause,
      verified: row.verified,
      yielding: row.yielding === null ? null : `${row.yielding.title}让行,${row.yielding.reason}`,
      a: row.a,
      b: row.b,
      at: row.at,
      assignee: row.assignee_id === null ? null : name(row.assignee_id),
      dueOn: row.due_on,
      group: row.group_id === null ? null : (groups.get(row.group_id) ?? null),
      createdAt: row.created_at,
      changedAt: row.changed_at,
      comments: of.get(row.id) ?? [],
      snapshot: await snapshotOf(context, row),
    })
  return made
}
export const rowsFor = (
  context: Context,
  db: Database,
  checkId: CheckId,
  filter: ConflictFilter,
  limit = MOST,
): Promise<readonly ConflictRow[]> => listConflicts(db, checkId, filter, todayOf(context), { after: null, limit })

export const exportBcf = async (
  context: Context,
  db: Database,
  actor: Actor,
  checkId: CheckId,
  {
    version,
    topics: by,
    ...filter
  }: ConflictFilter & { readonly version: '2.1' | '3.0'; readonly topics: 'conflict' | 'group' },
): Promise<FileReply> => {
  const { project } = await readSiteOf(context, db, actor, 'check_definition', checkId)
  const check = found(await checkById(db, checkId))
  const rows = await rowsFor(context, db, checkId, filter)
  const conflicts = await topicConflicts(context, db, checkId, rows)
  // A topic that came from elsewhere keeps the guid that it had there.
  const guids = new Map([...(await topicsOfCheck(db, checkId))].map(([guid, id]) => [id as string, guid]))
  const grouped = new Map<string, TopicConflict[]>()
  const topics: Topic[] = []
  for (const [index, conflict] of conflicts.entries()) {
    const groupId = by === 'group' ? (rows[index]?.group_id ?? null) : null
    if (groupId !== null) {
      grouped.set(groupId, [...(grouped.get(groupId) ?? []), conflict])
      continue
    }
    const topic = topicOf(
      checkId,
      guids.get(conflict.id) ?? topicGuid(checkId, conflict),
      `${conflict.number} ${conflict.title}`,
      [conflict],
    )
    if (topic !== null) topics.push(topic)
  }
  for (const [groupId, members] of grouped) {
    const topic = topicOf(checkId, groupGuid(checkId, groupId), members[0]?.group ?? '', members)
    if (topic !== null) topics.push(topic)
  }
  const { bytes } = writeBcf(
    {
      project: { id: project.id, name: project.name },
      extensions: extensionsWith(
        { ...noExtensions, statuses: Object.values(statusWords).map((words) => words.zh) },
        topics,
      ),
      documents: [],
      topics,
      others: [],
    },
    version,
    { at: context.platform.clock(), author: 'Mingzhu', type: '冲突', status: statusWords.open.zh },
  )
  return { fileName: `${check.name.replace(/[\\/:*?"<>|\s]+/g, '_')}.bcf`, content: bytes }
}

// ------------------------------------------------------------------------------------------ in

interface Tally {
  updated: number
  unchanged: number
  raised: number
  comments: number
}
type Note = { where: string; text: string; count: number }

const takeComments = async (
  unit: Unit,
  conflictId: ConflictId,
  topic: Topic,
  own: ReadonlySet<string>,
): Promise<number> => {
  const known = new Set((await commentsOf(unit.db, [conflictId])).flatMap((each) => each.bcf_guid ?? []))
  let count = 0
  for (const comment of topic.comments) {
    if (known.has(comment.guid) || own.has(comment.guid) || comment.text.trim() === '') continue
    known.add(comment.guid)
    const ms = Date.parse(comment.date ?? '')
    await insertComment(unit.db, {
      id: unit.newId<'bim-comment'>(),
      conflict_id: conflictId,
      text: comment.text.slice(0, 4000),
      files: [],
      // Nothing was said after it was read.
      at: Number.isNaN(ms) || instantFromMs(ms) > unit.now ? unit.now : instantFromMs(ms),
      by_person: null,
      imported_by: comment.author?.slice(0, 200) ?? '外部软件',
      bcf_guid: comment.guid,
    })
    count += 1
  }
  return count
}
/** Guids of comments that went out from here. */
const ownComments = (checkId: CheckId, topic: TopicConflict): ReadonlySet<string> =>
  new Set(topicOf(checkId, topicGuid(checkId, topic), '', [topic])?.comments.map((comment) => comment.guid) ?? [])

const updateFrom = async (
  context: Context,
  unit: Unit,
  site: Site,
  check: CheckRow,
  row: ConflictRow,
  topic: Topic,
  persons: ReadonlyMap<PersonId, string>,
  notes: Note[],
): Promise<boolean> => {
  const where = `${numberText(row.number)} ${topic.title}`
  const status = statusOf(topic.status)
  if (topic.status !== undefined && status === null)
    notes.push({ where, text: `状态“${topic.status}”不认识,未更改`, count: 1 })
  const named = [...persons].filter(([, name]) => name === topic.assignedTo)
  const [assignee] = named.length === 1 ? named : []
  if (topic.assignedTo !== undefined && assignee === undefined)
    notes.push({
      where,
      text: `责任人“${topic.assignedTo}”${named.length === 0 ? '不在可指定的人员中' : '有多人同名'},未更改`,
      count: 1,
    })
  const due = dueDayOf(topic.dueDate)
  const edit = {
    ...(status === null ? {} : { status }),
    ...(assignee === undefined ? {} : { assigneeId: assignee[0] }),
    ...(due === null || due < unit.today ? {} : { dueOn: due as LocalDate }),
  }
  try {
    return await applyEdit(context, unit, site, check, row, edit, persons)
  } catch (error) {
    // What may not be changed here (closing what still stands) is told, and the rest comes in.
    if (!isRefused(error)) throw error
    notes.push({ where, text: error.refusal.sentence.zh, count: 1 })
    const { status: _left, ...rest } = edit
    return Object.keys(rest).length > 0 && applyEdit(context, unit, site, check, row, rest, persons)
  }
}

export const importBcf = async (context: Context, call: Call, checkId: CheckId, uploadId: string) => {
  const { platform } = context
  // Whoever may not is told before the file is opened.
  require(
    policy.mayEdit(call.actor, (await readSiteOf(context, platform.db, call.actor, 'check_definition', checkId)).facts),
  )
  const [file] = await filesOf(context, platform.db, call.actor, [uploadId])
  const { sha256 } = found(file)
  const reading = readBcf(await platform.files.read(sha256))
  return platform.transact(
    call.actor,
    async (unit) => {
      const site = await lockSiteOf(context, unit, 'check_definition', checkId)
      require(policy.mayEdit(unit.actor, site.facts))
      const check = found(await checkById(unit.db, checkId))
      const persons = await assignableIn(context, unit.db, site, unit.now)
      const topics = new Map<string, ConflictId>(await topicsOfCheck(unit.db, checkId))
      const groups = new Map<string, ConflictId[]>()
      for (const each of await keysOfCheck(unit.db, checkId)) {
        const guid = topicGuid(checkId, each)
        if (!topics.has(guid)) topics.set(guid, each.id)
        if (each.group_id === null) continue
        const ofGroup = groupGuid(checkId, each.group_id)
        groups.set(ofGroup, [...(groups.get(ofGroup) ?? []), each.id])
      }
      const notes: Note[] = reading.notes.map(({ where, text, count }) => ({ where, text, count }))
      const tally: Tally = { updated: 0, unchanged: 0, raised: 0, comments: 0 }
      for (const topic of reading.bcf.topics) {
        const own = topics.get(topic.guid)
        const ids = own === undefined ? (groups.get(topic.guid) ?? []) : [own]
        if (ids.length === 0) {
          const at = placeOf(topic)
          const row = raisedRow(unit, check, await takeNumbers(unit.db, check.project_id, 1), {
            title: topic.title.slice(0, 200) || '外部议题',
            text: (topic.description ?? topic.title).slice(0, 4000) || '外部软件提出的问题。',
            severity: severityOf(topic.priority),
            at: at ?? { east: 0, north: 0, height: null },
            sides: [],
          })
          await insertConflicts(unit.db, [row])
          await insertTopic(unit.db, checkId, topic.guid, row.id)
          tally.raised += 1
          tally.comments += await takeComments(unit, row.id, topic, new Set())
          await updateFrom(context, unit, site, check, row, topic, persons, notes)
          continue
        }
        let changed = false
        for (const [index, id] of ids.entries()) {
          const row = found(await conflictById(unit.db, id))
          if (await updateFrom(context, unit, site, check, row, topic, persons, notes)) changed = true
          // Comments of a group go to its first conflict.
          if (index > 0) continue
          const known = await topicConflicts(context, unit.db, checkId, [row])
          const count = await takeComments(
            unit,
            id,
            topic,
            known[0] === undefined ? new Set() : ownComments(checkId, known[0]),
          )
          tally.comments += count
          if (count > 0) changed = true
        }
        if (changed) tally.updated += 1
        else tally.unchanged += 1
      }
      requirePerson(unit.actor)
      await unit.record(bcfImported, {
        ...placeOfCheck(check),
        payload: {
          ...aboutCheck(site, check),
          sha256,
          updated: tally.updated,
          raised: tally.raised,
          comments: tally.comments,
        },
      })
      return { version: reading.version as string, topics: reading.bcf.topics.length, ...tally, notes }
    },
    { traceId: call.traceId },
  )
}
