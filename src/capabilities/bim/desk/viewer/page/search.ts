/** What the address of the viewer asks to see. */
import { z } from 'zod'
import { idSchema } from '../../../../../kernel/identity.ts'
import type { ModelId, VersionId } from '../../../contract.ts'

export const viewerSearch = z.object({
  check: idSchema<'bim-check'>().optional().catch(undefined),
  conflict: idSchema<'bim-conflict'>().optional().catch(undefined),
  /** This model alone. */
  only: idSchema<'bim-model'>().optional().catch(undefined),
  /** Two versions of `only`, compared by colours. */
  from: idSchema<'bim-version'>().optional().catch(undefined),
  to: idSchema<'bim-version'>().optional().catch(undefined),
  version: idSchema<'bim-version'>().optional().catch(undefined),
  object: z.string().max(200).optional().catch(undefined),
})

export interface Shown {
  readonly versionId: VersionId
  readonly modelId: ModelId
  readonly label: string
}
/** Two versions of a model, compared by colours. */
export interface Comparing {
  readonly modelId: ModelId
  readonly from: VersionId
  readonly to: VersionId
}
