import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { loadCatalogue } from '../catalogue/load.ts'
import { pdfFacts } from './actions/pdf-facts.ts'
import { runPrecheck } from './contract/precheck.ts'
import { type ApplicationFile, attachDocument, saveDraft, submitApplication } from './contract.ts'
import { type Checked, precheck, precheckRulesSchema } from './model/precheck.ts'

const rules = precheckRulesSchema.parse(
  JSON.parse(readFileSync(new URL('../../../data/approvals/precheck.json', import.meta.url), 'utf8')),
)
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const pdf = (body: string): Uint8Array => bytes(`%PDF-1.7\n${body}\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n`)
const onePage = '3 0 obj << /Type /Page /Parent 2 0 R >> endobj'

describe('the rules', () => {
  it('name fields, questions and materials that exist', async () => {
    const data = await loadCatalogue(new URL('../../../data/', import.meta.url).pathname)
    const fields = new Set(data.form.fields.map((field) => field.id))
    const questions = new Set(data.questions.questions.map((question) => question.id))
    const materials = new Set(data.items.flatMap((item) => item.materials.map((material) => material.id)))
    const named = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Array.isArray(value) ? value.flatMap(named) : []
    for (const { id, test } of rules.rules)
      for (const [key, value] of Object.entries(test)) {
        if (['kind', 'op', 'tolerance', 'toleranceShare'].includes(key) || (test.kind === 'register' && key === 'of'))
          continue
        const ids =
          key === 'pairs' ? (value as { code: string; name: string }[]).flatMap((p) => [p.code, p.name]) : named(value)
        for (const each of ids)
          expect([id, each, key === 'question' ? questions.has(each) : fields.has(each)]).toEqual([id, each, true])
      }
    for (const { test } of rules.files)
      if (test.kind === 'accepts') for (const id of test.materials) expect([id, materials.has(id)]).toEqual([id, true])
    const ids = [...rules.rules, ...rules.files].map((rule) => rule.id)
    expect(new Set(ids).size).toBe(ids.length)
  })
  it('that rest on something nobody verified may warn, but stop nobody', () => {
    const [first] = rules.rules
    const unsure = { ...first, severity: 'fault', source: { basis: '听说', certainty: 'D' } }
    expect(precheckRulesSchema.safeParse({ rules: [unsure], files: [] }).success).toBe(false)
    expect(precheckRulesSchema.safeParse({ rules: [{ ...unsure, severity: 'warning' }], files: [] }).success).toBe(true)
  })
})

