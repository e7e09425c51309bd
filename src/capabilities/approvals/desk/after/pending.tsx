/** The mark of a figure that nobody has checked against the original. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { type Certainty, needsVerification } from '../../../../kernel/sourced.ts'

export const Pending = ({ certainty }: { readonly certainty: Certainty }): ReactElement | null => {
  const say = useSay()
  return needsVerification(certainty) ? <span className="tag">{say('待核', 'to be verified')}</span> : null
}
