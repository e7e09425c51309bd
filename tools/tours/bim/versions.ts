/** The corrected design: what was solved, what persists, what comes back, and that what people decided stays. */
import { type ConflictRow, listHandGroups, readConflict } from '../../../src/capabilities/bim/contract/conflicts.ts'
import { readModel } from '../../../src/capabilities/bim/contract.ts'
import { runWayWords } from '../../../src/capabilities/bim/model/words.ts'
import type { Found } from './checking.ts'
import { type Models, playNextDesign } from './importing.ts'
import { COMMENT, GROUP, type Kept } from './people.ts'
import { conflictsOf, ENGINEER, runCheck, type Stage } from './stage.ts'
import { archiveOf, corrected, corrections, type PlantKind } from './street.ts'

/** Imports the design with these corrections and checks again. */
const correct = async (stage: Stage, models: Models, found: Found, kinds: readonly PlantKind[]): Promise<void> => {
  const { tour, driver, street } = stage
  for (const kind of kinds) tour.line(`改正 ${kind}:${corrections[kind]?.sentence ?? ''}`)
  const { versions } = await driver.call(ENGINEER, readModel, { params: { modelId: models.design } })
  const [before] = versions
  if (before === undefined) throw new Error('the design has no version')
  await playNextDesign(stage, models.design, before, archiveOf(corrected(street, kinds), street.classes))
  const run = await runCheck(stage, found.checkId)
  const life = run.result?.life
  tour.line(
    `第 ${run.number} 次运行(${run.way === null ? '' : runWayWords[run.way].zh},重看 ${run.result?.looked ?? 0} / ${run.result?.objects ?? 0} 段):新出现 ${life?.new},仍存在 ${life?.persisting},再次出现 ${life?.reopened},已消除 ${life?.solved}`,
  )
}

export const playVersions = async (stage: Stage, models: Models, found: Found, kept: Kept): Promise<void> => {
  const { tour, driver } = stage
  const now = async (): Promise<ReadonlyMap<string, ConflictRow>> =>
    new Map((await conflictsOf(stage, found.checkId)).map((row) => [row.conflictId, row]))
  const lifeOf = (rows: ReadonlyMap<string, ConflictRow>, id: string): string => rows.get(id)?.life ?? 'missing'
  const cover = (await found.of('cover')).conflictId
  const before = await now()

  tour.heading('改正一版:移开水平净距不足的管,降低覆土不足的管')
  await correct(stage, models, found, ['horizontal', 'cover'])
  const second = await now()
  tour.expect(
    '改正的两处“已消除”',
    lifeOf(second, kept.horizontal) === 'solved' && lifeOf(second, cover) === 'solved',
    `${lifeOf(second, kept.horizontal)} ${lifeOf(second, cover)}`,
  )
  const others = [...before.values()].filter(
    ({ conflictId, kind }) => kind !== 'raised' && conflictId !== kept.horizontal && conflictId !== cover,
  )
  tour.expect(
    `其余 ${others.length} 处“仍存在”,编号不变,没有新出现的`,
    others.every(({ conflictId, number }) => {
      const row = second.get(conflictId)
      return row?.life === 'persisting' && row.number === number
    }) && second.size === before.size,
    [...second.values()].map(({ number, life }) => `${number} ${life}`).join(', '),
  )
  const hard = await driver.call(ENGINEER, readConflict, { params: { conflictId: kept.hard } })
  tour.expect(
    '责任人、期限、状态、意见、人工分组都还在',
    hard.assignee?.personId === kept.assigneeId &&
      hard.dueOn === kept.dueOn &&
      hard.status === 'answered' &&
      hard.group?.name === GROUP &&
      hard.remarks.some(({ text }) => text === COMMENT),
    JSON.stringify({ assignee: hard.assignee, dueOn: hard.dueOn, status: hard.status, group: hard.group }),
  )
  for (const { text } of hard.history) tour.line(`${hard.number} 记录:${text}`)
  tour.expect('已批准的例外继续有效', second.get(kept.excepted)?.excepted === true)

  tour.heading('又一版:水平净距改回去了')
  await correct(stage, models, found, ['cover'])
  const third = await now()
  const again = third.get(kept.horizontal)
  tour.expect(
    '同一个冲突“再次出现”,责任人、期限和分组仍在',
    again?.life === 'reopened' &&
      again.assignee?.personId === kept.assigneeId &&
      again.dueOn === kept.dueOn &&
      again.group?.name === GROUP,
    JSON.stringify({ life: again?.life, assignee: again?.assignee, group: again?.group }),
  )
  const { groups } = await driver.call(ENGINEER, listHandGroups, { params: { checkId: found.checkId } })
  tour.expect('人工分组跨版本保留', groups.find(({ name }) => name === GROUP)?.conflicts === 2, JSON.stringify(groups))
}

/** All that is serious is corrected; what is excepted stays as it was approved. */
export const playLastDesign = async (stage: Stage, models: Models, found: Found, kept: Kept): Promise<void> => {
  const { tour } = stage
  tour.heading('最后一版:改正全部严重冲突,例外按批准的措施保留')
  await correct(stage, models, found, Object.keys(corrections) as PlantKind[])
  const open = await found.open()
  const serious = open.filter(
    ({ severity, outcome, excepted, kind }) =>
      kind !== 'raised' && outcome === 'breach' && !excepted && (severity === 'critical' || severity === 'major'),
  )
  tour.expect(
    '没有未解决的严重冲突',
    serious.length === 0,
    serious.map(({ number, sentence }) => `${number} ${sentence}`).join('; '),
  )
  tour.expect(
    '例外仍覆盖它的冲突',
    open.some(({ conflictId, excepted }) => conflictId === kept.excepted && excepted),
  )
  for (const { number, title, severity, outcome } of open) tour.line(`仍在:${number} ${title}(${severity},${outcome})`)
}
