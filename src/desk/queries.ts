/** Server data lives in the query cache alone, under the endpoint's id, so that live events know what to refresh. */
import {
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Endpoint } from '../kernel/endpoint.ts'
import { newKey } from './browser.ts'
import { type CallInput, call } from './call.ts'
import { createOnce } from './once.ts'
import { problemFrom } from './problem.ts'

export const keyOf = (endpoint: Pick<Endpoint, 'id'>, params?: unknown, query?: unknown): QueryKey => [
  endpoint.id,
  params ?? null,
  query ?? null,
]

interface ReadOptions {
  readonly enabled?: boolean
  /** Keeps showing the previous page of rows while the next loads. */
  readonly keep?: boolean
  /** Reads again after so many ms while the page is in sight: for figures that no event announces. */
  readonly everyMs?: number
}
/** Reads an endpoint through the cache. A body may be given for endpoints that ask by POST and change nothing. */
export const useRead = <P, Q, B, R>(
  endpoint: Endpoint<P, Q, B, R>,
  input: CallInput<P, Q, B>,
  options: ReadOptions = {},
): UseQueryResult<R> =>
  useQuery<R>({
    queryKey: [...keyOf(endpoint, input.params, input.query), ...(input.body === undefined ? [] : [input.body])],
    queryFn: ({ signal }) => call(endpoint, { ...input, signal }),
    enabled: options.enabled ?? true,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keep === true ? { placeholderData: (before: unknown) => before as never } : {}),
  })

/**
 * Does something by an endpoint. One key serves all tries of one intention: it changes only after an answer. The same thing
 * asked again while it is under way (a double click, Enter twice) is the same call, and is done once.
 */
export const useAct = <P, Q, B, R>(
  endpoint: Endpoint<P, Q, B, R>,
  options: { readonly onDone?: (reply: R) => void; readonly refresh?: readonly string[] } = {},
): UseMutationResult<R, Error, CallInput<P, Q, B>> => {
  const client = useQueryClient()
  const key = useRef<string | null>(null)
  const [once] = useState(createOnce<R>)
  return useMutation<R, Error, CallInput<P, Q, B>>({
    mutationFn: (input) => {
      const { signal: _signal, ...said } = input
      return once.run(JSON.stringify(said), () => {
        key.current ??= newKey()
        return call(endpoint, { ...input, idempotencyKey: key.current })
      })
    },
    onSuccess: async (reply) => {
      key.current = null
      if (!once.isFirst(reply)) return
      const capability = endpoint.id.split('.')[0] ?? ''
      const refresh = [capability, ...(options.refresh ?? [])]
      options.onDone?.(reply)
      await client.invalidateQueries({
        predicate: ({ queryKey }) => refresh.includes(String(queryKey[0]).split('.')[0] ?? ''),
      })
    },
    onError: (error) => {
      const { status, code } = problemFrom(error)
      // An answered refusal ends the intention; silence, a server fault and "still running" do not.
      if (status >= 400 && status < 500 && code !== 'http.still-running') key.current = null
    },
  })
}
