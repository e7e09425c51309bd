import { describe, expect, it } from 'vitest'
import { touchedBy } from './live.ts'

describe('what a live event refreshes', () => {
  it('refreshes the pages of its own capability', () => {
    expect(touchedBy('{"seq":1,"kind":"approvals.decided"}')).toContain('approvals')
  })
  it('refreshes the approvals too when a project or a person changes, because they show its name', () => {
    expect(touchedBy('{"kind":"projects.updated"}')).toContain('approvals')
    expect(touchedBy('{"kind":"people.organisation-updated"}')).toContain('approvals')
  })
  it('passes over messages that are no events', () => {
    for (const message of ['', 'still here', '{}', '{"seq":3}', '[]', 'null']) expect(touchedBy(message)).toEqual([])
  })
})
