/** Endpoints of devices to actions, one line each. */
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import type { Context } from '../actions/context.ts'
import { listCommands, sendCommand, setLinks } from '../actions/devices/commands.ts'
import { moveDevice, rotateDeviceSecret, setDeviceState, updateDevice } from '../actions/devices/manage.ts'
import { listDevicePictures, readDevicePicture } from '../actions/devices/pictures.ts'
import { createMetricProfile, listMetricProfiles } from '../actions/devices/profiles.ts'
import { forgetQuarantined, listQuarantine, rejectQuarantined } from '../actions/devices/quarantine.ts'
import { listDevices, listSiteCameras, readDevice, readDeviceHealth } from '../actions/devices/read.ts'
import { claimDevice, registerDevice } from '../actions/devices/register.ts'
import { listSetAside, listSetAsideReports } from '../actions/devices/set-aside.ts'
import type { Gateways } from '../actions/gateways/gateways.ts'
import * as commands from '../contract/commands.ts'
import * as contract from '../contract/devices.ts'
import * as setAside from '../contract/set-aside.ts'
import type { DeviceId, Protocol } from '../model/report.ts'

/**
 * The gateways of this process learn of a change at once; those of other processes within a second. `keptDays`: how long
 * reports are kept that nobody believes.
 */
export const deviceRoutes = (context: Context, gateways: Gateways, keptDays: number): readonly Route[] => {
  const { platform } = context
  const { db } = platform
  const command = async <T>(call: Call, work: (unit: Unit) => Promise<T>): Promise<T> => {
    const done = await platform.transact(call.actor, work, { traceId: call.traceId })
    await gateways.changed()
    return done
  }
  const onDevice = (call: Call, id: DeviceId, work: (unit: Unit) => Promise<void>) =>
    command(call, async (unit) => {
      await work(unit)
      return readDevice(context, unit.db, call.actor, id)
    })
  return [
    route(contract.listDevices, (call, { query }) => listDevices(context, db, call.actor, query)),
    route(contract.readDevice, (call, { params }) => readDevice(context, db, call.actor, params.deviceId)),
    route(contract.readDeviceHealth, (call, { params }) => readDeviceHealth(context, db, call.actor, params.deviceId)),
    route(contract.registerDevice, (call, { body }) => command(call, (unit) => registerDevice(context, unit, body))),
    route(contract.updateDevice, (call, { params, body }) =>
      onDevice(call, params.deviceId, (unit) => updateDevice(unit, params.deviceId, body)),
    ),
    route(contract.setDeviceState, (call, { params, body }) =>
      onDevice(call, params.deviceId, (unit) => setDeviceState(unit, params.deviceId, body)),
    ),
    route(contract.rotateDeviceSecret, (call, { params, body }) =>
      command(call, (unit) => rotateDeviceSecret(context, unit, params.deviceId, body)),
    ),
    route(contract.moveDevice, (call, { params, body }) =>
      onDevice(call, params.deviceId, (unit) => moveDevice(unit, params.deviceId, body)),
    ),
    route(contract.listQuarantine, (call, { query }) => listQuarantine(db, call.actor, query)),
    route(contract.claimDevice, (call, { params, body }) =>
      command(call, (unit) => claimDevice(context, unit, params.quarantineId, body)),
    ),
    route(contract.rejectQuarantined, (call, { params, body }) =>
      command(call, async (unit) => {
        await rejectQuarantined(unit, params.quarantineId, body.reason)
        return {}
      }),
    ),
    route(contract.forgetQuarantined, (call, { params }) =>
      command(call, async (unit) => {
        await forgetQuarantined(unit, params.quarantineId)
        return {}
      }),
    ),
    route(contract.listGateways, async () => ({
      rows: [...gateways.state()],
      counters: Object.entries(gateways.counters).map(([protocol, { reports, unknown, refused, malformed }]) => ({
        protocol: protocol as Protocol,
        reports,
        unknown,
        refused,
        malformed,
      })),
      sessions: gateways.sessions(),
      sipId: gateways.sip() === null ? null : gateways.sipId,
    })),
    route(commands.listCommands, (call, { params }) => listCommands(context, db, call.actor, params.deviceId)),
    route(commands.sendCommand, async (call, { params, body }) => {
      const sent = await command(call, (unit) => sendCommand(context, unit, params.deviceId, body))
      await gateways.commanded()
      return sent
    }),
    route(commands.setLinks, (call, { params, body }) =>
      command(call, (unit) => setLinks(unit, params.deviceId, body)),
    ),
    route(contract.listSiteCameras, (call, { params }) => listSiteCameras(context, db, call.actor, params.siteId)),
    route(contract.listDevicePictures, (call, { params }) =>
      listDevicePictures(context, db, call.actor, params.deviceId),
    ),
    route(contract.readDevicePicture, (call, { params }) =>
      readDevicePicture(context, db, call.actor, params.deviceId, params.sha256),
    ),
    route(setAside.listSetAside, (call, { query }) => listSetAside(context, db, call.actor, query, keptDays)),
    route(setAside.listSetAsideReports, (call, { params, query }) =>
      listSetAsideReports(context, db, call.actor, params.deviceId, query),
    ),
    route(contract.listMetricProfiles, (call) => listMetricProfiles(db, call.actor)),
    route(contract.createMetricProfile, (call, { body }) => command(call, (unit) => createMetricProfile(unit, body))),
  ]
}
