/** Everything that can become true before submission. */
import type { EventKind } from '../../../kernel/event.ts'
import { draftReconciled } from './reconcile.ts'

export const beforeSubmissionEvents: readonly EventKind[] = [draftReconciled] as readonly EventKind[]
