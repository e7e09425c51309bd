/** What the actions of supervision work with, and what they read of a site. */
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Database, Platform, Unit } from '../../../platform/platform.ts'
import type { AlarmsReader, AlarmsWriter, SiteOfAlarms } from '../../monitoring/contract/alarms-reader.ts'
import type { PeopleReader } from '../../people/contract.ts'
import type { Project, ProjectReader } from '../../projects/contract.ts'
import type { Evidence, OrderId } from '../contract.ts'
import * as refuse from '../model/refusals.ts'
import type { SupervisionRules } from '../model/rules.ts'
import { maySee, type SiteFacts } from '../policy.ts'
import { lockOrder, type OrderRecord, orderById } from '../store.ts'

export interface Context {
  readonly platform: Platform
  readonly people: PeopleReader
  readonly projects: ProjectReader
  readonly alarms: AlarmsReader
  readonly alarmsWriter: AlarmsWriter
  readonly rules: SupervisionRules
}
export interface Place {
  readonly site: SiteOfAlarms
  readonly project: Project
  readonly facts: SiteFacts
}
export const placeOf = async (
  context: Context,
  db: Database,
  siteId: string,
  day: LocalDate,
  department?: string,
): Promise<Place | null> => {
  const site = await context.alarms.site(db, siteId as SiteOfAlarms['siteId'])
  if (site === null) return null
  const project = await context.projects.project(db, site.projectId)
  if (project === null) return null
  const code = department ?? site.department
  return {
    site,
    project,
    facts: {
      department: code,
      departmentName: (await context.people.department(db, code, day))?.name ?? code,
      parties: site.parties,
    },
  }
}
const placeOfOrder = async (context: Context, db: Database, row: OrderRecord, day: LocalDate): Promise<Place> => {
  const place = await placeOf(context, db, row.site_id, day, row.department)
  if (place === null) throw new Error(`the site of order ${row.number} is gone`)
  return place
}
export interface Case extends Place {
  readonly row: OrderRecord
}
export const readCase = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: OrderId,
  day: LocalDate,
): Promise<Case> => {
  const row = await orderById(db, id)
  if (row === null) throw refuse.orderMissing()
  const place = await placeOfOrder(context, db, row, day)
  const decision = maySee(actor, place.facts)
  if (!decision.allowed) throw decision.because
  return { row, ...place }
}
/** Locks an order as its page showed it. */
export const lockCase = async (context: Context, unit: Unit, id: OrderId, version: number | null): Promise<Case> => {
  const row = await lockOrder(unit.db, id)
  if (row === null) throw refuse.orderMissing()
  const place = await placeOfOrder(context, unit.db, row, unit.today)
  if (unit.actor.kind === 'person') {
    const decision = maySee(unit.actor, place.facts)
    if (!decision.allowed) throw decision.because
  }
  if (version !== null && row.version !== version) throw refuse.orderChanged()
  return { row, ...place }
}
export const requirePerson = (actor: Actor): PersonId => {
  if (actor.kind !== 'person') throw refuse.notSite()
  return actor.personId
}
/** Files that this person has uploaded. */
export const evidenceOf = async (context: Context, unit: Unit, uploadIds: readonly string[]): Promise<Evidence[]> => {
  const person = requirePerson(unit.actor)
  const files: Evidence[] = []
  for (const uploadId of uploadIds) {
    const upload = await context.platform.files.upload(unit.db, uploadId)
    if (upload === null || (upload.uploadedBy !== null && upload.uploadedBy !== person)) throw refuse.uploadMissing()
    if (upload.scan === 'infected') throw refuse.uploadInfected({ file: upload.fileName })
    const { sha256, fileName, mediaType, sizeBytes } = upload
    files.push({ sha256, fileName, mediaType, sizeBytes })
  }
  return files
}
export const categoryName = ({ rules }: Context, code: string) =>
  rules.categories.find((each) => each.code === code)?.name ?? { zh: code, en: code }
/** Facts of an order for the journal. */
export const aboutOrder = (context: Context, { row, site, project, facts }: Case) => ({
  orderId: row.id,
  number: row.number,
  siteId: site.siteId,
  siteName: site.name,
  projectName: project.name,
  category: row.category,
  categoryName: categoryName(context, row.category).zh,
  organisationId: row.organisation_id ?? '',
  department: row.department,
  departmentName: facts.departmentName,
  round: row.round,
  dueOn: row.due_on,
})
export const entryOf = ({ row }: Pick<Case, 'row'>) => ({
  subject: { kind: 'rectification-order', id: row.id },
  projectId: row.project_id,
})
export const todayOf = (context: Context): LocalDate => localDateOf(context.platform.clock())
