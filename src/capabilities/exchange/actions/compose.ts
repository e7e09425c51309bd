/** Composes rows for the other side from what the journal says, with the facts as they stand. */
import { z } from 'zod'
import type { Id, OrganisationId, ProjectId } from '../../../kernel/identity.ts'
import { wanOf } from '../../../kernel/money.ts'
import { type Instant, type LocalDate, localDateOf } from '../../../kernel/time.ts'
import type { JournalEntry, Unit } from '../../../platform/platform.ts'
import { workingLimit } from '../../catalogue/contract.ts'
import {
  type CaseState,
  type CodeOf,
  type Common,
  type Composed,
  documentRow,
  flowRows,
  type ItemFacts,
  itemRow,
  opinionRow,
  partyRow,
  projectRow,
  specialRow,
  stateOfOutcome,
  stepRow,
} from '../model/compose.ts'
import { faultsOf } from '../model/schema.ts'
import { addMessage, newestOf } from '../store.ts'
import { type Context, codeOfOn, tableOf } from './context.ts'
import { deliverJob } from './deliver.ts'

const DISTRICT_DIGITS = 6
const commonOf = (context: Context): Common => ({
  district: context.platform.config.jurisdictionCode.slice(0, DISTRICT_DIGITS),
})

/** Puts rows into the ledger and wakes the delivery. A row that says nothing new is left out. Gives how many were put in. */
export const put = async (
  context: Context,
  unit: Unit,
  composed: readonly Composed[],
  projectId: string | null,
): Promise<number> => {
  let count = 0
  for (const { table: name, row } of composed) {
    const table = tableOf(context, name)
    const key = String(row[table.key])
    const before = await newestOf(unit.db, name, key)
    if (before !== null && sameRow(before.row, row) && before.state !== 'rejected') continue
    const faults = faultsOf(table, row)
    await addMessage(
      unit.db,
      {
        id: unit.newId<'exchange-message'>(),
        table_name: name,
        local_key: key,
        project_id: projectId,
        row,
        state: faults.length === 0 ? 'waiting' : 'faulty',
        faults,
      },
      unit.now,
    )
    count += 1
  }
  if (count > 0 && context.target !== null) await unit.enqueue(deliverJob, {})
  return count
}
const sameRow = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => (a[name] ?? null) === (b[name] ?? null))
}

// ------------------------------------------------------------------------------------------ the project

/** The register of a project and its parties, as they stand. */
export const composeProject = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
): Promise<readonly Composed[]> => {
  const project = await context.projects.project(unit.db, projectId)
  if (project === null) return []
  const common = commonOf(context)
  const codeOf = await codeOfOn(context, unit.db, unit.today)
  const parties = await context.projects.parties(unit.db, projectId)
  const organisations = await context.people.organisations(unit.db, [
    project.ownerOrganisationId,
    ...parties.map((party) => party.organisationId),
  ])
  const closed = project.state === 'closed'
  const before = await newestOf(unit.db, 'SPGL_XMJBXXB_V3', projectId)
  const closedBefore = before?.row['xmwqbjsj']
  return [
    projectRow(common, codeOf, {
      projectId,
      projectCode: project.projectCode,
      caseNumber: project.caseNumber,
      name: project.name,
      projectType: project.projectType,
      investor: project.investor,
      land: project.land,
      investmentWan: project.totalInvestmentFen === null ? null : wanOf(project.totalInvestmentFen),
      address: project.address,
      streetCode: project.streetCode,
      point: project.point,
      siteAreaM2: project.siteAreaM2,
      floorAreaM2: project.floorAreaM2,
      description: project.description,
      closed,
      closedAt: !closed ? null : typeof closedBefore === 'string' ? (closedBefore as Instant) : unit.now,
      registeredAt: project.registeredAt,
      ownerName: project.ownerName,
      ownerUscc: organisations.get(project.ownerOrganisationId)?.uscc ?? null,
    }),
    ...parties.map((party) =>
      partyRow(common, codeOf, project.caseNumber, {
        partyId: party.partyId,
        role: party.role,
        name: party.organisationName,
        uscc: organisations.get(party.organisationId as OrganisationId)?.uscc ?? null,
        ended: party.to !== null && party.to < unit.today,
      }),
    ),
  ]
}

// ------------------------------------------------------------------------------------------ an application

