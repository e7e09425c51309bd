/** The parts of a joint acceptance: one for each matter and department, opened, examined, rechecked. */
import type { Unit } from '../../../platform/platform.ts'
import { acceptancePassed, partOpened } from '../contract/events.ts'
import type { PartId } from '../contract.ts'
import { stateOfParts } from '../model/states.ts'
import { type AcceptanceRecord, changeAcceptance, changePart, type PartRecord, readBook } from '../store.ts'
import { aboutDepartment, aboutProject, type Context, found, placeOf, type Site } from './context.ts'
import { setDueTimers } from './timers.ts'

export const kindName = (kind: AcceptanceRecord['kind']): string => (kind === 'final' ? '最终联合验收' : '分期联合验收')
export const aboutAcceptance = (site: Site, row: AcceptanceRecord, department = site.lead.code) => ({
  ...aboutProject(site),
  ...aboutDepartment(site, department),
  acceptanceId: row.id,
  number: row.number,
  acceptanceKind: kindName(row.kind),
})
export const aboutPart = (site: Site, acceptance: AcceptanceRecord, part: PartRecord) => ({
  ...aboutAcceptance(site, acceptance, part.department),
  partId: part.id,
  matterName: part.name.zh,
})
export const acceptanceOf = (site: Site, id: string): AcceptanceRecord =>
  found(site.book.acceptances.find((each) => each.id === id))

export const announcePart = async (
  unit: Unit,
  site: Site,
  acceptance: AcceptanceRecord,
  part: PartRecord,
  statement = '',
): Promise<void> => {
  await setDueTimers(unit, 'acceptance_part', part.id, site.project.id, part.due_on)
  await unit.record(partOpened, {
    ...placeOf(site),
    payload: { ...aboutPart(site, acceptance, part), round: part.round, dueOn: part.due_on },
    ...(statement === '' ? {} : { personal: { statement } }),
  })
}
/** Opens a part for its recheck, with days of its own. */
export const reopenPart = async (
  context: Context,
  unit: Unit,
  site: Site,
  id: PartId,
  /** What the owner says of it. */
  statement = '',
): Promise<void> => {
  const part = found(site.book.parts.find((each) => each.id === id))
  if (part.state !== 'remarks' && part.state !== 'failed') return
  const due_on = context.approvals.lastDay(unit.today, context.rules.recheck).due
  const open: PartRecord = { ...part, state: 'open', round: part.round + 1, due_on }
  await changePart(unit.db, id, { state: open.state, round: open.round, due_on })
  await announcePart(unit, site, acceptanceOf(site, part.acceptance_id), open, statement)
}
/** Derives the state of an acceptance from its parts as they are now, and tells when all have passed. */
export const settleAcceptance = async (unit: Unit, site: Site, acceptance: AcceptanceRecord): Promise<void> => {
  const { parts } = await readBook(unit.db, site.project.id)
  const state = stateOfParts(parts.filter((part) => part.acceptance_id === acceptance.id))
  if (state === acceptance.state) return
  await changeAcceptance(unit.db, acceptance.id, { state })
  if (state === 'passed')
    await unit.record(acceptancePassed, { ...placeOf(site), payload: aboutAcceptance(site, acceptance) })
}
