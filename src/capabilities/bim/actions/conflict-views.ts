/** What people see of conflicts. */
import type { z } from 'zod'
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ConflictRow as ConflictRowView, ConflictView, exceptionSchema } from '../contract/conflicts.ts'
import type { Side } from '../model/record.ts'
import * as policy from '../policy.ts'
import { commentCounts, commentsOf, exceptionsOf, groupById, numbersOf } from '../store/conflicts.ts'
import { modelsOfProject } from '../store/models.ts'
import type { ConflictRow, ExceptionRow, GroupRow } from '../store/tables.ts'
import { type Context, personNames, type Site, todayOf } from './context.ts'

export const numberText = (number: number): string => `C-${String(number).padStart(4, '0')}`

/** Drawings and BCF have their own; people see the rest. */
const sideView = ({ shape: _shape, ifcGuid: _guid, ...side }: Side, models: ReadonlyMap<string, string>) => ({
  ...side,
  modelName: side.modelId === null ? '' : (models.get(side.modelId) ?? ''),
})
interface Names {
  readonly person: (id: PersonId | null) => string
  readonly models: ReadonlyMap<string, string>
  readonly groups: ReadonlyMap<string, GroupRow>
  readonly comments: ReadonlyMap<string, number>
}
const rowView = (context: Context, row: ConflictRow, names: Names): ConflictRowView => {
  const group = row.group_id === null ? undefined : names.groups.get(row.group_id)
  return {
    conflictId: row.id,
    checkId: row.check_id,
    number: numberText(row.number),
    kind: row.kind,
    outcome: row.outcome,
    severity: row.severity,
    life: row.life,
    status: row.status,
    title: row.title,
    sentence: row.sentence,
    pair: row.pair,
    a: sideView(row.a, names.models),
    b: row.b === null ? null : sideView(row.b, names.models),
    at: row.at,
    stretch: row.stretch,
    requiredM: row.required_m,
    actualM: row.actual_m,
    shortfallM: row.shortfall_m,
    clause: row.clause,
    verified: row.verified,
    assignee: row.assignee_id === null ? null : { personId: row.assignee_id, name: names.person(row.assignee_id) },
    dueOn: row.due_on,
    overdue: row.due_on !== null && row.due_on < todayOf(context) && row.life !== 'solved' && row.status !== 'closed',
    group: group === undefined ? null : { groupId: group.id, name: group.name },
    excepted: row.excepted,
    comments: names.comments.get(row.id) ?? 0,
    changedAt: row.changed_at,
  }
}
const namesFor = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
  rows: readonly ConflictRow[],
  persons: readonly (PersonId | null)[],
): Promise<Names> => {
  const groups = new Map<string, GroupRow>()
  for (const id of new Set(rows.flatMap((row) => row.group_id ?? []))) {
    const group = await groupById(db, id)
    if (group !== null) groups.set(id, group)
  }
  return {
    person: await personNames(context, db, [...rows.map((row) => row.assignee_id), ...persons]),
    models: new Map((await modelsOfProject(db, projectId)).map((model) => [model.id as string, model.name])),
    groups,
    comments: await commentCounts(
      db,
      rows.map((row) => row.id),
    ),
  }
}
export const rowViews = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
  rows: readonly ConflictRow[],
): Promise<ConflictRowView[]> => {
  if (rows.length === 0) return []
  const names = await namesFor(context, db, projectId, rows, [])
  return rows.map((row) => rowView(context, row, names))
}

export const exceptionFacts = (
  row: Pick<ExceptionRow, 'state' | 'proposed_by' | 'department'>,
  departmentName: string,
): policy.ExceptionFacts => ({
  state: row.state,
  proposedBy: row.proposed_by,
  department: row.department,
  departmentName,
})
export const departmentName = async (context: Context, db: Database, code: string): Promise<string> =>
  (await context.people.department(db, code, todayOf(context)))?.name ?? code

