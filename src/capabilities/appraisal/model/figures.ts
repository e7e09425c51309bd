/** Computes figures from matters. Pure: the same matters, exclusions and rules always give the same figures. */
import type { PersonId } from '../../../kernel/identity.ts'
import type {
  AssessedCheck,
  AssessedDecision,
  AssessedMatter,
  ConfirmedSignal,
} from '../../approvals/contract/assessment.ts'
import type { ApplicationId } from '../../approvals/contract.ts'
import type { IndicatorCode, IndicatorRules } from './indicators.ts'

/** A file behind a figure, and what it adds to it. */
export interface FigureFile {
  /** The clock, the document, the check, or the signal. */
  readonly key: string
  readonly applicationId: ApplicationId | null
  readonly caseNumber: string
  readonly what: string
  /** Added above the line: 1 = on time; days; rounds. */
  readonly value: number
  /** False: shown, and not counted, because an objection was upheld. */
  readonly counted: boolean
  readonly note: string
}
export interface Figure {
  readonly scope: 'department' | 'person'
  readonly department: string
  readonly personId: PersonId | null
  readonly indicator: IndicatorCode
  readonly numerator: number
  /** Null for counts. */
  readonly denominator: number | null
  readonly files: readonly FigureFile[]
}
/** A file that an upheld objection takes out of a figure. */
export interface Exclusion {
  readonly key: string
  readonly indicator: IndicatorCode
  readonly reason: string
}

interface Entry {
  readonly indicator: IndicatorCode
  readonly department: string
  readonly personId: PersonId | null
  readonly file: Omit<FigureFile, 'counted'>
}
const ended = (matter: AssessedMatter): string =>
  matter.how === 'overdue'
    ? `到期日${matter.due ?? ''},期末仍未办结`
    : `${matter.endedOn ?? ''}办结,到期日${matter.due ?? ''},${matter.onTime ? '按时' : '超期'}`

const entryOf = (matter: AssessedMatter, indicator: IndicatorCode, value: number, note: string): Entry => ({
  indicator,
  department: matter.department,
  personId: matter.personId,
  file: {
    key: matter.clockId,
    applicationId: matter.applicationId,
    caseNumber: matter.caseNumber,
    what: matter.label.zh,
    value,
    note,
  },
})
const share = (onTime: boolean): number => (onTime ? 1 : 0)
const entriesOf = (matter: AssessedMatter): readonly Entry[] => {
  if (matter.lateEntered) return [entryOf(matter, 'late-entered', 1, ended(matter))]
  const found: Entry[] = []
  switch (matter.purpose) {
    case 'item':
      found.push(entryOf(matter, 'on-time', share(matter.onTime), ended(matter)))
      if (matter.how !== 'overdue')
        found.push(entryOf(matter, 'time-held', matter.heldDays, `在部门${matter.heldDays}日`))
      break
    case 'promise':
      found.push(entryOf(matter, 'promise-kept', share(matter.onTime), ended(matter)))
      break
    case 'intake':
      if (matter.rounds === 0 && matter.how !== 'overdue')
        found.push(entryOf(matter, 'first-response', matter.used, `用${matter.used}个工作日`))
      if (matter.how === 'answered' || matter.how === 'deemed')
        found.push(entryOf(matter, 'correction-rounds', matter.rounds, `此前补正${matter.rounds}次`))
      break
    case 'opinion':
      found.push(entryOf(matter, 'opinions-on-time', share(matter.onTime && matter.how === 'answered'), ended(matter)))
      if (matter.how === 'deemed') found.push(entryOf(matter, 'opinions-deemed', 1, ended(matter)))
      break
  }
  return found
}
const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const fellWords: Readonly<Record<NonNullable<AssessedDecision['fell']>['how'], string>> = {
  correction: '因差错更正',
  revocation: '因本机关原因撤销',
  annulled: '经复议或诉讼撤销',
  changed: '经复议或诉讼变更',
}
const standing = (decision: AssessedDecision): Entry => ({
  indicator: 'decisions-stand',
  department: decision.department,
  personId: null,
  file: {
    key: decision.certificateId,
    applicationId: decision.applicationId,
    caseNumber: decision.caseNumber,
    what: `${decision.itemName.zh} ${decision.documentNumber}`,
    value: decision.fell === null ? 1 : 0,
    note:
      decision.fell === null
        ? `${decision.decidedOn}作出,期末未因本机关原因更正、撤销`
        : `${decision.decidedOn}作出,${decision.fell.on}${fellWords[decision.fell.how]}`,
  },
})
const checked = (check: AssessedCheck): Entry => ({
  indicator: 'commitments-true',
  department: check.department,
  personId: null,
  file: {
    key: check.checkId,
    applicationId: check.applicationId,
    caseNumber: check.caseNumber,
    what: check.itemName.zh,
    value: share(check.kept),
    note: `${check.settledOn}核查办结,${check.kept ? '属实或者申辩成立' : '责令改正或者提请撤销'}`,
  },
})

