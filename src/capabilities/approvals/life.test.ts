import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { DAY_MS } from '../../kernel/time.ts'
import * as contract from './contract.ts'
import { applicationLife, itemRunLife, opinionTaskLife } from './model/lifecycle.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const commands = [
  'complete',
  'submit',
  'corrections',
  'accept',
  'refuse',
  'ask',
  'opinion',
  'propose',
  'pause',
  'reject',
  'resume',
  'extend',
  'draft',
  'review',
  'return',
  'decide',
  'days',
] as const
type Command = (typeof commands)[number]

/** Reaches a state either by the same state or by steps of the lifecycle. */
const reaches = <S extends string>(life: { next: (from: S) => readonly S[] }, from: S, to: S): boolean => {
  const seen = new Set<S>([from])
  const open: S[] = [from]
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (state === to) return true
    for (const next of life.next(state))
      if (!seen.has(next)) {
        seen.add(next)
        open.push(next)
      }
  }
  return false
}

describe('whatever people do in whatever order', () => {
  it('an application only takes steps of its lifecycle, its clocks agree with its state, and nothing fails', async () => {
    const land = await window.officers('planning-resources')
    const housing = await window.officers('housing')
    const step = async (file: contract.ApplicationFile, command: Command, index: number): Promise<void> => {
      const { applicationId, version } = file.application
      const params = { applicationId }
      const run = file.itemRuns[0]
      const runParams = { itemRunId: run?.itemRunId ?? window.platform.newId() }
      const on = run?.version ?? 0
      const call = (who: Actor, endpoint: object, input: object) => window.as(who).call(endpoint as Endpoint, input)
      const atRun = (who: Actor, endpoint: object, body: object) => call(who, endpoint, { params: runParams, body })
      const task = run?.opinionTasks.findLast((each) => each.state === 'sent' || each.state === 'opened')
      switch (command) {
        case 'complete':
          await window.complete(file)
          return
        case 'submit':
          await window.submit(file)
          return
        case 'corrections':
          await call(window.clerk, contract.requestCorrections, {
            params,
            body: { version, points: [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '有误' }] },
          })
          return
        case 'accept':
          await window.accept(file)
          return
        case 'refuse':
          // Rarely, so that most runs get on.
          if (index % 5 === 0)
            await call(window.clerk, contract.refuseApplication, {
              params,
              body: { version, text: '不属于本区', competentAuthority: '市局' },
            })
          return
        case 'ask':
          await atRun(land.reviewer, contract.askOpinions, { departments: ['housing'], question: '意见', days: 2 })
          return
        case 'opinion':
          await call(housing.reviewer, contract.giveOpinion, {
            params: { opinionTaskId: task?.opinionTaskId ?? window.platform.newId() },
            body: { version: task?.version ?? 0, code: index % 3 === 0 ? 'need-information' : 'agree', text: '说明' },
          })
          return
        case 'propose':
          await atRun(land.reviewer, contract.proposePause, {
            version: on,
            ground: 'expert-review',
            reason: '评审',
            expectedDays: 3,
          })
          return
        case 'pause':
        case 'reject':
          await atRun(land.approver, contract.decidePause, {
            version: on,
            approve: command === 'pause',
            remark: '理由',
          })
          return
        case 'resume':
          await atRun(land.lead, contract.resumeItemRun, { version: on, reason: '结束' })
          return
        case 'extend':
          await atRun(land.approver, contract.extendItemRun, { version: on, days: 5, reason: '复杂' })
          return
        case 'draft':
          await atRun(land.reviewer, contract.draftDecision, {
            version: on,
            outcome: 'approved',
            text: '同意',
            conditions: [],
          })
          return
        case 'review':
        case 'return':
          await atRun(land.lead, contract.reviewDraft, { version: on, accept: command === 'review', remark: '意见' })
          return
        case 'decide':
          await atRun(land.approver, contract.decide, { version: on })
          return
        case 'days':
          window.test.clock.advance(2 * DAY_MS)
          await window.fireTimers()
          return
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...commands), { minLength: 10, maxLength: 25 }), async (tail) => {
        const first = await window.draft({ itemIds: ['I-106'] })
        let before = first
        // A common beginning, so that most runs reach the handling; then anything.
        for (const [index, command] of (['complete', 'submit', 'accept', ...tail] as Command[]).entries()) {
          try {
            await step(before, command, index)
          } catch (error) {
            if (!isRefused(error)) throw error
            expect(error.refusal.sentence.zh).toMatch(/[一-鿿]/)
            expect(error.refusal.sentence.zh).not.toMatch(/\{\w+\}/)
          }
          const after = await window.file(first.application.applicationId, window.applicant)
          expect(reaches(applicationLife, before.application.state, after.application.state)).toBe(true)
          for (const run of before.itemRuns) {
            const now = after.itemRuns.find((each) => each.itemRunId === run.itemRunId)
            expect(now !== undefined && reaches(itemRunLife, run.state, now.state)).toBe(true)
            for (const task of run.opinionTasks) {
              const then = now?.opinionTasks.find((each) => each.opinionTaskId === task.opinionTaskId)
              expect(then !== undefined && reaches(opinionTaskLife, task.state, then.state)).toBe(true)
            }
          }
          // The delivery of a decision is measured after the application is closed.
          const open = after.clocks.filter(
            (clock) =>
              (clock.state === 'running' || clock.state === 'paused') && !clock.basis.includes('行政许可法 第四十四条'),
          )
          if (['draft', 'correcting', 'refused', 'closed'].includes(after.application.state)) expect(open).toEqual([])
          if (after.application.state === 'submitted') expect(open).toHaveLength(1)
          for (const run of after.itemRuns)
            expect(run.clocks.some((clock) => clock.state === 'paused')).toBe(run.hold !== null)
          if (after.application.state === 'closed')
            expect(after.itemRuns.every((run) => run.state === 'decided')).toBe(true)
          before = after
        }
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})
