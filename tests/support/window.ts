/**
 * The window with everybody in it: people with every role, an applicant, a project, and applications brought to any state
 * by the real endpoints. Valid by default; a test changes only what it is about.
 *
 *   const window = await openWindow()
 *   const { applicationId } = await window.submitted({ itemIds: ['I-106'] })
 *   const file = await window.as(window.clerk).call(acceptApplication, { params: { applicationId }, body: { version } })
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppraisal } from '../../src/capabilities/appraisal/capability.ts'
import { createApprovals } from '../../src/capabilities/approvals/capability.ts'
import { type DraftExtras, noExtras } from '../../src/capabilities/approvals/contract/decision-parts.ts'
import {
  type Answers,
  type ApplicationFile,
  type ApplicationId,
  acceptApplication,
  attachDocument,
  createApplication,
  decide,
  draftDecision,
  type ItemRunId,
  type ItemRunView,
  type Outcome,
  readApplication,
  readItemRun,
  reviewDraft,
  saveDraft,
  submitApplication,
} from '../../src/capabilities/approvals/contract.ts'
import { type AfterRules, afterRulesOf } from '../../src/capabilities/approvals/model/after-rules.ts'
import type { CalendarShelf } from '../../src/capabilities/approvals/model/calendar-data.ts'
import { clockRulesSchema } from '../../src/capabilities/approvals/model/clock-rules.ts'
import { rulesSchema } from '../../src/capabilities/approvals/model/rules.ts'
import { readUndertakingRules } from '../../src/capabilities/approvals/model/undertaking-rules.ts'
import { createBim } from '../../src/capabilities/bim/capability.ts'
import { createCatalogue } from '../../src/capabilities/catalogue/capability.ts'
import { type FormField, fieldsOf } from '../../src/capabilities/catalogue/contract.ts'
import { createCompletion } from '../../src/capabilities/completion/capability.ts'
import { createMonitoring, type MonitoringOptions } from '../../src/capabilities/monitoring/capability.ts'
import { createPeople } from '../../src/capabilities/people/capability.ts'
import { createProjects } from '../../src/capabilities/projects/capability.ts'
import { type NewProject, newProjectSchema } from '../../src/capabilities/projects/contract.ts'
import { createSupervision } from '../../src/capabilities/supervision/capability.ts'
import { type Actor, type Person, type Role, system } from '../../src/kernel/actor.ts'
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from '../../src/kernel/endpoint.ts'
import type { OrganisationId, ProjectId } from '../../src/kernel/identity.ts'
import { isRefused, type Refusal } from '../../src/kernel/refusal.ts'
import { openLogKey } from '../../src/platform/journal/log-key.ts'
import { createProofs } from '../../src/platform/journal/proof.ts'
import type { Call, Capability, FileReply, Route } from '../../src/platform/platform.ts'
import { vaultOf } from '../../src/platform/vault/vault.ts'
import { readCalendars } from '../../src/server/calendars.ts'
import { type TestPlatform, type TestPlatformOptions, testPlatform } from './platform.ts'

export interface EndpointInput<E> {
  readonly params?: ParamsOf<E>
  readonly query?: QueryOf<E>
  readonly body?: BodyOf<E>
  readonly idempotencyKey?: string
}
export interface Desk {
  /** Calls an endpoint's handler with parsed input; the reply is parsed too. Throws `Refused`. */
  readonly call: <E extends Endpoint>(endpoint: E, input?: EndpointInput<E>) => Promise<ReplyOf<E>>
  readonly download: <E extends Endpoint>(endpoint: E, input?: EndpointInput<E>) => Promise<FileReply>
}
/** Answers of the guide for a private building with a basement: the ordinary case. */
export const guideAnswers: Answers = {
  investor: 'private',
  projectKind: 'building',
  approvalRoute: 'filing',
  smallLowRisk: false,
  interiorOnly: false,
  residential: true,
  land: 'granting',
  landWithDesign: false,
  farmlandOutside: false,
  investmentWan: 12_000,
  floorArea: 24_000,
  specialFire: false,
  civilDefence: true,
  eia: 'form',
  landAreaHa: 2,
  earthworkM3: 4_000,
  drainage: true,
  occupiesRoad: false,
  demolition: false,
  spoil: true,
  hoisting: true,
  nightWork: false,
  lowVoltagePower: false,
}

