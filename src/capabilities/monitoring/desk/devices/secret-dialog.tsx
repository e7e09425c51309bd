/** A secret that is shown this once, with what to set on the device. */
import { Button, Modal } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'

export interface SecretOnce {
  readonly secret: string | null
  readonly settings: readonly { readonly name: string; readonly value: string }[]
}
export const SecretDialog = ({
  title,
  once,
  onClose,
}: {
  readonly title: string
  readonly once: SecretOnce
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    if (once.secret === null) return
    try {
      await navigator.clipboard.writeText(once.secret)
      setCopied(true)
    } catch {
      // Without leave to use the clipboard the secret can be selected by hand.
      setCopied(false)
    }
  }
  return (
    <Modal
      open
      onCancel={onClose}
      title={title}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {say('我已保存,关闭', 'I have kept it')}
        </Button>
      }
    >
      {once.secret === null ? (
        <p className="notice">{say('该设备使用上级设备的密钥。', 'It speaks by the secret of the device above it.')}</p>
      ) : (
        <>
          <p className="notice warn" role="alert">
            {say(
              '密钥只显示这一次,关闭后无法再查看。请现在写入设备或妥善保存。',
              'The secret is shown this once: set it on the device now, or keep it safe.',
            )}
          </p>
          <p className="row">
            <code style={{ fontSize: 18, overflowWrap: 'anywhere' }} data-testid="secret">
              {once.secret}
            </code>
            <Button size="small" onClick={() => void copy()}>
              {say('复制', 'Copy')}
            </Button>
            <span role="status" className="small">
              {copied ? say('已复制', 'Copied') : ''}
            </span>
          </p>
        </>
      )}
      {once.settings.length > 0 && (
        <>
          <h2 className="part">{say('设备上的设置', 'What to set on the device')}</h2>
          <dl className="facts">
            {once.settings.map((setting) => (
              <div key={setting.name}>
                <dt>{setting.name}</dt>
                <dd>
                  <code>{setting.value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Modal>
  )
}
