/**
 * BIM 碰撞检查: models of a project with their versions, checks and their runs, conflicts that live over the versions, and
 * the gate "no open serious conflict". The parts: models and imports here and in `contract/versions.ts`, checks and runs in
 * `contract/checks.ts`, conflicts in `contract/conflicts.ts`, BCF, reports and the gate in `contract/exchange.ts`.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { instantSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import { modelKinds, phases, versionStates } from './model/words.ts'

export type ModelId = Id<'bim-model'>
export type VersionId = Id<'bim-version'>
export type CheckId = Id<'bim-check'>
export type RunId = Id<'bim-run'>
export type ConflictId = Id<'bim-conflict'>
export type GroupId = Id<'bim-group'>
export type ExceptionId = Id<'bim-exception'>

/** Null: allowed; else the sentence of the refusal. */
export const maySchema = wordsSchema.nullable()
export const projectParams = z.object({ projectId: idSchema<'project'>() })
export const modelParams = z.object({ modelId: idSchema<'bim-model'>() })
export const nameText = z.string().trim().min(1, { error: '请填写名称' }).max(80, { error: '名称不超过80个字' })
export const noteText = z.string().trim().max(1000, { error: '说明不超过1000个字' })

// ------------------------------------------------------------------------------------------ shapes

/** How far work in the background is; `total` 0: not begun. */
export const progressSchema = z.object({ done: z.number().int(), total: z.number().int() })

export const issueCountsSchema = z.object({
  error: z.number().int(),
  warning: z.number().int(),
  notice: z.number().int(),
})
/** What a version holds, in figures; the half of the other kind is null. */
export const statisticsSchema = z.object({
  network: z
    .object({
      points: z.number().int(),
      lines: z.number().int(),
      lengthM: z.number(),
      /** Lines and metres by kind of pipe. */
      byKind: z.array(z.object({ kind: z.string(), name: z.string(), lines: z.number().int(), lengthM: z.number() })),
      /** Lines without height, without size: unknown never passes a check. */
      withoutHeight: z.number().int(),
      withoutSize: z.number().int(),
      epsg: z.number().int().nullable(),
      /** West, south, east, north in metres of the plane; null when empty. */
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
    })
    .nullable(),
  ifc: z
    .object({
      schema: z.string(),
      application: z.string().nullable(),
      elements: z.number().int(),
      meshes: z.number().int(),
      triangles: z.number().int(),
      byClass: z.array(z.object({ class: z.string(), count: z.number().int() })),
      /** Elements without geometry: counted and shown, never silently lost. */
      missing: z.number().int(),
      missingByClass: z.array(z.object({ class: z.string(), count: z.number().int() })),
      ports: z.number().int(),
      epsg: z.number().int().nullable(),
      georeferenced: z.boolean(),
    })
    .nullable(),
})
export type Statistics = z.infer<typeof statisticsSchema>

export const sourceFileSchema = z.object({
  sha256: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
})
export type SourceFile = z.infer<typeof sourceFileSchema>

export const versionSchema = z.object({
  versionId: idSchema<'bim-version'>(),
  modelId: idSchema<'bim-model'>(),
  /** 1, 2, 3 … in the model. */
  number: z.number().int(),
  state: z.enum(versionStates),
  note: z.string(),
  files: z.array(sourceFileSchema),
  progress: progressSchema,
  /** Why it failed; says what to do. */
  failure: z.string().nullable(),
  issues: issueCountsSchema,
  statistics: statisticsSchema.nullable(),
  /** The same files with the same mapping had been read before. */
  fromCache: z.boolean(),
  createdAt: instantSchema,
  createdBy: z.string(),
  readyAt: instantSchema.nullable(),
  may: z.object({ map: maySchema, cancel: maySchema }),
})
export type VersionView = z.infer<typeof versionSchema>

export const modelSchema = z.object({
  modelId: idSchema<'bim-model'>(),
  projectId: idSchema<'project'>(),
  name: z.string(),
  kind: z.enum(modelKinds),
  phase: z.enum(phases),
  archivedAt: instantSchema.nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
  /** The newest version of any state; null before the first import. */
  newest: versionSchema.nullable(),
  /** The newest version that checks take; null before there is one. */
  ready: versionSchema.nullable(),
  versions: z.number().int(),
  may: z.object({ rename: maySchema, archive: maySchema, import: maySchema }),
})
export type ModelView = z.infer<typeof modelSchema>

// ------------------------------------------------------------------------------------------ endpoints

export const listModels = endpoint({
  id: 'bim.list-models',
  method: 'GET',
  path: '/api/projects/:projectId/bim/models',
  summary: '项目的模型',
  access: 'signed-in',
  params: projectParams,
  query: z.object({ archived: z.enum(['true', 'false']).default('false') }),
  reply: z.object({
    projectId: idSchema<'project'>(),
    projectName: z.string(),
    models: z.array(modelSchema),
    may: z.object({ create: maySchema, check: maySchema }),
  }),
})
export const createModel = endpoint({
  id: 'bim.create-model',
  method: 'POST',
  path: '/api/projects/:projectId/bim/models',
  summary: '新建模型',
  access: { roles: ['applicant', 'site-manager'] },
  params: projectParams,
  body: z.object({ name: nameText, kind: z.enum(modelKinds), phase: z.enum(phases) }),
  reply: modelSchema,
  idempotent: true,
})
export const readModel = endpoint({
  id: 'bim.read-model',
  method: 'GET',
  path: '/api/bim/models/:modelId',
  summary: '模型及其全部版本(新的在前)',
  access: 'signed-in',
  params: modelParams,
  reply: z.object({ model: modelSchema, versions: z.array(versionSchema) }),
})
export const renameModel = endpoint({
  id: 'bim.rename-model',
  method: 'PATCH',
  path: '/api/bim/models/:modelId',
  summary: '修改模型名称',
  access: { roles: ['applicant', 'site-manager'] },
  params: modelParams,
  body: z.object({ name: nameText }),
  reply: modelSchema,
})
export const archiveModel = endpoint({
  id: 'bim.archive-model',
  method: 'POST',
  path: '/api/bim/models/:modelId/archive',
  summary: '归档模型(不再参加检查，记录保留)，或恢复',
  access: { roles: ['applicant', 'site-manager'] },
  params: modelParams,
  body: z.object({ archived: z.boolean() }),
  reply: modelSchema,
})