/** A valid value for a field of the one form. */
export const validAnswer = (field: FormField): Answers[string] => {
  const least = field.min ?? 0
  switch (field.type) {
    case 'number':
    case 'money':
    case 'area':
      return field.whole ? Math.max(1, Math.ceil(least)) : Math.min(Math.max(least, 1), field.max ?? 1)
    case 'boolean':
      return true
    case 'date':
      return field.notBefore === null ? '2026-06-01' : '2027-06-01'
    case 'choice':
      return field.choices[0]?.value ?? null
    case 'uscc':
      return '91500105MA5U00003K'
    case 'project-code':
      return '2509-320193-89-01-544060'
    case 'point':
      return { lon: 106.57, lat: 29.58 }
    case 'person-contact':
      return ['张示例', '13800000001']
    default:
      return '示例内容'
  }
}

export type Window = Awaited<ReturnType<typeof openWindow>>
export interface ApplicationWish {
  readonly projectId?: ProjectId
  readonly stage?: string
  readonly itemIds?: readonly string[]
  readonly by?: Person
  readonly guideAnswers?: Answers
  /** 'open': the milestones that the items wait for are not registered. */
  readonly milestones?: 'open'
}

export interface WindowWish {
  readonly after?: AfterRules
  /** Ports for devices, and where reports lie while the database is away; none where absent. */
  readonly monitoring?: Pick<MonitoringOptions, 'gateways' | 'stateFolder'>
}
/** Opens a window on a database of its own. Call `close` at the end. */
export const openWindow = async ({ after, monitoring, ...options }: TestPlatformOptions & WindowWish = {}) => {
  const test = await testPlatform({ ...options, config: { jurisdictionCode: '500157', ...options.config } })
  return fillWindow(test, {
    ...(after === undefined ? {} : { after }),
    ...(monitoring === undefined ? {} : { monitoring }),
  })
}

