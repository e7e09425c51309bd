/** A pause that a wake cuts short. A wake that comes while nobody waits cuts the next pause short. */
export interface Pause {
  readonly wake: () => void
  readonly wait: (ms: number) => Promise<void>
}

export const createPause = (): Pause => {
  let woken = false
  let resolve: (() => void) | null = null
  return {
    wake: (): void => {
      woken = true
      resolve?.()
    },
    wait: async (ms: number): Promise<void> => {
      if (!woken)
        await new Promise<void>((done) => {
          const timer = setTimeout(done, ms)
          resolve = () => {
            clearTimeout(timer)
            done()
          }
        })
      resolve = null
      woken = false
    },
  }
}
