/**
 * The project register: identity, codes, scale, place, parties and the three axes stage × state × hold reason.
 * The national project code is never made here (政府投资条例 10; 企业投资项目核准和备案管理条例 4): it is checked and kept.
 */
import { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { idSchema, type OrganisationId, type ProjectId } from '../../kernel/identity.ts'
import { fenSchema } from '../../kernel/money.ts'
import { pageQuery, pageSchema } from '../../kernel/page.ts'
import { certaintySchema } from '../../kernel/sourced.ts'
import { instantSchema, type LocalDate, localDateSchema } from '../../kernel/time.ts'
import type { Words } from '../../kernel/words.ts'
import type { Database, Unit } from '../../platform/platform.ts'

// ------------------------------------------------------------------------------------------ code lists

/** 审批流程类型 (SPLCLX) of the data-exchange standard of the approval reform. */
export const projectTypes = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] as const
export type ProjectType = (typeof projectTypes)[number]
export const projectTypeWords: Readonly<Record<ProjectType, Words>> = {
  '1': { zh: '政府投资工程建设项目(房屋建筑类)', en: 'Government-funded building' },
  '2': { zh: '政府投资工程建设项目(线性工程类)', en: 'Government-funded linear works' },
  '3': { zh: '一般社会投资项目', en: 'General private investment' },
  '4': { zh: '小型社会投资项目', en: 'Small private investment' },
  '5': { zh: '带方案出让用地的社会投资项目', en: 'Private investment on land granted with a design' },
  '6': { zh: '工业类投资项目', en: 'Industrial investment' },
  '7': { zh: '交通工程类', en: 'Transport works' },
  '8': { zh: '水利工程类', en: 'Water works' },
  '9': { zh: '能源工程类', en: 'Energy works' },
  '10': { zh: '其他', en: 'Other' },
}
export const investorKinds = ['government', 'private', 'mixed'] as const
export type InvestorKind = (typeof investorKinds)[number]
export const investorKindWords: Readonly<Record<InvestorKind, Words>> = {
  government: { zh: '政府投资', en: 'Government' },
  private: { zh: '社会投资', en: 'Private' },
  mixed: { zh: '政府与社会资本合作', en: 'Mixed' },
}
export const landKinds = ['allocation', 'grant', 'none'] as const
export type LandKind = (typeof landKinds)[number]
export const landKindWords: Readonly<Record<LandKind, Words>> = {
  allocation: { zh: '划拨', en: 'Allocation' },
  grant: { zh: '出让', en: 'Grant' },
  none: { zh: '不涉及新增用地', en: 'No new land' },
}
export const purposes = [
  'housing',
  'public-building',
  'commercial',
  'industrial',
  'municipal',
  'renewal',
  'other',
] as const
export type Purpose = (typeof purposes)[number]
export const purposeWords: Readonly<Record<Purpose, Words>> = {
  housing: { zh: '住宅', en: 'Housing' },
  'public-building': { zh: '公共建筑', en: 'Public building' },
  commercial: { zh: '商业办公', en: 'Commercial' },
  industrial: { zh: '工业仓储', en: 'Industrial' },
  municipal: { zh: '市政基础设施', en: 'Municipal works' },
  renewal: { zh: '老旧小区与城市更新', en: 'Urban renewal' },
  other: { zh: '其他', en: 'Other' },
}
export const partyRoles = [
  'owner',
  'survey',
  'design',
  'contractor',
  'subcontractor',
  'supervision',
  'testing',
  'drawing-review',
  'cost-consultant',
  'agent-construction',
] as const
export type PartyRole = (typeof partyRoles)[number]
export const partyRoleWords: Readonly<Record<PartyRole, Words>> = {
  owner: { zh: '建设单位', en: 'Owner' },
  survey: { zh: '勘察单位', en: 'Survey' },
  design: { zh: '设计单位', en: 'Design' },
  contractor: { zh: '施工单位', en: 'Contractor' },
  subcontractor: { zh: '分包单位', en: 'Subcontractor' },
  supervision: { zh: '监理单位', en: 'Supervision' },
  testing: { zh: '检测单位', en: 'Testing' },
  'drawing-review': { zh: '施工图审查机构', en: 'Drawing review' },
  'cost-consultant': { zh: '造价咨询单位', en: 'Cost consultant' },
  'agent-construction': { zh: '代建单位', en: 'Agent construction' },
}

