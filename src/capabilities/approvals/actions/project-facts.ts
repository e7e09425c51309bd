/** What the registers know of a project, in the fields of the one form. */

import { wanOf } from '../../../kernel/money.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Organisation } from '../../people/contract.ts'
import type { Party, Project } from '../../projects/contract.ts'
import type { Answers } from '../contract.ts'
import type { FactSource } from '../model/prefill.ts'

const present = (facts: Readonly<Record<string, Answers[string] | undefined>>): Answers =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([id, value]) =>
      value === undefined || value === null || value === '' ? [] : [[id, value]],
    ),
  )

/** The register's kinds of land in the words of the form. */
const landObtained: Readonly<Record<Project['land'], string>> = {
  allocation: 'allocation',
  grant: 'granting',
  none: 'none',
}

export const projectSource = (project: Project): FactSource => ({
  kind: 'project',
  label: '项目登记',
  at: project.registeredAt,
  facts: present({
    projectCode: project.projectCode,
    projectName: project.name,
    projectPlace: project.address,
    projectPoint: project.point === null ? null : { lon: project.point[0], lat: project.point[1] },
    projectContent: project.description,
    totalInvestment: project.totalInvestmentFen === null ? null : wanOf(project.totalInvestmentFen),
    landObtained: landObtained[project.land],
    landArea: project.siteAreaM2,
    floorAreaTotal: project.floorAreaM2,
    buildingHeight: project.buildingHeightM,
  }),
})

const partyFields = {
  survey: 'surveyor',
  design: 'designer',
  contractor: 'contractor',
  supervision: 'supervisor',
} as const

/** The applicant, and the parties of the project with their registered names and credit codes. */
export const organisationSource = (
  applicant: Organisation,
  parties: readonly Party[],
  organisations: ReadonlyMap<string, Organisation>,
  at: Instant | null,
): FactSource => {
  const facts: Record<string, Answers[string]> = {
    ...present({ developerName: applicant.name, developerUscc: applicant.uscc }),
  }
  for (const [role, prefix] of Object.entries(partyFields)) {
    const party = parties.find((each) => each.role === role && each.to === null)
    const organisation = party === undefined ? undefined : organisations.get(party.organisationId)
    if (organisation === undefined) continue
    Object.assign(facts, present({ [`${prefix}Name`]: organisation.name, [`${prefix}Uscc`]: organisation.uscc }))
  }
  return { kind: 'organisation', label: `单位登记(${applicant.name})`, at, facts }
}

export const guideSource = (guideAnswers: Answers, at: Instant): FactSource => ({
  kind: 'guide',
  label: '事项引导中的回答',
  at,
  facts: present({
    landObtained: guideAnswers.land,
    totalInvestment: guideAnswers.investmentWan,
    floorAreaTotal: guideAnswers.floorArea,
  }),
})
