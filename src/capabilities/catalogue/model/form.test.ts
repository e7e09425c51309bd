import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../load.ts'
import { isProjectCodeShape, isUscc } from './codes.ts'
import { fnv1a64, versionTag } from './digest.ts'
import { checkAnswers, type FormFile, fieldsOf, formFor } from './form.ts'
import type { CatalogueData, FormField } from './schema.ts'

let data: CatalogueData
let file: FormFile
beforeAll(async () => {
  data = await loadCatalogue(fileURLToPath(new URL('../../../../data/', import.meta.url)))
  file = data.form
})

const goodValue = (field: FormField): unknown =>
  ({
    text: '江岸小学扩建',
    'long-text': '新建教学楼一栋',
    number: Math.max(field.min ?? 0, 1),
    money: 8600,
    area: Math.max(field.min ?? 0, 1200),
    date: '2026-03-02',
    choice: field.choices[0]?.value,
    boolean: true,
    uscc: '91330100799655058B',
    'project-code': '2509-320193-89-01-544060',
    point: { lon: 106.57, lat: 29.6 },
    'person-contact': ['王工', '13800000000'],
  })[field.type]

describe('the one form', () => {
  it('asks for each fact once, however many items use it', () => {
    const form = formFor(file, ['I-203', 'I-302', 'I-305', 'I-305'])
    const ids = fieldsOf(form).map((field) => field.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(form.itemIds).toEqual(['I-203', 'I-302', 'I-305'])
    expect(fieldsOf(form).find((field) => field.id === 'floorAreaTotal')?.usedBy).toEqual(['I-203', 'I-302', 'I-305'])
    expect(ids).not.toContain('wageBank')
  })
  it('asks less than the separate forms together', () => {
    const count = (ids: readonly string[]): number => fieldsOf(formFor(file, ids)).length
    const stage = ['I-301', 'I-302', 'I-303', 'I-304', 'I-305']
    expect(count(stage)).toBeLessThan(stage.reduce((sum, id) => sum + count([id]), 0) / 2)
  })
  it('gives every item of the catalogue a form that names project and applicant', () => {
    for (const { itemId } of data.items) {
      const ids = fieldsOf(formFor(file, [itemId])).map((field) => field.id)
      expect(ids).toEqual(expect.arrayContaining(['projectCode', 'projectName', 'developerName', 'applicationContact']))
    }
  })
  it('has the same version for the same items in any order, and another when a bound changes', () => {
    const version = formFor(file, ['I-203', 'I-305']).version
    expect(formFor(file, ['I-305', 'I-203']).version).toBe(version)
    expect(formFor(file, ['I-305']).version).not.toBe(version)
    const changed = {
      ...file,
      fields: file.fields.map((field) => (field.id === 'plotRatio' ? { ...field, max: 31 } : field)),
    }
    expect(formFor(changed, ['I-203', 'I-305']).version).not.toBe(version)
    const elsewhere = {
      ...file,
      fields: file.fields.map((field) => (field.id === 'wageBank' ? { ...field, maxLength: 9 } : field)),
    }
    expect(formFor(elsewhere, ['I-203', 'I-305']).version).toBe(version)
  })
  it('marks every contact as personal data', () => {
    for (const field of file.fields) expect(field.personal).toBe(field.type === 'person-contact')
  })
})

describe('checking the form', () => {
  const complete = (itemIds: readonly string[]) => {
    const form = formFor(file, itemIds)
    return { form, answers: Object.fromEntries(fieldsOf(form).map((field) => [field.id, goodValue(field)])) }
  }
  it('accepts a complete form for every item', () => {
    for (const { itemId } of data.items) {
      const { form, answers } = complete([itemId])
      expect({ itemId, faults: checkAnswers(form, answers) }).toEqual({ itemId, faults: [] })
    }
  })
  it('asks for every required fact that is missing, but not in a draft', () => {
    const { form } = complete(['I-305'])
    const required = fieldsOf(form).filter((field) => field.required)
    expect(checkAnswers(form, {})).toHaveLength(required.length)
    expect(checkAnswers(form, {}, { draft: true })).toEqual([])
    expect(checkAnswers(form, { projectName: '  ' })[1]?.message).toBe('请填写“项目名称”')
  })
  it('says what to do about each wrong value', () => {
    const { form, answers } = complete(['I-202b', 'I-203', 'I-305'])
    const faultOf = (id: string, value: unknown): string | undefined =>
      checkAnswers(form, { ...answers, [id]: value }).find(({ path }) => path === `answers.${id}`)?.message
    expect(faultOf('developerUscc', '91330100799655058C')).toContain('营业执照')
    expect(faultOf('projectCode', '2025-1')).toContain('投资项目在线审批监管平台')
    expect(faultOf('basementRequired', 120)).toContain('不能小于 200 平方米')
    expect(faultOf('storeysAbove', 6.5)).toContain('整数')
    expect(faultOf('greenRatio', 130)).toContain('不能大于 100')
    expect(faultOf('plannedStart', '2026-02-30')).toContain('真实日期')
    expect(faultOf('projectPoint', { lon: 29.6, lat: 106.57 })).toContain('是否填反')
    expect(faultOf('applicationContact', ['王工', '12345'])).toContain('手机号')
    expect(faultOf('constructionNature', 'palace')).toContain('选择一项')
    expect(faultOf('plannedEnd', '2025-01-01')).toBe('“拟建成日期”不能早于“拟开工日期”,请检查两个日期')
  })
  it('never throws, whatever is sent', () => {
    const { form } = complete(['I-203', 'I-305', 'I-307'])
    const names = fieldsOf(form).map((field) => field.id)
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names, '__proto__', 'x'), fc.anything()), (answers) => {
        for (const { path, message } of checkAnswers(form, answers)) {
          expect(path).toMatch(/^answers\./)
          expect(message).toMatch(/请/)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('codes', () => {
  it('knows published unified social credit codes and refuses each with one sign changed', () => {
    for (const code of ['91330100799655058B', '9144030071526726XG', '914403001922038216']) {
      expect(isUscc(code)).toBe(true)
      const changed = `${code.slice(0, 10)}${code.charAt(10) === '1' ? '2' : '1'}${code.slice(11)}`
      expect(isUscc(changed)).toBe(false)
    }
  })
  it('accepts project codes of both periods', () => {
    expect(['2603-141124-89-05-346948', '2020-330327-48-01-167360'].map(isProjectCodeShape)).toEqual([true, true])
    expect(['2613-141124-89-05-346948', '2603141124890534694', ''].map(isProjectCodeShape)).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('the version tag', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(versionTag(turned)).toBe(versionTag(value))
      }),
    )
  })
  it('follows the published vectors of FNV-1a', () => {
    expect(['', 'a', 'foobar'].map(fnv1a64)).toEqual(['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8'])
  })
})
