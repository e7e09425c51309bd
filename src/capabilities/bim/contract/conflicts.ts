/** 冲突: what checks found and people raised, alive over the versions; groups by hand; approved exceptions. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery } from '../../../kernel/page.ts'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { maySchema, nameText, projectParams, sourceFileSchema } from '../contract.ts'
import { conflictKinds, exceptionStates, groupings, lives, outcomes, severities, statuses } from '../model/words.ts'
import { checkParams } from './checks.ts'

export const conflictParams = z.object({ conflictId: idSchema<'bim-conflict'>() })
const commentText = z.string().trim().min(1, { error: '请填写内容' }).max(4000, { error: '内容不超过4000个字' })
const uploads = z.array(z.uuid()).max(10, { error: '一次最多10个附件' }).default([])

// ------------------------------------------------------------------------------------------ shapes

/** One of the two objects at the place of the conflict; heights in metres, null = 未知. */
export const sideSchema = z.object({
  /** Id in its model: of the line, the element, the obstacle. */
  id: z.string(),
  modelId: z.string().nullable(),
  modelName: z.string(),
  /** 'DN400 污水管', 'IfcWall 外墙'. */
  title: z.string(),
  /** Kind of pipe or class of element. */
  subject: z.string(),
  axisM: z.number().nullable(),
  topM: z.number().nullable(),
  bottomM: z.number().nullable(),
  runId: z.string().nullable(),
  stationM: z.number().nullable(),
})
export const pointSchema = z.object({ east: z.number(), north: z.number(), height: z.number().nullable() })

export const conflictRowSchema = z.object({
  conflictId: idSchema<'bim-conflict'>(),
  checkId: idSchema<'bim-check'>(),
  /** 'C-0012', unique in the project. */
  number: z.string(),
  kind: z.enum(conflictKinds),
  outcome: z.enum(outcomes),
  severity: z.enum(severities),
  life: z.enum(lives),
  status: z.enum(statuses),
  title: z.string(),
  sentence: z.string(),
  /** Names of both kinds, sorted: '给水 × 污水'. */
  pair: z.string(),
  a: sideSchema,
  b: sideSchema.nullable(),
  at: pointSchema,
  /** Along the run of `a`; null at a crossing and for elements. */
  stretch: z.object({ fromM: z.number(), toM: z.number() }).nullable(),
  requiredM: z.number().nullable(),
  /** Clear distance; negative = overlap; null = 未知. */
  actualM: z.number().nullable(),
  shortfallM: z.number().nullable(),
  clause: z.string(),
  verified: z.boolean(),
  assignee: z.object({ personId: idSchema<'person'>(), name: z.string() }).nullable(),
  dueOn: localDateSchema.nullable(),
  /** Past its due day and not closed or solved. */
  overdue: z.boolean(),
  group: z.object({ groupId: idSchema<'bim-group'>(), name: z.string() }).nullable(),
  /** An approved exception covers it as it stands. */
  excepted: z.boolean(),
  comments: z.number().int(),
  changedAt: instantSchema,
})
export type ConflictRow = z.infer<typeof conflictRowSchema>

