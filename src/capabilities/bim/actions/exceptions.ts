/** Exceptions: proposed by the own side with measures, decided by an approver of the department, withdrawn. */
import { require } from '../../../kernel/decision.ts'
import type { Unit } from '../../../platform/platform.ts'
import { exceptionDecided, exceptionProposed, exceptionWithdrawn } from '../contract/events.ts'
import type { ConflictId, ExceptionId } from '../contract.ts'
import { covers } from '../model/life.ts'
import * as refuse from '../model/refusals.ts'
import * as policy from '../policy.ts'
import { checkById } from '../store/checks.ts'
import {
  changeConflict,
  changeException,
  conflictById,
  exceptionById,
  exceptionsOf,
  insertException,
} from '../store/conflicts.ts'
import type { ConflictRow, ExceptionRow } from '../store/tables.ts'
import { conflictView, departmentName, exceptionFacts } from './conflict-views.ts'
import { aboutConflict, conflictFacts, placeOfConflict } from './conflicts.ts'
import { type Context, filesOf, found, lockSiteOf, requirePerson, type Site } from './context.ts'

const aboutException = async (
  unit: Unit,
  site: Site,
  row: ConflictRow,
  exception: Pick<ExceptionRow, 'id' | 'department'>,
) => ({
  ...aboutConflict(site, found(await checkById(unit.db, row.check_id)), row),
  exceptionId: exception.id,
  organisationId: site.project.ownerOrganisationId,
  department: exception.department,
})
const viewAgain = async (context: Context, unit: Unit, site: Site, id: ConflictId) =>
  conflictView(context, unit.db, unit.actor, site, found(await conflictById(unit.db, id)))

export const propose = async (
  context: Context,
  unit: Unit,
  id: ConflictId,
  input: { readonly reason: string; readonly measures: string; readonly uploadIds: readonly string[] },
) => {
  const site = await lockSiteOf(context, unit, 'conflict', id)
  const row = found(await conflictById(unit.db, id))
  const open = (await exceptionsOf(unit.db, [id])).some(({ state }) => state === 'proposed' || state === 'approved')
  require(policy.mayPropose(unit.actor, site.facts, conflictFacts(row), open))
  const exception: ExceptionRow = {
    id: unit.newId<'bim-exception'>(),
    conflict_id: id,
    state: 'proposed',
    reason: input.reason,
    measures: input.measures,
    files: await filesOf(context, unit.db, unit.actor, input.uploadIds),
    department: context.settings.exceptionDepartment.code,
    required_m: row.required_m,
    actual_m: row.actual_m,
    outcome: row.outcome,
    clause: row.clause,
    proposed_at: unit.now,
    proposed_by: requirePerson(unit.actor),
    decided_at: null,
    decided_by: null,
    decision: null,
  }
  await insertException(unit.db, exception)
  await changeConflict(unit.db, id, {}, { at: unit.now, by: exception.proposed_by, text: '申请例外' }, unit.now)
  await unit.record(exceptionProposed, {
    ...placeOfConflict(row),
    payload: await aboutException(unit, site, row, exception),
    personal: { reason: input.reason, measures: input.measures },
  })
  return viewAgain(context, unit, site, id)
}
const open = async (context: Context, unit: Unit, id: ExceptionId) => {
  const first = found(await exceptionById(unit.db, id))
  const site = await lockSiteOf(context, unit, 'conflict', first.conflict_id)
  const exception = found(await exceptionById(unit.db, id))
  const row = found(await conflictById(unit.db, exception.conflict_id))
  const facts = exceptionFacts(exception, await departmentName(context, unit.db, exception.department))
  return { site, exception, row, facts }
}
export const decide = async (
  context: Context,
  unit: Unit,
  id: ExceptionId,
  input: { readonly approve: boolean; readonly text: string },
) => {
  const { site, exception, row, facts } = await open(context, unit, id)
  require(policy.mayDecide(unit.actor, site.facts, facts))
  const person = requirePerson(unit.actor)
  // A run may have made it worse since the proposal: what was proposed is not what would be approved.
  if (
    input.approve &&
    row.life !== 'solved' &&
    !covers(
      { actualM: exception.actual_m, outcome: exception.outcome },
      { actualM: row.actual_m, outcome: row.outcome },
    )
  )
    throw refuse.changedMeanwhile()
  await changeException(unit.db, id, {
    state: input.approve ? 'approved' : 'rejected',
    decided_at: unit.now,
    decided_by: person,
    decision: input.text,
  })
  const result = input.approve ? '批准例外' : '不予批准例外'
  await changeConflict(
    unit.db,
    row.id,
    { excepted: input.approve && row.life !== 'solved' },
    { at: unit.now, by: person, text: result },
    unit.now,
  )
  await unit.record(exceptionDecided, {
    ...placeOfConflict(row),
    payload: {
      ...(await aboutException(unit, site, row, exception)),
      approved: input.approve,
      result: input.approve ? '已批准' : '不予批准',
    },
    personal: { text: input.text },
  })
  return viewAgain(context, unit, site, row.id)
}
export const withdraw = async (context: Context, unit: Unit, id: ExceptionId, text: string) => {
  const { site, exception, row, facts } = await open(context, unit, id)
  require(policy.mayWithdraw(unit.actor, site.facts, facts))
  const person = requirePerson(unit.actor)
  const approved = exception.state === 'approved'
  await changeException(unit.db, id, {
    state: 'withdrawn',
    ...(approved ? {} : { decided_at: unit.now, decided_by: person }),
    decision: approved ? `${exception.decision ?? ''}\n撤回:${text}` : text,
  })
  const result = approved ? '撤销已批准的例外' : '撤回例外申请'
  await changeConflict(unit.db, row.id, { excepted: false }, { at: unit.now, by: person, text: result }, unit.now)
  await unit.record(exceptionWithdrawn, {
    ...placeOfConflict(row),
    payload: {
      ...(await aboutException(unit, site, row, exception)),
      result: approved ? '已撤销' : '申请已撤回',
    },
    personal: { text },
  })
  return viewAgain(context, unit, site, row.id)
}
