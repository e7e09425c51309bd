/** The check of the street: what was planted is what is found, with its clause and who should yield. */
import { createCheck, readRules } from '../../../src/capabilities/bim/contract/checks.ts'
import { type ConflictRow, readConflict } from '../../../src/capabilities/bim/contract/conflicts.ts'
import type { CheckId } from '../../../src/capabilities/bim/contract.ts'
import { definitionSchema } from '../../../src/capabilities/bim/model/definition.ts'
import { conflictKindWords, outcomeWords, severityWords } from '../../../src/capabilities/bim/model/words.ts'
import type { Models } from './importing.ts'
import { conflictsOf, ENGINEER, runCheck, type Stage } from './stage.ts'
import type { PlantedConflict, PlantKind } from './street.ts'

const nameOf = (kind: string, outcome: string, ids: readonly string[]): string =>
  `${kind}|${outcome}|${[...ids].sort().join('|')}`
const nameOfPlanted = ({ kind, outcome, lines, obstacle }: PlantedConflict): string =>
  nameOf(kind, outcome, obstacle === null ? lines : [...lines, obstacle])
const nameOfRow = ({ kind, outcome, a, b }: ConflictRow): string =>
  nameOf(kind, outcome, b === null ? [a.id] : [a.id, b.id])

export interface Found {
  readonly checkId: CheckId
  /** Conflicts by what was planted. */
  readonly of: (plant: PlantKind) => Promise<ConflictRow>
  readonly open: () => Promise<readonly ConflictRow[]>
}

export const playCheck = async (stage: Stage, models: Models): Promise<Found> => {
  const { tour, driver, street, registered } = stage
  tour.heading('检查:净距、覆土、交叉、实体碰撞、建(构)筑物和乔木')
  const rules = await driver.call(ENGINEER, readRules, {})
  tour.line(`规则表 ${rules.version}:${rules.rows.length} 条,其中 ${rules.unverified} 条待核对原文`)
  const check = await driver.call(ENGINEER, createCheck, {
    params: { projectId: registered.projectId },
    body: {
      name: '现状与设计管线净距',
      gate: true,
      definition: definitionSchema.parse({
        kind: 'pipes',
        models: [models.existing, models.design],
        // The street of existing pipes keeps every rule: whatever is found there would be invented.
        existingAmongThemselves: true,
        obstacles: street.obstacles.map(({ id, kind, shape, baseElevation }) => ({
          id,
          kind,
          shape: shape.type,
          path:
            shape.type === 'point'
              ? [[shape.at.east, shape.at.north]]
              : shape.type === 'line'
                ? shape.path
                : (shape.rings[0] ?? []),
          baseElevation,
        })),
      }),
    },
  })
  const { checkId } = check
  tour.line(check.toleranceSentence)
  const run = await runCheck(stage, checkId)
  const { result, timings } = run
  tour.line(
    `第 ${run.number} 次运行:${result?.objects ?? 0} 段管线,读取 ${timings?.readMs.toFixed(0)} ms、检查 ${timings?.checkMs.toFixed(0)} ms、合并 ${timings?.mergeMs.toFixed(0)} ms`,
  )
  for (const remark of result?.remarks ?? []) tour.line(remark)
  const open = (): Promise<readonly ConflictRow[]> => conflictsOf(stage, checkId, { life: 'new,persisting,reopened' })
  const rows = await open()
  const byName = new Map(rows.map((row) => [nameOfRow(row), row]))
  const truth = new Map(street.planted.map((planted) => [nameOfPlanted(planted), planted]))
  const missed = [...truth.keys()].filter((name) => !byName.has(name))
  const extra = [...byName.keys()].filter((name) => !truth.has(name))
  tour.expect(
    `找到 ${truth.size - missed.length} / 埋设 ${truth.size},多报 ${extra.length}`,
    missed.length === 0 && extra.length === 0 && rows.length === truth.size,
    `漏 ${missed.join('; ')} · 多 ${extra.join('; ')} · ${rows.length}`,
  )
  const wrong = street.planted.filter((planted) => {
    const actual = byName.get(nameOfPlanted(planted))?.actualM ?? null
    return planted.actualM !== null && (actual === null || Math.abs(actual - planted.actualM) > 0.002)
  })
  tour.expect('净距、覆土的实际值与埋设值相差不到 2 mm', wrong.length === 0, wrong.map(nameOfPlanted).join('; '))
  await tellKinds(stage, rows)
  const of = async (plant: PlantKind): Promise<ConflictRow> => {
    const names = new Set(street.planted.filter((each) => each.plant === plant).map(nameOfPlanted))
    const row = (await conflictsOf(stage, checkId)).find((each) => names.has(nameOfRow(each)))
    if (row === undefined) throw new Error(`no conflict was found for what was planted as ${plant}`)
    return row
  }
  return { checkId, of, open }
}

/** One conflict of each kind and outcome, in full. */
const tellKinds = async ({ tour, driver }: Stage, rows: readonly ConflictRow[]): Promise<void> => {
  const first = new Map<string, ConflictRow>()
  for (const row of rows) if (!first.has(`${row.kind}|${row.outcome}`)) first.set(`${row.kind}|${row.outcome}`, row)
  let marked = 0
  let unmarked = 0
  let yields = 0
  let silent = 0
  for (const { conflictId } of first.values()) {
    const conflict = await driver.call(ENGINEER, readConflict, { params: { conflictId } })
    const { kind, outcome, severity, number, sentence, clause, verified, yielding, formula } = conflict
    tour.line(`${number} ${conflictKindWords[kind].zh} · ${outcomeWords[outcome].zh} · ${severityWords[severity].zh}`)
    tour.line(`  ${sentence}`)
    tour.line(`  ${formula}`)
    tour.line(`  依据:${clause === '' ? '实体相交,无需条文' : `${clause}${verified ? '' : '(待核对原文)'}`}`)
    if (yielding !== null)
      tour.line(
        `  避让:${yielding.title} —— ${yielding.reason}(${yielding.clause}${yielding.verified ? '' : ',待核对原文'})`,
      )
    if (clause !== '' && !verified) {
      if (sentence.includes('待核对原文')) marked += 1
      else unmarked += 1
    }
    if (outcome === 'breach' && conflict.b !== null && kind !== 'obstacle' && kind !== 'crossing-order') {
      if (yielding !== null && yielding.reason !== '' && yielding.clause !== '') yields += 1
      else silent += 1
    }
  }
  tour.expect(
    '除实体碰撞外,每类冲突都写明条文',
    [...first.values()].every(({ kind, clause }) => kind === 'hard' || clause !== ''),
  )
  tour.expect(`未核对的条文都标明“待核对原文”(${marked} 类)`, marked > 0 && unmarked === 0, `${unmarked}`)
  tour.expect(`两条管线之间的冲突都说明谁避让、为什么、依据哪条(${yields} 类)`, yields > 0 && silent === 0, `${silent}`)
  const unknown = rows.filter((row) => row.outcome === 'unknown')
  tour.expect(
    `埋深不明的判为“未知”,不算通过(${unknown.length} 处)`,
    unknown.length > 0 && unknown.every(({ actualM }) => actualM === null),
  )
}