// ------------------------------------------------------------------------------------------ the three axes

/** Where in its life a project is. The first three and `acceptance` are the stages ST1–ST4 of the approval reform. */
export const stages = ['land', 'planning', 'permit', 'construction', 'acceptance', 'in-use'] as const
export type ProjectStage = (typeof stages)[number]
export const stageWords: Readonly<Record<ProjectStage, Words>> = {
  land: { zh: '立项用地规划许可', en: 'Project approval and land' },
  planning: { zh: '工程建设许可', en: 'Planning permit' },
  permit: { zh: '施工许可', en: 'Construction permit' },
  construction: { zh: '施工建设', en: 'Under construction' },
  acceptance: { zh: '竣工验收', en: 'Acceptance' },
  'in-use': { zh: '交付使用', en: 'In use' },
}
/** Whether the project is alive. A pause is not a state: see `holdReasons`. */
export const projectStates = ['registered', 'active', 'closed', 'withdrawn'] as const
export type ProjectState = (typeof projectStates)[number]
export const projectStateWords: Readonly<Record<ProjectState, Words>> = {
  registered: { zh: '已登记', en: 'Registered' },
  active: { zh: '推进中', en: 'Active' },
  closed: { zh: '已办结', en: 'Closed' },
  withdrawn: { zh: '已撤销', en: 'Withdrawn' },
}
/** Why a project rests while it stays in its stage and state. */
export const holdReasons = [
  'owner-request',
  'funding',
  'land',
  'safety-stop',
  'legal',
  'heritage',
  'weather',
  'other',
] as const
export type HoldReason = (typeof holdReasons)[number]
export const holdReasonWords: Readonly<Record<HoldReason, Words>> = {
  'owner-request': { zh: '建设单位申请暂缓', en: 'At the owner’s request' },
  funding: { zh: '资金未落实', en: 'Funding' },
  land: { zh: '征地拆迁未完成', en: 'Land not ready' },
  'safety-stop': { zh: '责令停工', en: 'Ordered to stop' },
  legal: { zh: '诉讼、复议或查封', en: 'Legal proceedings' },
  heritage: { zh: '文物考古勘探', en: 'Archaeology' },
  weather: { zh: '极端天气或自然灾害', en: 'Weather or disaster' },
  other: { zh: '其他', en: 'Other' },
}

// ------------------------------------------------------------------------------------------ shapes

/** Longitude and latitude in degrees, CGCS2000 (used as WGS 84). */
export const lonLatSchema = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
export type LonLat = z.infer<typeof lonLatSchema>
/** Site boundary: one outer ring without holes, closed (first = last). */
export const boundarySchema = z.object({
  type: z.literal('Polygon'),
  coordinates: z.tuple([z.array(lonLatSchema).min(4).max(2000)]),
})
export type Boundary = z.infer<typeof boundarySchema>

const squareMetres = z.number().min(0).max(100_000_000)
const scaleShape = {
  /** Gross floor area, m². */
  floorAreaM2: squareMetres.nullable(),
  siteAreaM2: squareMetres.nullable(),
  buildingHeightM: z.number().min(0).max(1000).nullable(),
  totalInvestmentFen: fenSchema.nullable(),
}
const describingShape = {
  name: z.string().trim().min(2, { error: '请填写项目名称' }).max(120, { error: '项目名称不超过120个字' }),
  projectType: z.enum(projectTypes),
  investor: z.enum(investorKinds),
  land: z.enum(landKinds),
  purpose: z.enum(purposes),
  ...scaleShape,
  point: lonLatSchema.nullable(),
  boundary: boundarySchema.nullable(),
  address: z.string().trim().max(200),
  /** Street or town code of the jurisdiction, for example '500105005'. */
  streetCode: z.string().max(12).nullable(),
  /** What is built, for the public, without personal data. */
  description: z.string().trim().max(2000),
}

