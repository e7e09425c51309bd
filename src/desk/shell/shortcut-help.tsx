/** What the keys do on this page; and the switch that turns them off. */
import { Modal, Switch } from 'antd'
import { type ReactElement, useId } from 'react'
import { useSay } from '../language.tsx'
import { enableShortcuts, useActiveShortcuts, useShortcutsEnabled } from '../shortcuts.ts'

export const ShortcutHelp = ({
  open,
  onClose,
}: {
  readonly open: boolean
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const shortcuts = useActiveShortcuts()
  const enabled = useShortcutsEnabled()
  const id = useId()
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={say('键盘快捷键', 'Keyboard shortcuts')}>
      <table className="cases keep">
        <caption className="hidden">{say('本页可用的快捷键', 'Shortcuts on this page')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('按键', 'Key')}</th>
            <th scope="col">{say('作用', 'Effect')}</th>
          </tr>
        </thead>
        <tbody>
          {shortcuts.map((shortcut) => (
            <tr key={`${shortcut.key}${shortcut.what.zh}`}>
              <td>
                <kbd>{shortcut.key}</kbd>
              </td>
              <td>{say(shortcut.what)}</td>
            </tr>
          ))}
          <tr>
            <td>
              <kbd>Enter</kbd>
            </td>
            <td>{say('打开选中的一行', 'Open the chosen row')}</td>
          </tr>
        </tbody>
      </table>
      <p className="row" style={{ marginTop: 16 }}>
        <Switch id={id} checked={enabled} onChange={enableShortcuts} />
        <label htmlFor={id}>{say('启用单键快捷键', 'Single-key shortcuts on')}</label>
      </p>
    </Modal>
  )
}
