/** 版本: importing files, the mapping of their columns, the report of their quality, comparison, downloads, geometry. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery } from '../../../kernel/page.ts'
import { maySchema, modelParams, noteText, projectParams, versionSchema } from '../contract.ts'
import { mappingSchema, suggestionSchema } from '../model/mapping.ts'
import { issueSeverities } from '../model/words.ts'

export const versionParams = z.object({ versionId: idSchema<'bim-version'>() })

/** Tables are read once for the mapping; IFC files need none and are imported at once. */
export const startImport = endpoint({
  id: 'bim.start-import',
  method: 'POST',
  path: '/api/bim/models/:modelId/versions',
  summary: '用已上传的文件导入新版本',
  access: { roles: ['applicant', 'site-manager'] },
  params: modelParams,
  body: z.object({
    /** Finished uploads of the caller (`files.startUpload` …), in the order in which they count. */
    uploadIds: z.array(z.uuid()).min(1, { error: '请选择文件' }).max(40, { error: '一次最多40个文件' }),
    note: noteText.default(''),
    /** Takes the mapping of the version before where the columns are the same, and goes on without asking. */
    sameMapping: z.boolean().default(true),
  }),
  reply: versionSchema,
  idempotent: true,
})
export const readVersion = endpoint({
  id: 'bim.read-version',
  method: 'GET',
  path: '/api/bim/versions/:versionId',
  summary: '版本状态、进度和统计',
  access: 'signed-in',
  params: versionParams,
  reply: versionSchema,
})
const pipeRef = z.object({ versionId: idSchema<'bim-version'>(), id: z.string().max(200) })
/** What the rule table asks for where pipes cross, also where nothing is wrong: for long sections. Null: no such pipe. */
export const readCrossingRules = endpoint({
  id: 'bim.read-crossing-rules',
  method: 'POST',
  path: '/api/projects/:projectId/bim/crossing-rules',
  summary: '成对管线交叉处要求的垂直净距(按现行规则表)',
  access: 'signed-in',
  params: projectParams,
  body: z.object({
    pairs: z
      .array(z.object({ a: pipeRef, b: pipeRef }))
      .min(1)
      .max(500),
  }),
  reply: z.object({
    answers: z.array(
      z
        .object({
          /** The least that certainly holds, and the most that may where facts are missing; null: no row. */
          leastM: z.number().nullable(),
          mostM: z.number().nullable(),
          clause: z.string(),
          verified: z.boolean(),
          /** In words. */
          doubts: z.array(z.string()),
        })
        .nullable(),
    ),
  }),
})
export const cancelImport = endpoint({
  id: 'bim.cancel-import',
  method: 'POST',
  path: '/api/bim/versions/:versionId/cancel',
  summary: '取消导入',
  access: { roles: ['applicant', 'site-manager'] },
  params: versionParams,
  reply: versionSchema,
})
export const readMapping = endpoint({
  id: 'bim.read-mapping',
  method: 'GET',
  path: '/api/bim/versions/:versionId/mapping',
  summary: '列的对应关系:建议、样例行和已确认的内容',
  access: 'signed-in',
  params: versionParams,
  reply: z.object({
    suggestion: suggestionSchema,
    /** What was confirmed; null before. */
    confirmed: mappingSchema.nullable(),
    may: z.object({ confirm: maySchema }),
  }),
})
export const confirmMapping = endpoint({
  id: 'bim.confirm-mapping',
  method: 'POST',
  path: '/api/bim/versions/:versionId/mapping',
  summary: '确认对应关系并开始导入',
  access: { roles: ['applicant', 'site-manager'] },
  params: versionParams,
  body: mappingSchema,
  reply: versionSchema,
})

