/** Chooses a file and uploads it; gives the upload. */
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { uploadFile } from '../../../../desk/upload.ts'

export interface Uploaded {
  readonly uploadId: string
  readonly fileName: string
}
export const UploadInput = ({
  label,
  accept,
  onUploaded,
}: {
  readonly label: string
  readonly accept?: string
  readonly onUploaded: (upload: Uploaded) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [share, setShare] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const start = async (file: File) => {
    setError(null)
    setShare(0)
    try {
      const stored = await uploadFile(file, { signal: new AbortController().signal, onProgress: setShare })
      onUploaded({ uploadId: stored.uploadId, fileName: stored.fileName })
    } catch (problem) {
      setError(problem)
    } finally {
      setShare(null)
    }
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="file"
        disabled={share !== null}
        {...(accept === undefined ? {} : { accept })}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) void start(file)
        }}
      />
      {share !== null && (
        <p role="status">
          {say('正在上传', 'Uploading')} {Math.round(share * 100)}%
        </p>
      )}
      <RefusalNotice error={error} />
    </div>
  )
}
