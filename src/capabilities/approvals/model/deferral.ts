/**
 * 容缺受理: which documents may follow later, for whom, by when, and what happens when they do not come. Pure.
 *
 * A deferral never touches the clocks of the items: it has its own, and the authority's time goes on.
 */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import { addMonths, type LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Outcome } from '../contract.ts'
import type { MaterialNeed } from './materials.ts'
import type { DeferralRule, DeferralRules } from './undertaking-rules.ts'

export const deferralStates = ['declared', 'running', 'completed', 'defaulted', 'dropped'] as const
export type DeferralState = (typeof deferralStates)[number]
/** A document may still come after the default: what was held back is then released. */
export const deferralLife = lifecycle<DeferralState>('declared', {
  declared: ['running', 'dropped'],
  running: ['completed', 'defaulted', 'dropped'],
  defaulted: ['completed', 'dropped'],
  completed: [],
  dropped: [],
})
/** The document is still owed. */
export const owedStates: readonly DeferralState[] = ['declared', 'running', 'defaulted']

export const deferralStateWords: Readonly<Record<DeferralState, Words>> = {
  declared: { zh: '已承诺,待受理', en: 'promised, waiting for acceptance' },
  running: { zh: '待补交', en: 'to be supplied' },
  completed: { zh: '已补齐', en: 'supplied' },
  defaulted: { zh: '逾期未补', en: 'not supplied in time' },
  dropped: { zh: '已撤销容缺', en: 'dropped' },
}

/** What the policy needs to know of an item. */
export interface DeferralItem {
  readonly itemId: string
  readonly name: Words
  readonly safety: boolean
  readonly onTheSpot: boolean
}
/** What is on record about the applicant on a day. */
export interface ApplicantStanding {
  /** A record that makes it a dishonest applicant; null = none in force. */
  readonly dishonest: { readonly basis: string; readonly until: LocalDate | null } | null
  /** An earlier deferral was not kept: barred until this day, inclusive. */
  readonly barred: { readonly caseNumber: string; readonly until: LocalDate } | null
}
export interface DeferralVerdict {
  readonly materialId: string
  readonly eligible: boolean
  /** A condition is attached: the window decides on acceptance whether it is met. */
  readonly conditional: boolean
  readonly reason: Words
}

const no = (materialId: string, zh: string, en: string): DeferralVerdict => ({
  materialId,
  eligible: false,
  conditional: false,
  reason: { zh, en },
})
const untilWords = (until: LocalDate | null): Words =>
  until === null ? { zh: '', en: '' } : { zh: `,至${until}止`, en: ` until ${until}` }

/**
 * Says whether a document may be handed in later, and why or why not. The first reason against it counts: key documents,
 * documents of items that concern safety, items decided on the spot, a dishonest applicant, an applicant that is barred.
 */
export const deferralVerdict = (
  need: Pick<MaterialNeed, 'materialId' | 'deferrable' | 'usedBy' | 'form'>,
  note: Words | null,
  items: readonly DeferralItem[],
  standing: ApplicantStanding,
  exclusions: DeferralRules['exclusions'],
): DeferralVerdict => {
  const id = need.materialId
  if (need.deferrable === 'N')
    return no(id, '主审要件,不能容缺,请先准备好再提交。', 'A key document: it cannot follow later.')
  if (need.form === 'form' || need.form === 'exempt')
    return no(id, '此项无需提交,不必容缺。', 'Nothing has to be handed in here.')
  const using = items.filter((item) => need.usedBy.includes(item.itemId))
  const safety = exclusions.safety ? using.find((item) => item.safety) : undefined
  if (safety !== undefined)
    return no(
      id,
      `“${safety.name.zh}”直接涉及安全,其材料不适用容缺受理。`,
      `“${safety.name.en}” concerns safety: its documents cannot follow later.`,
    )
  const spot = exclusions.onTheSpot ? using.find((item) => item.onTheSpot) : undefined
  if (spot !== undefined)
    return no(
      id,
      `“${spot.name.zh}”当场办结,不适用容缺受理。`,
      `“${spot.name.en}” is decided on the spot: nothing can follow later.`,
    )
  if (standing.dishonest !== null) {
    const until = untilWords(standing.dishonest.until)
    return no(
      id,
      `申请单位有失信记录(${standing.dishonest.basis}${until.zh}),不适用容缺受理。记录有误的,请向窗口申请核销。`,
      `The applicant is on record as dishonest (${standing.dishonest.basis}${until.en}).`,
    )
  }
  if (standing.barred !== null)
    return no(
      id,
      `申请单位在${standing.barred.caseNumber}中逾期未补齐容缺材料,${standing.barred.until}前不再适用容缺受理。`,
      `An earlier deferral (${standing.barred.caseNumber}) was not kept: none until ${standing.barred.until}.`,
    )
  const condition = note === null ? { zh: '', en: '' } : { zh: `:${note.zh}`, en: `: ${note.en}` }
  return {
    materialId: id,
    eligible: true,
    conditional: need.deferrable === 'C',
    reason:
      need.deferrable === 'C'
        ? {
            zh: `有条件容缺,受理时由窗口核实${condition.zh}。`,
            en: `On conditions, checked on acceptance${condition.en}.`,
          }
        : { zh: `可以容缺${condition.zh}。`, en: `May follow later${condition.en}.` },
  }
}

