/** What leaves and enters: BCF, reports; and the gate that an application in the one window can ask for. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema, type ProjectId } from '../../../kernel/identity.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'
import { projectParams } from '../contract.ts'
import { checkParams } from './checks.ts'
import { conflictFilter } from './conflicts.ts'

export const exportBcf = endpoint({
  id: 'bim.export-bcf',
  method: 'GET',
  path: '/api/bim/checks/:checkId/bcf',
  summary: '导出 BCF(2.1 或 3.0)',
  access: 'signed-in',
  params: checkParams,
  query: z.object({
    ...conflictFilter,
    version: z.enum(['2.1', '3.0']).default('3.0'),
    /** One topic a conflict, or one a hand group (conflicts without a group keep their own). */
    topics: z.enum(['conflict', 'group']).default('conflict'),
  }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
export const importBcf = endpoint({
  id: 'bim.import-bcf',
  method: 'POST',
  path: '/api/bim/checks/:checkId/bcf',
  summary: '导入 BCF:更新状态、意见、责任人;不认识的议题成为人工提出的问题',
  access: 'signed-in',
  params: checkParams,
  body: z.object({ uploadId: z.uuid() }),
  reply: z.object({
    version: z.string(),
    topics: z.number().int(),
    /** Conflicts that were found again and changed. */
    updated: z.number().int(),
    unchanged: z.number().int(),
    /** Topics that became conflicts of their own. */
    raised: z.number().int(),
    comments: z.number().int(),
    /** What was left out or replaced, in sentences. */
    notes: z.array(z.object({ where: z.string(), text: z.string(), count: z.number().int() })),
  }),
  idempotent: true,
})
export const reportExcel = endpoint({
  id: 'bim.report-excel',
  method: 'GET',
  path: '/api/bim/checks/:checkId/report.xlsx',
  summary: '冲突报告(Excel)',
  access: 'signed-in',
  params: checkParams,
  query: z.object(conflictFilter),
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  reply: z.any(),
})
export const reportPdf = endpoint({
  id: 'bim.report-pdf',
  method: 'GET',
  path: '/api/bim/checks/:checkId/report.pdf',
  summary: '冲突报告(PDF，含平面图、断面图和截图)',
  access: 'signed-in',
  params: checkParams,
  query: z.object({ ...conflictFilter, pictures: z.coerce.number().int().min(0).max(60).default(30) }),
  produces: 'application/pdf',
  reply: z.any(),
})

// ------------------------------------------------------------------------------------------ the gate

export const gateSchema = z.object({
  projectId: idSchema<'project'>(),
  /** True: no open serious conflict, and the checks are up to date. */
  open: z.boolean(),
  /** What to do; null when open. */
  sentence: wordsSchema.nullable(),
  /** Reasons one by one. */
  reasons: z.array(wordsSchema),
  checks: z.array(
    z.object({
      checkId: idSchema<'bim-check'>(),
      name: z.string(),
      serious: z.number().int(),
      unknown: z.number().int(),
      excepted: z.number().int(),
      outdated: z.boolean(),
      lastRunAt: instantSchema.nullable(),
    }),
  ),
  /** Items of the one window that ask for it in this project. */
  askedBy: z.array(wordsSchema),
})
export type GateView = z.infer<typeof gateSchema>
export const readGate = endpoint({
  id: 'bim.read-gate',
  method: 'GET',
  path: '/api/projects/:projectId/bim/gate',
  summary: '碰撞检查关口:是否已无未解决的严重冲突',
  access: 'signed-in',
  params: projectParams,
  reply: gateSchema,
})

/** What later capabilities may ask. */
export interface BimReader {
  readonly gate: (db: Database, projectId: ProjectId) => Promise<Omit<GateView, 'askedBy'>>
}
