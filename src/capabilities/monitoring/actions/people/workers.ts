/** 实名登记: workers of a site, their registrations and trackers. */
import { type Actor, holds } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { BodyOf, QueryOf } from '../../../../kernel/endpoint.ts'
import { cursorOf, keysAs } from '../../../../kernel/page.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Database, Unit } from '../../../../platform/platform.ts'
import { checkIdNumber, checkPhone, maskIdNumber, maskPhone } from '../../../people/contract.ts'
import * as contract from '../../contract/people.ts'
import * as refuse from '../../model/people/refusals.ts'
import { registrationStateOn } from '../../model/people/states.ts'
import type { SiteId, WorkerId } from '../../model/report.ts'
import { organisationMissing } from '../../model/sites/refusals.ts'
import { mayKeepSite, maySearchWorkers } from '../../policy/sites.ts'
import { deviceById } from '../../store/devices/devices.ts'
import { insertSearch, presentOn, searchesPage } from '../../store/people/presence.ts'
import type { RegistrationRecord, SearchRecord } from '../../store/people/tables.ts'
import * as store from '../../store/people/workers.ts'
import type { SiteRecord } from '../../store/sites/tables.ts'
import {
  lockCase,
  personOf,
  placeOfSite,
  readCase,
  requireOpen,
  type SitesContext,
  sinceOf,
  todayOf,
  wordsOf,
} from '../sites/context.ts'

type Body<E> = BodyOf<E>

export const rowOf = (
  context: SitesContext,
  row: store.RegisteredRow,
  present: boolean,
  organisationName: string | null,
): contract.WorkerRow => {
  const phone = store.phoneOf(context.vault, { id: row.worker_id, phone_sealed: row.phone_sealed })
  const period = { validFrom: row.valid_from, validTo: row.valid_to, leftOn: row.left_on }
  return {
    registrationId: row.id,
    workerId: row.worker_id,
    siteId: row.site_id,
    name: row.name,
    idNumberMasked: row.id_number_masked,
    phoneMasked: phone === null ? null : maskPhone(phone),
    workerRef: row.worker_ref,
    organisationId: row.organisation_id,
    organisationName,
    team: row.team,
    trade: row.trade,
    teamLeader: row.team_leader,
    certificate: row.certificate,
    ...period,
    informedOn: row.informed_on,
    state: registrationStateOn(period, todayOf(context)),
    device:
      row.device_id === null || row.device_since === null
        ? null
        : { deviceId: row.device_id, name: row.device_name ?? '', since: row.device_since },
    present,
    version: row.version,
  }
}
export const rowsOf = async (
  context: SitesContext,
  db: Database,
  rows: readonly store.RegisteredRow[],
): Promise<contract.WorkerRow[]> => {
  const now = context.platform.clock()
  const inside = new Set<string>()
  for (const siteId of new Set(rows.map((row) => row.site_id)))
    for (const each of await presentOn(db, siteId, sinceOf(context, now), localDateOf(now)))
      inside.add(`${siteId} ${each.worker_ref}`)
  const organisations = await context.people.organisations(db, [
    ...new Set(rows.flatMap((row) => (row.organisation_id === null ? [] : [row.organisation_id]))),
  ])
  return rows.map((row) =>
    rowOf(
      context,
      row,
      row.left_on === null && inside.has(`${row.site_id} ${row.worker_ref}`),
      row.organisation_id === null ? null : (organisations.get(row.organisation_id)?.name ?? null),
    ),
  )
}

