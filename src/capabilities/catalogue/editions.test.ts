import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guideAnswers, openWindow, type Window } from '../../../tests/support/window.ts'
import type { Person } from '../../kernel/actor.ts'
import { addDays, DAY_MS, instant, type LocalDate, localDate } from '../../kernel/time.ts'
import { tryApplication } from '../approvals/contract/trial.ts'
import { readClockBoard } from '../approvals/contract.ts'
import {
  draftEdition,
  listEditions,
  publishEdition,
  readEdition,
  readEditionBase,
  saveEdition,
  tryCatalogue,
  withdrawEdition,
} from './contract/editions.ts'
import { differences } from './model/difference.ts'
import { type Edition, overlay, standingOf } from './model/editions.ts'
import type { ItemVersion } from './model/schema.ts'

let window: Window
let author: Person
let publisher: Person
beforeAll(async () => {
  window = await openWindow()
  author = await window.person('管理员甲', { role: 'administrator' })
  publisher = await window.person('管理员乙', { role: 'administrator' })
})
afterAll(() => window.close())

const baseOf = async (subject: string): Promise<ItemVersion> =>
  (await window.as(author).call(readEditionBase, { query: { kind: 'item', subject } })).content as ItemVersion
const draft = (subject: string, from: string, change: (item: ItemVersion) => unknown, by = author) =>
  baseOf(subject).then((item) =>
    window.as(by).call(draftEdition, {
      body: { kind: 'item', subject, from: localDate(from), content: change(item), note: '按新规定调整' },
    }),
  )
const renamed = (name: string) => (item: ItemVersion) => ({ ...item, name: { zh: name, en: name } })

