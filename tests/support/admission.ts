/** Whom the server lets do what: asked of every person of a cast, endpoint by endpoint. */
import type { Actor } from '../../src/kernel/actor.ts'
import type { Endpoint } from '../../src/kernel/endpoint.ts'
import { isRefused } from '../../src/kernel/refusal.ts'
import type { Window } from './window.ts'

/** No version is ever this high: whoever gets past the policy is told that the page is stale, and nothing happens. */
export const stale = 999_999

/** What the server decides about a person before it looks at the content: by access, then by policy. */
export const mayCall = async (window: Window, actor: Actor, endpoint: Endpoint, input: object): Promise<boolean> => {
  const { access } = endpoint
  if (access === 'signed-in' && actor.kind !== 'person') return false
  if (
    typeof access === 'object' &&
    !(actor.kind === 'person' && actor.roles.some((held) => access.roles.includes(held.role)))
  )
    return false
  const desk = window.as(actor)
  try {
    await (endpoint.produces === undefined ? desk.call(endpoint, input) : desk.download(endpoint, input))
    return true
  } catch (error) {
    if (!isRefused(error)) throw error
    return error.refusal.kind !== 'forbidden'
  }
}

/** Gives the names of those who get past access and policy; any later refusal counts as getting past. */
export const admittedOf = async (
  window: Window,
  people: Readonly<Record<string, Actor>>,
  endpoint: object,
  input: object,
): Promise<readonly string[]> => {
  const names: string[] = []
  for (const [name, actor] of Object.entries(people))
    if (await mayCall(window, actor, endpoint as Endpoint, input)) names.push(name)
  return names
}
