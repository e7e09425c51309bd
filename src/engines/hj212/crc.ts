/**
 * The check value of HJ 212 (HJ 212-2017 appendix A). It is not the Modbus CRC: before every byte the register is
 * shifted right by eight and only then joined with the byte, so its low half is forgotten.
 *
 * Only 8 bits of state survive each step, hence only 256 different values exist: every change of one byte is caught,
 * but 1 of 256 larger changes passes. What a frame says is therefore checked again behind it (message.ts, measure.ts).
 */
const POLYNOMIAL = 0xa001

const table = Uint16Array.from({ length: 256 }, (_, start) => {
  let register = start
  for (let bit = 0; bit < 8; bit += 1) register = (register & 1) === 1 ? (register >> 1) ^ POLYNOMIAL : register >> 1
  return register
})
/** What survives of one, two, three, four steps. The steps are linear, so four bytes are taken at once. */
const one = Uint8Array.from(table, (register) => register >> 8)
const two = Uint8Array.from(one, (state) => one[state] as number)
const three = Uint8Array.from(two, (state) => one[state] as number)
const four = Uint8Array.from(three, (state) => one[state] as number)

/** Gives the check value of the bytes from `from` up to, not including, `to`: 16 bits. */
export const crcOf = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  if (to <= from) return 0xffff
  let state = 0xff
  let at = from
  const last = to - 1
  for (; at + 4 <= last; at += 4)
    state =
      (four[state ^ (bytes[at] as number)] as number) ^
      (three[bytes[at + 1] as number] as number) ^
      (two[bytes[at + 2] as number] as number) ^
      (one[bytes[at + 3] as number] as number)
  for (; at < last; at += 1) state = one[state ^ (bytes[at] as number)] as number
  return table[state ^ (bytes[last] as number)] as number
}

/** Gives a check value as a frame carries it: four upper-case hexadecimal digits. */
export const crcText = (crc: number): string => crc.toString(16).toUpperCase().padStart(4, '0')
