import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { createPeople, type People } from '../../capabilities/people/capability.ts'
import { system } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { beginTotp, totpOf } from '../sign-in/factor-store.ts'
import { resealTotps } from '../sign-in/factors.ts'
import { createRotation } from './rotation.ts'
import { addKey, openVault, type Vault, vaultOf } from './vault.ts'

let test: TestPlatform
let folder: string
let file: string
let vault: Vault
let people: People
beforeAll(async () => {
  test = await testPlatform()
  folder = mkdtempSync(path.join(tmpdir(), 'rotation-'))
  file = path.join(folder, 'vault.key')
  vault = await openVault(file)
  people = createPeople(test.platform, vault, test.clock)
})
afterAll(async () => {
  await test.close()
  rmSync(folder, { recursive: true })
})
const newPerson = (phone: string, idNumber?: string): Promise<PersonId> =>
  test.platform.transact(system('test'), (unit) => people.writer.createPerson(unit, { name: '某人', phone, idNumber }))
const keyLines = () => readFileSync(file, 'utf8').trim().split('\n')
const rotation = (fail = false) =>
  createRotation({
    file,
    settleMs: 1100,
    resealers: [
      { name: 'people', reseal: people.reseal },
      { name: 'sign-in', reseal: (unit, limit) => resealTotps(unit, vault, limit) },
      ...(fail
        ? [
            {
              name: 'broken',
              reseal: async () => {
                throw new Error('the disk is full')
              },
            },
          ]
        : []),
    ],
  })

describe('changing the master key', () => {
  it('keeps everything readable and findable, seals it anew, and only then removes the old key', async () => {
    const ids: PersonId[] = []
    for (let n = 0; n < 5; n += 1) ids.push(await newPerson(`1390000000${n}`))
    const [first] = ids
    if (first === undefined) throw new Error('a person was expected')
    await beginTotp(test.platform.db, first, vault.seal('JBSWY3DPEHPK3PXP', `sign-in.totp:${first}`), test.clock())
    const sealedBefore = (await test.pool.query('select phone_sealed from people.person order by id')).rows
    const [oldKey] = keyLines()

    // Broken off in the middle: the new key stands, the old one is still there, all is readable.
    await expect(rotation(true).run(test.platform)).rejects.toThrow('the disk is full')
    expect(keyLines()).toHaveLength(2)
    expect(keyLines()[1]).toBe(oldKey)
    for (const [n, id] of ids.entries()) {
      expect(await people.reader.phoneOf(test.platform.db, id)).toBe(`1390000000${n}`)
      expect(await people.reader.personByPhone(test.platform.db, `1390000000${n}`)).toBe(id)
    }
    const between = await newPerson('13900000009')
    await expect(newPerson('13900000000')).rejects.toMatchObject({ refusal: { code: 'people.person-known' } })

    await rotation().run(test.platform)
    expect(keyLines()).toHaveLength(1)
    expect(keyLines()[0]).not.toBe(oldKey)
    const sealedAfter = (await test.pool.query('select phone_sealed from people.person order by id')).rows
    expect(sealedAfter.slice(0, 5)).not.toEqual(sealedBefore)
    expect(sealedAfter.every((row) => vault.isCurrent(row.phone_sealed))).toBe(true)
    for (const [n, id] of ids.entries())
      expect(await people.reader.personByPhone(test.platform.db, `1390000000${n}`)).toBe(id)
    expect(await people.reader.phoneOf(test.platform.db, between)).toBe('13900000009')
    const totp = await totpOf(test.platform.db, first)
    expect(vault.open(totp?.secretSealed ?? '', `sign-in.totp:${first}`)).toBe('JBSWY3DPEHPK3PXP')
    const stolen = vaultOf(Buffer.from(oldKey ?? '', 'hex'))
    expect(() => stolen.open(sealedAfter[0].phone_sealed, `people.phone:${first}`)).toThrow()
  })
  it('goes on with the key that a broken-off change has added, instead of adding another', () => {
    const before = keyLines()
    expect(addKey(file)).toBe(true)
    expect(addKey(file)).toBe(false)
    expect(keyLines().slice(1)).toEqual(before)
  })
})

describe('texts of the first version, which name no key', () => {
  it('are opened by the oldest key', () => {
    const master = new Uint8Array(32).fill(7)
    // Sealed by the first release with this key: 'v1.' and base64url of iv, tag and text.
    const sealed =
      'v1.' +
      Buffer.from(vaultOf(master).seal('13800001234', 'a').split('.')[2] ?? '', 'base64url').toString('base64url')
    expect(vaultOf(new Uint8Array(32).fill(8), master).open(sealed, 'a')).toBe('13800001234')
    expect(() => vaultOf(master, new Uint8Array(32).fill(8)).open(sealed, 'a')).toThrow()
  })
})
