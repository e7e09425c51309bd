import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import type { Person } from '../../kernel/actor.ts'
import { addDays, DAY_MS, type LocalDate, localDateOf } from '../../kernel/time.ts'
import { draftEdition, publishEdition, readEditionBase } from '../catalogue/contract/editions.ts'
import type { FormField } from '../catalogue/contract.ts'
import { readDraftStanding, reconcileDraft } from './contract/reconcile.ts'
import { type ApplicationFile, attachDocument, readApplication, saveDraft, submitApplication } from './contract.ts'
import { type Asked, type Question, reconcile } from './model/reconcile.ts'

interface FormFile {
  readonly sections: readonly unknown[]
  readonly fields: readonly FormField[]
}
let window: Window
let author: Person
let publisher: Person
beforeAll(async () => {
  window = await openWindow()
  author = await window.person('管理员甲', { role: 'administrator' })
  publisher = await window.person('管理员乙', { role: 'administrator' })
})
afterAll(() => window.close())

const tomorrow = (): LocalDate => addDays(localDateOf(window.platform.clock()), 1)
const publish = async (kind: 'item' | 'form', subject: string, change: (content: never) => unknown): Promise<void> => {
  const base = await window.as(author).call(readEditionBase, { query: { kind, subject } })
  const drafted = await window.as(author).call(draftEdition, {
    body: { kind, subject, from: tomorrow(), content: change(base.content as never), note: '调整' },
  })
  await window.as(publisher).call(publishEdition, {
    params: { editionId: drafted.editionId },
    body: { version: drafted.version },
  })
  window.test.clock.advance(DAY_MS)
}
const changeForm = (change: (field: FormField) => FormField | null, added: readonly FormField[] = []) =>
  publish('form', 'form', (form: FormFile) => ({
    ...form,
    fields: [...form.fields.flatMap((field) => change(field) ?? []), ...added],
  }))
const paramsOf = (file: ApplicationFile) => ({ applicationId: file.application.applicationId })
const submit = (file: ApplicationFile) =>
  window.as(window.applicant).call(submitApplication, {
    params: paramsOf(file),
    body: { version: file.application.version, declared: true },
  })

describe('a form version published while a draft is open', () => {
  it('refuses the submission, loses nothing, asks only what is affected, and then goes through', async () => {
    const ready = await window.complete(await window.draft({ itemIds: ['I-106'] }))
    const before = ready.application.answers
    const [kept, changed, removed] = ['projectPlace', 'projectContent', 'farmlandArea']
    expect([kept, changed, removed].every((id) => before[id as string] !== undefined)).toBe(true)
    const sample = window.catalogue.reader.form(['I-106']).sections.flatMap((section) => section.fields)
    const content = sample.find((field) => field.id === 'projectContent') as FormField
    await changeForm(
      (field) =>
        field.id === 'projectContent'
          ? { ...field, label: { zh: '建设规模和内容(分期)', en: 'Scope by phase' } }
          : field.id === 'farmlandArea'
            ? null
            : field,
      [{ ...content, id: 'landClassCode', label: { zh: '用地分类代码', en: 'Class code' }, usedBy: ['I-106'] }],
    )
    const refusal = await window.refusalOf(submit(ready))
    expect(refusal).toMatchObject({ kind: 'conflict', code: 'approvals.draft-outdated' })
    expect(refusal.sentence.zh).toContain('已填内容全部保留')
    const untouched = await window.as(window.applicant).call(readApplication, { params: paramsOf(ready) })
    expect(untouched.application.answers).toEqual(before)
    expect(untouched.application.formVersion).toBe(ready.application.formVersion)

    const standing = await window.as(window.applicant).call(readDraftStanding, { params: paramsOf(ready) })
    expect(standing.current).toBe(false)
    expect(new Map(standing.points.map((point) => [point.anchor, point.reason]))).toEqual(
      new Map([
        ['field:projectContent', 'question-changed'],
        ['field:landClassCode', 'new-required'],
        ['field:farmlandArea', 'removed'],
      ]),
    )
    // Saving meanwhile neither moves the draft on by itself nor loses anything.
    const saved = await window.as(window.applicant).call(saveDraft, {
      params: paramsOf(ready),
      body: { version: ready.application.version, answers: { ...before, projectPlace: '新地点' } },
    })
    expect(saved.application.formVersion).toBe(ready.application.formVersion)
    const done = await window.as(window.applicant).call(reconcileDraft, {
      params: paramsOf(ready),
      body: { version: saved.application.version },
    })
    expect(done.standing.current).toBe(true)
    expect(done.standing.reconciledTo).toEqual(done.standing.inForce)
    expect(done.standing.history[0]?.points).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ anchor: 'field:projectContent', setAside: before['projectContent'], open: true }),
        expect.objectContaining({ anchor: 'field:farmlandArea', setAside: before['farmlandArea'], open: false }),
      ]),
    )
    const { projectContent: _content, farmlandArea: _area, ...unaffected } = before
    expect(done.file.application.answers).toEqual({ ...unaffected, projectPlace: '新地点' })
    expect(done.file.faults.map((fault) => fault.path).sort()).toEqual([
      'answers.landClassCode',
      'answers.projectContent',
    ])
    const again = await window.as(window.applicant).call(saveDraft, {
      params: paramsOf(ready),
      body: {
        version: done.file.application.version,
        answers: { ...done.file.application.answers, projectContent: '住宅 8 栋', landClassCode: '0701' },
      },
    })
    const receipt = await submit(again)
    expect(receipt.file.application.formVersion).toBe(done.standing.inForce.formVersion)
    expect(receipt.file.timeline.some((row) => row.kind === 'approvals.draft-reconciled')).toBe(true)
  })
  it('leaves a draft alone whose questions did not change', async () => {
    const ready = await window.complete(await window.draft({ stage: 'ST2', itemIds: ['I-201'] }))
    await changeForm((field) =>
      field.id === 'drainageOutlet' ? { ...field, label: { zh: '排水口', en: 'Outlet' } } : field,
    )
    const standing = await window.as(window.applicant).call(readDraftStanding, { params: paramsOf(ready) })
    expect(standing).toMatchObject({ current: true, points: [] })
    expect((await submit(ready)).submission.round).toBe(1)
  })
  it('does not touch what is being corrected: the law of the day of receipt holds', async () => {
    const waiting = await window.submitted({ itemIds: ['I-106'] })
    await changeForm((field) =>
      field.id === 'projectPlace' ? { ...field, label: { zh: '建设地址', en: 'Address' } } : field,
    )
    const file = await window.file(waiting.application.applicationId)
    expect(file.application.formVersion).toBe(waiting.application.formVersion)
  })
})