export const listWorkers = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  siteId: SiteId,
  query: QueryOf<typeof contract.listWorkers>,
) => {
  const { parties } = await readCase(context, db, actor, siteId)
  const day = todayOf(context)
  const keys = keysAs(query.after, 'text', 'id')
  const rows = await store.registrationsPage(db, siteId, {
    state: query.state,
    team: query.team,
    trade: query.trade,
    text: query.text,
    day,
    after: keys,
    limit: query.limit + 1,
  })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: await rowsOf(context, db, shown),
    next: rows.length > query.limit && last !== undefined ? cursorOf(last.name, last.id) : null,
    counts: await store.registrationCounts(db, siteId, day),
    ...(await store.teamsAndTrades(db, siteId)),
    may: { keep: wordsOf(mayKeepSite(actor, parties)) },
  }
}
export const readWorker = async (
  context: SitesContext,
  db: Database,
  siteId: SiteId,
  id: contract.RegistrationId,
): Promise<contract.WorkerRow> => {
  const row = await store.registrationById(db, siteId, id)
  if (row === null) throw refuse.registrationMissing()
  const [shown] = await rowsOf(context, db, [row])
  if (shown === undefined) throw new Error(`registration ${id} is gone`)
  return shown
}

/** A site whose workers the actor may keep. */
const kept = async (context: SitesContext, unit: Unit, siteId: SiteId): Promise<SiteRecord> => {
  const { site, parties } = await lockCase(context, unit, siteId, null)
  require(mayKeepSite(unit.actor, parties))
  requireOpen(site)
  return site
}
const about = (site: SiteRecord, registrationId: contract.RegistrationId) => ({
  siteId: site.id,
  siteName: site.name,
  registrationId,
})
const requireDescription = async (
  context: SitesContext,
  unit: Unit,
  input: Body<typeof contract.changeRegistration>,
): Promise<void> => {
  if (input.validTo !== null && input.validTo < input.validFrom)
    throw refuse.validityWrong({}, [{ path: 'validTo', message: '应不早于起始日期。' }])
  if (input.organisationId !== null && (await context.people.organisation(unit.db, input.organisationId)) === null)
    throw organisationMissing({}, [{ path: 'organisationId', message: '请从列表中选择单位。' }])
}
const requireFreeRef = async (
  unit: Unit,
  siteId: SiteId,
  workerRef: string,
  own: contract.RegistrationId | null,
): Promise<void> => {
  const holder = await store.openRegistration(unit.db, siteId, { workerRef })
  if (holder !== null && holder.id !== own)
    throw refuse.refTaken({ workerRef }, [{ path: 'workerRef', message: '请换一个编号。' }])
}
const describing = (input: Omit<Body<typeof contract.changeRegistration>, 'version'>) => ({
  worker_ref: input.workerRef,
  organisation_id: input.organisationId,
  team: input.team,
  trade: input.trade,
  team_leader: input.teamLeader,
  certificate: input.certificate,
  valid_from: input.validFrom,
  valid_to: input.validTo,
})

/** The worker with this identity number, made when nobody has it yet. */
const workerFor = async (
  context: SitesContext,
  unit: Unit,
  input: Body<typeof contract.registerWorker>,
): Promise<WorkerId> => {
  const checked = checkIdNumber(input.idNumber)
  if (!checked.valid) throw refuse.idNumberWrong({}, [{ path: 'idNumber', message: '请对照证件重新填写。' }])
  const phone = input.phone === null || input.phone === '' ? null : checkPhone(input.phone)
  if (phone !== null && !phone.valid) throw refuse.phoneWrong({}, [{ path: 'phone', message: '请填写11位手机号。' }])
  const known = await store.workerByIdNumber(unit.db, context.vault, checked.normalised)
  if (known !== null) {
    if (known.name !== input.name)
      throw refuse.nameDiffers({}, [{ path: 'name', message: '请对照证件核对姓名和号码。' }])
    if (phone !== null) await store.changePhone(unit.db, context.vault, known.id, phone.normalised)
    return known.id
  }
  const id = unit.newId<'worker'>()
  await store.insertWorker(unit.db, context.vault, {
    id,
    name: input.name,
    idNumber: checked.normalised,
    masked: maskIdNumber(checked.normalised),
    phone: phone?.normalised ?? null,
    at: unit.now,
    by: personOf(unit.actor),
  })
  return id
}
export const registerWorker = async (
  context: SitesContext,
  unit: Unit,
  siteId: SiteId,
  input: Body<typeof contract.registerWorker>,
): Promise<contract.RegistrationId> => {
  const site = await kept(context, unit, siteId)
  await requireDescription(context, unit, { version: 0, ...input })
  const workerId = await workerFor(context, unit, input)
  if ((await store.openRegistration(unit.db, siteId, { workerId })) !== null) throw refuse.registeredAlready()
  await requireFreeRef(unit, siteId, input.workerRef, null)
  const id = unit.newId<'registration'>()
  await store.insertRegistration(unit.db, {
    site_id: siteId,
    id,
    worker_id: workerId,
    ...describing(input),
    left_on: null,
    left_reason: '',
    informed_on: unit.today,
    device_id: null,
    device_since: null,
    created_at: unit.now,
    created_by: personOf(unit.actor),
    version: 1,
  })
  await unit.record(contract.workerRegistered, {
    ...placeOfSite(site),
    payload: { ...about(site, id), team: input.team, trade: input.trade },
    personal: { name: input.name },
  })
  return id
}