/** What an assessment is made of. */
export interface Evidence {
  readonly matters: readonly AssessedMatter[]
  readonly decisions: readonly AssessedDecision[]
  readonly checks: readonly AssessedCheck[]
  readonly signals: readonly ConfirmedSignal[]
}
/** Gives the figures in a fixed order: department, person, indicator. A department without a file has no figure. */
export const computeFigures = (
  rules: IndicatorRules,
  { matters, decisions, checks, signals }: Evidence,
  exclusions: readonly Exclusion[],
): readonly Figure[] => {
  const entries: readonly Entry[] = [
    ...matters.flatMap(entriesOf),
    ...decisions.map(standing),
    ...checks.map(checked),
    ...signals.map(
      (signal): Entry => ({
        indicator: 'signals-confirmed',
        department: signal.department,
        personId: null,
        file: {
          key: signal.signalId,
          applicationId: signal.applicationId,
          caseNumber: signal.caseNumber,
          what: signal.ruleName.zh,
          value: 1,
          note: '经核实',
        },
      }),
    ),
  ]
  const out = new Map(exclusions.map((each) => [`${each.indicator} ${each.key}`, each.reason]))
  const groups = new Map<string, { figure: Omit<Figure, 'numerator' | 'denominator' | 'files'>; files: FigureFile[] }>()
  const put = (figure: Omit<Figure, 'numerator' | 'denominator' | 'files'>, file: FigureFile): void => {
    const key = `${figure.department} ${figure.personId ?? ''} ${figure.indicator}`
    const group = groups.get(key) ?? { figure, files: [] }
    group.files.push(file)
    groups.set(key, group)
  }
  for (const { indicator, department, personId, file } of entries) {
    const rule = rules.indicators.find((each) => each.code === indicator)
    if (rule === undefined) continue
    const reason = out.get(`${indicator} ${file.key}`)
    const counted: FigureFile =
      reason === undefined ? { ...file, counted: true } : { ...file, counted: false, note: `异议成立,不计入:${reason}` }
    put({ scope: 'department', department, personId: null, indicator }, counted)
    if (rule.persons && personId !== null) put({ scope: 'person', department, personId, indicator }, counted)
  }
  return [...groups.entries()]
    .sort(([a], [b]) => byKey(a, b))
    .map(([, { figure, files }]) => {
      const sorted = [...files].sort((a, b) => byKey(a.caseNumber, b.caseNumber) || byKey(a.key, b.key))
      const counted = sorted.filter((file) => file.counted)
      const unit = rules.indicators.find((each) => each.code === figure.indicator)?.unit
      return {
        ...figure,
        numerator: counted.reduce((sum, file) => sum + file.value, 0),
        denominator: unit === 'count' ? null : counted.length,
        files: sorted,
      }
    })
}
/** The number that is shown: a share of 1, days, rounds, or a count; null where nothing was counted. */
export const valueOf = (figure: Pick<Figure, 'numerator' | 'denominator'>): number | null =>
  figure.denominator === null
    ? figure.numerator
    : figure.denominator === 0
      ? null
      : Math.round((figure.numerator / figure.denominator) * 10_000) / 10_000
/** '96.2%' · '3.4日' · '0.5次' · '12件'. */
export const valueText = (value: number | null, unit: 'share' | 'days' | 'rounds' | 'count'): string => {
  if (value === null) return '—'
  switch (unit) {
    case 'share':
      return `${(Math.round(value * 1000) / 10).toFixed(1)}%`
    case 'days':
      return `${(Math.round(value * 10) / 10).toFixed(1)}日`
    case 'rounds':
      return `${(Math.round(value * 100) / 100).toFixed(2)}次`
    case 'count':
      return `${value}件`
  }
}
