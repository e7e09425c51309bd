/** The acts from which stories are made: register, apply, accept, ask and give opinions, decide. Each goes through endpoints. */
import { confirmReceipt, decideReport, readAfter, reportSite } from '../../capabilities/approvals/contract/after.ts'
import { readSuggestions } from '../../capabilities/approvals/contract/consultation.ts'
import { listMilestones, registerMilestone } from '../../capabilities/approvals/contract/milestones.ts'
import {
  type ApplicationFile,
  type ApplicationId,
  acceptApplication,
  askOpinions,
  attachDocument,
  createApplication,
  decide,
  decidePause,
  draftDecision,
  giveOpinion,
  type ItemRunView,
  type OpinionCode,
  proposePause,
  readApplication,
  readItemRun,
  readLegalGrounds,
  refuseApplication,
  requestCorrections,
  resumeItemRun,
  reviewDraft,
  saveDraft,
  submitApplication,
} from '../../capabilities/approvals/contract.ts'
import { askGuide, makeForm, showItem } from '../../capabilities/catalogue/contract.ts'
import { createProject, publishProject } from '../../capabilities/projects/contract.ts'
import type { OrganisationId, ProjectId } from '../../kernel/identity.ts'
import { fenOfWan } from '../../kernel/money.ts'
import { instant, localDateOf } from '../../kernel/time.ts'
import { paragraph, title } from '../../platform/pdf/blocks.ts'
import { document } from '../../platform/pdf/document.ts'
import { type AnswerContext, answersFor, demoProjectCode, type Guidance, guideAnswersOf } from './answers.ts'
import { reviewingDepartments } from './cast.ts'
import type { Driver } from './driver.ts'
import type { DemoProject } from './projects.ts'

export interface Actors {
  readonly window: string
  /** Organisation of an applicant, by login. */
  readonly organisationOf: (login: string) => OrganisationId
  readonly organisations: AnswerContext['organisations']
}
export interface Registered {
  readonly projectId: ProjectId
  readonly caseNumber: string
  readonly projectCode: string
  readonly project: DemoProject
}

export const loginsOf = (department: string): { reviewer: string; lead: string; approver: string } => {
  const found = reviewingDepartments.find((each) => each.code === department)
  if (found === undefined) throw new Error(`nobody works in department ${department}`)
  return { reviewer: found.login, lead: `${found.login}-lead`, approver: `${found.login}-boss` }
}

export const register = async (
  driver: Driver,
  actors: Actors,
  project: DemoProject,
  serial: number,
): Promise<Registered> => {
  const projectCode = demoProjectCode(localDateOf(driver.now()), serial)
  const made = await driver.call(project.by, createProject, {
    body: {
      name: project.name,
      projectType: project.type,
      investor: project.investor,
      land: project.land,
      purpose: project.purpose,
      floorAreaM2: project.floorAreaM2,
      siteAreaM2: project.siteAreaM2,
      buildingHeightM: project.heightM,
      totalInvestmentFen: fenOfWan(project.investment),
      point: [project.point[0], project.point[1]],
      boundary: null,
      address: project.address,
      streetCode: project.street,
      description: `${project.name}(示范项目)`,
      projectCode,
      ownerOrganisationId: actors.organisationOf(project.by),
    },
  })
  await driver.call(actors.window, publishProject, {
    params: { projectId: made.id },
    body: { published: true, because: '主动公开重大建设项目信息' },
  })
  return { projectId: made.id, caseNumber: made.caseNumber, projectCode, project }
}

/** What the guide finds for a stage of a project. */
export const guidance = (driver: Driver, project: DemoProject, stage: string): Promise<Guidance> =>
  driver.call(project.by, askGuide, {
    body: { answers: guideAnswersOf(project), stage: stage as 'ST1', day: localDateOf(driver.now()) },
  })

/**
 * The items of a stage in the order in which they can be applied for: an item that must wait for the decision on another
 * before it may be accepted comes in a later application, and so does one whose own decision waits for such an item.
 */
