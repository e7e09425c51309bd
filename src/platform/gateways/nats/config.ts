/** The part of the configuration that says how several processes share the reports of devices through NATS JetStream. */
import { z } from 'zod'

export interface NatsConfig {
  /** Addresses as `host:port`; one that answers is enough. */
  readonly servers: readonly string[]
  readonly user: string | null
  readonly password: string | null
  /** Instead of user and password. */
  readonly token: string | null
  readonly tls: boolean
  /** When a device is acknowledged: once the database has its report, or once a majority of the stream's servers has it. */
  readonly ack: 'commit' | 'stream'
  /** Whether this process takes reports out of the stream to the database. */
  readonly consumes: boolean
  /** Megabytes of reports that may wait in the stream. */
  readonly megabytes: number
}

const fault = (zh: string, en: string): { error: string } => ({ error: `${zh}\n${en}` })
const SCHEMES = ['nats:', 'tls:']
const isAddress = (text: string): boolean =>
  URL.canParse(text) && SCHEMES.includes(new URL(text).protocol) && new URL(text).hostname !== ''
const partsOf = (text: string): readonly string[] => text.split(',').map((part) => part.trim())
const isUniform = (text: string): boolean => new Set(partsOf(text).map((part) => new URL(part).protocol)).size === 1

/** Variables of the environment, each with its shape. */
export const natsVariables = {
  NATS_URL: z
    .string()
    .refine(
      (text) => partsOf(text).every(isAddress),
      fault(
        '请填写 NATS 服务器地址,多个用逗号分隔,例如 nats://user:password@nats1:4222,nats://nats2:4222。',
        'Set addresses of NATS servers, separated by commas: nats://user:password@nats1:4222,nats://nats2:4222.',
      ),
    )
    .refine(
      (text) => !partsOf(text).every(isAddress) || isUniform(text),
      fault('所有地址应同为 nats:// 或同为 tls://,请改为一致。', 'Use nats:// for all addresses, or tls:// for all.'),
    ),
  MINGZHU_NATS_ACK: z.enum(
    ['commit', 'stream'],
    fault(
      '请填写 commit(数据库提交后应答设备)或 stream(多数 NATS 节点收到后即应答)。',
      'Set commit (answer after the database has it) or stream (after a majority of NATS servers has it).',
    ),
  ),
  MINGZHU_NATS_CONSUME: z
    .enum(['on', 'off'], fault('请填写 on 或 off。', 'Set on or off.'))
    .transform((text) => text === 'on'),
  MINGZHU_NATS_MB: z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= 16 && Number(text) <= 1_000_000,
      fault('请填写 16 到 1000000 之间的整数(兆字节)。', 'Set a whole number from 16 to 1000000 (megabytes).'),
    )
    .transform(Number),
}
type Values = { readonly [K in keyof typeof natsVariables]?: z.output<(typeof natsVariables)[K]> }

/** Variables that are missing although their partner is set: [missing, because of]. */
export const missingNatsPartners = (values: Values): readonly (readonly [string, string])[] => {
  const wanted = (['MINGZHU_NATS_ACK', 'MINGZHU_NATS_CONSUME', 'MINGZHU_NATS_MB'] as const).find(
    (name) => values[name] !== undefined,
  )
  return wanted === undefined || values.NATS_URL !== undefined ? [] : [['NATS_URL', wanted]]
}

export const natsConfigOf = (values: Values): NatsConfig | null => {
  if (values.NATS_URL === undefined) return null
  const addresses = partsOf(values.NATS_URL).map((part) => new URL(part))
  const named = addresses.find(({ username }) => username !== '')
  const user = named === undefined ? null : decodeURIComponent(named.username)
  const password = named === undefined || named.password === '' ? null : decodeURIComponent(named.password)
  return {
    servers: addresses.map(({ hostname, port }) => `${hostname}:${port === '' ? '4222' : port}`),
    // nats://token@host names a token.
    user: password === null ? null : user,
    password,
    token: password === null ? user : null,
    tls: addresses[0]?.protocol === 'tls:',
    ack: values.MINGZHU_NATS_ACK ?? 'commit',
    consumes: values.MINGZHU_NATS_CONSUME ?? true,
    megabytes: values.MINGZHU_NATS_MB ?? 1_024,
  }
}
