import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { personalDigestOf } from '../../engines/merkle/entry-leaf.ts'
import { type Actor, system } from '../../kernel/actor.ts'
import { defineEvent } from '../../kernel/event.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs } from '../../kernel/time.ts'
import type { JsonValue, Unit } from '../platform.ts'
import { sealedAfter } from './reader.ts'
import { actorName, erasePersonal } from './record.ts'

const noted = defineEvent({
  kind: 'test.noted',
  version: 2,
  visibility: 'internal',
  payload: z.object({ n: z.number() }),
  sentence: '{n}',
})
const actor = system('test')
const note = (
  unit: Unit,
  id: string,
  n: number,
  more: { projectId?: string; visibility?: 'public' | 'parties' } = {},
) => unit.record(noted, { subject: { kind: 'note', id }, payload: { n }, ...more })

let it: TestPlatform
beforeAll(async () => {
  it = await testPlatform()
})
afterAll(() => it.close())

const entriesOf = (id: string, options = {}) =>
  it.platform.journal.entriesOf(it.platform.db, { subject: { kind: 'note', id } }, options)

describe('entries', () => {
  test('are read back as they were said, unsealed with seq 0, then with their place in the order', async () => {
    const person: Actor = {
      kind: 'person',
      personId: 'p-1' as PersonId,
      name: '王工',
      roles: [{ role: 'reviewer', department: 'housing', onBehalfOf: 'p-2' as PersonId }],
    }
    const occurredAt = addMs(it.clock(), -3_600_000)
    await it.platform.transact(person, (unit) =>
      unit.record(noted, { subject: { kind: 'note', id: 'a' }, projectId: 'project-1', payload: { n: 1 }, occurredAt }),
    )
    const [unsealed] = await entriesOf('a')
    expect(unsealed).toEqual({
      seq: 0,
      id: expect.any(String),
      kind: 'test.noted',
      version: 2,
      subject: { kind: 'note', id: 'a' },
      projectId: 'project-1',
      actor: 'person:p-1',
      onBehalfOf: 'person:p-2',
      occurredAt,
      recordedAt: it.clock(),
      visibility: 'internal',
      payload: { n: 1 },
    })
    await it.seal()
    const [sealed] = await entriesOf('a')
    expect(sealed).toEqual({ ...unsealed, seq: expect.any(Number) })
    expect(sealed?.seq).toBeGreaterThan(0)
  })

  test('come in the order of their seal with unsealed ones last, and may be narrowed', async () => {
    await it.platform.transact(actor, async (unit) => {
      for (let n = 1; n <= 3; n += 1) await note(unit, 'b', n, { projectId: 'project-2' })
      await note(unit, 'b', 4, { visibility: 'public' })
    })
    await it.seal()
    await it.platform.transact(actor, (unit) => note(unit, 'b', 5))
    const all = await entriesOf('b')
    expect(all.map((entry) => entry.payload)).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })))
    const [first] = all
    const seq = first?.seq ?? 0
    expect(all.map((entry) => entry.seq)).toEqual([seq, seq + 1, seq + 2, seq + 3, 0])
    expect((await entriesOf('b', { afterSeq: seq + 1 })).map((entry) => entry.payload)).toEqual([
      { n: 3 },
      { n: 4 },
      { n: 5 },
    ])
    expect(await entriesOf('b', { visibility: ['public', 'parties'] })).toHaveLength(1)
    expect(await entriesOf('b', { limit: 2 })).toHaveLength(2)
    expect(await it.platform.journal.entriesOf(it.platform.db, { projectId: 'project-2' })).toHaveLength(3)
    await expect(it.platform.journal.entriesOf(it.platform.db, {})).rejects.toThrow(TypeError)
  })

  test.each(['entry', 'seal', 'tree_node', 'checkpoint', 'skipped'])(
    'cannot be updated, deleted or truncated in journal.%s, even by the owner of the tables',
    async (table) => {
      const column = { entry: 'kind', seal: 'kind', tree_node: 'hash', checkpoint: 'note', skipped: 'reason' }[table]
      for (const statement of [
        `update journal.${table} set ${column} = null`,
        `delete from journal.${table}`,
        `truncate journal.${table} cascade`,
      ])
        await expect(sql.raw(statement).execute(it.platform.db)).rejects.toMatchObject({ code: '42501' })
    },
  )

  test('are named by their actors', () => {
    expect(actorName({ kind: 'anonymous' })).toBe('anonymous')
    expect(actorName(system('silence'))).toBe('system:silence')
  })
})

