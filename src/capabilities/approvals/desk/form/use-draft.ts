/**
 * The draft under edit: saved by itself shortly after typing; kept in the tab until the server has it; merged when
 * somebody else saved meanwhile.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { readKept, tabStore } from '../../../../desk/browser.ts'
import { call } from '../../../../desk/call.ts'
import { problemFrom } from '../../../../desk/problem.ts'
import { keyOf } from '../../../../desk/queries.ts'
import { type Answers, type ApplicationFile, answersSchema, readApplication, saveDraft } from '../../contract.ts'
import { type Conflict, mergeAnswers, sameAnswers } from './merge.ts'

export type SaveState = 'saved' | 'dirty' | 'saving' | 'conflict' | 'failed'

const SAVE_AFTER_MS = 1200
const RETRY_AFTER_MS = 8000
const keptSchema = z.object({ base: answersSchema, answers: answersSchema })
const keptAs = (applicationId: string) => `mingzhu.draft:${applicationId}`

interface Base {
  readonly version: number
  readonly answers: Answers
}
export interface Draft {
  readonly answers: Answers
  readonly state: SaveState
  readonly conflicts: readonly Conflict[]
  readonly error: unknown
  readonly change: (fieldId: string, value: Answers[string]) => void
  /** Settles one conflict by a value. */
  readonly settle: (fieldId: string, value: Answers[string] | undefined) => void
  /** Takes over what the server answered to something else (a document was attached). */
  readonly adopt: (file: ApplicationFile) => void
  /** Saves now; gives the version to go on with, or null when it could not be saved. */
  readonly flush: () => Promise<number | null>
}

export const useDraft = (file: ApplicationFile): Draft => {
  const { applicationId } = file.application
  const client = useQueryClient()
  const [answers, setAnswers] = useState<Answers>(file.application.answers)
  const [state, setState] = useState<SaveState>('saved')
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([])
  const [error, setError] = useState<unknown>(null)
  const base = useRef<Base>({ version: file.application.version, answers: file.application.answers })
  const mine = useRef(answers)
  const open = useRef(conflicts)
  const timer = useRef(0)
  const running = useRef<Promise<number | null> | null>(null)

  const put = useCallback((next: Answers) => {
    mine.current = next
    setAnswers(next)
  }, [])
  const ask = useCallback((next: readonly Conflict[]) => {
    open.current = next
    setConflicts(next)
  }, [])
  const keep = useCallback(() => {
    if (sameAnswers(base.current.answers, mine.current)) tabStore.remove(keptAs(applicationId))
    else tabStore.write(keptAs(applicationId), JSON.stringify({ base: base.current.answers, answers: mine.current }))
  }, [applicationId])

  /** Merges the server's newer state under what is typed here. */
  const take = useCallback(
    (latest: ApplicationFile, sent: Answers = base.current.answers) => {
      const merged = mergeAnswers(sent, mine.current, latest.application.answers)
      base.current = { version: latest.application.version, answers: latest.application.answers }
      put(merged.answers)
      const still = open.current.filter((one) => !merged.conflicts.some((other) => other.fieldId === one.fieldId))
      ask([...still, ...merged.conflicts])
      keep()
    },
    [ask, keep, put],
  )

  const save = useCallback(async (): Promise<number | null> => {
    // Of several that wait, each looks again: another may have begun meanwhile.
    while (running.current !== null) await running.current
    if (open.current.length > 0) {
      setState('conflict')
      return null
    }
    if (sameAnswers(base.current.answers, mine.current)) {
      setState('saved')
      return base.current.version
    }
    const attempt = async (triesLeft: number): Promise<number | null> => {
      const sent = mine.current
      setState('saving')
      try {
        const saved = await call(saveDraft, {
          params: { applicationId },
          body: { version: base.current.version, answers: sent },
        })
        setError(null)
        take(saved, sent)
        client.setQueryData(keyOf(readApplication, { applicationId }), saved)
        setState(sameAnswers(base.current.answers, mine.current) ? 'saved' : 'dirty')
        return base.current.version
      } catch (failure) {
        const problem = problemFrom(failure)
        if (problem.status === 409 && triesLeft > 0) {
          const latest = await call(readApplication, { params: { applicationId } })
          if (latest.application.version !== base.current.version) {
            take(latest)
            client.setQueryData(keyOf(readApplication, { applicationId }), latest)
            if (open.current.length > 0) {
              setState('conflict')
              return null
            }
            return attempt(triesLeft - 1)
          }
        }
        throw failure
      }
    }
    const work = attempt(3).catch((failure: unknown) => {
      setError(failure)
      setState('failed')
      return null
    })
    running.current = work
    const version = await work
    running.current = null
    return version
  }, [applicationId, client, take])

  const schedule = useCallback(
    (ms: number) => {
      window.clearTimeout(timer.current)
      timer.current = window.setTimeout(() => void save(), ms)
    },
    [save],
  )
  const change = useCallback(
    (fieldId: string, value: Answers[string]) => {
      put({ ...mine.current, [fieldId]: value })
      keep()
      setState((before) => (before === 'conflict' ? before : 'dirty'))
      schedule(SAVE_AFTER_MS)
    },
    [keep, put, schedule],
  )
  const settle = useCallback(
    (fieldId: string, value: Answers[string] | undefined) => {
      put({ ...mine.current, [fieldId]: value ?? null })
      ask(open.current.filter((one) => one.fieldId !== fieldId))
      keep()
      setState(open.current.length > 0 ? 'conflict' : 'dirty')
      if (open.current.length === 0) schedule(0)
    },
    [ask, keep, put, schedule],
  )

  // What an earlier visit of this tab could not save is put on top of the server's state.
  useEffect(() => {
    const kept = readKept(tabStore, keptAs(applicationId), keptSchema)
    if (kept === null) return
    const merged = mergeAnswers(kept.base, kept.answers, base.current.answers)
    put(merged.answers)
    ask(merged.conflicts)
    if (!sameAnswers(base.current.answers, merged.answers)) {
      setState(merged.conflicts.length > 0 ? 'conflict' : 'dirty')
      schedule(SAVE_AFTER_MS)
    }
  }, [applicationId, ask, put, schedule])

  // A newer reading (somebody else saved, a document came in) goes under what is typed here.
  useEffect(() => {
    if (file.application.version > base.current.version && running.current === null) take(file)
  }, [file, take])

  useEffect(() => {
    if (state !== 'failed') return
    const again = window.setTimeout(() => void save(), RETRY_AFTER_MS)
    const online = () => void save()
    window.addEventListener('online', online)
    return () => {
      window.clearTimeout(again)
      window.removeEventListener('online', online)
    }
  }, [state, save])

  useEffect(
    () => () => {
      window.clearTimeout(timer.current)
      // Leaving the page: what is typed is sent at once; it also lies in the tab until the server has it.
      void save()
    },
    [save],
  )

  useEffect(() => {
    if (state === 'saved') return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [state])

  return { answers, state, conflicts, error, change, settle, adopt: take, flush: save }
}
