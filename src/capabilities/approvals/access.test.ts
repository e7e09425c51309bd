import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { listAccess } from './contract/access.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

describe('who can see a file', () => {
  it('is derived from the rule that lets people in, with since when and the journal entry that gave it', async () => {
    const file = await window.submitted()
    const params = { applicationId: file.application.applicationId }
    const { rows } = await window.as(window.supervisor).call(listAccess, { params })
    const of = (personId: string) => rows.filter((row) => row.personId === personId)
    expect(of(window.applicant.personId)).toMatchObject([{ role: 'applicant', sight: 'whole', until: null }])
    expect(of(window.clerk.personId)).toMatchObject([{ role: 'clerk', sight: 'whole' }])
    expect(of(window.stranger.personId)).toEqual([])
    await window.test.seal()
    for (const row of rows) {
      const entries = await window.platform.journal.entriesOf(window.platform.db, {
        subject: { kind: 'person', id: row.personId },
      })
      const entry = entries.find((each) => each.id === row.entryId)
      expect([entry?.kind, entry?.recordedAt]).toEqual(['people.role-granted', row.since])
    }
  })
  it('of a draft are its makers alone', async () => {
    const draft = await window.draft()
    const params = { applicationId: draft.application.applicationId }
    const { rows } = await window.as(window.applicant).call(listAccess, { params })
    expect(new Set(rows.map((row) => row.personId))).toEqual(new Set([window.applicant.personId]))
    expect((await window.refusalOf(window.as(window.clerk).call(listAccess, { params }))).kind).toBe('forbidden')
  })
  it('is told to nobody who cannot see the file', async () => {
    const file = await window.submitted()
    const params = { applicationId: file.application.applicationId }
    const refusal = await window.refusalOf(window.as(window.stranger).call(listAccess, { params }))
    expect(['forbidden', 'missing']).toContain(refusal.kind)
  })
})
