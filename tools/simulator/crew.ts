/**
 * The devices of simulated sites at work: each reports at its pace, waits until it is acknowledged, and keeps what was not for
 * the next time, as real ones do.
 */
import { deviceLocalTime } from '../../src/engines/wire/time.ts'
import { addMs, type Instant, instantFromMs, msOf } from '../../src/kernel/time.ts'
import type { Outcome } from './clients/client.ts'
import { type Hj212Client, type Hj212Upload, hj212Client } from './clients/hj212.ts'
import { jt808Client } from './clients/jt808.ts'
import { type MqttReport, mqttDevice } from './clients/mqtt.ts'
import { type Passage, pushClient } from './clients/push.ts'
import { sipClient } from './clients/sip.ts'
import type { Ports, SimulatedSite } from './district.ts'
import { craneAt } from './life/crane.ts'
import { airAt, dayOf, type World, weatherAt } from './life/day.ts'
import { during, type Incident } from './life/incidents.ts'
import { isInside, passagesOf, placeAt } from './life/people.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** How often each kind reports in normal life, in ms. */
export interface Pace {
  readonly station: number
  readonly crane: number
  readonly tracker: number
  readonly gate: number
  readonly camera: number
}
export const usualPace: Pace = { station: MINUTE_MS, crane: 5_000, tracker: 30_000, gate: 10_000, camera: 20_000 }

export interface Member {
  readonly name: string
  readonly site: number
  readonly kind: keyof Pace
  /** What it has to say at a moment of the platform; `lifeMs` is the moment of the simulated life. Null: nothing. */
  readonly report: (at: Instant, lifeMs: number) => Promise<Outcome> | null
  readonly close: () => Promise<void> | void
}
export interface Tally {
  readonly sent: number
  /** Reports that nobody acknowledged, by the kind of the device. */
  readonly lost: Readonly<Record<keyof Pace, number>>
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** How long acknowledgements took, in ms, sorted; the last thousand. */
  readonly waits: readonly number[]
}
export interface Crew {
  readonly members: readonly Member[]
  /** Lets all report whose time has come, and waits for their answers. */
  readonly step: (at: Instant, lifeMs?: number) => Promise<void>
  readonly tally: () => Tally
  readonly close: () => Promise<void>
}
export interface CrewSetup {
  readonly url: string
  readonly ports: Ports
  readonly clock: () => Instant
  readonly world: World
  readonly pace?: Pace
  /** Of MQTT, in seconds: long where the clock of the platform is moved by hand. */
  readonly keepalive?: number
  readonly token: () => string
}
/** A device keeps so many reports while it has no connection. */
const MOST_KEPT = 500
/** GB/T 28181: alarms of the video, of an intrusion. */
const VIDEO_ALARM = 5
const INTRUSION = 6
/** Positions that fit into one message. */
const BATCH = 20

const readingsOf = (world: World, site: number, ms: number): Hj212Upload['readings'] => {
  const air = airAt(world, site, ms)
  const weather = weatherAt(world, site, ms)
  const values = {
    a34001: air.tsp,
    a34002: air.pm10,
    a34004: air.pm25,
    LA: air.noise,
    a01001: weather.temperatureC,
    a01002: weather.humidity,
    a01006: weather.pressureKpa,
    a01007: weather.windMps,
    a01008: weather.windDeg,
  }
  return Object.entries(values).map(([code, rtd]) => ({ code, rtd, flag: 'N' }))
}

