/** Calls an endpoint of a contract with its own types: path filled, query written, reply passed through its schema. */
import type { Endpoint } from '../kernel/endpoint.ts'
import { newKey, preferences } from './browser.ts'
import { CallFailed, offlineProblem, problemOf, unreadableProblem } from './problem.ts'

type Params<P> = P extends undefined ? { readonly params?: undefined } : { readonly params: P }
type Body<B> = B extends undefined ? { readonly body?: undefined } : { readonly body: B }
/** What a call takes. Parts of the query that have a default may be left out. */
export type CallInput<P, Q, B> = Params<P> &
  Body<B> & {
    readonly query?: Q extends undefined ? undefined : { readonly [K in keyof Q]?: Q[K] | undefined }
    /** The same key for every try of one intention; made here where the endpoint needs one and none is given. */
    readonly idempotencyKey?: string
    readonly signal?: AbortSignal
  }

type Loose = Readonly<Record<string, unknown>>

/**
 * Gives the address of an endpoint with parameters and query, for links to documents too. A list stands with commas between:
 * so the contracts read it.
 */
export const addressOf = (endpoint: Pick<Endpoint, 'path'>, params: Loose = {}, query: Loose = {}): string => {
  const path = endpoint.path.replace(/:(\w+)/g, (_place, name: string) => {
    const value = params[name]
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Error(`no value for ${name} in ${endpoint.path}`)
    return encodeURIComponent(String(value))
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    const parts = (Array.isArray(value) ? value : [value]).filter(
      (one) => one !== undefined && one !== null && one !== '',
    )
    if (parts.length > 0) search.append(name, parts.map(String).join(','))
  }
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

type SignedOut = () => void
let signedOut: SignedOut = () => {}
/** Registers what to do when the server says that nobody is signed in any more. */
export const onSignedOut = (listener: SignedOut): void => {
  signedOut = listener
}

/** Asks the person to prove who they are once more; gives whether they did. */
type Prover = () => Promise<boolean>
let askForProof: Prover = async () => false
export const onProofNeeded = (prover: Prover): void => {
  askForProof = prover
}

const readJson = async (response: Response): Promise<unknown> => {
  try {
    return await response.json()
  } catch {
    return null
  }
}

/** Sends a request and gives the answer of a success. Throws `CallFailed` for everything else. */
export const send = async (address: string, init: RequestInit): Promise<Response> => {
  let response: Response
  try {
    response = await fetch(address, { credentials: 'same-origin', ...init })
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new CallFailed(offlineProblem)
  }
  if (response.ok) return response
  const problem = problemOf(response.status, await readJson(response), response.headers.get('x-trace-id'))
  if (response.status === 401 && address !== '/api/session') signedOut()
  if (problem.code === 'sign-in.proof-needed' && (await askForProof())) return send(address, init)
  throw new CallFailed(problem)
}

/** Headers of every call: the language of sentences, and the mark that a page of ours sends it. */
export const commonHeaders = (): Record<string, string> => ({
  accept: 'application/json, application/problem+json',
  'accept-language': preferences.read('mingzhu.language') === 'en' ? 'en' : 'zh-CN',
  'x-requested-with': 'mingzhu-desk',
})

/** Calls an endpoint. Throws `CallFailed` with the server's sentence and field faults when it is refused. */
export const call = async <P, Q, B, R>(endpoint: Endpoint<P, Q, B, R>, input: CallInput<P, Q, B>): Promise<R> => {
  const headers = commonHeaders()
  if (endpoint.idempotent === true) headers['idempotency-key'] = input.idempotencyKey ?? newKey()
  const init: RequestInit = { method: endpoint.method, headers }
  if (input.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(input.body)
  }
  if (input.signal !== undefined) init.signal = input.signal
  const response = await send(addressOf(endpoint, (input.params ?? {}) as Loose, (input.query ?? {}) as Loose), init)
  const parsed = endpoint.reply.safeParse(response.status === 204 ? undefined : await readJson(response))
  if (!parsed.success) throw new CallFailed(unreadableProblem(response.headers.get('x-trace-id')))
  return parsed.data
}
