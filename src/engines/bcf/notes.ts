/** What a reader left out or replaced, or a writer could not say: told to the person, never lost in silence. */

export interface BcfNote {
  readonly code:
    | 'unknown-part'
    | 'bad-value'
    | 'missing'
    | 'duplicate'
    | 'dangling'
    | 'unsayable'
    | 'assumed'
    | 'version-guessed'
  /** The file inside the container, or the topic. */
  readonly where: string
  /** The sentence for people. */
  readonly text: string
  /** How often the same happened there. */
  readonly count: number
}

export interface Notes {
  readonly add: (code: BcfNote['code'], where: string, text: string) => void
  readonly all: () => readonly BcfNote[]
}

/** Gives a shortened quotation of a text of the file. */
export const quoted = (text: string): string => `「${text.length > 80 ? `${text.slice(0, 80)}…` : text}」`

export const takeNotes = (): Notes => {
  const kept = new Map<string, BcfNote>()
  return {
    add: (code, where, text) => {
      const key = JSON.stringify([code, where, text])
      kept.set(key, { code, where, text, count: (kept.get(key)?.count ?? 0) + 1 })
    },
    all: () => [...kept.values()],
  }
}
