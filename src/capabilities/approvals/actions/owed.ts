/** What everyone may know of promised documents: name, limit, state. Nothing about consequences or persons. */
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { ApplicationId, OwedDocument } from '../contract.ts'
import { viewClock } from '../model/clock-view.ts'
import { deferralStateWords, limitWords } from '../model/deferral.ts'
import { outputHeld } from '../model/refusals/undertakings.ts'
import type { ClockRecord } from '../store/clocks.ts'
import { deferralsOf } from '../store/deferrals.ts'
import type { DeferralRecord } from '../store/undertaking-tables.ts'
import { orNull } from './case-file.ts'
import type { Context } from './context.ts'

/** Refuses to hand out what a document that did not come keeps back. */
export const requireReleased = async (db: Database, applicationId: ApplicationId, itemId: string): Promise<void> => {
  const holding = (await deferralsOf(db, [applicationId])).filter(
    (deferral) => deferral.holds_output && deferral.item_ids.includes(itemId),
  )
  if (holding.length > 0)
    throw outputHeld({ materials: holding.map((deferral) => deferral.material_name.zh).join('、') })
}

const publicStates = { running: 'running', defaulted: 'running', completed: 'completed' } as const

/** A default is not published: it is between the authority and the applicant until the document is there. */
export const owedDocuments = (
  context: Context,
  deferrals: readonly DeferralRecord[],
  clocks: readonly ClockRecord[],
  now: Instant,
): OwedDocument[] =>
  deferrals.flatMap((row) => {
    if (row.state === 'declared' || row.state === 'dropped') return []
    const clock = clocks.find((each) => each.id === row.clock_id)
    const view = clock === undefined ? null : orNull(() => viewClock(clock, context.calendars(), now))
    const state = publicStates[row.state]
    return [
      {
        name: row.material_name,
        limit: limitWords(row.rule),
        due: view?.due ?? null,
        state,
        stateName: deferralStateWords[state],
      },
    ]
  })
export const deferralsByApplication = async (
  db: Database,
  ids: readonly ApplicationId[],
): Promise<ReadonlyMap<ApplicationId, readonly DeferralRecord[]>> => {
  const map = new Map<ApplicationId, DeferralRecord[]>()
  for (const row of await deferralsOf(db, ids))
    map.set(row.application_id, [...(map.get(row.application_id) ?? []), row])
  return map
}
