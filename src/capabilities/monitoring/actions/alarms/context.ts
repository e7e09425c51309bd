/** What the actions of rules and alarms work with. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { OrganisationId, PersonId, ProjectId } from '../../../../kernel/identity.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import type { Database, Unit } from '../../../../platform/platform.ts'
import type { PeopleReader } from '../../../people/contract.ts'
import type { ProjectReader } from '../../../projects/contract.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import type { RulesReference } from '../../load.ts'
import * as refuse from '../../model/alarms/refusals.ts'
import { severityWords } from '../../model/alarms/states.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import type { Zone } from '../../model/rules/engine/types.ts'
import { type AlarmFacts, maySeeAlarm } from '../../policy/alarms.ts'
import { isAuthority, ownOrganisations } from '../../policy/devices.ts'
import {
  alarmById,
  deviceNames,
  lockAlarm,
  siteFacts,
  siteIdsOfOrganisations,
  siteIdsOfProjects,
} from '../../store/alarms/alarms.ts'
import type { AlarmRecord, SiteFacts } from '../../store/alarms/tables.ts'
import type { Context } from '../context.ts'

/** What the rules ask of sites and people. */
export interface RuleSources {
  readonly zones: (db: Database, siteIds: readonly SiteId[]) => Promise<ReadonlyMap<SiteId, readonly Zone[]>>
  /** Of each worker as a gate knows them: may they be on the site on this day; absent: there is no register to ask. */
  readonly registered: (
    db: Database,
    people: readonly { readonly siteId: SiteId; readonly workerRef: string }[],
    day: LocalDate,
  ) => Promise<ReadonlyMap<string, boolean>>
}
export const personKey = (siteId: SiteId, workerRef: string): string => `${siteId} ${workerRef}`
export const noSources: RuleSources = {
  zones: async () => new Map(),
  registered: async () => new Map(),
}

export interface AlarmsContext extends Pick<Context, 'platform'> {
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly reference: RulesReference
  readonly sources: RuleSources
}

export const personOf = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw refuse.notForAlarm()
  return actor.personId
}
export const siteOf = async (db: Database, id: SiteId): Promise<SiteFacts> => {
  const site = (await siteFacts(db, [id])).get(id)
  if (site === undefined) throw new Error(`site ${id} is gone`)
  return site
}
/** Organisations of the own side: owner, parties of today, contractor and supervision unit of the site. */
export const partiesOf = async (
  context: Pick<AlarmsContext, 'projects'>,
  db: Database,
  site: SiteFacts,
  day: LocalDate,
): Promise<readonly OrganisationId[]> => {
  const project = await context.projects.project(db, site.project_id)
  const parties = await context.projects.parties(db, site.project_id, day)
  return [
    ...(project === null ? [] : [project.ownerOrganisationId]),
    ...parties.map((party) => party.organisationId),
    ...[site.contractor_id, site.supervision_id].flatMap((id) => (id === null ? [] : [id])),
  ]
}
/** Sites whose alarms a person may see; null: all. */
export const visibleSites = async (
  context: Pick<AlarmsContext, 'projects'>,
  db: Database,
  actor: Actor,
  day: LocalDate,
): Promise<readonly SiteId[] | null> => {
  if (isAuthority(actor)) return null
  const projectIds: ProjectId[] = []
  for (const organisation of ownOrganisations(actor))
    for (const project of await context.projects.projectsOfOrganisation(db, organisation, day))
      projectIds.push(project.id)
  return [
    ...new Set([
      ...(await siteIdsOfProjects(db, projectIds)),
      ...(await siteIdsOfOrganisations(db, ownOrganisations(actor))),
    ]),
  ]
}

export interface Case {
  readonly alarm: AlarmRecord
  readonly site: SiteFacts
  readonly facts: AlarmFacts
}
const caseOf = async (
  context: Pick<AlarmsContext, 'projects'>,
  db: Database,
  alarm: AlarmRecord,
  day: LocalDate,
): Promise<Case> => {
  const site = await siteOf(db, alarm.site_id)
  return {
    alarm,
    site,
    facts: {
      state: alarm.state,
      severity: alarm.severity,
      ended: alarm.ended_at !== null,
      parties: await partiesOf(context, db, site, day),
    },
  }
}
/** An alarm that the actor may see. */
export const readCase = async (
  context: Pick<AlarmsContext, 'projects'>,
  db: Database,
  actor: Actor,
  id: AlarmId,
  day: LocalDate,
): Promise<Case> => {
  const alarm = await alarmById(db, id)
  if (alarm === null) throw refuse.alarmMissing()
  const found = await caseOf(context, db, alarm, day)
  const decision = maySeeAlarm(actor, found.facts)
  if (!decision.allowed) throw decision.because
  return found
}
/** Locks an alarm as its page showed it; null: whatever it is now. */
export const lockCase = async (
  context: Pick<AlarmsContext, 'projects'>,
  unit: Unit,
  id: AlarmId,
  version: number | null,
): Promise<Case> => {
  const alarm = await lockAlarm(unit.db, id)
  if (alarm === null) throw refuse.alarmMissing()
  const found = await caseOf(context, unit.db, alarm, unit.today)
  if (unit.actor.kind === 'person') {
    const decision = maySeeAlarm(unit.actor, found.facts)
    if (!decision.allowed) throw decision.because
  }
  if (version !== null && alarm.version !== version) throw refuse.alarmStale()
  return found
}

/** Facts of an alarm for the journal. */
export const aboutAlarm = async (db: Database, alarm: AlarmRecord, site: SiteFacts) => ({
  alarmId: alarm.id,
  siteId: site.id,
  siteName: site.name,
  deviceId: alarm.device_id ?? '',
  deviceName: alarm.device_id === null ? '' : ((await deviceNames(db, [alarm.device_id])).get(alarm.device_id) ?? ''),
  ruleKey: alarm.rule_key,
  ruleName: alarm.rule_name.zh,
  severity: alarm.severity,
  severityName: severityWords[alarm.severity].zh,
})
export const placeOfAlarm = (alarm: Pick<AlarmRecord, 'id'>, site: SiteFacts) => ({
  subject: { kind: 'alarm', id: alarm.id },
  projectId: site.project_id,
})
export type { DeviceId }
