/** The page behind 核验: what an inclusion proof is, and its result computed by the visitor's own browser. */
import type { ReactElement } from 'react'
import { type Language, say, words } from '../../../kernel/words.ts'

export const ProofPage = ({
  entryId,
  language,
}: {
  readonly entryId: string
  readonly language: Language
}): ReactElement => (
  <>
    <h1>{say(words('核验一条公开记录', 'Verify a published fact'), language)}</h1>
    <p>
      {say(
        words(
          '平台把每条记录的指纹放进一棵只增不改的哈希树(RFC 6962),并对树根签名。取得这条记录、树上的路径和签名后,任何人都能重新算出树根:一致,说明这条记录确在其中且未被改动。',
          'Every record’s digest goes into an append-only hash tree (RFC 6962) whose root is signed. With the record, its path and the signed root anyone can compute the root again.',
        ),
        language,
      )}
    </p>
    <p className="card" data-proof-auto={entryId}>
      <output data-result={entryId}>
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
        <a href={`/api/journal/proof/${encodeURIComponent(entryId)}`}>
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
