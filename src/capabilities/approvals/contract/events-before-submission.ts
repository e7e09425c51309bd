/** Everything that can become true before submission. */
import type { EventKind } from '../../../kernel/event.ts'
import { adviceAnswered, adviceAsked, adviceConverted, adviceEnded } from './advice.ts'
import { blockDelegated, blockEnded, blockReady, blockReopened, blockSaved } from './blocks.ts'
import { draftReconciled } from './reconcile.ts'

export const beforeSubmissionEvents: readonly EventKind[] = [
  draftReconciled,
  adviceAsked,
  adviceAnswered,
  adviceEnded,
  adviceConverted,
  blockDelegated,
  blockSaved,
  blockReady,
  blockReopened,
  blockEnded,
] as readonly EventKind[]