/** How strict a limit is: days before events, fewer days before more. */
const strictness = (rule: DeferralRule): number =>
  rule.limit.kind === 'event' ? 10_000 : (rule.limit.days ?? 0) * (rule.limit.unit === 'workday' ? 1.5 : 1)

/** The rule of a material: of the items that use it, the one with the shortest limit; the general rule where none has one. */
export const deferralRuleOf = (rules: DeferralRules, itemIds: readonly string[]): DeferralRule => {
  const own = itemIds.flatMap((itemId): readonly DeferralRule[] => {
    const item = rules.items.find((each) => each.itemId === itemId)
    if (item === undefined) return []
    return [
      {
        limit: item.limit ?? rules.default.limit,
        extension: item.extension === undefined ? rules.default.extension : item.extension,
        consequences: item.consequences ?? rules.default.consequences,
      },
    ]
  })
  return (
    own.reduce<DeferralRule | null>(
      (best, rule) => (best === null || strictness(rule) < strictness(best) ? rule : best),
      null,
    ) ?? rules.default
  )
}

/** A decision in favour while a document is owed is 容缺办结; a refusal stays one. */
export const outcomeWithDeferral = (outcome: Outcome, owed: number): Outcome =>
  owed === 0 || outcome === 'refused' || outcome === 'partially-approved' ? outcome : 'approved-with-deferral'

/** Last day of the bar that a default brings; null where the rule has none. */
export const barredUntil = (rule: DeferralRule, day: LocalDate): LocalDate | null =>
  rule.consequences.actions.includes('block-deferral') ? addMonths(day, rule.consequences.barMonths) : null

/** The words that the applicant signs: the same facts give the same text, so its digest proves what was signed. */
export const deferralText = (input: {
  readonly rules: DeferralRules
  readonly applicantName: string
  readonly projectName: string
  readonly caseNumber: string
  readonly materials: readonly { readonly name: Words; readonly rule: DeferralRule }[]
}): string =>
  [
    '容缺受理承诺书',
    `申请单位:${input.applicantName}`,
    `项目:${input.projectName}`,
    `办件编号:${input.caseNumber}`,
    ...input.rules.text.paragraphs,
    '容缺材料:',
    ...input.materials.map(
      ({ name, rule }, index) =>
        `${index + 1}. ${name.zh}:${limitWords(rule).zh};逾期处理:${rule.consequences.actions.map((action) => actionWords[action].zh).join('、')}`,
    ),
    `文本版本:${input.rules.text.version}`,
  ].join('\n')

export const actionWords: Readonly<Record<DeferralRule['consequences']['actions'][number], Words>> = {
  remind: { zh: '催告', en: 'reminder' },
  'hold-output': { zh: '暂缓交付证件', en: 'the output is held back' },
  end: { zh: '终止办理;已经作出决定的,启动撤销程序', en: 'the case ends; a decision made is proposed for revocation' },
  'credit-mark': { zh: '提请记入信用信息', en: 'a credit mark is proposed' },
  'block-deferral': { zh: '一段时间内不再适用容缺受理', en: 'no other deferral for a time' },
}
export const limitWords = (rule: Pick<DeferralRule, 'limit'>): Words => {
  const { limit } = rule
  if (limit.kind === 'event' && limit.event !== null)
    return { zh: `最迟在${limit.event.zh}前补齐`, en: `at the latest before the ${limit.event.en}` }
  return {
    zh: `受理后${limit.days ?? 0}个${limit.unit === 'workday' ? '工作日' : '自然日'}内补齐`,
    en: `within ${limit.days ?? 0} ${limit.unit === 'workday' ? 'working' : 'calendar'} days of acceptance`,
  }
}
