/** The parties of projects, past and present. */
import type { OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Party } from '../contract.ts'
import { tables } from './tables.ts'

/** A party as it is stored: the organisation's name is elsewhere. */
export type PartyRecord = Omit<Party, 'organisationName'> & { readonly projectId: ProjectId }

/** Parties in the order in which they came; `on` leaves only those of a day. */
export const partiesOf = async (
  db: Database,
  projects: readonly ProjectId[],
  on?: LocalDate,
): Promise<readonly PartyRecord[]> => {
  if (projects.length === 0) return []
  let query = tables(db)
    .selectFrom('projects.party')
    .select([
      'id as partyId',
      'project_id as projectId',
      'role',
      'organisation_id as organisationId',
      'responsible_person_id as responsiblePersonId',
      'responsible_name as responsibleName',
      'valid_from as from',
      'valid_to as to',
    ])
    .where('project_id', 'in', projects)
    .orderBy('valid_from')
    .orderBy('id')
  if (on !== undefined)
    query = query
      .where('valid_from', '<=', on)
      .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', on)]))
  return query.execute()
}
/** Gives false when the organisation has this role in the project already. */
export const insertParty = async (db: Database, party: PartyRecord): Promise<boolean> => {
  const inserted = await tables(db)
    .insertInto('projects.party')
    .values({
      id: party.partyId,
      project_id: party.projectId,
      role: party.role,
      organisation_id: party.organisationId,
      responsible_person_id: party.responsiblePersonId,
      responsible_name: party.responsibleName,
      valid_from: party.from,
      valid_to: party.to,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return inserted.length === 1
}
export const endPartyRow = async (db: Database, partyId: Party['partyId'], to: LocalDate): Promise<void> => {
  await tables(db).updateTable('projects.party').set({ valid_to: to }).where('id', '=', partyId).execute()
}
/** Organisations that are party to a project on a day. */
export const partyOrganisations = async (
  db: Database,
  projectId: ProjectId,
  on: LocalDate,
): Promise<readonly OrganisationId[]> => (await partiesOf(db, [projectId], on)).map((party) => party.organisationId)
