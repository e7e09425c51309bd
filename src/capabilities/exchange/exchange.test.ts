import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Actor, Person } from '../../kernel/actor.ts'
import { anonymous, system } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { OrganisationId } from '../../kernel/identity.ts'
import { isRefused } from '../../kernel/refusal.ts'
import {
  type OutsideDatabase,
  type OutsideRow,
  type OutsideTable,
  openStandIn,
  RowRejected,
} from '../../platform/outside/outside-database.ts'
import type { Capability, Route } from '../../platform/platform.ts'
import { decidePause, proposePause, readLegalGrounds, requestCorrections, saveDraft } from '../approvals/contract.ts'
import { updateProject } from '../projects/contract.ts'
import { outsideTable } from './actions/context.ts'
import { deliver } from './actions/deliver.ts'
import { createExchange, outsideTablesOf, readStandard } from './capability.ts'
import * as contract from './contract.ts'
import { caseStates, stateOfOutcome } from './model/compose.ts'
import { type ExchangeRow, faultsOf } from './model/schema.ts'

const name = `exchange_${randomBytes(4).toString('hex')}`
let window: Window
let real: OutsideDatabase
let exchange: Capability
let operator: Person
let registered: OrganisationId
/** What the other side does wrong, if anything, before it takes a row. */
let trouble: (table: OutsideTable, row: OutsideRow) => Error | null = () => null
const standard = readStandard(new URL('../../../data/', import.meta.url).pathname)
const table = (tableName: string): OutsideTable => {
  const found = standard.tables.find((each) => each.name === tableName)
  if (found === undefined) throw new Error(`no table ${tableName}`)
  return outsideTable(found)
}
type Options = Parameters<typeof createExchange>[0]
let options: Options

beforeAll(async () => {
  window = await openWindow()
  real = await openStandIn(window.test.connection, name, outsideTablesOf(standard))
  const between: OutsideDatabase = {
    ...real,
    lay: async (into, row) => {
      const error = trouble(into, row)
      if (error !== null) throw error
      await real.lay(into, row)
    },
  }
  options = {
    platform: window.platform,
    people: window.people.reader,
    projects: window.projects.reader,
    catalogue: window.catalogue.reader,
    approvals: window.approvals.reader,
    target: { kind: 'stand-in', database: between },
  }
  exchange = createExchange(options)
  operator = await window.person('系统管理员', { role: 'administrator' })
  registered = await window.platform.transact(system('test'), (unit) =>
    window.people.writer.createOrganisation(unit, {
      name: '有代码的建设单位',
      kind: 'enterprise',
      uscc: '91500105MA5U00003K',
    }),
  )
})
afterAll(async () => {
  await real.close()
  const { connection } = window.test
  await window.close()
  const client = new Client({ ...connection, database: 'postgres' })
  await client.connect()
  await client.query(`drop database if exists ${name} with (force)`)
  await client.end()
})
beforeEach(() => {
  trouble = () => null
})

/** What the standard requires of a project. */
const whole = () => ({ projectCode: '2509-320193-89-01-544060', ownerOrganisationId: registered })
const context = () => ({ ...options, standard })
const settle = async (): Promise<void> => {
  await window.test.react([exchange])
  await deliver(context())
}
const rowsOf = async (tableName: string): Promise<readonly OutsideRow[]> => real.rows(table(tableName), 1_000)
const call = async <P, Q, B, R>(
  actor: Actor,
  endpoint: Endpoint<P, Q, B, R>,
  input: { params?: unknown; query?: unknown; body?: unknown },
): Promise<R> => {
  const route = (exchange.routes as readonly Route[]).find((each) => each.endpoint.id === endpoint.id)
  if (route === undefined) throw new Error(endpoint.id)
  const reply = await route.handle(
    { actor, traceId: 't', language: 'zh', ipAddress: '127.0.0.1', idempotencyKey: window.platform.newId() },
    {
      params: endpoint.params?.parse(input.params),
      query: endpoint.query?.parse(input.query ?? {}),
      body: endpoint.body?.parse(input.body ?? {}),
    },
  )
  return endpoint.reply.parse(reply)
}

