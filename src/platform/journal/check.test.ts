import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { system } from '../../kernel/actor.ts'
import { defineEvent } from '../../kernel/event.ts'
import { checkJournal } from './check.ts'
import { sealAll } from './seal.ts'

const noted = defineEvent({
  kind: 'test.noted',
  version: 1,
  visibility: 'public',
  payload: z.object({ n: z.number() }),
  sentence: '{n}',
})
let it: TestPlatform
beforeAll(async () => {
  it = await testPlatform()
})
afterAll(() => it.close())

test('a sound journal is told by size and root, and an altered leaf or checkpoint is found', async () => {
  expect(await checkJournal(it.pool)).toMatchObject({ size: 0, checkpointSize: 0, verifierKey: null })
  for (let n = 1; n <= 5; n += 1)
    await it.platform.transact(system('test'), (unit) =>
      unit.record(noted, { subject: { kind: 'note', id: 'a' }, payload: { n } }),
    )
  const client = await it.pool.connect()
  try {
    await sealAll(client, it.clock)
    const { rows } = await client.query<{ root: string }>("select encode(root, 'hex') as root from journal.tree")
    expect(await checkJournal(it.pool)).toMatchObject({ size: 5, root: rows[0]?.root, checkpointSize: 0 })
    await client.query(
      'insert into journal.checkpoint (size, root, note, signed_at) select 5, root, $1, $2 from journal.tree',
      ['note', it.clock()],
    )
    expect((await checkJournal(it.pool)).checkpointSize).toBe(5)
    await client.query('update journal.tree set root = decode($1, $2)', ['00'.repeat(32), 'hex'])
    await expect(checkJournal(it.pool)).rejects.toThrow('do not give its root at 5')
    // As somebody who has the disk of the database: its own rules do not hold for him.
    await client.query('set session_replication_role = replica')
    await client.query('update journal.seal set leaf_hash = $1 where seq = 2', [Buffer.alloc(32)])
    await expect(checkJournal(it.pool)).rejects.toThrow('disagrees with its checkpoint 5')
    await client.query('delete from journal.seal where seq = 4')
    await expect(checkJournal(it.pool)).rejects.toThrow()
  } finally {
    await client.query('set session_replication_role = default')
    client.release()
  }
})
