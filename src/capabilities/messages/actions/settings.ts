/** One's own settings: what one wants by which way, quiet hours, the daily digest. */

import type { z } from 'zod'
import type { Actor } from '../../../kernel/actor.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Database } from '../../../platform/platform.ts'
import { settingsChanged } from '../contract/events.ts'
import type { Contact, Settings, settingsReply } from '../contract.ts'
import { settingsChangedMeanwhile } from '../model/refusals.ts'
import { contactChannels } from '../model/topics.ts'
import { personOf } from '../policy.ts'
import { contactsOf, saveSetting, settingOf } from '../store/settings.ts'
import type { ContactRow, SettingRow } from '../store/tables.ts'
import type { Context } from './context.ts'
import { planDigest } from './digest.ts'

type SettingsReply = z.infer<typeof settingsReply>
export const contactView = (row: ContactRow): Contact => ({
  contactId: row.id,
  channel: row.channel,
  address: row.address_masked,
  verifiedAt: row.verified_at,
  codeSentAt: row.code_sent_at,
})
export const standIns = (context: Context) =>
  contactChannels.filter((channel) => context.outbox.adapterOf(channel) === 'local')
const viewOf = async (
  context: Context,
  db: Database,
  personId: PersonId,
  row: SettingRow | null,
): Promise<SettingsReply> => ({
  version: row?.version ?? 0,
  language: row?.language ?? 'zh',
  quiet:
    row === null || row.quiet_from === null || row.quiet_to === null
      ? null
      : { from: row.quiet_from, to: row.quiet_to },
  digest: row?.digest ?? false,
  digestAt: row?.digest_at ?? '08:30',
  wanted: (row?.wanted ?? {}) as Settings['wanted'],
  contacts: (await contactsOf(db, personId)).map(contactView),
  standIns: [...standIns(context)],
})
export const ownSettings = async (context: Context, actor: Actor): Promise<SettingsReply> => {
  const { db } = context.platform
  const { personId } = personOf(actor)
  return viewOf(context, db, personId, await settingOf(db, personId))
}
export const saveOwnSettings = (context: Context, actor: Actor, body: Settings): Promise<SettingsReply> =>
  context.platform.transact(actor, async (unit) => {
    const { personId } = personOf(actor)
    const row: SettingRow = {
      person_id: personId,
      language: body.language,
      quiet_from: body.quiet?.from ?? null,
      quiet_to: body.quiet?.to ?? null,
      digest: body.digest,
      digest_at: body.digestAt,
      wanted: body.wanted,
      version: body.version + 1,
      changed_at: unit.now,
    }
    if (!(await saveSetting(unit.db, row, body.version))) throw settingsChangedMeanwhile()
    await planDigest(unit, row)
    await unit.record(settingsChanged, {
      subject: { kind: 'person', id: personId },
      payload: { personId, digest: body.digest, quiet: body.quiet !== null },
    })
    return viewOf(context, unit.db, personId, row)
  })
