/** Files that are still on their way: the dialog around them waits, so that what somebody chose is not left behind. */
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react'

/** Says whether the list with this id uploads now. */
type TellUploading = (id: string, uploading: boolean) => void

export const Uploading = createContext<TellUploading>(() => undefined)

/** Who uploads after one of them said whether it does; the same list when nothing changed. */
export const afterTelling = (before: readonly string[], id: string, uploading: boolean): readonly string[] =>
  before.includes(id) === uploading ? before : uploading ? [...before, id] : before.filter((each) => each !== id)

/** For the dialog: whether anything inside uploads, and what to provide to the lists inside. */
export const useUploadsInside = (): { readonly uploading: boolean; readonly tell: TellUploading } => {
  const [running, setRunning] = useState<readonly string[]>([])
  const tell = useCallback<TellUploading>((id, uploading) => {
    setRunning((before) => afterTelling(before, id, uploading))
  }, [])
  return useMemo(() => ({ uploading: running.length > 0, tell }), [running, tell])
}

/** For a list of files: tells the dialog around it, and takes it back when the list goes away. */
export const useTellUploading = (id: string, uploading: boolean): void => {
  const tell = useContext(Uploading)
  useEffect(() => {
    tell(id, uploading)
    return () => tell(id, false)
  }, [tell, id, uploading])
}
