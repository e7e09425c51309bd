/** A dialog with a small form: title, refusal of the last try, fields, one button. */
import { Button, Modal } from 'antd'
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Words } from '../../kernel/words.ts'
import { useSay } from '../language.tsx'
import { showFirstFault } from './first-fault.ts'
import { RefusalNotice } from './refusal-notice.tsx'
import { Unread, unreadWords, useUnreadInside } from './unread.ts'
import { Uploading, useUploadsInside } from './uploading.ts'

interface FormDialogProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly onSubmit: () => void
  readonly submitLabel: string
  readonly busy: boolean
  readonly error: unknown
  /** Names the field of a fault whose sentence does not. */
  readonly fieldOf?: (path: string) => Words | null
  readonly danger?: boolean
  readonly width?: number
  readonly children: ReactNode
}
export const FormDialog = (props: FormDialogProps): ReactElement => {
  const say = useSay()
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  const [early, setEarly] = useState(false)
  const { uploading, tell } = useUploadsInside()
  const { unread, around, stops } = useUnreadInside()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setEarly(uploading)
    if (uploading) return
    setTries((before) => before + 1)
    if (!stops()) props.onSubmit()
  }
  const { error } = props
  useEffect(() => {
    if (tries > 0 || (error !== null && error !== undefined)) showFirstFault(form.current)
  }, [tries, error])
  return (
    <Modal
      open={props.open}
      onCancel={props.onClose}
      title={props.title}
      width={props.width ?? 640}
      footer={null}
      destroyOnHidden
      mask={{ closable: false }}
    >
      <form onSubmit={submit} noValidate ref={form}>
        <RefusalNotice error={props.error} {...(props.fieldOf === undefined ? {} : { fieldOf: props.fieldOf })} />
        <Unread value={around}>
          <Uploading value={tell}>{props.children}</Uploading>
        </Unread>
        {around.tried && unread && (
          <p className="notice bad" role="alert">
            {say(unreadWords)}
          </p>
        )}
        {early && uploading && (
          <p className="notice warn" role="alert">
            {say(
              '文件还在上传,请等全部上传完成后再提交;不需要的请先停止上传。',
              'Files are still being uploaded: wait until all are there, or stop the upload first.',
            )}
          </p>
        )}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={props.onClose}>{say('取消', 'Cancel')}</Button>
          <Button type="primary" danger={props.danger ?? false} htmlType="submit" loading={props.busy}>
            {props.submitLabel}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
