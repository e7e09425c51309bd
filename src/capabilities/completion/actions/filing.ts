/** 竣工验收备案: due some days after the final acceptance, submitted by the owner, kept by the lead department. */
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import { type LocalDate, localDateOf, yearOf } from '../../../kernel/time.ts'
import type { Reaction, Unit } from '../../../platform/platform.ts'
import { completionFiled, filingOpened, filingReturned, filingSubmitted } from '../contract/events.ts'
import * as refuse from '../model/refusals.ts'
import * as policy from '../policy.ts'
import { type AcceptanceRecord, changeFiling, type FilingRecord, insertFiling, nextInSeries } from '../store.ts'
import {
  aboutDepartment,
  aboutProject,
  type Context,
  evidenceOf,
  lockSite,
  openly,
  placeOf,
  requirePerson,
  type Site,
} from './context.ts'
import { DUE_TIMER, setDueTimers } from './timers.ts'

export const openFiling = async (
  context: Context,
  unit: Unit,
  site: Site,
  acceptance: AcceptanceRecord,
): Promise<void> => {
  const rule = context.rules.filing
  const { due } = context.approvals.lastDay(unit.today, rule)
  const id = unit.newId<'filing'>()
  await insertFiling(unit.db, {
    id,
    project_id: site.project.id,
    acceptance_id: acceptance.id,
    accepted_on: unit.today,
    due_on: due,
    source: rule.source,
    state: 'open',
    files: [],
    submitted_at: null,
    submitted_by: null,
    returned: null,
    number: null,
    filed_on: null,
    filed_by: null,
    basis: null,
    late: null,
  })
  await setDueTimers(unit, 'filing', id, site.project.id, due, rule.remindDaysBefore)
  await unit.record(filingOpened, {
    ...placeOf(site),
    payload: { ...aboutProject(site), acceptedOn: unit.today, dueOn: due },
  })
}
const filingOf = (site: Site): FilingRecord => {
  if (site.book.filing === null) throw refuse.filingMissing()
  return site.book.filing
}
export const submitFiling = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  uploadIds: readonly string[],
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const site = await lockSite(context, unit, projectId)
  const filing = filingOf(site)
  require(policy.maySubmitFiling(unit.actor, site.facts, filing.state))
  const files = await evidenceOf(context, unit, uploadIds)
  // What was returned and comes again counts by the day on which it first came, if that was in time.
  const late = filing.late === false ? false : unit.today > filing.due_on
  await changeFiling(unit.db, projectId, {
    state: 'submitted',
    files: [...filing.files, ...files],
    submitted_at: unit.now,
    submitted_by: person,
    returned: null,
    late,
  })
  await unit.record(filingSubmitted, {
    ...placeOf(site),
    payload: { ...aboutProject(site), ...aboutDepartment(site, site.lead.code), on: unit.today, late },
  })
}
export const decideFiling = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  input: { readonly accept: boolean; readonly reason: string },
): Promise<void> => {
  requirePerson(unit.actor)
  const site = await lockSite(context, unit, projectId)
  const filing = filingOf(site)
  require(policy.mayFile(unit.actor, site.facts, site.lead, filing.state))
  if (input.accept) return file(context, unit, site, filing, { basis: '建设单位报送,备案机关收讫' })
  await changeFiling(unit.db, projectId, { state: 'open', returned: { reason: input.reason, at: unit.now } })
  await unit.record(filingReturned, {
    ...placeOf(site),
    payload: { ...aboutProject(site), ...aboutDepartment(site, site.lead.code) },
    personal: { reason: input.reason },
  })
}
/** The filing is done. Documents that were promised to follow before it are due now. */
const file = async (
  context: Context,
  unit: Unit,
  site: Site,
  filing: FilingRecord,
  how: { readonly basis: string; readonly number?: string; readonly late?: boolean },
): Promise<void> => {
  const year = yearOf(unit.today)
  const number =
    how.number ?? `竣备〔${year}〕${String(await nextInSeries(unit.db, 'filing', year)).padStart(4, '0')}号`
  const late = how.late ?? filing.late ?? unit.today > filing.due_on
  await changeFiling(unit.db, site.project.id, {
    state: 'filed',
    number,
    filed_on: unit.today,
    filed_by: unit.actor.kind === 'person' ? unit.actor.personId : null,
    basis: how.basis,
    late,
  })
  await unit.timers.cancelAll(DUE_TIMER, filing.id)
  await unit.record(completionFiled, {
    ...placeOf(site),
    ...openly(site),
    payload: { ...aboutProject(site), number, on: unit.today, late, basis: how.basis },
  })
  await context.approvalsWriter.reportEvent(unit, site.project.id, context.rules.filing.item, {
    occurredOn: unit.today,
    basis: `竣工验收备案${number}`,
  })
}
const textIn = (payload: unknown, name: string): string => {
  const value = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>)[name] : null
  return typeof value === 'string' ? value : ''
}
/** The filing may also be decided as an item of the catalogue: then it is done here too. */
export const filingReaction = (context: Context): Reaction => ({
  listener: 'completion.filing-item',
  kinds: ['approvals.decided'],
  react: async (unit, entry) => {
    if (entry.projectId === null || textIn(entry.payload, 'itemId') !== context.rules.filing.item) return
    if (textIn(entry.payload, 'outcome') === 'refused') return
    const site = await lockSite(context, unit, entry.projectId as ProjectId)
    const { filing } = site.book
    if (filing === null || filing.state === 'filed') return
    const application = (await context.approvals.applicationsOfProject(unit.db, site.project.id)).find(
      (each) => each.applicationId === textIn(entry.payload, 'applicationId'),
    )
    const received: LocalDate = localDateOf(application?.submittedAt ?? entry.occurredAt)
    await file(context, unit, site, filing, {
      number: textIn(entry.payload, 'documentNumber'),
      basis: `申请${textIn(entry.payload, 'caseNumber')}`,
      late: received > filing.due_on,
    })
  },
})
