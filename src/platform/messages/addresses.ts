/** Which network addresses a message for another system may go to: never into our own networks, unless they are allowed. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** Networks that are not the public internet (IANA special-purpose registries). */
const inner: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]
const closed = new BlockList()
for (const [network, bits, family] of inner) closed.addSubnet(network, bits, family)

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

export interface AddressGuard {
  /** Says whether an IP address may be called. */
  readonly isOpen: (address: string) => boolean
  /** Says whether an IP address lies in one of the networks that are allowed by name. */
  readonly isNamed: (address: string) => boolean
  /** Gives the addresses of a host that may be called. Throws `AddressClosed` when there is none. */
  readonly resolve: (host: string) => Promise<readonly string[]>
}
export class AddressClosed extends Error {
  override readonly name = 'AddressClosed'
}

/** Makes the guard. `networks`: addresses and networks ('10.1.0.0/16') that are allowed although they are our own. */
export const addressGuard = (networks: readonly string[], find = lookup): AddressGuard => {
  const open = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.trim().split('/')
    if (bits === undefined) open.addAddress(address, familyOf(address))
    else open.addSubnet(address, Number(bits), familyOf(address))
  }
  const isOpen = (given: string): boolean => {
    const address = MAPPED.exec(given)?.[1] ?? given
    if (isIP(address) === 0) return false
    // An IPv4 address in the clothes of IPv6 that was not recognised above is never called.
    if (/^::ffff:/i.test(address)) return false
    return open.check(address, familyOf(address)) || !closed.check(address, familyOf(address))
  }
  return {
    isOpen,
    isNamed: (address) => isIP(address) !== 0 && open.check(address, familyOf(address)),
    resolve: async (host) => {
      const bare = host.replace(/^\[|\]$/g, '')
      const found = isIP(bare) === 0 ? (await find(bare, { all: true })).map((each) => each.address) : [bare]
      const good = found.filter(isOpen)
      if (good.length === 0)
        throw new AddressClosed(`地址 ${host} 属于内部网络,未获准访问 / ${host} is not a public address`)
      return good
    },
  }
}
