/** Serves the catalogue from memory: it is small, read by everyone, and changes only by a publication. */

import { holdsOn } from '../../kernel/sourced.ts'
import type { CatalogueReader, ItemVersion } from './contract.ts'
import { type FormEdition, formOn } from './model/editions.ts'
import { formFor } from './model/form.ts'
import type { CatalogueData } from './model/schema.ts'
import {
  departmentName,
  departmentsOn,
  type HeldVersion,
  itemsInForce,
  jurisdictionOn,
  versionInForce,
} from './model/versions.ts'

/** What is loaded at start: the checked data, and every text that a version ever had. */
export interface LoadedCatalogue {
  readonly data: CatalogueData
  /** Every text of the files, before editions were laid over them. */
  readonly files: readonly HeldVersion[]
  readonly held: readonly HeldVersion[]
  /** Every form that was ever served. */
  readonly forms: readonly FormEdition[]
  /** The newest publication that is in here. */
  readonly stamp: number
}

const byStart = (a: ItemVersion, b: ItemVersion): number => ((a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1)

/** What only the running capability can do: look for publications of others, and try what is not published. */
export type CatalogueTools = Pick<CatalogueReader, 'freshen' | 'trial'>

/** `loaded` gives what was loaded; it throws while nothing is. */
export const makeCatalogueReader = (
  loaded: () => LoadedCatalogue,
  jurisdictionCode: string,
  tools: CatalogueTools,
): CatalogueReader => {
  const inUse = (): readonly ItemVersion[] =>
    loaded()
      .held.filter((version) => version.inUse)
      .map((version) => version.item)
  const departments: CatalogueReader['departments'] = (day) => {
    const profile = jurisdictionOn(loaded().data.jurisdictions, jurisdictionCode, day)
    return profile === null ? [] : departmentsOn(profile, day)
  }
  return {
    itemsInForce: (day) => itemsInForce(inUse(), day),
    item: (itemId, day) => versionInForce(inUse(), itemId, day),
    itemVersion: (versionId) => loaded().held.find(({ item }) => item.versionId === versionId)?.item ?? null,
    versionsOf: (itemId) =>
      inUse()
        .filter((item) => item.itemId === itemId)
        .sort(byStart),
    stages: () => loaded().data.stages,
    questions: () => loaded().data.questions,
    themes: () => loaded().data.themes,
    form: (itemIds, day) => formFor(formOn(loaded().forms, day ?? null), itemIds),
    formOfVersion: (itemIds, version) =>
      loaded()
        .forms.map(({ form }) => formFor(form, itemIds))
        .find((form) => form.version === version) ?? null,
    ...tools,
    legalGrounds: (day) => loaded().data.legalGrounds.filter((ground) => holdsOn(ground, day)),
    procedureRules: () => loaded().data.procedureRules,
    penalties: () => loaded().data.penalties,
    remedy: (id) => {
      const remedy = loaded().data.remedies.find((each) => each.id === id)
      if (remedy === undefined) throw new Error(`no remedy ${id} in the catalogue data`)
      return remedy
    },
    sources: () => loaded().data.sources,
    jurisdiction: (day, code) => jurisdictionOn(loaded().data.jurisdictions, code, day),
    departments,
    departmentName: (code, day) => {
      const department = departments(day).find((each) => each.code === code)
      if (department !== undefined) return departmentName(department)
      return loaded().data.departmentRoles.find((role) => role.code === code)?.name.zh ?? code
    },
  }
}
