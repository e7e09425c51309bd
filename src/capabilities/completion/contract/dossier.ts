/** 项目卷宗: the archive of a project as one file, built by a job, and the check of such a file. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'

export const dossierSchema = z.object({
  dossierId: idSchema<'dossier'>(),
  /** Its progress and cancellation: the endpoints of jobs. */
  jobId: z.string(),
  requestedAt: instantSchema,
  requestedBy: z.string(),
  personalData: z.boolean(),
  ready: z
    .object({
      at: instantSchema,
      files: z.number(),
      sizeBytes: z.number(),
      zipSha256: z.string(),
      indexSha256: z.string(),
    })
    .nullable(),
  mayRead: wordsSchema.nullable(),
})
export type DossierView = z.infer<typeof dossierSchema>
const projectParams = z.object({ projectId: idSchema<'project'>() })
const list = z.object({ dossiers: z.array(dossierSchema), mayBuild: wordsSchema.nullable() })

export const listDossiers = endpoint({
  id: 'completion.list-dossiers',
  method: 'GET',
  path: '/api/projects/:projectId/dossiers',
  summary: '项目卷宗列表',
  access: 'signed-in',
  params: projectParams,
  reply: list,
})
export const buildDossier = endpoint({
  id: 'completion.build-dossier',
  method: 'POST',
  path: '/api/projects/:projectId/dossiers',
  summary: '生成项目卷宗(后台任务)',
  access: 'signed-in',
  params: projectParams,
  body: z.object({}),
  reply: list,
  idempotent: true,
})
export const readDossier = endpoint({
  id: 'completion.read-dossier',
  method: 'GET',
  path: '/api/dossiers/:dossierId/archive',
  summary: '下载项目卷宗(ZIP)',
  access: 'signed-in',
  params: z.object({ dossierId: idSchema<'dossier'>() }),
  produces: 'application/zip',
  reply: z.any(),
})
export const checkDossier = endpoint({
  id: 'completion.check-dossier',
  method: 'POST',
  path: '/api/dossiers/check',
  summary: '核验上传的卷宗:文件指纹、日志包含证明、检查点签名',
  access: 'signed-in',
  body: z.object({ uploadId: z.uuid() }),
  reply: z.object({
    genuine: z.boolean(),
    /** The journal was signed by the key of this platform. */
    ownKey: z.boolean(),
    project: z.string(),
    files: z.number(),
    entries: z.number(),
    faults: z.array(z.string()),
  }),
})
