/** Why a payload is not what its topic wants, in words for whoever has to set the device right. */
import { z } from 'zod'
import { attrsSchema, commandAckSchema, eventSchema, jsonOf, telemetrySchema } from './payload.ts'

const schemas = {
  telemetry: telemetrySchema,
  event: eventSchema,
  attrs: attrsSchema,
  'command-ack': commandAckSchema,
} as const
export type PayloadKind = keyof typeof schemas

const MOST_REPORTS = 500
const fieldWords: Readonly<Record<string, string>> = {
  seq: '报文序号',
  ts: '时间',
  values: '测量值',
  eventId: '事件编号',
  type: '事件类型',
  severity: '级别',
  active: '是否持续',
  text: '说明',
  data: '附加数据',
  ok: '是否成功',
}
const named = (field: string): string => {
  const word = fieldWords[field]
  return word === undefined ? field.slice(0, 40) : `${field}(${word})`
}
const faultOf = (schema: z.ZodType, said: unknown): string | null => {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return '报文不是 JSON 对象'
  const issue = schema.safeParse(said).error?.issues[0]
  if (issue === undefined) return null
  const [field, inner] = issue.path.map(String)
  if (issue.code === 'custom') return `${field === undefined ? '' : `${named(field)}:`}${issue.message}`
  if (field === undefined) return '报文格式不符合要求'
  if (!Object.hasOwn(said, field)) return `缺少 ${named(field)}`
  return inner === undefined ? `${named(field)} 格式不正确` : `${named(field)} 中的 ${inner.slice(0, 40)} 不正确`
}
/** A short Chinese sentence; of a list of reports it names the first that is wrong. Null: nothing is wrong with it. */
export const whyUnreadable = (kind: PayloadKind, payload: Uint8Array): string | null => {
  const said = jsonOf(payload)
  if (said === undefined) return '报文不是 UTF-8 编码的 JSON'
  if (kind !== 'telemetry' || !Array.isArray(said)) return faultOf(schemas[kind], said)
  if (said.length === 0) return '报文列表是空的'
  if (said.length > MOST_REPORTS) return `一次上报超过 ${MOST_REPORTS} 条`
  for (const [index, each] of said.entries()) {
    const fault = faultOf(telemetrySchema, each)
    if (fault !== null) return `第 ${index + 1} 条:${fault}`
  }
  return null
}