export const applicationsOf = (found: Guidance, stage: string): readonly (readonly string[])[] => {
  const open = new Set(found.items.filter((item) => item.stage === stage).map((item) => item.itemId))
  const waitsFor = (itemId: string, hold: string): readonly string[] =>
    found.holds
      .filter((each) => each.item === itemId && each.hold === hold && open.has(each.waitsFor))
      .map((each) => each.waitsFor)
  const batches: string[][] = []
  while (open.size > 0) {
    let batch = [...open].filter((itemId) => waitsFor(itemId, 'before-acceptance').length === 0)
    for (let size = -1; size !== batch.length; ) {
      size = batch.length
      const chosen = new Set(batch)
      batch = batch.filter((itemId) => waitsFor(itemId, 'before-decision').every((other) => chosen.has(other)))
    }
    if (batch.length === 0) throw new Error(`items wait for each other: ${[...open].join(', ')}`)
    for (const itemId of batch) open.delete(itemId)
    batches.push(batch)
  }
  return batches
}

/** Registers the milestones for which the items of a draft wait. */
const reachMilestones = async (
  driver: Driver,
  { projectId, project }: Registered,
  itemIds: readonly string[],
): Promise<void> => {
  const today = localDateOf(driver.now())
  const reached = await driver.call(project.by, listMilestones, { params: { projectId } })
  const open = new Set(reached.milestones.filter((each) => each.reachedOn === null).map((each) => each.milestone))
  for (const itemId of itemIds) {
    const { item } = await driver.call(project.by, showItem, { params: { itemId }, query: { day: today } })
    for (const { on, onKind } of item.prerequisites) {
      if (onKind !== 'milestone' || fromForm.has(on) || !open.delete(on)) continue
      await driver.call(project.by, registerMilestone, {
        params: { projectId, milestone: on },
        body: { reachedOn: today, note: '示范数据', uploadIds: [] },
      })
    }
  }
}
/** What the form of the application itself proves. */
const fromForm: ReadonlySet<string> = new Set(['project-code', 'contractor-appointed'])

const papers = new Map<string, Promise<Uint8Array>>()
/** One plain document for each kind of material. */
export const paperFor = (name: string): Promise<Uint8Array> => {
  const known = papers.get(name)
  if (known !== undefined) return known
  const made = document({ title: name, createdAt: instant('2025-01-02T00:00:00Z'), watermark: '示范' }, [
    title(name),
    paragraph(`${name}:这是示范辖区的演示材料,不含真实信息。`),
  ])
  papers.set(name, made)
  return made
}

export const openDraft = async (
  driver: Driver,
  actors: Actors,
  registered: Registered,
  stage: string,
  itemIds: readonly string[],
): Promise<ApplicationFile> => {
  const { project } = registered
  await reachMilestones(driver, registered, itemIds)
  const created = await driver.call(project.by, createApplication, {
    body: { projectId: registered.projectId, stage, guideAnswers: guideAnswersOf(project), itemIds: [...itemIds] },
  })
  const today = localDateOf(driver.now())
  const form = await driver.call(project.by, makeForm, { body: { itemIds: [...itemIds], day: today } })
  const answers = answersFor(form, created.application.answers, {
    project,
    today,
    projectCode: registered.projectCode,
    organisations: actors.organisations,
  })
  let file = await driver.call(project.by, saveDraft, {
    params: { applicationId: created.application.applicationId },
    body: { version: created.application.version, answers },
  })
  for (const need of file.materials.filter(
    (material) => material.required && !material.present && material.form !== 'exempt',
  )) {
    const uploadId = await driver.upload(
      project.by,
      `${need.name.zh.slice(0, 40).replace(/[\\/:*?"<>|]/g, '')}.pdf`,
      await paperFor(need.name.zh),
    )
    file = await driver.call(project.by, attachDocument, {
      params: { applicationId: file.application.applicationId },
      body: { materialId: need.materialId, uploadId },
    })
  }
  return file
}

