/** A tour tells a story on the terminal, states expectations, and ends with one line that counts them. */
export interface Tour {
  readonly heading: (text: string) => void
  readonly line: (text: string) => void
  /** States what must hold; prints it at once, with the detail when it does not hold. */
  readonly expect: (what: string, holds: boolean, detail?: string) => void
  /** Prints 'tour NAME: N of N expectations'; true when all held and there was at least one. */
  readonly finish: () => boolean
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

export const createTour = (name: string): Tour => {
  let held = 0
  let stated = 0
  return {
    heading: (text) => print(`\n== ${text}`),
    line: (text) => print(`   ${text}`),
    expect: (what, holds, detail) => {
      stated += 1
      if (holds) held += 1
      print(`${holds ? ' ✓' : ' ✗'} ${what}${holds || detail === undefined ? '' : `\n     ${detail}`}`)
    },
    finish: () => {
      print(`\ntour ${name}: ${held} of ${stated} expectations`)
      return stated > 0 && held === stated
    },
  }
}