describe('a new version of an item', () => {
  it('is drafted by one administrator and published by another, and holds from its first day in Shanghai', async () => {
    const view = await draft('I-305', '2026-03-05', renamed('施工许可(新)'))
    expect(view).toMatchObject({ standing: 'draft', faults: [], from: '2026-03-05' })
    expect(view.differences).toEqual([
      expect.objectContaining({ path: 'name', what: 'changed', before: '建筑工程施工许可证', after: '施工许可(新)' }),
    ])
    const params = { editionId: view.editionId }
    const refusal = await window.refusalOf(
      window.as(author).call(publishEdition, { params, body: { version: view.version } }),
    )
    expect(refusal.code).toBe('catalogue.same-author')
    expect(view.may['publish']).toEqual(refusal.sentence)
    const published = await window.as(publisher).call(publishEdition, { params, body: { version: view.version } })
    expect(published.standing).toBe('scheduled')
    const { reader } = window.catalogue
    expect(reader.item('I-305', localDate('2026-03-04'))?.name.zh).toBe('建筑工程施工许可证')
    expect(reader.item('I-305', localDate('2026-03-04'))?.validTo).toBe('2026-03-04')
    expect(reader.item('I-305', localDate('2026-03-05'))).toMatchObject({
      versionId: 'I-305@2026-03-05~1',
      name: { zh: '施工许可(新)' },
    })
    // 2026-03-04T16:00Z is 00:00 of 5 March in Shanghai.
    expect((await window.as(author).call(readEdition, { params })).standing).toBe('scheduled')
    window.test.clock.advance(3 * DAY_MS)
    expect((await window.as(author).call(readEdition, { params })).standing).toBe('in-force')
    const late = await window.refusalOf(
      window.as(publisher).call(withdrawEdition, { params, body: { version: published.version, reason: '误发' } }),
    )
    expect(late.code).toBe('catalogue.in-force-already')
  })
  it('cannot begin today: what is received today stands under the published text', async () => {
    const view = await draft('I-106', '2026-03-05', renamed('选址(当日)'))
    const refusal = await window.refusalOf(
      window.as(publisher).call(publishEdition, {
        params: { editionId: view.editionId },
        body: { version: view.version },
      }),
    )
    expect(refusal.code).toBe('catalogue.from-too-early')
  })
  it('is refused when its shape is wrong, and is not published while the whole catalogue would have a fault', async () => {
    const shape = await window.refusalOf(draft('I-106', '2026-04-01', (item) => ({ ...item, materials: 'none' })))
    expect(shape).toMatchObject({
      code: 'catalogue.edition-faulty',
      fields: [{ path: 'content.materials', message: 'materials: 格式不对,应填写列表。' }],
    })
    const view = await draft('I-106', '2026-04-01', (item) => ({ ...item, department: 'nowhere' }))
    expect(view.faults).toEqual([{ where: 'I-106@2026-04-01', what: '没有职能部门 nowhere' }])
    const params = { editionId: view.editionId }
    expect(
      (await window.refusalOf(window.as(publisher).call(publishEdition, { params, body: { version: 0 } }))).code,
    ).toBe('catalogue.edition-faulty')
    const stale = await window.refusalOf(
      window.as(author).call(saveEdition, {
        params,
        body: { version: 7, from: localDate('2026-04-01'), content: await baseOf('I-106'), note: '改' },
      }),
    )
    expect(stale.code).toBe('catalogue.edition-stale')
    const mended = await window.as(author).call(saveEdition, {
      params,
      body: { version: 0, from: localDate('2026-04-01'), content: await baseOf('I-106'), note: '改' },
    })
    expect(mended.faults).toEqual([])
    const gone = await window.as(author).call(withdrawEdition, {
      params,
      body: { version: mended.version, reason: '不需要' },
    })
    expect(gone.standing).toBe('withdrawn')
  })
  it('says how many days before the end its clocks warn: on the board and in the reminder of what comes after it', async () => {
    const own = await openWindow()
    try {
      const administrators = [
        await own.person('管理员丙', { role: 'administrator' }),
        await own.person('管理员丁', { role: 'administrator' }),
      ] as const
      const [drafter, other] = administrators
      const before = await own.accepted({ itemIds: ['I-111'] })
      const content = (await own.as(drafter).call(readEditionBase, { query: { kind: 'item', subject: 'I-111' } }))
        .content as ItemVersion
      const make = (warnDays: number) =>
        own.as(drafter).call(draftEdition, {
          body: {
            kind: 'item',
            subject: 'I-111',
            from: localDate('2026-03-03'),
            content: { ...content, warnDays },
            note: '提前预警',
          },
        })
      const early = await make(60)
      expect(early.faults).toEqual([expect.objectContaining({ where: 'I-111@2026-03-03' })])
      await own.as(drafter).call(withdrawEdition, {
        params: { editionId: early.editionId },
        body: { version: early.version, reason: '有误' },
      })
      const view = await make(6)
      expect(view.differences.map((each) => [each.path, each.after])).toEqual([['warnDays', '6']])
      await own.as(other).call(publishEdition, {
        params: { editionId: view.editionId },
        body: { version: view.version },
      })
      own.test.clock.set(instant('2026-03-03T02:00:00Z'))
      const after = await own.accepted({ itemIds: ['I-111'] })
      // Ten working days: by the window's rule two are left at the warning, by the version six.
      const colours = async (file: typeof after) =>
        (await own.file(file.application.applicationId)).itemRuns.flatMap((run) =>
          run.clocks.map((each) => each.colour),
        )
      const warnings = async (file: typeof after) =>
        (
          await own.platform.journal.entriesOf(own.platform.db, {
            subject: { kind: 'application', id: file.application.applicationId },
          })
        ).filter((entry) => entry.kind === 'approvals.clock-warning').length
      own.test.clock.set(instant('2026-03-10T02:00:00Z'))
      await own.fireTimers()
      expect([await colours(before), await warnings(before)]).toEqual([['normal'], 0])
      expect([await colours(after), await warnings(after)]).toEqual([['warning'], 1])
      const board = await own
        .as(own.supervisor)
        .call(readClockBoard, { query: { limit: 50, colour: 'warning' } as never })
      expect(board.rows.map((row) => row.applicationId)).toEqual([after.application.applicationId])
    } finally {
      await own.close()
    }
  })
  it('may be withdrawn before its day, and the text before it goes on', async () => {
    const view = await draft('I-203', '2026-05-01', renamed('规划许可(新)'))
    const params = { editionId: view.editionId }
    const published = await window.as(publisher).call(publishEdition, { params, body: { version: view.version } })
    const second = await draft('I-203', '2026-05-01', renamed('规划许可(再)'))
    expect(
      (
        await window.refusalOf(
          window.as(publisher).call(publishEdition, {
            params: { editionId: second.editionId },
            body: { version: second.version },
          }),
        )
      ).code,
    ).toBe('catalogue.day-taken')
    await window.as(author).call(withdrawEdition, { params, body: { version: published.version, reason: '暂缓' } })
    expect(window.catalogue.reader.item('I-203', localDate('2026-06-01'))?.name.zh).toBe('建设工程规划许可证')
    const list = await window.as(window.supervisor).call(listEditions)
    expect(list.rows.find((row) => row.editionId === view.editionId)).toMatchObject({
      standing: 'withdrawn',
      author: '管理员甲',
      publisher: '管理员乙',
    })
  })
  it('reaches a server that did not publish it as soon as that server looks', async () => {
    const other = await import('./capability.ts').then(({ createCatalogue }) => createCatalogue(window.platform))
    await other.capability.prepare?.()
    const view = await draft('I-310', '2026-07-01', renamed('起重机械(新)'))
    await window.as(publisher).call(publishEdition, {
      params: { editionId: view.editionId },
      body: { version: view.version },
    })
    expect(other.reader.item('I-310', localDate('2026-07-01'))?.name.zh).toBe('建筑起重机械使用登记')
    await other.reader.freshen(window.platform.db)
    expect(other.reader.item('I-310', localDate('2026-07-01'))?.name.zh).toBe('起重机械(新)')
  })
})

