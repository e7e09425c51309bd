/** Tries an application under versions that are not in force. Reads only. */
import type { BodyOf, ReplyOf } from '../../../kernel/endpoint.ts'
import type { Database } from '../../../platform/platform.ts'
import type { tryApplication as endpoint } from '../contract/trial.ts'
import { simulate } from '../model/clock/simulate.ts'
import { materialFaults, materialNeeds } from '../model/materials.ts'
import type { Context } from './context.ts'
import type { ItemTerms } from './law.ts'

/** The limit that a case is measured by: the promise, where one is published, else the law. */
const limitOf = (item: ItemTerms) =>
  item.promise.days === null
    ? { days: item.limit.days, unit: item.limit.unit, citation: item.limit.citation }
    : { days: item.promise.days, unit: item.promise.unit, citation: item.promise.citation }

export const tryApplication = async (
  context: Context,
  db: Database,
  input: BodyOf<typeof endpoint>,
): Promise<ReplyOf<typeof endpoint>> => {
  const law = await context.lawOfTrial(db, input.editionIds)
  const { day } = input
  const itemIds = input.itemIds.filter((id) => law.item(id, day) !== null)
  const needs = materialNeeds(law.materials(itemIds, input.guideAnswers, day), new Set(), new Map())
  const calendar = context.calendars().current
  return {
    faults: [...law.checkAnswers(itemIds, day, input.answers), ...materialFaults(needs)].map((fault) => ({ ...fault })),
    materials: needs.map((need) => ({ ...need, usedBy: [...need.usedBy] })),
    limits: itemIds.flatMap((itemId) => {
      const item = law.item(itemId, day)
      if (item === null) return []
      const { days, unit, citation } = limitOf(item)
      const result =
        days === null
          ? null
          : simulate(
              {
                start: day,
                budget: days,
                unit: unit === 'calendar-day' ? 'calendar-day' : 'workday',
                roll: unit === 'calendar-day' ? 'next' : 'none',
                pauses: [],
                extensions: [],
              },
              calendar,
            ).derived
      return [
        {
          itemId,
          versionId: item.versionId,
          name: item.name,
          department: item.department,
          days,
          unit,
          due: result?.due ?? null,
          provisional: result?.provisional ?? false,
          basis: citation.basis,
          certainty: citation.certainty,
        },
      ]
    }),
  }
}
