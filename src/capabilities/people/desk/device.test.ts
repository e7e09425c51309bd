import { describe, expect, it } from 'vitest'
import { deviceName } from './device.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
describe('the name of a device', () => {
  it('prefers the special browser over the engine it is built on', () => {
    const edge = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`
    expect(deviceName(edge)).toBe('Edge 126 · Windows')
    const wechat = `Mozilla/5.0 (Linux; Android 14) ${webkit} Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.50`
    expect(deviceName(wechat)).toBe('微信 8 · Android')
  })
  it('tells a phone’s Safari from a desk’s Chrome', () => {
    const phone =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1'
    expect(deviceName(phone)).toBe('Safari 17 · iOS')
    expect(deviceName(`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`)).toBe(
      'Chrome 140 · Linux',
    )
  })
  it('is null for programs that say neither', () => {
    expect(deviceName('')).toBeNull()
    expect(deviceName('curl/8.5.0')).toBeNull()
  })
})
