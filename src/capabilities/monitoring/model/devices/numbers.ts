/** The numbers by which protocols name devices, and the networks from which these may come. */
import { type Words, words } from '../../../../kernel/words.ts'
import type { Protocol } from '../report.ts'

interface Form {
  readonly shape: RegExp
  readonly expected: Words
}
const forms: Readonly<Record<Protocol, Form>> = {
  hj212: {
    shape: /^[0-9A-Za-z_-]{6,40}$/,
    expected: words('MN,14或24位字母和数字', 'an MN of 14 or 24 letters and digits'),
  },
  jt808: { shape: /^[1-9]\d{0,19}$/, expected: words('终端手机号,最多20位数字', 'the phone number of the terminal') },
  gb28181: { shape: /^\d{20}$/, expected: words('20位国标编码', 'a national code of 20 digits') },
  mqtt: {
    shape: /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/,
    expected: words('客户端编号,字母、数字、点、冒号、连字符和下划线', 'letters, digits, dots, colons and hyphens'),
  },
  http: {
    shape: /^[A-Za-z0-9_-]{1,64}$/,
    expected: words('推送端编号,字母、数字、连字符和下划线', 'letters, digits, hyphens and underscores'),
  },
}
/** Gives a number in the form in which it is kept: phone numbers of terminals without the zeros that only fill them up. */
export const normalNumber = (protocol: Protocol, externalId: string): string =>
  protocol === 'jt808' ? externalId.replace(/^0+(?=\d)/, '') : externalId
export const isNumber = (protocol: Protocol, externalId: string): boolean => forms[protocol].shape.test(externalId)
export const numberForm = (protocol: Protocol): Words => forms[protocol].expected

const isPart4 = (text: string): boolean => /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/.test(text)
const isV4 = (text: string): boolean => text.split('.').length === 4 && text.split('.').every(isPart4)
const isV6 = (text: string): boolean => {
  const halves = text.split('::')
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const shaped = groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
  return shaped && (halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8)
}
/** Says whether a text is a network in CIDR form or a single address. */
export const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/')
  if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return false
  if (isV4(address)) return bits === undefined || Number(bits) <= 32
  return isV6(address) && (bits === undefined || Number(bits) <= 128)
}
