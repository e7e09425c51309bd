/** Plausible answers of an invented project to the questions of the guide and the fields of the one form. */
import type { z } from 'zod'
import type { Answers } from '../../capabilities/approvals/contract.ts'
import type { guideReplySchema, makeForm } from '../../capabilities/catalogue/contract.ts'
import type { ReplyOf } from '../../kernel/endpoint.ts'
import { addDays, type LocalDate } from '../../kernel/time.ts'
import type { DemoProject } from './projects.ts'

type Form = ReplyOf<typeof makeForm>
type Field = Form['sections'][number]['fields'][number]
export type GuideAnswers = Readonly<Record<string, string | number | boolean>>
export type Guidance = z.infer<typeof guideReplySchema>

const kindOf = (project: DemoProject): 'building' | 'municipal' | 'industrial' =>
  project.purpose === 'municipal' ? 'municipal' : project.purpose === 'industrial' ? 'industrial' : 'building'

/** What the applicant of a project answers in the guide. */
export const guideAnswersOf = (project: DemoProject): GuideAnswers => {
  const kind = kindOf(project)
  return {
    investor: project.investor === 'private' ? 'private' : 'government',
    projectKind: kind,
    approvalRoute: 'filing',
    smallLowRisk: project.type === '4',
    interiorOnly: project.purpose === 'renewal',
    residential: project.purpose === 'housing',
    land: project.land === 'grant' ? 'granting' : project.land,
    landWithDesign: false,
    farmlandOutside: false,
    investmentWan: project.investment,
    floorArea: project.floorAreaM2,
    specialFire: kind === 'building' && project.floorAreaM2 > 20_000,
    civilDefence: kind === 'building' && project.floorAreaM2 > 8_000 && project.purpose !== 'renewal',
    eia: kind === 'building' ? 'register' : 'form',
    landAreaHa: project.siteAreaM2 / 10_000,
    earthworkM3: Math.round(project.siteAreaM2 * 0.6),
    drainage: false,
    occupiesRoad: kind === 'municipal',
    demolition: false,
    spoil: project.siteAreaM2 > 8_000,
    hoisting: project.heightM > 30,
    nightWork: false,
    lowVoltagePower: false,
  }
}

/** Check digit of a project code (GB/T 40058-2021: ISO 7064 MOD 11,10) over its first 19 digits. */
const checkDigit = (digits: string): number => {
  let product = 10
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10
}
/** An invented project code with a valid check digit; `serial` makes it unique in the demo. */
export const demoProjectCode = (registeredOn: LocalDate, serial: number): string => {
  const body = `${registeredOn.slice(2, 4)}${registeredOn.slice(5, 7)}`
  const number = String(90_000 + serial)
  return `${body}-500105-89-01-${number}${checkDigit(`${body}5001058901${number}`)}`
}

const numbers: Readonly<Record<string, (project: DemoProject) => number>> = {
  totalInvestment: (project) => project.investment,
  landArea: (project) => project.siteAreaM2,
  farmlandArea: () => 0,
  floorAreaTotal: (project) => project.floorAreaM2,
  floorAreaAbove: (project) => Math.round(project.floorAreaM2 * 0.85),
  floorAreaBelow: (project) => project.floorAreaM2 - Math.round(project.floorAreaM2 * 0.85),
  plotRatio: (project) => Math.round((project.floorAreaM2 / Math.max(1, project.siteAreaM2)) * 100) / 100,
  buildingDensity: () => 32,
  greenRatio: () => 30,
  buildingHeight: (project) => project.heightM,
  storeysAbove: (project) => Math.max(1, Math.round(project.heightM / 4)),
  storeysBelow: (project) => (project.floorAreaM2 > 8_000 ? 1 : 0),
  parkingSpaces: (project) => Math.round(project.floorAreaM2 / 120),
  deepestExcavation: () => 4.5,
  builtFloorArea: (project) => project.floorAreaM2,
  contractPrice: (project) => Math.round(project.investment * 0.7),
  finalCost: (project) => Math.round(project.investment * 0.98),
}
const dates: Readonly<Record<string, number>> = {
  plannedStart: 120,
  plannedEnd: 720,
  roadFrom: 60,
  roadTo: 150,
  demolitionStart: 40,
  drainageUntil: 400,
  completionDate: -20,
  acceptanceDate: -10,
}
const texts: Readonly<Record<string, (project: DemoProject) => string>> = {
  projectName: (project) => project.name,
  projectPlace: (project) => project.address,
  projectContent: (project) =>
    `${project.name}:总建筑面积 ${project.floorAreaM2} 平方米,用地 ${project.siteAreaM2} 平方米。(示范数据)`,
  landUse: (project) => (project.purpose === 'housing' ? '二类居住用地' : '公共管理与公共服务用地'),
  landContractNumber: () => '示范合同〔2025〕第 12 号',
  contractNumber: () => 'SFHT-2026-018',
  dangerousWorks: () => '深基坑、模板支撑、起重吊装;专项方案已编制并论证。(示范数据)',
}

const clamp = (value: number, field: Field): number => {
  const low = field.min ?? Number.NEGATIVE_INFINITY
  const high = field.max ?? Number.POSITIVE_INFINITY
  const bounded = Math.min(high, Math.max(low, value))
  return field.whole ? Math.round(bounded) : bounded
}

const organisationOf = (id: string, codes: ReadonlyMap<string, { readonly name: string; readonly uscc: string }>) => {
  const key = (['survey', 'design', 'contractor', 'supervision'] as const).find((each) =>
    id.toLowerCase().startsWith(each),
  )
  return codes.get(key ?? 'contractor') ?? { name: '渝建示范建设集团有限公司', uscc: '' }
}

export interface AnswerContext {
  readonly project: DemoProject
  readonly today: LocalDate
  readonly projectCode: string
  readonly organisations: ReadonlyMap<string, { readonly name: string; readonly uscc: string }>
}

const valueOf = (field: Field, context: AnswerContext): Answers[string] => {
  const { project, today } = context
  switch (field.type) {
    case 'number':
    case 'money':
    case 'area':
      return clamp(numbers[field.id]?.(project) ?? 10, field)
    case 'date':
      return addDays(today, dates[field.id] ?? 30)
    case 'choice':
      return field.id === 'landObtained'
        ? project.land === 'grant'
          ? 'granting'
          : project.land
        : (field.choices[0]?.value ?? null)
    case 'boolean':
      return field.id !== 'specialFireDesign'
    case 'uscc':
      return organisationOf(field.id, context.organisations).uscc
    case 'project-code':
      return context.projectCode
    case 'point':
      return { lon: project.point[0], lat: project.point[1] }
    case 'person-contact':
      return ['示范联系人', '13800000099']
    case 'text':
    case 'long-text':
      return (
        texts[field.id]?.(project) ??
        (/name$/i.test(field.id)
          ? organisationOf(field.id, context.organisations).name
          : '按经批准的方案执行(示范数据)')
      )
  }
}

/** Answers for every required field of a form that is still empty. */
export const answersFor = (form: Form, known: Answers, context: AnswerContext): Answers => {
  const answers: Record<string, Answers[string]> = { ...known }
  for (const field of form.sections.flatMap((section) => section.fields)) {
    const value = answers[field.id]
    const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
    if (empty && field.required) answers[field.id] = valueOf(field, context)
  }
  return answers
}