describe('the data of the standard', () => {
  it('names the fifteen states of a case with their codes', () => {
    expect(standard.states.map((state) => state.code)).toEqual(Object.values(caseStates))
  })
  it('lets every table have a key, the common fields of an upload, and a certainty for each field', () => {
    expect(standard.tables.length).toBeGreaterThan(9)
    for (const each of standard.tables)
      expect(each.fields.map((field) => field.name)).toEqual(
        expect.arrayContaining(['dfsjzj', 'xzqhdm', 'sjyxbs', 'sjsczt']),
      )
  })
  it('gives a deferral its own code', () => {
    expect(caseStates[stateOfOutcome('approved-with-deferral')]).toBe(12)
    expect(caseStates[stateOfOutcome('approved')]).toBe(11)
    expect(caseStates[stateOfOutcome('refused')]).toBe(13)
  })
  it('finds every required field that is missing, and nothing in a whole row', () => {
    fc.assert(
      fc.property(fc.constantFrom(...standard.tables), fc.nat(), (each, pick) => {
        const whole: Record<string, string | number> = {}
        for (const field of each.fields)
          whole[field.name] =
            field.type === 'number'
              ? 1
              : field.type === 'date'
                ? '2026-03-02'
                : field.type === 'instant'
                  ? '2026-03-02T01:00:00.000Z'
                  : 'x'
        expect(faultsOf(each, whole)).toEqual([])
        const required = each.fields.filter((field) => field.required)
        const gone = required[pick % required.length]
        const { [gone?.name ?? '']: _, ...rest } = whole
        expect(faultsOf(each, rest as ExchangeRow).map((fault) => fault.field)).toEqual([gone?.name])
      }),
    )
  })
})

describe('reporting a case', () => {
  it('lays the flows of the catalogue once and again nothing when nothing changed', async () => {
    await exchange.prepare?.()
    await deliver(context())
    const stages = await rowsOf('SPGL_DFXMSPLCJDSXXXB_V3')
    expect(stages.length).toBeGreaterThan(30)
    const before = await call(operator, contract.readExchange, {})
    await exchange.prepare?.()
    expect(await call(operator, contract.readExchange, {})).toEqual(before)
  })

  it('lays the project, its items, each step, the document and the answers of a whole handling', async () => {
    const projectId = await window.project({ projectCode: '2509-320193-89-01-544060' })
    const file = await window.closed({ projectId })
    await settle()
    const steps = (await rowsOf('SPGL_XMSPSXBLXXXXB_V3')).filter((row) =>
      String(row['spsxslbm']).startsWith(file.application.caseNumber),
    )
    expect(steps.map((row) => Number(row['blzt'])).sort((a, b) => a - b)).toEqual([1, 3, 8, 11])
    const [item] = (await rowsOf('SPGL_XMSPSXBLXXB_V3')).filter(
      (row) => row['blspslbm'] === file.application.caseNumber,
    )
    expect(item).toMatchObject({ spsxslbm: `${file.application.caseNumber}-I-106`, xzqhdm: '500157' })
    const documents = (await rowsOf('SPGL_XMSPSXPFWJXXB_V3')).map((row) => row['pfwh'])
    expect(documents).toContain(file.itemRuns[0]?.decision?.documentNumber)
  })

  it('reports a correction as begun and ended, and a pause as a special procedure with its days', async () => {
    const projectId = await window.project({ projectCode: '2509-320193-89-01-544060' })
    const waiting = await window.submitted({ projectId })
    const corrected = await window.as(window.clerk).call(requestCorrections, {
      params: { applicationId: waiting.application.applicationId },
      body: {
        version: waiting.application.version,
        points: [{ anchor: 'field:projectContent', reasonCode: 'unclear', text: '请写明建设规模。' }],
      },
    })
    const changed = await window.as(window.applicant).call(saveDraft, {
      params: { applicationId: corrected.application.applicationId },
      body: {
        version: corrected.application.version,
        answers: { ...corrected.application.answers, projectContent: '新建住宅两栋,地上十八层。' },
      },
    })
    const again = await window.accept(await window.submit(changed))
    const [run] = again.itemRuns
    if (run === undefined) throw new Error('no item')
    const team = await window.officers(run.department)
    const params = { itemRunId: run.itemRunId }
    const { grounds } = await window.as(team.reviewer).call(readLegalGrounds, { params })
    const proposed = await window.as(team.reviewer).call(proposePause, {
      params,
      body: { version: run.version, ground: grounds[0]?.code ?? '', reason: '需要评审', expectedDays: 5 },
    })
    await window.as(team.approver).call(decidePause, {
      params,
      body: { version: proposed.version, approve: true, remark: '同意' },
    })
    await settle()
    const instance = `${again.application.caseNumber}-I-106`
    const states = (await rowsOf('SPGL_XMSPSXBLXXXXB_V3'))
      .filter((row) => row['spsxslbm'] === instance)
      .map((row) => Number(row['blzt']))
      .sort((a, b) => a - b)
    expect(states).toEqual([1, 3, 6, 7, 8, 9])
    const special = (await rowsOf('SPGL_XMSPSXBLTBCXXXB_V3')).find((row) => row['spsxslbm'] === instance)
    expect(special).toMatchObject({ tbcx: grounds[0]?.code, tbcxsx: '5' })
  })

  it('keeps a row without a project code in the ledger with the field named, and reports it once the code is there', async () => {
    const projectId = await window.project({ name: '尚无代码的项目', ownerOrganisationId: registered })
    await settle()
    const query = { projectId, table: 'SPGL_XMJBXXB_V3' }
    const faulty = await call(operator, contract.listExchangeMessages, { query: { ...query, state: 'faulty' } })
    expect(faulty.rows[0]?.faults.map((fault) => fault.message).join()).toContain('项目代码')
    expect((await rowsOf('SPGL_XMJBXXB_V3')).some((row) => row['dfsjzj'] === projectId)).toBe(false)
    const refusal = await window.refusalOf(
      call(operator, contract.resendExchangeMessage, { params: { messageId: faulty.rows[0]?.messageId } }),
    )
    expect(refusal.code).toBe('exchange.not-resendable')
    const project = await window.projects.reader.project(window.platform.db, projectId)
    await window.as(window.clerk).call(updateProject, {
      params: { projectId },
      body: { version: project?.version ?? 0, projectCode: '2509-320193-89-01-544060' },
    })
    await settle()
    const { rows } = await call(operator, contract.listExchangeMessages, { query })
    expect(rows.map((row) => row.state)).toEqual(['sent', 'superseded'])
  })
})

