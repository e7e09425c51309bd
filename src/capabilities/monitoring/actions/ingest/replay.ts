/**
 * Takes reports that no device sent: of an invented district, which lives without devices. They go the way of all reports;
 * only the gateway is left out.
 */
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, Platform } from '../../../../platform/platform.ts'
import type { KnownDevice, PositionReport, Report } from '../../model/report.ts'
import type { Evaluate } from '../../model/telemetry/durable.ts'
import type { Retention } from '../../model/telemetry/retention.ts'
import { knownDevices } from '../../store/devices/devices.ts'
import { type HealthChange, writeHealth } from '../../store/devices/health.ts'
import { createIngest } from './ingest.ts'

export interface Replay {
  /** Devices by their numbers at their protocols; those that are not there are left out. */
  readonly devices: (db: Database, externalIds: readonly string[]) => Promise<ReadonlyMap<string, KnownDevice>>
  /** Resolves when all are committed. `judge` false: of the past, about which no alarm is raised any more. */
  readonly take: (reports: readonly Report[], options: { readonly judge: boolean }) => Promise<void>
  /** Makes the figures of minutes, hours and days that are due. */
  readonly rollUp: () => Promise<number>
}

export const createReplay = (parts: {
  readonly platform: Platform
  readonly retention: Retention
  readonly node: string
  readonly evaluate: Evaluate
  readonly admit: (report: PositionReport) => 'store' | 'judge' | 'drop'
  readonly refresh: () => Promise<void>
  readonly rollUp: () => Promise<number>
}): Replay => {
  const { platform, node, admit } = parts
  return {
    devices: knownDevices,
    rollUp: parts.rollUp,
    take: async (reports, { judge }) => {
      await parts.refresh()
      const taken = reports.filter((report) => report.kind !== 'position' || admit(report) !== 'drop')
      const ingest = await createIngest({
        platform,
        retention: parts.retention,
        node,
        ...(judge ? { evaluate: parts.evaluate } : {}),
        keepPosition: (report) => admit(report) === 'store',
        spoolFolder: null,
        bound: taken.length + 1,
      })
      try {
        await Promise.all(taken.map((report) => ingest.submit(report)))
      } finally {
        await ingest.stop()
      }
      const seen = new Map<KnownDevice, { last: Instant; reports: number }>()
      for (const { device, receivedAt } of reports) {
        const before = seen.get(device)
        seen.set(device, {
          last: before === undefined || receivedAt > before.last ? receivedAt : before.last,
          reports: (before?.reports ?? 0) + 1,
        })
      }
      await writeHealth(
        platform.db,
        node,
        [...seen].map(
          ([device, { last, reports: count }]): HealthChange => ({
            siteId: device.siteId,
            deviceId: device.deviceId,
            connected: null,
            address: null,
            connectedAt: null,
            disconnectedAt: null,
            lastSeenAt: last,
            clockSkewMs: 0,
            clockSkewAt: last,
            reports: count,
            malformed: 0,
            refused: 0,
            faults: null,
          }),
        ),
      )
    },
  }
}