const exceptionView = (
  actor: Actor,
  site: Site,
  row: ExceptionRow,
  department: string,
  person: Names['person'],
): z.infer<typeof exceptionSchema> => {
  const facts = exceptionFacts(row, department)
  return {
    exceptionId: row.id,
    state: row.state,
    reason: row.reason,
    measures: row.measures,
    files: [...row.files],
    requiredM: row.required_m,
    actualM: row.actual_m,
    clause: row.clause,
    proposedAt: row.proposed_at,
    proposedBy: person(row.proposed_by),
    decidedAt: row.decided_at,
    decidedBy: row.decided_by === null ? null : person(row.decided_by),
    decision: row.decision,
    may: {
      decide: policy.sentence(policy.mayDecide(actor, site.facts, facts)),
      withdraw: policy.sentence(policy.mayWithdraw(actor, site.facts, facts)),
    },
  }
}
/** `commenters`: who wrote so far; not part of the reply. */
export const conflictView = async (
  context: Context,
  db: Database,
  actor: Actor,
  site: Site,
  row: ConflictRow,
): Promise<ConflictView & { readonly commenters: readonly (PersonId | null)[] }> => {
  const comments = await commentsOf(db, [row.id])
  const exceptions = await exceptionsOf(db, [row.id])
  const names = await namesFor(
    context,
    db,
    row.project_id,
    [row],
    [
      ...row.history.map((line) => line.by),
      ...comments.map((comment) => comment.by_person),
      ...exceptions.flatMap((each) => [each.proposed_by, each.decided_by]),
    ],
  )
  const departments = new Map<string, string>()
  for (const { department } of exceptions)
    if (!departments.has(department)) departments.set(department, await departmentName(context, db, department))
  const others = await numbersOf(
    db,
    [row.merged_into, row.split_from].filter((id) => id !== null),
  )
  const other = (id: ConflictRow['merged_into']) => {
    const number = id === null ? undefined : others.get(id)
    return id === null || number === undefined ? null : { conflictId: id, number: numberText(number) }
  }
  const facts: policy.ConflictFacts = {
    number: numberText(row.number),
    kind: row.kind,
    outcome: row.outcome,
    severity: row.severity,
    life: row.life,
    status: row.status,
    excepted: row.excepted,
  }
  const openException = exceptions.some((each) => each.state === 'proposed' || each.state === 'approved')
  return {
    ...rowView(context, row, names),
    formula: row.formula,
    source: row.source,
    ruleId: row.rule_id,
    doubts: [...row.doubts],
    abandoned: row.abandoned,
    yielding: row.yielding,
    members: row.members.length,
    history: [...row.history].reverse().map(({ at, by, text }) => ({ at, by: names.person(by), text })),
    mergedInto: other(row.merged_into),
    splitFrom: other(row.split_from),
    remarks: comments.map((comment) => ({
      commentId: comment.id,
      at: comment.at,
      by: comment.imported_by ?? names.person(comment.by_person),
      text: comment.text,
      files: [...comment.files],
      imported: comment.imported_by !== null,
    })),
    snapshots: row.snapshots.map((snapshot) => ({
      ...snapshot,
      camera:
        snapshot.camera === null
          ? null
          : {
              ...snapshot.camera,
              position: [...snapshot.camera.position],
              direction: [...snapshot.camera.direction],
              up: [...snapshot.camera.up],
            },
    })),
    exceptions: exceptions.map((each) =>
      exceptionView(actor, site, each, departments.get(each.department) ?? each.department, names.person),
    ),
    may: {
      edit: policy.sentence(policy.mayEdit(actor, site.facts)),
      comment: policy.sentence(policy.mayComment(actor, site.facts)),
      propose: policy.sentence(policy.mayPropose(actor, site.facts, facts, openException)),
      close: policy.sentence(policy.mayClose(actor, site.facts, facts)),
    },
    commenters: comments.map((comment) => comment.by_person),
  }
}
