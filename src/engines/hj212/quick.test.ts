import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantFromMs } from '../../kernel/time.ts'
import { dataReplyFrame, uploadFrames } from './build.ts'
import { ascii, cpMessage, head, messageOf, now, REAL_TIME, textOf } from './fixtures.testing.ts'
import { createSplitter } from './frames.ts'
import { parseSegment, windowAt } from './message.ts'
import { learnQuick, quickAnswer, quickDataMs, quickFigures, quickQnClock, quickQnDay, quickQnMs } from './quick.ts'
import { qnOf } from './wall-time.ts'

const NOW = Date.parse(now)
const segmentOf = (frame: Uint8Array): string => textOf(frame).slice(6, -6)
const CODES = ['a34001', 'a34002', 'a34004', 'LA', 'a01001', 'a01008', 'x99'] as const
const figure = fc.oneof(
  { arbitrary: fc.integer({ min: -9999, max: 99_999 }).map((value) => String(value / 100)), weight: 20 },
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '98.120',
    '007',
    '.5',
    '5.',
    '+3',
    '1e5',
    '123456789012345',
    '1234567890123456',
    '--1',
    '',
  ),
)
const items = fc.array(
  fc.record({
    code: fc.constantFrom(...CODES),
    suffix: fc.constantFrom('Rtd', 'Rtd', 'Rtd', 'Avg', 'Min', 'Max', 'Cou', 'td'),
    figure,
    flag: fc.constantFrom('N', 'N', 'N', 'D', 'T', 'n', ''),
  }),
  { maxLength: 8 },
)
type Item = { readonly code: string; readonly suffix: string; readonly figure: string; readonly flag: string }
const segment = (list: readonly Item[], ms: number, time = true): string => {
  const wall = qnOf(instantFromMs(ms))
  const said = list.map(
    ({ code, suffix, figure: text, flag }) => `${code}-${suffix}=${text}${flag === '' ? '' : `,${code}-Flag=${flag}`}`,
  )
  const cp = [...(time ? [`DataTime=${wall.slice(0, 14)}`] : []), ...said].join(';')
  return `QN=${wall};ST=39;CN=2011;PW=123456;MN=500105JB0000000000000001;Flag=5;CP=&&${cp}&&`
}
const window = windowAt(now)
const slowly = (text: string) => {
  const parsed = parseSegment(text, window)
  return parsed.kind === 'message' ? parsed.message : null
}