const stationOf = (setup: CrewSetup, site: SimulatedSite): Member => {
  const { world, ports, clock } = setup
  const { externalId, secret } = site.station
  const client: Hj212Client = hj212Client(
    { host: ports.host, port: ports.hj212, clock },
    { mn: externalId, pw: secret },
  )
  const kept: Hj212Upload[] = []
  const upload = async (fresh: Hj212Upload): Promise<Outcome> => {
    kept.push(fresh)
    if (kept.length > MOST_KEPT) kept.shift()
    for (;;) {
      const [next] = kept
      if (next === undefined) return 'stored'
      const outcome = await client.upload(next)
      if (outcome === 'lost') return outcome
      kept.shift()
      if (outcome !== 'stored') return outcome
    }
  }
  return {
    name: externalId,
    site: site.index,
    kind: 'station',
    report: (at, lifeMs) =>
      during(world.incidents, 'silence', site.index, lifeMs)
        ? null
        : upload({ at, readings: readingsOf(world, site.index, lifeMs), qn: client.nextQn() }),
    close: client.close,
  }
}
const craneOf = (setup: CrewSetup, site: SimulatedSite): Member => {
  const { world, ports, clock } = setup
  const { externalId: id, secret } = site.crane
  const client = mqttDevice(
    { host: ports.host, port: ports.mqtt, clock },
    { id, secret, keepalive: setup.keepalive ?? 60 },
  )
  const kept: MqttReport[] = []
  return {
    name: id,
    site: site.index,
    kind: 'crane',
    report: async (at, lifeMs) => {
      const { windMps, ...figures } = craneAt(world, site.index, lifeMs)
      kept.push({ ts: msOf(at), values: { ...figures, 'wind-speed': windMps } })
      if (kept.length > MOST_KEPT) kept.shift()
      const all = [...kept]
      const outcome = await client.telemetry(all)
      if (outcome !== 'lost') kept.splice(0, all.length)
      return outcome
    },
    close: client.close,
  }
}
const trackersOf = (setup: CrewSetup, site: SimulatedSite): readonly Member[] =>
  site.workers.map(({ tracker, name }, worker): Member => {
    const { world, ports, clock } = setup
    const client = jt808Client(
      { host: ports.host, port: ports.jt808, clock },
      { phone: tracker.externalId, terminalId: `S${tracker.externalId.slice(-6)}`, label: name },
    )
    const kept: { readonly at: Instant; readonly latitude: number; readonly longitude: number }[] = []
    const send = async (): Promise<Outcome> => {
      for (;;) {
        // The newest says where the worker is now; what is older goes as a batch of old positions.
        const old = kept.slice(0, Math.min(BATCH, kept.length - 1))
        if (old.length === 0) break
        const outcome = await client.batch(old)
        if (outcome !== 'stored') return outcome
        kept.splice(0, old.length)
      }
      const [now] = kept
      if (now === undefined) return 'stored'
      const outcome = await client.position({ ...now, speed: 3, satellites: 12 })
      if (outcome !== 'lost') kept.shift()
      return outcome
    }
    return {
      name: tracker.externalId,
      site: site.index,
      kind: 'tracker',
      report: (at, lifeMs) => {
        const strays = worker === 0 && during(world.incidents, 'zone', site.index, lifeMs)
        // A helmet that nobody wears hangs in its rack and says that it is there.
        if (!strays && !isInside(world, site.index, worker, lifeMs)) return client.heartbeat()
        const [longitude, latitude] = placeAt(world, site.middle, site.index, worker, lifeMs)
        kept.push({ at, longitude, latitude })
        if (kept.length > MOST_KEPT) kept.shift()
        return send()
      },
      close: client.close,
    }
  })
