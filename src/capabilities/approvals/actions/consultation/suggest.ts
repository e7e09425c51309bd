/** Which departments the rules suggest for an item, and how the lead departed from it. */
import type { Database, Unit } from '../../../../platform/platform.ts'
import { opinionDeparted } from '../../contract/events-consultation.ts'
import type { Answers } from '../../contract.ts'
import { departureReasonOwed } from '../../model/consultation/refusals.ts'
import { type Departures, departuresFrom, type Suggestion, suggestDepartments } from '../../model/consultation/rules.ts'
import { insertRound } from '../../store/consultation.ts'
import type { ItemRunRecord } from '../../store/item-runs.ts'
import type { CaseFile, LockedCase } from '../case-file.ts'
import { personOf } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'

const named = (prefix: string, facts: Readonly<Record<string, unknown>>): Record<string, Answers[string]> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[`${prefix}.${key}`, value]]
        : [],
    ),
  )

/** Facts for the rules beside the guide: the form ('form.x') and the register of projects ('project.x'). */
export const suggestionsFor = async (
  context: Context,
  db: Database,
  file: CaseFile,
  run: ItemRunRecord,
): Promise<readonly Suggestion[]> => {
  const { application } = file
  const item = context.law.itemVersion(run.item_version_id)
  const project = await context.projects.project(db, application.project_id)
  const facts: Answers = {
    ...named('form', application.answers),
    ...named('project', project === null ? {} : { ...project }),
  }
  return suggestDepartments(context.rules.consultation, {
    itemId: run.item_id,
    department: run.department,
    also: (item?.alsoDepartments ?? []).filter((code) => file.departments.known(code)),
    day: application.catalogue_day,
    truth: (condition) => context.law.truth(condition, application.guide_answers, facts),
  }).filter((each) => file.departments.known(each.department))
}
/** Departments that were asked about an item before. */
export const askedBefore = (file: CaseFile, run: ItemRunRecord): ReadonlySet<string> =>
  new Set(
    file.tasks.flatMap((task) => (task.item_run_id === run.id && task.state !== 'cancelled' ? [task.department] : [])),
  )

/** Keeps what was suggested and where the lead departed from it. Refuses when a reason is owed. */
export const noteRound = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  chosen: readonly string[],
  reasons: Readonly<Record<string, string>>,
): Promise<void> => {
  const suggested = await suggestionsFor(context, unit.db, file, run)
  const departures = departuresFrom(suggested, chosen, askedBefore(file, run), reasons)
  if (departures.owed.length > 0)
    throw departureReasonOwed(
      { departments: departures.owed.map(file.departments.name).join('、') },
      departures.owed.map((code) => ({
        path: `reasons.${code}`,
        message: `请写明${chosen.includes(code) ? '增加' : '不征求'}${file.departments.name(code)}的理由。`,
      })),
    )
  await keepRound(unit, file, run, 'asked', suggested, departures)
  const { added, dropped } = departures
  if (dropped.length === 0 && (added.length === 0 || suggested.length === 0)) return
  const names = (list: Departures['added']): string =>
    list.map((each) => `${file.departments.name(each.department)}(${each.reason || '—'})`).join('、')
  await unit.record(opinionDeparted, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      added: added.map((each) => each.department),
      dropped: dropped.map((each) => each.department),
      what: [
        ...(added.length === 0 ? [] : [`增加${names(added)}`]),
        ...(dropped.length === 0 ? [] : [`不征求${names(dropped)}`]),
      ].join(';'),
    },
  })
}
export const keepRound = async (
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  cause: 'asked' | 'answered' | 'changed' | 'withdrawn',
  suggested: readonly Suggestion[] = [],
  departures: Pick<Departures, 'added' | 'dropped'> = { added: [], dropped: [] },
): Promise<void> =>
  insertRound(unit.db, {
    id: unit.newId<'opinion-round'>(),
    application_id: file.application.id,
    item_run_id: run.id,
    asked_at: unit.now,
    asked_by: personOf(unit.actor),
    cause,
    suggested,
    added: departures.added,
    dropped: departures.dropped,
  })
