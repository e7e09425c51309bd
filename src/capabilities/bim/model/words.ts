/** The words of models, checks and conflicts, in both languages. */
import { type Words, words } from '../../../kernel/words.ts'

export const modelKinds = ['network', 'ifc'] as const
export type ModelKind = (typeof modelKinds)[number]
export const modelKindWords: Readonly<Record<ModelKind, Words>> = {
  network: words('管线表', 'Pipe tables'),
  ifc: words('IFC 模型', 'IFC model'),
}
/** What lies there already, or what a design proposes. */
export const phases = ['existing', 'design'] as const
export type ModelPhase = (typeof phases)[number]
export const phaseWords: Readonly<Record<ModelPhase, Words>> = {
  existing: words('现状', 'Existing'),
  design: words('设计', 'Design'),
}
/** `needs-mapping`: the columns were read, a person confirms what they mean. */
export const versionStates = ['importing', 'needs-mapping', 'ready', 'failed', 'cancelled'] as const
export type VersionState = (typeof versionStates)[number]
export const versionStateWords: Readonly<Record<VersionState, Words>> = {
  importing: words('导入中', 'Importing'),
  'needs-mapping': words('待确认对应关系', 'Mapping to confirm'),
  ready: words('可用', 'Ready'),
  failed: words('导入失败', 'Failed'),
  cancelled: words('已取消', 'Cancelled'),
}
export const issueSeverities = ['error', 'warning', 'notice'] as const
export type IssueSeverity = (typeof issueSeverities)[number]
export const issueSeverityWords: Readonly<Record<IssueSeverity, Words>> = {
  error: words('错误', 'Error'),
  warning: words('警告', 'Warning'),
  notice: words('提示', 'Notice'),
}

/** `pipes`: clearances by rule table between pipes; `clash`: solids of any models against each other. */
export const checkKinds = ['pipes', 'clash'] as const
export type CheckKind = (typeof checkKinds)[number]
export const checkKindWords: Readonly<Record<CheckKind, Words>> = {
  pipes: words('管线净距检查', 'Pipe clearances'),
  clash: words('模型碰撞检查', 'Model clashes'),
}
export const runStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type RunState = (typeof runStates)[number]
export const runStateWords: Readonly<Record<RunState, Words>> = {
  waiting: words('排队中', 'Waiting'),
  running: words('检查中', 'Running'),
  done: words('已完成', 'Done'),
  failed: words('未成功', 'Failed'),
  cancelled: words('已取消', 'Cancelled'),
}
/** Everything was computed; only what changed; or nothing, because the same had been computed before. */
export const runWays = ['full', 'incremental', 'cached'] as const
export type RunWay = (typeof runWays)[number]
export const runWayWords: Readonly<Record<RunWay, Words>> = {
  full: words('全部检查', 'Everything'),
  incremental: words('只检查变化部分', 'Changes only'),
  cached: words('内容未变，沿用上次结果', 'Unchanged'),
}

/**
 * Kinds of conflict: of the pipe check (实体碰撞 to 检查井), of the clash check (`hard`, `duplicate`, `crossing-surfaces`,
 * `touch`, `clearance`), and `raised`: by a person.
 */
export const conflictKinds = [
  'hard',
  'crossing',
  'horizontal',
  'cover',
  'crossing-order',
  'obstacle',
  'layout-order',
  'chamber',
  'duplicate',
  'crossing-surfaces',
  'touch',
  'clearance',
  'raised',
] as const
export type ConflictKind = (typeof conflictKinds)[number]
export const conflictKindWords: Readonly<Record<ConflictKind, Words>> = {
  hard: words('实体碰撞', 'Hard clash'),
  crossing: words('交叉垂直净距', 'Crossing clearance'),
  horizontal: words('水平净距', 'Horizontal clearance'),
  cover: words('覆土深度', 'Cover'),
  'crossing-order': words('交叉上下次序', 'Order at a crossing'),
  obstacle: words('与建(构)筑物等净距', 'Clearance to an obstacle'),
  'layout-order': words('道路内平面次序', 'Order in the road'),
  chamber: words('检查井净距', 'Clearance to a chamber'),
  duplicate: words('重复构件', 'Duplicate'),
  'crossing-surfaces': words('表面相交(深度未知)', 'Crossing surfaces'),
  touch: words('接触', 'Touch'),
  clearance: words('间距不足', 'Clearance'),
  raised: words('人工提出', 'Raised by a person'),
}
export const outcomes = ['breach', 'unknown', 'outside'] as const
export type ConflictOutcome = (typeof outcomes)[number]
export const outcomeWords: Readonly<Record<ConflictOutcome, Words>> = {
  breach: words('不满足', 'Breach'),
  unknown: words('未知', 'Unknown'),
  outside: words('不在表内', 'Outside the table'),
}
/** From worst to least. */
export const severities = ['critical', 'major', 'minor', 'notice'] as const
export type ConflictSeverity = (typeof severities)[number]
export const severityWords: Readonly<Record<ConflictSeverity, Words>> = {
  critical: words('严重', 'Critical'),
  major: words('较重', 'Major'),
  minor: words('一般', 'Minor'),
  notice: words('提示', 'Notice'),
}
/** What the runs say of a conflict. */
export const lives = ['new', 'persisting', 'solved', 'reopened'] as const
export type ConflictLife = (typeof lives)[number]
export const lifeWords: Readonly<Record<ConflictLife, Words>> = {
  new: words('新出现', 'New'),
  persisting: words('仍存在', 'Persisting'),
  solved: words('已消除', 'Solved'),
  reopened: words('再次出现', 'Reopened'),
}
/** What people say of it. */
export const statuses = ['open', 'in-progress', 'answered', 'closed'] as const
export type ConflictStatus = (typeof statuses)[number]
export const statusWords: Readonly<Record<ConflictStatus, Words>> = {
  open: words('待处理', 'Open'),
  'in-progress': words('处理中', 'In progress'),
  answered: words('已答复待复核', 'Answered'),
  closed: words('已关闭', 'Closed'),
}
/** `overtaken`: approved, but the conflict has become worse than what was approved. */
export const exceptionStates = ['proposed', 'approved', 'rejected', 'withdrawn', 'overtaken'] as const
export type ExceptionState = (typeof exceptionStates)[number]
export const exceptionStateWords: Readonly<Record<ExceptionState, Words>> = {
  proposed: words('待批准', 'Proposed'),
  approved: words('已批准', 'Approved'),
  rejected: words('不予批准', 'Rejected'),
  withdrawn: words('已撤回', 'Withdrawn'),
  overtaken: words('已失效(情况变差)', 'Overtaken'),
}
export const groupings = ['none', 'run', 'station', 'pair', 'hand', 'kind', 'assignee'] as const
export type Grouping = (typeof groupings)[number]
export const groupingWords: Readonly<Record<Grouping, Words>> = {
  none: words('不分组', 'No groups'),
  run: words('按管段', 'By run'),
  station: words('按里程区间', 'By station'),
  pair: words('按专业组合', 'By pair of kinds'),
  hand: words('按人工分组', 'By hand'),
  kind: words('按冲突类型', 'By kind'),
  assignee: words('按责任人', 'By assignee'),
}
