/** What can become true after a decision: entries of the journal, with the application as subject like all others. */
import { z } from 'zod'
import type { EventKind } from '../../../kernel/event.ts'
import { applicationFacts, day, eventsAbout, itemFacts } from './event-facts.ts'

const event = eventsAbout({ ...itemFacts, certificateId: z.string(), documentNumber: z.string() })
const onFile = eventsAbout(applicationFacts)

export const decisionScheduled = event(
  'decision-scheduled',
  'internal',
  { publishAt: z.string() },
  '“{itemName}”决定{documentNumber}定于{publishAt}公布',
)
export const decisionPublished = event(
  'decision-published',
  'public',
  {
    outcome: z.string(),
    outcomeName: z.string(),
    verificationCode: z.string(),
    decidedOn: day,
    late: z.boolean(),
  },
  '{departmentName}公布“{itemName}”的决定:{outcomeName},文号{documentNumber}({decidedOn}作出)',
)
export const decisionDelivered = event(
  'decision-delivered',
  'parties',
  { way: z.string(), wayName: z.string(), on: day },
  '决定{documentNumber}于{on}送达申请人({wayName})',
)
export const partlyDecided = event(
  'partly-decided',
  'parties',
  { open: z.string() },
  '“{itemName}”尚有部分另行决定:{open}',
)
const conditionFacts = { conditionId: z.string(), ordinal: z.number(), grade: z.string() }
export const evidenceGiven = event(
  'evidence-given',
  'parties',
  conditionFacts,
  '申请人提交{documentNumber}第{ordinal}项条件的履行证明',
)
export const conditionDischarged = event(
  'condition-discharged',
  'parties',
  conditionFacts,
  '{departmentName}核实{documentNumber}第{ordinal}项条件已履行',
)
export const evidenceRejected = event(
  'evidence-rejected',
  'parties',
  conditionFacts,
  '{documentNumber}第{ordinal}项条件的证明未通过核实,需重新提交',
)
export const waiverProposed = event(
  'waiver-proposed',
  'internal',
  conditionFacts,
  '提请免除{documentNumber}第{ordinal}项条件',
)
export const waiverRejected = event(
  'waiver-rejected',
  'internal',
  conditionFacts,
  '不同意免除{documentNumber}第{ordinal}项条件',
)
export const conditionWaived = event(
  'condition-waived',
  'parties',
  conditionFacts,
  '{departmentName}批准免除{documentNumber}第{ordinal}项条件',
)
const caseFacts = { remedyCaseId: z.string(), kind: z.string(), kindName: z.string() }
export const remedyLodged = event(
  'remedy-lodged',
  'parties',
  { ...caseFacts, lodgedOn: day, late: z.boolean() },
  '就{documentNumber}提起{kindName}({lodgedOn})',
)
export const remedyMoved = event(
  'remedy-moved',
  'parties',
  { ...caseFacts, to: z.string(), toName: z.string(), suspends: z.boolean() },
  '就{documentNumber}的{kindName}:{toName}',
)
export const decisionAnnulled = event(
  'decision-annulled',
  'public',
  { ...caseFacts },
  '决定{documentNumber}经{kindName}被撤销,“{itemName}”重新办理',
)
const actFacts = { actId: z.string(), kind: z.string(), kindName: z.string() }
export const actProposed = event('act-proposed', 'internal', actFacts, '提请{kindName}{documentNumber}')
export const hearingNotice = event(
  'hearing-notice',
  'parties',
  { ...actFacts, groundName: z.string(), answerUntil: day },
  '拟对{documentNumber}作出处理({groundName}),持证人可于{answerUntil}前陈述、申辩或者要求听证',
)
export const actAnswered = event('act-answered', 'parties', actFacts, '持证人就{documentNumber}提交陈述申辩')
export const actRejected = event('act-rejected', 'internal', actFacts, '不同意{kindName}{documentNumber}')
export const certificateReplaced = event(
  'certificate-replaced',
  'public',
  { ...actFacts, newCertificateId: z.string(), newDocumentNumber: z.string(), newVerificationCode: z.string() },
  '{documentNumber}已{kindName},由{newDocumentNumber}代替',
)
export const certificateRevoked = event(
  'certificate-revoked',
  'public',
  { groundName: z.string(), basis: z.string(), state: z.string() },
  '{departmentName}对{documentNumber}作出处理:{groundName}({basis})',
)
export const certificateLapsed = event(
  'certificate-lapsed',
  'public',
  { groundName: z.string(), basis: z.string(), late: z.boolean() },
  '{documentNumber}已失效:{groundName}({basis})',
)
const reportFacts = { siteReportId: z.string(), kind: z.string(), kindName: z.string(), on: day }
export const siteReported = event(
  'site-reported',
  'parties',
  reportFacts,
  '申请人就{documentNumber}报告:{kindName}({on})',
)
export const siteConfirmed = event(
  'site-confirmed',
  'parties',
  { ...reportFacts, due: day.nullable() },
  '{departmentName}确认{documentNumber}的{kindName}({on})',
)
export const siteRejected = event(
  'site-rejected',
  'parties',
  reportFacts,
  '{documentNumber}的{kindName}被退回,请更正后重报',
)
export const afterReminder = event(
  'after-reminder',
  'parties',
  /** `purpose` is absent in entries from before it was kept. */
  { clockId: z.string(), clockName: z.string(), purpose: z.string().optional(), due: day, late: z.boolean() },
  '提醒:{documentNumber}“{clockName}”将于{due}到期',
)
export const withdrawalRequested = onFile(
  'withdrawal-requested',
  'parties',
  { withdrawalId: z.string() },
  '申请人申请撤回{caseNumber}',
)
export const withdrawalRefused = onFile(
  'withdrawal-refused',
  'parties',
  { withdrawalId: z.string() },
  '窗口不同意撤回{caseNumber},恢复撤回申请前的状态',
)
export const withdrawn = onFile(
  'withdrawn',
  'public',
  { withdrawalId: z.string(), withdrawnOn: day },
  '“{stageName}”阶段申请已由申请人撤回',
)
export const reopened = onFile('reopened', 'public', { cause: z.string() }, '“{stageName}”阶段申请重新办理:{cause}')

export const afterEvents: readonly EventKind[] = [
  decisionScheduled,
  decisionPublished,
  decisionDelivered,
  partlyDecided,
  evidenceGiven,
  conditionDischarged,
  evidenceRejected,
  waiverProposed,
  waiverRejected,
  conditionWaived,
  remedyLodged,
  remedyMoved,
  decisionAnnulled,
  actProposed,
  hearingNotice,
  actAnswered,
  actRejected,
  certificateReplaced,
  certificateRevoked,
  certificateLapsed,
  siteReported,
  siteConfirmed,
  siteRejected,
  afterReminder,
  withdrawalRequested,
  withdrawalRefused,
  withdrawn,
  reopened,
] as readonly EventKind[]
