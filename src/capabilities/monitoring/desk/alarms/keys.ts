/** Keys of one stroke while the alarm's drawer is open: the desk's own listener leaves dialogs alone. */
import { useEffect, useRef } from 'react'
import { type Shortcut, shortcutsEnabled } from '../../../../desk/shortcuts.ts'

/** Says whether a key typed at a place is meant for the drawer and not for a field or a dialog above it. */
export const isForDrawer = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('.alarm-drawer') !== null &&
  !target.isContentEditable &&
  !['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) &&
  target.closest('.ant-modal, [role=listbox]') === null

export const useDrawerKeys = (shortcuts: readonly Shortcut[], open: boolean): void => {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    if (!open) return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (!shortcutsEnabled() || !isForDrawer(event.target)) return
      const shortcut = latest.current.find(({ key }) => key === event.key)
      if (shortcut === undefined) return
      event.preventDefault()
      shortcut.run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [open])
}
