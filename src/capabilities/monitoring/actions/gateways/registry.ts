/**
 * The devices as gateways know them: all of them in memory, renewed from the database every second, so that a frame costs no
 * query and a device that was claimed speaks a second later without a restart.
 */
import { BlockList, isIP } from 'node:net'
import { addMs, type Instant } from '../../../../kernel/time.ts'
import type { DeviceState } from '../../model/devices/words.ts'
import type { DeviceId, KnownDevice, Protocol } from '../../model/report.ts'
import { devicesSince, type FollowedDevice } from '../../store/devices/devices.ts'
import type { Context } from '../context.ts'
import { isSecret, openSecret } from '../devices/secrets.ts'

export interface GateDevice {
  /** What reports carry. */
  readonly known: KnownDevice
  readonly protocol: Protocol
  readonly externalId: string
  readonly name: string
  /** Disabled by hand, or because its site has ended: whatever it says is refused. */
  readonly state: DeviceState
  readonly siteEnded: boolean
  /** What the device says times this is the unit of the metric at the same place. */
  readonly factors: readonly number[]
  readonly parentId: DeviceId | null
  readonly fingerprint: string | null
  readonly secretSetAt: Instant | null
  readonly version: number
  readonly mayComeFrom: (address: string) => boolean
  /** Compares in a time that does not depend on the secret. */
  readonly isSecret: (given: string) => boolean
  /** The secret itself, for protocols that compute with it or send it back; null where it is not kept. */
  readonly secret: () => string | null
  /** Digest of the secret, where only that is kept. */
  readonly secretHash: string | null
}
/** False when the secret was changed between two looks; sealing it under another key changes nothing. */
export const hasSameSecret = (a: GateDevice, b: GateDevice): boolean => {
  if (a.secretSetAt !== b.secretSetAt || a.secretHash !== b.secretHash) return false
  try {
    return a.secret() === b.secret()
  } catch {
    // The key under which the older one was sealed is gone: whoever is connected comes anew.
    return false
  }
}
export interface Registry {
  readonly find: (protocol: Protocol, externalId: string) => GateDevice | null
  readonly byId: (id: DeviceId) => GateDevice | null
  readonly size: () => number
  /** Reads what changed, now. */
  readonly refresh: () => Promise<void>
  /** Told of every device that was there before and is now otherwise. */
  readonly onChange: (listener: (now: GateDevice, before: GateDevice) => void) => void
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

const LOOK_MS = 1_000
/** Transactions may commit this much later than they wrote, in ms. */
const OVERLAP_MS = 15_000

const networksOf = (networks: readonly string[]): ((address: string) => boolean) => {
  if (networks.length === 0) return () => true
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
const isSameText = (a: string, b: string): boolean => {
  let different = a.length ^ b.length
  for (let at = 0; at < b.length; at += 1) different |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return different === 0
}

export const createRegistry = ({ platform, vault }: Context): Registry => {
  const byNumber = new Map<string, GateDevice>()
  const byId = new Map<DeviceId, GateDevice>()
  const listeners = new Set<(now: GateDevice, before: GateDevice) => void>()
  let since: string | null = null
  let timer: NodeJS.Timeout | undefined
  let running = false
  let looking: Promise<void> | null = null

  const deviceOf = (row: FollowedDevice): GateDevice => {
    let opened: string | null | undefined
    const secret = (): string | null => {
      opened ??= openSecret(vault, row.id, row)
      return opened
    }
    /** What it proved itself by last: devices of HJ 212 do so with every report. A changed secret makes another device. */
    let proven: string | null = null
    const proves = (given: string): boolean => {
      if (proven !== null && isSameText(proven, given)) return true
      if (!isSecret(vault, row.id, row, given)) return false
      proven = given
      return true
    }
    return {
      known: {
        siteId: row.site_id,
        deviceId: row.id,
        kind: row.kind,
        profileId: row.profile_id,
        metrics: row.metrics,
      },
      protocol: row.protocol,
      externalId: row.external_id,
      name: row.name,
      state: row.site_ended ? 'disabled' : row.state,
      siteEnded: row.site_ended,
      factors: row.factors,
      parentId: row.parent_id,
      fingerprint: row.fingerprint,
      secretSetAt: row.secret_set_at,
      version: row.version,
      mayComeFrom: networksOf(row.networks),
      isSecret: proves,
      secret,
      secretHash: row.secret_hash,
    }
  }
  const take = (row: FollowedDevice): void => {
    const before = byId.get(row.id)
    if (
      before !== undefined &&
      before.version === row.version &&
      before.fingerprint === row.fingerprint &&
      before.siteEnded === row.site_ended
    )
      return
    const now = deviceOf(row)
    byId.set(row.id, now)
    byNumber.set(`${row.protocol} ${row.external_id}`, now)
    if (before !== undefined) for (const listener of listeners) listener(now, before)
  }
  const look = async (): Promise<void> => {
    const { devices, asOf } = await devicesSince(platform.db, since)
    for (const row of devices) take(row)
    since = addMs(asOf as Instant, -OVERLAP_MS)
  }
  /** One look at a time; who asks while one is under way gets one that begins after it. */
  const refresh = async (): Promise<void> => {
    while (looking !== null) await looking.catch(() => undefined)
    looking = look()
    try {
      await looking
    } finally {
      looking = null
    }
  }
  const again = (): void => {
    if (!running) return
    timer = setTimeout(() => {
      refresh()
        .catch((error: unknown) =>
          platform.log.warn({ error: String(error) }, 'the register of devices cannot be read; what is known stands'),
        )
        .finally(again)
    }, LOOK_MS)
  }
  return {
    find: (protocol, externalId) => byNumber.get(`${protocol} ${externalId}`) ?? null,
    byId: (id) => byId.get(id) ?? null,
    size: () => byId.size,
    refresh: () => (running ? refresh() : Promise.resolve()),
    onChange: (listener) => {
      listeners.add(listener)
    },
    start: async () => {
      running = true
      await refresh()
      again()
    },
    stop: async () => {
      running = false
      clearTimeout(timer)
      await looking?.catch(() => undefined)
    },
  }
}
