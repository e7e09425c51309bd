import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openVault, vaultOf } from './vault.ts'

const vault = vaultOf(new Uint8Array(32).fill(7))

describe('the vault', () => {
  it('opens what it sealed, whatever the text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
        expect(vault.open(vault.seal(text, context), context)).toBe(text)
      }),
    ))
  it('seals the same text differently each time', () => {
    expect(vault.seal('13800001234', 'a')).not.toBe(vault.seal('13800001234', 'a'))
  })
  it('refuses a sealed text that was moved to another place', () => {
    expect(() => vault.open(vault.seal('x', 'people.phone:1'), 'people.phone:2')).toThrow()
  })
  it('refuses a sealed text with any one character changed', () => {
    const sealed = vault.seal('500105199001010011', 'a')
    fc.assert(
      // The last character of base64url may carry unused bits, so it is left out.
      fc.property(fc.integer({ min: 3, max: sealed.length - 2 }), (index) => {
        const other = sealed[index] === 'A' ? 'B' : 'A'
        expect(() => vault.open(sealed.slice(0, index) + other + sealed.slice(index + 1), 'a')).toThrow()
      }),
    )
  })
  it('gives equal digests for equal texts of one purpose only', () => {
    expect(vault.digest('a', 'phone')).toBe(vault.digest('a', 'phone'))
    expect(vault.digest('a', 'phone')).not.toBe(vault.digest('a', 'id'))
    expect(vault.digest('a', 'phone')).not.toBe(vaultOf(new Uint8Array(32).fill(8)).digest('a', 'phone'))
  })
  it('refuses a master key of the wrong length', () => {
    expect(() => vaultOf(new Uint8Array(16))).toThrow('32 bytes')
  })
})

describe('the key file', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vault-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is made once, readable by the owner alone, and used again', async () => {
    const file = join(folder, 'keys', 'vault.key')
    const sealed = (await openVault(file)).seal('geheim', 'a')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await openVault(file)).open(sealed, 'a')).toBe('geheim')
  })
  it('is the same for processes that start at once', async () => {
    const file = join(folder, 'vault.key')
    const vaults = await Promise.all(Array.from({ length: 8 }, () => openVault(file)))
    expect(new Set(vaults.map((each) => each.digest('a', 'b'))).size).toBe(1)
    expect(await readdir(folder)).toEqual(['vault.key'])
  })
  it('stops the start when it is damaged, rather than making a new key', async () => {
    const file = join(folder, 'vault.key')
    await writeFile(file, 'abcd')
    await expect(openVault(file)).rejects.toThrow('32 bytes')
  })
})
