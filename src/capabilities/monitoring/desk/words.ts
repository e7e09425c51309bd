/** Names that only the desk shows. */
import { type Words, words } from '../../../kernel/words.ts'
import type { ConnectionState } from '../contract/devices.ts'

export const connectionWords: Readonly<Record<ConnectionState, Words>> = {
  online: words('在线', 'Online'),
  silent: words('离线', 'Silent'),
  never: words('从未上报', 'Never heard of'),
}
const endings: Readonly<Record<string, Words>> = {
  disabled: words('设备停用', 'disabled'),
  'site ended': words('工地结束', 'the site ended'),
  'secret changed': words('更换密钥', 'new secret'),
  'taken over': words('从新连接接入', 'came on a new connection'),
  'connected elsewhere': words('已在另一处接入', 'is connected elsewhere'),
  'server stopped': words('平台停止', 'the server stopped'),
  'logged out': words('设备注销', 'logged out'),
  disconnected: words('设备断开', 'the device left'),
  'connection-lost': words('连接中断', 'connection lost'),
  keepalive: words('超时没有心跳', 'no keep-alive'),
  'taken-over': words('从新连接接入', 'came on a new connection'),
}
/** Why a connection ended; what has no name here stands as the gateway wrote it. */
export const endingWords = (reason: string): Words => endings[reason] ?? words(reason, reason)
