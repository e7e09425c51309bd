/** Acts over the public HTTP API of a running server, signed in as the people of the demo: for tours and benchmarks. */
import { createHash, randomUUID } from 'node:crypto'
import type { Endpoint } from '../../src/kernel/endpoint.ts'
import { type Instant, instant, instantFromMs } from '../../src/kernel/time.ts'
import type { Driver, Input } from '../../src/server/demo/driver.ts'

export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}
/** What the server refused: problem+json. */
export class HttpRefused extends Error {
  readonly problem: Problem
  constructor(what: string, problem: Problem) {
    super(`${what}: ${problem.status} ${problem.code} ${problem.detail} ${JSON.stringify(problem.errors ?? [])}`)
    this.name = 'HttpRefused'
    this.problem = problem
  }
}
export interface HttpDriver extends Driver {
  /** Moves the simulated clock of the server on, and lets everything happen that comes due on the way. */
  readonly moveTo: (at: Instant) => Promise<void>
  /** Calls with a chosen idempotency key, to send the same submission twice. */
  readonly callWithKey: <P, Q, B, R>(
    login: string,
    endpoint: Endpoint<P, Q, B, R>,
    input: Input<P, Q, B>,
    key: string,
  ) => Promise<R>
  readonly bytes: (
    login: string | null,
    path: string,
  ) => Promise<{ readonly mediaType: string; readonly content: Uint8Array }>
  readonly json: (path: string) => Promise<unknown>
}
interface Account {
  readonly login: string
  readonly password: string
}

export const httpDriver = async (url: string): Promise<HttpDriver> => {
  const accounts = (await (await fetch(`${url}/api/demo-accounts`)).json()) as readonly Account[]
  const tokens = new Map<string, Promise<string>>()
  const shown = await fetch(`${url}/api/simulation/clock`)
  /** Null: the server goes by the time of the machine. */
  let clock = shown.ok ? instant(((await shown.json()) as { now: string }).now) : null

  const signIn = async (login: string): Promise<string> => {
    const account = accounts.find((each) => each.login === login)
    if (account === undefined) throw new Error(`there is no demo account ${login}`)
    const reply = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password: account.password, token: true }),
    })
    const session = (await reply.json()) as { token?: string; detail?: string }
    if (session.token === undefined) throw new Error(`${login} could not sign in: ${session.detail ?? reply.status}`)
    return session.token
  }
  const tokenOf = (login: string): Promise<string> => {
    const known = tokens.get(login) ?? signIn(login)
    tokens.set(login, known)
    return known
  }
  const send = async (what: string, path: string, init: RequestInit): Promise<Response> => {
    const reply = await fetch(url + path, init)
    if (!reply.ok) throw new HttpRefused(what, (await reply.json()) as Problem)
    return reply
  }
  const callWithKey: HttpDriver['callWithKey'] = async (login, endpoint, input, key) => {
    let path = endpoint.path
    for (const [name, value] of Object.entries((input.params ?? {}) as Record<string, unknown>))
      path = path.replace(`:${name}`, encodeURIComponent(String(value)))
    const query = new URLSearchParams(
      Object.entries((input.query ?? {}) as Record<string, string | number | undefined>).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      ),
    )
    const reply = await send(`${login} ${endpoint.id}`, query.size === 0 ? path : `${path}?${query.toString()}`, {
      method: endpoint.method,
      headers: {
        authorization: `Bearer ${await tokenOf(login)}`,
        ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(endpoint.idempotent === true ? { 'idempotency-key': key } : {}),
      },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    })
    return (await reply.json()) as never
  }
  return {
    now: () => clock ?? instantFromMs(Date.now()),
    callWithKey,
    call: (login, endpoint, input) => callWithKey(login, endpoint, input, randomUUID()),
    upload: async (login, fileName, content) => {
      const headers = { authorization: `Bearer ${await tokenOf(login)}` }
      const started = (await (
        await send(`${login} starts an upload`, '/api/uploads', {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({
            fileName,
            sizeBytes: content.byteLength,
            sha256: createHash('sha256').update(content).digest('hex'),
          }),
        })
      ).json()) as { uploadId: string; chunkBytes: number }
      // In pieces, as the server wants them.
      for (let offset = 0; offset < content.byteLength; offset += started.chunkBytes)
        await send(`${login} uploads ${fileName}`, `/api/uploads/${started.uploadId}`, {
          method: 'PATCH',
          headers: { ...headers, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
          body: content.slice(offset, offset + started.chunkBytes),
        })
      await send(`${login} finishes ${fileName}`, `/api/uploads/${started.uploadId}/complete`, {
        method: 'POST',
        headers,
      })
      return started.uploadId
    },
    moveTo: async (at) => {
      const reply = await send('move the clock', '/api/simulation/clock', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ now: at }),
      })
      clock = instant(((await reply.json()) as { now: string }).now)
    },
    bytes: async (login, path) => {
      const reply = await send(
        path,
        path,
        login === null ? {} : { headers: { authorization: `Bearer ${await tokenOf(login)}` } },
      )
      return { mediaType: reply.headers.get('content-type') ?? '', content: new Uint8Array(await reply.arrayBuffer()) }
    },
    json: async (path) => (await send(path, path, {})).json(),
  }
}
