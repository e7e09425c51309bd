/** Follows the server's events (SSE) and refreshes what they touch in the query cache. */
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { z } from 'zod'

/** live: following · waiting: connecting or reconnecting · off: the browser is offline. */
export type LiveState = 'live' | 'waiting' | 'off'

const eventSchema = z.object({ kind: z.string() })

/** Capabilities whose pages show facts of another capability: an event of the key refreshes these too. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  projects: ['projects', 'approvals'],
  people: ['people', 'approvals', 'projects'],
  approvals: ['approvals', 'projects'],
  supervision: ['supervision', 'monitoring'],
}

/** Gives the capabilities whose queries an event makes stale; none for a message that is not an event. */
export const touchedBy = (message: string): readonly string[] => {
  let body: unknown
  try {
    body = JSON.parse(message)
  } catch {
    return []
  }
  const parsed = eventSchema.safeParse(body)
  if (!parsed.success) return []
  const capability = parsed.data.kind.split('.')[0] ?? ''
  return capability === '' ? [] : (shownBy[capability] ?? [capability])
}

const GATHER_MS = 400

/** Follows the events while the page is open; several within 0.4 s refresh once. */
export const useLive = (client: QueryClient, enabled: boolean): LiveState => {
  const [state, setState] = useState<LiveState>('waiting')
  useEffect(() => {
    if (!enabled) return
    const touched = new Set<string>()
    let timer = 0
    const refresh = () => {
      timer = 0
      const capabilities = new Set(touched)
      touched.clear()
      void client.invalidateQueries({
        predicate: ({ queryKey }) => capabilities.has(String(queryKey[0]).split('.')[0] ?? ''),
      })
    }
    const source = new EventSource('/api/live')
    const heard = (event: MessageEvent<string>) => {
      for (const capability of touchedBy(event.data)) touched.add(capability)
      if (touched.size > 0 && timer === 0) timer = window.setTimeout(refresh, GATHER_MS)
    }
    source.addEventListener('entry', heard)
    // Too much was missed to follow one by one.
    source.addEventListener('reset', () => void client.invalidateQueries())
    source.addEventListener('open', () => {
      // After a break the browser names the last event it saw, and the server sends what was missed.
      setState('live')
    })
    source.addEventListener('error', () => {
      setState(navigator.onLine ? 'waiting' : 'off')
    })
    return () => {
      source.close()
      window.clearTimeout(timer)
    }
  }, [client, enabled])
  return state
}

/** Says whether the browser believes to be online. */
export const useOnline = (): boolean => {
  const [online, setOnline] = useState(() => navigator.onLine)
  useEffect(() => {
    const update = () => setOnline(navigator.onLine)
    window.addEventListener('online', update)
    window.addEventListener('offline', update)
    return () => {
      window.removeEventListener('online', update)
      window.removeEventListener('offline', update)
    }
  }, [])
  return online
}