export const submit = async (driver: Driver, by: string, applicationId: ApplicationId): Promise<ApplicationFile> => {
  const file = await driver.call(by, readApplication, { params: { applicationId } })
  if (file.faults.length > 0)
    throw new Error(`not ready to submit: ${file.faults.map((fault) => `${fault.path} ${fault.message}`).join('; ')}`)
  const { file: after } = await driver.call(by, submitApplication, {
    params: { applicationId },
    body: { version: file.application.version, declared: true },
  })
  return after
}

const fresh = (driver: Driver, login: string, applicationId: ApplicationId): Promise<ApplicationFile> =>
  driver.call(login, readApplication, { params: { applicationId } })

export const accept = async (
  driver: Driver,
  window: string,
  applicationId: ApplicationId,
): Promise<ApplicationFile> => {
  const { application } = await fresh(driver, window, applicationId)
  return driver.call(window, acceptApplication, { params: { applicationId }, body: { version: application.version } })
}
export const refuse = async (
  driver: Driver,
  window: string,
  applicationId: ApplicationId,
): Promise<ApplicationFile> => {
  const { application } = await fresh(driver, window, applicationId)
  return driver.call(window, refuseApplication, {
    params: { applicationId },
    body: {
      version: application.version,
      text: '该厂区整治属于市级管理权限,本区无权受理。',
      competentAuthority: '市级主管部门',
    },
  })
}
export const correct = async (
  driver: Driver,
  window: string,
  applicationId: ApplicationId,
): Promise<ApplicationFile> => {
  const { application } = await fresh(driver, window, applicationId)
  return driver.call(window, requestCorrections, {
    params: { applicationId },
    body: {
      version: application.version,
      points: [
        {
          anchor: 'field:projectContent',
          reasonCode: 'unclear',
          text: '建设规模与登记信息不一致,请写明地上、地下面积。',
        },
      ],
    },
  })
}

const question = '请就本项目涉及你部门职责的内容提出意见。'
/** Asks departments; where the choice departs from the suggestion of the rules, the reason is given with it. */
export const consult = async (
  driver: Driver,
  run: ItemRunView,
  departments: readonly string[],
  days: number,
): Promise<ItemRunView> => {
  const { reviewer } = loginsOf(run.department)
  const params = { itemRunId: run.itemRunId }
  const { suggestions } = await driver.call(reviewer, readSuggestions, { params })
  const reasons = Object.fromEntries([
    ...suggestions.map((each) => [each.department, '前期策划阶段已取得该部门意见。']),
    ...departments.map((department) => [department, '项目位置涉及该部门管理的设施。']),
  ])
  return driver.call(reviewer, askOpinions, {
    params,
    body: { departments: [...departments], question, days, reasons },
  })
}
/** Gives every open opinion of an item. */
export const opine = async (driver: Driver, run: ItemRunView, code: OpinionCode = 'agree'): Promise<ItemRunView> => {
  for (const task of run.opinionTasks.filter((each) => each.state === 'sent' || each.state === 'opened'))
    await driver.call(loginsOf(task.department).reviewer, giveOpinion, {
      params: { opinionTaskId: task.opinionTaskId },
      body: {
        version: task.version,
        code,
        text: code === 'agree' ? '同意。' : '按意见落实后同意。',
        conditions: code === 'agree-with-conditions' ? ['施工期间保留一条车道,交通组织方案报备后实施。'] : [],
      },
    })
  return reread(driver, run)
}
export const reread = (driver: Driver, run: ItemRunView): Promise<ItemRunView> =>
  driver.call(loginsOf(run.department).reviewer, readItemRun, { params: { itemRunId: run.itemRunId } })

