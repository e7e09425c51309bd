/** Metric profiles and their versions. */
import { sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { DeviceKind } from '../../model/report.ts'
import { floatArray, type ProfileRecord, tables, textArray } from './tables.ts'

export const profileById = async (db: Database, id: number): Promise<ProfileRecord | null> =>
  (await tables(db).selectFrom('monitoring.metric_profile').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

export interface CountedProfile extends ProfileRecord {
  readonly devices: number
  readonly latest: boolean
}
export const allProfiles = async (db: Database): Promise<readonly CountedProfile[]> =>
  (
    await sql<CountedProfile>`
      select p.*, (select count(*)::int from monitoring.device d where d.profile_id = p.id) as devices,
             not exists (select 1 from monitoring.metric_profile n where n.model = p.model and n.version > p.version) as latest
      from monitoring.metric_profile p order by p.kind, p.model, p.version desc`.execute(db)
  ).rows

/** Lets one at a time make profiles, since numbers are given in order. */
export const lockProfiles = async (db: DatabaseTransaction): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('monitoring.metric_profile'))`.execute(db)
}
export const latestOfModel = async (db: Database, model: string): Promise<ProfileRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.metric_profile')
    .selectAll()
    .where('model', '=', model)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()) ?? null

export interface NewProfile {
  readonly model: string
  readonly version: number
  readonly name: string
  readonly kind: DeviceKind
  readonly metrics: readonly string[]
  readonly factors: readonly number[]
  readonly note: string
  readonly createdAt: Instant
  readonly createdBy: PersonId | null
}
/** Gives the number of the new profile. Call it under `lockProfiles`. */
export const insertProfile = async (db: DatabaseTransaction, profile: NewProfile): Promise<number> => {
  const { rows } = await sql<{ id: number }>`
    insert into monitoring.metric_profile (id, model, version, name, kind, metrics, factors, note, created_at, created_by)
    select coalesce(max(id), 0) + 1, ${profile.model}, ${profile.version}, ${profile.name}, ${profile.kind},
      ${textArray(profile.metrics)}, ${floatArray(profile.factors)}, ${profile.note}, ${profile.createdAt},
      ${profile.createdBy}
    from monitoring.metric_profile
    returning id`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('the profile was not written')
  return row.id
}
/** Devices of one profile change to another; gives how many. */
export const changeProfile = async (db: DatabaseTransaction, from: number, to: number): Promise<number> => {
  const done = await sql`
    update monitoring.device set profile_id = ${to}, changed_at = clock_timestamp(), version = version + 1
    where profile_id = ${from}`.execute(db)
  return Number(done.numAffectedRows ?? 0n)
}