export const partySchema = z.object({
  partyId: idSchema<'party'>(),
  role: z.enum(partyRoles),
  organisationId: idSchema<'organisation'>(),
  /** Name at the time of reading. */
  organisationName: z.string(),
  /** Person responsible at the party; only for the authorities and the parties themselves. */
  responsibleName: z.string().nullable(),
  responsiblePersonId: idSchema<'person'>().nullable(),
  from: localDateSchema,
  /** Last day; null = still a party. */
  to: localDateSchema.nullable(),
})
export type Party = z.infer<typeof partySchema>

export const projectSchema = z.object({
  id: idSchema<'project'>(),
  /** Internal case number, '两江建〔2026〕0001'. */
  caseNumber: z.string(),
  /** National project code; null until the investment platform has given one. */
  projectCode: z.string().nullable(),
  jurisdictionCode: z.string(),
  ...describingShape,
  ownerOrganisationId: idSchema<'organisation'>(),
  ownerName: z.string(),
  stage: z.enum(stages),
  state: z.enum(projectStates),
  holdReason: z.enum(holdReasons).nullable(),
  published: z.boolean(),
  registeredAt: instantSchema,
  version: z.number().int(),
})
export type Project = z.infer<typeof projectSchema>
export const projectDetailSchema = projectSchema.extend({
  parties: z.array(partySchema),
  warnings: z.array(z.string()),
})
export type ProjectDetail = z.infer<typeof projectDetailSchema>

/** What everyone may know of a published project: an allow-list. */
export const publicProjectSchema = z.object({
  id: idSchema<'project'>(),
  caseNumber: z.string(),
  projectCode: z.string().nullable(),
  name: z.string(),
  ownerName: z.string(),
  projectType: z.enum(projectTypes),
  purpose: z.enum(purposes),
  stage: z.enum(stages),
  state: z.enum(projectStates),
  holdReason: z.enum(holdReasons).nullable(),
  address: z.string(),
  streetCode: z.string().nullable(),
  description: z.string(),
  floorAreaM2: z.number().nullable(),
  siteAreaM2: z.number().nullable(),
  buildingHeightM: z.number().nullable(),
  point: lonLatSchema.nullable(),
  boundary: boundarySchema.nullable(),
  parties: z.array(z.object({ role: z.enum(partyRoles), organisationName: z.string() })),
})
export type PublicProject = z.infer<typeof publicProjectSchema>

// ------------------------------------------------------------------------------------------ reader and writer

/** What other capabilities may ask. Every method takes the connection to use: `unit.db` inside a transaction. */
export interface ProjectReader {
  readonly project: (db: Database, id: ProjectId) => Promise<Project | null>
  readonly projects: (db: Database, ids: readonly ProjectId[]) => Promise<ReadonlyMap<ProjectId, Project>>
  /** Projects that bear a national code, newest first: one code may be split into several works. */
  readonly projectsByCode: (db: Database, code: string) => Promise<readonly Project[]>
  /** Projects whose site contains a place, newest first. */
  readonly projectsAt: (db: Database, place: LonLat) => Promise<readonly Project[]>
  /** Parties on a day, or all there ever were. */
  readonly parties: (db: Database, id: ProjectId, on?: LocalDate) => Promise<readonly Party[]>
  /** Projects in which an organisation is owner or a party on a day, newest first. */
  readonly projectsOfOrganisation: (
    db: Database,
    organisationId: OrganisationId,
    on: LocalDate,
  ) => Promise<readonly Project[]>
  /** The public face of a published project; null for all others. */
  readonly publicProject: (db: Database, id: ProjectId) => Promise<PublicProject | null>
  /** Published projects, newest first; `search` looks in name, number and address. */
  readonly publicProjects: (
    db: Database,
    filter?: { readonly search?: string; readonly stage?: ProjectStage; readonly limit?: number },
  ) => Promise<readonly PublicProject[]>
  /** The schematic base map for pictures of where projects lie. */
  readonly baseMap: () => BaseMap
  /** May this person see the project (officers all of it, others as members of a party on that day)? */
  readonly maySee: (db: Database, actor: Actor, id: ProjectId, on: LocalDate) => Promise<boolean>
}