/** Builds the capabilities and the people on a test platform. */
export const fillWindow = async (test: TestPlatform, wish: WindowWish = {}) => {
  const { platform } = test
  const vault = vaultOf(new Uint8Array(32).fill(7))
  const people = createPeople(platform, vault)
  const projects = await createProjects(platform, people.reader)
  const catalogue = createCatalogue(platform, people.reader)
  let shelf = readCalendars(platform.config.dataFolder)
  const dataFile = (name: string): unknown =>
    JSON.parse(readFileSync(join(platform.config.dataFolder, 'approvals', name), 'utf8'))
  const after = wish.after ?? afterRulesOf(dataFile('after-decision.json'), dataFile('conditions.json'))
  const approvals = createApprovals({
    after,
    platform,
    people: people.reader,
    projects: projects.reader,
    projectWriter: projects.writer,
    catalogue: catalogue.reader,
    calendar: { current: () => shelf },
  })
  const proofs = createProofs({
    pool: test.pool,
    clock: test.clock,
    logKey: openLogKey(mkdtempSync(join(tmpdir(), 'mingzhu-log-')), 'mingzhu.test/journal'),
  })
  const completion = createCompletion({
    platform,
    people: people.reader,
    projects: projects.reader,
    approvals: approvals.reader,
    approvalsWriter: approvals.writer,
    proofs,
  })
  const monitoring = createMonitoring({
    platform,
    vault,
    people: people.reader,
    projects: projects.reader,
    ...wish.monitoring,
  })
  const supervision = createSupervision({
    platform,
    people: people.reader,
    projects: projects.reader,
    alarms: monitoring.alarms.reader,
    alarmsWriter: monitoring.alarms.writer,
  })
  const bim = createBim({
    platform,
    people: people.reader,
    projects: projects.reader,
    conditions: approvals.conditions,
  })
  const appraisal = createAppraisal({ platform, people: people.reader, approvals: approvals.reader })
  const capabilities: readonly Capability[] = [
    people.capability,
    projects.capability,
    catalogue.capability,
    approvals,
    completion,
    monitoring,
    supervision,
    bim,
    appraisal,
  ]
  for (const capability of capabilities) await capability.prepare?.()

  const rules = rulesSchema.parse(
    JSON.parse(readFileSync(join(platform.config.dataFolder, 'approvals', 'rules.json'), 'utf8')),
  )
  const clockRules = clockRulesSchema.parse(
    JSON.parse(readFileSync(join(platform.config.dataFolder, 'approvals', 'clock-rules.json'), 'utf8')),
  )
  const undertakings = readUndertakingRules((file) =>
    readFileSync(join(platform.config.dataFolder, 'approvals', file), 'utf8'),
  )
  const setup = system('test')
  let count = 0
  const organisation = (name: string): Promise<OrganisationId> =>
    platform.transact(setup, (unit) => people.writer.createOrganisation(unit, { name, kind: 'enterprise' }))
  /** Makes a person with roles; gives the actor as the sign-in would. */
  const person = async (
    name: string,
    ...roles: readonly { readonly role: Role; readonly department?: string; readonly organisationId?: OrganisationId }[]
  ): Promise<Person> => {
    count += 1
    const phone = `1390001${String(count).padStart(4, '0')}`
    const id = await platform.transact(setup, async (unit) => {
      const personId = await people.writer.createPerson(unit, { name, phone })
      for (const held of roles) {
        if (held.organisationId !== undefined) await people.writer.join(unit, personId, held.organisationId, '经办')
        await people.writer.grantRole(unit, { personId, reason: '测试', ...held })
      }
      return personId
    })
    const actor = await people.reader.actorOf(platform.db, id, platform.clock())
    if (actor.kind !== 'person') throw new Error('the person cannot act')
    return actor
  }
  const owner = await organisation('示例置业有限公司')
  const otherOwner = await organisation('另一家置业有限公司')
  const applicant = await person('申请人甲', { role: 'applicant', organisationId: owner })
  const stranger = await person('外人乙', { role: 'applicant', organisationId: otherOwner })
  const clerk = await person('窗口一', { role: 'clerk', department: 'service-hall' })
  const otherClerk = await person('窗口二', { role: 'clerk', department: 'service-hall' })
  const supervisor = await person('效能监督', { role: 'supervisor', department: 'service-hall' })

  interface Officers {
    readonly reviewer: Person
    readonly lead: Person
    readonly approver: Person
  }
  const staffed = new Map<string, Promise<Officers>>()
  /** Three persons of a department, made when first asked for. */
  const officers = (department: string): Promise<Officers> => {
    const known = staffed.get(department)
    if (known !== undefined) return known
    const made = (async () => ({
      reviewer: await person(`${department}审查`, { role: 'reviewer', department }),
      lead: await person(`${department}经办`, { role: 'lead', department }),
      approver: await person(`${department}审批`, { role: 'approver', department }),
    }))()
    staffed.set(department, made)
    return made
  }

  const routes = new Map<string, Route>(
    capabilities.flatMap((capability) => capability.routes ?? []).map((each) => [each.endpoint.id, each]),
  )
  const handle = async (actor: Actor, endpoint: Endpoint, input: EndpointInput<Endpoint>): Promise<unknown> => {
    const route = routes.get(endpoint.id)
    if (route === undefined) throw new Error(`no route serves ${endpoint.id}`)
    const call: Call = {
      actor,
      traceId: platform.newId(),
      language: 'zh',
      ipAddress: '127.0.0.1',
      ...(endpoint.idempotent === true ? { idempotencyKey: input.idempotencyKey ?? platform.newId() } : {}),
    }
    return route.handle(call, {
      params: endpoint.params?.parse(input.params),
      query: endpoint.query?.parse(input.query ?? {}),
      body: endpoint.body?.parse(input.body),
    })
  }
  const as = (actor: Actor): Desk => ({
    call: async (endpoint, input = {}) =>
      endpoint.reply.parse(await handle(actor, endpoint, input as EndpointInput<Endpoint>)) as ReplyOf<typeof endpoint>,
    download: async (endpoint, input = {}) =>
      (await handle(actor, endpoint, input as EndpointInput<Endpoint>)) as FileReply,
  })
  /** Gives the refusal that work ends with; throws when it succeeds. */
  const refusalOf = async (work: Promise<unknown>): Promise<Refusal> => {
    try {
      await work
    } catch (error) {
      if (isRefused(error)) return error.refusal
      throw error
    }
    throw new Error('nothing was refused')
  }

  const project = (more: Partial<NewProject> = {}): Promise<ProjectId> =>
    platform.transact(setup, async (unit) => {
      const id = await projects.writer.register(unit, {
        ...newProjectSchema.parse({
          name: '观音桥示例住宅',
          projectType: '3',
          investor: 'private',
          land: 'grant',
          purpose: 'housing',
          address: '观音桥街道示例路1号',
          floorAreaM2: 24_000,
          ownerOrganisationId: owner,
        }),
        ...more,
      })
      await projects.writer.setState(unit, id, 'active', '开始办理')
      await projects.writer.publish(unit, id, true, '公开进度')
      return id
    })

  const upload = (by: Person, name = '材料.pdf') =>
    test.files.addUpload(new TextEncoder().encode(`${name} ${platform.newId()}`), {
      fileName: name,
      uploadedBy: by.personId,
    })
  const file = (id: ApplicationId, by: Actor = clerk): Promise<ApplicationFile> =>
    as(by).call(readApplication, { params: { applicationId: id } })
  const itemRun = (id: ItemRunId, by: Actor = clerk): Promise<ItemRunView> =>
    as(by).call(readItemRun, { params: { itemRunId: id } })

  /** Registers the milestones for which items wait, as if what they need had all been decided before. */
  const reachMilestones = (projectId: ProjectId, itemIds: readonly string[]): Promise<void> =>
    platform.transact(setup, async (unit) => {
      const waited = itemIds.flatMap((itemId) => catalogue.reader.item(itemId, unit.today)?.prerequisites ?? [])
      for (const { on, onKind } of waited)
        if (onKind === 'milestone')
          await approvals.writer.reachMilestone(unit, projectId, on, { reachedOn: unit.today, note: '' })
    })
  const draft = async (wish: ApplicationWish = {}): Promise<ApplicationFile> => {
    const projectId = wish.projectId ?? (await project())
    const itemIds = [...(wish.itemIds ?? ['I-106'])]
    if (wish.milestones !== 'open') await reachMilestones(projectId, itemIds)
    return as(wish.by ?? applicant).call(createApplication, {
      body: { projectId, stage: wish.stage ?? 'ST1', guideAnswers: wish.guideAnswers ?? guideAnswers, itemIds },
    })
  }
  /** Fills in everything that is still missing. */
  const complete = async (open: ApplicationFile, by: Person = applicant): Promise<ApplicationFile> => {
    const { applicationId } = open.application
    const answers: Record<string, Answers[string]> = { ...open.application.answers }
    for (const field of fieldsOf(catalogue.reader.form(open.application.itemIds, open.application.catalogueDay)))
      answers[field.id] = answers[field.id] ?? validAnswer(field)
    // Figures that must agree with each other do.
    const { floorAreaTotal, floorAreaAbove, floorAreaBelow } = answers
    if (typeof floorAreaTotal === 'number' && typeof floorAreaAbove === 'number' && typeof floorAreaBelow === 'number')
      answers['floorAreaAbove'] = floorAreaTotal - floorAreaBelow
    let now = await as(by).call(saveDraft, {
      params: { applicationId },
      body: { version: open.application.version, answers },
    })
    for (const need of now.materials.filter((each) => each.required && !each.present && each.form !== 'exempt')) {
      const { uploadId } = await upload(by, `${need.name.zh}.pdf`)
      now = await as(by).call(attachDocument, {
        params: { applicationId },
        body: { materialId: need.materialId, uploadId },
      })
    }
    return now
  }
  const submit = async (ready: ApplicationFile, by: Person = applicant): Promise<ApplicationFile> =>
    (
      await as(by).call(submitApplication, {
        params: { applicationId: ready.application.applicationId },
        body: { version: ready.application.version, declared: true },
      })
    ).file
  const submitted = async (wish: ApplicationWish = {}): Promise<ApplicationFile> => {
    const by = wish.by ?? applicant
    return submit(await complete(await draft(wish), by), by)
  }
  const accept = (waiting: ApplicationFile, by: Person = clerk): Promise<ApplicationFile> =>
    as(by).call(acceptApplication, {
      params: { applicationId: waiting.application.applicationId },
      body: { version: waiting.application.version },
    })
  const accepted = async (wish: ApplicationWish = {}): Promise<ApplicationFile> => accept(await submitted(wish))
  /** Drafts and reviews the decision of an item run; the approver still has to decide. */
  const reviewedRun = async (
    run: ItemRunView,
    outcome: Outcome = 'approved',
    extras?: DraftExtras,
  ): Promise<ItemRunView> => {
    const team = await officers(run.department)
    const params = { itemRunId: run.itemRunId }
    const drafted = await as(team.reviewer).call(draftDecision, {
      params,
      body: {
        version: (await itemRun(run.itemRunId)).version,
        outcome,
        text: '经审查,作出如下决定。',
        conditions: extras?.terms.map((term) => term.text) ?? [],
        extras: {
          ...noExtras,
          ...(outcome === 'refused'
            ? { refusal: { ground: 'conditions-not-met', facts: '经查,不符合法定条件。' } }
            : {}),
          ...extras,
        },
      },
    })
    return as(team.lead).call(reviewDraft, { params, body: { version: drafted.version, accept: true, remark: '' } })
  }
  const decidedRun = async (
    run: ItemRunView,
    outcome: Outcome = 'approved',
    extras?: DraftExtras,
  ): Promise<ItemRunView> => {
    const ready = await reviewedRun(run, outcome, extras)
    const team = await officers(run.department)
    return as(team.approver).call(decide, { params: { itemRunId: run.itemRunId }, body: { version: ready.version } })
  }
  /** An application with all items decided. */
  const closed = async (wish: ApplicationWish = {}, outcome: Outcome = 'approved'): Promise<ApplicationFile> => {
    const open = await accepted(wish)
    for (const run of open.itemRuns) await decidedRun(run, outcome)
    return file(open.application.applicationId)
  }

  return {
    test,
    platform,
    rules,
    clockRules,
    undertakings,
    after,
    calendars: () => shelf,
    /** Puts another calendar into force, as if its notice had been loaded. */
    setCalendars: (next: CalendarShelf) => {
      shelf = next
    },
    people,
    projects,
    catalogue,
    approvals,
    completion,
    monitoring,
    supervision,
    bim,
    appraisal,
    capabilities,
    owner,
    otherOwner,
    applicant,
    stranger,
    clerk,
    otherClerk,
    supervisor,
    organisation,
    person,
    officers,
    as,
    refusalOf,
    project,
    reachMilestones,
    upload,
    file,
    itemRun,
    draft,
    complete,
    submit,
    submitted,
    accept,
    accepted,
    reviewedRun,
    decidedRun,
    closed,
    fireTimers: () => test.fireTimers([approvals, completion]),
    close: () => test.close(),
  }
}
