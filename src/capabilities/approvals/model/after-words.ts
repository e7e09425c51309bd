/** Names of what happens after a decision, for people. */
import type { Words } from '../../../kernel/words.ts'
import type { ActKind, CertificateState, DeliveryWay, ReportKind } from '../contract/after.ts'
import type { RemedyKind, RemedyState } from './remedies.ts'

export const certificateStateWords: Readonly<Record<CertificateState, Words>> = {
  'in-force': { zh: '有效', en: 'in force' },
  revoked: { zh: '已撤销', en: 'revoked' },
  replaced: { zh: '已被新文书代替', en: 'replaced' },
  lapsed: { zh: '已失效', en: 'lapsed' },
}
export const deliveryWords: Readonly<Record<DeliveryWay, Words>> = {
  platform: { zh: '平台签收', en: 'confirmed on the platform' },
  direct: { zh: '直接送达', en: 'handed over' },
  mail: { zh: '邮寄送达', en: 'by mail' },
  electronic: { zh: '电子送达', en: 'electronic' },
  lien: { zh: '留置送达', en: 'left at the place' },
  notice: { zh: '公告送达', en: 'by public notice' },
}
export const actWords: Readonly<Record<ActKind, Words>> = {
  correction: { zh: '更正', en: 'correction' },
  replacement: { zh: '变更换发', en: 'replacement' },
  revocation: { zh: '撤销、撤回或注销', en: 'revocation' },
}
export const remedyKindWords: Readonly<Record<RemedyKind, Words>> = {
  reconsideration: { zh: '行政复议', en: 'administrative reconsideration' },
  litigation: { zh: '行政诉讼', en: 'administrative litigation' },
}
export const remedyStateWords: Readonly<Record<RemedyState, Words>> = {
  lodged: { zh: '已提起', en: 'lodged' },
  admitted: { zh: '已受理', en: 'admitted' },
  heard: { zh: '已审理', en: 'heard' },
  upheld: { zh: '维持原决定', en: 'upheld' },
  changed: { zh: '变更原决定', en: 'changed' },
  annulled: { zh: '撤销原决定', en: 'annulled' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
}
export const reportWords: Readonly<Record<ReportKind, Words>> = {
  start: { zh: '开工', en: 'start of work' },
  stop: { zh: '中止施工', en: 'stop of work' },
  resume: { zh: '恢复施工', en: 'resumption of work' },
  extension: { zh: '开工延期', en: 'extension of the start' },
}
export const siteStateWords: Readonly<Record<'waiting' | 'started' | 'stopped', Words>> = {
  waiting: { zh: '尚未开工', en: 'not started' },
  started: { zh: '施工中', en: 'under way' },
  stopped: { zh: '已中止施工', en: 'stopped' },
}
