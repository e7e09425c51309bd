/**
 * The configuration: the environment, parsed once at the start. Every fault is reported together, each with the name of
 * the variable, what is wrong and what to do. Nothing else in the product reads the environment.
 */
import { z } from 'zod'
import { type Instant, instant } from '../kernel/time.ts'
import { type BackupConfig, backupConfigOf, backupFaults, backupVariables } from './database/backup/config.ts'
import { type GatewaysConfig, gatewaysConfigOf, gatewayVariables, missingGatewayPartners } from './gateways/config.ts'
import { type MessagesConfig, messagesConfigOf, messageVariables, missingPartners } from './messages/config.ts'
import type { PublicConfig } from './platform.ts'

export interface S3Config {
  readonly endpoint: string | null
  readonly region: string
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
}
/** An OpenID Connect provider by which people may sign in besides. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  /** What people call it: '渝快政'. */
  readonly name: string
}
export interface Config {
  readonly production: boolean
  readonly host: string
  readonly port: number
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string
  /** Folder with the reviewed reference data. */
  readonly dataFolder: string
  /** Folder for what the server keeps itself: the embedded database and stored files. */
  readonly stateFolder: string
  /** Connection text of an external PostgreSQL; null = the embedded one. */
  readonly databaseUrl: string | null
  /** Connections at most. */
  readonly databasePool: number
  /** Connection text of the front database of the data exchange; null = a stand-in beside the embedded database. */
  readonly exchangeUrl: string | null
  /** Where the embedded database is backed up; null = nowhere. */
  readonly backup: BackupConfig | null
  /** null = files lie in the state folder. */
  readonly s3: S3Config | null
  /** null = uploads are not scanned. */
  readonly clamav: { readonly host: string; readonly port: number } | null
  readonly sessionHours: number
  /** 'policy': roles that must have a second factor cannot work without; 'offered': everybody may have one. */
  readonly secondFactor: 'policy' | 'offered'
  /** null = people sign in here alone. */
  readonly oidc: OidcConfig | null
  /** Whose X-Forwarded-* headers are believed: nobody, a number of hops, or addresses and networks. */
  readonly trustProxy: false | number | readonly string[]
  readonly logLevel: LogLevel
  readonly metricsToken: string | null
  readonly jurisdictionCode: string
  /** 'district': a living demo district on first start; 'cast': only its people and organisations. */
  readonly demo: 'off' | 'cast' | 'district'
  readonly clock: 'system' | 'simulated'
  /** First moment of the simulated clock; null = the moment of the start. */
  readonly clockStart: Instant | null
  /** How messages leave: e-mail, gateways, webhooks. */
  readonly messages: MessagesConfig
  /** On which ports devices may speak. */
  readonly gateways: GatewaysConfig
}
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface ConfigFault {
  readonly variable: string
  readonly zh: string
  readonly en: string
}

/** Thrown at the start when the environment is wrong; the message lists every fault. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.variable}\n    ${fault.zh}\n    ${fault.en}`)
    super(
      `配置有 ${faults.length} 处错误,改正后重新启动。 ${faults.length} fault(s) in the configuration; correct them and start again.\n${lines.join('\n')}`,
    )
    this.name = 'ConfigError'
    this.faults = faults
  }
}

const STATE_FOLDER = '.data'

/** Says both: what is wrong and what to do. Chinese and English are kept apart by a line feed until the report. */
const fault = (zh: string, en: string): { error: string } => ({ error: `${zh}\n${en}` })

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to,
      fault(`请填写 ${from} 到 ${to} 之间的整数。`, `Set a whole number from ${from} to ${to}.`),
    )
    .transform(Number)
const webAddress = (schemes: readonly string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      fault(`请填写完整地址,例如 ${example}。`, `Set a full address, for example ${example}.`),
    )
