/** Who learns of an entry by live update: the public of public ones, officers of all, parties of those of their projects. */

import type { ProjectReader } from '../capabilities/projects/contract.ts'
import { type Actor, type Role } from '../kernel/actor.ts'
import { isUuid, type ProjectId } from '../kernel/identity.ts'
import { type Clock, localDateOf } from '../kernel/time.ts'
import type { MaySee } from '../platform/live/live-hub.ts'
import type { Database } from '../platform/platform.ts'

const officerRoles: ReadonlySet<Role> = new Set<Role>([
  'clerk',
  'reviewer',
  'lead',
  'approver',
  'supervisor',
  'administrator',
  'navigator',
  'inspector',
])
const isOfficer = (actor: Actor): boolean =>
  actor.kind === 'person' && actor.roles.some((held) => officerRoles.has(held.role))

export const liveVisibility =
  (db: Database, projects: ProjectReader, clock: Clock): MaySee =>
  async (actor, entry) => {
    // What concerns one person's messages wakes that person alone.
    if (entry.kind.startsWith('messages.') && entry.subject.kind === 'person')
      return actor.kind === 'person' && actor.personId === entry.subject.id
    if (entry.visibility === 'public' || isOfficer(actor)) return true
    if (
      entry.visibility !== 'parties' ||
      actor.kind !== 'person' ||
      entry.projectId === null ||
      !isUuid(entry.projectId)
    )
      return false
    return projects.maySee(db, actor, entry.projectId as ProjectId, localDateOf(clock()))
  }
