/** Entries that are not understood (words for a number, half a place): the form around them is not sent without them. */
import { createContext, useCallback, useContext, useEffect, useId, useMemo, useState } from 'react'
import { words } from '../../kernel/words.ts'
import { afterTelling } from './uploading.ts'

interface Around {
  /** Says whether the input with this id holds something that is not understood. */
  readonly tell: (id: string, unread: boolean) => void
  /** True after a try to send that was stopped: then every fault shows. */
  readonly tried: boolean
}
/** Provided by what sends a form: the dialog, or the page. */
export const Unread = createContext<Around>({ tell: () => undefined, tried: false })

export const unreadWords = words(
  '有填写的内容无法识别,请先改正标出的各项。',
  'Some entries cannot be read: correct the marked ones first.',
)

/** For an input: tells the form around it, and takes it back when the input goes away. Gives whether a try was stopped. */
export const useTellUnread = (id: string, unread: boolean): boolean => {
  const { tell, tried } = useContext(Unread)
  useEffect(() => {
    tell(id, unread)
    return () => tell(id, false)
  }, [tell, id, unread])
  return tried
}

interface UnreadInside {
  readonly unread: boolean
  /** What to provide to the inputs inside. */
  readonly around: Around
  /** To ask before sending: true = it must wait, and the inputs inside show why. */
  readonly stops: () => boolean
}
/** For what sends a form; a form within a form holds up both. */
export const useUnreadInside = (): UnreadInside => {
  const [open, setOpen] = useState<readonly string[]>([])
  const [tried, setTried] = useState(false)
  const unread = open.length > 0
  useTellUnread(useId(), unread)
  const tell = useCallback((id: string, isUnread: boolean) => {
    setOpen((before) => afterTelling(before, id, isUnread))
  }, [])
  const around = useMemo(() => ({ tell, tried }), [tell, tried])
  const stops = (): boolean => {
    setTried(unread)
    return unread
  }
  return { unread, around, stops }
}
