import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { changingSeed } from '../../../tests/support/model-seed.ts'
import type { Dice, Planner } from '../../../tests/support/window-aims.ts'
import { windowCommands } from '../../../tests/support/window-commands.ts'
import * as holds from '../../../tests/support/window-invariants.ts'
import type { WindowModel } from '../../../tests/support/window-model.ts'
import { openReal, type Real } from '../../../tests/support/window-real.ts'
import { runCommands } from '../../../tests/support/window-run-commands.ts'
import { timeCommands } from '../../../tests/support/window-time.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { type Instant, instant } from '../../kernel/time.ts'

const planners: Readonly<Record<string, Planner>> = { ...windowCommands, ...runCommands, ...timeCommands }
/** How often each kind is tried beside the others; once where nothing is said. */
const weights: Readonly<Record<string, number>> = {
  accept: 4,
  fill: 2,
  submit: 2,
  correct: 4,
  proposeSecond: 4,
  decideSecond: 4,
  ask: 5,
  give: 6,
  resolve: 4,
  propose: 3,
  decidePause: 3,
  resume: 2,
  draft: 3,
  review: 2,
  decide: 2,
  days: 2,
}
/** What is tried instead where nothing is there for a kind: it leads on. */
const leading = ['create', 'fill', 'submit', 'give', 'answer', 'review', 'decide', 'draft']
const planOf = (kind: string, world: WindowModel, real: Real, dice: Dice) => {
  const first = dice.option % leading.length
  for (const each of [kind, ...leading.slice(first), ...leading.slice(0, first)]) {
    const plan = planners[each]?.(world, real, dice) ?? null
    if (plan !== null) return { kind: each, plan }
  }
  return null
}
/** Checks that cost much come once in so many steps. */
const EVERY = 40
/** A digest of all tables is made for one in so many tries that must change nothing. */
const DIGEST_EVERY = 12

interface Tally {
  done: number
  refused: number
}
const tallies = new Map<string, Tally>()
const explained = new WeakMap<Real, Map<string, string>>()

const expectAll = async (world: WindowModel, real: Real): Promise<void> => {
  const known = explained.get(real) ?? new Map<string, string>()
  explained.set(real, known)
  holds.expectOneDecision(world, real.rows)
  await holds.expectGaplessNumbers(real)
  await holds.expectTimersOfOpenClocks(real)
  await holds.expectExplainedClocks(real, known)
  await holds.expectWholeJournal(real)
  await holds.expectQueues(world, real)
  await holds.expectConflictsInHand(real)
  await holds.expectDiscreetPublicPage(world, real)
}

class Try implements fc.AsyncCommand<WindowModel, Real> {
  readonly #kind: string
  readonly #dice: Dice
  #what = ''
  constructor(kind: string, dice: Dice) {
    this.#kind = kind
    this.#dice = dice
  }
  check(): boolean {
    return true
  }
  async run(world: WindowModel, real: Real): Promise<void> {
    const found = planOf(this.#kind, world, real, this.#dice)
    if (found === null) return
    const { plan, kind } = found
    const { expect: expected, who } = plan
    this.#what = ` as ${kind} by ${who.key} at ${real.window.platform.clock()}: ${expected}`
    real.window.test.clock.advance(1_000)
    const watched = expected !== 'done'
    if (watched) await real.written()
    // The notes are themselves checked against a digest of everything, once in so many tries.
    const before = watched && real.watches++ % DIGEST_EVERY === 0 ? await real.digest() : null
    const rows = real.rows
    const refusal = await plan.call().then(
      (reply) => {
        if (expected !== 'same') plan.effect(reply)
        return null
      },
      (error: unknown) => {
        if (!isRefused(error)) throw error
        return error.refusal
      },
    )
    this.#what += refusal === null ? ', was done' : `, was refused (${refusal.code})`
    if (expected === 'refused') expect(refusal, `${this.#kind}${this.#what}`).not.toBeNull()
    if (expected === 'done' || expected === 'same') expect(refusal, `${this.#kind}${this.#what}`).toBeNull()
    // Refused is refused whole: not a row is different.
    if (watched && (refusal !== null || expected === 'same')) {
      expect(await real.written(), `${this.#kind}${this.#what}`).toEqual([])
      if (before !== null) expect(await real.digest()).toEqual(before)
    }
    world.applications = world.applications.filter((each) => !each.discarded)
    holds.expectLawfulSteps(rows, await real.look())
    holds.expectSamePicture(world, real.rows)
    real.steps += 1
    const tally = tallies.get(kind) ?? { done: 0, refused: 0 }
    tallies.set(kind, tally)
    if (refusal === null) tally.done += 1
    else tally.refused += 1
    if (real.steps % EVERY === 0) await expectAll(world, real)
  }
  toString(): string {
    return `${this.#kind}${JSON.stringify(this.#dice)}${this.#what}`
  }
}

const dice: fc.Arbitrary<Dice> = fc.record({
  target: fc.nat(999),
  who: fc.nat(999),
  option: fc.nat(999),
  loose: fc.nat(5).map((n) => n === 0),
  stale: fc.nat(11).map((n) => n === 0),
})
const commands = (steps: number) =>
  fc.commands(
    Object.keys(planners).flatMap((kind) =>
      Array.from({ length: weights[kind] ?? 1 }, () => dice.map((numbers) => new Try(kind, numbers))),
    ),
    { maxCommands: steps, size: 'max' },
  )

/** The first seed from this one on that gives a history of nearly the length that is wanted. */
const seedOfLength = (seed: number, steps: number): number => {
  for (let each = seed; ; each += 1) {
    const [history] = fc.sample(commands(steps), { seed: each, numRuns: 1, unbiased: true })
    if ([...(history ?? [])].length > 0.85 * steps) return each
  }
}
/** Plays one long history, then shorter ones of it if it fails, and names the shortest that still does. */
const play = async (seed: number, startAt: Instant, steps: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(commands(steps), async (history) => {
      const real = await openReal(startAt)
      try {
        const world: WindowModel = { applications: [] }
        await fc.asyncModelRun(() => ({ model: world, real }), history)
        await expectAll(world, real)
      } finally {
        await real.window.close()
      }
    }),
    {
      seed: seedOfLength(seed, steps),
      numRuns: 1,
      unbiased: true,
      interruptAfterTimeLimit: 240_000,
    },
  )

const STEPS = 360
const histories = [
  { name: 'across Spring Festival', seed: 1, startAt: '2026-02-04T01:30:00Z' },
  { name: 'across Labour Day', seed: 2_000, startAt: '2026-04-20T01:30:00Z' },
  { name: 'across National Day', seed: 3_000, startAt: '2026-09-15T01:30:00Z' },
] as const
/** Every kind came through at least once, and much was refused: else the model could agree with a window that is shut. */
const expectEverythingTried = (): void => {
  expect(Object.keys(planners).filter((kind) => (tallies.get(kind)?.done ?? 0) === 0)).toEqual([])
  expect([...tallies.values()].reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(STEPS / 2)
}

describe('whatever is tried at the window, lawful or not', () => {
  // Side by side, each in a window of its own: while one waits for its database another computes.
  it.concurrent.each(histories)('the window stays what the model says it is $name', { timeout: 900_000 }, (history) =>
    play(history.seed, instant(history.startAt), STEPS),
  )
  it.concurrent('so it does in a history that nobody chose (MODEL_SEED repeats it)', { timeout: 900_000 }, () =>
    play(changingSeed(), instant('2026-12-21T01:30:00Z'), STEPS),
  )
  afterAll(expectEverythingTried)
})
