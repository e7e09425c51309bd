/** Public progress of one project: stages, items, whose days were used, decisions, and a proof for each fact. */
import type { ReactElement } from 'react'
import { wallClock } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import { Empty, ProvisionalMark, Trail } from '../../../site/parts.tsx'
import type { PublicProgress } from '../contract.ts'
import { stateWords } from './verify.tsx'
import { applicationStateWords, itemRunStateWords, outcomeWordsOf } from './words.ts'

type ApplicationOf = PublicProgress['stages'][number]['applications'][number]
type ItemOf = ApplicationOf['items'][number]

const Days = ({
  days,
  language,
}: {
  readonly days: ApplicationOf['days']
  readonly language: Language
}): ReactElement => {
  const parts: readonly { readonly name: string; readonly text: Words; readonly value: number }[] = [
    { name: 'authority', text: words('审批部门', 'Authorities'), value: days.authority },
    { name: 'applicant', text: words('申请人', 'Applicant'), value: days.applicant },
    { name: 'third-party', text: words('第三方', 'Third parties'), value: days.thirdParty },
  ]
  return (
    <div className="days">
      <p>
        {say(words('历时(自然日)', 'Calendar days so far'), language)}: <b>{days.gross}</b>
        {parts.map((part) => ` · ${say(part.text, language)} ${part.value}`).join('')}
      </p>
      {days.gross > 0 ? (
        <svg
          className="bars"
          viewBox="0 0 100 6"
          preserveAspectRatio="none"
          role="img"
          aria-label={parts.map((part) => `${say(part.text, language)} ${part.value}`).join(',')}
        >
          {parts.map((part, index) => {
            const before = parts.slice(0, index).reduce((sum, each) => sum + each.value, 0)
            return (
              <rect
                key={part.name}
                x={(before / days.gross) * 100}
                width={(part.value / days.gross) * 100}
                height="6"
                fill={part.name === 'authority' ? '#1f6fb2' : part.name === 'applicant' ? '#b0762b' : '#6b5aa5'}
              />
            )
          })}
        </svg>
      ) : null}
    </div>
  )
}

const Decision = ({ item, language }: { readonly item: ItemOf; readonly language: Language }): ReactElement => {
  if (item.decision === null) return <>—</>
  const { outcome, decidedOn, documentNumber, verificationCode, documentState } = item.decision
  return (
    <>
      <span className={`tag ${outcome === 'refused' ? 'refused' : 'approved'}`}>
        {say(outcomeWordsOf(item.itemKind, outcome), language)}
      </span>{' '}
      <span className="whole">{decidedOn}</span>
      {documentState !== null && documentState !== 'in-force' && (
        <>
          {' '}
          <strong className="tag refused">{say(stateWords[documentState], language)}</strong>
        </>
      )}
      <br />
      {verificationCode === null ? documentNumber : <a href={`/verify/${verificationCode}`}>{documentNumber}</a>}
    </>
  )
}

const columns = {
  department: words('部门', 'Department'),
  state: words('状态', 'State'),
  days: words('已用/期限', 'Days used / limit'),
  due: words('到期', 'Due'),
  decision: words('决定', 'Decision'),
} as const

const DaysUsed = ({ item, language }: { readonly item: ItemOf; readonly language: Language }): ReactElement => {
  if (item.daysUsed === null) return <>—</>
  if (item.budget === null) return <>{item.daysUsed}</>
  const late = item.daysUsed > item.budget
  return (
    <>
      <span className="whole">
        {item.daysUsed} / {item.budget === 0 ? say(words('即办', 'at once'), language) : item.budget}
      </span>{' '}
      {late ? (
        <span className="tag overdue">
          {say(words(`超期${item.daysUsed - item.budget}天`, `${item.daysUsed - item.budget} late`), language)}
        </span>
      ) : null}
    </>
  )
}

const ItemRow = ({ item, language }: { readonly item: ItemOf; readonly language: Language }): ReactElement => (
  <tr>
    <th scope="row">
      <a href={`/catalogue/${item.itemId}`}>{say(item.itemName, language)}</a>
    </th>
    <td data-label={say(columns.department, language)}>{item.departmentName}</td>
    <td data-label={say(columns.state, language)}>
      {item.hold === null ? (
        <span className="whole">{say(itemRunStateWords[item.state], language)}</span>
      ) : (
        <span className="tag paused">
          {say(words('停止计时', 'Clock paused'), language)}: {say(item.hold, language)}
        </span>
      )}
    </td>
    <td data-label={say(columns.days, language)}>
      <DaysUsed item={item} language={language} />
    </td>
    <td data-label={say(columns.due, language)}>
      <span className="whole">{item.due ?? '—'}</span>{' '}
      {item.dueProvisional ? <ProvisionalMark language={language} /> : null}
    </td>
    <td data-label={say(columns.decision, language)}>
      <Decision item={item} language={language} />
    </td>
  </tr>
)

