/** Keys of one stroke: pages declare theirs, '?' lists all, and a person may switch them off (WCAG 2.1.4). */
import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { Words } from '../kernel/words.ts'
import { preferences } from './browser.ts'

export interface Shortcut {
  readonly key: string
  readonly what: Words
  readonly run: () => void
}

let groups: readonly (readonly Shortcut[])[] = []
const listeners = new Set<() => void>()
const tell = (next: readonly (readonly Shortcut[])[]): void => {
  groups = next
  for (const listener of listeners) listener()
}
const follow = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
const off = 'mingzhu.shortcuts-off'
let enabled: boolean | null = null
export const shortcutsEnabled = (): boolean => {
  enabled ??= preferences.read(off) !== 'yes'
  return enabled
}
export const enableShortcuts = (on: boolean): void => {
  enabled = on
  if (on) preferences.remove(off)
  else preferences.write(off, 'yes')
  tell([...groups])
}
/** Every shortcut that works now, the newest page's first. */
export const useActiveShortcuts = (): readonly Shortcut[] => useSyncExternalStore(follow, () => groups).flat()
export const useShortcutsEnabled = (): boolean => useSyncExternalStore(follow, shortcutsEnabled)

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('[role=dialog],[role=listbox]') !== null)

/** Finds the shortcut of a key; the newest declaration wins. */
export const shortcutFor = (key: string, all: readonly (readonly Shortcut[])[]): Shortcut | undefined =>
  all.flat().find((shortcut) => shortcut.key === key)

/** Listens once for the whole desk. */
export const listenForShortcuts = (): (() => void) => {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return
    if (!shortcutsEnabled() && event.key !== '?') return
    const shortcut = shortcutFor(event.key, groups)
    if (shortcut === undefined) return
    event.preventDefault()
    shortcut.run()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

/** Declares a page's shortcuts while it is shown. */
export const useShortcuts = (shortcuts: readonly Shortcut[]): void => {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  const signature = shortcuts.map((shortcut) => shortcut.key).join(' ')
  useEffect(() => {
    const group = latest.current.map(({ key, what }) => ({
      key,
      what,
      run: () => latest.current.find((shortcut) => shortcut.key === key)?.run(),
    }))
    if (signature !== '') tell([group, ...groups])
    return () => tell(groups.filter((one) => one !== group))
  }, [signature])
}
