/** Computing, publishing, and making a published period again to see that it comes out the same. */
import { createHash } from 'node:crypto'
import { type Actor, holds } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { localDateOf } from '../../../kernel/time.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import { type PeriodId, periodComputed, periodPublished } from '../contract.ts'
import { computeFigures, type Exclusion, type Figure } from '../model/figures.ts'
import { isPeriod, type Period, periodName, spanOf } from '../model/periods.ts'
import * as refuse from '../model/refusals.ts'
import { mayCompute, mayPublish, mayRecompute, type PeriodFacts } from '../policy.ts'
import {
  latestOf,
  lockLatest,
  lockPeriod,
  markPublished,
  objectionsOf,
  type PeriodRecord,
  periodById,
  figures as readFigures,
  writeDraft,
} from '../store.ts'
import type { Context } from './context.ts'

/** The text of which the digest is made: figures in their order, each with its files. */
const canonical = (figures: readonly Figure[]): string =>
  JSON.stringify(
    figures.map((figure) => [
      figure.scope,
      figure.department,
      figure.personId,
      figure.indicator,
      figure.numerator,
      figure.denominator,
      figure.files.map((file) => [file.key, file.caseNumber, file.value, file.counted, file.note]),
    ]),
  )
const digestOf = (figures: readonly Figure[]): string => createHash('sha256').update(canonical(figures)).digest('hex')

type Basis = Pick<PeriodRecord, 'rules' | 'as_of' | 'first_day' | 'last_day' | 'exclusions'>
const derive = async (context: Context, db: Database, basis: Basis): Promise<readonly Figure[]> => {
  const span = { from: basis.first_day, to: basis.last_day, asOf: basis.as_of }
  return computeFigures(
    basis.rules,
    {
      matters: await context.approvals.assessedMatters(db, span),
      decisions: await context.approvals.assessedDecisions(db, span, basis.rules.faultGrounds ?? []),
      checks: await context.approvals.assessedChecks(db, span),
      signals: await context.approvals.confirmedSignals(db, span),
    },
    basis.exclusions,
  )
}
const personIn = (actor: Actor): PersonId => {
  if (actor.kind !== 'person' || !holds(actor, 'supervisor')) throw refuse.notSupervisor()
  return actor.personId
}
const upheldIn = async (db: Database, id: PeriodId): Promise<readonly Exclusion[]> =>
  (await objectionsOf(db, id)).flatMap((objection) =>
    objection.state === 'upheld'
      ? objection.excluded.map((file) => ({
          key: file.key,
          indicator: objection.indicator,
          reason: objection.answer ?? '',
        }))
      : [],
  )
export const factsOf = async (db: Database, row: PeriodRecord): Promise<PeriodFacts> => ({
  state: row.state,
  name: periodName(row).zh,
  to: row.last_day,
  computedOn: localDateOf(row.as_of),
  toCorrect: (await upheldIn(db, row.id)).length,
  superseded: (await latestOf(db, row))?.id !== row.id,
})
const eventFacts = (row: Pick<PeriodRecord, 'id' | 'edition' | 'digest' | 'rules' | keyof Period>) => ({
  periodId: row.id,
  periodName: periodName(row).zh,
  edition: row.edition,
  rulesVersion: row.rules.version,
  digest: row.digest,
})

/**
 * Computes a draft, or computes it again; after an upheld objection to a published edition, the draft of the next one
 * without the files that were taken out.
 */
export const computePeriod = async (context: Context, unit: Unit, period: Period): Promise<PeriodId> => {
  const person = personIn(unit.actor)
  require(mayCompute(unit.actor))
  if (!isPeriod(period)) throw refuse.notAPeriod({}, [{ path: 'number', message: '请选择存在的月份或季度。' }])
  const { from, to } = spanOf(period)
  if (from > unit.today) throw refuse.periodNotBegun({ name: periodName(period).zh })
  const latest = await lockLatest(unit.db, period)
  if (latest !== null) require(mayRecompute(unit.actor, await factsOf(unit.db, latest)))
  const corrects = latest?.state === 'published'
  const basis: Basis = {
    rules: context.rules,
    as_of: unit.now,
    first_day: from,
    last_day: to,
    exclusions:
      latest === null
        ? []
        : corrects
          ? [...latest.exclusions, ...(await upheldIn(unit.db, latest.id))]
          : latest.exclusions,
  }
  const figures = await derive(context, unit.db, basis)
  const row = {
    ...period,
    ...basis,
    id: latest !== null && !corrects ? latest.id : unit.newId<'appraisal-period'>(),
    edition: latest === null ? 1 : corrects ? latest.edition + 1 : latest.edition,
    digest: digestOf(figures),
    computed_by: person,
  }
  await writeDraft(
    unit.db,
    row,
    figures.map((figure) => ({
      id: unit.newId<'appraisal-figure'>(),
      scope: figure.scope,
      department: figure.department,
      person_id: figure.personId,
      indicator: figure.indicator,
      numerator: figure.numerator,
      denominator: figure.denominator,
      files: figure.files,
    })),
  )
  await unit.record(periodComputed, {
    subject: { kind: 'appraisal-period', id: row.id },
    payload: { ...eventFacts(row), figures: figures.length },
  })
  return row.id
}

/** Publishes what the publisher has seen: `digest` names it. From here on nothing of it changes. */
export const publishPeriod = async (context: Context, unit: Unit, id: PeriodId, digest: string): Promise<void> => {
  const person = personIn(unit.actor)
  const row = await lockPeriod(unit.db, id)
  if (row === null) throw refuse.periodMissing()
  require(mayPublish(unit.actor, await factsOf(unit.db, row)))
  if (row.digest !== digest) throw refuse.digestMoved()
  await markPublished(unit.db, id, person, unit.now)
  await unit.record(periodPublished, {
    subject: { kind: 'appraisal-period', id },
    payload: eventFacts(row),
  })
}

/** Derives a period again from the files, with the rules and the moment that it keeps, and compares number by number. */
export const verifyPeriod = async (
  context: Context,
  db: Database,
  id: PeriodId,
): Promise<{ equal: boolean; digest: string; derived: string; differences: string[] }> => {
  const row = await periodById(db, id)
  if (row === null) throw refuse.periodMissing()
  const derived = await derive(context, db, row)
  const stored = (await readFigures(db, id)).map((figure) => ({ ...figure, personId: figure.person_id }))
  const keyOf = (figure: Pick<Figure, 'department' | 'personId' | 'indicator'>): string =>
    `${figure.department} ${figure.indicator}${figure.personId === null ? '' : ` ${figure.personId}`}`
  const shown = new Map(stored.map((figure) => [keyOf(figure), canonical([figure])]))
  const made = new Map(derived.map((figure) => [keyOf(figure), canonical([figure])]))
  const differences = [...new Set([...shown.keys(), ...made.keys()])].filter((key) => shown.get(key) !== made.get(key))
  const again = digestOf(derived)
  return { equal: again === row.digest && differences.length === 0, digest: row.digest, derived: again, differences }
}
