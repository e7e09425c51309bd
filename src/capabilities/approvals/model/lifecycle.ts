/** The lifecycles of the three things that have states: the application, the item run, the opinion task. */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import type { ApplicationState, ItemRunState, OpinionTaskState } from '../contract.ts'

/** A draft may also be discarded: then nothing is left of it but the journal. */
export const applicationLife = lifecycle<ApplicationState>('draft', {
  draft: ['submitted', 'withdrawn'],
  submitted: ['correcting', 'accepted', 'refused', 'withdrawn'],
  correcting: ['submitted', 'withdrawn'],
  accepted: ['closed', 'withdrawn'],
  refused: [],
  withdrawn: [],
  // A decision annulled on review or by a court is made again.
  closed: ['accepted'],
})

/** A review that sends the draft back leads to 'handling' again; so does a decision for a part, and one that was annulled. */
export const itemRunLife = lifecycle<ItemRunState>('handling', {
  handling: ['drafted', 'cancelled'],
  drafted: ['handling', 'reviewed', 'cancelled'],
  reviewed: ['handling', 'decided', 'cancelled'],
  decided: ['handling'],
  cancelled: [],
})

export const opinionTaskLife = lifecycle<OpinionTaskState>('sent', {
  sent: ['opened', 'given', 'deemed', 'cancelled'],
  opened: ['given', 'deemed', 'cancelled'],
  given: [],
  deemed: [],
  cancelled: [],
})

/** States in which an application is under way: a project has at most one such application for a stage. */
export const openApplicationStates: readonly ApplicationState[] = ['draft', 'submitted', 'correcting', 'accepted']
/** States in which an item run is still to be worked on. */
export const openItemRunStates: readonly ItemRunState[] = ['handling', 'drafted', 'reviewed']
export const openOpinionTaskStates: readonly OpinionTaskState[] = ['sent', 'opened']
