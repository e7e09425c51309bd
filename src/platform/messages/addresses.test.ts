import { describe, expect, it } from 'vitest'
import { AddressClosed, addressGuard } from './addresses.ts'

const resolving = (...addresses: string[]) =>
  (async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))) as never

describe('the guard of addresses', () => {
  it('lets messages for other systems go to public addresses only', () => {
    const guard = addressGuard([])
    for (const address of ['8.8.8.8', '114.114.114.114', '2400:3200::1']) expect(guard.isOpen(address)).toBe(true)
    for (const address of [
      '127.0.0.1',
      '10.2.3.4',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '::1',
      '::',
      'fd00::1',
      'fe80::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      'localhost',
      '',
    ])
      expect([address, guard.isOpen(address)]).toEqual([address, false])
  })
  it('opens the networks that are allowed, and no others', () => {
    const guard = addressGuard(['10.1.0.0/16', '127.0.0.1', 'fd12::/32'])
    expect(['10.1.2.3', '127.0.0.1', 'fd12::9'].map(guard.isOpen)).toEqual([true, true, true])
    expect(['10.2.2.3', '127.0.0.2', 'fd13::9'].map(guard.isOpen)).toEqual([false, false, false])
  })
  it('looks at where a name leads, not at the name', async () => {
    const guard = addressGuard([], resolving('10.0.0.1', '8.8.8.8'))
    expect(await guard.resolve('hooks.example.cn')).toEqual(['8.8.8.8'])
    await expect(addressGuard([], resolving('127.0.0.1', '::1')).resolve('hooks.example.cn')).rejects.toThrow(
      AddressClosed,
    )
    await expect(addressGuard([]).resolve('[::1]')).rejects.toThrow(AddressClosed)
  })
})
