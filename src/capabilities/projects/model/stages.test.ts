import { describe, expect, it } from 'vitest'
import { stages } from '../contract.ts'
import { readProjectSettings } from '../reference.ts'
import { caseNumberOf } from './settings.ts'
import { isLater, isOpen, stageLifecycle, stateLifecycle } from './stages.ts'

describe('the stages of a project', () => {
  it('lead from the first to the last one by one, without leaving any out', () => {
    // From land to planning, planning to permit and so on: each next stage can be entered.
    for (const [index, stage] of stages.entries()) {
      const next = stages[index + 1]
      if (next !== undefined) expect(stageLifecycle.leads(stage, next), `${stage} -> ${next}`).toBe(true)
    }
  })
  it('let small projects go from planning to construction when both permits are given at once', () => {
    expect(stageLifecycle.leads('planning', 'construction')).toBe(true)
  })
  it('never let construction begin without a permit stage or planning before it', () => {
    expect(stageLifecycle.leads('land', 'construction')).toBe(false)
    expect(stageLifecycle.leads('planning', 'acceptance')).toBe(false)
    expect(stageLifecycle.leads('construction', 'in-use')).toBe(false)
  })
  it('end in use', () => {
    expect(stages.filter((stage) => stageLifecycle.isFinal(stage))).toEqual(['in-use'])
    expect(isLater('in-use', 'acceptance')).toBe(true)
    expect(isLater('land', 'land')).toBe(false)
  })
})

describe('the state of a project', () => {
  it('has no pause among its values', () => {
    expect(stateLifecycle.states).toEqual(['registered', 'active', 'closed', 'withdrawn'])
  })
  it('lets a closed project be reopened and a withdrawn one not', () => {
    expect(stateLifecycle.next('closed')).toEqual(['active'])
    expect(stateLifecycle.isFinal('withdrawn')).toBe(true)
    expect(stateLifecycle.states.filter(isOpen)).toEqual(['registered', 'active'])
  })
})

describe('case numbers', () => {
  it('carry the name of the jurisdiction, the year and four digits', async () => {
    const settings = await readProjectSettings(new URL('../../../../data/', import.meta.url).pathname)
    expect(caseNumberOf(settings, '500157', 2026, 1)).toBe('两江建〔2026〕0001')
    expect(caseNumberOf(settings, '500105', 2025, 12_345)).toBe('江北建〔2025〕12345')
    expect(() => caseNumberOf(settings, '999999', 2026, 1)).toThrow('999999')
  })
})
