import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { anonymous } from '../../kernel/actor.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { localDate } from '../../kernel/time.ts'
import type { Call, PageRequest } from '../../platform/platform.ts'
import { type Catalogue, createCatalogue } from './capability.ts'
import { askGuide, guideReplySchema, listItems, listStages, makeForm, showItem } from './contract.ts'

let test: TestPlatform
let catalogue: Catalogue
let folder: string
const day = localDate('2026-03-02')

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mingzhu-catalogue-'))
  cpSync(fileURLToPath(new URL('../../../data/', import.meta.url)), folder, { recursive: true })
  test = await testPlatform({ config: { dataFolder: folder } })
  catalogue = createCatalogue(test.platform)
  await catalogue.capability.prepare?.()
})
afterAll(async () => {
  await test.close()
  rmSync(folder, { recursive: true, force: true })
})

const call: Call = { actor: anonymous, traceId: 'test', language: 'zh', ipAddress: '127.0.0.1' }
const ask = async (id: string, input: { params?: unknown; query?: unknown; body?: unknown }): Promise<unknown> => {
  const found = catalogue.capability.routes?.find((each) => each.endpoint.id === id)
  if (found === undefined) throw new Error(`no route ${id}`)
  const reply = await found.handle(call, {
    params: input.params ?? {},
    query: input.query ?? {},
    body: input.body ?? {},
  })
  return found.endpoint.reply.parse(reply)
}
const render = async (
  pagePath: string,
  params: Record<string, string> = {},
  query: Record<string, string> = {},
  language: 'zh' | 'en' = 'zh',
) => {
  const page = catalogue.capability.pages?.find((each) => each.path === pagePath)
  if (page === undefined) throw new Error(`no page ${pagePath}`)
  const request: PageRequest = { ...call, language, path: pagePath, params, query, queryAll: {}, form: {} }
  const view = await page.render(request)
  return { view, html: renderToStaticMarkup(view.body) }
}
const loadedEntries = async (): Promise<number> => {
  const entries = await test.platform.journal.entriesOf(test.platform.db, {
    subject: { kind: 'catalogue-item', id: 'I-305' },
  })
  return entries.filter((entry) => entry.kind === 'catalogue.version-loaded').length
}

describe('loading the catalogue', () => {
  it('records each version once, and nothing when the same data is loaded again', async () => {
    expect(await loadedEntries()).toBe(1)
    const again = createCatalogue(test.platform)
    await again.capability.prepare?.()
    expect(await loadedEntries()).toBe(1)
    expect(again.reader.itemsInForce(day)).toEqual(catalogue.reader.itemsInForce(day))
  })
  it('keeps the old text readable when the data is corrected', async () => {
    const file = path.join(folder, 'catalogue', 'items-st3.json')
    const before = readFileSync(file, 'utf8')
    const items = JSON.parse(before) as { itemId: string; name: { zh: string } }[]
    for (const item of items) if (item.itemId === 'I-305') item.name.zh = '建筑工程施工许可证核发'
    writeFileSync(file, JSON.stringify(items))
    const corrected = createCatalogue(test.platform)
    await corrected.capability.prepare?.()
    expect(corrected.reader.item('I-305', day)).toMatchObject({
      versionId: 'I-305@2025-01-01#2',
      name: { zh: '建筑工程施工许可证核发' },
    })
    expect(corrected.reader.itemVersion('I-305@2025-01-01')?.name.zh).toBe('建筑工程施工许可证')
    expect(corrected.reader.versionsOf('I-305')).toHaveLength(1)
    expect(await loadedEntries()).toBe(2)

    writeFileSync(file, JSON.stringify(items.filter((item) => item.itemId !== 'I-305')))
    const broken = createCatalogue(test.platform)
    await expect(broken.capability.prepare?.()).rejects.toThrow(/I-305 不存在/)
    expect(await loadedEntries()).toBe(2)
    writeFileSync(file, before)
  })
  it('refuses to be read before it is loaded', () => {
    expect(() => createCatalogue(test.platform).reader.stages()).toThrow(/before it was loaded/)
  })
})

