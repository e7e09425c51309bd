/**
 * What a frame did otherwise than the standard says, and was read all the same. Notes go to the operator's page of the
 * device; those in `DOUBTFUL` mean that the values should not be trusted before somebody looked.
 */
export type Note =
  | 'length-padded' // spaces instead of leading zeros in the length field
  | 'length-short' // fewer than four digits in the length field
  | 'crc-lower-case'
  | 'no-qn'
  | 'qn-malformed'
  | 'qn-implausible' // the request number's time is too far from now; some devices repeat one for ever
  | 'no-st'
  | 'st-changed' // the parts of a split message name different systems
  | 'no-pw'
  | 'no-flag'
  | 'flag-in-cp' // the header's Flag stands among the data
  | 'flag-malformed'
  | 'split-without-numbers' // the split bit is set, PNUM or PNO is missing
  | 'numbers-without-split' // PNUM and PNO are there, the split bit is not set
  | 'mn-length' // neither 14 (2005) nor 24 (2017) characters
  | 'later-version' // the version bits say neither 2005 nor 2017
  | 'unknown-field'
  | 'repeated-field'
  | 'cp-separator-at-end' // `;&&` before the end
  | 'suffix-misspelt' // `-td` for `-Rtd`
  | 'suffix-missing' // `a34001=217`
  | 'suffix-unknown'
  | 'flag-without-suffix' // `NOIS=N` for `NOIS-Flag=N`
  | 'item-flag-missing' // a value without its own quality flag
  | 'item-malformed' // no `=`, or no name before it
  | 'not-a-number'
  | 'repeated-value'
  | 'no-data-time'
  | 'data-time-malformed'
  | 'data-time-ahead' // the device's clock is ahead of ours by more than allowed
  | 'data-time-old' // older than what a device may re-send
  | 'not-ascii'

/** Notes that put the values themselves in doubt. */
export const DOUBTFUL: ReadonlySet<Note> = new Set<Note>([
  'data-time-malformed',
  'data-time-ahead',
  'data-time-old',
  'not-ascii',
])

/** Says whether a message should wait for a human look before its values count. */
export const isDoubtful = (notes: readonly Note[]): boolean => notes.some((note) => DOUBTFUL.has(note))

export const noteOnce = (notes: Note[], note: Note): void => {
  if (!notes.includes(note)) notes.push(note)
}