const filled = z.string().min(1, fault('不能为空,请填写或删除该变量。', 'Empty: set it or remove the variable.'))
const HOP_COUNT = /^\d{1,2}$/
const NETWORK = /^[0-9a-fA-F.:]+(\/\d{1,3})?$|^(loopback|linklocal|uniquelocal)$/
const trustProxy = z
  .string()
  .refine(
    (text) => text === 'false' || HOP_COUNT.test(text) || text.split(',').every((part) => NETWORK.test(part.trim())),
    fault(
      '请填写 false、代理层数(如 1)或代理地址(如 127.0.0.1,10.0.0.0/8)。',
      'Set false, a number of proxies (1), or addresses of proxies (127.0.0.1,10.0.0.0/8).',
    ),
  )
  .transform((text): Config['trustProxy'] => {
    if (text === 'false' || text === '0') return false
    return HOP_COUNT.test(text) ? Number(text) : text.split(',').map((part) => part.trim())
  })
const clockStart = z
  .string()
  .refine(
    (text) => /(Z|[+-]\d{2}:?\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)),
    fault(
      '请填写带时区的时刻,例如 2026-03-02T09:00:00+08:00。',
      'Set a moment with a zone, for example 2026-03-02T09:00:00+08:00.',
    ),
  )
  .transform(instant)

/** Every variable that the product reads, with its shape. Defaults are applied in `readConfig`. */
const variables = {
  NODE_ENV: z.string(),
  DATABASE_URL: webAddress(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/mingzhu'),
  MINGZHU_EXCHANGE_URL: webAddress(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/exchange'),
  MINGZHU_HOST: filled,
  MINGZHU_PORT: wholeNumber(0, 65_535),
  MINGZHU_PUBLIC_URL: webAddress(['http:', 'https:'], 'https://mingzhu.example.gov.cn').transform((text) =>
    text.replace(/\/+$/, ''),
  ),
  MINGZHU_DATA_FOLDER: filled,
  MINGZHU_STATE_FOLDER: filled,
  MINGZHU_DATABASE_POOL: wholeNumber(2, 500),
  MINGZHU_S3_ENDPOINT: webAddress(['http:', 'https:'], 'https://s3.example.com'),
  MINGZHU_S3_REGION: filled,
  MINGZHU_S3_BUCKET: filled,
  MINGZHU_S3_ACCESS_KEY: filled,
  MINGZHU_S3_SECRET_KEY: filled,
  MINGZHU_CLAMAV_HOST: filled,
  MINGZHU_CLAMAV_PORT: wholeNumber(1, 65_535),
  MINGZHU_SESSION_HOURS: wholeNumber(1, 720),
  MINGZHU_OIDC_ISSUER: webAddress(['http:', 'https:'], 'https://login.example.gov.cn'),
  MINGZHU_OIDC_CLIENT_ID: filled,
  MINGZHU_OIDC_CLIENT_SECRET: filled,
  MINGZHU_OIDC_NAME: filled,
  MINGZHU_SECOND_FACTOR: z.enum(
    ['policy', 'offered'],
    fault('请填写 policy(按角色强制)或 offered(自愿)。', 'Set policy (by role) or offered (by choice).'),
  ),
  MINGZHU_TRUST_PROXY: trustProxy,
  MINGZHU_LOG_LEVEL: z.enum(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    fault(
      '请填写 trace、debug、info、warn、error、fatal 或 silent。',
      'Set trace, debug, info, warn, error, fatal or silent.',
    ),
  ),
  MINGZHU_METRICS_TOKEN: z
    .string()
    .min(16, fault('令牌至少 16 个字符,请换更长的随机文字。', 'At least 16 characters: use a longer random text.')),
  MINGZHU_JURISDICTION: z
    .string()
    .regex(
      /^[a-z0-9-]{2,40}$/,
      fault('请填写辖区代码,例如 500157。', 'Set the code of the jurisdiction, for example 500157.'),
    ),
  MINGZHU_DEMO: z
    .enum(
      ['true', 'false', 'cast'],
      fault('请填写 true、false 或 cast(仅演示账号)。', 'Set true, false or cast (accounts only).'),
    )
    .transform((text): Config['demo'] => (text === 'true' ? 'district' : text === 'cast' ? 'cast' : 'off')),
  MINGZHU_CLOCK: z.enum(
    ['system', 'simulated'],
    fault('请填写 system(真实时间)或 simulated(演示时间)。', 'Set system (real time) or simulated (demonstration).'),
  ),
  MINGZHU_CLOCK_START: clockStart,
  ...backupVariables,
  ...messageVariables,
  ...gatewayVariables,
}
type Variables = { readonly [K in keyof typeof variables]?: z.output<(typeof variables)[K]> }

/** What capabilities may know. */
export const publicConfig = (config: Config): PublicConfig => ({
  publicUrl: config.publicUrl,
  jurisdictionCode: config.jurisdictionCode,
  dataFolder: config.dataFolder,
  demo: config.demo !== 'off',
})

/** Names of every variable that is read, for the handbook and its test. */
export const variableNames: readonly string[] = Object.keys(variables)

/** Gives the number of single-character edits between two texts (Levenshtein). */
export const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1),
        ),
      )
    row = next
  }
  return row[b.length] ?? 0
}
const nearestName = (name: string): string =>
  variableNames.reduce((best, other) => (editDistance(name, other) < editDistance(name, best) ? other : best))

