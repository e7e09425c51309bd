/** Materials: each once, why it is needed, what is there, and an upload that survives a broken line. */
import { Button, Progress } from 'antd'
import { type ChangeEvent, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { AskButton } from '../../../../desk/ui/ask-button.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { uploadFile } from '../../../../desk/upload.ts'
import { type ApplicationFile, attachDocument, readDocument, removeDocument } from '../../contract.ts'
import { fileSize, isHandedIn, scanWords } from '../words.ts'

type Need = ApplicationFile['materials'][number]

export const materialDomId = (materialId: string): string => `material-${materialId}`

interface MaterialsProps {
  readonly file: ApplicationFile
  /** Which materials may be changed now. */
  readonly editable: (materialId: string) => boolean
  readonly itemName: (itemId: string) => string
  readonly faultsOf: (materialId: string) => readonly string[]
  readonly onFile: (file: ApplicationFile) => void
  /** The clerk's sentence beside a material. */
  readonly remark: (materialId: string) => ReactNode
}
export const Materials = (props: MaterialsProps): ReactElement => {
  const say = useSay()
  if (props.file.materials.length === 0)
    return <p className="quiet">{say('没有需要的材料。', 'No materials needed.')}</p>
  return (
    <div className="stack">
      {props.file.materials.map((need) => (
        <MaterialRow key={need.materialId} need={need} {...props} />
      ))}
    </div>
  )
}

const MaterialRow = ({
  need,
  file,
  editable,
  itemName,
  faultsOf,
  onFile,
  remark,
}: MaterialsProps & { readonly need: Need }): ReactElement => {
  const say = useSay()
  const documents = file.documents.filter((document) => document.materialId === need.materialId)
  const remove = useAct(removeDocument, { onDone: onFile })
  const { applicationId } = file.application
  const mayChange = editable(need.materialId) && isHandedIn(need.form)
  const faults = faultsOf(need.materialId)
  return (
    <section
      className="field"
      id={materialDomId(need.materialId)}
      aria-label={say(need.name)}
      style={{ marginBottom: 8 }}
    >
      <div className="row">
        <h3 style={{ margin: 0 }}>{say(need.name)}</h3>
        <span className="tag">{need.required ? say('必交', 'Required') : say('非必交', 'Optional')}</span>
        {need.waiver === 'deferral' && <span className="tag">{say('已承诺后补', 'Promised to follow')}</span>}
        {need.waiver === 'commitment' && <span className="tag">{say('以承诺代替', 'Commitment instead')}</span>}
        {isHandedIn(need.form) && need.deferrable === 'Y' && (
          <span className="tag">{say('可容缺后补', 'May follow later')}</span>
        )}
        {isHandedIn(need.form) && need.deferrable === 'C' && (
          <span className="tag">{say('满足条件可容缺', 'May follow on conditions')}</span>
        )}
      </div>
      <p className="help">
        {say(need.because)} · {say('用于', 'For')} {need.usedBy.map(itemName).join('、')}
      </p>
      {need.form === 'form' && (
        <p className="notice">
          {say('由所填的这张表自动生成,无需上传。', 'Made from this form by itself: nothing to upload.')}
        </p>
      )}
      {need.form === 'exempt' &&
        (need.takenFrom === null ? (
          <p className="notice">{say('此项由系统调取,无需提交。', 'Fetched by the system: nothing to hand in.')}</p>
        ) : (
          <p className="notice">
            {say('无需提交,取自', 'Nothing to hand in, taken from')} {need.takenFrom}
          </p>
        ))}
      {remark(need.materialId)}
      {documents.length > 0 && (
        <ul style={{ margin: '4px 0 8px', paddingInlineStart: 20 }}>
          {documents.map((document) => (
            <li key={document.documentId}>
              <a href={addressOf(readDocument, { applicationId, documentId: document.documentId })} download>
                {document.fileName}
              </a>{' '}
              <span className="quiet small">
                {fileSize(document.sizeBytes)} · {say(scanWords[document.scan])} · SHA-256{' '}
                <code title={document.sha256}>{document.sha256.slice(0, 12)}…</code>
              </span>{' '}
              {mayChange && (
                <AskButton
                  look={{ size: 'small' }}
                  question={say(`移除“${document.fileName}”?`, `Remove “${document.fileName}”?`)}
                  consequence={say(
                    '移除后这份文件不再随申请提交;需要时可以重新上传。',
                    'The file is no longer part of the application; it can be uploaded again.',
                  )}
                  answer={say('移除', 'Remove')}
                  busy={remove.isPending}
                  error={remove.error}
                  onAct={() => remove.mutateAsync({ params: { applicationId, documentId: document.documentId } })}
                >
                  {say('移除', 'Remove')}
                  <span className="hidden">{document.fileName}</span>
                </AskButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayChange && <MaterialUpload need={need} applicationId={applicationId} onFile={onFile} />}
      {faults.length > 0 && <p className="fault">{faults.join(' ')}</p>}
    </section>
  )
}

interface Running {
  readonly fileName: string
  readonly share: number
  readonly waiting: boolean
}

const MaterialUpload = ({
  need,
  applicationId,
  onFile,
}: {
  readonly need: Need
  readonly applicationId: ApplicationFile['application']['applicationId']
  readonly onFile: (file: ApplicationFile) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const stop = useRef<AbortController | null>(null)
  const [running, setRunning] = useState<Running | null>(null)
  const [failed, setFailed] = useState<{ error: unknown; chosen: File } | null>(null)
  const attach = useAct(attachDocument, { onDone: onFile })
  useEffect(() => () => stop.current?.abort(), [])

  const start = async (chosen: File) => {
    const control = new AbortController()
    stop.current = control
    setFailed(null)
    setRunning({ fileName: chosen.name, share: 0, waiting: false })
    try {
      const stored = await uploadFile(chosen, {
        signal: control.signal,
        onProgress: (share) => setRunning((before) => (before === null ? before : { ...before, share })),
        onWaiting: (waiting) => setRunning((before) => (before === null ? before : { ...before, waiting })),
      })
      await attach.mutateAsync({
        params: { applicationId },
        body: { materialId: need.materialId, uploadId: stored.uploadId },
      })
    } catch (error) {
      if (!control.signal.aborted) setFailed({ error, chosen })
    } finally {
      setRunning(null)
    }
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0]
    event.target.value = ''
    if (chosen !== undefined) void start(chosen)
  }
  return (
    <div>
      <label htmlFor={id} className="hidden">
        {say('上传', 'Upload')}:{say(need.name)}
      </label>
      <input id={id} ref={input} type="file" onChange={choose} disabled={running !== null} />
      {running !== null && (
        <div className="row" role="status">
          <span>
            {running.waiting ? say('网络中断,正在续传', 'Connection lost, resuming') : say('正在上传', 'Uploading')}{' '}
            {running.fileName}
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
    </div>
  )
}