export interface NewProject extends z.infer<typeof newProjectSchema> {}
/** Use cases for others to run inside their own transaction. They lock the project, obey its lifecycle and record. */
export interface ProjectWriter {
  readonly register: (unit: Unit, project: NewProject) => Promise<ProjectId>
  /**
   * Moves forward to a stage; gives false and records nothing when the project is there already or beyond. Refuses a step
   * that does not lead there, and a project that is on hold, closed or withdrawn. A registered project becomes active.
   */
  readonly advanceStage: (unit: Unit, projectId: ProjectId, stage: ProjectStage, because: string) => Promise<boolean>
  /** Moves back to an earlier stage: a permit was revoked, an acceptance failed. */
  readonly returnToStage: (unit: Unit, projectId: ProjectId, stage: ProjectStage, because: string) => Promise<boolean>
  readonly setState: (unit: Unit, projectId: ProjectId, state: ProjectState, because: string) => Promise<boolean>
  readonly hold: (unit: Unit, projectId: ProjectId, reason: HoldReason, because: string) => Promise<boolean>
  readonly resume: (unit: Unit, projectId: ProjectId, because: string) => Promise<boolean>
  readonly publish: (unit: Unit, projectId: ProjectId, published: boolean, because: string) => Promise<boolean>
  readonly addParty: (unit: Unit, projectId: ProjectId, party: NewParty) => Promise<string>
}

// ------------------------------------------------------------------------------------------ events

const about = { projectId: z.string(), caseNumber: z.string(), name: z.string() }
export const projectRegistered = defineEvent({
  kind: 'projects.registered',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...about, ownerOrganisationId: z.string(), projectType: z.string() }),
  sentence: '项目{name}登记,编号{caseNumber}',
})
export const projectUpdated = defineEvent({
  kind: 'projects.updated',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...about, fields: z.array(z.string()) }),
  sentence: '更新项目信息',
})
/**
 * Recorded as public for a published project, else for the parties. The reason given is free text and may name people: it
 * stands with the personal data of the entry ('because'), not in the payload. So it is with all events below.
 */
export const stageChanged = defineEvent({
  kind: 'projects.stage-changed',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...about, from: z.enum(stages), to: z.enum(stages), stageName: z.string() }),
  sentence: '项目{name}进入{stageName}阶段',
})
export const stateChanged = defineEvent({
  kind: 'projects.state-changed',
  version: 1,
  visibility: 'public',
  payload: z.object({
    ...about,
    from: z.enum(projectStates),
    to: z.enum(projectStates),
    stateName: z.string(),
  }),
  sentence: '项目{name}:{stateName}',
})
export const projectHeld = defineEvent({
  kind: 'projects.held',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...about, reason: z.enum(holdReasons), reasonName: z.string() }),
  sentence: '项目{name}暂停:{reasonName}',
})
export const projectResumed = defineEvent({
  kind: 'projects.resumed',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...about, reason: z.enum(holdReasons) }),
  sentence: '项目{name}恢复推进',
})
export const projectPublished = defineEvent({
  kind: 'projects.published',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...about, published: z.boolean() }),
  sentence: '项目{name}公开状态变更',
})
export const partyAdded = defineEvent({
  kind: 'projects.party-added',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...about,
    partyId: z.string(),
    role: z.enum(partyRoles),
    organisationId: z.string(),
    organisationName: z.string(),
    from: z.string(),
  }),
  sentence: '{organisationName}成为参建单位',
})
export const partyEnded = defineEvent({
  kind: 'projects.party-ended',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...about,
    partyId: z.string(),
    role: z.enum(partyRoles),
    organisationId: z.string(),
    to: z.string(),
  }),
  sentence: '参建单位退出',
})
export const projectEvents = [
  projectRegistered,
  projectUpdated,
  stageChanged,
  stateChanged,
  projectHeld,
  projectResumed,
  projectPublished,
  partyAdded,
  partyEnded,
]

