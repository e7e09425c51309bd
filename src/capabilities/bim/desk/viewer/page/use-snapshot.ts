/** Keeps what the viewer shows as a picture of the conflict, with the camera for BCF. */
import { App } from 'antd'
import { useState } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { useAct } from '../../../../../desk/queries.ts'
import { uploadFile } from '../../../../../desk/upload.ts'
import { addSnapshot } from '../../../contract/conflicts.ts'
import type { ConflictId } from '../../../contract.ts'
import type { Stage } from '../stage.ts'

export const useSnapshot = (stage: Stage | null, conflictId: ConflictId | undefined, number: string | undefined) => {
  const say = useSay()
  const { message } = App.useApp()
  const act = useAct(addSnapshot, { onDone: () => void message.success(say('截图已保存。', 'Saved.')) })
  const [saving, setSaving] = useState<{ readonly busy: boolean; readonly error: unknown }>({
    busy: false,
    error: null,
  })
  const save = async (): Promise<void> => {
    if (stage === null || conflictId === undefined) return
    setSaving({ busy: true, error: null })
    try {
      const camera = stage.camera()
      const file = new File([await stage.picture()], `${number ?? 'conflict'}.png`, { type: 'image/png' })
      const stored = await uploadFile(file, { onProgress: () => undefined, signal: new AbortController().signal })
      act.mutate({ params: { conflictId }, body: { uploadId: stored.uploadId, camera } })
      setSaving({ busy: false, error: null })
    } catch (error) {
      setSaving({ busy: false, error })
    }
  }
  return { save, busy: saving.busy || act.isPending, error: saving.error ?? act.error }
}