describe('the reader', () => {
  it('names departments as of the day', () => {
    expect(catalogue.reader.departmentName('housing', localDate('2025-03-03'))).toBe('重庆市江北区住房和城乡建设委员会')
    expect(catalogue.reader.departmentName('housing', day)).toBe('两江新区住房城乡建设部门')
    expect(catalogue.reader.departments(day)).toHaveLength(12)
  })
  it('gives the form, the grounds and the rules', () => {
    expect(catalogue.reader.form(['I-305']).sections.length).toBeGreaterThan(2)
    expect(catalogue.reader.legalGrounds(day).map((ground) => ground.id)).toContain('expert-review')
    expect(catalogue.reader.procedureRules().find((rule) => rule.id === 'D-01')?.value).toBe(5)
  })
})

describe('the endpoints', () => {
  it('are open to everyone where they read the catalogue, and to administrators where they change it', () => {
    const access = (ids: RegExp) =>
      (catalogue.capability.routes ?? [])
        .filter((each) => ids.test(each.endpoint.id))
        .map((each) => each.endpoint.access)
    expect(access(/^catalogue\.(stages|items|item|guide|form)$/)).toEqual(Array.from({ length: 5 }, () => 'public'))
    expect(access(/(draft|save|publish|withdraw)-edition$/)).toEqual(
      Array.from({ length: 4 }, () => ({ roles: ['administrator'] })),
    )
    expect(access(/edition(s|-base)$|read-edition$/)).toEqual(
      Array.from({ length: 3 }, () => ({ roles: ['administrator', 'supervisor'] })),
    )
  })
  it('list stages and items, by stage and by department', async () => {
    expect(await ask(listStages.id, {})).toMatchObject({
      stages: [{ id: 'ST1' }, { id: 'ST2' }, { id: 'ST3' }, { id: 'ST4' }, { id: 'ST-P' }],
    })
    const third = (await ask(listItems.id, { query: { stage: 'ST3' } })) as { day: string; items: { itemId: string }[] }
    expect(third.day).toBe('2026-03-02')
    expect(third.items.map((item) => item.itemId)).toEqual(['I-301', 'I-302', 'I-303', 'I-304', 'I-305'])
    const traffic = (await ask(listItems.id, { query: { department: 'traffic-police' } })) as {
      items: { itemId: string }[]
    }
    expect(traffic.items.map((item) => item.itemId)).toEqual(['I-306'])
  })
  it('show one item with remedy, penalties and versions', async () => {
    expect(await ask(showItem.id, { params: { itemId: 'I-108' }, query: {} })).toMatchObject({
      item: { versionId: 'I-108@2025-01-01' },
      remedy: { steps: [{ amount: 60 }, { amount: 6 }] },
      penalties: [{ id: 'eia-not-approved' }],
      versions: [{ versionId: 'I-108@2025-01-01' }, { versionId: 'I-108@2026-08-15' }],
    })
  })
  it('refuse an item that is not in the catalogue of that day', async () => {
    const refused = await ask(showItem.id, { params: { itemId: 'I-108' }, query: { day: '2020-01-01' } }).catch(
      (error: unknown) => error,
    )
    expect(isRefused(refused) && refused.refusal).toMatchObject({ kind: 'missing', code: 'catalogue.item-missing' })
    await expect(ask(makeForm.id, { body: { itemIds: ['I-999'] } })).rejects.toThrow(/item-missing/)
  })
  it('guide from answers to items, order and materials', async () => {
    const reply = guideReplySchema.parse(
      await ask(askGuide.id, {
        body: { answers: { investor: 'private', approvalRoute: 'filing', projectKind: 'industrial', eia: 'register' } },
      }),
    )
    expect(reply.items.map((item) => item.itemId)).toEqual(expect.arrayContaining(['I-105', 'I-110', 'I-312']))
    expect(reply.layers.flat().sort()).toEqual(reply.items.map((item) => item.itemId).sort())
    expect(reply.next.map(({ question }) => question.id)).not.toContain('approvalRoute')
    expect(reply.materials.some((need) => need.itemId === 'I-105' && need.needed === 'yes')).toBe(true)
  })
  it('refuse answers that cannot be read, naming each field', async () => {
    const refused = await ask(askGuide.id, { body: { answers: { land: 'moon' } } }).catch((error: unknown) => error)
    expect(isRefused(refused) && refused.refusal.fields.map((fault) => fault.path)).toEqual(['answers.land'])
  })
  it('make one form for several items', async () => {
    const form = (await ask(makeForm.id, { body: { itemIds: ['I-305', 'I-203'] } })) as {
      itemIds: string[]
      version: string
    }
    expect(form.itemIds).toEqual(['I-203', 'I-305'])
    expect(form.version).toBe(catalogue.reader.form(['I-203', 'I-305']).version)
  })
})

