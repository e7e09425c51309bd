/** What the journal says of models, checks and conflicts. Texts that people wrote stand with the personal data. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'

const parties = { version: 1, visibility: 'parties' } as const
const project = { projectId: z.string(), projectName: z.string() }
const model = { ...project, modelId: z.string(), modelName: z.string() }
const version = { ...model, versionId: z.string(), versionNumber: z.number().int() }
const check = { ...project, checkId: z.string(), checkName: z.string() }
const conflict = { ...check, conflictId: z.string(), number: z.string(), title: z.string() }

export const modelCreated = defineEvent({
  kind: 'bim.model-created',
  ...parties,
  payload: z.object({ ...model, kindName: z.string() }),
  sentence: '新建模型“{modelName}”({kindName})',
})
export const modelRenamed = defineEvent({
  kind: 'bim.model-renamed',
  ...parties,
  payload: z.object({ ...model, before: z.string() }),
  sentence: '模型“{before}”改名为“{modelName}”',
})
export const modelArchived = defineEvent({
  kind: 'bim.model-archived',
  ...parties,
  payload: z.object({ ...model, result: z.string() }),
  sentence: '模型“{modelName}”{result}',
})
export const importStarted = defineEvent({
  kind: 'bim.import-started',
  ...parties,
  payload: z.object({ ...version, files: z.number().int() }),
  sentence: '模型“{modelName}”开始导入第{versionNumber}版({files}个文件)',
})
export const mappingConfirmed = defineEvent({
  kind: 'bim.mapping-confirmed',
  ...parties,
  payload: z.object(version),
  sentence: '模型“{modelName}”第{versionNumber}版确认了列的对应关系',
})
/** The reader stopped for a person: the columns are to be confirmed. `personId`: who began the import. */
export const mappingNeeded = defineEvent({
  kind: 'bim.mapping-needed',
  ...parties,
  payload: z.object({ ...version, personId: z.string() }),
  sentence: '模型“{modelName}”第{versionNumber}版等待确认列的对应关系',
})
export const versionReady = defineEvent({
  kind: 'bim.version-ready',
  ...parties,
  payload: z.object({
    ...version,
    personId: z.string(),
    errors: z.number().int(),
    warnings: z.number().int(),
    contentSha256: z.string(),
  }),
  sentence: '模型“{modelName}”第{versionNumber}版导入完成({errors}个错误，{warnings}个警告)',
})
export const importFailed = defineEvent({
  kind: 'bim.import-failed',
  ...parties,
  payload: z.object({ ...version, personId: z.string(), reason: z.string() }),
  sentence: '模型“{modelName}”第{versionNumber}版导入失败:{reason}',
})
export const importCancelled = defineEvent({
  kind: 'bim.import-cancelled',
  ...parties,
  payload: z.object(version),
  sentence: '取消导入模型“{modelName}”第{versionNumber}版',
})
export const checkDefined = defineEvent({
  kind: 'bim.check-defined',
  ...parties,
  payload: z.object({ ...check, result: z.string() }),
  sentence: '检查“{checkName}”{result}',
})
const run = { ...check, runId: z.string(), runNumber: z.number().int() }
export const runStarted = defineEvent({
  kind: 'bim.run-started',
  ...parties,
  payload: z.object(run),
  sentence: '检查“{checkName}”开始第{runNumber}次运行',
})
export const runFinished = defineEvent({
  kind: 'bim.run-finished',
  ...parties,
  payload: z.object({
    ...run,
    personId: z.string(),
    added: z.number().int(),
    persisting: z.number().int(),
    reopened: z.number().int(),
    solved: z.number().int(),
    unknown: z.number().int(),
    serious: z.number().int(),
    resultSha256: z.string(),
    rules: z.string(),
  }),
  sentence:
    '检查“{checkName}”第{runNumber}次运行:新出现{added}，仍存在{persisting}，再次出现{reopened}，已消除{solved}，未知{unknown}',
})
export const runFailed = defineEvent({
  kind: 'bim.run-failed',
  ...parties,
  payload: z.object({ ...run, personId: z.string(), reason: z.string() }),
  sentence: '检查“{checkName}”第{runNumber}次运行未成功:{reason}',
})
export const runCancelled = defineEvent({
  kind: 'bim.run-cancelled',
  ...parties,
  payload: z.object(run),
  sentence: '取消检查“{checkName}”第{runNumber}次运行',
})

