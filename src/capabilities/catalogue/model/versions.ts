/** Which version of an item holds on a day. The law in force on the day of receipt applies to a case. */
import { holdsOn } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Department, ItemVersion, Jurisdiction } from './schema.ts'

/** A text of a version as it is served; one out of use is only read by cases received under it. */
export interface HeldVersion {
  readonly item: ItemVersion
  readonly inUse: boolean
}
/** The id under which a revision is served: the first text as 'I-305@2025-01-01', a corrected one with '#2'. */
export const servedVersionId = (versionId: string, revision: number): string =>
  revision === 1 ? versionId : `${versionId}#${revision}`

const inForce =
  (day: LocalDate) =>
  (version: ItemVersion): boolean =>
    holdsOn(version, day)

/** Gives the version of an item that holds on a day, or null. */
export const versionInForce = (versions: readonly ItemVersion[], itemId: string, day: LocalDate): ItemVersion | null =>
  versions.find((version) => version.itemId === itemId && holdsOn(version, day)) ?? null

/** Gives every item in the version that holds on a day. */
export const itemsInForce = (versions: readonly ItemVersion[], day: LocalDate): readonly ItemVersion[] =>
  versions.filter(inForce(day))

/**
 * Gives the profile that holds on a day for a code. A code that has been merged leads to its successor when the day is
 * later: 500105 gives 500157 from 2025-11-06. Null: unknown code, or none holds on that day.
 */
export const jurisdictionOn = (
  jurisdictions: readonly Jurisdiction[],
  code: string,
  day: LocalDate,
): Jurisdiction | null => {
  const own = jurisdictions.find((entry) => entry.code === code)
  if (own === undefined) return null
  if (holdsOn(own, day)) return own
  const later = own.validTo !== null && day > own.validTo
  const other = later
    ? jurisdictions.find((entry) => entry.code === own.succeededBy)
    : jurisdictions.find((entry) => own.replaces.includes(entry.code) && holdsOn(entry, day))
  return other !== undefined && holdsOn(other, day) ? other : null
}

export const departmentsOn = (jurisdiction: Jurisdiction, day: LocalDate): readonly Department[] =>
  jurisdiction.departments.filter((department) => holdsOn(department, day))

/** The name that documents and pages show: the checked official name, else the working name. */
export const departmentName = (department: Department): string => department.officialName ?? department.workingName.zh
