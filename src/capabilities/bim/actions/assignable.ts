/** To whom conflicts can be given: people of the owner and the parties, and officers of the departments concerned. */
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import { type Context, readSite, type Site, todayOf } from './context.ts'

interface Place {
  readonly personId: PersonId
  readonly place: string
}
const placesIn = async (context: Context, db: Database, site: Site, now: Instant): Promise<readonly Place[]> => {
  const places = new Map<PersonId, string>()
  const organisations = await context.people.organisations(db, site.facts.organisations)
  for (const organisationId of site.facts.organisations)
    for (const role of ['applicant', 'site-manager'] as const)
      for (const personId of await context.people.holdersOf(db, { role, organisationId }, now))
        if (!places.has(personId)) places.set(personId, organisations.get(organisationId)?.name ?? '')
  const day = todayOf(context)
  for (const code of site.facts.departments) {
    const department = await context.people.department(db, code, day)
    for (const role of ['reviewer', 'lead', 'approver', 'inspector'] as const)
      for (const personId of await context.people.holdersOf(db, { role, department: code }, now))
        if (!places.has(personId)) places.set(personId, department?.name ?? code)
  }
  return [...places].map(([personId, place]) => ({ personId, place }))
}
/** Persons with their names. */
export const assignableIn = async (
  context: Context,
  db: Database,
  site: Site,
  now: Instant,
): Promise<ReadonlyMap<PersonId, string>> => {
  const places = await placesIn(context, db, site, now)
  return context.people.personNames(
    db,
    places.map((each) => each.personId),
  )
}
export const listAssignable = async (context: Context, db: Database, actor: Actor, id: ProjectId) => {
  const site = await readSite(context, db, actor, id, todayOf(context))
  const places = await placesIn(context, db, site, context.platform.clock())
  const names = await context.people.personNames(
    db,
    places.map((each) => each.personId),
  )
  return {
    persons: places.map(({ personId, place }) => ({ personId, name: names.get(personId) ?? '', place })),
  }
}
