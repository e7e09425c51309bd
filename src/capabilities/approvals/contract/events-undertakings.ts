/** Entries about deferrals, commitments, after-checks, credit records, correction rounds, paper intake and receipts. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { applicationFacts, day, eventsAbout } from './event-facts.ts'

const event = eventsAbout(applicationFacts)
const deferral = { deferralId: z.string(), materialId: z.string(), materialName: z.string() }

export const commitmentSigned = event(
  'commitment-signed',
  'parties',
  { commitmentId: z.string(), commitmentKind: z.string(), title: z.string(), hash: z.string() },
  '签署{title},摘要{hash}',
)
export const commitmentWithdrawn = event(
  'commitment-withdrawn',
  'parties',
  { commitmentId: z.string(), title: z.string() },
  '撤回{title}',
)
export const deferralGranted = event(
  'deferral-granted',
  'public',
  { ...deferral, limit: z.string(), due: day.nullable() },
  '容缺受理:“{materialName}”{limit};办理时限照常计算',
)
export const deferralReminded = event(
  'deferral-reminded',
  'parties',
  { ...deferral, due: day.nullable(), rung: z.string(), late: z.boolean(), text: z.string() },
  '催告:{text}',
)
export const deferralExtended = event(
  'deferral-extended',
  'parties',
  { ...deferral, days: z.number().int(), due: day.nullable() },
  '容缺材料“{materialName}”的补交时限延长{days}日,至{due}',
)
export const deferralSupplied = event(
  'deferral-supplied',
  'public',
  { ...deferral, inTime: z.boolean(), sha256: z.string() },
  '容缺材料“{materialName}”已补齐',
)
export const deferralDefaulted = event(
  'deferral-defaulted',
  'parties',
  { ...deferral, due: day.nullable(), late: z.boolean(), actions: z.array(z.string()), actionNames: z.string() },
  '容缺材料“{materialName}”逾期未补,按承诺处理:{actionNames}',
)
export const deferralDropped = event('deferral-dropped', 'parties', { ...deferral }, '“{materialName}”不再容缺')
export const itemEnded = event(
  'item-ended',
  'public',
  { itemRunId: z.string(), itemId: z.string(), itemName: z.string(), reason: z.string() },
  '“{itemName}”终止办理:{reason}',
)
/** Whoever revokes decisions takes this up; nothing is revoked by it. */
export const revocationProposed = event(
  'revocation-proposed',
  'parties',
  { itemRunId: z.string(), itemName: z.string(), documentNumber: z.string(), reason: z.string(), basis: z.string() },
  '提请撤销“{itemName}”的决定({documentNumber}):{reason}({basis})。申请人可以陈述、申辩',
)
const afterCheck = { afterCheckId: z.string(), itemRunId: z.string(), itemName: z.string(), departmentName: z.string() }
export const afterCheckOpened = event(
  'after-check-opened',
  'parties',
  { ...afterCheck, due: day.nullable() },
  '“{itemName}”以告知承诺办结,{departmentName}将在{due}前事后核查',
)
export const afterCheckFound = event(
  'after-check-found',
  'parties',
  {
    ...afterCheck,
    result: z.string(),
    resultName: z.string(),
    measures: z.array(z.string()),
    answerUntil: day.nullable(),
  },
  '“{itemName}”事后核查结果:{resultName}',
)
export const afterCheckAnswered = event(
  'after-check-answered',
  'parties',
  { ...afterCheck },
  '申请人就“{itemName}”的核查结果陈述、申辩',
)
export const afterCheckSettled = event(
  'after-check-settled',
  'parties',
  { ...afterCheck, settlement: z.string(), settlementName: z.string() },
  '“{itemName}”的核查处理:{settlementName}',
)
export const receiptIssued = event(
  'receipt-issued',
  'parties',
  {
    receiptId: z.string(),
    receiptKind: z.string(),
    title: z.string(),
    receiptNumber: z.string(),
    bySilence: z.boolean(),
    late: z.boolean(),
  },
  '出具并送达{title} {receiptNumber}',
)
export const paperEntered = event(
  'paper-entered',
  'public',
  { receivedAt: z.string(), receivedText: z.string(), reason: z.string() },
  '纸质申请后补录入:{receivedText}收到纸质材料({reason})',
)
export const correctionProposed = event(
  'correction-proposed',
  'internal',
  { requestId: z.string(), count: z.number().int() },
  '因新的情况提请再次告知补正,共{count}处,等待效能监督批准',
)
export const correctionRejected = event(
  'correction-rejected',
  'internal',
  { requestId: z.string() },
  '效能监督不同意再次告知补正',
)
export const correctionPointAnswered = event(
  'correction-point-answered',
  'parties',
  { round: z.number().int(), number: z.number().int() },
  '答复补正第{number}点',
)
export const correctionPointJudged = event(
  'correction-point-judged',
  'parties',
  { round: z.number().int(), number: z.number().int(), met: z.boolean(), verdict: z.string() },
  '窗口核对补正第{number}点:{verdict}',
)

const creditFacts = {
  creditRecordId: z.string(),
  organisationId: z.string(),
  organisationName: z.string(),
  kindName: z.string(),
}
const creditEvent = <S extends z.ZodRawShape>(kind: string, more: S, sentence: string) =>
  defineEvent({
    kind: `approvals.${kind}`,
    version: 1,
    visibility: 'internal',
    payload: z.object({ ...creditFacts, ...more }),
    sentence,
  })
export const creditProposed = creditEvent(
  'credit-proposed',
  { source: z.string() },
  '提请对{organisationName}记入信用信息:{kindName}(未经确认,不公开)',
)
export const creditEntered = creditEvent(
  'credit-entered',
  { from: day, to: day.nullable() },
  '{organisationName}信用记录生效:{kindName}',
)
export const creditSettled = creditEvent(
  'credit-settled',
  { state: z.string(), stateName: z.string() },
  '{organisationName}的信用记录({kindName}){stateName}',
)
export const creditAnswered = creditEvent('credit-answered', {}, '{organisationName}对拟记入的信用记录陈述、申辩')

export const undertakingEvents: readonly EventKind[] = [
  commitmentSigned,
  commitmentWithdrawn,
  deferralGranted,
  deferralReminded,
  deferralExtended,
  deferralSupplied,
  deferralDefaulted,
  deferralDropped,
  itemEnded,
  revocationProposed,
  afterCheckOpened,
  afterCheckFound,
  afterCheckAnswered,
  afterCheckSettled,
  receiptIssued,
  paperEntered,
  correctionProposed,
  correctionRejected,
  correctionPointAnswered,
  correctionPointJudged,
  creditProposed,
  creditEntered,
  creditSettled,
  creditAnswered,
] as readonly EventKind[]