/** A registration that holds, locked as its page showed it. */
const lockOpen = async (
  unit: Unit,
  siteId: SiteId,
  id: contract.RegistrationId,
  version: number,
): Promise<RegistrationRecord> => {
  const row = await store.lockRegistration(unit.db, siteId, id)
  if (row === null) throw refuse.registrationMissing()
  if (row.version !== version) throw refuse.registrationStale()
  if (row.left_on !== null) throw refuse.leftAlready()
  return row
}
export const changeRegistration = async (
  context: SitesContext,
  unit: Unit,
  siteId: SiteId,
  id: contract.RegistrationId,
  input: Body<typeof contract.changeRegistration>,
): Promise<void> => {
  const site = await kept(context, unit, siteId)
  const row = await lockOpen(unit, siteId, id, input.version)
  await requireDescription(context, unit, input)
  await requireFreeRef(unit, siteId, input.workerRef, id)
  const change = describing(input)
  const changed = Object.entries(change).flatMap(([key, value]) =>
    value === row[key as keyof RegistrationRecord] ? [] : [key],
  )
  if (changed.length === 0) return
  await store.saveRegistration(unit.db, { ...row, ...change })
  await unit.record(contract.registrationChanged, { ...placeOfSite(site), payload: { ...about(site, id), changed } })
}
const recordTracker = (
  unit: Unit,
  site: SiteRecord,
  id: contract.RegistrationId,
  deviceId: string,
  what: 'worn' | 'returned',
) =>
  unit.record(contract.trackerBound, {
    ...placeOfSite(site),
    payload: { ...about(site, id), deviceId, what, whatName: what === 'worn' ? '佩戴' : '归还' },
  })