export const exceptionSchema = z.object({
  exceptionId: idSchema<'bim-exception'>(),
  state: z.enum(exceptionStates),
  reason: z.string(),
  /** What protects instead: casing, encasement, plates … */
  measures: z.string(),
  files: z.array(sourceFileSchema),
  /** What was approved: it covers nothing worse. */
  requiredM: z.number().nullable(),
  actualM: z.number().nullable(),
  clause: z.string(),
  proposedAt: instantSchema,
  proposedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  decision: z.string().nullable(),
  may: z.object({ decide: maySchema, withdraw: maySchema }),
})
export const conflictSchema = conflictRowSchema.extend({
  /** How the actual value was computed, with the numbers. */
  formula: z.string(),
  source: sourceSchema.nullable(),
  ruleId: z.string().nullable(),
  /** What is missing to decide, in words. */
  doubts: z.array(z.string()),
  abandoned: z.boolean(),
  yielding: z
    .object({
      /** Which side should move. */
      moves: z.enum(['a', 'b']),
      title: z.string(),
      reason: z.string(),
      clause: z.string(),
      verified: z.boolean(),
    })
    .nullable(),
  /** All pairs of objects that it stands for (segments of a stretch). */
  members: z.number().int(),
  history: z.array(
    z.object({
      at: instantSchema,
      by: z.string(),
      /** Ready sentences: 'v3 运行 #5：再次出现', '责任人改为张三'. */
      text: z.string(),
    }),
  ),
  /** The conflict that took this one in, or from which it split off. */
  mergedInto: z.object({ conflictId: idSchema<'bim-conflict'>(), number: z.string() }).nullable(),
  splitFrom: z.object({ conflictId: idSchema<'bim-conflict'>(), number: z.string() }).nullable(),
  remarks: z.array(
    z.object({
      commentId: z.string(),
      at: instantSchema,
      by: z.string(),
      text: z.string(),
      files: z.array(sourceFileSchema),
      /** Came in with a BCF file; `by` is then as the file says. */
      imported: z.boolean(),
    }),
  ),
  snapshots: z.array(sourceFileSchema.extend({ at: instantSchema, camera: z.json().nullable() })),
  exceptions: z.array(exceptionSchema),
  may: z.object({ edit: maySchema, comment: maySchema, propose: maySchema, close: maySchema }),
})
export type ConflictView = z.infer<typeof conflictSchema>

// ------------------------------------------------------------------------------------------ lists

const many = <T extends readonly [string, ...string[]]>(values: T) =>
  z
    .string()
    .max(400)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(z.enum(values)))
    .optional()
/** Lists are comma-separated: `severity=critical,major`. */
export const conflictFilter = {
  severity: many(severities),
  kind: many(conflictKinds),
  outcome: many(outcomes),
  life: many(lives),
  status: many(statuses),
  assigneeId: idSchema<'person'>().optional(),
  groupId: idSchema<'bim-group'>().optional(),
  /** Names of the pair of kinds as `pair` gives it. */
  pair: z.string().max(100).optional(),
  run: z.string().max(200).optional(),
  /** Stations along the run, metres. */
  fromM: z.coerce.number().optional(),
  toM: z.coerce.number().optional(),
  excepted: z.enum(['true', 'false']).optional(),
  overdue: z.enum(['true']).optional(),
  /** Number, title or sentence contains it. */
  search: z.string().trim().max(80).optional(),
}
export const listConflicts = endpoint({
  id: 'bim.list-conflicts',
  method: 'GET',
  path: '/api/bim/checks/:checkId/conflicts',
  summary: '冲突清单(先重后轻)',
  access: 'signed-in',
  params: checkParams,
  query: z.object({ ...pageQuery, ...conflictFilter }),
  reply: z.object({ rows: z.array(conflictRowSchema), next: z.string().nullable(), total: z.number().int() }),
})
export const groupConflicts = endpoint({
  id: 'bim.group-conflicts',
  method: 'GET',
  path: '/api/bim/checks/:checkId/groups',
  summary: '冲突分组统计:按管段、里程区间、专业组合、人工分组等',
  access: 'signed-in',
  params: checkParams,
  query: z.object({
    ...conflictFilter,
    by: z.enum(groupings),
    /** Length of a station interval, metres. */
    intervalM: z.coerce.number().min(5).max(5000).default(100),
  }),
  reply: z.object({
    groups: z.array(
      z.object({
        /** Query of `listConflicts` that gives the members. */
        filter: z.record(z.string(), z.string()),
        name: z.string(),
        count: z.number().int(),
        worst: z.enum(severities),
        serious: z.number().int(),
      }),
    ),
  }),
})
/** Conflicts given to the caller, in all projects. */
export const listMine = endpoint({
  id: 'bim.list-mine',
  method: 'GET',
  path: '/api/bim/my-conflicts',
  summary: '交给我处理的冲突',
  access: 'signed-in',
  query: z.object(pageQuery),
  reply: z.object({
    rows: z.array(conflictRowSchema.extend({ projectId: idSchema<'project'>(), projectName: z.string() })),
    next: z.string().nullable(),
  }),
})
export const readConflict = endpoint({
  id: 'bim.read-conflict',
  method: 'GET',
  path: '/api/bim/conflicts/:conflictId',
  summary: '一个冲突的全部内容',
  access: 'signed-in',
  params: conflictParams,
  reply: conflictSchema,
})
/** Persons to whom a conflict can be given: own side and parties, and officers of the departments concerned. */
export const listAssignable = endpoint({
  id: 'bim.list-assignable',
  method: 'GET',
  path: '/api/projects/:projectId/bim/assignable',
  summary: '可指定的责任人',
  access: 'signed-in',
  params: projectParams,
  reply: z.object({
    persons: z.array(z.object({ personId: idSchema<'person'>(), name: z.string(), place: z.string() })),
  }),
})

