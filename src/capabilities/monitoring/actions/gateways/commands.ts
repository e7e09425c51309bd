/** Gives devices the orders that wait for them while they are connected to this process, and notes what they answer. */
import { system } from '../../../../kernel/actor.ts'
import { commandAnswered } from '../../contract/commands.ts'
import { commandWords } from '../../model/devices/commands.ts'
import type { DeviceId } from '../../model/report.ts'
import * as store from '../../store/devices/commands.ts'
import { siteById } from '../../store/devices/devices.ts'
import type { Context } from '../context.ts'

export interface Commands {
  /** A connection on which a device takes orders; gives how it is taken off. */
  readonly attach: (deviceId: DeviceId, give: (commandId: string, payload: Uint8Array) => void) => () => void
  readonly received: (deviceId: DeviceId, commandId: string) => void
  /** Was given and did not arrive: it waits again. */
  readonly kept: (commandIds: readonly string[]) => void
  /** Resolves when it is committed. */
  readonly answered: (
    deviceId: DeviceId,
    commandId: string,
    answer: { readonly ok: boolean; readonly text: string },
  ) => Promise<void>
  /** Gives what waits, now. */
  readonly look: () => Promise<void>
  readonly start: () => void
  readonly stop: () => Promise<void>
}
const LOOK_MS = 2_000
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

export const createCommands = ({ platform }: Context): Commands => {
  const { db, clock, log } = platform
  const takers = new Map<DeviceId, (commandId: string, payload: Uint8Array) => void>()
  const writing = new Set<Promise<void>>()
  let looking: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let running = false

  const failed = (error: unknown): void =>
    log.warn({ error: String(error) }, 'orders to devices were not read or noted, and are tried again')
  const later = (work: Promise<void>): void => {
    const done: Promise<void> = work.catch(failed).finally(() => writing.delete(done))
    writing.add(done)
  }
  const round = async (): Promise<void> => {
    const now = clock()
    await store.expireCommands(db, now)
    for (const row of await store.takeWaiting(db, [...takers.keys()], now)) {
      const give = takers.get(row.device_id)
      if (give === undefined) await store.giveBack(db, [row.id])
      else
        give(
          row.id,
          new TextEncoder().encode(
            JSON.stringify({ kind: row.kind, amount: row.amount, ts: Date.parse(row.asked_at) }),
          ),
        )
    }
  }
  const look = async (): Promise<void> => {
    while (looking !== null) await looking.catch(() => undefined)
    looking = round()
    try {
      await looking
    } finally {
      looking = null
    }
  }
  const again = (): void => {
    if (running) timer = setTimeout(() => void look().catch(failed).finally(again), LOOK_MS)
  }
  return {
    attach: (deviceId, give) => {
      takers.set(deviceId, give)
      later(look())
      return () => {
        if (takers.get(deviceId) === give) takers.delete(deviceId)
      }
    },
    received: (deviceId, commandId) => {
      if (isId(commandId)) later(store.noteReceived(db, deviceId, commandId, clock()))
    },
    kept: (commandIds) => later(store.giveBack(db, commandIds.filter(isId))),
    answered: async (deviceId, commandId, answer) => {
      if (!isId(commandId)) return
      await platform.transact(system('monitoring-gateways'), async (unit) => {
        const row = await store.noteAnswer(unit.db, deviceId, commandId, answer, unit.now)
        const site = row === null ? null : await siteById(unit.db, row.site_id)
        if (row === null || site === null) return
        await unit.record(commandAnswered, {
          subject: { kind: 'device', id: deviceId },
          projectId: site.project_id,
          payload: {
            deviceId,
            siteId: site.id,
            siteName: site.name,
            name: row.device_name,
            commandId,
            command: row.kind,
            commandName: commandWords[row.kind].zh,
            ok: answer.ok,
            answerName: answer.ok ? '已执行' : '执行失败',
          },
        })
      })
    },
    look,
    start: () => {
      running = true
      again()
    },
    stop: async () => {
      running = false
      clearTimeout(timer)
      await looking?.catch(() => undefined)
      await Promise.all(writing)
    },
  }
}
