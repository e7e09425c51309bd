/** 远程指令: orders to devices that take them, with what the device answered, and links by which an alarm gives them. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { commandKinds, commandStates } from '../model/devices/commands.ts'

export type CommandId = Id<'device-command'>

const deviceId = idSchema<'device'>()
const readers = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const
const may = wordsSchema.nullable()
const params = z.object({ deviceId })

export const commandSchema = z.object({
  commandId: idSchema<'device-command'>(),
  deviceId,
  deviceName: z.string(),
  kind: z.enum(commandKinds),
  amount: z.number().int().nullable(),
  reason: z.string(),
  askedAt: instantSchema,
  /** Null: by a link to an alarm. */
  askedBy: z.string().nullable(),
  state: z.enum(commandStates),
  receivedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  /** What the device said. */
  answer: z.string(),
})
export type CommandView = z.infer<typeof commandSchema>
export const linkSchema = z.object({ ruleKey: z.string().max(60), minutes: z.number().int().min(1).max(120) })
export type DeviceLink = z.infer<typeof linkSchema>

export const listCommands = endpoint({
  id: 'monitoring.list-commands',
  method: 'GET',
  path: '/api/devices/:deviceId/commands',
  summary: '设备的远程指令和报警联动',
  access: readers,
  params,
  reply: z.object({
    rows: z.array(commandSchema),
    links: z.array(linkSchema),
    may: z.object({ command: may, link: may }),
  }),
})
export const sendCommand = endpoint({
  id: 'monitoring.send-command',
  method: 'POST',
  path: '/api/devices/:deviceId/commands',
  summary: '向设备下发指令(喷淋、上报间隔),设备答复后显示结果',
  access: { roles: ['inspector', 'administrator', 'site-manager'] },
  params,
  body: z.object({
    kind: z.enum(commandKinds),
    amount: z.number().int().nullable().default(null),
    reason: z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(200),
  }),
  reply: commandSchema,
  idempotent: true,
})
export const setLinks = endpoint({
  id: 'monitoring.set-links',
  method: 'PUT',
  path: '/api/devices/:deviceId/links',
  summary: '设置报警联动:报警时开启喷淋,结束时关闭',
  access: { roles: ['inspector', 'administrator'] },
  params,
  body: z.object({
    links: z
      .array(linkSchema)
      .max(20)
      .refine((list) => new Set(list.map((each) => each.ruleKey)).size === list.length, { error: '规则不能重复' }),
  }),
  reply: z.object({ links: z.array(linkSchema) }),
})

const facts = {
  deviceId: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  name: z.string(),
  commandId: z.string(),
  command: z.enum(commandKinds),
  commandName: z.string(),
}
export const deviceCommanded = defineEvent({
  kind: 'monitoring.device-commanded',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, amount: z.number().int().nullable(), alarmId: z.string(), reason: z.string() }),
  sentence: '向设备{name}下发指令:{commandName}({reason})',
})
export const commandAnswered = defineEvent({
  kind: 'monitoring.command-answered',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, ok: z.boolean(), answerName: z.string() }),
  sentence: '设备{name}答复指令{commandName}:{answerName}',
})
export const linksChanged = defineEvent({
  kind: 'monitoring.links-changed',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    deviceId: z.string(),
    siteId: z.string(),
    siteName: z.string(),
    name: z.string(),
    rules: z.array(z.string()),
  }),
  sentence: '设置设备{name}的报警联动',
})
export const commandEvents: readonly EventKind[] = [
  deviceCommanded,
  commandAnswered,
  linksChanged,
] as readonly EventKind[]
