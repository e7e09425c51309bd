/** 补正: one full list, answered point by point. Pure. */
import type { Instant } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Answers } from '../contract.ts'

export type PointState = 'open' | 'answered' | 'met' | 'not-met'
export const pointStateWords: Readonly<Record<PointState, Words>> = {
  open: { zh: '待补正', en: 'open' },
  answered: { zh: '已答复', en: 'answered' },
  met: { zh: '已符合', en: 'met' },
  'not-met': { zh: '仍不符合', en: 'not met' },
}
export type ReceiptKind = 'received' | 'accepted' | 'refused' | 'corrections' | 'delivery'
export const receiptWords: Readonly<Record<ReceiptKind, Words>> = {
  received: { zh: '收件凭证', en: 'Receipt' },
  accepted: { zh: '受理通知书', en: 'Notice of acceptance' },
  refused: { zh: '不予受理通知书', en: 'Notice of non-acceptance' },
  corrections: { zh: '补正告知书', en: 'Notice of corrections' },
  delivery: { zh: '送达回证', en: 'Proof of delivery' },
}
/** The letters a receipt's number begins with; ASCII, because it stands in an address. */
export const receiptPrefix: Readonly<Record<ReceiptKind, string>> = {
  received: 'SJ',
  accepted: 'SL',
  refused: 'BS',
  corrections: 'BZ',
  delivery: 'SD',
}

export interface PointFacts {
  readonly anchor: string
  /** What the applicant or the window has said about it; null = nothing yet. */
  readonly stored: { readonly state: 'answered' | 'met' | 'not-met' } | null
}
export interface ChangeFacts {
  readonly before: Answers
  readonly now: Answers
  readonly issuedAt: Instant
  readonly documents: readonly { readonly materialId: string; readonly addedAt: Instant }[]
}

/** The field of a point holds another value, or a paper for its material came, since the list was given. */
export const pointChanged = (anchor: string, facts: ChangeFacts): boolean => {
  const colon = anchor.indexOf(':')
  const kind = anchor.slice(0, colon)
  const id = anchor.slice(colon + 1)
  if (kind === 'material')
    return facts.documents.some((document) => document.materialId === id && document.addedAt >= facts.issuedAt)
  return JSON.stringify(facts.before[id] ?? null) !== JSON.stringify(facts.now[id] ?? null)
}
/** A point is answered by changing what it names, or by words; the window's verdict goes before both. */
export const pointStateOf = (point: PointFacts, changed: boolean): PointState =>
  point.stored?.state ?? (changed ? 'answered' : 'open')
