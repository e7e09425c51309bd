/** What a file holds about consultation, as commands and pages need it: loaded in a fixed number of queries. */
import { createHash } from 'node:crypto'
import type { Database } from '../../../../platform/platform.ts'
import type { Answers } from '../../contract.ts'
import { canonicalJson } from '../../model/canonical.ts'
import { changedAnchors, type FactDigests, type MaterialRule, mustAskAgain } from '../../model/consultation/rules.ts'
import { procedureKindWords } from '../../model/consultation/words.ts'
import { joinOpinions, type OpinionJoin } from '../../model/join.ts'
import { type ApplicationRecord, documentsOf } from '../../store/applications.ts'
import {
  type ConflictRecord,
  conflictsOf,
  type FactsRecord,
  factsOf,
  type InformationRecord,
  informationOf,
  type PartRecord,
  partsOf,
} from '../../store/consultation.ts'
import type { ItemRunRecord, OpinionTaskRecord } from '../../store/item-runs.ts'
import { type ProcedureRecord, proceduresOf } from '../../store/meetings.ts'
import type { CaseFile } from '../case-file.ts'
import type { Context } from '../context.ts'

export interface ConsultationRows {
  /** The content as it stands, anchor to digest. */
  readonly current: FactDigests
  /** What each asked department saw. */
  readonly seen: readonly FactsRecord[]
  readonly parts: readonly PartRecord[]
  readonly information: readonly InformationRecord[]
  readonly conflicts: readonly ConflictRecord[]
  readonly procedures: readonly ProcedureRecord[]
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)
/** Digests of the answers and documents of an application. */
export const digestsOf = (
  answers: Answers,
  documents: readonly { readonly material_id: string; readonly sha256: string }[],
): FactDigests => {
  const digests: Record<string, string> = {}
  for (const [field, value] of Object.entries(answers))
    if (value !== null && value !== undefined) digests[`field:${field}`] = digest(canonicalJson({ value }))
  const papers = new Map<string, string[]>()
  for (const document of documents)
    papers.set(document.material_id, [...(papers.get(document.material_id) ?? []), document.sha256])
  for (const [material, hashes] of papers) digests[`material:${material}`] = digest([...hashes].sort().join(' '))
  return digests
}

export const loadConsultation = async (
  db: Database,
  application: ApplicationRecord,
  hasRuns: boolean,
  hasTasks: boolean,
): Promise<ConsultationRows> => {
  const { id } = application
  const procedures = hasRuns ? await proceduresOf(db, id) : []
  if (!hasTasks) return { current: {}, seen: [], parts: [], information: [], conflicts: [], procedures }
  return {
    current: digestsOf(application.answers, await documentsOf(db, id)),
    seen: await factsOf(db, id),
    parts: await partsOf(db, id),
    information: await informationOf(db, id),
    conflicts: await conflictsOf(db, id),
    procedures,
  }
}

/** Tasks that a later one to the same department replaced. */
export const supersededTasks = (tasks: readonly OpinionTaskRecord[]): ReadonlySet<string> =>
  new Set(tasks.flatMap((task) => (task.redo_of === null ? [] : [task.redo_of])))

/** Anchors that changed since a department was asked; none where nothing is known of what it saw. */
export const changedSince = (rows: ConsultationRows, task: OpinionTaskRecord): readonly string[] => {
  const seen = rows.seen.find((each) => each.opinion_task_id === task.id)
  return seen === undefined ? [] : changedAnchors(seen.facts, rows.current)
}
/** The rule by which a given opinion must be asked again; null when it still stands. */
export const outdatedBy = (
  context: Context,
  file: Pick<CaseFile, 'tasks' | 'consultation'>,
  run: ItemRunRecord,
  task: OpinionTaskRecord,
): MaterialRule | null => {
  if (task.state !== 'given' && task.state !== 'deemed') return null
  if (task.code === 'need-information' || supersededTasks(file.tasks).has(task.id)) return null
  return mustAskAgain(context.rules.consultation, run.item_id, changedSince(file.consultation, task))
}

/** What the opinions on an item say together, with all that holds its draft. */
export const joinOf = (context: Context, file: CaseFile, run: ItemRunRecord): OpinionJoin => {
  const own = file.tasks.filter((task) => task.item_run_id === run.id)
  const replaced = supersededTasks(own)
  const nameOf = (id: string): string => {
    const task = own.find((each) => each.id === id)
    return task === undefined ? '' : file.departments.name(task.department)
  }
  return joinOpinions(
    own.map((task) => ({
      department: task.department,
      departmentName: file.departments.name(task.department),
      state: task.state,
      code: task.code,
      superseded: replaced.has(task.id),
    })),
    {
      conflicts: [
        ...new Set(
          file.consultation.conflicts
            .filter((each) => each.item_run_id === run.id && each.state === 'open')
            .flatMap((each) => each.task_ids.map(nameOf)),
        ),
      ],
      outdated: own
        .filter((task) => outdatedBy(context, file, run, task) !== null)
        .map((task) => file.departments.name(task.department)),
      procedures: file.consultation.procedures
        .filter((each) => each.item_run_id === run.id && (each.state === 'running' || each.state === 'proposed'))
        .map((each) => procedureKindWords[each.kind].zh),
    },
  )
}
