/**
 * The rules at work on what comes in. States live in memory; what changed of them is written in the transaction of the
 * reports and alarms. A state is trusted while its checkpoint is the one that this process took or wrote and that transaction
 * was committed; else (another process took the device, the transaction was rolled back) it is taken again.
 */
import { addMs, type Instant, instantFromMs, msOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { DeviceId, KnownDevice, Report } from '../../model/report.ts'
import { type CompiledRule, compileRule } from '../../model/rules/compile.ts'
import { createEngine, type Engine, OLD_AFTER_MS } from '../../model/rules/engine/engine.ts'
import { type Finding, heardNothing, type LastHeard } from '../../model/rules/engine/types.ts'
import { publishedRules, rulesRevision } from '../../store/rules/rules.ts'
import {
  type DeviceKey,
  hasDevices,
  knownDevice,
  lastReports,
  nextSilent,
  saidBefore,
  silentDevices,
  standing,
  stateVersions,
  takeStates,
  transactions,
  writeStates,
} from '../../store/rules/states.ts'
import type { AlarmsContext } from '../alarms/context.ts'
import { applyFindings } from '../alarms/raise.ts'
import { type LiveSurroundings, liveSurroundings } from './surroundings.ts'

export interface Rules {
  /** Called by ingestion in the transaction that stores reports, with those that are new, in the order in which they came. */
  readonly evaluate: (unit: Unit, reports: readonly Report[]) => Promise<void>
  /** Looks for devices that fell silent. Gives when to look again; null: not before something is heard. */
  readonly tick: (unit: Unit) => Promise<Instant | null>
}
interface Held {
  /** Of the checkpoint. */
  readonly version: number
  /** The transaction that touched it last. */
  readonly xid: string
}
/** Checkpoints that were found to stand, as they were in hand then. */
interface Sound {
  readonly mine: string
  readonly held: ReadonlyMap<DeviceId, Held>
  readonly revision?: number
}
/** A device of a batch; its reports from `before` on are still to be evaluated. */
interface Concerned {
  readonly device: KnownDevice
  readonly before: Instant
}
interface Work {
  readonly revision: number
  readonly engine: Engine
  readonly surroundings: LiveSurroundings
  readonly held: Map<DeviceId, Held>
}
/** A tick looks no more often than this, ms. */
const TICK_MS = 60_000
/** And no less often, for what nobody tells it: a site that is active again, ms. */
const LONGEST_MS = 6 * 3_600_000

export interface LiveOptions {
  /** Sees to it that somebody looks for silence again soon. */
  readonly arm: (unit: Unit) => Promise<void>
}

export const createLiveRules = (context: AlarmsContext, { arm }: LiveOptions): Rules => {
  let work: Work | null = null
  let armed = false

  const compileAll = async (unit: Unit): Promise<readonly CompiledRule[]> =>
    (await publishedRules(unit.db)).flatMap((row) => {
      try {
        return [compileRule(row, context.reference)]
      } catch (error) {
        // A limit that was taken out of the data must not stop all other rules.
        context.platform.log.error({ rule: row.key, error: String(error) }, 'a rule cannot be run')
        return []
      }
    })
  const current = async (unit: Unit, known?: number): Promise<Work> => {
    const revision = known ?? (await rulesRevision(unit.db))
    if (work?.revision === revision) return work
    const rules = await compileAll(unit)
    const surroundings = liveSurroundings(context, rules)
    const engine = createEngine({ rules, surroundings, oldAfterMs: OLD_AFTER_MS })
    work = { revision, engine, surroundings, held: new Map() }
    return work
  }

  const heardOf = async (
    unit: Unit,
    keys: readonly (DeviceKey & { readonly before: Instant; readonly device: KnownDevice })[],
  ): Promise<ReadonlyMap<DeviceId, LastHeard>> => {
    const found = await lastReports(unit.db, keys, OLD_AFTER_MS)
    return new Map(
      keys.map(({ deviceId, device }) => {
        const last = found.get(deviceId)
        if (last === undefined) return [deviceId, heardNothing]
        const lastAt = last.at === null ? Number.NaN : msOf(last.at)
        const positionAt = last.position_at === null ? Number.NaN : msOf(last.position_at)
        return [
          deviceId,
          {
            lastAt,
            lastValues:
              last.values === null || last.profile_id !== device.profileId ? null : Float32Array.from(last.values),
            positionAt,
            heardAt: Number.isNaN(lastAt)
              ? positionAt
              : Number.isNaN(positionAt)
                ? lastAt
                : Math.max(lastAt, positionAt),
          },
        ]
      }),
    )
  }
  /** Which checkpoints in hand still stand; `lock` waits for whoever changes one of these devices now. */
  const standingOf = async (
    unit: Unit,
    { held }: Pick<Work, 'held'>,
    devices: ReadonlyMap<DeviceId, Concerned>,
    lock: boolean,
  ): Promise<Sound> => {
    const keys = [...devices.values()].map(({ device }) => ({ siteId: device.siteId, deviceId: device.deviceId }))
    const inHand = new Map<DeviceId, Held>()
    for (const { deviceId } of keys) {
      const known = held.get(deviceId)
      if (known !== undefined) inHand.set(deviceId, known)
    }
    if (!lock) {
      const { revision, mine, gone } = await standing(
        unit.db,
        keys.flatMap((key) => {
          const known = inHand.get(key.deviceId)
          return known === undefined ? [] : [{ ...key, ...known }]
        }),
      )
      for (const deviceId of gone) inHand.delete(deviceId)
      return { revision, mine, held: inHand }
    }
    const versions = new Map((await stateVersions(unit.db, keys, lock)).map((row) => [row.device_id, row.version]))
    const xids = new Set([...inHand.values()].map(({ xid }) => xid))
    const { mine, committed } = await transactions(unit.db, [...xids])
    for (const [deviceId, { version, xid }] of inHand)
      if (version !== (versions.get(deviceId) ?? 0) || (xid !== mine && !committed.has(xid))) inHand.delete(deviceId)
    return { mine, held: inHand }
  }
  /** Brings the states of devices up to date; `before` of each: reports from then on are still to be evaluated. */
  const bringUp = async (
    unit: Unit,
    { engine, held }: Work,
    devices: ReadonlyMap<DeviceId, Concerned>,
    { mine, held: sound }: Sound,
  ): Promise<{ readonly xid: string; readonly loaded: number }> => {
    const stale = [...devices.values()].flatMap(({ device, before }) => {
      const { deviceId, siteId } = device
      // What another transaction has touched meanwhile is not what was looked at.
      const known = held.get(deviceId)
      const good = known !== undefined && known === sound.get(deviceId) && engine.has(deviceId)
      return good ? [] : [{ siteId, deviceId, device, before }]
    })
    if (stale.length > 0) {
      const states = await takeStates(unit.db, stale)
      const heard = await heardOf(unit, stale)
      for (const { deviceId, device } of stale) {
        const stored = states.get(deviceId)
        engine.load(device, stored?.states ?? '', heard.get(deviceId))
        held.set(deviceId, { version: stored?.version ?? 0, xid: mine })
      }
    }
    return { xid: mine, loaded: stale.length }
  }
  /** Writes what changed and remembers by which transaction. */
  const putDown = async (unit: Unit, { engine, held }: Work, devices: readonly KnownDevice[], xid: string) => {
    const rows = devices.flatMap(({ siteId, deviceId }) => {
      const states = engine.changed(deviceId)
      return states === null ? [] : [{ siteId, deviceId, states }]
    })
    const versions = await writeStates(unit.db, rows)
    for (const { deviceId } of devices)
      held.set(deviceId, { version: versions.get(deviceId) ?? held.get(deviceId)?.version ?? 0, xid })
  }

  const evaluate: Rules['evaluate'] = async (unit, reports) => {
    const all = new Map<DeviceId, Concerned>()
    // Telemetry and positions hold the row of the newest value; events hold nothing that others would wait for.
    let lock = false
    for (const { kind, device, receivedAt } of reports) {
      const known = all.get(device.deviceId)
      if (known === undefined || receivedAt < known.before) all.set(device.deviceId, { device, before: receivedAt })
      lock ||= kind === 'attendance' || kind === 'device-alarm'
    }
    const sound = await standingOf(unit, work ?? { held: new Map() }, all, lock)
    // Other rules begin with no states in hand at all.
    const now = await current(unit, sound.revision)
    if (!armed) {
      await arm(unit)
      armed = true
    }
    const devices = new Map([...all].filter(([, { device }]) => now.engine.concerns(device)))
    if (devices.size === 0) return
    const concerned = devices.size === all.size ? reports : reports.filter(({ device }) => devices.has(device.deviceId))
    const { xid, loaded } = await bringUp(unit, now, devices, sound)
    // A device that was not in hand may have been silent for long, or may be new.
    if (loaded > 0) await arm(unit)
    await now.surroundings.prepare(unit, now.engine, concerned)
    const findings: Finding[] = []
    now.engine.evaluate(concerned, (finding) => findings.push(finding))
    await putDown(
      unit,
      now,
      [...devices.values()].map(({ device }) => device),
      xid,
    )
    if (findings.length === 0) return
    await applyFindings(context, unit, findings)
    if (findings.some(({ what, rule }) => isTimed(rule) && (what === 'end' || rule.condition.kind === 'device-alarm')))
      await arm(unit)
  }
  const isTimed = ({ condition }: CompiledRule): boolean =>
    (condition.kind === 'stale' && condition.metrics.length === 0) || condition.kind === 'device-alarm'

  const tick: Rules['tick'] = async (unit) => {
    const now = await current(unit)
    const nowMs = msOf(unit.now)
    const findings: Finding[] = []
    let next = Number.POSITIVE_INFINITY
    const later = (ms: number): void => {
      next = Math.min(next, ms)
    }
    const look = async (
      rows: readonly Parameters<typeof knownDevice>[0][],
      ask: (deviceId: DeviceId, at: number) => number,
    ): Promise<void> => {
      const devices = new Map(
        rows.map((row) => [row.device_id, { device: knownDevice(row), before: addMs(unit.now, 1) }] as const),
      )
      if (devices.size === 0) return
      const { xid } = await bringUp(unit, now, devices, await standingOf(unit, now, devices, true))
      rows.forEach((row, index) => {
        later(ask(row.device_id, index))
      })
      await putDown(
        unit,
        now,
        [...devices.values()].map(({ device }) => device),
        xid,
      )
    }
    const emit = (finding: Finding): void => {
      findings.push(finding)
    }
    for (const rule of now.engine.rules) {
      const { condition } = rule
      if (!isTimed(rule)) continue
      if (condition.kind === 'stale') {
        const afterMs = condition.afterSeconds * 1000
        const scope = {
          key: rule.key,
          kinds: [...rule.deviceKinds],
          siteIds: rule.siteIds === null ? null : [...rule.siteIds],
        }
        const rows = await silentDevices(unit.db, scope, addMs(unit.now, -afterMs))
        await look(rows, (deviceId, index) =>
          now.engine.silent(deviceId, msOf(rows[index]?.last ?? unit.now), nowMs, emit),
        )
        const last = await nextSilent(unit.db, scope, addMs(unit.now, -afterMs))
        if (last !== null) later(msOf(last) + afterMs)
      } else if (condition.kind === 'device-alarm') {
        const { over, next: soon } = await saidBefore(
          unit.db,
          rule.key,
          addMs(unit.now, -condition.forgetSeconds * 1000),
        )
        await look(over, (deviceId) => now.engine.saidLongAgo(deviceId, nowMs, emit))
        if (soon !== null) later(msOf(soon) + condition.forgetSeconds * 1000)
      }
    }
    await applyFindings(context, unit, findings)
    if (now.engine.rules.some(isTimed) && (await hasDevices(unit.db))) later(nowMs + LONGEST_MS)
    return Number.isFinite(next) ? instantFromMs(Math.max(next, nowMs + TICK_MS)) : null
  }
  return { evaluate, tick }
}
