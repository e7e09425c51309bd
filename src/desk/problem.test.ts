import { describe, expect, it } from 'vitest'
import { isBadPage, problemOf } from './problem.ts'

describe('a page of a list that no list gave', () => {
  it('is known by the code of any capability, so that the first page is offered instead of another try', () => {
    for (const code of ['page.cursor-invalid', 'projects.cursor-invalid', 'people.cursor-invalid'])
      expect(isBadPage(problemOf(400, { code }, null)), code).toBe(true)
    for (const code of ['projects.project-missing', undefined])
      expect(isBadPage(problemOf(400, { code }, null))).toBe(false)
  })
})