const gateOf = (setup: CrewSetup, site: SimulatedSite): Member => {
  const { url, clock, world } = setup
  const { externalId: id, secret } = site.gate
  const client = pushClient({ url, clock, id, secret })
  let sinceMs: number | null = null
  let saidMs = 0
  let kept: Passage[] = []
  const strangers = new Set<Incident>()
  /** Whoever is not registered comes in when the incident begins, and goes when it is over. */
  const passStrangers = (at: Instant, lifeMs: number): void => {
    for (const each of world.incidents) {
      if (each.kind !== 'stranger' || each.site !== site.index) continue
      const inside = lifeMs >= each.fromMs && lifeMs < each.toMs
      if (inside === strangers.has(each)) continue
      kept.push({
        workerRef: `X${site.index + 1}-${Math.round(each.fromMs / 1000)}`,
        direction: inside ? 'in' : 'out',
        at,
      })
      if (inside) strangers.add(each)
      else strangers.delete(each)
    }
  }
  return {
    name: id,
    site: site.index,
    kind: 'gate',
    report: (at, lifeMs) => {
      // Who came before the simulation began is inside already: their passage this morning is told first.
      const from = sinceMs ?? dayOf(lifeMs) * DAY_MS - 8 * 60 * MINUTE_MS
      const midnight = dayOf(lifeMs) * DAY_MS - 8 * 60 * MINUTE_MS
      for (const [worker, { workerRef }] of site.workers.entries())
        for (const [n, minute] of passagesOf(world, site.index, worker, dayOf(lifeMs)).entries()) {
          const passedMs = midnight + minute * MINUTE_MS
          if (passedMs <= from || passedMs > lifeMs) continue
          kept.push({ workerRef, direction: n % 2 === 0 ? 'in' : 'out', at: addMs(at, passedMs - lifeMs) })
        }
      sinceMs = lifeMs
      passStrangers(at, lifeMs)
      if (kept.length === 0) {
        if (msOf(at) - saidMs < MINUTE_MS) return null
        saidMs = msOf(at)
        return client.alive()
      }
      saidMs = msOf(at)
      const all = kept
      return client.passages(all.slice(0, 50)).then((outcome) => {
        if (outcome !== 'lost') kept = kept.slice(Math.min(50, all.length))
        return outcome
      })
    },
    close: () => undefined,
  }
}
const cameraOf = async (setup: CrewSetup, site: SimulatedSite): Promise<Member> => {
  const { ports, clock, token } = setup
  const client = await sipClient(
    { host: ports.host, port: ports.sip, clock },
    { id: site.camera.externalId, password: site.camera.secret, platformId: ports.sipId, token },
  )
  let registered = false
  const told = new Set<Incident>()
  /** What the camera sees now and has not told yet. */
  const seen = (lifeMs: number): Incident | undefined =>
    setup.world.incidents.find(
      (each) =>
        each.kind === 'intrusion' &&
        each.site === site.index &&
        lifeMs >= each.fromMs &&
        lifeMs < each.toMs &&
        !told.has(each),
    )
  return {
    name: site.camera.externalId,
    site: site.index,
    kind: 'camera',
    report: async (at, lifeMs) => {
      // Whom the platform took for gone registers again.
      const alive = registered ? await client.keepalive() : 'unknown'
      const outcome = alive === 'stored' ? alive : await client.register()
      registered = outcome === 'stored'
      const incident = registered ? seen(lifeMs) : undefined
      if (incident === undefined) return outcome
      const raised = await client.alarm({
        priority: 2,
        method: VIDEO_ALARM,
        type: INTRUSION,
        description: '围挡区域入侵',
        localTime: deviceLocalTime(msOf(at)),
      })
      if (raised === 'stored') told.add(incident)
      return raised
    },
    close: client.close,
  }
}

export const gatherCrew = async (setup: CrewSetup, sites: readonly SimulatedSite[]): Promise<Crew> => {
  const pace = setup.pace ?? usualPace
  const members: Member[] = []
  for (const site of sites)
    members.push(
      stationOf(setup, site),
      craneOf(setup, site),
      ...trackersOf(setup, site),
      gateOf(setup, site),
      await cameraOf(setup, site),
    )
  /** Moments at which each speaks next, spread so that they do not all speak at once. */
  const due = members.map((member, n) => ({ member, nextMs: 0, offsetMs: ((n * 7919) % 1000) / 1000, busy: false }))
  const outcomes: Record<Outcome, number> = { stored: 0, unknown: 0, refused: 0, lost: 0 }
  const lost: Record<keyof Pace, number> = { station: 0, crane: 0, tracker: 0, gate: 0, camera: 0 }
  let sent = 0
  let waits: number[] = []
  const speak = async (each: (typeof due)[number], at: Instant, lifeMs: number): Promise<void> => {
    const report = each.member.report(at, lifeMs)
    if (report === null) return
    sent += 1
    each.busy = true
    const began = performance.now()
    const outcome = await report.finally(() => {
      each.busy = false
    })
    outcomes[outcome] += 1
    if (outcome === 'lost') lost[each.member.kind] += 1
    waits.push(performance.now() - began)
    if (waits.length > 1000) waits = waits.slice(-1000)
  }
  return {
    members,
    step: async (at, lifeMs = msOf(at)) => {
      const now = msOf(at)
      const work: Promise<void>[] = []
      for (const each of due) {
        if (each.busy || each.nextMs > now) continue
        const every = pace[each.member.kind]
        each.nextMs = each.nextMs === 0 ? now + Math.round(every * each.offsetMs) : Math.max(now, each.nextMs + every)
        work.push(speak(each, at, lifeMs))
      }
      await Promise.all(work)
    },
    tally: () => ({ sent, lost: { ...lost }, outcomes: { ...outcomes }, waits: waits.toSorted((a, b) => a - b) }),
    close: async () => {
      await Promise.all(members.map(async (member) => member.close()))
    },
  }
}
export const momentOf = (ms: number): Instant => instantFromMs(Math.round(ms))
