/** 检查: what is compared, its runs with progress, history and timings, the rule tables it stands on. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery } from '../../../kernel/page.ts'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { maySchema, nameText, progressSchema, projectParams } from '../contract.ts'
import { definitionSchema, obstacleSchema, roadSchema, zoneSchema } from '../model/definition.ts'
import { checkKinds, issueSeverities, modelKinds, runStates, runWays } from '../model/words.ts'

export const checkParams = z.object({ checkId: idSchema<'bim-check'>() })
export const runParams = z.object({ runId: idSchema<'bim-run'>() })

// ------------------------------------------------------------------------------------------ shapes

export const lifeCountsSchema = z.object({
  new: z.number().int(),
  persisting: z.number().int(),
  reopened: z.number().int(),
  /** Solved by this run. */
  solved: z.number().int(),
})
export const runSchema = z.object({
  runId: idSchema<'bim-run'>(),
  checkId: idSchema<'bim-check'>(),
  number: z.number().int(),
  state: z.enum(runStates),
  way: z.enum(runWays).nullable(),
  progress: progressSchema,
  failure: z.string().nullable(),
  /** The versions it took. */
  versions: z.array(
    z.object({
      modelId: idSchema<'bim-model'>(),
      modelName: z.string(),
      versionId: idSchema<'bim-version'>(),
      number: z.number().int(),
    }),
  ),
  rules: z.string().nullable(),
  startedAt: instantSchema,
  startedBy: z.string(),
  endedAt: instantSchema.nullable(),
  /** Null until it is done. */
  result: z
    .object({
      life: lifeCountsSchema,
      findings: z.number().int(),
      breaches: z.number().int(),
      unknown: z.number().int(),
      /** Critical or major breaches that no approved exception covers. */
      serious: z.number().int(),
      objects: z.number().int(),
      /** Pipes looked at again, where only changes were checked. */
      looked: z.number().int(),
      /** What could not be checked, in sentences. */
      remarks: z.array(z.string()),
    })
    .nullable(),
  /** Milliseconds: reading the models, checking, merging into conflicts; null until it is done. */
  timings: z.object({ readMs: z.number(), checkMs: z.number(), mergeMs: z.number() }).nullable(),
  may: z.object({ cancel: maySchema }),
})
export type RunView = z.infer<typeof runSchema>

export const checkSchema = z.object({
  checkId: idSchema<'bim-check'>(),
  projectId: idSchema<'project'>(),
  name: z.string(),
  kind: z.enum(checkKinds),
  definition: definitionSchema,
  toleranceSentence: z.string(),
  /** Optimistic: send it back when editing. */
  version: z.number().int(),
  /** False: a working check that the gate does not ask for. */
  gate: z.boolean(),
  archivedAt: instantSchema.nullable(),
  lastRun: runSchema.nullable(),
  /** Conflicts that stand: by severity, breaches only. */
  open: z.object({
    critical: z.number().int(),
    major: z.number().int(),
    minor: z.number().int(),
    notice: z.number().int(),
    unknown: z.number().int(),
  }),
  /** A model has a newer ready version than the last run took, or the check was edited since. */
  outdated: z.boolean(),
  may: z.object({ edit: maySchema, run: maySchema, archive: maySchema }),
})
export type CheckView = z.infer<typeof checkSchema>

// ------------------------------------------------------------------------------------------ endpoints

