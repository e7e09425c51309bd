/** Sites as people see them. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { QueryOf } from '../../../../kernel/endpoint.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Database, FileReply } from '../../../../platform/platform.ts'
import type { Project } from '../../../projects/contract.ts'
import type { listSites as listEndpoint, SiteLive, SiteRow, SiteView, Street } from '../../contract/sites.ts'
import { isWithin } from '../../model/geofence.ts'
import type { SiteId } from '../../model/report.ts'
import * as refuse from '../../model/sites/refusals.ts'
import { isAuthority } from '../../policy/devices.ts'
import { mayKeepSite, mayOperateSite, maySeePositions } from '../../policy/sites.ts'
import { positionsSince } from '../../store/people/presence.ts'
import { registrationCounts } from '../../store/people/workers.ts'
import { contactsOf, plansOf, siteCounts, sitesByProject, sitesPage, zonesOf } from '../../store/sites/sites.ts'
import type { SiteRecord } from '../../store/sites/tables.ts'
import { ownSites } from '../devices/access.ts'
import { readCase, type SitesContext, sinceOf, wordsOf } from './context.ts'
import { liveOf } from './live.ts'

const nothing = (siteId: SiteId): SiteLive => ({
  siteId,
  people: 0,
  figures: [],
  level: 'unknown',
  alarms: { 1: 0, 2: 0, 3: 0, 4: 0 },
  devices: { online: 0, total: 0 },
  weather: null,
})
/** The street of a project by the names of the base map. */
const streetOf = (context: SitesContext, project: Pick<Project, 'streetCode'> | null | undefined): Street | null => {
  const code = project?.streetCode ?? null
  if (code === null) return null
  const drawn = context.projects
    .baseMap()
    .features.find(({ properties }) => properties.kind === 'street' && properties.code === code)
  return { code, name: drawn?.properties.name ?? code }
}
const rowOf = (
  context: SitesContext,
  site: SiteRecord,
  live: SiteLive | undefined,
  project: Project | null | undefined,
): SiteRow => ({
  ...(live ?? nothing(site.id)),
  projectId: site.project_id,
  projectName: project?.name ?? '',
  street: streetOf(context, project),
  name: site.name,
  code: site.code,
  state: site.state,
  address: site.address,
  department: site.department,
  point: site.point,
  fence: site.fence,
  version: site.version,
})

export const listSites = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof listEndpoint>,
) => {
  const now = context.platform.clock()
  const filter = {
    siteIds: isAuthority(actor) ? undefined : await ownSites(context, db, actor),
    projectId: query.projectId,
    state: query.state,
    text: query.text,
  }
  const byProject = await sitesByProject(db, filter)
  const projects = await context.projects.projects(
    db,
    byProject.map((row) => row.project_id),
  )
  const streets = new Map<string, Street & { readonly sites: number }>()
  for (const { project_id, n } of byProject) {
    const street = streetOf(context, projects.get(project_id))
    if (street !== null) streets.set(street.code, { ...street, sites: (streets.get(street.code)?.sites ?? 0) + n })
  }
  const inStreet =
    query.street === undefined
      ? filter
      : {
          ...filter,
          projectIds: [...projects.values()].flatMap((each) => (each.streetCode === query.street ? [each.id] : [])),
        }
  const [before] = keysAs(query.after, 'id') ?? []
  const rows = await sitesPage(db, inStreet, (before as SiteId | undefined) ?? null, query.limit + 1)
  const shown = rows.slice(0, query.limit)
  const live = await liveOf(
    context,
    db,
    shown.map((site) => site.id),
    now,
  )
  const last = shown.at(-1)
  return {
    rows: shown.map((site) => rowOf(context, site, live.get(site.id), projects.get(site.project_id))),
    next: rows.length > query.limit && last !== undefined ? cursorOf(last.id) : null,
    counts: await siteCounts(db, inStreet),
    streets: [...streets.values()].sort((a, b) => a.code.localeCompare(b.code)),
    may: { open: wordsOf(mayOperateSite(actor)) },
  }
}

export const readSite = async (context: SitesContext, db: Database, actor: Actor, id: SiteId): Promise<SiteView> => {
  const now = context.platform.clock()
  const today = localDateOf(now)
  const { site, parties } = await readCase(context, db, actor, id)
  const live = await liveOf(context, db, [id], now)
  const project = await context.projects.project(db, site.project_id)
  const organisations = await context.people.organisations(
    db,
    [site.contractor_id, site.supervision_id].flatMap((each) => (each === null ? [] : [each])),
  )
  const named = (organisationId: SiteRecord['contractor_id']) =>
    organisationId === null ? null : { organisationId, name: organisations.get(organisationId)?.name ?? '' }
  const zones = await zonesOf(db, [id])
  // Counts only: no look at where a person is.
  const positions = (await positionsSince(db, id, sinceOf(context, now).trackers)).filter(
    (each) => each.kind === 'tracker',
  )
  const plans = await plansOf(db, id)
  const { positions: rule } = context.retention
  return {
    ...rowOf(context, site, live.get(id), project),
    stateReason: site.state_reason,
    departmentName:
      site.department === null ? null : ((await context.people.department(db, site.department, today))?.name ?? null),
    contractor: named(site.contractor_id),
    supervision: named(site.supervision_id),
    workingHours: site.working_hours,
    floors: site.floors,
    zones: zones.map((zone) => ({
      zoneId: zone.id,
      kind: zone.kind,
      name: zone.name,
      floor: zone.floor,
      polygon: zone.polygon,
      people: positions.filter(
        (each) =>
          (zone.floor === null || each.floor === null || zone.floor === each.floor) &&
          isWithin(zone.polygon.coordinates, each.lon, each.lat),
      ).length,
      version: zone.version,
    })),
    plans: plans.map((plan) => ({
      floor: plan.floor,
      fileName: plan.file_name,
      mediaType: plan.media_type,
      sha256: plan.sha256,
      bounds: plan.bounds,
      turnedDeg: plan.turned_deg,
      placedAt: plan.placed_at,
    })),
    contacts: [...(await contactsOf(db, context.vault, id))],
    registered: (await registrationCounts(db, id, today)).valid,
    openedAt: site.created_at,
    endedAt: site.ended_at,
    positions: {
      keptDays: rule.days,
      basis: rule.source.basis,
      unverified: needsVerification(rule.source.certainty),
    },
    may: {
      operate: wordsOf(mayOperateSite(actor)),
      keep: wordsOf(mayKeepSite(actor, parties)),
      workers: wordsOf(mayKeepSite(actor, parties)),
      positions: wordsOf(maySeePositions(actor, parties)),
    },
  }
}

export const readPlan = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  id: SiteId,
  floor: number,
): Promise<FileReply> => {
  await readCase(context, db, actor, id)
  const plan = (await plansOf(db, id)).find((each) => each.floor === floor)
  if (plan === undefined) throw refuse.planMissing()
  return { fileName: plan.file_name, content: await context.platform.files.open(plan.sha256), inline: true }
}