describe('a version of an item published while a draft is open', () => {
  it('names a material that is new and one that nobody asks for any more, and keeps the files of the others', async () => {
    const open = await window.draft({ stage: 'ST2', itemIds: ['I-203'] })
    const optional = await window.upload(window.applicant, '详规.pdf')
    await window.as(window.applicant).call(attachDocument, {
      params: paramsOf(open),
      body: { materialId: 'I-203-M05', uploadId: optional.uploadId },
    })
    const ready = await window.complete(await window.file(open.application.applicationId, window.applicant))
    await publish('item', 'I-203', (item: { materials: { id: string; name: object; required: string }[] }) => ({
      ...item,
      materials: [
        ...item.materials.filter((material) => material.id !== 'I-203-M05'),
        {
          ...item.materials.find((material) => material.id === 'I-203-M04'),
          id: 'I-203-M07',
          name: { zh: '日照分析报告', en: 'Daylight analysis' },
        },
      ],
    }))
    const { standing, file } = await window.as(window.applicant).call(reconcileDraft, {
      params: paramsOf(ready),
      body: { version: ready.application.version },
    })
    expect(standing.history[0]?.points.map((point) => [point.anchor, point.reason, point.open])).toEqual([
      ['material:I-203-M07', 'material-new', true],
      ['material:I-203-M05', 'material-removed', false],
    ])
    expect(file.documents.map((document) => document.materialId)).not.toContain('I-203-M05')
    expect(file.documents.map((document) => document.materialId)).toContain('I-203-M04')
    expect(file.application.answers).toEqual(ready.application.answers)
  })
})

describe('reconciling', () => {
  const question = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    label: fc.constantFrom({ zh: '甲', en: 'A' }, { zh: '乙', en: 'B' }),
    type: fc.constantFrom('text', 'number'),
    unit: fc.constant(null),
    required: fc.boolean(),
    choices: fc.constant([]),
  })
  const questions = fc.uniqueArray(question, { selector: (each) => each.id })
  const answers = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('x', 'y'))
  const asked = (list: readonly Question[]): Asked => ({
    questions: list,
    materials: [],
    items: new Map([['I-1', { zh: '事项', en: 'Item' }]]),
  })
  it('never loses an answer: each is kept as it was or set aside with its reason', () => {
    fc.assert(
      fc.property(questions, questions, answers, (before, after, given) => {
        const done = reconcile(
          { answers: given, itemIds: ['I-1'], documents: new Set() },
          asked(before),
          asked(after),
          new Set(),
        )
        for (const [id, value] of Object.entries(given)) {
          const aside = done.points.find((point) => point.anchor === `field:${id}`)?.setAside ?? undefined
          expect([done.answers[id], aside]).toContain(value)
        }
        const unchanged = before.filter((one) =>
          after.some((other) => other.id === one.id && other.type === one.type && other.label === one.label),
        )
        for (const { id } of unchanged) expect(done.answers[id]).toEqual(given[id])
      }),
    )
  })
  it('asks nothing a second time', () => {
    fc.assert(
      fc.property(questions, answers, (list, given) => {
        const once = { answers: given, itemIds: ['I-1'], documents: new Set<string>() }
        expect(reconcile(once, asked(list), asked(list), new Set()).points).toEqual([])
      }),
    )
  })
})
