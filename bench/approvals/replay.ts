/**
 * The statements of one real decision, recorded as they went to the database, and the same ones again for other items with
 * nothing around them: no HTTP, no rules, no reply.
 */
import { randomBytes } from 'node:crypto'
import pg, { type Pool } from 'pg'
import { newId } from '../../src/platform/identity.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}
type Recorded = Statement & { readonly connection: object }
type Query = (this: object, ...args: unknown[]) => unknown

const statementOf = (args: readonly unknown[]): Statement | null => {
  const [first, second] = args
  if (typeof first === 'string') return { text: first, values: Array.isArray(second) ? second : [] }
  if (typeof first !== 'object' || first === null || !('text' in first) || typeof first.text !== 'string') return null
  return { text: first.text, values: 'values' in first && Array.isArray(first.values) ? first.values : [] }
}

/** Listens to every statement of this process while work runs. */
export const recordStatements = async (work: () => Promise<unknown>): Promise<readonly Recorded[]> => {
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const { query } = prototype
  const recorded: Recorded[] = []
  prototype.query = function (...args) {
    const statement = statementOf(args)
    if (statement !== null) recorded.push({ ...statement, connection: this })
    return query.apply(this, args)
  }
  try {
    await work()
  } finally {
    prototype.query = query
  }
  return recorded
}

/** The transaction in which a statement stands, from its begin to its commit. */
export const transactionWith = (recorded: readonly Recorded[], part: string): readonly Statement[] => {
  const at = recorded.findIndex(({ text }) => text.includes(part))
  const own = recorded.filter(({ connection }) => connection === recorded[at]?.connection)
  const middle = own.findIndex(({ text }) => text.includes(part))
  const begin = own.findLastIndex(({ text }, index) => index < middle && /^(begin|start transaction)/i.test(text))
  const end = own.findIndex(({ text }, index) => index > middle && /^commit/i.test(text))
  if (at < 0 || begin < 0 || end < 0) throw new Error(`no transaction with ${part} was recorded`)
  return own.slice(begin, end + 1).map(({ text, values }) => ({ text, values }))
}

export interface Recording {
  readonly statements: readonly Statement[]
  /** First eight digits of the identities of the recorded project. */
  readonly prefix: string
  readonly documentNumber: string
  readonly code: string
  /** Idempotency key of the recorded submission, and the person that sent it. */
  readonly key: string
  readonly owner: string
  /** Moment of the recording: younger identities were made by the decision. */
  readonly startedAtMs: number
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const madeAtMs = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
const IDEMPOTENCY = '"http"."idempotency"'

export interface Replay {
  /** Runs the statements on one connection of the pool. */
  readonly run: (pool: Pool) => Promise<void>
}

/**
 * Prepares the recorded transaction for the same item of another project: identities of that project, new ones for what a
 * decision makes, numbers of its own. Its idempotency key is put in beforehand, as the server does before the transaction.
 */
export const prepareReplay = async (pool: Pool, recording: Recording, prefix: string): Promise<Replay> => {
  const key = `bench-${prefix}-${randomBytes(8).toString('hex')}`
  const made = new Map<string, string>()
  const texts = new Map([
    [recording.key, key],
    [recording.documentNumber, `${recording.documentNumber}-${prefix}`],
    [recording.code, `${recording.code}-${prefix}`],
  ])
  const identity = (id: string): string => {
    if (id.startsWith(`${recording.prefix}-`)) return prefix + id.slice(8)
    if (id.charAt(14) !== '7' || madeAtMs(id) < recording.startedAtMs) return id
    const known = made.get(id) ?? newId()
    made.set(id, known)
    return known
  }
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string') {
      let text = value.replace(UUID, identity)
      for (const [from, to] of texts) if (text.includes(from)) text = text.replaceAll(from, to)
      return text
    }
    return Array.isArray(value) ? value.map(moved) : value
  }
  const statements = recording.statements.map(({ text, values }) => ({ text, values: values.map(moved) }))
  const marking = statements.find(({ text }) => text.includes(IDEMPOTENCY))
  const lease = marking?.values.find(
    (value) => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) && [...made.values()].includes(value),
  )
  if (lease !== undefined)
    await pool.query(
      `insert into http.idempotency (owner, key, endpoint, request_hash, state, lease, leased_at)
       values ($1, $2, 'approvals.decide', 'bench', 'running', $3, now())`,
      [recording.owner, key, lease],
    )
  return {
    run: async (connections) => {
      const client = await connections.connect()
      try {
        for (const { text, values } of statements) await client.query(text, values)
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw error
      } finally {
        client.release()
      }
    },
  }
}
