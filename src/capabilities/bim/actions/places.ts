/** Zones, obstacles and roads of checks: read out of files, and held against where the pipes are. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Definition } from '../model/definition.ts'
import * as refuse from '../model/refusals.ts'
import type { readPlaces as readPlacesInFiles } from '../model/work/read-places.ts'
import * as policy from '../policy.ts'
import { newestVersions } from '../store/models.ts'
import { type Context, filesOf, readSite, todayOf } from './context.ts'
import { inThread, modules } from './worker.ts'

const MIB = 1_048_576
export const readPlaces = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ProjectId,
  uploadIds: readonly string[],
) => {
  const site = await readSite(context, db, actor, id, todayOf(context))
  require(policy.mayDefineCheck(actor, site.facts))
  const files = await filesOf(context, db, actor, uploadIds)
  const limit = context.settings.limits.placesMebibytes
  const size = files.reduce((sum, file) => sum + file.sizeBytes, 0) / MIB
  if (size > limit) throw refuse.placesTooLarge({ size: Math.ceil(size), limit })
  const { coordinates } = context.settings
  const read = await inThread<typeof readPlacesInFiles>(modules.places, 'readPlaces', {
    files: await Promise.all(
      files.map(async ({ sha256, fileName }) => ({ name: fileName, bytes: await context.platform.files.read(sha256) })),
    ),
    epsg: coordinates.epsg,
    district: coordinates.district,
  })
  return {
    zones: [...read.zones],
    obstacles: [...read.obstacles],
    roads: [...read.roads],
    issues: read.issues.map(({ severity, place, sentence }) => ({ severity, ...place, sentence })),
  }
}

type Box = readonly [west: number, south: number, east: number, north: number]
/** Metres from a box; 0 inside. */
const away = ([west, south, east, north]: Box, [x, y]: readonly [number, number]): number =>
  Math.hypot(Math.max(west - x, 0, x - east), Math.max(south - y, 0, y - north))

/** Refuses what lies so far from all pipes of the check that its coordinates must be wrong. */
export const checkPlaces = async (
  context: Context,
  db: Database,
  projectId: ProjectId,
  definition: Definition,
): Promise<void> => {
  if (definition.kind !== 'pipes') return
  const versions = await newestVersions(db, projectId)
  const boxes = definition.models.flatMap((id): Box[] => {
    const box = versions.get(id)?.ready?.statistics?.network?.box
    return box === null || box === undefined ? [] : [box]
  })
  if (boxes.length === 0) return
  const far = context.settings.limits.placesAwayM
  const named = [
    ...definition.zones.map(({ rings }, k) => ({ name: `覆土分区 ${k + 1}`, path: rings.flat() })),
    ...definition.obstacles.map(({ id, path }) => ({ name: `“${id}”`, path })),
    ...definition.roads.map(({ id, path }) => ({ name: `道路“${id}”`, path })),
  ]
  for (const { name, path } of named) {
    let least = Infinity
    for (const at of path) for (const box of boxes) least = Math.min(least, away(box, at))
    if (least > far) throw refuse.placesFar({ name, distance: (least / 1_000).toFixed(1) })
  }
}
