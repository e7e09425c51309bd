/** What follows from what: the state of a joint acceptance from its parts, and what stands in its way. Pure. */
import type { Words } from '../../../kernel/words.ts'

export const inspectionStates = ['planned', 'booked', 'remarks', 'passed', 'failed'] as const
export type InspectionState = (typeof inspectionStates)[number]
export const inspectionStateWords: Readonly<Record<InspectionState, Words>> = {
  planned: { zh: '待预约', en: 'To be booked' },
  booked: { zh: '已预约', en: 'Booked' },
  remarks: { zh: '有问题待整改', en: 'Remarks open' },
  passed: { zh: '合格', en: 'Passed' },
  failed: { zh: '不合格,须重新预约', en: 'Failed: book again' },
}
export const results = ['pass', 'remarks', 'fail'] as const
export type Result = (typeof results)[number]
export const resultWords: Readonly<Record<Result, Words>> = {
  pass: { zh: '合格', en: 'Pass' },
  remarks: { zh: '有问题,限期整改', en: 'Remarks to be put right' },
  fail: { zh: '不合格', en: 'Fail' },
}
export const partStates = ['open', 'remarks', 'failed', 'passed', 'cancelled'] as const
export type PartState = (typeof partStates)[number]
export const partStateWords: Readonly<Record<PartState, Words>> = {
  open: { zh: '待验收', en: 'To be examined' },
  remarks: { zh: '整改中', en: 'Being put right' },
  failed: { zh: '不合格,待申请复验', en: 'Failed: recheck to be asked' },
  passed: { zh: '合格', en: 'Passed' },
  cancelled: { zh: '已撤回', en: 'Withdrawn' },
}
export const acceptanceStates = ['examining', 'recheck', 'passed', 'concluded', 'withdrawn'] as const
export type AcceptanceState = (typeof acceptanceStates)[number]
export const acceptanceStateWords: Readonly<Record<AcceptanceState, Words>> = {
  examining: { zh: '联合验收中', en: 'Under examination' },
  recheck: { zh: '整改与复验', en: 'Putting right, recheck' },
  passed: { zh: '各部门均合格,待出具意见', en: 'All passed: opinion to come' },
  concluded: { zh: '已出具联合验收意见', en: 'Concluded' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
}
export const remarkStates = ['open', 'proved', 'closed'] as const
export type RemarkState = (typeof remarkStates)[number]
export const remarkStateWords: Readonly<Record<RemarkState, Words>> = {
  open: { zh: '待整改', en: 'Open' },
  proved: { zh: '已提交整改证明,待核验', en: 'Proof to be verified' },
  closed: { zh: '已核验销号', en: 'Closed' },
}

/** All passed: passed. One that has failed or has remarks, or is examined again: recheck. Else: examining. */
export const stateOfParts = (
  parts: readonly { readonly state: PartState; readonly round: number }[],
): 'examining' | 'recheck' | 'passed' => {
  if (parts.length > 0 && parts.every((part) => part.state === 'passed')) return 'passed'
  return parts.some((part) => part.state === 'failed' || part.state === 'remarks' || part.round > 1)
    ? 'recheck'
    : 'examining'
}

export interface InspectionFacts {
  readonly buildingId: string | null
  readonly label: Words
  readonly required: boolean
  readonly state: InspectionState
}
/** Required inspections that have not passed: they block an acceptance of their building, and those of the project the final one. */
export const blockingInspections = (
  inspections: readonly InspectionFacts[],
  buildingIds: readonly string[],
  final: boolean,
): readonly InspectionFacts[] =>
  inspections.filter(
    ({ required, state, buildingId }) =>
      required && state !== 'passed' && (buildingId === null ? final : buildingIds.includes(buildingId)),
  )
