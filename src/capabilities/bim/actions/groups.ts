/** Groups by hand: they hold conflicts over all runs. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { groupChanged } from '../contract/events.ts'
import type { CheckId, ConflictId, GroupId } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import * as policy from '../policy.ts'
import { checkById } from '../store/checks.ts'
import {
  changeGroup,
  conflictsById,
  deleteGroup,
  groupById,
  groupsOfCheck,
  insertGroup,
  moveToGroup,
} from '../store/conflicts.ts'
import type { GroupRow } from '../store/tables.ts'
import { aboutCheck, placeOfCheck } from './checks.ts'
import { type Context, found, lockSiteOf, readSiteOf, requirePerson, type Site } from './context.ts'

const groupsIn = async (db: Database, checkId: CheckId) => ({
  groups: (await groupsOfCheck(db, checkId)).map(({ id, check_id, name, note, conflicts }) => ({
    groupId: id,
    checkId: check_id,
    name,
    note,
    conflicts,
  })),
})
export const listHandGroups = async (context: Context, db: Database, actor: Actor, checkId: CheckId) => {
  await readSiteOf(context, db, actor, 'check_definition', checkId)
  return groupsIn(db, checkId)
}
const tell = async (
  unit: Unit,
  site: Site,
  group: Pick<GroupRow, 'id' | 'check_id' | 'name'>,
  result: string,
): Promise<void> => {
  const check = found(await checkById(unit.db, group.check_id))
  await unit.record(groupChanged, {
    ...placeOfCheck(check),
    payload: { ...aboutCheck(site, check), groupId: group.id, groupName: group.name, result },
  })
}
const nameFree = async (db: Database, checkId: CheckId, name: string, except: GroupId | null): Promise<void> => {
  const taken = (await groupsOfCheck(db, checkId)).some((each) => each.name === name && each.id !== except)
  if (taken) throw refuse.nameTaken({ name, what: '分组' })
}
export const createHandGroup = async (
  context: Context,
  unit: Unit,
  checkId: CheckId,
  input: { readonly name: string; readonly note: string; readonly conflictIds: readonly ConflictId[] },
) => {
  const site = await lockSiteOf(context, unit, 'check_definition', checkId)
  require(policy.mayEdit(unit.actor, site.facts))
  await nameFree(unit.db, checkId, input.name, null)
  const ids = [...new Set(input.conflictIds)]
  const rows = await conflictsById(unit.db, ids)
  if (rows.length !== ids.length || rows.some((row) => row.check_id !== checkId)) throw refuse.thingMissing()
  const group: GroupRow = {
    id: unit.newId<'bim-group'>(),
    check_id: checkId,
    project_id: site.project.id,
    name: input.name,
    note: input.note,
    created_at: unit.now,
    created_by: requirePerson(unit.actor),
  }
  await insertGroup(unit.db, group)
  await moveToGroup(unit.db, checkId, ids, group.id)
  await tell(unit, site, group, `已建立,放入${ids.length}个冲突`)
  return groupsIn(unit.db, checkId)
}
export const editHandGroup = async (
  context: Context,
  unit: Unit,
  id: GroupId,
  input: { readonly name: string; readonly note: string },
) => {
  const site = await lockSiteOf(context, unit, 'hand_group', id)
  require(policy.mayEdit(unit.actor, site.facts))
  const group = found(await groupById(unit.db, id))
  await nameFree(unit.db, group.check_id, input.name, id)
  await changeGroup(unit.db, id, input)
  await tell(unit, site, { ...group, name: input.name }, '已修改')
  return groupsIn(unit.db, group.check_id)
}
export const removeHandGroup = async (context: Context, unit: Unit, id: GroupId) => {
  const site = await lockSiteOf(context, unit, 'hand_group', id)
  require(policy.mayEdit(unit.actor, site.facts))
  const group = found(await groupById(unit.db, id))
  await deleteGroup(unit.db, id)
  await tell(unit, site, group, '已解散')
  return groupsIn(unit.db, group.check_id)
}
