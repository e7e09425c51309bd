import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { pathOf } from './actions/compose.ts'
import { linkPages } from './model/notices.ts'

const routes = [...readFileSync('src/desk/router.tsx', 'utf8').matchAll(/at\(\s*'(\/[^']*)'/g)].map(
  ([, path = '']) => new RegExp(`^${path.replace(/\$\w+/g, '[^/]+')}$`),
)

it.each(linkPages)('a message about %s leads to a page of the desk', (page) => {
  const [path = ''] = pathOf({ page, id: '018f0000-0000-7000-8000-000000000001' }).split('?')
  expect(routes.some((route) => route.test(path))).toBe(true)
})