interface CaseFacts {
  readonly accepted: boolean
  readonly items: readonly ItemFacts[]
  readonly item: (itemId: string) => ItemFacts | undefined
}
const caseOf = async (
  context: Context,
  unit: Unit,
  projectId: ProjectId,
  applicationId: string,
): Promise<CaseFacts | null> => {
  const project = await context.projects.project(unit.db, projectId)
  const applications = await context.approvals.applicationsOfProject(unit.db, projectId)
  const application = applications.find((each) => each.applicationId === applicationId)
  if (project === null || application === undefined) return null
  const day = localDateOf(application.submittedAt ?? unit.now)
  const items = application.itemIds.flatMap((itemId): readonly ItemFacts[] => {
    const item = context.catalogue.item(itemId, day)
    if (item === null) return []
    return [
      {
        applicationId,
        caseNumber: application.caseNumber,
        projectNumber: project.caseNumber,
        itemId,
        itemCode: item.code,
        versionId: item.versionId,
        department: item.department,
        departmentName: context.catalogue.departmentName(item.department, day),
        projectType: project.projectType,
        limitDays: workingLimit(item).days,
        channel: application.lateEntry ? 2 : 1,
      },
    ]
  })
  return {
    accepted: application.acceptedAt !== null,
    items,
    item: (itemId) => items.find((each) => each.itemId === itemId),
  }
}

const about = z.object({ applicationId: z.string() })
const aboutItem = about.extend({ itemId: z.string() })
const submitted = about.extend({ round: z.number() })
const refused = about.extend({ competentAuthority: z.string() })
const pausedPayload = aboutItem.extend({
  noticeId: z.string(),
  ground: z.string(),
  groundName: z.string(),
  days: z.number(),
})
const opinionPayload = aboutItem.extend({
  opinionTaskId: z.string(),
  askedDepartment: z.string(),
  askedDepartmentName: z.string(),
  codeName: z.string().optional(),
})
const decidedPayload = aboutItem.extend({
  itemRunId: z.string(),
  itemName: z.string(),
  outcome: z.string(),
  outcomeName: z.string(),
  documentNumber: z.string(),
  verificationCode: z.string().nullable(),
  decidedOn: z.string(),
})

/** Steps that concern every item of an application. */
const wholeSteps: Readonly<Record<string, readonly CaseState[]>> = {
  'approvals.corrections-requested': ['correctionsBegin'],
  'approvals.accepted': ['accepted', 'departmentBegins'],
  'approvals.accepted-by-silence': ['accepted', 'departmentBegins'],
  'approvals.refused': ['refusedAtIntake'],
}

export const exchangedKinds: readonly string[] = [
  'projects.registered',
  'projects.updated',
  'projects.state-changed',
  'projects.party-added',
  'projects.party-ended',
  'approvals.submitted',
  ...Object.keys(wholeSteps),
  'approvals.opinion-asked',
  'approvals.opinion-given',
  'approvals.opinion-deemed',
  'approvals.paused',
  'approvals.resumed',
  'approvals.decided',
  'approvals.withdrawn',
  'approvals.returned-for-silence',
  'approvals.certificate-revoked',
]

const composeOpinion = async (
  unit: Unit,
  entry: JournalEntry,
  common: Common,
  codeOf: CodeOf,
  file: CaseFacts,
): Promise<readonly Composed[]> => {
  const facts = opinionPayload.parse(entry.payload)
  const item = file.item(facts.itemId)
  if (item === undefined) return []
  const before = await newestOf(unit.db, 'SPGL_XMSPSXZQYJXXB_V3', facts.opinionTaskId)
  const askedBefore = before?.row['zqsj']
  const asked = entry.kind === 'approvals.opinion-asked'
  return [
    opinionRow(common, codeOf, item, {
      opinionTaskId: facts.opinionTaskId,
      department: facts.askedDepartment,
      departmentName: facts.askedDepartmentName,
      askedAt: typeof askedBefore === 'string' ? (askedBefore as Instant) : entry.occurredAt,
      answeredAt: asked ? null : entry.occurredAt,
      answer: asked ? null : (facts.codeName ?? '逾期未反馈,视为无异议'),
    }),
  ]
}

