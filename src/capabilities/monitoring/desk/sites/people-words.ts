/** Names of the ways in which people pass a gate. */
import { type Words, words } from '../../../../kernel/words.ts'
import type { AttendanceRow } from '../../contract/people.ts'

export const directionWords: Readonly<Record<AttendanceRow['direction'], Words>> = {
  in: words('进', 'In'),
  out: words('出', 'Out'),
}
export const methodWords: Readonly<Record<AttendanceRow['method'], Words>> = {
  face: words('人脸', 'Face'),
  card: words('刷卡', 'Card'),
  manual: words('人工登记', 'By hand'),
}