describe('the retirement of an item', () => {
  const retire = (subject: string) =>
    window.as(author).call(draftEdition, {
      body: { kind: 'retirement', subject, from: localDate('2026-09-01'), content: null, note: '依法取消' },
    })
  it('takes it out of the catalogue from its day on; cases keep reading the text', async () => {
    const view = await retire('I-410')
    expect(view.faults).toEqual([])
    await window.as(publisher).call(publishEdition, {
      params: { editionId: view.editionId },
      body: { version: view.version },
    })
    const { reader } = window.catalogue
    const before = reader.item('I-410', localDate('2026-08-31'))
    expect(before).not.toBeNull()
    expect(reader.item('I-410', localDate('2026-09-01'))).toBeNull()
    expect(reader.itemVersion(before?.versionId ?? '')?.itemId).toBe('I-410')
  })
  it('waits while other items still wait for it', async () => {
    const view = await retire('I-203')
    expect(view.faults.some((fault) => fault.what.includes('still waits for I-203'))).toBe(true)
  })
})

describe('a trial', () => {
  it('shows a draft as if it were in force, and leaves the catalogue as it is', async () => {
    const view = await draft('I-309', '2026-08-01', renamed('建筑垃圾(试)'))
    const trial = await window.catalogue.reader.trial(window.platform.db, [view.editionId])
    expect(trial.item('I-309', localDate('2026-08-01'))?.name.zh).toBe('建筑垃圾(试)')
    expect(window.catalogue.reader.item('I-309', localDate('2026-08-01'))?.name.zh).toBe('建筑垃圾运输许可')
  })
  it('runs end to end - guide, form, materials, limits with due days - and writes nothing', async () => {
    const view = await draft('I-106', '2026-06-01', (item) => ({
      ...item,
      promise: { days: 3, unit: 'workday', citation: { basis: '试点承诺', certainty: 'C', sourceIds: [] } },
    }))
    const entries = async () =>
      (await window.platform.journal.entriesOf(window.platform.db, { projectId: await projectId })).length
    const projectId = window.project()
    const before = await entries()
    const day = localDate('2026-06-01')
    const desk = window.as(author)
    const catalogue = await desk.call(tryCatalogue, {
      body: { editionIds: [view.editionId], day, stage: 'ST1', answers: guideAnswers as never, itemIds: ['I-106'] },
    })
    expect(catalogue.notice.zh).toContain('试用')
    expect(catalogue.guide.items.length).toBeGreaterThan(0)
    expect(catalogue.form?.sections.length).toBeGreaterThan(0)
    const tried = await desk.call(tryApplication, {
      body: { editionIds: [view.editionId], day, itemIds: ['I-106'], guideAnswers, answers: {} },
    })
    expect(tried.limits).toEqual([
      expect.objectContaining({
        itemId: 'I-106',
        versionId: 'I-106@2026-06-01',
        days: 3,
        unit: 'workday',
        due: '2026-06-04',
        certainty: 'C',
      }),
    ])
    expect(tried.faults.length).toBeGreaterThan(0)
    expect(tried.materials.some((need) => need.materialId === 'I-106-M05')).toBe(true)
    expect(await entries()).toBe(before)
    const plain = await desk.call(tryApplication, {
      body: { editionIds: [], day, itemIds: ['I-106'], guideAnswers, answers: {} },
    })
    expect(plain.limits[0]?.days).toBe(20)
  })
})