test('what is read by a layout is what the standard way reads, for any two messages of one shape', () => {
  let quick = 0
  fc.assert(
    fc.property(
      items,
      fc.array(figure, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.boolean(),
      (first, figures, ms, time) => {
        const example = segment(first, NOW, time)
        const known = slowly(example)
        const layout = known === null ? null : learnQuick(example, known)
        const next = segment(
          first.map((item, place) => ({ ...item, figure: figures[place] ?? item.figure })),
          NOW + ms,
          time,
        )
        const bytes = ascii(`##${next}##`)
        if (layout === null || !layout.read(bytes, 2, bytes.length - 2)) return
        quick += 1
        const message = slowly(next)
        expect(message).not.toBeNull()
        if (message === null) return
        expect(instantFromMs(quickDataMs())).toBe(message.dataTime)
        expect(quickQnMs()).toBe(NOW + ms)
        expect({ ...message, readings: null, params: null, notes: null, qn: null, dataTime: null }).toEqual({
          ...known,
          readings: null,
          params: null,
          notes: null,
          qn: null,
          dataTime: null,
        })
        for (const [code, { rtd, avg }] of message.readings) {
          const slot = layout.slotOf(code)
          expect(slot === undefined ? null : quickFigures[slot]).toBe(rtd ?? avg)
        }
      },
    ),
    { numRuns: 3000, seed: 11 },
  )
  // Or the property would have proved nothing.
  expect(quick).toBeGreaterThan(300)
})

test('a message that differs anywhere but in its figures is not read', () => {
  const example = segmentOf(ascii(REAL_TIME))
  const layout = learnQuick(example, messageOf(REAL_TIME))
  expect(layout).not.toBeNull()
  const reads = (text: string): boolean => layout?.read(ascii(text), 0, text.length) ?? false
  expect(reads(example)).toBe(true)
  expect(reads(example.replace('63.2', '-7'))).toBe(true)
  for (const other of [
    example.replace('MN=500105JB0000000000000001', 'MN=500105JB0000000000000002'),
    example.replace('PW=123456', 'PW=123457'),
    example.replace('LA-Flag=N', 'LA-Flag=D'),
    example.replace('CN=2011', 'CN=2051'),
    example.replace('63.2', 'sixty'),
    example.replace('63.2', '63.2##'),
    example.replace('217', ''),
    example.slice(0, -1),
    `${example}&`,
    '',
  ])
    expect(reads(other)).toBe(false)
})

test('only ordinary messages have a layout: whole, with a request number and a time, each figure once', () => {
  const learned = (cp: string, header = head) => {
    const message = cpMessage(cp, header)
    return learnQuick(`${header}CP=&&${cp}&&`, message) !== null
  }
  const time = 'DataTime=20260301080000'
  expect(learned(`${time};LA-Rtd=1,LA-Flag=N`)).toBe(true)
  expect(learned(`${time};LA-Rtd=1,LA-Flag=N;a34002-Min=1,a34002-Avg=2,a34002-Max=3,a34002-Flag=N`)).toBe(true)
  expect(learned(`LA-Rtd=1,LA-Flag=N`)).toBe(false)
  expect(learned(`LA-Rtd=1,LA-Flag=N;${time}`)).toBe(false)
  expect(learned(`${time};LA-Rtd=1,LA-Rtd=2,LA-Flag=N`)).toBe(false)
  expect(learned(`${time};LA-td=1,LA-Flag=N`)).toBe(false)
  expect(learned(`${time};LA=1`)).toBe(false)
  expect(learned(`${time};LA-Rtd=1,LA-Flag=N;`)).toBe(false)
  expect(learned(`${time};LA-Rtd=1,LA-Flag=N`, head.replace('CN=2011', 'CN=2051'))).toBe(false)
  expect(learned(`${time};LA-Rtd=1,LA-Flag=N`, head.replace('Flag=5', 'Flag=7'))).toBe(false)
  expect(learned(`${time};LA-Rtd=1,LA-Flag=N`, head.replace(/^QN=\d+;/, ''))).toBe(false)
})

test('the answer to a quick message is the answer to the message', () => {
  const message = messageOf(REAL_TIME)
  const answer = quickAnswer(dataReplyFrame(message, now), message.qn ?? '')
  expect(answer).not.toBeNull()
  const layout = learnQuick(segmentOf(ascii(REAL_TIME)), message)
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), (ms) => {
      const qn = qnOf(instantFromMs(NOW + ms))
      const text = segmentOf(ascii(REAL_TIME)).replace(/^QN=\d+/, `QN=${qn}`)
      expect(layout?.read(ascii(text), 0, text.length)).toBe(true)
      const out = new Uint8Array((answer?.length ?? 0) + 7)
      answer?.write(out, 7, quickQnDay(), quickQnClock())
      expect(textOf(out.subarray(7))).toBe(textOf(dataReplyFrame({ ...message, qn }, now)))
    }),
  )
})

test('the stream offers each ordinary frame once, in order, wherever it is cut; what is not taken comes as an event', () => {
  const frames = Array.from({ length: 12 }, (_, index) =>
    Buffer.concat(
      uploadFrames({
        mn: '500105JB0000000000000001',
        pw: '123456',
        st: '39',
        cn: '2011',
        qn: qnOf(instantFromMs(NOW + index)),
        dataTime: now,
        readings: [{ code: 'LA', rtd: index, flag: 'N' }],
        answer: true,
      }),
    ),
  )
  const pieces = [
    ...frames.slice(0, 4),
    Buffer.from('garbage'),
    ...frames.slice(4, 8),
    Buffer.from('##00'),
    ...frames.slice(8),
  ]
  const stream = Buffer.concat(pieces)
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 2, max: 5 }),
      (cuts, turn) => {
        const seen: string[] = []
        let offered = 0
        const splitter = createSplitter()
        const sink = {
          quick: (bytes: Uint8Array, from: number, to: number): boolean => {
            offered += 1
            if (offered % turn === 0) return false
            seen.push(textOf(bytes.subarray(from, to)))
            return true
          },
          event: (event: { readonly kind: string; readonly segment?: string }): void => {
            seen.push(event.kind === 'frame' ? (event.segment ?? '') : event.kind)
          },
        }
        for (let at = 0, index = 0; at < stream.length; index += 1) {
          const end = Math.min(stream.length, at + (cuts[index % cuts.length] ?? 1))
          splitter.read(stream.subarray(at, end), sink)
          at = end
        }
        const told = createSplitter().feed(stream)
        expect(seen).toEqual(told.map((event) => (event.kind === 'frame' ? event.segment : event.kind)))
      },
    ),
  )
})
