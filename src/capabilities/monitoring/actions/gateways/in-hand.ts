/** Counts the reports of a piece of bytes that are not durable yet: one promise for all of them. */
export interface Hand {
  left: number
  whenDone: (() => void) | null
}
export const newHand = (): Hand => ({ left: 0, whenDone: null })
/** Takes one that is durable, or given up, out of the hand. */
export const release = (hand: Hand): void => {
  hand.left -= 1
  if (hand.left === 0) hand.whenDone?.()
}
/** Resolves when the hand is empty; undefined: it is. Asked once of each hand that is not. */
export const waitFor = (hand: Hand): Promise<void> | undefined =>
  hand.left === 0
    ? undefined
    : new Promise((resolve) => {
        hand.whenDone = resolve
      })
