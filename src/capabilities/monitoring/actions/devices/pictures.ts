/** Pictures of devices for those who may see them. */
import type { Actor } from '../../../../kernel/actor.ts'
import type { Database, FileReply } from '../../../../platform/platform.ts'
import * as refuse from '../../model/devices/refusals.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import { deviceById } from '../../store/devices/devices.ts'
import { type PictureRow, picturesOf } from '../../store/devices/pictures.ts'
import type { Context } from '../context.ts'
import { requireSight, siteOf } from './common.ts'

/** Newest pictures that a page shows, and as far back as one may be opened. */
const SHOWN = 24
const MOST = 2_000

const always = { from: null, to: null }
const seen = async (context: Context, db: Database, actor: Actor, deviceId: DeviceId): Promise<SiteId> => {
  const device = await deviceById(db, deviceId)
  if (device === null) throw refuse.deviceMissing()
  await requireSight(context, db, actor, await siteOf(db, device.site_id))
  return device.site_id
}
/** Events of a terminal's pictures by JT/T 808-2019, 8.38. */
const events: Readonly<Record<string, string>> = { 0: '平台下发拍摄', 1: '定时拍摄', 2: '抢劫报警', 3: '碰撞侧翻' }
export const pictureText = ({ source, text }: PictureRow): string =>
  source === 'alarm' ? text : (events[text] ?? '终端拍摄')

export const listDevicePictures = async (context: Context, db: Database, actor: Actor, deviceId: DeviceId) => {
  const siteId = await seen(context, db, actor, deviceId)
  const rows = await picturesOf(db, { siteId, deviceId }, always, SHOWN)
  return { rows: rows.map((row) => ({ sha256: row.sha256, at: row.at, text: pictureText(row) })) }
}
export const readDevicePicture = async (
  context: Context,
  db: Database,
  actor: Actor,
  deviceId: DeviceId,
  sha256: string,
): Promise<FileReply> => {
  const siteId = await seen(context, db, actor, deviceId)
  const rows = await picturesOf(db, { siteId, deviceId }, always, MOST)
  if (!rows.some((row) => row.sha256 === sha256)) throw refuse.pictureMissing()
  return pictureReply(context, sha256)
}
export const pictureReply = async ({ platform }: Pick<Context, 'platform'>, sha256: string): Promise<FileReply> => ({
  fileName: `${sha256.slice(0, 12)}.jpg`,
  content: await platform.files.open(sha256),
  inline: true,
})
