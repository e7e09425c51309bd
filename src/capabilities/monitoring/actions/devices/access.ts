/** Whose a site is, for those who read what stands on it. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { OrganisationId } from '../../../../kernel/identity.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { SiteId } from '../../model/report.ts'
import { ownOrganisations } from '../../policy/devices.ts'
import { siteIdsOfOrganisations } from '../../store/alarms/alarms.ts'
import { siteById, siteIdsOfProjects } from '../../store/devices/devices.ts'
import type { Context } from '../context.ts'

/** Owner and parties of a site's project today, its contractor and supervision unit; null: no such site. */
export const partiesOfSite = async (
  context: Context,
  db: Database,
  siteId: SiteId,
): Promise<readonly OrganisationId[] | null> => {
  const site = await siteById(db, siteId)
  if (site === null) return null
  const project = await context.projects.project(db, site.project_id)
  const parties = await context.projects.parties(db, site.project_id, localDateOf(context.platform.clock()))
  return [
    ...(project === null ? [] : [project.ownerOrganisationId]),
    ...parties.map((party) => party.organisationId),
    ...[site.contractor_id, site.supervision_id].flatMap((id) => (id === null ? [] : [id])),
  ]
}
/** Sites of projects in which a person's organisations are owner or party today, or on which they build or supervise. */
export const ownSites = async (context: Context, db: Database, actor: Actor): Promise<readonly SiteId[]> => {
  const today = localDateOf(context.platform.clock())
  const projects = await Promise.all(
    ownOrganisations(actor).map((own) => context.projects.projectsOfOrganisation(db, own, today)),
  )
  return [
    ...new Set([
      ...(await siteIdsOfProjects(db, [...new Set(projects.flat().map((project) => project.id))])),
      ...(await siteIdsOfOrganisations(db, ownOrganisations(actor))),
    ]),
  ]
}