// ------------------------------------------------------------------------------------------ what people do

export const editConflict = endpoint({
  id: 'bim.edit-conflict',
  method: 'PATCH',
  path: '/api/bim/conflicts/:conflictId',
  summary: '修改状态、责任人、期限、分组(只改给出的项)',
  access: 'signed-in',
  params: conflictParams,
  body: z.object({
    status: z.enum(statuses).optional(),
    assigneeId: idSchema<'person'>().nullable().optional(),
    dueOn: localDateSchema.nullable().optional(),
    groupId: idSchema<'bim-group'>().nullable().optional(),
  }),
  reply: conflictSchema,
})
/** The same for many at once; conflicts that may not be changed are told apart. */
export const editConflicts = endpoint({
  id: 'bim.edit-conflicts',
  method: 'POST',
  path: '/api/bim/checks/:checkId/conflicts/edits',
  summary: '批量修改冲突',
  access: 'signed-in',
  params: checkParams,
  body: z.object({
    conflictIds: z.array(idSchema<'bim-conflict'>()).min(1).max(500),
    status: z.enum(statuses).optional(),
    assigneeId: idSchema<'person'>().nullable().optional(),
    dueOn: localDateSchema.nullable().optional(),
    groupId: idSchema<'bim-group'>().nullable().optional(),
  }),
  reply: z.object({ changed: z.number().int() }),
})
export const commentConflict = endpoint({
  id: 'bim.comment-conflict',
  method: 'POST',
  path: '/api/bim/conflicts/:conflictId/comments',
  summary: '发表意见',
  access: 'signed-in',
  params: conflictParams,
  body: z.object({ text: commentText, uploadIds: uploads }),
  reply: conflictSchema,
  idempotent: true,
})
export const raiseConflict = endpoint({
  id: 'bim.raise-conflict',
  method: 'POST',
  path: '/api/bim/checks/:checkId/conflicts',
  summary: '人工提出问题',
  access: 'signed-in',
  params: checkParams,
  body: z.object({
    title: nameText,
    text: commentText,
    severity: z.enum(severities),
    at: pointSchema,
    /** Objects that it is about, as ids of `NetworkGeometry` or `IfcGeometry`, one or two. */
    objects: z
      .array(z.object({ versionId: idSchema<'bim-version'>(), objectId: z.string().min(1).max(200) }))
      .max(2)
      .default([]),
    uploadIds: uploads,
  }),
  reply: conflictSchema,
  idempotent: true,
})
/** A picture of the viewer (PNG or JPEG): it stands in reports and BCF. */
export const addSnapshot = endpoint({
  id: 'bim.add-snapshot',
  method: 'POST',
  path: '/api/bim/conflicts/:conflictId/snapshots',
  summary: '保存三维截图',
  access: 'signed-in',
  params: conflictParams,
  body: z.object({
    uploadId: z.uuid(),
    camera: z
      .object({
        position: z.tuple([z.number(), z.number(), z.number()]),
        direction: z.tuple([z.number(), z.number(), z.number()]),
        up: z.tuple([z.number(), z.number(), z.number()]),
        /** Vertical, degrees. */
        fieldOfView: z.number().min(1).max(179),
        aspectRatio: z.number().positive().max(20),
      })
      .nullable()
      .default(null),
  }),
  reply: conflictSchema,
})
export const readConflictFile = endpoint({
  id: 'bim.read-conflict-file',
  method: 'GET',
  path: '/api/bim/conflicts/:conflictId/files/:sha256',
  summary: '冲突的附件或截图',
  access: 'signed-in',
  params: conflictParams.extend({ sha256: z.string().length(64) }),
  produces: 'application/octet-stream',
  reply: z.any(),
})

