/** The page behind 核验: what an inclusion proof is, and its result computed by the visitor's own browser. */
import type { ReactElement } from 'react'
import { wallClock } from '../../../kernel/time.ts'
import { type Language, say, words } from '../../../kernel/words.ts'
import type { PublicFact } from './reading.ts'

export const NoSuchFact = ({ language }: { readonly language: Language }): ReactElement => (
  <>
    <h1>{say(words('没有这条公开记录', 'No such fact'), language)}</h1>
    <p>
      {say(words('请从', 'Open it from the '), language)}
      <a href="/projects">{say(words('项目进度页', 'page of its project'), language)}</a>
      {say(words('的“公开记录”中点“核验”进入。', '.'), language)}
    </p>
  </>
)

export const ProofPage = ({
  fact,
  language,
}: {
  readonly fact: PublicFact
  readonly language: Language
}): ReactElement => (
  <>
    <h1>{say(words('核验一条公开记录', 'Verify a published fact'), language)}</h1>
    <blockquote className="card">
      <p>{fact.sentence}</p>
      <p className="muted">
        <time dateTime={fact.occurredAt}>{wallClock(fact.occurredAt)}</time>
        {fact.project === null ? null : (
          <>
            {' · '}
            <a href={`/projects/${encodeURIComponent(fact.project.number)}`}>{fact.project.name}</a>
          </>
        )}
      </p>
    </blockquote>
    <p>
      {say(
        words(
          '平台把每条记录的指纹放进一棵只增不改的哈希树(RFC 6962),并对树根签名。取得这条记录、树上的路径和签名后,任何人都能重新算出树根:一致,说明这条记录确在其中且未被改动。',
          'Every record’s digest goes into an append-only hash tree (RFC 6962) whose root is signed. With the record, its path and the signed root anyone can compute the root again.',
        ),
        language,
      )}
    </p>
    <p className="card" data-proof-auto={fact.entryId}>
      <output data-result={fact.entryId}>
        {say(
          words(
            '本页需要 JavaScript 才能在您的浏览器中计算;也可下载证明自行核对。',
            'JavaScript is needed to compute here; you may also download the proof.',
          ),
          language,
        )}
      </output>
    </p>
    <ul>
      <li>
        <a href={`/api/journal/proof/${encodeURIComponent(fact.entryId)}`}>
          {say(words('下载证明(JSON)', 'Download the proof (JSON)'), language)}
        </a>
      </li>
      <li>
        <a href="/api/journal/checkpoint">
          {say(words('当前检查点(C2SP tlog-checkpoint)', 'Current checkpoint (C2SP tlog-checkpoint)'), language)}
        </a>
      </li>
    </ul>
  </>
)