const composeCase = async (context: Context, unit: Unit, entry: JournalEntry): Promise<readonly Composed[]> => {
  const { applicationId } = about.parse(entry.payload)
  if (entry.projectId === null) return []
  const file = await caseOf(context, unit, entry.projectId as ProjectId, applicationId)
  if (file === null) return []
  const common = commonOf(context)
  const codeOf = await codeOfOn(context, unit.db, unit.today)
  const step = (item: ItemFacts, state: CaseState, opinion: string | null = null): Composed =>
    stepRow(common, entry.id, item, { state, at: entry.occurredAt, opinion })
  const whole = wholeSteps[entry.kind]
  if (whole !== undefined) {
    const reason =
      entry.kind === 'approvals.refused' ? `请向${refused.parse(entry.payload).competentAuthority}申请` : null
    return file.items.flatMap((item) => whole.map((state) => step(item, state, reason)))
  }
  switch (entry.kind) {
    case 'approvals.submitted': {
      const first = submitted.parse(entry.payload).round === 1
      return file.items.flatMap((item) => [
        itemRow(common, codeOf, item),
        step(item, first ? 'received' : 'correctionsEnd'),
      ])
    }
    case 'approvals.paused': {
      const facts = pausedPayload.parse(entry.payload)
      const item = file.item(facts.itemId)
      if (item === undefined) return []
      return [
        step(item, 'specialBegins', facts.groundName),
        specialRow(common, item, {
          noticeId: facts.noticeId,
          ground: facts.ground,
          name: facts.groundName,
          startedAt: entry.occurredAt,
          days: facts.days,
        }),
      ]
    }
    case 'approvals.withdrawn':
    case 'approvals.returned-for-silence':
      return file.items.map((item) => step(item, file.accepted ? 'withdrawn' : 'takenBack'))
    case 'approvals.certificate-revoked': {
      const item = file.item(aboutItem.parse(entry.payload).itemId)
      return item === undefined ? [] : [step(item, 'revoked')]
    }
    case 'approvals.resumed': {
      const item = file.item(aboutItem.parse(entry.payload).itemId)
      return item === undefined ? [] : [step(item, 'specialEnds')]
    }
    case 'approvals.decided': {
      const facts = decidedPayload.parse(entry.payload)
      const item = file.item(facts.itemId)
      if (item === undefined) return []
      return [
        step(item, stateOfOutcome(facts.outcome), facts.outcomeName),
        documentRow(common, item, {
          itemRunId: facts.itemRunId,
          decidedOn: facts.decidedOn as LocalDate,
          number: facts.documentNumber,
          title: facts.itemName,
          verificationCode: facts.verificationCode,
        }),
      ]
    }
    default:
      return composeOpinion(unit, entry, common, codeOf, file)
  }
}

/** What an entry of the journal means for the other side. */
export const composeEntry = async (context: Context, unit: Unit, entry: JournalEntry): Promise<void> => {
  const composed = entry.kind.startsWith('projects.')
    ? await composeProject(context, unit, entry.subject.id as Id<'project'>)
    : await composeCase(context, unit, entry)
  await put(context, unit, composed, entry.projectId)
}

/** The flows of the catalogue in force, once a start; rows that say nothing new are left out. */
export const composeFlows = async (context: Context, unit: Unit): Promise<number> => {
  const common = commonOf(context)
  const codeOf = await codeOfOn(context, unit.db, unit.today)
  const stages = context.catalogue.stages()
  const composed = context.catalogue.themes().flatMap((theme) =>
    flowRows(common, codeOf, {
      projectType: theme.projectType,
      name: theme.name.zh,
      validFrom: null,
      stages: theme.stages.map((stage, order) => {
        const terms = stages.find((each) => each.id === stage.stage)
        return {
          id: stage.stage,
          name: terms?.name.zh ?? stage.stage,
          order: order + 1,
          days: terms?.clock?.days ?? null,
          items: stage.items.flatMap((itemId) => {
            const item = context.catalogue.item(itemId, unit.today)
            return item === null
              ? []
              : [
                  {
                    itemId,
                    itemCode: item.code,
                    versionId: item.versionId,
                    name: item.name.zh,
                    department: item.department,
                    departmentName: context.catalogue.departmentName(item.department, unit.today),
                    days: workingLimit(item).days,
                  },
                ]
          }),
        }
      }),
    }),
  )
  return put(context, unit, composed, null)
}
