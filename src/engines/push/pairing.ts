/** Pairs what an alarm says with its picture: within one group of parts either may come first. */
import type { Part } from './multipart.ts'

export const isPicture = ({ headers, body }: Part): boolean =>
  /^image\//i.test(headers['content-type'] ?? '') || (body[0] === 0xff && body[1] === 0xd8 && body[2] === 0xff)

export interface Paired<M> {
  readonly message: M
  readonly pictures: readonly Uint8Array[]
}

export interface Pairing<M> {
  /** Takes a part; gives what is certain to have no more pictures. */
  readonly take: (part: Part, nowMs: number) => readonly Paired<M>[]
  /** Gives what has waited long enough for its picture. */
  readonly tick: (nowMs: number) => readonly Paired<M>[]
  /** The group is over: gives what is left. */
  readonly end: () => readonly Paired<M>[]
}

/** A picture follows its message within this time, or not at all. */
export const PICTURE_MS = 2000
const MAX_PICTURES = 8

/**
 * `read` gives the message of a part of text; `wantsPicture` says whether one is to be expected. On a stream the group ends when
 * the next message comes, when a picture that came first has found its message, or by time.
 */
export const pairing = <M>(read: (body: Uint8Array) => M | null, wantsPicture: (message: M) => boolean): Pairing<M> => {
  let message: { readonly value: M; readonly sinceMs: number } | null = null
  let pictures: Uint8Array[] = []
  let early = false
  const flush = (): readonly Paired<M>[] => {
    const out = message === null ? [] : [{ message: message.value, pictures }]
    message = null
    pictures = []
    early = false
    return out
  }
  return {
    take: (part, nowMs) => {
      if (isPicture(part)) {
        if (part.tooLarge || pictures.length >= MAX_PICTURES) return []
        if (message === null) early = true
        pictures.push(part.body)
        return []
      }
      const value = part.tooLarge ? null : read(part.body)
      if (value === null) return []
      if (!wantsPicture(value)) {
        // Heartbeats between a message and its picture leave the group as it is.
        return [{ message: value, pictures: [] }]
      }
      const before = message === null ? [] : flush()
      message = { value, sinceMs: nowMs }
      return early ? [...before, ...flush()] : before
    },
    tick: (nowMs) => (message !== null && nowMs - message.sinceMs >= PICTURE_MS ? flush() : []),
    end: flush,
  }
}
