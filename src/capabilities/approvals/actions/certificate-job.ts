/** The job that draws a decision as a document, after the transaction that issued it. */
import { z } from 'zod'
import type { JobKind } from '../../../platform/platform.ts'

export const certificateJob: JobKind<{ certificateId: string }> = {
  name: 'approvals.certificate',
  input: z.object({ certificateId: z.string() }),
}
