/** Reads `data/messages/*.json` and checks all of it: kinds exist, places exist, audiences can be found, law is cited. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventKind } from '../../kernel/event.ts'
import type { Language } from '../../kernel/words.ts'
import { readTemplate, type Template } from '../../platform/messages/template.ts'
import { type Notice, noticeFileSchema, placesOf, scalarFields } from './model/notices.ts'
import type { Audience } from './model/topics.ts'

export interface LoadedNotice extends Notice {
  readonly templates: Readonly<Record<Language, { readonly title: Template; readonly text: Template }>>
}
export interface NoticeBook {
  readonly notices: readonly LoadedNotice[]
  readonly silent: Readonly<Record<string, string>>
  /** Kind -> fields that other systems are told. */
  readonly webhookFields: ReadonlyMap<string, readonly string[]>
  readonly kindOf: (kind: string) => EventKind | undefined
}
export class NoticeDataError extends Error {
  override readonly name = 'NoticeDataError'
}

/** Fields of the payload without which an audience cannot be found. */
const needed: Readonly<Partial<Record<Audience, string>>> = {
  applicant: 'applicationId',
  'lead-department': 'applicationId',
  'handling-departments': 'applicationId',
  responsible: 'clockId',
  department: 'department',
  'department-leads': 'department',
  'department-approvers': 'department',
  'asked-department': 'askedDepartment',
  inspectors: 'department',
  'site-managers': 'organisationId',
  organisation: 'organisationId',
  person: 'personId',
  'from-person': 'fromPersonId',
  'to-person': 'toPersonId',
}

const loadNotice = (notice: Notice, kinds: ReadonlyMap<string, EventKind>): LoadedNotice => {
  const event = kinds.get(notice.kind)
  if (event === undefined) throw new NoticeDataError(`通知 ${notice.id}:没有事件 ${notice.kind} / no such event`)
  const fields = scalarFields(event)
  for (const audience of notice.to) {
    const field = needed[audience]
    if (field !== undefined && !fields.includes(field))
      throw new NoticeDataError(
        `通知 ${notice.id}:事件没有 ${field},找不到收件人 ${audience} / cannot find ${audience}`,
      )
  }
  for (const name of Object.keys(notice.when ?? {}))
    if (!fields.includes(name)) throw new NoticeDataError(`通知 ${notice.id}:事件没有 ${name} / no such field`)
  const places = placesOf(event)
  const read = (part: 'title' | 'text', language: Language) =>
    readTemplate(notice[part][language], places, `${notice.id} ${part}.${language}`)
  return {
    ...notice,
    templates: {
      zh: { title: read('title', 'zh'), text: read('text', 'zh') },
      en: { title: read('title', 'en'), text: read('text', 'en') },
    },
  }
}

/** Throws a `NoticeDataError`, `TemplateError` or `ZodError` that names the faulty notice. */
export const loadNotices = (dataFolder: string, events: readonly EventKind[]): NoticeBook => {
  const kinds = new Map(events.map((event) => [event.kind, event]))
  const folder = join(dataFolder, 'messages')
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => noticeFileSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
  const notices = files.flatMap((file) => file.notices).map((notice) => loadNotice(notice, kinds))
  const seen = new Set<string>()
  for (const { id, validFrom } of notices) {
    const key = `${id} ${validFrom ?? ''}`
    if (seen.has(key)) throw new NoticeDataError(`通知 ${id} 重复 / twice`)
    seen.add(key)
  }
  const webhookFields = new Map<string, readonly string[]>()
  for (const [kind, fields] of files.flatMap((file) => Object.entries(file.webhooks))) {
    const event = kinds.get(kind)
    if (event === undefined || event.visibility !== 'public')
      throw new NoticeDataError(`推送 ${kind}:不是公开事件 / not a public event`)
    for (const field of fields)
      if (!scalarFields(event).includes(field))
        throw new NoticeDataError(`推送 ${kind}:事件没有 ${field} / no such field`)
    webhookFields.set(kind, fields)
  }
  return {
    notices,
    silent: Object.assign({}, ...files.map((file) => file.silent)) as Record<string, string>,
    webhookFields,
    kindOf: (kind) => kinds.get(kind),
  }
}
