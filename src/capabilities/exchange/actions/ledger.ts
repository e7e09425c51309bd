/** What an operator does with the ledger. */

import type { ProjectId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs, type Page } from '../../../kernel/page.ts'
import { defineRefusal } from '../../../kernel/refusal.ts'
import type { Database, Unit } from '../../../platform/platform.ts'
import {
  codeMapped,
  type ExchangeMessage,
  type ExchangeMessageId,
  type ExchangeState,
  exchangeRecomposed,
  exchangeResent,
} from '../contract.ts'
import type { ExchangeRow } from '../model/schema.ts'
import { addCode, codes, countsByTable, type MessageRecord, message, messages, wait } from '../store.ts'
import { composeProject, put } from './compose.ts'
import { type Context, tableOf } from './context.ts'
import { deliverJob } from './deliver.ts'

const messageMissing = defineRefusal('missing', 'exchange.message-missing', {
  zh: '没有找到这条报送数据,请从台账重新进入。',
  en: 'There is no such row; open it from the ledger again.',
})
const notResendable = defineRefusal('conflict', 'exchange.not-resendable', {
  zh: '这条数据{why},不能重新报送;请在项目或办件中改正后重新生成,或打开同一主键的最新一条。',
  en: 'This row cannot be sent again: correct the case and compose it anew, or open the newest row of the key.',
})
const noTarget = defineRefusal('unavailable', 'exchange.no-target', {
  zh: '没有配置交换库,数据保留在台账中;请联系运维设置 MINGZHU_EXCHANGE_URL 后重启。',
  en: 'No exchange database is configured; rows wait in the ledger. Set MINGZHU_EXCHANGE_URL and restart.',
})
const projectMissing = defineRefusal('missing', 'exchange.project-missing', {
  zh: '没有找到这个项目,请从项目列表复制链接。',
  en: 'There is no such project.',
})

/** Fields by which people know a row, the most telling first: 批复文号, 单位, 项目, 事项, 程序, 意见部门, 阶段, 流程. */
const telling = [
  'pfwh',
  'dwmc',
  'xmmc',
  'spsxmc',
  'tbcxmc',
  'zqyjbmmc',
  'spjdmc',
  'splcmc',
  'spbmmc',
  'spsxbm',
] as const
const subjectOf = (row: ExchangeRow): string =>
  [row['gcdm'], telling.map((name) => row[name]).find((value) => typeof value === 'string' && value !== '')]
    .filter((value) => typeof value === 'string' && value !== '')
    .join(' ')

const shown = (context: Context, row: MessageRecord): ExchangeMessage => ({
  messageId: row.id,
  table: row.table_name,
  tableName: tableOf(context, row.table_name).zh,
  subject: subjectOf(row.row),
  key: row.local_key,
  projectId: row.project_id,
  state: row.state,
  faults: row.faults.map((fault) => ({ ...fault })),
  error: row.error,
  attempts: row.attempts,
  composedAt: row.composed_at,
  sentAt: row.sent_at,
})

const noCounts = (): Record<ExchangeState, number> => ({ waiting: 0, sent: 0, faulty: 0, rejected: 0, superseded: 0 })
export const readOverview = async (context: Context, db: Database) => {
  const { standard, target } = context
  const counts = noCounts()
  const perTable = new Map<string, Record<ExchangeState, number>>()
  for (const { table_name, state, count } of await countsByTable(db)) {
    counts[state] += count
    const own = perTable.get(table_name) ?? noCounts()
    own[state] += count
    perTable.set(table_name, own)
  }
  return {
    standard: {
      title: standard.source.title,
      version: standard.source.version,
      certainty: standard.source.certainty,
      note: standard.source.basis,
    },
    target: target?.kind ?? ('none' as const),
    counts,
    tables: standard.tables.map((table) => ({
      table: table.name,
      tableName: table.zh,
      certainty: table.certainty,
      note: table.note,
      counts: perTable.get(table.name) ?? noCounts(),
    })),
  }
}

