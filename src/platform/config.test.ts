import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, editDistance, readConfig } from './config.ts'

const faultsOf = (env: Record<string, string>): ConfigError => {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the configuration was accepted')
}

describe('the configuration', () => {
  it('starts with an empty environment, on the embedded database and the real clock', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      publicUrl: 'http://localhost:8080',
      databaseUrl: null,
      clock: 'system',
      s3: null,
      trustProxy: false,
      demo: 'off',
    })
  })
  it('reads numbers, flags, moments and lists into their types', () => {
    const config = readConfig({
      MINGZHU_PORT: '9000',
      MINGZHU_PUBLIC_URL: 'https://jianshe.example.cn/',
      MINGZHU_DEMO: 'true',
      MINGZHU_CLOCK: 'simulated',
      MINGZHU_CLOCK_START: '2026-03-02T09:00:00+08:00',
      MINGZHU_TRUST_PROXY: '127.0.0.1, 10.0.0.0/8',
    })
    expect(config).toMatchObject({
      port: 9000,
      publicUrl: 'https://jianshe.example.cn',
      demo: 'district',
      clockStart: '2026-03-02T01:00:00.000Z',
      trustProxy: ['127.0.0.1', '10.0.0.0/8'],
    })
  })
  it('lists every fault in one message, in Chinese and English, with the name of the variable', () => {
    const error = faultsOf({ MINGZHU_PORT: 'eighty', MINGZHU_DEMO: 'perhaps', DATABASE_URL: 'mysql://x/y' })
    expect(error.faults.map((fault) => fault.variable).sort()).toEqual(['DATABASE_URL', 'MINGZHU_DEMO', 'MINGZHU_PORT'])
    expect(error.message).toContain('请填写 0 到 65535 之间的整数')
    expect(error.message).toContain('Set a whole number from 0 to 65535')
  })
  it('refuses an unknown name of ours and suggests the nearest known one', () => {
    const error = faultsOf({ MINGZHU_PROT: '80' })
    expect(error.faults[0]).toMatchObject({ variable: 'MINGZHU_PROT' })
    expect(error.message).toContain('MINGZHU_PORT')
  })
  it('opens the ports of devices on the host of the pages, where it may, and any of them elsewhere or not at all', () => {
    const usual = readConfig({ MINGZHU_HOST: '10.0.0.5' }).gateways
    expect(usual).toMatchObject({ host: '10.0.0.5', hj212: { port: 8212, chosen: false }, mqttTls: null })
    const chosen = readConfig({
      MINGZHU_GATEWAY_HOST: '0.0.0.0',
      MINGZHU_HJ212_PORT: '0',
      MINGZHU_JT808_PORT: 'off',
      MINGZHU_MQTT_TLS_PORT: '8884',
      MINGZHU_MQTT_TLS_CERT: '/etc/mingzhu/cert.pem',
      MINGZHU_MQTT_TLS_KEY: '/etc/mingzhu/key.pem',
      MINGZHU_SIP_ID: '50015700002000000009',
      MINGZHU_MQTT_WEBSOCKET: 'off',
    }).gateways
    expect(chosen).toMatchObject({
      host: '0.0.0.0',
      hj212: { port: 0, chosen: true },
      jt808: null,
      mqttTls: { port: 8884, certFile: '/etc/mingzhu/cert.pem' },
      sip: { port: 5060, id: '50015700002000000009' },
      mqttWebSocket: false,
    })
  })
  it.each([
    ['MINGZHU_HJ212_PORT', '70000', 'off'],
    ['MINGZHU_MQTT_PORT', 'on', '端口'],
    ['MINGZHU_SIP_ID', '3402', '20位'],
    ['MINGZHU_MQTT_WEBSOCKET', 'yes', 'on'],
    ['MINGZHU_SPOOL_MB', '-1', '整数'],
    ['MINGZHU_GATEWAY_CONNECTIONS', '0', '整数'],
    ['NATS_URL', 'nats1:4222', 'nats://'],
    ['NATS_URL', 'nats://a:4222,tls://b:4222', '一致'],
    ['NATS_URL', 'nats://a:4222,', '逗号'],
    ['MINGZHU_NATS_ACK', 'yes', 'commit'],
    ['MINGZHU_NATS_CONSUME', 'no', 'off'],
    ['MINGZHU_NATS_MB', '1', '兆'],
  ])('says what is wrong with %s=%s', (variable, value, hint) => {
    const [fault] = faultsOf({ [variable]: value }).faults
    expect(fault?.variable).toBe(variable)
    expect(fault?.zh).toContain(hint)
  })
  it('wants certificate and key as soon as one of them or the port of MQTT over TLS is set', () => {
    expect(faultsOf({ MINGZHU_MQTT_TLS_PORT: '8883' }).faults.map((fault) => fault.variable)).toEqual([
      'MINGZHU_MQTT_TLS_CERT',
      'MINGZHU_MQTT_TLS_KEY',
    ])
    expect(faultsOf({ MINGZHU_MQTT_TLS_KEY: 'key.pem' }).faults.map((fault) => fault.variable)).toEqual([
      'MINGZHU_MQTT_TLS_CERT',
    ])
    expect(() => readConfig({ MINGZHU_MQTT_TLS_PORT: 'off' })).not.toThrow()
  })
  it('shares the reports of devices through NATS where it is named, and wants its address with any other word on it', () => {
    expect(readConfig({}).gateways.nats).toBeNull()
    expect(readConfig({ NATS_URL: 'nats://mz:p%40ss@nats1:4223, nats://nats2' }).gateways.nats).toEqual({
      servers: ['nats1:4223', 'nats2:4222'],
      user: 'mz',
      password: 'p@ss',
      token: null,
      tls: false,
      ack: 'commit',
      consumes: true,
      megabytes: 1_024,
    })
    expect(
      readConfig({
        NATS_URL: 'tls://secret-token@nats1',
        MINGZHU_NATS_ACK: 'stream',
        MINGZHU_NATS_CONSUME: 'off',
        MINGZHU_NATS_MB: '64',
      }).gateways.nats,
    ).toMatchObject({ token: 'secret-token', user: null, tls: true, ack: 'stream', consumes: false, megabytes: 64 })
    expect(faultsOf({ MINGZHU_NATS_ACK: 'stream' }).faults.map((fault) => fault.variable)).toEqual(['NATS_URL'])
  })
  it('leaves the variables of other programs alone', () => {
    expect(() => readConfig({ PATH: '/bin', PORT: 'x', HOME: '/root' })).not.toThrow()
  })
  it('wants the bucket and both keys as soon as one S3 variable is set', () => {
    expect(faultsOf({ MINGZHU_S3_BUCKET: 'files' }).faults.map((fault) => fault.variable)).toEqual([
      'MINGZHU_S3_ACCESS_KEY',
      'MINGZHU_S3_SECRET_KEY',
    ])
  })
  it('refuses a start of the clock without the simulated clock', () => {
    expect(faultsOf({ MINGZHU_CLOCK_START: '2026-03-02T09:00:00Z' }).faults).toHaveLength(1)
  })
  it('never repeats a secret in the message', () => {
    expect(faultsOf({ DATABASE_URL: 'mysql://user:hunter2@host/db' }).message).not.toContain('hunter2')
  })
  it('measures edits as a metric: zero only for equal texts, the same both ways', () => {
    const name = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
      }),
    )
  })
})
