/** What people change about sites. Each act is recorded. */
import { require } from '../../../../kernel/decision.ts'
import type { BodyOf } from '../../../../kernel/endpoint.ts'
import type { OrganisationId } from '../../../../kernel/identity.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { checkPhone } from '../../../people/contract.ts'
import * as contract from '../../contract/sites.ts'
import { middleOf } from '../../model/geofence.ts'
import type { SiteId } from '../../model/report.ts'
import * as refuse from '../../model/sites/refusals.ts'
import { isInBox, type Polygon } from '../../model/sites/shapes.ts'
import { siteLifecycle, siteStateWords } from '../../model/sites/words.ts'
import { mayKeepSite, mayOperateSite } from '../../policy/sites.ts'
import * as store from '../../store/sites/sites.ts'
import type { SiteRecord } from '../../store/sites/tables.ts'
import { aboutSite, lockCase, personOf, placeOfSite, requireOpen, type SitesContext } from './context.ts'

type Body<E> = BodyOf<E>
const MOST_ZONES = 100
const CODE_PREFIX = 'GD'

const requireOrganisations = async (
  context: SitesContext,
  unit: Unit,
  ids: readonly (readonly [path: string, id: OrganisationId | null])[],
): Promise<void> => {
  for (const [path, id] of ids)
    if (id !== null && (await context.people.organisation(unit.db, id)) === null)
      throw refuse.organisationMissing({}, [{ path, message: '请从列表中选择单位。' }])
}
const requireDepartment = async (context: SitesContext, unit: Unit, code: string | null): Promise<void> => {
  if (code !== null && (await context.people.department(unit.db, code, unit.today)) === null)
    throw refuse.departmentMissing({}, [{ path: 'department', message: '请从列表中选择部门。' }])
}
const describing = (input: Body<typeof contract.updateSite> | Body<typeof contract.openSite>) => ({
  name: input.name,
  address: input.address,
  department: input.department,
  contractor_id: input.contractorId,
  supervision_id: input.supervisionId,
})
const pointOf = (point: readonly [number, number] | null, fence: Polygon | null): [number, number] | null => {
  const middle = point ?? (fence === null ? null : middleOf(fence.coordinates))
  return middle === null ? null : [middle[0], middle[1]]
}

