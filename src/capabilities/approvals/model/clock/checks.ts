/** Rules between clocks: parent and children, department and stage, promise and law. */
import { allowed, type Decision, refusedBecause } from '../../../../kernel/decision.ts'
import { addMonths, daysBetween, type LocalDate } from '../../../../kernel/time.ts'
import type { Clock } from './clock.ts'
import type { DerivedClock } from './derive.ts'
import { departmentBudgetTooLong, promiseInOtherUnit, promiseLongerThanLaw } from './refusals.ts'

/**
 * Says whether a parent clock pauses because of its children: only when it has open children and every one of them is
 * paused (a clock pauses on a legal ground only). One child's pause never moves the parent; a child that has not started
 * yet is open and not paused.
 */
export const parentPaused = (children: readonly Pick<DerivedClock, 'state'>[]): boolean => {
  const open = children.filter(({ state }) => state !== 'stopped' && state !== 'cancelled')
  return open.length > 0 && open.every(({ state }) => state === 'paused')
}

/** Checks at fan-out, in working days, that a department is not given more than the stage has left. */
export const checkDepartmentBudget = (stageRemaining: number, departmentBudget: number): Decision =>
  departmentBudget <= stageRemaining
    ? allowed
    : refusedBecause(departmentBudgetTooLong({ stage: stageRemaining, department: departmentBudget }))

/** Checks that a promise is not longer than the law allows; both must be in the same unit. */
export const checkPromise = (
  promise: Pick<Clock, 'budget' | 'unit'>,
  statute: Pick<Clock, 'budget' | 'unit'>,
): Decision => {
  if (promise.unit !== statute.unit) return refusedBecause(promiseInOtherUnit())
  if (promise.budget <= statute.budget) return allowed
  const unit = promise.unit === 'workday' ? '个工作日' : '日'
  return refusedBecause(
    promiseLongerThanLaw({ promise: `${promise.budget}${unit}`, statute: `${statute.budget}${unit}` }),
  )
}

/**
 * Gives a period of months as calendar days from a day: the period ends on the same day of the month, or on the last
 * where the month is shorter (民法典 202). For an extension, count from the due day reached so far.
 */
export const daysOfMonths = (from: LocalDate, months: number): number => daysBetween(from, addMonths(from, months))
