/** 告知承诺, 事后核查 and credit records: their lives and words. Pure. */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import type { Words } from '../../../kernel/words.ts'
import type { CommitmentRules, CommitmentVariant } from './undertaking-rules.ts'

export type AfterCheckState = 'open' | 'found' | 'answered' | 'settled'
/** A true commitment is settled at once; anything else waits for the applicant's answer. */
export const afterCheckLife = lifecycle<AfterCheckState>('open', {
  open: ['found', 'settled'],
  found: ['answered', 'settled'],
  answered: ['settled'],
  settled: [],
})
export const afterCheckStateWords: Readonly<Record<AfterCheckState, Words>> = {
  open: { zh: '待核查', en: 'to be checked' },
  found: { zh: '已告知结果,等待申辩', en: 'found, waiting for the answer' },
  answered: { zh: '已申辩,待处理', en: 'answered, to be settled' },
  settled: { zh: '已办结', en: 'settled' },
}
export type AfterCheckResult = 'true' | 'false' | 'not-kept'
export const afterCheckResultWords: Readonly<Record<AfterCheckResult, Words>> = {
  true: { zh: '属实', en: 'true' },
  false: { zh: '不实', en: 'untrue' },
  'not-kept': { zh: '未按期履行', en: 'not kept in time' },
}
export const settlementWords: Readonly<Record<'closed' | 'correct' | 'revoke', Words>> = {
  closed: { zh: '不再追究,核查办结', en: 'closed without consequence' },
  correct: { zh: '责令限期整改', en: 'to be put right' },
  revoke: { zh: '提请撤销行政决定', en: 'the decision is proposed for revocation' },
}
export const measureWords: Readonly<Record<'correct' | 'revoke' | 'credit-mark', Words>> = {
  correct: { zh: '责令限期整改', en: 'put right' },
  revoke: { zh: '提请撤销行政决定', en: 'propose revocation' },
  'credit-mark': { zh: '提请记入信用信息', en: 'propose a credit mark' },
}

export type CreditState = 'proposed' | 'in-force' | 'dismissed' | 'lifted'
/** A proposed record has no effect until a person confirms it. */
export const creditLife = lifecycle<CreditState>('proposed', {
  proposed: ['in-force', 'dismissed'],
  'in-force': ['lifted'],
  dismissed: [],
  lifted: [],
})
export const creditStateWords: Readonly<Record<CreditState, Words>> = {
  proposed: { zh: '拟记入', en: 'proposed' },
  'in-force': { zh: '生效中', en: 'in force' },
  dismissed: { zh: '不予记入', en: 'dismissed' },
  lifted: { zh: '已核销', en: 'lifted' },
}
export type CreditKind = 'dishonest' | 'deferral-default' | 'false-commitment'
export const creditKindWords: Readonly<Record<CreditKind, Words>> = {
  dishonest: { zh: '失信', en: 'dishonest' },
  'deferral-default': { zh: '容缺材料逾期未补', en: 'deferral not kept' },
  'false-commitment': { zh: '告知承诺不实或者未履行', en: 'commitment untrue or not kept' },
}

export const variantOf = (rules: CommitmentRules, itemId: string): CommitmentVariant | null =>
  rules.items.find((each) => each.itemId === itemId) ?? null

/** The words that the applicant signs; the same facts give the same text. */
export const commitmentText = (input: {
  readonly rules: CommitmentRules
  readonly variant: CommitmentVariant
  readonly applicantName: string
  readonly projectName: string
  readonly caseNumber: string
  readonly itemName: Words
  readonly materials: readonly Words[]
}): string =>
  [
    '告知承诺书',
    `申请单位:${input.applicantName}`,
    `项目:${input.projectName}`,
    `办件编号:${input.caseNumber}`,
    `事项:${input.itemName.zh}(${input.variant.itemId})`,
    `依据:${input.variant.source.basis}`,
    '审批部门告知的条件:',
    ...input.variant.conditions.map((condition, index) => `${index + 1}. ${condition}`),
    ...input.rules.text.paragraphs,
    `以承诺代替的证明:${input.materials.map((name) => name.zh).join('、')}`,
    `文本版本:${input.rules.text.version}`,
  ].join('\n')
