/** Everything that can become true before submission. */
import type { EventKind } from '../../../kernel/event.ts'
import { blockDelegated, blockEnded, blockReady, blockReopened, blockSaved } from './blocks.ts'
import { draftReconciled } from './reconcile.ts'

export const beforeSubmissionEvents: readonly EventKind[] = [
  draftReconciled,
  blockDelegated,
  blockSaved,
  blockReady,
  blockReopened,
  blockEnded,
] as readonly EventKind[]