export const leaveSite = async (
  context: SitesContext,
  unit: Unit,
  siteId: SiteId,
  id: contract.RegistrationId,
  input: Body<typeof contract.leaveSite>,
): Promise<void> => {
  const site = await kept(context, unit, siteId)
  const row = await lockOpen(unit, siteId, id, input.version)
  if (input.leftOn < row.valid_from || input.leftOn > unit.today)
    throw refuse.leftBefore({}, [{ path: 'leftOn', message: '请重新选择日期。' }])
  await store.endTrackers(unit.db, siteId, id, unit.now)
  await store.saveRegistration(unit.db, {
    ...row,
    left_on: input.leftOn,
    left_reason: input.reason,
    device_id: null,
    device_since: null,
  })
  if (row.device_id !== null) await recordTracker(unit, site, id, row.device_id, 'returned')
  await unit.record(contract.workerLeft, {
    ...placeOfSite(site),
    payload: { ...about(site, id), leftOn: input.leftOn },
    personal: { because: input.reason },
  })
}
export const bindTracker = async (
  context: SitesContext,
  unit: Unit,
  siteId: SiteId,
  id: contract.RegistrationId,
  input: Body<typeof contract.bindTracker>,
): Promise<void> => {
  const site = await kept(context, unit, siteId)
  const row = await lockOpen(unit, siteId, id, input.version)
  if (row.device_id === input.deviceId) return
  const { deviceId } = input
  if (deviceId !== null) {
    const device = await deviceById(unit.db, deviceId)
    if (device === null || device.site_id !== siteId || device.kind !== 'tracker' || device.state !== 'active')
      throw refuse.trackerMissing({}, [{ path: 'deviceId', message: '请从列表中选择。' }])
    if ((await store.openRegistration(unit.db, siteId, { deviceId })) !== null)
      throw refuse.trackerTaken({}, [{ path: 'deviceId', message: '请先办理归还。' }])
  }
  await store.endTrackers(unit.db, siteId, id, unit.now)
  if (row.device_id !== null) await recordTracker(unit, site, id, row.device_id, 'returned')
  await store.saveRegistration(unit.db, {
    ...row,
    device_id: deviceId,
    device_since: deviceId === null ? null : unit.now,
  })
  if (deviceId !== null) {
    await store.beginTracker(unit.db, { siteId, deviceId, registrationId: id, at: unit.now })
    await recordTracker(unit, site, id, deviceId, 'worn')
  }
}

export const findWorker = async (context: SitesContext, unit: Unit, input: Body<typeof contract.findWorker>) => {
  require(maySearchWorkers(unit.actor))
  const checked = checkIdNumber(input.idNumber)
  if (!checked.valid) throw refuse.idNumberWrong({}, [{ path: 'idNumber', message: '请对照证件重新填写。' }])
  const worker = await store.workerByIdNumber(unit.db, context.vault, checked.normalised)
  const rows = worker === null ? [] : await store.registrationsOfWorkers(unit.db, [worker.id])
  const by = personOf(unit.actor)
  if (by === null) throw refuse.notForSearch()
  await insertSearch(unit.db, {
    id: unit.newId<'worker-search'>(),
    at: unit.now,
    by,
    purpose: input.purpose,
    worker_id: worker?.id ?? null,
    found: rows.length,
  })
  await unit.record(contract.workerSearched, {
    subject: { kind: 'worker', id: worker?.id ?? 'none' },
    payload: { purpose: input.purpose, found: rows.length },
  })
  const shown = await rowsOf(context, unit.db, rows)
  return { rows: shown.map((row, index) => ({ ...row, siteName: rows[index]?.site_name ?? '' })) }
}
/** An inspector sees what they looked for themselves, an administrator what anybody did. */
export const listWorkerSearches = async (
  context: SitesContext,
  db: Database,
  actor: Actor,
  query: QueryOf<typeof contract.listWorkerSearches>,
) => {
  require(maySearchWorkers(actor))
  const keys = keysAs(query.after, 'instant', 'id')
  const found = await searchesPage(
    db,
    holds(actor, 'administrator') ? null : personOf(actor),
    keys === null ? null : { at: keys[0], id: keys[1] as contract.SearchId },
    query.limit + 1,
  )
  const shown = found.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    rows: (await searchViews(context, db, shown)).map((view, index) => ({ ...view, found: shown[index]?.found ?? 0 })),
    next: found.length > query.limit && last !== undefined ? cursorOf(last.at, last.id) : null,
  }
}
export const searchViews = async (context: SitesContext, db: Database, searches: readonly SearchRecord[]) => {
  const names = await context.people.personNames(db, [...new Set(searches.map((each) => each.by))])
  return searches.map((each) => ({
    searchId: each.id,
    at: each.at,
    by: names.get(each.by) ?? '',
    purpose: each.purpose,
  }))
}
