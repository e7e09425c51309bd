/** Names that only the desk shows. */
import { type Words, words } from '../../../kernel/words.ts'
import type { ConnectionState } from '../contract/devices.ts'

export const connectionWords: Readonly<Record<ConnectionState, Words>> = {
  online: words('在线', 'Online'),
  silent: words('离线', 'Silent'),
  never: words('从未上报', 'Never heard of'),
}