export const listMessages = async (
  context: Context,
  db: Database,
  query: {
    readonly state?: ExchangeState | undefined
    readonly table?: string | undefined
    readonly projectId?: ProjectId | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<{ rows: ExchangeMessage[]; next: Page<unknown>['next'] }> => {
  const after = keysAs(query.after, 'number')
  const rows = await messages(db, {
    state: query.state,
    table: query.table,
    projectId: query.projectId,
    before: after?.[0],
    limit: query.limit + 1,
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => shown(context, row)),
    next: rows.length > query.limit && last !== undefined ? cursorOf(last.position) : null,
  }
}

export const readMessage = async (context: Context, db: Database, id: ExchangeMessageId) => {
  const row = await message(db, id)
  if (row === null) throw messageMissing()
  const table = tableOf(context, row.table_name)
  return {
    ...shown(context, row),
    fields: table.fields.map((field) => ({
      name: field.name,
      zh: field.zh,
      required: field.required,
      certainty: field.certainty,
      value: row.row[field.name] ?? null,
    })),
  }
}

const requireTarget = (context: Context): void => {
  if (context.target === null) throw noTarget()
}
export const resend = async (context: Context, unit: Unit, id: ExchangeMessageId): Promise<void> => {
  requireTarget(context)
  const row = await message(unit.db, id)
  if (row === null) throw messageMissing()
  if (row.state === 'faulty' || row.state === 'superseded')
    throw notResendable({ why: row.state === 'faulty' ? '内容有误' : '已被更新的数据替代' })
  await wait(unit.db, { id })
  await unit.enqueue(deliverJob, {})
  await unit.record(exchangeResent, {
    subject: { kind: 'exchange-message', id },
    projectId: row.project_id,
    payload: { count: 1, table: row.table_name },
  })
}
export const resendAll = async (context: Context, unit: Unit, table: string | undefined): Promise<number> => {
  requireTarget(context)
  const count = await wait(unit.db, { rejected: true, table })
  if (count === 0) return 0
  await unit.enqueue(deliverJob, {})
  await unit.record(exchangeResent, {
    subject: { kind: 'exchange', id: context.standard.source.version },
    payload: { count, table: table ?? null },
  })
  return count
}
export const recompose = async (context: Context, unit: Unit, projectId: ProjectId): Promise<number> => {
  const composed = await composeProject(context, unit, projectId)
  if (composed.length === 0) throw projectMissing()
  const count = await put(context, unit, composed, projectId)
  if (count > 0)
    await unit.record(exchangeRecomposed, {
      subject: { kind: 'project', id: projectId },
      projectId,
      payload: { count },
    })
  return count
}

export const listCodeMappings = async (context: Context, db: Database) => {
  const mapped = (await codes(db)).map((row) => ({
    set: row.code_set,
    ours: row.ours,
    theirs: row.theirs,
    name: row.name,
    certainty: 'C' as const,
    from: row.valid_from,
  }))
  const own = new Set(mapped.map((code) => `${code.set} ${code.ours}`))
  const given = context.standard.codes
    .filter((code) => !own.has(`${code.set} ${code.ours}`))
    .map((code) => ({
      set: code.set,
      ours: code.ours,
      theirs: code.theirs,
      name: code.zh,
      certainty: code.certainty,
      from: null,
    }))
  return { codes: [...mapped, ...given] }
}
export const addMapping = async (
  unit: Unit,
  input: {
    readonly set: string
    readonly ours: string
    readonly theirs: string
    readonly name: string
    readonly basis: string
  },
) => {
  if (unit.actor.kind !== 'person') throw new Error('a code is mapped by a person')
  await addCode(unit.db, {
    code_set: input.set,
    ours: input.ours,
    theirs: input.theirs,
    name: input.name,
    basis: input.basis,
    valid_from: unit.today,
    mapped_at: unit.now,
    mapped_by: unit.actor.personId,
  })
  await unit.record(codeMapped, {
    subject: { kind: 'exchange-code', id: `${input.set}:${input.ours}` },
    payload: { set: input.set, ours: input.ours, theirs: input.theirs, basis: input.basis },
  })
  return {
    set: input.set,
    ours: input.ours,
    theirs: input.theirs,
    name: input.name,
    certainty: 'C' as const,
    from: unit.today,
  }
}
