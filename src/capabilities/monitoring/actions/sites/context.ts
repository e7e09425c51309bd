/** What the actions of sites and of people on them work with. */

import type { Actor } from '../../../../kernel/actor.ts'
import { type Decision, require } from '../../../../kernel/decision.ts'
import type { OrganisationId, PersonId } from '../../../../kernel/identity.ts'
import { addMs, type Instant, localDateOf } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Database, Unit } from '../../../../platform/platform.ts'
import type { TelemetryReader } from '../../contract/telemetry.ts'
import type { SiteId } from '../../model/report.ts'
import type { FigureRule, SiteSettings } from '../../model/sites/figures.ts'
import * as refuse from '../../model/sites/refusals.ts'
import type { Retention } from '../../model/telemetry/retention.ts'
import { maySeeSite } from '../../policy/sites.ts'
import type { Since } from '../../store/sites/live.ts'
import { lockSite, siteById } from '../../store/sites/sites.ts'
import type { SiteRecord } from '../../store/sites/tables.ts'
import type { Context } from '../context.ts'
import { partiesOfSite } from '../devices/access.ts'

export interface SitesContext extends Context {
  readonly settings: SiteSettings
  readonly figures: readonly FigureRule[]
  readonly retention: Retention
  readonly telemetry: TelemetryReader
}
const HOUR_MS = 3_600_000

export const wordsOf = (decision: Decision): Words | null =>
  decision.allowed ? null : decision.because.refusal.sentence
export const personOf = (actor: Actor): PersonId | null => (actor.kind === 'person' ? actor.personId : null)
export const sinceOf = ({ settings }: SitesContext, now: Instant): Since => ({
  now,
  gates: addMs(now, -settings.presence.gateHours * HOUR_MS),
  trackers: addMs(now, -settings.presence.trackerMinutes * 60_000),
})

export interface SiteCase {
  readonly site: SiteRecord
  /** Owner and parties of its project today. */
  readonly parties: readonly OrganisationId[]
}
/** A site that the actor may see. */
export const readCase = async (context: SitesContext, db: Database, actor: Actor, id: SiteId): Promise<SiteCase> => {
  const site = await siteById(db, id)
  if (site === null) throw refuse.siteMissing()
  const parties = (await partiesOfSite(context, db, id)) ?? []
  require(maySeeSite(actor, parties))
  return { site, parties }
}
/** Locks a site as its page showed it; null: whatever it is now. Refuses one that has ended. */
export const lockCase = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  version: number | null,
): Promise<SiteCase> => {
  const site = await lockSite(unit.db, id)
  if (site === null) throw refuse.siteMissing()
  const parties = (await partiesOfSite(context, unit.db, id)) ?? []
  require(maySeeSite(unit.actor, parties))
  if (version !== null && site.version !== version) throw refuse.siteStale()
  return { site, parties }
}
export const requireOpen = (site: SiteRecord): void => {
  if (site.state === 'ended') throw refuse.siteOver({ site: site.name })
}
export const aboutSite = (site: Pick<SiteRecord, 'id' | 'name' | 'code'>) => ({
  siteId: site.id,
  siteName: site.name,
  code: site.code,
})
export const placeOfSite = (site: Pick<SiteRecord, 'id' | 'project_id'>) => ({
  subject: { kind: 'site', id: site.id },
  projectId: site.project_id,
})
export const todayOf = ({ platform }: Pick<SitesContext, 'platform'>) => localDateOf(platform.clock())