export const openSite = async (
  context: SitesContext,
  unit: Unit,
  input: Body<typeof contract.openSite>,
): Promise<SiteId> => {
  require(mayOperateSite(unit.actor))
  const project = await context.projects.project(unit.db, input.projectId)
  if (project === null) throw refuse.projectMissing({}, [{ path: 'projectId', message: '请从列表中选择项目。' }])
  await requireDepartment(context, unit, input.department)
  await requireOrganisations(context, unit, [
    ['contractorId', input.contractorId],
    ['supervisionId', input.supervisionId],
  ])
  const code = input.code ?? (await store.nextCode(unit.db, `${CODE_PREFIX}${unit.today.slice(0, 4)}`))
  const row = {
    id: unit.newId<'site'>(),
    project_id: project.id,
    code,
    ...describing(input),
    fence: input.fence,
    point: pointOf(input.point, input.fence) ?? project.point,
    working_hours: null,
    floors: [],
    created_at: unit.now,
  }
  if (!(await store.insertSite(unit.db, row)))
    throw refuse.codeTaken({ code }, [{ path: 'code', message: '请换一个编号。' }])
  await unit.record(contract.siteOpened, {
    ...placeOfSite(row),
    payload: { ...aboutSite(row), department: row.department },
  })
  return row.id
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
/** Saves what differs and records which columns that were. */
const save = async (unit: Unit, site: SiteRecord, change: Parameters<typeof store.changeSite>[2]): Promise<void> => {
  const changed = Object.entries(change).flatMap(([key, value]) =>
    isSame(value, site[key as keyof SiteRecord]) ? [] : [key],
  )
  if (changed.length === 0) return
  await store.changeSite(unit.db, site.id, change)
  await unit.record(contract.siteUpdated, {
    ...placeOfSite(site),
    payload: { ...aboutSite({ ...site, name: change.name ?? site.name }), changed },
  })
}

export const updateSite = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.updateSite>,
): Promise<void> => {
  require(mayOperateSite(unit.actor))
  const { site } = await lockCase(context, unit, id, input.version)
  requireOpen(site)
  await requireDepartment(context, unit, input.department)
  await requireOrganisations(context, unit, [
    ['contractorId', input.contractorId],
    ['supervisionId', input.supervisionId],
  ])
  await save(unit, site, { ...describing(input), point: pointOf(input.point, site.fence) })
}
export const setFence = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.setFence>,
): Promise<void> => {
  require(mayOperateSite(unit.actor))
  const { site } = await lockCase(context, unit, id, input.version)
  requireOpen(site)
  await save(unit, site, { fence: input.fence, point: pointOf(null, input.fence) ?? site.point })
}
/** A site that the actor keeps, locked as its page showed it. */
const kept = async (context: SitesContext, unit: Unit, id: SiteId, version: number | null): Promise<SiteRecord> => {
  const { site, parties } = await lockCase(context, unit, id, version)
  require(mayKeepSite(unit.actor, parties))
  requireOpen(site)
  return site
}
export const setWorkingHours = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.setWorkingHours>,
): Promise<void> => {
  const site = await kept(context, unit, id, input.version)
  await save(unit, site, { working_hours: input.workingHours })
}
export const setFloors = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.setFloors>,
): Promise<void> => {
  const site = await kept(context, unit, id, input.version)
  await save(unit, site, { floors: [...input.floors].sort((a, b) => a.floor - b.floor) })
}
export const setContacts = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.setContacts>,
): Promise<void> => {
  const site = await kept(context, unit, id, input.version)
  const contacts = input.contacts.map((contact, index) => {
    const mobile = checkPhone(contact.phone)
    const phone = mobile.valid ? mobile.normalised : contact.phone.replace(/[\s()()]/g, '')
    if (!mobile.valid && !/^0\d{2,3}-?\d{7,8}(-\d{1,6})?$|^\d{5,8}$/.test(phone))
      throw refuse.phoneWrong({}, [{ path: `contacts.${index}.phone`, message: '请填写手机号或带区号的座机号。' }])
    return { ...contact, phone, id: unit.newId<'contact'>() }
  })
  await store.putContacts(unit.db, context.vault, id, contacts)
  await store.changeSite(unit.db, id, {})
  await unit.record(contract.contactsChanged, {
    ...placeOfSite(site),
    payload: { ...aboutSite(site), contacts: contacts.length },
  })
}

export const setSiteState = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.setSiteState>,
): Promise<void> => {
  require(mayOperateSite(unit.actor))
  const { site } = await lockCase(context, unit, id, input.version)
  if (!siteLifecycle.leads(site.state, input.state))
    throw refuse.stateStep({ from: siteStateWords[site.state].zh, to: siteStateWords[input.state].zh })
  await store.changeSite(unit.db, id, {
    state: input.state,
    state_reason: input.reason,
    ended_at: input.state === 'ended' ? unit.now : null,
  })
  await unit.record(contract.siteStateChanged, {
    ...placeOfSite(site),
    payload: { ...aboutSite(site), state: input.state, stateName: siteStateWords[input.state].zh },
    personal: { because: input.reason },
  })
}

// ------------------------------------------------------------------------------------------ zones and plans

type ZoneInput = Body<typeof contract.addZone>
const requireZone = (site: SiteRecord, input: ZoneInput): void => {
  if (site.fence !== null && !isInBox(input.polygon, site.fence))
    throw refuse.zoneOutside({}, [{ path: 'polygon', message: '请在围栏范围内绘制。' }])
  if (input.floor !== null && !site.floors.some((each) => each.floor === input.floor))
    throw refuse.floorUnknown({ floor: input.floor }, [{ path: 'floor', message: '请选择已有楼层。' }])
}
const whatNames = { added: '划定', changed: '修改', removed: '撤销' } as const
const recordZone = (
  unit: Unit,
  site: SiteRecord,
  zone: { readonly id: contract.ZoneId; readonly kind: ZoneInput['kind']; readonly name: string },
  what: keyof typeof whatNames,
) =>
  unit.record(contract.zoneChanged, {
    ...placeOfSite(site),
    payload: {
      ...aboutSite(site),
      zoneId: zone.id,
      zoneName: zone.name,
      zoneKind: zone.kind,
      what,
      whatName: whatNames[what],
    },
  })