export const conflictRaised = defineEvent({
  kind: 'bim.conflict-raised',
  ...parties,
  payload: z.object({ ...conflict, organisationId: z.string() }),
  sentence: '提出问题{number}“{title}”',
})
export const conflictAssigned = defineEvent({
  kind: 'bim.conflict-assigned',
  ...parties,
  payload: z.object({ ...conflict, personId: z.string(), due: z.string() }),
  sentence: '冲突{number}“{title}”交给责任人处理，期限{due}',
})
export const conflictEdited = defineEvent({
  kind: 'bim.conflict-edited',
  ...parties,
  payload: z.object({ ...conflict, changes: z.string() }),
  sentence: '冲突{number}“{title}”:{changes}',
})
/** One for each receiver: `personId` is who is told. */
export const conflictCommented = defineEvent({
  kind: 'bim.conflict-commented',
  ...parties,
  payload: z.object({ ...conflict, commentId: z.string(), personId: z.string() }),
  sentence: '冲突{number}“{title}”有新意见',
})
export const conflictDue = defineEvent({
  kind: 'bim.conflict-due',
  ...parties,
  payload: z.object({ ...conflict, personId: z.string(), due: z.string(), when: z.string() }),
  sentence: '冲突{number}“{title}”的期限{due}{when}',
})
/** One for each responsible person and run. */
export const conflictsReopened = defineEvent({
  kind: 'bim.conflicts-reopened',
  ...parties,
  payload: z.object({ ...run, personId: z.string(), count: z.number().int(), numbers: z.string() }),
  sentence: '检查“{checkName}”第{runNumber}次运行:{count}个已消除的冲突再次出现({numbers})',
})
export const groupChanged = defineEvent({
  kind: 'bim.group-changed',
  ...parties,
  payload: z.object({ ...check, groupId: z.string(), groupName: z.string(), result: z.string() }),
  sentence: '检查“{checkName}”的分组“{groupName}”{result}',
})
export const snapshotAdded = defineEvent({
  kind: 'bim.snapshot-added',
  ...parties,
  payload: z.object({ ...conflict, sha256: z.string() }),
  sentence: '冲突{number}“{title}”保存了截图',
})

const exception = {
  ...conflict,
  exceptionId: z.string(),
  organisationId: z.string(),
  /** Role code of the department whose approvers decide. */
  department: z.string(),
}
export const exceptionProposed = defineEvent({
  kind: 'bim.exception-proposed',
  ...parties,
  payload: z.object(exception),
  sentence: '为冲突{number}“{title}”申请例外',
})
export const exceptionDecided = defineEvent({
  kind: 'bim.exception-decided',
  ...parties,
  payload: z.object({ ...exception, approved: z.boolean(), result: z.string() }),
  sentence: '冲突{number}“{title}”的例外申请:{result}',
})
export const exceptionWithdrawn = defineEvent({
  kind: 'bim.exception-withdrawn',
  ...parties,
  payload: z.object({ ...exception, result: z.string() }),
  sentence: '冲突{number}“{title}”的例外{result}',
})
export const exceptionOvertaken = defineEvent({
  kind: 'bim.exception-overtaken',
  ...parties,
  payload: z.object({ ...exception, approvedM: z.string(), actualM: z.string() }),
  sentence: '冲突{number}“{title}”变差(批准时{approvedM} m，现为{actualM} m)，原例外失效',
})
export const bcfImported = defineEvent({
  kind: 'bim.bcf-imported',
  ...parties,
  payload: z.object({
    ...check,
    sha256: z.string(),
    updated: z.number().int(),
    raised: z.number().int(),
    comments: z.number().int(),
  }),
  sentence: '检查“{checkName}”导入BCF:更新{updated}个冲突，新增{raised}个问题、{comments}条意见',
})

export const bimEvents: readonly EventKind[] = [
  modelCreated,
  modelRenamed,
  modelArchived,
  importStarted,
  mappingConfirmed,
  mappingNeeded,
  versionReady,
  importFailed,
  importCancelled,
  checkDefined,
  runStarted,
  runFinished,
  runFailed,
  runCancelled,
  conflictRaised,
  conflictAssigned,
  conflictEdited,
  conflictCommented,
  conflictDue,
  conflictsReopened,
  groupChanged,
  snapshotAdded,
  exceptionProposed,
  exceptionDecided,
  exceptionWithdrawn,
  exceptionOvertaken,
  bcfImported,
] as readonly EventKind[]
