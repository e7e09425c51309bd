/** Metric profiles: what the places of a report mean, and how its units become ours. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Actor, system } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { BodyOf } from '../../../../kernel/endpoint.ts'
import type { Database, Platform, Unit } from '../../../../platform/platform.ts'
import {
  type createMetricProfile as createEndpoint,
  type MetricProfile,
  profileCreated,
} from '../../contract/devices.ts'
import * as refuse from '../../model/devices/refusals.ts'
import { deviceKinds } from '../../model/report.ts'
import { mayOperateDevices } from '../../policy/devices.ts'
import {
  allProfiles,
  type CountedProfile,
  changeProfile,
  insertProfile,
  latestOfModel,
  lockProfiles,
} from '../../store/devices/profiles.ts'
import type { ProfileRecord } from '../../store/devices/tables.ts'
import { personOf } from './common.ts'
import { operateWords } from './read.ts'

export const profileOf = (row: ProfileRecord) => ({
  profileId: row.id,
  model: row.model,
  version: row.version,
  name: row.name,
  kind: row.kind,
  metrics: [...row.metrics],
  factors: [...row.factors],
  note: row.note,
})
const countedOf = (row: CountedProfile): MetricProfile => ({
  ...profileOf(row),
  latest: row.latest,
  devices: row.devices,
})
export const listMetricProfiles = async (db: Database, actor: Actor) => ({
  rows: (await allProfiles(db)).map(countedOf),
  may: { operate: operateWords(actor) },
})

export const createMetricProfile = async (unit: Unit, input: BodyOf<typeof createEndpoint>): Promise<MetricProfile> => {
  require(mayOperateDevices(unit.actor))
  await lockProfiles(unit.db)
  const latest = await latestOfModel(unit.db, input.model)
  if (latest !== null && input.after === 0) throw refuse.profileTaken({ model: input.model })
  if ((latest?.version ?? 0) !== input.after) throw refuse.profileStale({ version: latest?.version ?? 0 })
  if (latest !== null && latest.kind !== input.kind) throw refuse.profileOtherKind({ profile: latest.name })
  const version = input.after + 1
  const profile = {
    model: input.model,
    version,
    name: input.name,
    kind: input.kind,
    metrics: input.metrics.map((each) => each.metric),
    factors: input.metrics.map((each) => each.factor),
    note: input.note,
    createdAt: unit.now,
    createdBy: personOf(unit.actor),
  }
  const id = await insertProfile(unit.db, profile)
  const devices = latest !== null && input.apply ? await changeProfile(unit.db, latest.id, id) : 0
  await unit.record(profileCreated, {
    subject: { kind: 'metric-profile', id: String(id) },
    payload: { profileId: id, model: input.model, name: input.name, profileVersion: version, devices },
  })
  const { createdAt: _at, createdBy: _by, ...shown } = profile
  return { ...shown, profileId: id, latest: true, devices }
}

const standardSchema = z.object({
  profiles: z.array(
    z.object({
      model: z.string(),
      name: z.string(),
      kind: z.enum(deviceKinds),
      metrics: z.array(z.object({ metric: z.string(), factor: z.number() })),
      note: z.string().default(''),
    }),
  ),
})
const sameProfile = (a: ProfileRecord, b: { metrics: readonly string[]; factors: readonly number[] }): boolean =>
  JSON.stringify([a.metrics, a.factors]) === JSON.stringify([b.metrics, b.factors])

/** Loads the standard profiles of the data folder. One that an operator has changed since stays as it is. */
export const loadProfiles = async (platform: Platform): Promise<void> => {
  const file = join(platform.config.dataFolder, 'monitoring', 'profiles.json')
  const { profiles } = standardSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  await platform.transact(system('monitoring-profiles'), async (unit) => {
    await lockProfiles(unit.db)
    for (const { metrics: places, ...profile } of profiles) {
      const latest = await latestOfModel(unit.db, profile.model)
      const metrics = places.map((each) => each.metric)
      const factors = places.map((each) => each.factor)
      if (latest !== null && (latest.created_by !== null || sameProfile(latest, { metrics, factors }))) continue
      await insertProfile(unit.db, {
        ...profile,
        metrics,
        factors,
        version: (latest?.version ?? 0) + 1,
        createdAt: unit.now,
        createdBy: null,
      })
    }
  })
}