// ------------------------------------------------------------------------------------------ endpoints

const projectParams = z.object({ projectId: idSchema<'project'>() })
const because = z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(400, { error: '理由不超过400个字' })
const projectCodeText = z.string().trim().max(40)

export const newProjectSchema = z.object({
  ...describingShape,
  floorAreaM2: scaleShape.floorAreaM2.default(null),
  siteAreaM2: scaleShape.siteAreaM2.default(null),
  buildingHeightM: scaleShape.buildingHeightM.default(null),
  totalInvestmentFen: scaleShape.totalInvestmentFen.default(null),
  point: describingShape.point.default(null),
  boundary: describingShape.boundary.default(null),
  address: describingShape.address.default(''),
  streetCode: describingShape.streetCode.default(null),
  description: describingShape.description.default(''),
  projectCode: projectCodeText.nullable().default(null),
  ownerOrganisationId: idSchema<'organisation'>(),
})
export const newPartySchema = z.object({
  role: z.enum(partyRoles),
  organisationId: idSchema<'organisation'>(),
  responsiblePersonId: idSchema<'person'>().nullable().default(null),
  responsibleName: z.string().trim().max(60).nullable().default(null),
  /** Absent: today. */
  from: localDateSchema.optional(),
})
export type NewParty = z.infer<typeof newPartySchema>

