import { describe, expect, it } from 'vitest'
import { roles } from '../kernel/actor.ts'
import { homeFor, menuFor } from './menu.ts'

describe('the menu by role', () => {
  it('starts every role at a place that its own menu holds', () => {
    for (const role of roles) expect(menuFor([role]).map((entry) => entry.to)).toContain(homeFor([role]))
  })
  it('shows the union of the menus to a person with several roles, each place once', () => {
    const both = menuFor(['clerk', 'administrator']).map((entry) => entry.to)
    for (const entry of [...menuFor(['clerk']), ...menuFor(['administrator'])]) expect(both).toContain(entry.to)
    expect(new Set(both).size).toBe(both.length)
  })
  it('offers the administration of people to administrators alone', () => {
    const seeing = roles.filter((role) => menuFor([role]).some((entry) => entry.to === '/people'))
    expect(seeing).toEqual(['administrator'])
  })
})
