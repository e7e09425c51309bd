/**
 * The gate that every lasting condition passes: raised when its signal has held for a time, ended when it has been gone for
 * a time. In the band between, nothing changes.
 *
 *   normal --on--> pending --held forMs--> active --off--> clearing --gone clearMs--> normal
 */
export const phase = { normal: 0, pending: 1, active: 2, clearing: 3 } as const

export interface GateSpec {
  readonly forMs: number
  readonly clearMs: number
  /** A longer silence proves nothing: the time begins anew. */
  readonly maxGapMs: number
}
export interface GateState {
  phase: number
  /** When the signal began to hold, ms. */
  since: number
  /** When it was gone first, ms. */
  goneSince: number
}
export const newGate = (): GateState => ({ phase: phase.normal, since: 0, goneSince: 0 })

export const step = { nothing: 0, changed: 1, raise: 2, end: 3 } as const

/** Takes one reading in order of time: `on` and `off` never both. `gapMs`: since the reading before. */
export const stepGate = (
  state: GateState,
  spec: GateSpec,
  on: boolean,
  off: boolean,
  atMs: number,
  gapMs: number,
): number => {
  switch (state.phase) {
    case phase.normal:
      if (!on) return step.nothing
      state.since = atMs
      if (spec.forMs > 0) {
        state.phase = phase.pending
        return step.changed
      }
      state.phase = phase.active
      return step.raise
    case phase.pending:
      if (!on) {
        state.phase = phase.normal
        return step.changed
      }
      if (gapMs > spec.maxGapMs) {
        state.since = atMs
        return step.changed
      }
      if (atMs - state.since < spec.forMs) return step.nothing
      state.phase = phase.active
      return step.raise
    case phase.active:
      if (!off) return step.nothing
      state.goneSince = atMs
      if (spec.clearMs > 0) {
        state.phase = phase.clearing
        return step.changed
      }
      state.phase = phase.normal
      return step.end
    default:
      if (!off) {
        state.phase = phase.active
        return step.changed
      }
      if (gapMs > spec.maxGapMs) {
        state.goneSince = atMs
        return step.changed
      }
      if (atMs - state.goneSince < spec.clearMs) return step.nothing
      state.phase = phase.normal
      return step.end
  }
}