/** Pauses an item on the first legal ground that it has, approved by another person. Gives the item as it was when it has none. */
export const pause = async (driver: Driver, run: ItemRunView): Promise<ItemRunView> => {
  const { reviewer, approver } = loginsOf(run.department)
  const { grounds } = await driver.call(reviewer, readLegalGrounds, { params: { itemRunId: run.itemRunId } })
  const ground = grounds.find((each) => each.code.includes('expert')) ?? grounds[0]
  if (ground === undefined) return run
  const proposed = await driver.call(reviewer, proposePause, {
    params: { itemRunId: run.itemRunId },
    body: {
      version: run.version,
      ground: ground.code,
      reason: '需组织专家评审,已选定专家。',
      expectedDays: Math.min(10, ground.maxDays ?? 10),
    },
  })
  return driver.call(approver, decidePause, {
    params: { itemRunId: run.itemRunId },
    body: { version: proposed.version, approve: true, remark: '同意,书面告知申请人。' },
  })
}
export const resume = (driver: Driver, run: ItemRunView): Promise<ItemRunView> =>
  driver.call(loginsOf(run.department).reviewer, resumeItemRun, {
    params: { itemRunId: run.itemRunId },
    body: { version: run.version, reason: '专家评审意见已收到。' },
  })

export const draft = (driver: Driver, run: ItemRunView, conditions: readonly string[] = []): Promise<ItemRunView> =>
  driver.call(loginsOf(run.department).reviewer, draftDecision, {
    params: { itemRunId: run.itemRunId },
    body: {
      version: run.version,
      outcome: conditions.length === 0 ? 'approved' : 'approved-with-conditions',
      text: '经审查,申请材料齐全,符合法定条件,准予办理。',
      conditions: [...conditions],
    },
  })
export const review = (driver: Driver, run: ItemRunView): Promise<ItemRunView> =>
  driver.call(loginsOf(run.department).lead, reviewDraft, {
    params: { itemRunId: run.itemRunId },
    body: { version: run.version, accept: true, remark: '审核同意。' },
  })
export const issue = (driver: Driver, run: ItemRunView): Promise<ItemRunView> =>
  driver.call(loginsOf(run.department).approver, decide, {
    params: { itemRunId: run.itemRunId },
    body: { version: run.version },
  })

/** Takes one item from where it stands to its decision. */
export const finish = async (driver: Driver, run: ItemRunView): Promise<ItemRunView> => {
  let now = await reread(driver, run)
  if (now.hold !== null) now = await resume(driver, now)
  now = await opine(driver, now)
  if (now.state === 'handling') now = await draft(driver, now)
  if (now.state === 'drafted') now = await review(driver, now)
  return now.state === 'reviewed' ? issue(driver, now) : now
}
/** The applicant receives every decision that is out; where work must begin within a time, it begins and is confirmed. */
export const receive = async (driver: Driver, by: string, applicationId: ApplicationId): Promise<void> => {
  const params = { applicationId }
  const { documents } = await driver.call(by, readAfter, { params })
  for (const document of documents.filter((each) => each.published && each.delivery === null)) {
    const of = { certificateId: document.certificateId }
    const received = await driver.call(by, confirmReceipt, { params: of, body: { version: document.version } })
    const permit = received.documents.find((each) => each.certificateId === document.certificateId)
    if (permit?.site?.state !== 'waiting') continue
    const reported = await driver.call(by, reportSite, {
      params: of,
      body: {
        version: permit.version,
        kind: 'start',
        onDay: localDateOf(driver.now()),
        reason: '已具备开工条件,今日开工。',
      },
    })
    const open = reported.documents
      .flatMap((each) => each.reports)
      .find((each) => each.kind === 'start' && each.state === 'reported')
    if (open !== undefined)
      await driver.call(loginsOf(document.department).approver, decideReport, {
        params: { siteReportId: open.siteReportId },
        body: { version: open.version, confirm: true, remark: '' },
      })
  }
}
/** True when no earlier decision is missing for the decision on an item. */
export const isFree = (run: ItemRunView): boolean =>
  run.frontConditions.every((condition) => condition.blocks !== 'before-decision')
