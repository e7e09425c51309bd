/** Small pieces that the public pages share. */
import type { ReactElement } from 'react'
import { type Certainty, needsVerification } from '../kernel/sourced.ts'
import { type Language, say, words } from '../kernel/words.ts'

/** The mark 待核 for a figure that nobody has checked against the original text; nothing for a checked one. */
export const CertaintyMark = ({
  certainty,
  language,
}: {
  readonly certainty: Certainty
  readonly language: Language
}): ReactElement | null =>
  needsVerification(certainty) ? (
    <span
      className="tag unverified"
      title={say(words('尚未与原文核对', 'Not yet checked against the original text'), language)}
    >
      {say(words('待核', 'unverified 待核'), language)}
    </span>
  ) : null

/** The mark 暂定 for a date that rests on a calendar year not yet published. */
export const ProvisionalMark = ({ language }: { readonly language: Language }): ReactElement => (
  <span
    className="tag provisional"
    title={say(
      words('所跨年度的放假安排尚未公布,公布后重新计算', 'The holiday calendar of that year is not published yet'),
      language,
    )}
  >
    {say(words('暂定', 'provisional'), language)}
  </span>
)

/** A way through the pages: 首页 › 服务清单 › … */
export const Trail = ({
  steps,
  language,
}: {
  readonly steps: readonly { href?: string; text: string }[]
  readonly language: Language
}): ReactElement => (
  <nav className="trail" aria-label={say(words('当前位置', 'You are here'), language)}>
    <ol>
      {steps.map((step) => (
        <li key={step.text}>
          {step.href === undefined ? <span aria-current="page">{step.text}</span> : <a href={step.href}>{step.text}</a>}
        </li>
      ))}
    </ol>
  </nav>
)

/** What a page says when there is nothing to show. */
export const Empty = ({ children }: { readonly children: string }): ReactElement => <p className="empty">{children}</p>
