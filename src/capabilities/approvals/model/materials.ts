/** The materials that the chosen items need, each once, and what is there. */
import type { z } from 'zod'
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { Words } from '../../../kernel/words.ts'
import type { FormBlock } from '../../catalogue/contract.ts'
import type { materialNeedSchema } from '../contract.ts'

export type MaterialNeed = z.infer<typeof materialNeedSchema>
export interface MaterialTerms {
  readonly materialId: string
  readonly itemId: string
  readonly itemName: Words
  readonly name: Words
  /** 'electronic', 'exempt-system-fetched', 'commitment', 'form', 'original'. */
  readonly form: string
  /** 'unknown': the guide does not decide; the applicant may hand it in. */
  readonly needed: 'yes' | 'no' | 'unknown'
  readonly when: Words | null
  readonly deferrable: 'N' | 'Y' | 'C'
  /** On what condition it may follow later, or what stands in for it. */
  readonly deferrableNote: Words | null
  /** Item whose decision the system fetches. */
  readonly fetchedFrom: string | null
  /** Whose part of the form it belongs to. */
  readonly block?: FormBlock
}

export const isExempt = (form: string): boolean => form === 'exempt-system-fetched'
/** Made from the answers themselves: nothing to upload. */
export const isOwnForm = (form: string): boolean => form === 'form'

const strictness = { N: 0, C: 1, Y: 2 } as const

const because = (terms: MaterialTerms): Words => {
  if (isExempt(terms.form))
    return { zh: '前序审批结果由系统调取,免予提交', en: 'Fetched by the system from an earlier decision' }
  if (terms.needed === 'yes') return { zh: `办理“${terms.itemName.zh}”需要`, en: `Needed for “${terms.itemName.en}”` }
  return {
    zh: terms.when === null ? '视情形提交' : `以下情形提交:${terms.when.zh}`,
    en: terms.when === null ? 'Where applicable' : `In this case: ${terms.when.en}`,
  }
}

/**
 * Joins the materials of several items: the same paper (or the same earlier decision) is asked for once. The strictest
 * demand holds. `documents`: ids of materials for which something was handed in; `decisions`: item to document number.
 */
export const materialNeeds = (
  materials: readonly MaterialTerms[],
  documents: ReadonlySet<string>,
  decisions: ReadonlyMap<string, string>,
): readonly MaterialNeed[] => {
  const needs = new Map<string, MaterialNeed & { readonly ids: readonly string[] }>()
  for (const terms of materials) {
    if (terms.needed === 'no') continue
    const key =
      isExempt(terms.form) && terms.fetchedFrom !== null
        ? `from ${terms.fetchedFrom}`
        : `${terms.form} ${terms.name.zh}`
    const known = needs.get(key)
    const takenFrom = terms.fetchedFrom === null ? null : (decisions.get(terms.fetchedFrom) ?? null)
    if (known === undefined)
      needs.set(key, {
        ids: [terms.materialId],
        materialId: terms.materialId,
        name: terms.name,
        form: isExempt(terms.form) ? 'exempt' : terms.form,
        required: terms.needed === 'yes',
        because: because(terms),
        usedBy: [terms.itemId],
        deferrable: terms.deferrable,
        present:
          isOwnForm(terms.form) || documents.has(terms.materialId) || (isExempt(terms.form) && takenFrom !== null),
        waiver: null,
        takenFrom,
      })
    else
      needs.set(key, {
        ...known,
        ids: [...known.ids, terms.materialId],
        required: known.required || terms.needed === 'yes',
        because: known.required ? known.because : because(terms),
        usedBy: known.usedBy.includes(terms.itemId) ? known.usedBy : [...known.usedBy, terms.itemId],
        deferrable: strictness[terms.deferrable] < strictness[known.deferrable] ? terms.deferrable : known.deferrable,
        present: known.present || documents.has(terms.materialId),
      })
  }
  return [...needs.values()].map(({ ids: _ids, ...need }) => need)
}

/** What stops a submission: a required material that is not there. What the system fetches never does. */
export const materialFaults = (needs: readonly MaterialNeed[]): readonly FieldFault[] =>
  needs
    .filter((need) => need.required && !need.present && need.waiver === null && need.form !== 'exempt')
    .map((need) => ({ path: `materials.${need.materialId}`, message: `请上传“${need.name.zh}”。` }))