describe('the check', () => {
  const fields = new Set(rules.rules.flatMap(({ test }) => JSON.stringify(test).match(/[A-Za-z]+/g) ?? []))
  const checked = (more: Partial<Checked>): Checked => ({
    answers: {},
    fields,
    guideAnswers: {},
    registers: { 'applicant-uscc': null, 'project-code': null },
    files: [],
    ...more,
  })
  const idsOf = (more: Partial<Checked>) => precheck(rules, checked(more)).map((finding) => finding.ruleId)
  it('says nothing of what is not there', () => {
    expect(idsOf({})).toEqual([])
    expect(idsOf({ answers: { floorAreaTotal: 10, floorAreaAbove: 99 } })).toEqual([])
  })
  it('finds figures that do not add up exactly where the sum is off by more than the tolerance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: -5, max: 5 }),
        (above, below, off) => {
          const answers = { floorAreaAbove: above, floorAreaBelow: below, floorAreaTotal: above + below + off }
          expect(idsOf({ answers }).includes('P-01')).toBe(Math.abs(off) > 1)
        },
      ),
    )
  })
  it('finds dates out of order, part above whole, a code with two names, and a register that says something else', () => {
    expect(idsOf({ answers: { plannedStart: '2026-05-01', plannedEnd: '2026-04-01' } })).toEqual(['P-09'])
    expect(idsOf({ answers: { farmlandArea: 5, landArea: 4 } })).toEqual(['P-02'])
    const code = '91500105MA5U00003K'
    expect(
      idsOf({ answers: { designerUscc: code, designerName: '甲院', surveyorUscc: code, surveyorName: '乙院' } }),
    ).toEqual(['P-13'])
    expect(idsOf({ answers: { contractorUscc: code, supervisorUscc: code } })).toEqual(['P-12'])
    expect(
      idsOf({
        answers: { developerUscc: code },
        registers: { 'applicant-uscc': '91500105MA5U00011E', 'project-code': null },
      }),
    ).toEqual(['P-14'])
    expect(idsOf({ answers: { floorAreaTotal: 20_000 }, guideAnswers: { floorArea: 24_000 } })).toEqual(['P-17'])
    expect(idsOf({ answers: { projectCode: '2509-320193-89-01-544060' } })).toEqual([])
    expect(idsOf({ answers: { projectCode: '2509-320193-89-01-544061' } })).toEqual(['P-16'])
  })
  it('gives faults before warnings, each with places to go and its source', () => {
    const findings = precheck(
      rules,
      checked({ answers: { storeysBelow: 2, floorAreaBelow: 0, floorAreaAbove: 5, floorAreaTotal: 9 } }),
    )
    expect(findings.map((finding) => [finding.ruleId, finding.severity])).toEqual([
      ['P-01', 'fault'],
      ['P-08', 'warning'],
    ])
    expect(findings[0]).toMatchObject({
      anchors: ['field:floorAreaAbove', 'field:floorAreaBelow', 'field:floorAreaTotal'],
      basis: expect.stringContaining('总建筑面积'),
    })
    expect(findings[0]?.message.zh).toContain('(5)不等于总建筑面积(9)')
  })
})

describe('a PDF', () => {
  it('is counted by its pages, also where they are packed away', () => {
    expect(pdfFacts(pdf(`${onePage}\n${onePage}\n2 0 obj << /Type /Pages >> endobj`))).toEqual({
      readable: true,
      encrypted: false,
      pages: 2,
    })
    const packed = deflateSync(Buffer.from('<< /Type /Page >> << /Type /Page >>')).toString('latin1')
    expect(pdfFacts(pdf(`5 0 obj << /Type /ObjStm /N 2 >>\nstream\n${packed}\nendstream endobj`)).pages).toBe(2)
    expect(pdfFacts(pdf('2 0 obj << /Type /Pages /Count 0 >> endobj')).pages).toBe(0)
  })
  it('is seen to be protected, torn or no PDF at all', () => {
    expect(pdfFacts(pdf(`${onePage} << /Encrypt 9 0 R >>`)).encrypted).toBe(true)
    expect(pdfFacts(bytes(`%PDF-1.7\n${onePage}`)).readable).toBe(false)
    expect(pdfFacts(bytes('hello')).readable).toBe(false)
  })
  it('never makes the check fail, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (body) => {
        const whole = Buffer.concat([
          Buffer.from('%PDF-1.5\n/Type /ObjStm stream\n'),
          body,
          Buffer.from('\nendstream\n%%EOF'),
        ])
        expect(pdfFacts(new Uint8Array(whole)).readable).toBe(true)
      }),
    )
  })
})

