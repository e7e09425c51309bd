/** Derives who can see a file by asking the very rule that lets people in, once for each role that somebody holds. */
import type { Actor, HeldRole } from '../../../kernel/actor.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { AccessRow } from '../contract/access.ts'
import type { ApplicationId } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import { application as readApplicationRow } from '../store/applications.ts'
import type { Context } from './context.ts'
import { requireSight, type Sight, sightOf } from './file-view.ts'

export const accessTo = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ApplicationId,
  now: Instant,
): Promise<readonly AccessRow[]> => {
  const application = await readApplicationRow(db, id)
  if (application === null) throw refuse.applicationMissing()
  if ((await requireSight(context, db, actor, application, now)) !== 'whole') throw refuse.notYours()
  const held = await context.people.rolesInForce(db, now)
  /** One question for each role and organisation: persons who hold the same see the same. */
  const known = new Map<string, Promise<Sight>>()
  const sightBy = (role: HeldRole, personId: AccessRow['personId']): Promise<Sight> => {
    const isMaker = personId === application.created_by
    const key = `${role.role} ${role.department ?? ''} ${role.organisationId ?? ''} ${isMaker}`
    const sight =
      known.get(key) ?? sightOf(context, db, { kind: 'person', personId, name: '', roles: [role] }, application, now)
    known.set(key, sight)
    return sight
  }
  const rows: AccessRow[] = []
  const organisations = await context.people.organisations(
    db,
    held.flatMap((each) => each.organisationId ?? []),
  )
  for (const each of held) {
    const role: HeldRole = {
      role: each.role,
      ...(each.department === null ? {} : { department: each.department }),
      ...(each.organisationId === null ? {} : { organisationId: each.organisationId }),
    }
    const sight = await sightBy(role, each.personId)
    if (sight === 'none') continue
    rows.push({
      personId: each.personId,
      name: each.name,
      role: each.role,
      department: each.department,
      organisationName: each.organisationId === null ? null : (organisations.get(each.organisationId)?.name ?? ''),
      onBehalfOfName: each.onBehalfOfName,
      sight,
      since: each.since,
      until: each.until,
      entryId: each.entryId,
    })
  }
  return rows
}
