/** What a draft must say beyond its outcome, and when a decision may become public. */
import type { Instant } from '../../../../kernel/time.ts'
import { addDays, addMs, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { type DraftExtras, noExtras } from '../../contract/decision-parts.ts'
import type { Outcome } from '../../contract.ts'
import * as refuse from '../../model/after-refusals.ts'
import { scopeFaults } from '../../model/scope.ts'
import type { Context } from '../context.ts'

interface Checked {
  readonly outcome: Outcome
  readonly conditions: readonly string[]
  readonly extras?: DraftExtras | undefined
}
/**
 * Refuses a partial approval without a sound scope, a refusal without ground and facts, terms that do not fit the
 * conditions, and a permit that ends before it begins.
 */
export const checkExtras = (context: Context, unit: Unit, input: Checked): void => {
  const { scope, terms, refusal, validUntil } = input.extras ?? noExtras
  if (input.outcome === 'partially-approved') {
    const faults = scopeFaults(scope)
    if (faults.length > 0) throw refuse.scopeFaulty({ count: faults.length }, faults)
  } else if (scope.length > 0) throw refuse.scopeNotAllowed()
  if (input.outcome === 'refused') {
    if (refusal === null)
      throw refuse.refusalReasonNeeded({}, [{ path: 'extras.refusal', message: '请选择法定理由并写明查明的事实。' }])
    if (!context.after.refusalGrounds.some((ground) => ground.id === refusal.ground))
      throw refuse.groundUnknown({}, [{ path: 'extras.refusal.ground', message: '请从列表中选择。' }])
  } else if (refusal !== null) throw refuse.refusalReasonNotAllowed()
  const faults = terms.flatMap((term, index) => {
    const path = `extras.terms.${index}`
    if (input.conditions[index] !== term.text) return [{ path: `${path}.text`, message: '条件文字与条件清单不一致。' }]
    if (term.dueOn !== null && term.dueOn <= unit.today) return [{ path: `${path}.dueOn`, message: '须在今天之后。' }]
    if (term.blocks.length > 0 && term.grade !== 'lock' && term.grade !== 'hold')
      return [{ path: `${path}.blocks`, message: '只有锁定和暂缓的条件可以阻止后续环节。' }]
    return []
  })
  if (faults.length > 0) throw refuse.conditionDueFaulty({ count: faults.length }, faults)
  if (validUntil !== null && validUntil <= unit.today)
    throw refuse.validUntilPast({}, [{ path: 'extras.validUntil', message: '须在今天之后。' }])
}

/** The last instant at which a decision made now must be with the applicant. */
const lastInstantOfDelivery = (context: Context, unit: Unit): Instant => {
  const { days, unit: kind } = context.after.delivery
  const day = kind === 'workday' ? context.calendars().current.addWorkdays(unit.today, days) : addDays(unit.today, days)
  return addMs(startOfDay(addDays(day, 1)), -1)
}
/** A decision may be published later, but never in the past nor after its last day of delivery. */
export const requirePublishable = (context: Context, unit: Unit, publishAt: Instant | null): void => {
  if (publishAt === null) return
  const fault = { path: 'publishAt', message: '请另选公布时间。' }
  if (publishAt < unit.now) throw refuse.publishTooEarly({}, [fault])
  const last = lastInstantOfDelivery(context, unit)
  if (publishAt > last) throw refuse.publishTooLate({ due: localDateOf(last) }, [fault])
}
