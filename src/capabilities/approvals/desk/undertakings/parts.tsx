/** Small pieces of the pages about promises: a file that is uploaded for something, marks, signed words. */
import { Checkbox } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { uploadFile } from '../../../../desk/upload.ts'
import { type Certainty, needsVerification } from '../../../../kernel/sourced.ts'

/** Uploads one file and hands its id on; says what goes on and what failed. */
export const UploadField = ({
  label,
  onUploaded,
}: {
  readonly label: string
  readonly onUploaded: (uploadId: string, fileName: string) => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const [share, setShare] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [done, setDone] = useState('')
  const start = async (chosen: File) => {
    setError(null)
    setDone('')
    setShare(0)
    try {
      const stored = await uploadFile(chosen, {
        signal: new AbortController().signal,
        onProgress: setShare,
        onWaiting: () => undefined,
      })
      setDone(chosen.name)
      onUploaded(stored.uploadId, chosen.name)
    } catch (failure) {
      setError(failure)
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
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          if (chosen !== undefined) void start(chosen)
        }}
      />
      <p className="help" role="status">
        {share === null
          ? done === ''
            ? ''
            : say(`已上传 ${done}`, `Uploaded ${done}`)
          : say(`正在上传 ${Math.round(share * 100)}%`, `Uploading ${Math.round(share * 100)}%`)}
      </p>
      <RefusalNotice error={error} />
    </div>
  )
}

export const UncertainMark = ({ certainty }: { readonly certainty: Certainty }): ReactElement | null => {
  const say = useSay()
  return needsVerification(certainty) ? <span className="tag">{say('待核', 'Not verified')}</span> : null
}

/** The words that are signed, and the tick without which nothing is signed. */
export const SignedWords = ({
  paragraphs,
  version,
  agreed,
  onAgree,
  tried,
}: {
  readonly paragraphs: readonly string[]
  readonly version: string
  readonly agreed: boolean
  readonly onAgree: (agreed: boolean) => void
  readonly tried: boolean
}): ReactElement => {
  const say = useSay()
  return (
    <>
      <div className="notice">
        {paragraphs.map((line) => (
          <p key={line} style={{ margin: '4px 0' }}>
            {line}
          </p>
        ))}
        <p className="small quiet">{version}</p>
      </div>
      <Checkbox checked={agreed} onChange={(event) => onAgree(event.target.checked)}>
        {say('本单位已阅读并同意上述承诺', 'We have read and agree to this commitment')}
      </Checkbox>
      <p className="fault">{tried && !agreed ? say('请先阅读并同意承诺书。', 'Agree to the commitment first.') : ''}</p>
    </>
  )
}
