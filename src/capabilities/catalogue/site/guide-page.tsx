/** The guide as a plain form: it works without JavaScript, and its address can be sent to somebody. */
import type { ReactElement } from 'react'
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import { CertaintyMark, Trail } from '../../../site/parts.tsx'
import {
  type CatalogueReader,
  type Guidance,
  type GuideAnswers,
  guide,
  planOrder,
  type Question,
  themeFor,
} from '../contract.ts'
import { askedQuestions } from '../model/situation.ts'

export interface GuideView {
  readonly reader: CatalogueReader
  readonly day: LocalDate
  readonly answers: GuideAnswers
  readonly faults: readonly FieldFault[]
  /** What was typed, to be shown again beside its fault. */
  readonly typed: Readonly<Record<string, string>>
  readonly language: Language
}
type T = (text: Words) => string
const yesNo = [
  { value: 'true', label: words('是', 'Yes') },
  { value: 'false', label: words('否', 'No') },
] as const

const QuestionField = ({
  question,
  view,
  t,
}: {
  readonly question: Question
  readonly view: GuideView
  readonly t: T
}): ReactElement => {
  const { id } = question
  const fault = view.faults.find((each) => each.path === `answers.${id}`)
  const given = view.typed[id] ?? ''
  const help =
    question.help === null ? null : (
      <>
        <br />
        <small className="muted" id={`${id}-help`}>
          {t(question.help)}
        </small>
      </>
    )
  const message =
    fault === undefined ? null : (
      <p className="fault" id={`${id}-fault`}>
        {fault.message}
      </p>
    )
  const described = [help === null ? '' : `${id}-help`, fault === undefined ? '' : `${id}-fault`]
    .filter((each) => each !== '')
    .join(' ')
  const about = described === '' ? {} : { 'aria-describedby': described }
  if (question.type === 'number')
    return (
      <p>
        <label htmlFor={id}>
          {t(question.text)}
          {question.unit === null ? '' : `(${t(question.unit)})`}
        </label>{' '}
        <input
          id={id}
          name={id}
          inputMode="decimal"
          defaultValue={given}
          aria-invalid={fault !== undefined}
          {...about}
        />{' '}
        {help}
        {message}
      </p>
    )
  const choices = question.type === 'boolean' ? yesNo : question.choices
  return (
    <fieldset {...about}>
      <legend>{t(question.text)}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input type="radio" name={id} value={choice.value} defaultChecked={given === choice.value} />{' '}
          {t(choice.label)}
        </label>
      ))}
      {help}
      {message}
    </fieldset>
  )
}

const Questions = ({ view, t }: { readonly view: GuideView; readonly t: T }): ReactElement => {
  const file = view.reader.questions()
  const asked = askedQuestions(file, view.answers)
  return (
    <form method="get" action="/guide#result" className="card no-print">
      {file.groups
        .filter((group) => asked.some((question) => question.group === group.id))
        .map((group) => (
          <section key={group.id} aria-labelledby={`group-${group.id}`}>
            <h2 id={`group-${group.id}`}>{t(group.name)}</h2>
            {asked
              .filter((question) => question.group === group.id)
              .map((question) => (
                <QuestionField key={question.id} question={question} view={view} t={t} />
              ))}
          </section>
        ))}
      <p>
        <button type="submit">{t(words('看看要办什么', 'Show what I need'))}</button>{' '}
        <a href="/guide">{t(words('重新开始', 'Start again'))}</a>
      </p>
    </form>
  )
}