describe('the public pages', () => {
  it('show the index by stage and by department', async () => {
    const { html } = await render('/catalogue')
    expect(html).toContain('施工许可')
    expect(html.match(/href="\/catalogue\/I-/g)).toHaveLength(catalogue.reader.itemsInForce(day).length)
    expect((await render('/catalogue', {}, { by: 'department' })).html).toContain('两江新区住房城乡建设部门')
    expect((await render('/catalogue', {}, { q: '不存在的事项' })).html).toContain('没有符合的事项')
  })
  it('render every item in every version, in both languages, under the weight limit', async () => {
    for (const item of catalogue.reader
      .itemsInForce(day)
      .concat(catalogue.reader.itemsInForce(localDate('2026-11-23'))))
      for (const language of ['zh', 'en'] as const) {
        const { html, view } = await render(
          '/catalogue/:itemId',
          { itemId: item.itemId },
          { day: item.validFrom ?? '' },
          language,
        )
        expect(view.title).toBe(item.name[language])
        expect(html.length).toBeLessThan(60_000)
        expect(html).not.toMatch(/undefined|\[object/)
      }
  })
  it('mark a figure that was not checked, and not one that was', async () => {
    const limits = (html: string): string => html.slice(html.indexOf('法定时限'), html.indexOf('承诺时限'))
    expect(limits((await render('/catalogue/:itemId', { itemId: 'I-305' })).html)).not.toContain('待核')
    expect(limits((await render('/catalogue/:itemId', { itemId: 'I-402' })).html)).toContain('待核')
  })
  it('answer 404 with a way on for an item that does not exist', async () => {
    const { view, html } = await render('/catalogue/:itemId', { itemId: 'I-999' })
    expect(view.status).toBe(404)
    expect(html).toContain('href="/catalogue"')
  })
  it('guide by a plain form that keeps what was answered', async () => {
    const first = await render('/guide')
    expect(first.html).toContain('method="get"')
    expect(first.html).not.toContain('id="result"')
    expect(first.html).not.toContain('name="approvalRoute"')
    const second = await render('/guide', {}, { investor: 'private', earthworkM3: '60000', floorArea: 'abc' })
    expect(second.html).toContain('name="approvalRoute"')
    expect(second.html).toMatch(/name="investor"[^>]*checked=""[^>]*value="private"|value="private"[^>]*checked=""/)
    expect(second.html).toContain('水土保持方案审批(报告书)')
    expect(second.html).toContain('value="60000"')
  })
  it('show what was typed wrongly beside what to do', async () => {
    const { html } = await render('/guide', {}, { projectKind: 'building', floorArea: 'abc' })
    expect(html).toContain('请填写数字')
    expect(html).toContain('value="abc"')
    expect(html).toContain('aria-invalid="true"')
  })
  it('never put typed text into the page as markup', async () => {
    const { html } = await render('/guide', {}, { projectKind: 'building', floorArea: '"><script>alert(1)</script>' })
    expect(html).not.toContain('<script>')
  })
})
