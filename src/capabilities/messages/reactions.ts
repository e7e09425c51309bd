/** What the message centre does on others' events, and on time. */
import { addDays, addMs, DAY_MS, localDateOf } from '../../kernel/time.ts'
import type { Reaction, TimerHandler, Unit } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { DIGEST_KIND, digestTimer } from './actions/digest.ts'
import { tellOfEntry } from './actions/post.ts'
import { tellSystems } from './actions/webhooks.ts'
import { momentOf } from './model/quiet.ts'

/** Both follow the journal with cursors of their own: a receiver's trouble never holds up the messages of people. */
export const reactionsOf = (context: Context): readonly Reaction[] => [
  {
    listener: 'messages.people',
    // The digest is its own message already.
    kinds: [...new Set(context.book.notices.map((notice) => notice.kind))].filter((kind) => kind !== DIGEST_KIND),
    react: (unit, entry) => tellOfEntry(context, unit, entry),
  },
  {
    listener: 'messages.systems',
    kinds: [...context.book.webhookFields.keys()],
    react: (unit, entry) => tellSystems(context, unit, entry),
  },
]

const CARE_TIMER = 'messages.housekeeping'
/** How long the content of what left the house is kept: a rule of the product. */
const KEEP_CONTENT_DAYS = 180
/** Sets the next night's housekeeping. */
export const planHousekeeping = async (unit: Unit): Promise<void> => {
  await unit.timers.cancelAll(CARE_TIMER, 'outbox')
  await unit.timers.set({
    kind: CARE_TIMER,
    subjectId: 'outbox',
    rung: addDays(localDateOf(unit.now), 1),
    dueAt: momentOf(unit.now, '03:10', 1),
    payload: null,
  })
}
const careTimer = (context: Context): TimerHandler => ({
  kind: CARE_TIMER,
  fire: async (unit) => {
    await context.outbox.wipeBefore(unit.db, addMs(unit.now, -KEEP_CONTENT_DAYS * DAY_MS))
    await planHousekeeping(unit)
  },
})
export const timersOf = (context: Context): readonly TimerHandler[] => [digestTimer(context), careTimer(context)]
