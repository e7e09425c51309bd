import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAttrs, readCommandAck, readEvent, readTelemetry } from './payload.ts'
import { whyUnreadable } from './unreadable.ts'

const text = (said: string): Uint8Array => new TextEncoder().encode(said)

describe('why a payload cannot be read', () => {
  it.each([
    ['{"ts":1772323200000,"values":{"load":1}}', '缺少 seq(报文序号)'],
    ['{"seq":1}', '缺少 values(测量值)'],
    ['{"seq":"1","values":{"load":1}}', 'seq(报文序号) 格式不正确'],
    ['{"seq":1,"ts":"yesterday","values":{"load":1}}', 'ts(时间) 格式不正确'],
    ['{"seq":1,"values":{"load":"1"}}', 'values(测量值) 中的 load 不正确'],
    ['{"seq":1,"values":{}}', 'values(测量值):每条上报须有 1 至 100 项'],
    ['[{"seq":1,"values":{"load":1}},{"values":{"load":1}}]', '第 2 条:缺少 seq(报文序号)'],
    ['[]', '报文列表是空的'],
    ['3', '报文不是 JSON 对象'],
    ['not json', '报文不是 UTF-8 编码的 JSON'],
    ['{"seq":1,"values":{"load":1}}', null],
  ])('%s', (said, why) => {
    expect(whyUnreadable('telemetry', text(said))).toBe(why)
  })
  it('names what an event and attributes lack', () => {
    expect(whyUnreadable('event', text('{"type":"overload"}'))).toBe('缺少 eventId(事件编号)')
    expect(whyUnreadable('attrs', text('{}'))).toBe('每条上报须有 1 至 100 项')
  })
  it('is said of exactly those payloads that are not read', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const bytes = text(json)
        expect(whyUnreadable('telemetry', bytes) === null).toBe(readTelemetry(bytes, 0) !== null)
        expect(whyUnreadable('event', bytes) === null).toBe(readEvent(bytes, 0) !== null)
        expect(whyUnreadable('attrs', bytes) === null).toBe(readAttrs(bytes) !== null)
        expect(whyUnreadable('command-ack', bytes) === null).toBe(readCommandAck(bytes) !== null)
      }),
      { seed: 7 },
    )
  })
})
