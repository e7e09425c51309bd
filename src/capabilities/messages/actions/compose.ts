/** Writes messages: facts of an entry into the templates of a notice, and a message into the forms of the channels. */
import { type Role, roleSchema, roleWords } from '../../../kernel/actor.ts'
import { isUuid, type OrganisationId, type PersonId } from '../../../kernel/identity.ts'
import { type Instant, localDateOf, wallClock } from '../../../kernel/time.ts'
import type { Language, Words } from '../../../kernel/words.ts'
import type { MessageContent } from '../../../platform/messages/channel.ts'
import { escapeHtml, oneLine, plainText, type TemplateFacts } from '../../../platform/messages/template.ts'
import type { JournalEntry, Unit } from '../../../platform/platform.ts'
import type { LoadedNotice } from '../load.ts'
import { nestedQuotes } from '../model/quotes.ts'
import type { ContactChannel } from '../model/topics.ts'
import type { Link } from '../store/tables.ts'
import { type Context, payloadOf, textIn } from './context.ts'

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
type Facts = Readonly<Record<Language, TemplateFacts>>

/** Everything that a template of this entry may name, in both languages. Moments read as wall-clock time in Shanghai. */
export const factsOf = async (context: Context, unit: Unit, entry: JournalEntry): Promise<Facts> => {
  const payload = payloadOf(entry)
  const common: Record<string, unknown> = {
    happenedOn: localDateOf(entry.occurredAt),
    happenedAt: wallClock(entry.occurredAt),
  }
  for (const [name, value] of Object.entries(payload))
    common[name] = typeof value === 'string' && MOMENT.test(value) ? wallClock(value as Instant) : value
  for (const [fact, field] of [
    ['personName', 'personId'],
    ['fromName', 'fromPersonId'],
    ['toName', 'toPersonId'],
  ] as const) {
    const id = textIn(payload, field)
    if (id !== null && isUuid(id)) common[fact] = await context.people.personName(unit.db, id as PersonId)
  }
  const organisation = textIn(payload, 'organisationId')
  if (organisation !== null && isUuid(organisation))
    common.organisationName = (await context.people.organisation(unit.db, organisation as OrganisationId))?.name ?? null
  const code = textIn(payload, 'department')
  const department =
    code === null ? null : await context.people.department(unit.db, code, localDateOf(entry.occurredAt))
  const role = roleSchema.safeParse(payload.role)
  const inLanguage = (language: Language): TemplateFacts => ({
    ...common,
    ...(role.success ? { roleName: roleWords[role.data as Role][language] } : {}),
    departmentTitle: department === null ? null : language === 'zh' ? department.name : department.words.en,
  })
  return { zh: inLanguage('zh'), en: inLanguage('en') }
}

export const titleOf = (notice: LoadedNotice, facts: Facts): Words => ({
  zh: oneLine(nestedQuotes(notice.templates.zh.title.render(facts.zh))),
  en: oneLine(notice.templates.en.title.render(facts.en)),
})
const MOST_TEXT = 4000
export const textOf = (notice: LoadedNotice, facts: Facts): Words => ({
  zh: nestedQuotes(plainText(notice.templates.zh.text.render(facts.zh))).slice(0, MOST_TEXT),
  en: plainText(notice.templates.en.text.render(facts.en)).slice(0, MOST_TEXT),
})

/** Where a link leads, under the address of the desk; the desk has a page at each (see its router). */
export const pathOf = (link: Link): string => {
  switch (link.page) {
    case 'application':
      return `/applications/${link.id}`
    case 'project':
      return `/projects/${link.id}`
    case 'delegation':
      return '/delegation'
    case 'account':
      return '/account'
    case 'grants':
      return '/people'
    case 'outbox':
      return '/outbox'
    case 'webhooks':
      return '/webhooks'
    case 'queue':
      return '/queue'
    case 'alarm':
      return `/alarms?alarm=${link.id}`
    case 'order':
      return `/orders/${link.id}`
    case 'bim-model':
      return `/bim/models/${link.id}`
    case 'bim-check':
      return `/bim/checks/${link.id}`
    case 'bim-conflict':
      return `/bim/conflicts/${link.id}`
  }
}
const idOf = (page: Link['page'], payload: ReturnType<typeof payloadOf>, entry: JournalEntry): string | null => {
  switch (page) {
    case 'application':
      return textIn(payload, 'applicationId')
    case 'project':
      return entry.projectId
    case 'alarm':
      return textIn(payload, 'alarmId')
    case 'order':
      return textIn(payload, 'orderId')
    case 'bim-model':
      return textIn(payload, 'modelId')
    case 'bim-check':
      return textIn(payload, 'checkId')
    case 'bim-conflict':
      return textIn(payload, 'conflictId')
    default:
      return ''
  }
}
export const linkOf = (notice: LoadedNotice, entry: JournalEntry): Link | null => {
  if (notice.link === null) return null
  const payload = payloadOf(entry)
  const id = idOf(notice.link, payload, entry)
  return id === null ? null : { page: notice.link, id }
}

const foot: Readonly<Record<Language, string>> = {
  zh: '本消息由系统自动发出,请勿回复。消息设置可在登录后的“消息”页面修改。',
  en: 'Sent automatically: please do not answer. Change what you get on the page “Messages” after signing in.',
}
const openWords: Readonly<Record<Language, string>> = { zh: '登录后查看', en: 'Open after signing in' }

/**
 * A message in the form of a channel. No link has an effect of its own: it leads to a page behind the sign-in, so that a
 * mail scanner that follows it changes nothing.
 */
export const contentFor = (
  context: Context,
  channel: ContactChannel,
  message: { readonly title: Words; readonly body: Words; readonly link: Link | null },
  language: Language,
): MessageContent => {
  const title = oneLine(message.title[language])
  const body = plainText(message.body[language])
  const address = message.link === null ? null : `${context.platform.config.publicUrl}/desk${pathOf(message.link)}`
  if (channel !== 'email')
    return { title, text: `${body}${address === null ? '' : ` ${address}`}`, html: null, data: null }
  const text = [
    title,
    '',
    body,
    ...(address === null ? [] : ['', `${openWords[language]}:${address}`]),
    '',
    foot[language],
  ].join('\n')
  const paragraph = (inner: string): string => `<p style="margin:0 0 12px">${inner}</p>`
  const html = [
    `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font:16px/1.6 sans-serif;color:#1f1f1f;max-width:640px;margin:0 auto;padding:16px">',
    `<h1 style="font-size:20px;margin:0 0 16px">${escapeHtml(title)}</h1>`,
    ...body.split('\n').map((line) => paragraph(escapeHtml(line))),
    ...(address === null ? [] : [paragraph(`<a href="${escapeHtml(address)}">${openWords[language]}</a>`)]),
    `<p style="margin:24px 0 0;color:#595959;font-size:13px">${escapeHtml(foot[language])}</p></body></html>`,
  ].join('')
  return { title, text, html, data: null }
}