describe('when the other side does not take a row', () => {
  it('notes its words, goes on with the other rows, and sends the row again when told to', async () => {
    const projectId = await window.project({ name: '被退回的项目', ...whole() })
    const other = await window.project({ name: '不受影响的项目', ...whole() })
    trouble = (_into, row) => (row['dfsjzj'] === projectId ? new RowRejected('字典值不存在: tdhqfs=2') : null)
    await settle()
    const { rows } = await call(operator, contract.listExchangeMessages, { query: { state: 'rejected', projectId } })
    expect(rows.map((row) => row.error)).toEqual(['字典值不存在: tdhqfs=2'])
    expect((await rowsOf('SPGL_XMJBXXB_V3')).some((row) => row['dfsjzj'] === other)).toBe(true)
    trouble = () => null
    expect(await call(operator, contract.resendFailed, { body: {} })).toEqual({ count: 1 })
    await deliver(context())
    expect((await rowsOf('SPGL_XMJBXXB_V3')).some((row) => row['dfsjzj'] === projectId)).toBe(true)
  })
  it('loses nothing and doubles nothing when the other side is away in the middle', async () => {
    const projectId = await window.project({ name: '断线时的项目', ...whole() })
    trouble = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    await window.test.react([exchange])
    await expect(deliver(context())).rejects.toThrow('ECONNREFUSED')
    trouble = () => null
    await deliver(context())
    expect((await rowsOf('SPGL_XMJBXXB_V3')).filter((row) => row['dfsjzj'] === projectId)).toHaveLength(1)
    expect((await call(operator, contract.readExchange, {})).counts.waiting).toBe(0)
  })
  it('refuses names that are no identifiers instead of running them', async () => {
    const evil: OutsideTable = { name: 'x"; drop table y; --', key: 'k', columns: [{ name: 'k', type: 'text' }] }
    await expect(real.lay(evil, { k: '1' })).rejects.toThrow('not the name')
  })
})

describe('codes of the other side', () => {
  it('are used from the day on which an operator maps them, and the row is composed anew on demand', async () => {
    const projectId = await window.project({ name: '代码对照项目', ...whole() })
    await settle()
    await call(operator, contract.mapCode, {
      body: { set: 'land', ours: 'grant', theirs: '02', name: '出让', basis: '下发代码表 2026-03' },
    })
    expect(await call(operator, contract.recomposeProject, { body: { projectId } })).toEqual({ count: 1 })
    await deliver(context())
    const row = (await rowsOf('SPGL_XMJBXXB_V3')).find((each) => each['dfsjzj'] === projectId)
    expect(row?.['tdhqfs']).toBe('02')
    const { codes } = await call(operator, contract.listCodes, {})
    expect(codes.find((code) => code.set === 'land' && code.ours === 'grant')).toMatchObject({ theirs: '02' })
  })
})

describe('who may call what', () => {
  it('admits administrators alone', async () => {
    const endpoints: readonly Endpoint[] = (exchange.routes ?? []).map((each) => each.endpoint)
    expect(endpoints).toHaveLength(8)
    for (const endpoint of endpoints) expect(endpoint.access).toEqual({ roles: ['administrator'] })
    expect(anonymous.kind).toBe('anonymous')
    await expect(
      call(operator, contract.readExchangeMessage, { params: { messageId: window.platform.newId() } }),
    ).rejects.toSatisfy((error) => isRefused(error) && error.refusal.kind === 'missing')
  })
})