describe('laying editions over the files', () => {
  const item = (from: string | null, to: string | null, name: string): ItemVersion =>
    ({ itemId: 'I-1', versionId: name, validFrom: from, validTo: to, name: { zh: name, en: name } }) as ItemVersion
  it('leaves at most one text in force on any day, the one that began last', () => {
    const days = Array.from({ length: 12 }, (_, index) => addDays(localDate('2026-01-01'), index))
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        (starts, retired) => {
          const editions = starts.map((start, index): Edition => {
            const from = days[start] as LocalDate
            return retired[index] === true
              ? { kind: 'retirement', subject: 'I-1', from, order: index }
              : { kind: 'item', subject: 'I-1', from, order: index, item: item(from, null, `e${start}`) }
          })
          const laid = overlay([{ item: item(null, null, 'file'), inUse: true }], editions)
          for (const [index, day] of days.entries()) {
            const holding = laid.filter(
              ({ inUse, item: each }) =>
                inUse && (each.validFrom ?? day) <= day && (each.validTo === null || day <= each.validTo),
            )
            const begun = starts.filter((start) => start <= index)
            const last = begun.length === 0 ? null : Math.max(...begun)
            const gone = last !== null && retired[starts.indexOf(last)] === true
            expect(holding.map((version) => version.item.versionId)).toEqual(
              gone ? [] : [last === null ? 'file' : `e${last}`],
            )
          }
        },
      ),
    )
  })
  it('tells where an edition stands by the day alone', () => {
    const today = localDate('2026-03-02')
    const at = (from: string, next: string | null) =>
      standingOf({ state: 'published', from: localDate(from) }, next === null ? null : localDate(next), today)
    expect([at('2026-03-03', null), at('2026-03-02', null), at('2026-02-01', '2026-03-02')]).toEqual([
      'scheduled',
      'in-force',
      'superseded',
    ])
  })
})

describe('differences', () => {
  it('match entries of lists by their id, whatever their order', () => {
    const before = {
      materials: [
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
    }
    expect(
      differences(before, {
        materials: [
          { id: 'b', n: 3 },
          { id: 'a', n: 1 },
        ],
      }),
    ).toEqual([{ path: 'materials.b.n', what: 'changed', before: '2', after: '3' }])
    expect(differences(before, { materials: [{ id: 'a', n: 1 }] }).map((one) => [one.path, one.what])).toEqual([
      ['materials.b', 'removed'],
    ])
  })
  it('are empty for equal texts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(differences(value, structuredClone(value))).toEqual([])
      }),
    )
  })
})
