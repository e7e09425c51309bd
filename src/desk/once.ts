/** What is asked twice while it is under way (a double click, Enter twice) is one call, and what follows it happens once. */
export interface Once<R> {
  /** Starts a call, or gives the one that runs with the same input. */
  readonly run: (input: string, start: () => Promise<R>) => Promise<R>
  /** True for the first that asks about a reply. */
  readonly isFirst: (reply: R) => boolean
}
export const createOnce = <R>(): Once<R> => {
  let underWay: { readonly input: string; readonly reply: Promise<R> } | null = null
  const seen = new WeakSet<object>()
  return {
    run: (input, start) => {
      if (underWay?.input === input) return underWay.reply
      const flight = { input, reply: start() }
      underWay = flight
      const land = (): void => {
        if (underWay === flight) underWay = null
      }
      flight.reply.then(land, land)
      return flight.reply
    },
    isFirst: (reply) => {
      if (typeof reply !== 'object' || reply === null) return true
      if (seen.has(reply)) return false
      seen.add(reply)
      return true
    },
  }
}
