/** Orders to devices: given by people, or by an alarm to the devices that are linked to its rule. */
import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { BodyOf } from '../../../../kernel/endpoint.ts'
import { addMs } from '../../../../kernel/time.ts'
import type { Database, JournalEntry, Unit } from '../../../../platform/platform.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import type { CommandId, CommandView } from '../../contract/commands.ts'
import * as contract from '../../contract/commands.ts'
import { amounts, COMMAND_MS, type CommandKind, commandWords, isAmount } from '../../model/devices/commands.ts'
import * as refuse from '../../model/devices/refusals.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import { mayCommand, mayOperateDevices } from '../../policy/devices.ts'
import * as store from '../../store/devices/commands.ts'
import { deviceById, lockDevice } from '../../store/devices/devices.ts'
import type { DeviceRecord, SiteRecord } from '../../store/devices/tables.ts'
import type { Context } from '../context.ts'
import { partiesOfSite } from './access.ts'
import { aboutDevice, personOf, placeOfEvent, requireSight, siteOf } from './common.ts'

const SHOWN = 30

export const commandViews = async (
  context: Pick<Context, 'people'>,
  db: Database,
  rows: readonly store.CommandRow[],
): Promise<CommandView[]> => {
  const names = await context.people.personNames(
    db,
    rows.flatMap((row) => (row.asked_by === null ? [] : [row.asked_by])),
  )
  return rows.map((row) => ({
    commandId: row.id,
    deviceId: row.device_id,
    deviceName: row.device_name,
    kind: row.kind,
    amount: row.amount,
    reason: row.reason,
    askedAt: row.asked_at,
    askedBy: row.asked_by === null ? null : (names.get(row.asked_by) ?? ''),
    state: row.state,
    receivedAt: row.received_at,
    endedAt: row.ended_at,
    answer: row.answer,
  }))
}
const words = (decision: ReturnType<typeof mayOperateDevices>) =>
  decision.allowed ? null : decision.because.refusal.sentence
export const listCommands = async (context: Context, db: Database, actor: Actor, deviceId: DeviceId) => {
  const device = await deviceById(db, deviceId)
  if (device === null) throw refuse.deviceMissing()
  const site = await siteOf(db, device.site_id)
  await requireSight(context, db, actor, site)
  const place = { siteId: site.id, deviceId }
  const parties = (await partiesOfSite(context, db, site.id)) ?? []
  return {
    rows: await commandViews(context, db, await store.commandsOf(db, place, SHOWN)),
    links: [...(await store.linksOf(db, place))],
    may: { command: words(mayCommand(actor, device.protocol, parties)), link: words(mayOperateDevices(actor)) },
  }
}

const give = async (
  unit: Unit,
  device: Pick<DeviceRecord, 'id' | 'name' | 'protocol' | 'external_id'>,
  site: SiteRecord,
  order: {
    readonly kind: CommandKind
    readonly amount: number | null
    readonly reason: string
    readonly alarmId: AlarmId | null
  },
): Promise<CommandId> => {
  const id = unit.newId<'device-command'>()
  await store.insertCommand(unit.db, {
    id,
    site_id: site.id,
    device_id: device.id,
    kind: order.kind,
    amount: order.amount,
    reason: order.reason,
    asked_at: unit.now,
    asked_by: personOf(unit.actor),
    alarm_id: order.alarmId,
    expires_at: addMs(unit.now, COMMAND_MS),
  })
  const { deviceId, siteId, siteName, name } = aboutDevice(device, site)
  await unit.record(contract.deviceCommanded, {
    ...placeOfEvent(device, site),
    payload: {
      deviceId,
      siteId,
      siteName,
      name,
      commandId: id,
      command: order.kind,
      commandName: commandWords[order.kind].zh,
      amount: order.amount,
      alarmId: order.alarmId ?? '',
      reason: order.reason,
    },
  })
  return id
}
export const sendCommand = async (
  context: Context,
  unit: Unit,
  deviceId: DeviceId,
  input: BodyOf<typeof contract.sendCommand>,
): Promise<CommandView> => {
  const device = await lockDevice(unit.db, deviceId)
  if (device === null) throw refuse.deviceMissing()
  const site = await siteOf(unit.db, device.site_id)
  await requireSight(context, unit.db, unit.actor, site)
  require(mayCommand(unit.actor, device.protocol, (await partiesOfSite(context, unit.db, site.id)) ?? []))
  if (device.state === 'disabled' || site.state === 'ended') throw refuse.commandToNobody()
  if (!isAmount(input.kind, input.amount)) {
    const [least, most] = amounts[input.kind] ?? [0, 0]
    throw refuse.amountWrong({ least, most }, [{ path: 'amount', message: `应为 ${least} 至 ${most}。` }])
  }
  const id = await give(unit, device, site, { ...input, alarmId: null })
  const row = await store.commandById(unit.db, site.id, id)
  const [view] = row === null ? [] : await commandViews(context, unit.db, [row])
  if (view === undefined) throw new Error(`command ${id} is gone`)
  return view
}
export const setLinks = async (
  unit: Unit,
  deviceId: DeviceId,
  input: BodyOf<typeof contract.setLinks>,
): Promise<{ readonly links: contract.DeviceLink[] }> => {
  require(mayOperateDevices(unit.actor))
  const device = await lockDevice(unit.db, deviceId)
  if (device === null) throw refuse.deviceMissing()
  if (device.protocol !== 'mqtt') throw refuse.commandNotPossible()
  const site = await siteOf(unit.db, device.site_id)
  await store.putLinks(unit.db, { siteId: site.id, deviceId }, input.links)
  const about = aboutDevice(device, site)
  await unit.record(contract.linksChanged, {
    ...placeOfEvent(device, site),
    payload: {
      deviceId,
      siteId: site.id,
      siteName: site.name,
      name: about.name,
      rules: input.links.map((link) => link.ruleKey),
    },
  })
  return { links: [...input.links] }
}

/** What an alarm of a site brings about: linked devices spray while it lasts. */
export const followAlarm = async (unit: Unit, entry: JournalEntry): Promise<void> => {
  const { siteId, ruleKey, ruleName } = entry.payload as {
    readonly siteId: SiteId
    readonly ruleKey: string
    readonly ruleName: string
  }
  const alarmId = entry.subject.id as AlarmId
  const linked = await store.linkedDevices(unit.db, siteId, ruleKey)
  if (linked.length === 0) return
  const site = await siteOf(unit.db, siteId)
  const begins = entry.kind === 'monitoring.alarm-raised' || entry.kind === 'monitoring.alarm-reopened'
  const before = await store.commandsOfAlarm(unit.db, alarmId)
  for (const { deviceId, minutes } of linked) {
    const last = before.findLast((command) => command.device_id === deviceId)
    // What sprays already goes on; what never sprayed for this alarm has nothing to stop.
    if (begins === (last?.kind === 'spray-on')) continue
    const device = await deviceById(unit.db, deviceId)
    if (device === null) continue
    await give(unit, device, site, {
      kind: begins ? 'spray-on' : 'spray-off',
      amount: begins ? minutes : null,
      reason: `${ruleName}${begins ? '报警' : '结束'}联动`,
      alarmId,
    })
  }
}