const Needed = ({
  view,
  guidance,
  t,
}: {
  readonly view: GuideView
  readonly guidance: Guidance
  readonly t: T
}): ReactElement => {
  const items = new Map(guidance.items.map((entry) => [entry.item.itemId, entry]))
  const plan = planOrder(
    guidance.items.map((entry) => entry.item),
    view.reader.stages(),
  )
  const nameOf = (id: string): string => {
    const entry = items.get(id)
    return entry === undefined ? id : t(entry.item.name)
  }
  return (
    <ol>
      {plan.layers.map((layer, index) => (
        <li key={layer.join()}>
          <h3>
            {index === 0
              ? t(words('可以马上申请,一起办', 'Apply now, side by side'))
              : t(words('上一步有结果后', 'After the step before'))}
          </h3>
          <ul>
            {layer.map((id) => {
              const entry = items.get(id)
              const waits = [
                ...new Set(plan.holds.filter((hold) => hold.item === id).map((hold) => nameOf(hold.waitsFor))),
              ]
              return entry === undefined ? null : (
                <li key={id}>
                  <a href={`/catalogue/${id}`}>{t(entry.item.name)}</a> ·{' '}
                  {view.reader.departmentName(entry.item.department, view.day)}
                  <br />
                  {t(words('为什么:', 'Why: '))}
                  {t(entry.because)}({entry.citation.basis}){' '}
                  <CertaintyMark certainty={entry.citation.certainty} language={view.language} />
                  {waits.length === 0 ? null : (
                    <>
                      <br />
                      <span className="muted">
                        {t(words('要等:', 'Waits for: '))}
                        {waits.join('、')}
                      </span>
                    </>
                  )}
                </li>
              )
            })}
          </ul>
        </li>
      ))}
    </ol>
  )
}

const Result = ({ view, t }: { readonly view: GuideView; readonly t: T }): ReactElement => {
  const { reader, day, answers } = view
  const questions = reader.questions()
  const guidance = guide(questions, reader.itemsInForce(day), answers)
  const theme = themeFor(reader.themes(), questions, answers)
  const textOf = (id: string): string => {
    const question = questions.questions.find((each) => each.id === id)
    return question === undefined ? id : t(question.text)
  }
  return (
    <section aria-labelledby="result">
      <h2 id="result">{t(words(`要办 ${guidance.items.length} 项`, `${guidance.items.length} items needed`))}</h2>
      {theme === null ? null : (
        <p>
          {t(words('项目类型:', 'Kind of project: '))}
          {t(theme.name)}
          {theme.note === null ? '' : `。${t(theme.note)}`}
        </p>
      )}
      <Needed view={view} guidance={guidance} t={t} />
      {guidance.undecided.length === 0 ? null : (
        <details open>
          <summary>
            {t(
              words(
                `还有 ${guidance.undecided.length} 项要再答几个问题才能确定`,
                `${guidance.undecided.length} items still depend on your answers`,
              ),
            )}
          </summary>
          <ul>
            {guidance.undecided.map(({ item, waitingFor }) => (
              <li key={item.itemId}>
                {t(item.name)}:{waitingFor.map(textOf).join(' / ')}
              </li>
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>
          {t(
            words(
              `不用办 ${guidance.notNeeded.length} 项,看看为什么`,
              `${guidance.notNeeded.length} items not needed, and why`,
            ),
          )}
        </summary>
        <ul>
          {guidance.notNeeded.map(({ item, because }) => (
            <li key={item.itemId}>
              <a href={`/catalogue/${item.itemId}`}>{t(item.name)}</a>:{t(because)}
            </li>
          ))}
        </ul>
      </details>
      <p className="muted">
        {t(words('这是参考结果,不代替部门的审查决定。', 'This is guidance; the departments decide.'))}
      </p>
    </section>
  )
}

export const GuidePage = (view: GuideView): ReactElement => {
  const t: T = (text) => say(text, view.language)
  return (
    <>
      <Trail
        language={view.language}
        steps={[{ href: '/', text: t(words('首页', 'Home')) }, { text: t(words('我要办什么', 'What do I need?')) }]}
      />
      <h1>{t(words('我要办什么', 'What do I need?'))}</h1>
      <p className="lead">
        {t(
          words(
            '知道的就答,不清楚的可以空着。每答一次,下面会列出要办的事项和理由。',
            'Answer what you know and leave the rest open. The list below gives what you need, and why.',
          ),
        )}
      </p>
      <Questions view={view} t={t} />
      {Object.keys(view.answers).length === 0 ? null : <Result view={view} t={t} />}
    </>
  )
}
