/** The life of a condition of a decision, and what open ones block. Pure. */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import type { Words } from '../../../kernel/words.ts'
import type { ConditionEvent, ConditionGrade, ConditionTerm } from '../contract/decision-parts.ts'

/** void 随决定失效: the decision itself is no longer in force. */
export const conditionStates = [
  'open',
  'evidence-given',
  'rejected',
  'discharged',
  'waived',
  'noticed',
  'void',
] as const
export type ConditionState = (typeof conditionStates)[number]

export const conditionLife = lifecycle<ConditionState>('open', {
  open: ['evidence-given', 'waived', 'noticed', 'void'],
  'evidence-given': ['discharged', 'rejected', 'waived', 'void'],
  rejected: ['evidence-given', 'waived', 'void'],
  discharged: [],
  waived: [],
  noticed: [],
  void: [],
})
export const openConditionStates: readonly ConditionState[] = ['open', 'evidence-given', 'rejected']

export interface ConditionFacts {
  readonly text: string
  readonly documentNumber: string
  readonly grade: ConditionGrade
  readonly blocks: readonly ConditionEvent[]
  readonly state: ConditionState
}
/** A lock blocks until it is discharged or waived; a hold until evidence was given. The others never block. */
export const blocksNow = (condition: Pick<ConditionFacts, 'grade' | 'state'>): boolean =>
  condition.grade === 'lock'
    ? openConditionStates.includes(condition.state)
    : condition.grade === 'hold' && (condition.state === 'open' || condition.state === 'rejected')

export const blocking = <T extends ConditionFacts>(conditions: readonly T[], event: ConditionEvent): readonly T[] =>
  conditions.filter((condition) => condition.blocks.includes(event) && blocksNow(condition))

/** The terms of a condition that somebody wrote as a plain sentence. */
export const plainTerm = (text: string): ConditionTerm => ({
  text,
  libraryId: null,
  grade: 'required',
  responsible: 'applicant',
  dueOn: null,
  dueEvent: null,
  blocks: [],
  source: '',
})

export const gradeWords: Readonly<Record<ConditionGrade, Words>> = {
  lock: { zh: '锁定', en: 'Lock' },
  hold: { zh: '暂缓', en: 'Hold' },
  required: { zh: '限期履行', en: 'Required' },
  notice: { zh: '提示', en: 'Notice' },
}
export const eventWords: Readonly<Record<ConditionEvent, Words>> = {
  start: { zh: '开工', en: 'start of work' },
  completion: { zh: '竣工验收', en: 'completion' },
  use: { zh: '投入使用', en: 'use' },
}
export const conditionStateWords: Readonly<Record<ConditionState, Words>> = {
  open: { zh: '待履行', en: 'open' },
  'evidence-given': { zh: '已提交证明,待核实', en: 'evidence given' },
  rejected: { zh: '证明未通过,需重新提交', en: 'evidence rejected' },
  discharged: { zh: '已履行', en: 'discharged' },
  waived: { zh: '已免除', en: 'waived' },
  noticed: { zh: '提示,无需提交', en: 'notice only' },
  void: { zh: '随决定失效', en: 'void with the decision' },
}
export const responsibleWords: Readonly<Record<ConditionTerm['responsible'], Words>> = {
  applicant: { zh: '建设单位(申请人)', en: 'Owner (applicant)' },
  constructor: { zh: '施工单位', en: 'Contractor' },
  designer: { zh: '设计单位', en: 'Designer' },
  department: { zh: '审批部门', en: 'Department' },
}
