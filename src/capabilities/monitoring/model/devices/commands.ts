/** What may be ordered of a device, and what becomes of an order. */
import { type Words, words } from '../../../../kernel/words.ts'

export const commandKinds = ['spray-on', 'spray-off', 'set-interval'] as const
export type CommandKind = (typeof commandKinds)[number]
export const commandWords: Readonly<Record<CommandKind, Words>> = {
  'spray-on': words('开启喷淋', 'Spray'),
  'spray-off': words('关闭喷淋', 'Stop spraying'),
  'set-interval': words('设置上报间隔', 'Set the interval of reports'),
}
/**
 * waiting: not given yet, the device is not connected · sent: given · received: the device has it · done, failed: as the device
 * answered · expired: no answer in time.
 */
export const commandStates = ['waiting', 'sent', 'received', 'done', 'failed', 'expired'] as const
export type CommandState = (typeof commandStates)[number]
export const commandStateWords: Readonly<Record<CommandState, Words>> = {
  waiting: words('等待设备连接', 'Waiting for the device'),
  sent: words('已下发', 'Sent'),
  received: words('设备已收到', 'Received'),
  done: words('已执行', 'Done'),
  failed: words('执行失败', 'Failed'),
  expired: words('超时未答复', 'No answer'),
}
/** Bounds of the amount by kind: minutes of spraying, seconds between reports; null: there is none. */
export const amounts: Readonly<Record<CommandKind, readonly [least: number, most: number] | null>> = {
  'spray-on': [1, 120],
  'spray-off': null,
  'set-interval': [5, 3600],
}
export const isAmount = (kind: CommandKind, amount: number | null): boolean => {
  const bounds = amounts[kind]
  return bounds === null ? amount === null : amount !== null && amount >= bounds[0] && amount <= bounds[1]
}
/** So long an order waits for its device and its answer, ms: one that comes later would surprise people. */
export const COMMAND_MS = 600_000