describe('before submission', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
  })
  afterAll(() => window.close())
  const attach = async (file: ApplicationFile, materialId: string, content: Uint8Array, name = '材料.pdf') => {
    const upload = await window.test.files.addUpload(content, {
      fileName: name,
      uploadedBy: window.applicant.personId,
    })
    return window.as(window.applicant).call(attachDocument, {
      params: { applicationId: file.application.applicationId },
      body: { materialId, uploadId: upload.uploadId },
    })
  }
  const check = (file: ApplicationFile) =>
    window.as(window.applicant).call(runPrecheck, {
      params: { applicationId: file.application.applicationId },
      body: {},
    })
  it('a protected PDF and figures that contradict each other stop it; one file twice only warns', async () => {
    const draft = await window.draft({ stage: 'ST2', itemIds: ['I-203'] })
    await attach(draft, 'I-203-M04', pdf(`${onePage} << /Encrypt 9 0 R >>`), '方案.pdf')
    const twice = pdf(onePage)
    await attach(draft, 'I-203-M03', twice, '产权.pdf')
    const both = await attach(draft, 'I-203-M05', twice, '产权.pdf')
    const ready = await window.complete(both)
    const wrong = await window.as(window.applicant).call(saveDraft, {
      params: { applicationId: draft.application.applicationId },
      body: { version: ready.application.version, answers: { ...ready.application.answers, floorAreaBelow: 777 } },
    })
    const reply = await check(wrong)
    const found = reply.findings.map((finding) => [finding.ruleId, finding.severity, finding.anchors[0]])
    expect(found).toEqual(
      expect.arrayContaining([
        ['P-01', 'fault', 'field:floorAreaAbove'],
        ['F-03', 'fault', 'material:I-203-M04'],
        ['F-01', 'warning', 'material:I-203-M03'],
      ]),
    )
    expect(reply.faults).toEqual([])
    const refusal = await window.refusalOf(
      window.as(window.applicant).call(submitApplication, {
        params: { applicationId: draft.application.applicationId },
        body: { version: wrong.application.version, declared: true },
      }),
    )
    expect(refusal.code).toBe('approvals.faulty')
    expect(refusal.fields.map((fault) => fault.path).sort()).toEqual(['answers.floorAreaAbove', 'materials.I-203-M04'])
  })
  it('two dates out of order are one fault, on the page, in the refusal and in the machine’s check', async () => {
    const ready = await window.complete(await window.draft({ itemIds: ['I-111'] }))
    const dates = { plannedStart: '2026-06-01', plannedEnd: '2026-05-01' }
    const wrong = await window.as(window.applicant).call(saveDraft, {
      params: { applicationId: ready.application.applicationId },
      body: { version: ready.application.version, answers: { ...ready.application.answers, ...dates } },
    })
    expect(wrong.faults.map((fault) => fault.path)).toEqual(['answers.plannedEnd'])
    const reply = await check(wrong)
    expect(reply.findings.filter((finding) => finding.severity === 'fault').map((each) => each.ruleId)).toEqual([
      'P-09',
    ])
    expect(reply.faults).toEqual([])
    const refusal = await window.refusalOf(
      window.as(window.applicant).call(submitApplication, {
        params: { applicationId: ready.application.applicationId },
        body: { version: wrong.application.version, declared: true },
      }),
    )
    expect(refusal.fields.map((fault) => fault.path)).toEqual(['answers.plannedEnd'])
  })
  it('warnings stop nobody', async () => {
    const ready = await window.complete(await window.draft({ stage: 'ST2', itemIds: ['I-203'] }))
    const reply = await check(ready)
    expect(reply.findings.length).toBeGreaterThan(0)
    expect(reply.findings.every((finding) => finding.severity === 'warning')).toBe(true)
    expect((await window.submit(ready)).application.state).toBe('submitted')
  })
  it('a document whose file is gone is logged and named by nothing worse than silence', async () => {
    const draft = await window.draft({ stage: 'ST3', itemIds: ['I-301'] })
    const upload = await window.test.files.addUpload(pdf(onePage), {
      fileName: '图.pdf',
      uploadedBy: window.applicant.personId,
      sha256: 'f'.repeat(64),
    })
    const file = await window.as(window.applicant).call(attachDocument, {
      params: { applicationId: draft.application.applicationId },
      body: { materialId: 'I-301-M02', uploadId: upload.uploadId },
    })
    expect((await check(file)).findings.filter((finding) => finding.ruleId.startsWith('F-'))).toEqual([])
    expect(window.test.logged.some((line) => line.message === 'a document could not be looked into')).toBe(true)
  })
})