// ------------------------------------------------------------------------------------------ groups by hand

export const groupParams = z.object({ groupId: idSchema<'bim-group'>() })
export const handGroupSchema = z.object({
  groupId: idSchema<'bim-group'>(),
  checkId: idSchema<'bim-check'>(),
  name: z.string(),
  note: z.string(),
  conflicts: z.number().int(),
})
const handGroups = z.object({ groups: z.array(handGroupSchema) })
export const listHandGroups = endpoint({
  id: 'bim.list-hand-groups',
  method: 'GET',
  path: '/api/bim/checks/:checkId/hand-groups',
  summary: '人工分组',
  access: 'signed-in',
  params: checkParams,
  reply: handGroups,
})
export const createHandGroup = endpoint({
  id: 'bim.create-hand-group',
  method: 'POST',
  path: '/api/bim/checks/:checkId/hand-groups',
  summary: '新建人工分组，可同时放入冲突',
  access: { roles: ['applicant', 'site-manager'] },
  params: checkParams,
  body: z.object({
    name: nameText,
    note: z.string().trim().max(1000).default(''),
    conflictIds: z.array(idSchema<'bim-conflict'>()).max(500).default([]),
  }),
  reply: handGroups,
  idempotent: true,
})
export const editHandGroup = endpoint({
  id: 'bim.edit-hand-group',
  method: 'PATCH',
  path: '/api/bim/hand-groups/:groupId',
  summary: '修改人工分组',
  access: { roles: ['applicant', 'site-manager'] },
  params: groupParams,
  body: z.object({ name: nameText, note: z.string().trim().max(1000) }),
  reply: handGroups,
})
export const removeHandGroup = endpoint({
  id: 'bim.remove-hand-group',
  method: 'DELETE',
  path: '/api/bim/hand-groups/:groupId',
  summary: '解散人工分组(冲突保留)',
  access: { roles: ['applicant', 'site-manager'] },
  params: groupParams,
  reply: handGroups,
})

// ------------------------------------------------------------------------------------------ exceptions

export const exceptionParams = z.object({ exceptionId: idSchema<'bim-exception'>() })
const measuresText = z
  .string()
  .trim()
  .min(4, { error: '请写明采取的保护措施(例如套管、包封、盖板)，至少4个字' })
  .max(2000)
export const proposeException = endpoint({
  id: 'bim.propose-exception',
  method: 'POST',
  path: '/api/bim/conflicts/:conflictId/exceptions',
  summary: '申请例外:理由和保护措施',
  access: { roles: ['applicant', 'site-manager'] },
  params: conflictParams,
  body: z.object({
    reason: z.string().trim().min(4, { error: '请写明为什么不能满足要求，至少4个字' }).max(2000),
    measures: measuresText,
    uploadIds: uploads,
  }),
  reply: conflictSchema,
  idempotent: true,
})
export const decideException = endpoint({
  id: 'bim.decide-exception',
  method: 'POST',
  path: '/api/bim/exceptions/:exceptionId/decision',
  summary: '批准或不予批准例外',
  access: { roles: ['approver'] },
  params: exceptionParams,
  body: z.object({
    approve: z.boolean(),
    text: z.string().trim().min(2, { error: '请写明理由，至少2个字' }).max(2000),
  }),
  reply: conflictSchema,
})
export const withdrawException = endpoint({
  id: 'bim.withdraw-exception',
  method: 'POST',
  path: '/api/bim/exceptions/:exceptionId/withdrawal',
  summary: '撤回例外申请，或撤销已批准的例外',
  access: { roles: ['applicant', 'site-manager', 'approver'] },
  params: exceptionParams,
  body: z.object({ text: z.string().trim().min(2, { error: '请写明理由，至少2个字' }).max(2000) }),
  reply: conflictSchema,
})
