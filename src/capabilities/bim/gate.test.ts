/** The one window waits for the gate: an item is decided when no serious conflict is open. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { makeStreets } from '../../engines/pipes/sample/street.ts'
import { decide } from '../approvals/contract.ts'
import { readGate } from './contract/exchange.ts'
import { classes, openRig } from './rig.testing.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

it('a decision is refused while a serious conflict is open, with what to do; and given once it is solved', async () => {
  const rig = openRig(window)
  const projectId = await window.project()
  const file = await window.accepted({ projectId, stage: 'ST-P', itemIds: ['I-306'] })
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('nothing to decide')
  const ready = await window.reviewedRun(run)
  const { approver } = await window.officers(run.department)
  const attempt = async () =>
    window.as(approver).call(decide, {
      params: { itemRunId: run.itemRunId },
      body: { version: (await window.itemRun(run.itemRunId)).version },
    })
  // Without a check the project does not use the gate.
  expect(ready.frontConditions.map((each) => each.itemId)).not.toContain('bim.no-open-serious-conflict')

  const sample = makeStreets(classes, { seed: 4, blocks: 1, plants: ['hard'] })
  const modelId = await rig.model(projectId, '设计管线')
  await rig.bring(modelId, rig.tables(sample.network))
  const checkId = await rig.check(projectId, [modelId])
  expect((await window.refusalOf(attempt())).sentence.zh).toContain('还没有运行过')
  await rig.run(checkId)
  const refused = await window.refusalOf(attempt())
  expect(refused.sentence.zh).toContain('个未解决的严重冲突')
  const waiting = (await window.itemRun(run.itemRunId)).frontConditions
  expect(waiting.find((each) => each.itemId === 'bim.no-open-serious-conflict')?.path).toBe(
    `/desk/projects/${projectId}/bim`,
  )
  const gate = await window.as(window.applicant).call(readGate, { params: { projectId } })
  expect(gate.open).toBe(false)
  expect(gate.askedBy.map((each) => each.zh)).toEqual(['城市道路占用、挖掘许可'])

  const hard = new Set(sample.planted.flatMap((each) => each.lines))
  await rig.bring(
    modelId,
    rig.tables({ ...sample.network, lines: sample.network.lines.filter((line) => !hard.has(line.id)) }),
  )
  await rig.run(checkId)
  expect(await window.as(window.applicant).call(readGate, { params: { projectId } })).toMatchObject({
    open: true,
    sentence: null,
  })
  expect((await attempt()).state).toBe('decided')
}, 120_000)
