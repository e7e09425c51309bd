/** Acts that a program may not do by its token: somebody signs in with a password and keeps the session. */
import type { Endpoint } from '../../src/kernel/endpoint.ts'
import type { Input } from '../../src/server/demo/driver.ts'
import { HttpRefused, type Problem } from '../../tests/support/http-driver.ts'

export type ProvenCall = <P, Q, B, R>(endpoint: Endpoint<P, Q, B, R>, input: Input<P, Q, B>) => Promise<R>

/** Signs in as a person of the demo at the first act. Throws an Error when there is no such account. */
export const provenCaller = (url: string, login: string): ProvenCall => {
  let session: Promise<string> | null = null
  const signIn = async (): Promise<string> => {
    const accounts = (await (await fetch(`${url}/api/demo-accounts`)).json()) as readonly {
      readonly login: string
      readonly password: string
    }[]
    const account = accounts.find((each) => each.login === login)
    if (account === undefined) throw new Error(`there is no demo account ${login}`)
    const reply = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ login, password: account.password }),
    })
    if (!reply.ok) throw new HttpRefused(`${login} signs in`, (await reply.json()) as Problem)
    return reply.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0] ?? '')
      .join('; ')
  }
  return async (endpoint, input) => {
    session ??= signIn()
    let path = endpoint.path
    for (const [name, value] of Object.entries((input.params ?? {}) as Record<string, unknown>))
      path = path.replace(`:${name}`, encodeURIComponent(String(value)))
    const reply = await fetch(url + path, {
      method: endpoint.method,
      headers: { cookie: await session, origin: url, 'content-type': 'application/json' },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    })
    if (!reply.ok) throw new HttpRefused(`${login} ${endpoint.id}`, (await reply.json()) as Problem)
    return (await reply.json()) as never
  }
}