export const createProject = endpoint({
  id: 'projects.create',
  method: 'POST',
  path: '/api/projects',
  summary: '登记项目(申请人为本单位登记,窗口可代登记)',
  access: { roles: ['applicant', 'clerk', 'lead'] },
  body: newProjectSchema,
  reply: projectDetailSchema,
  idempotent: true,
})
export const getProject = endpoint({
  id: 'projects.get',
  method: 'GET',
  path: '/api/projects/:projectId',
  summary: '项目详情',
  access: 'signed-in',
  params: projectParams,
  reply: projectDetailSchema,
})
export const listProjects = endpoint({
  id: 'projects.list',
  method: 'GET',
  path: '/api/projects',
  summary: '项目列表:申请人看本单位参与的项目,工作人员看辖区全部项目',
  access: 'signed-in',
  query: z.object({
    ...pageQuery,
    search: z.string().trim().max(60).optional(),
    stage: z.enum(stages).optional(),
    state: z.enum(projectStates).optional(),
    held: z.enum(['true', 'false']).optional(),
    projectType: z.enum(projectTypes).optional(),
    streetCode: z.string().max(12).optional(),
    organisationId: idSchema<'organisation'>().optional(),
  }),
  reply: pageSchema(projectSchema),
})
export const updateProject = endpoint({
  id: 'projects.update',
  method: 'PATCH',
  path: '/api/projects/:projectId',
  summary: '更新项目信息(须带读取时的版本号)',
  access: { roles: ['applicant', 'clerk', 'lead'] },
  params: projectParams,
  body: z.object(describingShape).partial().extend({
    version: z.number().int(),
    projectCode: projectCodeText.nullish(),
  }),
  reply: projectDetailSchema,
})
export const changeStage = endpoint({
  id: 'projects.change-stage',
  method: 'POST',
  path: '/api/projects/:projectId/stage',
  summary: '变更项目阶段',
  access: { roles: ['lead', 'approver'] },
  params: projectParams,
  body: z.object({ stage: z.enum(stages), because }),
  reply: projectDetailSchema,
})
export const changeState = endpoint({
  id: 'projects.change-state',
  method: 'POST',
  path: '/api/projects/:projectId/state',
  summary: '变更项目状态(推进、办结、撤销)',
  access: { roles: ['lead', 'approver'] },
  params: projectParams,
  body: z.object({ state: z.enum(projectStates), because }),
  reply: projectDetailSchema,
})
export const holdProject = endpoint({
  id: 'projects.hold',
  method: 'POST',
  path: '/api/projects/:projectId/hold',
  summary: '暂停项目并写明原因',
  access: { roles: ['lead', 'approver', 'inspector'] },
  params: projectParams,
  body: z.object({ reason: z.enum(holdReasons), because }),
  reply: projectDetailSchema,
})
export const resumeProject = endpoint({
  id: 'projects.resume',
  method: 'POST',
  path: '/api/projects/:projectId/resume',
  summary: '恢复项目',
  access: { roles: ['lead', 'approver', 'inspector'] },
  params: projectParams,
  body: z.object({ because }),
  reply: projectDetailSchema,
})
export const publishProject = endpoint({
  id: 'projects.publish',
  method: 'POST',
  path: '/api/projects/:projectId/publish',
  summary: '对社会公开项目,或收回公开',
  access: { roles: ['clerk', 'lead', 'approver'] },
  params: projectParams,
  body: z.object({ published: z.boolean(), because }),
  reply: projectDetailSchema,
})
export const addParty = endpoint({
  id: 'projects.add-party',
  method: 'POST',
  path: '/api/projects/:projectId/parties',
  summary: '增加参建单位',
  access: { roles: ['applicant', 'clerk', 'lead'] },
  params: projectParams,
  body: newPartySchema,
  reply: projectDetailSchema,
  idempotent: true,
})
export const endParty = endpoint({
  id: 'projects.end-party',
  method: 'POST',
  path: '/api/projects/:projectId/parties/:partyId/end',
  summary: '参建单位退出(保留记录)',
  access: { roles: ['applicant', 'clerk', 'lead'] },
  params: projectParams.extend({ partyId: idSchema<'party'>() }),
  body: z.object({ to: localDateSchema.optional(), because }),
  reply: projectDetailSchema,
})
export const checkCode = endpoint({
  id: 'projects.check-code',
  method: 'POST',
  path: '/api/projects/check-code',
  summary: '校验投资项目统一代码(GB/T 40058-2021 与旧码)',
  access: 'public',
  body: z.object({ code: z.string().trim().max(60) }),
  reply: z.object({
    form: z.enum(['new', 'legacy', 'unknown']),
    valid: z.boolean(),
    normalised: z.string().nullable(),
    warnings: z.array(z.string()),
  }),
  perMinute: 60,
})
export const publicMap = endpoint({
  id: 'projects.public-map',
  method: 'GET',
  path: '/api/public/projects.geojson',
  summary: '已公开项目的位置(GeoJSON,CGCS2000)',
  access: 'public',
  reply: z.object({
    type: z.literal('FeatureCollection'),
    features: z.array(
      z.object({
        type: z.literal('Feature'),
        id: z.string(),
        geometry: z.object({ type: z.literal('Point'), coordinates: lonLatSchema }),
        properties: z.object({ number: z.string(), name: z.string(), stage: z.enum(stages), stageName: z.string() }),
      }),
    ),
  }),
})

/** The schematic base map: our own drawing, no survey (see the file's note). */
export const baseMapSchema = z.object({
  type: z.literal('FeatureCollection'),
  name: z.string(),
  schematic: z.literal(true),
  certainty: certaintySchema,
  note: z.string(),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.object({
        kind: z.enum(['water', 'street', 'road']),
        name: z.string(),
        nameEn: z.string(),
        code: z.string().optional(),
      }),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(lonLatSchema)) }),
        z.object({ type: z.literal('LineString'), coordinates: z.array(lonLatSchema) }),
      ]),
    }),
  ),
})
export type BaseMap = z.infer<typeof baseMapSchema>
export const readBaseMap = endpoint({
  id: 'projects.base-map',
  method: 'GET',
  path: '/api/map/base',
  summary: '示意底图(本项目自绘,不作为测绘依据)',
  access: 'public',
  reply: baseMapSchema,
})
