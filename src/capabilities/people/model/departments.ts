/** Which department fills which role on which days, from the reviewed profiles of the jurisdictions. Pure. */
import { z } from 'zod'
import { type Certainty, sourceSchema, type Validity, validitySchema } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'

const code = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/)

/** Shape of `data/catalogue/department-roles.json`: the roles, whoever fills them. */
export const departmentRolesSchema = z.array(z.object({ code, name: wordsSchema, duty: wordsSchema })).min(1)
export type DepartmentRole = z.infer<typeof departmentRolesSchema>[number]

const departmentSchema = validitySchema.extend({
  code,
  /** Name on documents; null until it has been checked: then the working name serves, shown as 待核. */
  officialName: z.string().min(1).nullable(),
  workingName: wordsSchema,
  citation: sourceSchema,
})
/** What this capability takes from a profile under `data/jurisdictions/`; the rest is for others. */
export const jurisdictionProfileSchema = validitySchema.extend({
  code: z.string().regex(/^\d{6}$/),
  name: wordsSchema,
  fullName: wordsSchema,
  citation: sourceSchema,
  departments: z.array(departmentSchema),
})
export type JurisdictionProfile = z.infer<typeof jurisdictionProfileSchema>

/** Shape of `data/roles/departments.json`: roles beyond those of the service items, and who fills them. */
export const furtherDepartmentsSchema = z.object({
  roles: departmentRolesSchema,
  assignments: z.array(departmentSchema.extend({ jurisdiction: z.string().regex(/^\d{6}$/) })),
})
export type FurtherDepartments = z.infer<typeof furtherDepartmentsSchema>

/** Puts further departments into the profiles of their jurisdictions. Throws an Error for an unknown jurisdiction. */
export const withFurther = (
  profiles: readonly JurisdictionProfile[],
  further: FurtherDepartments,
): readonly JurisdictionProfile[] => {
  const lost = further.assignments.find((each) => !profiles.some((profile) => profile.code === each.jurisdiction))
  if (lost !== undefined) throw new Error(`no profile of jurisdiction ${lost.jurisdiction}`)
  return profiles.map((profile) => ({
    ...profile,
    departments: [...profile.departments, ...further.assignments.filter((each) => each.jurisdiction === profile.code)],
  }))
}

export interface Assignment {
  readonly jurisdictionCode: string
  readonly department: string
  readonly name: string
  readonly shortName: string
  readonly validFrom: LocalDate
  readonly validTo: LocalDate | null
  readonly basis: string
  readonly certainty: Certainty
}

/** The day from which an assignment counts whose beginning nobody noted: Chongqing became a municipality. */
const EARLIEST = '1997-06-18' as LocalDate

const overlap = (a: Assignment, b: Assignment): boolean =>
  (a.validTo === null || b.validFrom <= a.validTo) && (b.validTo === null || a.validFrom <= b.validTo)
const later = (a: LocalDate | null, b: LocalDate | null): LocalDate => {
  if (a === null) return b ?? EARLIEST
  return b !== null && b > a ? b : a
}
const earlier = (a: LocalDate | null, b: LocalDate | null): LocalDate | null => {
  if (a === null) return b
  return b !== null && b < a ? b : a
}
const within = (inner: Validity, outer: Validity) => ({
  validFrom: later(inner.validFrom, outer.validFrom),
  validTo: earlier(inner.validTo, outer.validTo),
})

/**
 * Gives the assignments of all profiles, none longer than its jurisdiction lasts. Throws an Error where a role is unknown
 * or is filled twice on some day.
 */
export const assignmentsOf = (
  roles: readonly DepartmentRole[],
  profiles: readonly JurisdictionProfile[],
): readonly Assignment[] => {
  const shortNames = new Map(roles.map((role) => [role.code, role.name.zh]))
  const assignments = profiles.flatMap((profile) =>
    profile.departments.map((department): Assignment => {
      const shortName = shortNames.get(department.code)
      if (shortName === undefined) throw new Error(`unknown department role in ${profile.code}: ${department.code}`)
      return {
        jurisdictionCode: profile.code,
        department: department.code,
        name: department.officialName ?? department.workingName.zh,
        shortName,
        ...within(department, profile),
        basis: department.citation.basis,
        certainty: department.officialName === null ? 'X' : department.citation.certainty,
      }
    }),
  )
  for (const [index, one] of assignments.entries()) {
    const twice = assignments
      .slice(index + 1)
      .find((other) => other.department === one.department && overlap(one, other))
    if (twice !== undefined)
      throw new Error(`department role ${one.department} is filled twice on one day: ${one.name}, ${twice.name}`)
  }
  return assignments
}
