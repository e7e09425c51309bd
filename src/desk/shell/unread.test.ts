import { describe, expect, it } from 'vitest'
import { badgeOf, nameOf } from './unread.tsx'

const say = ((zh: string) => zh) as Parameters<typeof nameOf>[1]

describe('the link to the messages', () => {
  it('has a name that holds what it shows, also beyond 99', () => {
    for (const unread of [1, 99, 100, 4711]) expect(nameOf(unread, say)).toContain(`消息 ${badgeOf(unread)}`)
    expect(badgeOf(100)).toBe('99+')
  })
  it('says that nothing is unread instead of a zero', () => {
    expect(nameOf(0, say)).toBe('消息,没有未读')
  })
})
