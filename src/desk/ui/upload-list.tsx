/** Chooses files and uploads them at once; the form then names them by the ids of their uploads. */
import { Button, Progress } from 'antd'
import { type ChangeEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react'
import { useSay } from '../language.tsx'
import { type StoredUpload, uploadFile } from '../upload.ts'
import { RefusalNotice } from './refusal-notice.tsx'
import { useTellUploading } from './uploading.ts'

interface UploadListProps {
  readonly label: string
  readonly help?: string
  readonly files: readonly StoredUpload[]
  readonly onChange: (files: readonly StoredUpload[]) => void
  /** For example 'image/*': photos may be taken at once on a phone. */
  readonly accept?: string
  readonly most?: number
}
export const UploadList = ({ label, help, files, onChange, accept, most = 20 }: UploadListProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const stop = useRef<AbortController | null>(null)
  const [running, setRunning] = useState<{ readonly name: string; readonly share: number } | null>(null)
  const [failed, setFailed] = useState<{ readonly error: unknown; readonly chosen: readonly File[] } | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  useTellUploading(id, running !== null)
  const start = async (chosen: readonly File[]) => {
    const control = new AbortController()
    stop.current = control
    setFailed(null)
    let present = files
    for (const [index, file] of chosen.entries())
      try {
        setRunning({ name: file.name, share: 0 })
        const stored = await uploadFile(file, {
          signal: control.signal,
          onProgress: (share) => setRunning({ name: file.name, share }),
        })
        present = [...present, stored]
        onChange(present)
      } catch (error) {
        if (!control.signal.aborted) setFailed({ error, chosen: chosen.slice(index) })
        break
      }
    setRunning(null)
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(event.target.files ?? [])].slice(0, most - files.length)
    event.target.value = ''
    if (chosen.length > 0) void start(chosen)
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {help !== undefined && (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      <input
        id={id}
        type="file"
        multiple={most > 1}
        disabled={running !== null || files.length >= most}
        onChange={choose}
        {...(accept === undefined ? {} : { accept })}
        {...(help === undefined ? {} : { 'aria-describedby': `${id}-help` })}
      />
      {running !== null && (
        <div className="row" role="status">
          <span>
            {say('正在上传', 'Uploading')} {running.name}
          </span>
          <Progress
            percent={Math.round(running.share * 100)}
            style={{ maxWidth: 260 }}
            aria-label={say('上传进度', 'Upload progress')}
          />
          <Button size="small" onClick={() => stop.current?.abort()}>
            {say('停止', 'Stop')}
          </Button>
        </div>
      )}
      {failed !== null && <RefusalNotice error={failed.error} onRetry={() => void start(failed.chosen)} />}
      {files.length > 0 && (
        <ul style={{ margin: '4px 0 8px', paddingInlineStart: 20 }}>
          {files.map((file) => (
            <li key={file.uploadId}>
              {file.fileName}{' '}
              <Button size="small" onClick={() => onChange(files.filter((each) => each !== file))}>
                {say('移除', 'Remove')}
                <span className="hidden">{file.fileName}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
