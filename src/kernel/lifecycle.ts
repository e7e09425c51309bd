/** States and steps as data. A lifecycle is checked when it is declared: every state can be reached from the first. */
export interface Lifecycle<S extends string> {
  readonly first: S
  readonly states: readonly S[]
  /** Says whether one step leads from a state to another. */
  readonly leads: (from: S, to: S) => boolean
  readonly next: (from: S) => readonly S[]
  /** Says whether no step leads out of a state. */
  readonly isFinal: (state: S) => boolean
}

/** Declares a lifecycle from `{ state: [states that may follow] }`. Throws if a state can never be reached from `first`. */
export const lifecycle = <S extends string>(first: S, steps: Readonly<Record<S, readonly S[]>>): Lifecycle<S> => {
  const states = Object.keys(steps) as S[]
  const reached = new Set<S>([first])
  const open: S[] = [first]
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (const next of steps[state])
      if (!reached.has(next)) {
        reached.add(next)
        open.push(next)
      }
  const lost = states.filter((state) => !reached.has(state))
  if (lost.length > 0) throw new Error(`states that can never be reached: ${lost.join(', ')}`)
  return {
    first,
    states,
    leads: (from, to) => steps[from].includes(to),
    next: (from) => steps[from],
    isFinal: (state) => steps[state].length === 0,
  }
}
