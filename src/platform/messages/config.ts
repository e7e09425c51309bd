/** The part of the configuration that says how messages leave: which channels are connected, and to what. */
import { isIP } from 'node:net'
import { z } from 'zod'

export interface GatewayConfig {
  readonly url: string
  readonly secret: string
}
export interface MessagesConfig {
  /** Null: e-mail is kept on this machine. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  readonly sms: GatewayConfig | null
  readonly wechat: GatewayConfig | null
  /** Networks of our own that webhooks may call ('10.1.0.0/16'). */
  readonly webhookNetworks: readonly string[]
}
export const noChannels: MessagesConfig = { smtp: null, sms: null, wechat: null, webhookNetworks: [] }

const fault = (zh: string, en: string): { error: string } => ({ error: `${zh}\n${en}` })
const address = (schemes: readonly string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      fault(`请填写完整地址,例如 ${example}。`, `Set a full address, for example ${example}.`),
    )
const secret = z
  .string()
  .min(16, fault('密钥至少 16 个字符,请换更长的随机文字。', 'At least 16 characters: use a longer random text.'))
const isNetwork = (text: string): boolean => {
  const [host = '', bits, more] = text.split('/')
  const version = isIP(host)
  if (version === 0 || more !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

/** Variables of the environment, each with its shape. */
export const messageVariables = {
  MINGZHU_SMTP_URL: address(['smtp:', 'smtps:'], 'smtps://user:password@mail.example.gov.cn:465'),
  MINGZHU_SMTP_FROM: z
    .string()
    .refine(
      (text) => /^[^\r\n<>]*<?[^\s@<>]+@[^\s@<>]+>?$/.test(text),
      fault('请填写发件人,例如 明筑 <notice@example.gov.cn>。', 'Set the sender: Mingzhu <notice@example.gov.cn>.'),
    ),
  MINGZHU_SMS_URL: address(['http:', 'https:'], 'https://sms.example.gov.cn/send'),
  MINGZHU_SMS_SECRET: secret,
  MINGZHU_WECHAT_URL: address(['http:', 'https:'], 'https://wechat.example.gov.cn/send'),
  MINGZHU_WECHAT_SECRET: secret,
  MINGZHU_WEBHOOK_NETWORKS: z
    .string()
    .refine(
      (text) => text.split(',').every((part) => isNetwork(part.trim())),
      fault('请填写地址或网段,例如 10.1.0.0/16,127.0.0.1。', 'Set addresses or networks: 10.1.0.0/16,127.0.0.1.'),
    )
    .transform((text) => text.split(',').map((part) => part.trim())),
}
type Values = { readonly [K in keyof typeof messageVariables]?: z.output<(typeof messageVariables)[K]> }

const pairs = [
  ['MINGZHU_SMTP_URL', 'MINGZHU_SMTP_FROM'],
  ['MINGZHU_SMS_URL', 'MINGZHU_SMS_SECRET'],
  ['MINGZHU_WECHAT_URL', 'MINGZHU_WECHAT_SECRET'],
] as const
/** Variables that are missing although their partner is set: [missing, because of]. */
export const missingPartners = (values: Values): readonly (readonly [string, string])[] =>
  pairs.flatMap(([a, b]) => {
    if ((values[a] === undefined) === (values[b] === undefined)) return []
    return [values[a] === undefined ? ([a, b] as const) : ([b, a] as const)]
  })

const gateway = (url: string | undefined, key: string | undefined): GatewayConfig | null =>
  url === undefined || key === undefined ? null : { url, secret: key }
export const messagesConfigOf = (values: Values): MessagesConfig => ({
  smtp:
    values.MINGZHU_SMTP_URL === undefined || values.MINGZHU_SMTP_FROM === undefined
      ? null
      : { url: values.MINGZHU_SMTP_URL, from: values.MINGZHU_SMTP_FROM },
  sms: gateway(values.MINGZHU_SMS_URL, values.MINGZHU_SMS_SECRET),
  wechat: gateway(values.MINGZHU_WECHAT_URL, values.MINGZHU_WECHAT_SECRET),
  webhookNetworks: values.MINGZHU_WEBHOOK_NETWORKS ?? [],
})
