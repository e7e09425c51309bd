/** Brings the reviewed data into the database, so that every text under which a case was received stays readable. */
import { createHash } from 'node:crypto'
import type { Unit } from '../../platform/platform.ts'
import { versionLoaded } from './contract.ts'
import { canonicalJson } from './model/digest.ts'
import type { ItemVersion } from './model/schema.ts'
import { type HeldVersion, servedVersionId } from './model/versions.ts'
import { addVersion, lockVersions, type StoredVersion, storedVersions, withdrawVersion } from './store.ts'

/** SHA-256 over the canonical JSON of a version, hex. */
export const hashOf = (item: ItemVersion): string => createHash('sha256').update(canonicalJson(item)).digest('hex')

const newest = (stored: readonly StoredVersion[]): ReadonlyMap<string, StoredVersion> =>
  new Map(stored.map((version): [string, StoredVersion] => [version.versionId, version]))

const load = async (unit: Unit, item: ItemVersion, before: StoredVersion | undefined): Promise<void> => {
  const hash = hashOf(item)
  if (before !== undefined && !before.withdrawn && before.hash === hash) return
  const revision = (before?.revision ?? 0) + 1
  if (before !== undefined && !before.withdrawn) await withdrawVersion(unit.db, item.versionId, unit.now)
  await addVersion(unit.db, { content: item, revision, hash, at: unit.now })
  await unit.record(versionLoaded, {
    subject: { kind: 'catalogue-item', id: item.itemId },
    payload: {
      versionId: servedVersionId(item.versionId, revision),
      itemId: item.itemId,
      name: item.name.zh,
      validFrom: item.validFrom,
      validTo: item.validTo,
      hash,
      revision,
    },
  })
}

/**
 * Makes the stored versions agree with the data: a new version is added, a changed text becomes a new revision, and a
 * version that the data no longer holds is withdrawn. Loading the same data again changes nothing. Gives every revision.
 */
export const loadVersions = async (unit: Unit, items: readonly ItemVersion[]): Promise<readonly HeldVersion[]> => {
  await lockVersions(unit.db)
  const before = newest(await storedVersions(unit.db))
  for (const item of items) await load(unit, item, before.get(item.versionId))
  const kept = new Set(items.map((item) => item.versionId))
  for (const { versionId, withdrawn } of before.values())
    if (!withdrawn && !kept.has(versionId)) await withdrawVersion(unit.db, versionId, unit.now)
  return (await storedVersions(unit.db)).map(({ content, revision, withdrawn }) => ({
    inUse: !withdrawn,
    item: { ...content, versionId: servedVersionId(content.versionId, revision) },
  }))
}