export const versionIssueSchema = z.object({
  rule: z.string(),
  severity: z.enum(issueSeverities),
  file: z.string(),
  sheet: z.string().nullable(),
  /** From 1, as people see it; null: of the whole sheet or file. */
  row: z.number().int().nullable(),
  column: z.string().nullable(),
  sentence: z.string(),
})
export const readReport = endpoint({
  id: 'bim.read-report',
  method: 'GET',
  path: '/api/bim/versions/:versionId/report',
  summary: '质量报告:每个问题的文件、工作表、行、列和处理建议',
  access: 'signed-in',
  params: versionParams,
  query: z.object({
    ...pageQuery,
    severity: z.enum(issueSeverities).optional(),
    rule: z.string().max(60).optional(),
  }),
  reply: z.object({
    rows: z.array(versionIssueSchema),
    next: z.string().nullable(),
    total: z.number().int(),
    byRule: z.array(
      z.object({ rule: z.string(), severity: z.enum(issueSeverities), count: z.number().int(), example: z.string() }),
    ),
  }),
})
/** Elements of an IFC file for which no geometry could be made. */
export const listMissing = endpoint({
  id: 'bim.list-missing',
  method: 'GET',
  path: '/api/bim/versions/:versionId/missing',
  summary: 'IFC 中没有几何的构件',
  access: 'signed-in',
  params: versionParams,
  query: z.object(pageQuery),
  reply: z.object({
    rows: z.array(
      z.object({
        line: z.number().int(),
        id: z.string(),
        class: z.string(),
        name: z.string().nullable(),
        reason: z.enum(['not-meshed', 'no-body']),
      }),
    ),
    next: z.string().nullable(),
    total: z.number().int(),
  }),
})

export const changeSchema = z.object({
  id: z.string(),
  /** What it is, for people: 'WS DN400 W12—W13', 'IfcWall 外墙'. */
  title: z.string(),
  fields: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
})
export const compareVersions = endpoint({
  id: 'bim.compare-versions',
  method: 'GET',
  path: '/api/bim/models/:modelId/comparison',
  summary: '两个版本并列比较:新增、删除、修改',
  access: 'signed-in',
  params: modelParams,
  query: z.object({ from: idSchema<'bim-version'>(), to: idSchema<'bim-version'>() }),
  reply: z.object({
    counts: z.object({
      added: z.number().int(),
      removed: z.number().int(),
      changed: z.number().int(),
      same: z.number().int(),
    }),
    /** The first 1000 of each. */
    added: z.array(changeSchema),
    removed: z.array(changeSchema),
    changed: z.array(changeSchema),
  }),
})
const file = {
  method: 'GET',
  access: 'signed-in',
  params: versionParams,
  reply: z.any(),
} as const
export const downloadIfc = endpoint({
  ...file,
  id: 'bim.download-ifc',
  path: '/api/bim/versions/:versionId/model.ifc',
  summary: '下载 IFC4X3(管线模型)，或原 IFC 文件',
  produces: 'application/x-step',
})
export const downloadGeoJson = endpoint({
  ...file,
  id: 'bim.download-geojson',
  path: '/api/bim/versions/:versionId/model.geojson',
  summary: '下载 GeoJSON(管线模型，CGCS2000 经纬度)',
  produces: 'application/geo+json',
})
export const downloadSource = endpoint({
  ...file,
  id: 'bim.download-source',
  path: '/api/bim/versions/:versionId/files/:sha256',
  summary: '下载导入时的原文件',
  params: versionParams.extend({ sha256: z.string().length(64) }),
  produces: 'application/octet-stream',
})
export const downloadReport = endpoint({
  ...file,
  id: 'bim.download-report',
  path: '/api/bim/versions/:versionId/report.xlsx',
  summary: '下载质量报告(Excel)',
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})
/** Bytes of `unpack` (`model/packed.ts`); what is inside: `NetworkGeometry` or `IfcGeometry` of `model/geometry.ts`. */
export const readGeometry = endpoint({
  ...file,
  id: 'bim.read-geometry',
  path: '/api/bim/versions/:versionId/geometry',
  summary: '三维显示用的几何(二进制)',
  produces: 'application/octet-stream',
})
/** Everything that is known of one pipe, point or element, as label and value. */
export const readObject = endpoint({
  id: 'bim.read-object',
  method: 'GET',
  path: '/api/bim/versions/:versionId/objects/:objectId',
  summary: '一个构件或一段管线的属性',
  access: 'signed-in',
  params: versionParams.extend({ objectId: z.string().min(1).max(200) }),
  reply: z.object({
    id: z.string(),
    title: z.string(),
    fields: z.array(z.object({ name: z.string(), value: z.string() })),
    /** The run that the pipe is part of, in order: for the long section. */
    run: z.array(z.string()),
  }),
})
