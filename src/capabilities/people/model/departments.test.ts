import { describe, expect, it } from 'vitest'
import { holdsOn } from '../../../kernel/sourced.ts'
import { addDays, localDate } from '../../../kernel/time.ts'
import { readDepartmentReference } from '../reference.ts'
import { assignmentsOf, type JurisdictionProfile } from './departments.ts'

const data = new URL('../../../../data/', import.meta.url).pathname
const roles = [{ code: 'housing', name: { zh: '住建部门', en: 'Housing' }, duty: { zh: '施工许可', en: 'Permits' } }]
const profile = (
  code: string,
  from: string | null,
  to: string | null,
  official: string | null,
): JurisdictionProfile => ({
  code,
  name: { zh: code, en: code },
  fullName: { zh: code, en: code },
  validFrom: from === null ? null : localDate(from),
  validTo: to === null ? null : localDate(to),
  citation: { basis: '测试', certainty: 'A' },
  departments: [
    {
      code: 'housing',
      validFrom: null,
      validTo: null,
      officialName: official,
      workingName: { zh: `${code}住建部门`, en: 'Housing' },
      citation: { basis: '测试', certainty: 'A' },
    },
  ],
})

describe('department assignments', () => {
  it('last no longer than their jurisdiction', () => {
    const [old] = assignmentsOf(roles, [profile('500105', null, '2025-11-05', '甲委')])
    expect(old).toMatchObject({ name: '甲委', validTo: '2025-11-05', certainty: 'A' })
  })
  it('show the working name as not verified while the official name is unknown', () => {
    const [one] = assignmentsOf(roles, [profile('500157', '2025-11-06', null, null)])
    expect(one).toMatchObject({ name: '500157住建部门', certainty: 'X' })
  })
  it('are refused when a role is filled twice on one day', () => {
    const both = [profile('500105', null, '2025-11-06', '甲'), profile('500157', '2025-11-06', null, '乙')]
    expect(() => assignmentsOf(roles, both)).toThrow('filled twice')
  })
  it('are refused for a role that nobody declared', () => {
    expect(() => assignmentsOf([], [profile('500105', null, null, '甲')])).toThrow('unknown department role')
  })
})

describe('the reviewed data', () => {
  it('fills every role on the last day of Jiangbei and on the first of Liangjiang, by different names', async () => {
    const { roles: all, assignments } = await readDepartmentReference(data)
    const last = localDate('2025-11-05')
    for (const role of all) {
      const on = (day: typeof last) => assignments.filter((each) => each.department === role.code && holdsOn(each, day))
      expect(
        on(last).map((each) => each.jurisdictionCode),
        role.code,
      ).toEqual(['500105'])
      expect(
        on(addDays(last, 1)).map((each) => each.jurisdictionCode),
        role.code,
      ).toEqual(['500157'])
      expect(on(last)[0]?.name).not.toBe(on(addDays(last, 1))[0]?.name)
    }
  })
})
