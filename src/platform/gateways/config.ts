/** The part of the configuration that says on which ports devices may speak. */
import { z } from 'zod'
import { missingNatsPartners, type NatsConfig, natsConfigOf, natsVariables } from './nats/config.ts'

/** A port on which a protocol is spoken. */
export interface GatewayPort {
  /** 0 = any free one. */
  readonly port: number
  /** Set by somebody: then the program does not start without it. A default that is taken already is left out. */
  readonly chosen: boolean
}
export interface GatewaysConfig {
  /** Address on which all of them listen. */
  readonly host: string
  readonly hj212: GatewayPort | null
  readonly jt808: GatewayPort | null
  readonly mqtt: GatewayPort | null
  readonly mqttTls: (GatewayPort & { readonly certFile: string; readonly keyFile: string }) | null
  /** UDP and TCP. `id` and `contact` are how the platform names itself; null = made of jurisdiction and host. */
  readonly sip: (GatewayPort & { readonly id: string | null; readonly contact: string | null }) | null
  /** MQTT over WebSocket on the port of the pages, path /mqtt. */
  readonly mqttWebSocket: boolean
  /** Connections from one address at most: many devices may stand behind the address of a mobile network. */
  readonly connectionsPerAddress: number
  /** Megabytes of reports that may lie on disk while the database is away; 0 = none are taken then. */
  readonly spoolMegabytes: number
  /** Where several processes share the reports; null = each takes its own to the database. */
  readonly nats: NatsConfig | null
}
export const noGateways: GatewaysConfig = {
  host: '127.0.0.1',
  hj212: null,
  jt808: null,
  mqtt: null,
  mqttTls: null,
  sip: null,
  mqttWebSocket: false,
  connectionsPerAddress: 1_000,
  spoolMegabytes: 0,
  nats: null,
}

const fault = (zh: string, en: string): { error: string } => ({ error: `${zh}\n${en}` })
const port = z
  .string()
  .refine(
    (text) => text === 'off' || (/^\d{1,5}$/.test(text) && Number(text) <= 65_535),
    fault(
      '请填写端口(0 到 65535,0 为任意空闲端口)或 off(不开放)。',
      'Set a port (0 to 65535, 0 = any free one) or off.',
    ),
  )
  .transform((text): number | 'off' => (text === 'off' ? 'off' : Number(text)))
const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to,
      fault(`请填写 ${from} 到 ${to} 之间的整数。`, `Set a whole number from ${from} to ${to}.`),
    )
    .transform(Number)
const filled = z.string().min(1, fault('不能为空,请填写或删除该变量。', 'Empty: set it or remove the variable.'))

/** Variables of the environment, each with its shape. */
export const gatewayVariables = {
  MINGZHU_GATEWAY_HOST: filled,
  MINGZHU_HJ212_PORT: port,
  MINGZHU_JT808_PORT: port,
  MINGZHU_MQTT_PORT: port,
  MINGZHU_MQTT_TLS_PORT: port,
  MINGZHU_MQTT_TLS_CERT: filled,
  MINGZHU_MQTT_TLS_KEY: filled,
  MINGZHU_MQTT_WEBSOCKET: z
    .enum(['on', 'off'], fault('请填写 on 或 off。', 'Set on or off.'))
    .transform((text) => text === 'on'),
  MINGZHU_SIP_PORT: port,
  MINGZHU_SIP_ID: z
    .string()
    .regex(/^\d{20}$/, fault('请填写20位国标编码,例如 50015700002000000001。', 'Set the 20-digit id of the platform.')),
  MINGZHU_SIP_HOST: filled,
  MINGZHU_GATEWAY_CONNECTIONS: wholeNumber(1, 100_000),
  MINGZHU_SPOOL_MB: wholeNumber(0, 1_000_000),
  ...natsVariables,
}
type Values = { readonly [K in keyof typeof gatewayVariables]?: z.output<(typeof gatewayVariables)[K]> }

const TLS_PARTS = ['MINGZHU_MQTT_TLS_CERT', 'MINGZHU_MQTT_TLS_KEY'] as const
/** Variables that are missing although their partner is set: [missing, because of]. */
export const missingGatewayPartners = (values: Values): readonly (readonly [string, string])[] => {
  const wanted = (['MINGZHU_MQTT_TLS_PORT', ...TLS_PARTS] as const).find(
    (name) => values[name] !== undefined && values[name] !== 'off',
  )
  const parts =
    wanted === undefined
      ? []
      : TLS_PARTS.flatMap((part) => (values[part] === undefined ? [[part, wanted] as const] : []))
  return [...parts, ...missingNatsPartners(values)]
}

/** Ports that the protocols use where nobody chose one; HJ 212 and JT/T 808 have none of their own. */
export const usualPorts = { hj212: 8212, jt808: 8808, mqtt: 1883, mqttTls: 8883, sip: 5060 } as const

const portOf = (value: number | 'off' | undefined, usual: number): GatewayPort | null =>
  value === 'off' ? null : { port: value ?? usual, chosen: value !== undefined }

export const gatewaysConfigOf = (values: Values, host: string): GatewaysConfig => {
  const certFile = values.MINGZHU_MQTT_TLS_CERT
  const keyFile = values.MINGZHU_MQTT_TLS_KEY
  const tls = portOf(values.MINGZHU_MQTT_TLS_PORT, usualPorts.mqttTls)
  const sip = portOf(values.MINGZHU_SIP_PORT, usualPorts.sip)
  return {
    host: values.MINGZHU_GATEWAY_HOST ?? host,
    hj212: portOf(values.MINGZHU_HJ212_PORT, usualPorts.hj212),
    jt808: portOf(values.MINGZHU_JT808_PORT, usualPorts.jt808),
    mqtt: portOf(values.MINGZHU_MQTT_PORT, usualPorts.mqtt),
    mqttTls: tls === null || certFile === undefined || keyFile === undefined ? null : { ...tls, certFile, keyFile },
    sip: sip === null ? null : { ...sip, id: values.MINGZHU_SIP_ID ?? null, contact: values.MINGZHU_SIP_HOST ?? null },
    mqttWebSocket: values.MINGZHU_MQTT_WEBSOCKET ?? true,
    connectionsPerAddress: values.MINGZHU_GATEWAY_CONNECTIONS ?? 1_000,
    spoolMegabytes: values.MINGZHU_SPOOL_MB ?? 1_024,
    nats: natsConfigOf(values),
  }
}