export const addZone = async (context: SitesContext, unit: Unit, id: SiteId, input: ZoneInput): Promise<void> => {
  const site = await kept(context, unit, id, null)
  requireZone(site, input)
  if ((await store.zonesOf(unit.db, [id])).length >= MOST_ZONES) throw refuse.tooManyZones({ most: MOST_ZONES })
  const zone = { id: unit.newId<'zone'>(), ...input }
  await store.insertZone(unit.db, { site_id: id, ...zone, created_at: unit.now, created_by: personOf(unit.actor) })
  await recordZone(unit, site, zone, 'added')
}
const lockZone = async (unit: Unit, siteId: SiteId, zoneId: contract.ZoneId, version: number) => {
  const zone = await store.lockZone(unit.db, siteId, zoneId)
  if (zone === null) throw refuse.zoneMissing()
  if (zone.version !== version) throw refuse.siteStale()
  return zone
}
export const changeZone = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  zoneId: contract.ZoneId,
  { version, ...input }: Body<typeof contract.changeZone>,
): Promise<void> => {
  const site = await kept(context, unit, id, null)
  const zone = await lockZone(unit, id, zoneId, version)
  requireZone(site, input)
  await store.changeZone(unit.db, { site_id: id, id: zone.id, ...input })
  await recordZone(unit, site, { id: zone.id, ...input }, 'changed')
}
export const removeZone = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  zoneId: contract.ZoneId,
  input: Body<typeof contract.removeZone>,
): Promise<void> => {
  const site = await kept(context, unit, id, null)
  const zone = await lockZone(unit, id, zoneId, input.version)
  await store.removeZone(unit.db, id, zone.id)
  await recordZone(unit, site, zone, 'removed')
}

const pictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg'])
const recordPlan = (unit: Unit, site: SiteRecord, floor: number, what: 'placed' | 'removed') =>
  unit.record(contract.planChanged, {
    ...placeOfSite(site),
    payload: { ...aboutSite(site), floor, what, whatName: what === 'placed' ? '放置' : '撤下' },
  })
export const placePlan = async (
  context: SitesContext,
  unit: Unit,
  id: SiteId,
  input: Body<typeof contract.placePlan>,
): Promise<void> => {
  const site = await kept(context, unit, id, null)
  if (input.floor !== 0 && !site.floors.some((each) => each.floor === input.floor))
    throw refuse.floorUnknown({ floor: input.floor }, [{ path: 'floor', message: '请选择已有楼层。' }])
  const upload = await context.platform.files.upload(unit.db, input.uploadId)
  const person = personOf(unit.actor)
  if (upload === null || upload.uploadedBy !== person || upload.scan === 'infected') throw refuse.uploadMissing()
  if (!pictures.has(upload.mediaType)) throw refuse.planKind()
  await store.putPlan(unit.db, {
    site_id: id,
    floor: input.floor,
    sha256: upload.sha256,
    media_type: upload.mediaType,
    file_name: upload.fileName,
    bounds: input.bounds,
    turned_deg: input.turnedDeg,
    placed_at: unit.now,
    placed_by: person,
  })
  await recordPlan(unit, site, input.floor, 'placed')
}
export const removePlan = async (context: SitesContext, unit: Unit, id: SiteId, floor: number): Promise<void> => {
  const site = await kept(context, unit, id, null)
  if (!(await store.removePlan(unit.db, id, floor))) throw refuse.planMissing()
  await recordPlan(unit, site, floor, 'removed')
}
