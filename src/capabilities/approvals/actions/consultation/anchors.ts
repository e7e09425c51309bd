/** Names of anchors ('field:x', 'material:y') for people. */
import type { ApplicationRecord } from '../../store/applications.ts'
import type { Context } from '../context.ts'

/** Every anchor of an application that can be asked about, with its name. */
export const anchorsOf = (context: Context, application: ApplicationRecord): ReadonlyMap<string, string> => {
  const day = application.catalogue_day
  return new Map([
    ...context.law
      .form(application.item_ids, day)
      .fields.map((field): [string, string] => [`field:${field.id}`, field.label.zh]),
    ...context.law
      .materials(application.item_ids, application.guide_answers, day)
      .filter((material) => material.form !== 'form' && material.form !== 'exempt-system-fetched')
      .map((material): [string, string] => [`material:${material.materialId}`, material.name.zh]),
  ])
}
export const anchorNames = (
  context: Context,
  application: ApplicationRecord,
  anchors: readonly string[],
): readonly string[] => {
  const names = anchorsOf(context, application)
  return [...new Set(anchors.map((anchor) => names.get(anchor) ?? anchor))]
}