describe('personal data', () => {
  const record = async (personal: Record<string, JsonValue>): Promise<string> => {
    await it.platform.transact(actor, (unit) =>
      unit.record(noted, { subject: { kind: 'note', id: 'p' }, payload: { n: 1 }, personal }),
    )
    return (await entriesOf('p')).at(-1)?.id ?? ''
  }
  const digestOf = async (id: string) =>
    (await it.pool.query("select encode(personal_digest, 'hex') as d from journal.entry where id = $1", [id])).rows[0]
      ?.d

  test('is kept apart; the entry keeps its salted digest', async () => {
    const personal = { name: '张三', phones: ['1', '2'] }
    const id = await record(personal)
    expect(await it.platform.journal.personalOf(it.platform.db, id)).toEqual(personal)
    const { rows } = await it.pool.query(
      "select encode(salt, 'hex') as salt from journal.personal where entry_id = $1",
      [id],
    )
    expect(await digestOf(id)).toBe(await personalDigestOf(rows[0]?.salt, personal))
    const again = await record(personal)
    expect(await digestOf(again)).not.toBe(await digestOf(id))
  })

  test('can be erased with its salt, once, and the entry stays as it was', async () => {
    const id = await record({ name: '李四' })
    const digest = await digestOf(id)
    expect(await it.platform.transact(actor, (unit) => erasePersonal(unit.db, id, unit.now))).toBe(true)
    expect(await it.platform.transact(actor, (unit) => erasePersonal(unit.db, id, unit.now))).toBe(false)
    expect(await it.platform.journal.personalOf(it.platform.db, id)).toBeNull()
    expect((await it.pool.query('select salt, data from journal.personal where entry_id = $1', [id])).rows).toEqual([
      { salt: null, data: null },
    ])
    expect(await digestOf(id)).toBe(digest)
  })
})

describe('the order', () => {
  test('has no holes and no doubles when transactions commit and roll back at the same time', async () => {
    const before = (await sealedAfter(it.platform.db, 0, 10_000)).length
    const work = Array.from({ length: 60 }, (_, n) =>
      it.platform
        .transact(actor, async (unit) => {
          await note(unit, 'c', n)
          if (n % 3 === 0) throw new Error('no')
        })
        .catch(() => undefined),
    )
    const sealing = Promise.all([it.seal(), it.seal(), it.seal()])
    await Promise.all(work)
    await sealing
    await it.seal()
    const all = await sealedAfter(it.platform.db, 0, 10_000)
    expect(all.map((entry) => entry.seq)).toEqual(all.map((_, index) => index + 1))
    expect(all.length - before).toBeGreaterThanOrEqual(40)
    expect(new Set(all.map((entry) => entry.id)).size).toBe(all.length)
    const of = all.filter((entry) => entry.subject.id === 'c')
    expect(of).toHaveLength(40)
    expect(await it.seal()).toBe(0)
  })

  test('keeps entries of one transaction in the order in which they were recorded', async () => {
    await it.platform.transact(actor, async (unit) => {
      for (let n = 0; n < 50; n += 1) await note(unit, 'd', n)
    })
    await it.seal()
    expect((await entriesOf('d')).map((entry) => entry.payload)).toEqual(Array.from({ length: 50 }, (_, n) => ({ n })))
  })
})

test('no question of the journal reads a whole table', async () => {
  await it.pool.query(
    `insert into journal.entry (id, kind, version, subject_kind, subject_id, project_id, actor, occurred_at, recorded_at,
       visibility, payload, trace_id)
     select gen_random_uuid(), 'bulk.' || i % 50, 1, 'bulk', (i / 10)::text, (i / 100)::text, 'system:bulk',
       '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', 'public', '{}', '' from generate_series(1, 20000) i`,
  )
  await it.seal()
  await it.pool.query('analyze journal.entry, journal.seal')
  const plan = async (text: string): Promise<string> =>
    (await it.pool.query(`explain ${text}`)).rows.map((row) => Object.values(row)[0]).join('\n')
  for (const text of [
    'select max(recorded_at) from journal.entry',
    'select from journal.unsealed order by ordinal limit 1',
    `select s.seq, e.* from journal.entry e left join lateral
         (select seq from journal.seal where entry_id = e.id limit 1) s on true
       where e.subject_kind = 'bulk' and e.subject_id = '7' order by s.seq nulls last, e.ordinal`,
    `select s.seq, e.* from journal.entry e left join lateral
         (select seq from journal.seal where entry_id = e.id limit 1) s on true where e.project_id = '7'`,
    `select e.* from journal.seal s join journal.entry e on e.id = s.entry_id where s.seq > 19900 order by s.seq limit 100`,
    `select f.seq from unnest(array['bulk.1', 'bulk.2']) w (kind) cross join lateral
       (select seq from journal.seal where seal.kind = w.kind and seq > 5 order by seq limit 1) f order by f.seq limit 1`,
    `select distinct kind from journal.seal where seq > 19990 and seq <= 20000`,
  ]) {
    const found = await plan(text)
    expect(found).not.toMatch(/Seq Scan on (entry|seal|unsealed)\b/)
    expect(found).toContain('Index')
  }
})
