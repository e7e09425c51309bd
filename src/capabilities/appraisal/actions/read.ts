/** What people see of the assessment: periods, figures, the files behind them; and what the public sees. */

import type { z } from 'zod'
import { type Actor, holds } from '../../../kernel/actor.ts'
import { type Decision, require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { addDays, type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import type {
  FigureId,
  figureFileSchema,
  figureSchema,
  indicatorViewSchema,
  objectionSchema,
  PeriodId,
  PeriodView,
  PublicPeriod,
  periodRowSchema,
} from '../contract.ts'
import { valueOf } from '../model/figures.ts'
import type { Indicator } from '../model/indicators.ts'
import { periodName } from '../model/periods.ts'
import { rankDepartments } from '../model/ranking.ts'
import * as refuse from '../model/refusals.ts'
import { mayAnswer, mayCompute, mayObject, mayPublish, mayRecompute, maySeeFigure } from '../policy.ts'
import {
  type FigureHead,
  figureById,
  figureHeads,
  type ObjectionRecord,
  objectionsOf,
  type PeriodRecord,
  periodById,
  periods,
  publishedPeriods,
} from '../store.ts'
import { factsOf } from './compute.ts'
import { type Context, departmentNames, personNames } from './context.ts'

const sentence = (decision: Decision): Words | null => (decision.allowed ? null : decision.because.refusal.sentence)

export const rowOf = (row: PeriodRecord): z.infer<typeof periodRowSchema> => ({
  periodId: row.id,
  kind: row.kind,
  year: row.year,
  number: row.number,
  name: periodName(row),
  from: row.first_day,
  to: row.last_day,
  edition: row.edition,
  state: row.state,
  rulesVersion: row.rules.version,
  computedAt: row.as_of,
  publishedAt: row.published_at,
})
const indicatorOf = ({ code, name, unit, aspect, definition }: Indicator): z.infer<typeof indicatorViewSchema> => ({
  code,
  name,
  unit,
  aspect: aspect ?? null,
  definition,
})
/** Last day on which a department may object. */
export const objectUntil = (row: PeriodRecord): LocalDate | null =>
  row.published_at === null ? null : addDays(localDateOf(row.published_at), row.rules.objectionDays)

export const listPeriods = async (db: Database, actor: Actor) => ({
  rows: (await periods(db)).map(rowOf),
  mayCompute: sentence(mayCompute(actor)),
})

interface Names {
  readonly department: (code: string) => string
  readonly person: ReadonlyMap<PersonId, string>
}
const figureOf = (figure: FigureHead, names: Names): z.infer<typeof figureSchema> => ({
  figureId: figure.id,
  scope: figure.scope,
  department: figure.department,
  departmentName: names.department(figure.department),
  person: figure.person_id === null ? null : (names.person.get(figure.person_id) ?? ''),
  indicator: figure.indicator,
  numerator: figure.numerator,
  denominator: figure.denominator,
  value: valueOf(figure),
  files: figure.count,
})
export const objectionOf = (actor: Actor, row: ObjectionRecord, names: Names): z.infer<typeof objectionSchema> => ({
  objectionId: row.id,
  figureId: row.figure_id,
  indicator: row.indicator,
  department: row.department,
  departmentName: names.department(row.department),
  text: row.text,
  raisedAt: row.raised_at,
  raisedBy: names.person.get(row.raised_by) ?? '',
  state: row.state,
  answer: row.answer,
  answeredAt: row.answered_at,
  answeredBy: row.answered_by === null ? null : (names.person.get(row.answered_by) ?? ''),
  excluded: [...row.excluded],
  mayAnswer: sentence(mayAnswer(actor, row.state)),
})
const seen = (figure: FigureHead) => ({
  scope: figure.scope,
  department: figure.department,
  personId: figure.person_id,
})
export const namesOf = async (
  context: Context,
  db: Database,
  row: PeriodRecord,
  persons: readonly (PersonId | null)[],
): Promise<Names> => ({
  department: await departmentNames(context, db, row.last_day),
  person: await personNames(context, db, persons),
})

export const readPeriod = async (context: Context, db: Database, actor: Actor, id: PeriodId): Promise<PeriodView> => {
  const row = await periodById(db, id)
  if (row === null) throw refuse.periodMissing()
  const heads = (await figureHeads(db, id)).filter((figure) => maySeeFigure(actor, seen(figure)).allowed)
  const objections = (await objectionsOf(db, id)).filter(
    (each) =>
      holds(actor, 'supervisor') ||
      holds(actor, 'lead', { department: each.department }) ||
      holds(actor, 'approver', { department: each.department }),
  )
  const names = await namesOf(context, db, row, [
    ...heads.map((figure) => figure.person_id),
    ...objections.flatMap((each) => [each.raised_by, each.answered_by]),
  ])
  const facts = await factsOf(db, row)
  const { rules } = row
  return {
    period: rowOf(row),
    rules: {
      version: rules.version,
      basis: rules.source.basis,
      certainty: rules.source.certainty,
      note: rules.source.note ?? '',
      objectionDays: rules.objectionDays,
      indicators: rules.indicators.map(indicatorOf),
      ranking:
        rules.ranking === undefined
          ? null
          : {
              name: rules.ranking.name,
              definition: rules.ranking.definition,
              basis: rules.ranking.source.basis,
              certainty: rules.ranking.source.certainty,
            },
    },
    ranking: rankDepartments(rules, heads).map((place) => ({
      ...place,
      departmentName: names.department(place.department),
    })),
    digest: row.digest,
    objectUntil: objectUntil(row),
    figures: heads.map((figure) => figureOf(figure, names)),
    objections: objections.map((each) => objectionOf(actor, each, names)),
    may: {
      compute: sentence(mayRecompute(actor, facts)),
      publish: sentence(mayPublish(actor, facts)),
      correct: row.state === 'published' ? sentence(mayRecompute(actor, facts)) : null,
    },
  }
}

export const readFigure = async (context: Context, db: Database, actor: Actor, id: FigureId, now: Instant) => {
  const figure = await figureById(db, id)
  const row = figure === null ? null : await periodById(db, figure.period_id)
  if (figure === null || row === null) throw refuse.figureMissing()
  const head: FigureHead = { ...figure, count: figure.files.length }
  require(maySeeFigure(actor, seen(head)))
  const indicator = row.rules.indicators.find((each) => each.code === figure.indicator)
  if (indicator === undefined) throw refuse.figureMissing()
  const names = await namesOf(context, db, row, [figure.person_id])
  const open = (await objectionsOf(db, row.id)).some((each) => each.figure_id === id && each.state === 'open')
  const files: z.infer<typeof figureFileSchema>[] = [...figure.files]
  return {
    period: rowOf(row),
    figure: figureOf(head, names),
    indicator: indicatorOf(indicator),
    files,
    mayObject: sentence(
      mayObject(actor, { ...seen(head), state: row.state, until: objectUntil(row), today: localDateOf(now), open }),
    ),
  }
}

/** The public face: departments only, from an allow-list of indicators; no person, no file. */
export const readPublic = async (context: Context, db: Database): Promise<PublicPeriod[]> => {
  const found: PublicPeriod[] = []
  for (const row of await publishedPeriods(db, 12)) {
    const shown = row.rules.indicators.filter((each) => each.public)
    const codes = new Set(shown.map((each) => each.code))
    const name = await departmentNames(context, db, row.last_day)
    const departments = new Map<string, PublicPeriod['departments'][number]['figures']>()
    for (const figure of await figureHeads(db, row.id)) {
      if (figure.scope !== 'department' || !codes.has(figure.indicator)) continue
      const list = departments.get(figure.department) ?? []
      list.push({
        indicator: figure.indicator,
        numerator: figure.numerator,
        denominator: figure.denominator,
        value: valueOf(figure),
      })
      departments.set(figure.department, list)
    }
    if (row.published_at === null) continue
    found.push({
      name: periodName(row),
      kind: row.kind,
      from: row.first_day,
      to: row.last_day,
      edition: row.edition,
      publishedAt: row.published_at,
      rulesVersion: row.rules.version,
      basis: row.rules.source.basis,
      certainty: row.rules.source.certainty,
      digest: row.digest,
      indicators: shown.map(indicatorOf),
      departments: [...departments].map(([code, figures]) => ({ departmentName: name(code), figures })),
    })
  }
  return found
}