const unknownNames = (env: Readonly<Record<string, string | undefined>>): readonly ConfigFault[] =>
  Object.keys(env)
    .filter((name) => name.startsWith('MINGZHU_') && !(name in variables))
    .map((name) => ({
      variable: name,
      zh: `没有这个变量,是否应为 ${nearestName(name)}?请改名或删除。`,
      en: `No such variable; did you mean ${nearestName(name)}? Rename or remove it.`,
    }))

const parseVariables = (
  env: Readonly<Record<string, string | undefined>>,
): { values: Variables; faults: readonly ConfigFault[] } => {
  const values: Record<string, unknown> = {}
  const faults: ConfigFault[] = []
  for (const [variable, shape] of Object.entries(variables)) {
    const text = env[variable]
    if (text === undefined) continue
    const parsed = shape.safeParse(text.trim())
    if (parsed.success) values[variable] = parsed.data
    else {
      const [zh = '', en = ''] = (parsed.error.issues[0]?.message ?? '').split('\n')
      faults.push({ variable, zh, en })
    }
  }
  return { values: values as Variables, faults }
}

const needs = (variable: string, because: string): ConfigFault => ({
  variable,
  zh: `已设置 ${because},因此也必须设置本变量。`,
  en: `Required because ${because} is set.`,
})
/** What must be set together. */
const joint = (values: Variables): readonly ConfigFault[] => {
  const faults: ConfigFault[] = []
  const anyS3 = (['ENDPOINT', 'REGION', 'BUCKET', 'ACCESS_KEY', 'SECRET_KEY'] as const).find(
    (part) => values[`MINGZHU_S3_${part}`] !== undefined,
  )
  if (anyS3 !== undefined)
    for (const part of ['BUCKET', 'ACCESS_KEY', 'SECRET_KEY'] as const)
      if (values[`MINGZHU_S3_${part}`] === undefined) faults.push(needs(`MINGZHU_S3_${part}`, `MINGZHU_S3_${anyS3}`))
  for (const part of ['CLIENT_ID', 'CLIENT_SECRET', 'NAME'] as const)
    if (values[`MINGZHU_OIDC_${part}`] !== undefined && values.MINGZHU_OIDC_ISSUER === undefined)
      faults.push(needs('MINGZHU_OIDC_ISSUER', `MINGZHU_OIDC_${part}`))
  if (values.MINGZHU_OIDC_ISSUER !== undefined && values.MINGZHU_OIDC_CLIENT_ID === undefined)
    faults.push(needs('MINGZHU_OIDC_CLIENT_ID', 'MINGZHU_OIDC_ISSUER'))
  const issuer = values.MINGZHU_OIDC_ISSUER
  if (values.NODE_ENV === 'production' && issuer?.startsWith('http:') === true)
    faults.push({
      variable: 'MINGZHU_OIDC_ISSUER',
      zh: '正式环境的统一身份认证必须使用 https,请改用 https 地址。',
      en: 'In production the provider must be reached by https: use such an address.',
    })
  if (values.MINGZHU_CLAMAV_PORT !== undefined && values.MINGZHU_CLAMAV_HOST === undefined)
    faults.push(needs('MINGZHU_CLAMAV_HOST', 'MINGZHU_CLAMAV_PORT'))
  for (const [missing, because] of [...missingPartners(values), ...missingGatewayPartners(values)])
    faults.push(needs(missing, because))
  faults.push(...backupFaults(values, values.MINGZHU_STATE_FOLDER ?? STATE_FOLDER))
  if (values.MINGZHU_CLOCK_START !== undefined && values.MINGZHU_CLOCK !== 'simulated')
    faults.push({
      variable: 'MINGZHU_CLOCK_START',
      zh: '只用于演示时间:请同时设置 MINGZHU_CLOCK=simulated,或删除本变量。',
      en: 'Only for the simulated clock: set MINGZHU_CLOCK=simulated too, or remove it.',
    })
  return faults
}

