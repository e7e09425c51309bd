/** Endpoints of sites and of people on them to actions, one line each. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import * as presence from '../actions/people/presence.ts'
import * as workers from '../actions/people/workers.ts'
import type { SitesContext } from '../actions/sites/context.ts'
import { dailyReport } from '../actions/sites/daily.ts'
import type { LiveSites } from '../actions/sites/live.ts'
import * as manage from '../actions/sites/manage.ts'
import { listSites, readPlan, readSite } from '../actions/sites/read.ts'
import * as people from '../contract/people.ts'
import * as contract from '../contract/sites.ts'
import type { SiteId } from '../model/report.ts'

/** `changed` tells this process at once that fences or hours are others now. */
export const siteRoutes = (context: SitesContext, live: LiveSites, changed: () => Promise<void>): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const command = <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })
  /** Changes a site and gives its page. */
  const on = async (call: Call, siteId: SiteId, work: (unit: Unit) => Promise<void>) => {
    const page = await command(call, async (unit) => {
      await work(unit)
      return readSite(context, unit.db, call.actor, siteId)
    })
    await changed()
    return page
  }
  /** Changes a registration and gives its row. */
  const onWorker = (
    call: Call,
    { siteId, registrationId }: { readonly siteId: SiteId; readonly registrationId: people.RegistrationId },
    work: (unit: Unit) => Promise<void>,
  ) =>
    command(call, async (unit) => {
      await work(unit)
      return workers.readWorker(context, unit.db, siteId, registrationId)
    })
  return [
    route(contract.listSites, (call, { query }) => listSites(context, db, call.actor, query)),
    route(contract.liveSites, (call) => live.read(call.actor)),
    route(contract.readSite, (call, { params }) => readSite(context, db, call.actor, params.siteId)),
    route(contract.openSite, async (call, { body }) => {
      const page = await command(call, async (unit) =>
        readSite(context, unit.db, call.actor, await manage.openSite(context, unit, body)),
      )
      await changed()
      return page
    }),
    route(contract.updateSite, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.updateSite(context, unit, params.siteId, body)),
    ),
    route(contract.setFence, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.setFence(context, unit, params.siteId, body)),
    ),
    route(contract.setWorkingHours, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.setWorkingHours(context, unit, params.siteId, body)),
    ),
    route(contract.setFloors, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.setFloors(context, unit, params.siteId, body)),
    ),
    route(contract.setContacts, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.setContacts(context, unit, params.siteId, body)),
    ),
    route(contract.setSiteState, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.setSiteState(context, unit, params.siteId, body)),
    ),
    route(contract.addZone, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.addZone(context, unit, params.siteId, body)),
    ),
    route(contract.changeZone, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.changeZone(context, unit, params.siteId, params.zoneId, body)),
    ),
    route(contract.removeZone, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.removeZone(context, unit, params.siteId, params.zoneId, body)),
    ),
    route(contract.placePlan, (call, { params, body }) =>
      on(call, params.siteId, (unit) => manage.placePlan(context, unit, params.siteId, body)),
    ),
    route(contract.removePlan, (call, { params }) =>
      on(call, params.siteId, (unit) => manage.removePlan(context, unit, params.siteId, params.floor)),
    ),
    route(contract.readPlan, (call, { params }) => readPlan(context, db, call.actor, params.siteId, params.floor)),
    route(contract.dailyReport, (call, { params, query }) =>
      dailyReport(context, db, call.actor, params.siteId, query.day),
    ),
    route(people.listWorkers, (call, { params, query }) =>
      workers.listWorkers(context, db, call.actor, params.siteId, query),
    ),
    route(people.registerWorker, (call, { params, body }) =>
      command(call, async (unit) =>
        workers.readWorker(
          context,
          unit.db,
          params.siteId,
          await workers.registerWorker(context, unit, params.siteId, body),
        ),
      ),
    ),
    route(people.changeRegistration, (call, { params, body }) =>
      onWorker(call, params, (unit) =>
        workers.changeRegistration(context, unit, params.siteId, params.registrationId, body),
      ),
    ),
    route(people.leaveSite, (call, { params, body }) =>
      onWorker(call, params, (unit) => workers.leaveSite(context, unit, params.siteId, params.registrationId, body)),
    ),
    route(people.bindTracker, (call, { params, body }) =>
      onWorker(call, params, (unit) => workers.bindTracker(context, unit, params.siteId, params.registrationId, body)),
    ),
    route(people.findWorker, (call, { body }) => command(call, (unit) => workers.findWorker(context, unit, body))),
    route(people.listWorkerSearches, (call, { query }) => workers.listWorkerSearches(context, db, call.actor, query)),
    route(people.listAttendance, (call, { params, query }) =>
      presence.listAttendance(context, db, call.actor, params.siteId, query),
    ),
    route(people.attendanceDay, (call, { params, query }) =>
      presence.attendanceDay(context, db, call.actor, params.siteId, query.day),
    ),
    route(people.whoIsPresent, (call, { params }) => presence.whoIsPresent(context, db, call.actor, params.siteId)),
    route(people.beginLook, (call, { params, body }) =>
      command(call, (unit) => presence.beginLook(context, unit, params.siteId, body)),
    ),
    route(people.positionsNow, (call, { params, query }) =>
      command(call, (unit) => presence.positionsNow(context, unit, params.siteId, query.lookId)),
    ),
    route(people.workerTrack, (call, { params, query }) =>
      command(call, (unit) => presence.workerTrack(context, unit, params.siteId, query.lookId)),
    ),
    route(people.listLooks, (call, { params }) =>
      presence.listLooks(context, db, call.actor, params.siteId, params.registrationId),
    ),
    route(people.myRecord, (call) => presence.myRecord(context, db, call.actor)),
  ]
}
