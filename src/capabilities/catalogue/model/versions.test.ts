import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { localDate } from '../../../kernel/time.ts'
import { loadCatalogue } from '../load.ts'
import type { CatalogueData } from './schema.ts'
import { departmentName, departmentsOn, jurisdictionOn, servedVersionId, versionInForce } from './versions.ts'

let data: CatalogueData
beforeAll(async () => {
  data = await loadCatalogue(fileURLToPath(new URL('../../../../data/', import.meta.url)))
})

describe('the version in force', () => {
  it('changes with the law: the environmental items get a second version on 2026-08-15, to be verified', () => {
    const on = (day: string) => versionInForce(data.items, 'I-108', localDate(day))
    expect(on('2026-08-14')?.versionId).toBe('I-108@2025-01-01')
    expect(on('2026-08-15')?.versionId).toBe('I-108@2026-08-15')
    expect(on('2026-08-14')?.limit.citation.certainty).toBe('A')
    expect(on('2026-08-15')?.limit.citation.certainty).toBe('D')
    expect(on('2026-08-15')?.legalBasis.map((each) => each.certainty)).toEqual(['X'])
    expect(on('2024-12-31')).toBeNull()
  })
  it('has exactly one version of every item on every day of change', () => {
    const all = [...new Set(data.items.map((item) => item.itemId))]
    for (const day of ['2025-01-01', '2025-12-23', '2025-12-24', '2026-08-14', '2026-08-15', '2026-11-23'])
      for (const id of all) {
        const holding = data.items.filter(
          (item) => item.itemId === id && (item.validFrom ?? '') <= day && day <= (item.validTo ?? '9999'),
        )
        expect({ id, day, count: holding.length }).toEqual({ id, day, count: 1 })
      }
  })
  it('gives a corrected text an id of its own', () => {
    expect([servedVersionId('I-305@2025-01-01', 1), servedVersionId('I-305@2025-01-01', 2)]).toEqual([
      'I-305@2025-01-01',
      'I-305@2025-01-01#2',
    ])
  })
})

describe('the jurisdiction', () => {
  const on = (code: string, day: string) => jurisdictionOn(data.jurisdictions, code, localDate(day))
  it('is Jiangbei until 2025-11-05 and Liangjiang from the next day, under either code', () => {
    for (const code of ['500105', '500157']) {
      expect(on(code, '2025-11-05')?.fullName.zh).toBe('重庆市江北区')
      expect(on(code, '2025-11-06')?.fullName.zh).toBe('重庆市两江新区')
    }
    expect(on('999999', '2026-01-01')).toBeNull()
  })
  it('fills every department role on both sides of the merger', () => {
    for (const day of ['2025-11-05', '2025-11-06']) {
      const profile = on('500105', day)
      const codes = profile === null ? [] : departmentsOn(profile, localDate(day)).map((each) => each.code)
      expect(codes.sort()).toEqual(data.departmentRoles.map((role) => role.code).sort())
    }
  })
  it('shows a working name where the official one is not checked', () => {
    const profile = on('500157', '2026-03-02')
    const housing = profile?.departments.find((each) => each.code === 'housing')
    expect(housing?.officialName).toBeNull()
    expect(housing && departmentName(housing)).toBe('两江新区住房城乡建设部门')
  })
  it('keeps the twelve old streets with their codes, and invents no new codes', () => {
    expect(on('500105', '2025-01-01')?.streets.map((each) => each.code)).toHaveLength(12)
    expect(on('500157', '2026-01-01')?.streets.every((each) => each.code === null)).toBe(true)
  })
})
