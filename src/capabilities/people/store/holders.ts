/** Who holds a role somewhere at a moment: by own grant, or by delegation from somebody who holds it. */
import { sql } from 'kysely'
import type { Role } from '../../../kernel/actor.ts'
import type { OrganisationId, PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'

export interface RolePlace {
  readonly role: Role
  /** Absent: wherever the role is held. */
  readonly department?: string | undefined
  readonly organisationId?: OrganisationId | undefined
}
/** Active persons, sorted, without duplicates. */
export const holdersOf = async (db: Database, place: RolePlace, now: Instant): Promise<readonly PersonId[]> => {
  const department = place.department ?? null
  const organisation = place.organisationId ?? null
  const { rows } = await sql<{ id: PersonId }>`
    with holder as (
      select g.person_id, g.department, g.organisation_id
      from people.role_grant g join people.person p on p.id = g.person_id and p.active
      where g.role = ${place.role} and g.confirmed_at <= ${now} and g.revoked_at is null
        and g.valid_from <= ${now} and (g.valid_to is null or g.valid_to > ${now})
        and (${department}::text is null or g.department = ${department})
        and (${organisation}::uuid is null or g.organisation_id = ${organisation}::uuid)
    )
    select person_id as id from holder
    union
    select d.to_person_id from people.delegation d
      join people.person p on p.id = d.to_person_id and p.active
      join holder h on h.person_id = d.from_person_id
        and h.department is not distinct from d.department
        and h.organisation_id is not distinct from d.organisation_id
    where d.role = ${place.role} and d.ended_at is null and d.valid_from <= ${now} and d.valid_to > ${now}
    order by id`.execute(db)
  return rows.map((row) => row.id)
}