const Application = ({
  application,
  language,
}: {
  readonly application: ApplicationOf
  readonly language: Language
}): ReactElement => (
  <section className="card">
    <h3>
      {application.caseNumber}{' '}
      <span className={`tag ${application.state === 'closed' ? 'done' : 'normal'}`}>
        {say(applicationStateWords[application.state], language)}
      </span>
    </h3>
    <p className="muted">
      {[
        [words('收件', 'Received'), application.submittedOn],
        [words('受理', 'Accepted'), application.acceptedOn],
        [words('办结', 'Closed'), application.closedOn],
      ]
        .filter((pair): pair is [Words, NonNullable<ApplicationOf['submittedOn']>] => pair[1] !== null)
        .map(([text, day]) => `${say(text, language)} ${day}`)
        .join(' · ')}
      {application.correctionRounds > 0
        ? ` · ${say(words('补正次数', 'Correction rounds'), language)} ${application.correctionRounds}`
        : ''}
    </p>
    {application.lateEntry ? (
      <p className="muted">
        {say(
          words(
            '纸质申请后补录入:时限自纸质收件起算。',
            'Entered afterwards from paper: time runs from the receipt on paper.',
          ),
          language,
        )}
      </p>
    ) : null}
    {application.deferrals.length === 0 ? null : (
      <ul>
        {application.deferrals.map((document) => (
          <li key={document.name.zh}>
            {say(words('容缺材料:', 'Document to follow: '), language)}
            {say(document.name, language)}({say(document.stateName, language)},
            {document.due ?? say(document.limit, language)})
          </li>
        ))}
      </ul>
    )}
    <Days days={application.days} language={language} />
    {application.items.length === 0 ? null : (
      <div
        className="scroll"
        tabIndex={0}
        role="region"
        aria-label={`${application.caseNumber} ${say(words('事项', 'items'), language)}`}
      >
        <table className="rows">
          <caption>{say(words('并联办理的事项', 'Items handled in parallel'), language)}</caption>
          <thead>
            <tr>
              {[words('事项', 'Item'), ...Object.values(columns)].map((text) => (
                <th key={text.zh} scope="col">
                  {say(text, language)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {application.items.map((item) => (
              <ItemRow key={item.itemId} item={item} language={language} />
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
)

export const ProgressPage = ({
  progress,
  language,
}: {
  readonly progress: PublicProgress
  readonly language: Language
}): ReactElement => (
  <article data-project={progress.project.projectId}>
    <Trail
      language={language}
      steps={[
        { href: '/projects', text: say(words('项目进度', 'Projects'), language) },
        { text: progress.project.name },
      ]}
    />
    <h1>{progress.project.name}</h1>
    <dl className="facts card">
      <dt>{say(words('项目编号', 'Number'), language)}</dt>
      <dd>{progress.project.number}</dd>
      <dt>{say(words('建设单位', 'Owner'), language)}</dt>
      <dd>{progress.project.ownerName}</dd>
      <dt>{say(words('地点', 'Place'), language)}</dt>
      <dd>{progress.project.address === '' ? '—' : progress.project.address}</dd>
      <dt>{say(words('当前阶段', 'Stage'), language)}</dt>
      <dd>{say(progress.project.stageName, language)}</dd>
      <dt>{say(words('数据时间', 'As of'), language)}</dt>
      <dd>{wallClock(progress.asOf)}</dd>
    </dl>
    <p>
      <a href={`/sites?project=${encodeURIComponent(progress.project.number)}`}>
        {say(words('工地扬尘与噪声', 'Dust and noise of its building sites'), language)}
      </a>
    </p>
    {progress.stages.length === 0 ? (
      <Empty>{say(words('尚无已提交的申请。', 'No application has been submitted yet.'), language)}</Empty>
    ) : null}
    {progress.stages.map((stage) => (
      <section key={stage.stage}>
        <h2>{say(stage.stageName, language)}</h2>
        {stage.applications.map((application) => (
          <Application key={application.caseNumber} application={application} language={language} />
        ))}
      </section>
    ))}
    <section>
      <h2>{say(words('公开记录', 'Published facts'), language)}</h2>
      <p className="muted">
        {say(
          words(
            '每条记录都在只增不改的日志中。点“核验”,由您的浏览器自行计算证明,不依赖本网站的说法。',
            'Each fact stands in an append-only log. Press “verify”: your own browser computes the proof.',
          ),
          language,
        )}
      </p>
      {progress.facts.length === 0 ? <Empty>{say(words('暂无公开记录。', 'Nothing yet.'), language)}</Empty> : null}
      <ol className="timeline">
        {progress.facts.map((fact) => (
          <li key={fact.entryId} data-entry={fact.entryId}>
            <time dateTime={fact.occurredAt}>{wallClock(fact.occurredAt)}</time>
            {fact.sentence}{' '}
            {fact.seq > 0 ? (
              <a className="proof" href={`/proof/${fact.entryId}`} data-proof={fact.entryId}>
                {say(words('核验', 'verify'), language)}
              </a>
            ) : null}
            <output data-result={fact.entryId} />
          </li>
        ))}
      </ol>
    </section>
  </article>
)
