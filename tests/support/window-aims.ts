/** How a try is aimed: who tries it, on which file, with which version in mind, and what the model says of it. */
import type * as contract from '../../src/capabilities/approvals/contract.ts'
import type { ApplicationId } from '../../src/capabilities/approvals/contract.ts'
import type { ApplicationModel, RunModel, WindowModel } from './window-model.ts'
import type { Acting, ApplicationRow, Real, RunRow } from './window-real.ts'

/** Numbers that decide what exactly is tried. */
export interface Dice {
  readonly target: number
  readonly who: number
  readonly option: number
  /** Aim at anything, not only at what is in the right state. */
  readonly loose: boolean
  /** Say that one has seen another version than the one in force. */
  readonly stale: boolean
}
/** done: it must succeed · refused · same: it succeeds and changes nothing · either: the model does not say. */
export type Expectation = 'done' | 'refused' | 'same' | 'either'
export interface Plan {
  readonly who: Acting
  readonly expect: Expectation
  readonly call: () => Promise<unknown>
  readonly effect: (reply: unknown) => void
}
/** Plans a try; null where nothing is there that it could be aimed at. */
export type Planner = (world: WindowModel, real: Real, dice: Dice) => Plan | null

export const at = <T>(list: readonly T[], index: number): T | null => list[index % Math.max(1, list.length)] ?? null
/** Most often one of those whose turn it is, else anybody. */
export const choose = (real: Real, right: readonly Acting[], dice: Dice): Acting => {
  const chosen = dice.who % 10 < 8 ? at(right, Math.floor(dice.who / 10)) : null
  const anybody = chosen ?? at(real.people, Math.floor(dice.who / 10))
  if (anybody === null) throw new Error('nobody is there')
  return anybody
}
export const rightOf = (real: Real, holds: (who: Acting) => boolean): readonly Acting[] => real.people.filter(holds)
export const seenVersion = (version: number, dice: Dice): number => (dice.stale ? version + 3 : version)
export const nothing = (): void => undefined
export const verdict = (allowed: boolean): Expectation => (allowed ? 'done' : 'refused')

interface Aim {
  readonly application: ApplicationModel
  readonly row: ApplicationRow
}
const aimed = (world: WindowModel, real: Real, dice: Dice, fits: (each: ApplicationModel) => boolean): Aim | null => {
  const application = at(dice.loose ? world.applications : world.applications.filter(fits), dice.target)
  const row = real.rows.find((each) => each.id === application?.id)
  return application === null || row === undefined ? null : { application, row }
}
export const statesOf =
  (...states: readonly contract.ApplicationState[]) =>
  (each: ApplicationModel): boolean =>
    states.includes(each.state)

/** A plan on one application: chosen by state, tried by somebody, with the version that was seen. */
export const onApplication =
  (
    fits: (each: ApplicationModel) => boolean,
    right: (who: Acting, each: ApplicationModel) => boolean,
    plan: (
      aim: Aim & { who: Acting; version: number; params: { applicationId: ApplicationId }; real: Real; dice: Dice },
    ) => Omit<Plan, 'who'>,
  ): Planner =>
  (world, real, dice) => {
    const aim = aimed(world, real, dice, fits)
    if (aim === null) return null
    const who = choose(
      real,
      rightOf(real, (each) => right(each, aim.application)),
      dice,
    )
    const version = seenVersion(aim.row.version, dice)
    return { who, ...plan({ ...aim, who, version, params: { applicationId: aim.application.id }, real, dice }) }
  }

export interface RunAim {
  readonly application: ApplicationModel
  readonly run: RunModel
  readonly row: RunRow
}
/** Picks an item run that fits, or any at all; null where there is none. */
export const aimedRun = (
  world: WindowModel,
  real: Real,
  dice: Dice,
  fits: (run: RunModel, application: ApplicationModel) => boolean,
): RunAim | null => {
  const all = world.applications.flatMap((application) => application.runs.map((run) => ({ application, run })))
  const found = at(dice.loose ? all : all.filter(({ application, run }) => fits(run, application)), dice.target)
  const row = real.rows
    .find((each) => each.id === found?.application.id)
    ?.runs.find((each) => each.itemId === found?.run.itemId)
  return found === null || row === undefined ? null : { ...found, row }
}