const own = { roles: ['applicant', 'site-manager'] } as const
export const listChecks = endpoint({
  id: 'bim.list-checks',
  method: 'GET',
  path: '/api/projects/:projectId/bim/checks',
  summary: '项目的检查',
  access: 'signed-in',
  params: projectParams,
  query: z.object({ archived: z.enum(['true', 'false']).default('false') }),
  reply: z.object({ checks: z.array(checkSchema), may: z.object({ create: maySchema }) }),
})
export const createCheck = endpoint({
  id: 'bim.create-check',
  method: 'POST',
  path: '/api/projects/:projectId/bim/checks',
  summary: '定义检查',
  access: own,
  params: projectParams,
  body: z.object({ name: nameText, definition: definitionSchema, gate: z.boolean().default(true) }),
  reply: checkSchema,
  idempotent: true,
})
export const readCheck = endpoint({
  id: 'bim.read-check',
  method: 'GET',
  path: '/api/bim/checks/:checkId',
  summary: '检查的定义和最近一次结果',
  access: 'signed-in',
  params: checkParams,
  reply: checkSchema,
})
export const editCheck = endpoint({
  id: 'bim.edit-check',
  method: 'PUT',
  path: '/api/bim/checks/:checkId',
  summary: '修改检查(须带读取时的版本号)',
  access: own,
  params: checkParams,
  body: z.object({
    version: z.number().int(),
    name: nameText,
    definition: definitionSchema,
    gate: z.boolean(),
  }),
  reply: checkSchema,
})
export const archiveCheck = endpoint({
  id: 'bim.archive-check',
  method: 'POST',
  path: '/api/bim/checks/:checkId/archive',
  summary: '归档检查(记录保留)，或恢复',
  access: own,
  params: checkParams,
  body: z.object({ archived: z.boolean() }),
  reply: checkSchema,
})
/** What selectors can name in the models of a project. */
export const listSelectable = endpoint({
  id: 'bim.list-selectable',
  method: 'GET',
  path: '/api/projects/:projectId/bim/selectable',
  summary: '可供选择的类别、系统和楼层',
  access: 'signed-in',
  params: projectParams,
  reply: z.object({
    models: z.array(
      z.object({
        modelId: idSchema<'bim-model'>(),
        name: z.string(),
        kind: z.enum(modelKinds),
        classes: z.array(z.string()),
        systems: z.array(z.string()),
        storeys: z.array(z.string()),
      }),
    ),
  }),
})
/** Zones, obstacles and roads out of files, for the definition of a check; nothing is stored. */
export const readPlaces = endpoint({
  id: 'bim.read-places',
  method: 'POST',
  path: '/api/projects/:projectId/bim/places',
  summary: '从文件读出覆土分区、建(构)筑物和道路(GeoJSON、Shapefile、CSV、Excel)',
  access: own,
  params: projectParams,
  body: z.object({
    uploadIds: z.array(z.uuid()).min(1, { error: '请选择文件' }).max(20, { error: '一次最多20个文件' }),
  }),
  reply: z.object({
    zones: z.array(zoneSchema),
    obstacles: z.array(obstacleSchema),
    roads: z.array(roadSchema),
    issues: z.array(
      z.object({
        severity: z.enum(issueSeverities),
        file: z.string(),
        sheet: z.string().nullable(),
        row: z.number().int().nullable(),
        column: z.string().nullable(),
        sentence: z.string(),
      }),
    ),
  }),
})
export const startRun = endpoint({
  id: 'bim.start-run',
  method: 'POST',
  path: '/api/bim/checks/:checkId/runs',
  summary: '用各模型最新可用版本运行检查',
  access: own,
  params: checkParams,
  body: z.object({
    /** Computes everything again, also where the same was computed before. */
    anew: z.boolean().default(false),
  }),
  reply: runSchema,
  idempotent: true,
})
export const listRuns = endpoint({
  id: 'bim.list-runs',
  method: 'GET',
  path: '/api/bim/checks/:checkId/runs',
  summary: '运行记录(新的在前)',
  access: 'signed-in',
  params: checkParams,
  query: z.object(pageQuery),
  reply: z.object({ rows: z.array(runSchema), next: z.string().nullable() }),
})
export const readRun = endpoint({
  id: 'bim.read-run',
  method: 'GET',
  path: '/api/bim/runs/:runId',
  summary: '一次运行的进度和结果',
  access: 'signed-in',
  params: runParams,
  reply: runSchema,
})
export const cancelRun = endpoint({
  id: 'bim.cancel-run',
  method: 'POST',
  path: '/api/bim/runs/:runId/cancel',
  summary: '取消运行',
  access: own,
  params: runParams,
  reply: runSchema,
})

const rowSchema = z.object({
  id: z.string(),
  table: z.enum(['horizontal', 'crossing', 'cover', 'chamber']),
  /** In words: '污水管、雨水管(管径大于 200 mm)'. */
  a: z.string(),
  b: z.string(),
  valueM: z.number().nullable(),
  clause: z.string(),
  source: sourceSchema,
  /** False shows as 待核对原文. */
  verified: z.boolean(),
  validFrom: localDateSchema.nullable(),
  validTo: localDateSchema.nullable(),
})
export const readRules = endpoint({
  id: 'bim.read-rules',
  method: 'GET',
  path: '/api/bim/rules',
  summary: '规则表:数值、条文、来源、是否核对',
  access: 'signed-in',
  reply: z.object({
    version: z.string(),
    rows: z.array(rowSchema),
    orders: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        kinds: z.array(z.string()),
        clause: z.string(),
        verified: z.boolean(),
      }),
    ),
    yielding: z.array(z.object({ id: z.string(), name: z.string(), clause: z.string(), verified: z.boolean() })),
    unverified: z.number().int(),
  }),
})
/** Colours, names and usual height conventions of the classes of pipes (CJJ 61). */
export const readClasses = endpoint({
  id: 'bim.read-classes',
  method: 'GET',
  path: '/api/bim/classes',
  summary: '管线分类、颜色和高程含义',
  access: 'signed-in',
  reply: z.object({
    version: z.string(),
    source: sourceSchema,
    meaningNote: sourceSchema,
    classes: z.array(
      z.object({
        code: z.string(),
        name: z.string(),
        kind: z.string(),
        colour: z.tuple([z.number(), z.number(), z.number()]),
        meaning: z.string(),
      }),
    ),
  }),
})