const s3Of = (values: Variables): S3Config | null => {
  const { MINGZHU_S3_BUCKET: bucket, MINGZHU_S3_ACCESS_KEY: accessKey, MINGZHU_S3_SECRET_KEY: secretKey } = values
  if (bucket === undefined || accessKey === undefined || secretKey === undefined) return null
  const endpoint = values.MINGZHU_S3_ENDPOINT ?? null
  return { endpoint, region: values.MINGZHU_S3_REGION ?? 'us-east-1', bucket, accessKey, secretKey }
}

const oidcOf = (values: Variables): OidcConfig | null => {
  const { MINGZHU_OIDC_ISSUER: issuer, MINGZHU_OIDC_CLIENT_ID: clientId } = values
  if (issuer === undefined || clientId === undefined) return null
  const clientSecret = values.MINGZHU_OIDC_CLIENT_SECRET ?? null
  return { issuer, clientId, clientSecret, name: values.MINGZHU_OIDC_NAME ?? '统一身份认证' }
}

/** Reads the configuration from an environment. Throws a `ConfigError` that lists every fault. */
export const readConfig = (env: Readonly<Record<string, string | undefined>> = process.env): Config => {
  const { values, faults } = parseVariables(env)
  const all = [...faults, ...unknownNames(env), ...joint(values)]
  if (all.length > 0) throw new ConfigError(all)
  const port = values.MINGZHU_PORT ?? 8080
  const host = values.MINGZHU_HOST ?? '127.0.0.1'
  const clamavHost = values.MINGZHU_CLAMAV_HOST
  return {
    production: values.NODE_ENV === 'production',
    host,
    port,
    publicUrl: values.MINGZHU_PUBLIC_URL ?? `http://localhost:${port}`,
    dataFolder: values.MINGZHU_DATA_FOLDER ?? 'data',
    stateFolder: values.MINGZHU_STATE_FOLDER ?? STATE_FOLDER,
    databaseUrl: values.DATABASE_URL ?? null,
    backup: backupConfigOf(values),
    databasePool: values.MINGZHU_DATABASE_POOL ?? 20,
    exchangeUrl: values.MINGZHU_EXCHANGE_URL ?? null,
    s3: s3Of(values),
    clamav: clamavHost === undefined ? null : { host: clamavHost, port: values.MINGZHU_CLAMAV_PORT ?? 3310 },
    sessionHours: values.MINGZHU_SESSION_HOURS ?? 12,
    secondFactor:
      values.MINGZHU_SECOND_FACTOR ??
      (values.MINGZHU_DEMO === undefined || values.MINGZHU_DEMO === 'off' ? 'policy' : 'offered'),
    oidc: oidcOf(values),
    trustProxy: values.MINGZHU_TRUST_PROXY ?? false,
    logLevel: values.MINGZHU_LOG_LEVEL ?? 'info',
    metricsToken: values.MINGZHU_METRICS_TOKEN ?? null,
    jurisdictionCode: values.MINGZHU_JURISDICTION ?? '500157',
    demo: values.MINGZHU_DEMO ?? 'off',
    clock: values.MINGZHU_CLOCK ?? 'system',
    clockStart: values.MINGZHU_CLOCK_START ?? null,
    messages: messagesConfigOf(values),
    gateways: gatewaysConfigOf(values, host),
  }
}
