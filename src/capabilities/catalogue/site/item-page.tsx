/** The public page of one item. It prints as a complete 办事指南. */
import type { ReactElement, ReactNode } from 'react'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import { CertaintyMark, Trail } from '../../../site/parts.tsx'
import type { CatalogueReader, Citation, ItemVersion } from '../contract.ts'
import { LimitFacts, MaterialTable, RemedyList } from './item-parts.tsx'
import { certaintyWords, dutyUnitWords, holdWords, kindWords, limitText } from './labels.ts'

export interface ItemView {
  readonly reader: CatalogueReader
  readonly item: ItemVersion
  readonly day: LocalDate
  readonly today: LocalDate
  readonly language: Language
}
type T = (text: Words) => string

/** The address of another item, as of the day that is shown. */
const hrefOf = (itemId: string, view: ItemView): string =>
  view.day === view.today ? `/catalogue/${itemId}` : `/catalogue/${itemId}?day=${view.day}`

/** A source as people read it: what it rests on, how certain, and a mark where it was not checked. */
export const Basis = ({
  citation,
  language,
}: {
  readonly citation: Citation
  readonly language: Language
}): ReactElement => (
  <>
    {citation.basis}{' '}
    <small className="muted">
      {citation.certainty} · {say(certaintyWords[citation.certainty], language)}
      {citation.note === undefined ? '' : ` · ${citation.note}`}
    </small>{' '}
    <CertaintyMark certainty={citation.certainty} language={language} />
  </>
)

const Section = ({
  id,
  title,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly children: ReactNode
}): ReactElement => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
)

const Prerequisites = ({ view, t }: { readonly view: ItemView; readonly t: T }): ReactElement => {
  const { item, reader, day, language } = view
  const items = reader.itemsInForce(day)
  const milestones = reader.stages().flatMap((stage) => stage.milestones)
  const later = items.filter((other) => other.prerequisites.some((each) => each.on === item.itemId))
  const nameOf = (on: string): ReactNode => {
    const other = items.find((each) => each.itemId === on)
    if (other !== undefined) return <a href={hrefOf(on, view)}>{t(other.name)}</a>
    const milestone = milestones.find((each) => each.id === on)
    return milestone === undefined ? on : t(milestone.name)
  }
  return (
    <Section id="order" title={t(words('和其他事项的先后', 'What comes before and after'))}>
      {item.prerequisites.length === 0 ? (
        <p>{t(words('不用等其他事项,可以直接申请。', 'Nothing comes before; apply directly.'))}</p>
      ) : (
        <ol className="timeline">
          {item.prerequisites.map((each) => (
            <li key={`${each.on}-${each.hold}`}>
              <b>{t(holdWords[each.hold])}</b> · {nameOf(each.on)}
              <br />
              {t(each.because)}
              <br />
              <Basis citation={each.citation} language={language} />
            </li>
          ))}
        </ol>
      )}
      {later.length === 0 ? null : (
        <p>
          {t(words('等本事项结果的:', 'Waiting for this item: '))}
          {later.map((other, index) => (
            <span key={other.itemId}>
              {index === 0 ? '' : '、'}
              <a href={hrefOf(other.itemId, view)}>{t(other.name)}</a>
            </span>
          ))}
        </p>
      )}
      <p className="muted">
        {t(
          words(
            '只有您的项目需要办的事项才算前置;可以并联的事项请一起申请。',
            'Only items that your project needs count; apply for parallel ones together.',
          ),
        )}
      </p>
    </Section>
  )
}

const Summary = ({ view, t }: { readonly view: ItemView; readonly t: T }): ReactElement => {
  const { item, reader, day, language } = view
  return (
    <dl className="facts card">
      <dt>{t(words('事项编号', 'Code'))}</dt>
      <dd>
        {item.code}({item.itemId})
      </dd>
      <dt>{t(words('类型', 'Kind'))}</dt>
      <dd>
        {t(kindWords[item.kind])}
        {item.kindNote === null ? '' : `:${t(item.kindNote)}`}
      </dd>
      <dt>{t(words('办理部门', 'Department'))}</dt>
      <dd>{[item.department, ...item.alsoDepartments].map((code) => reader.departmentName(code, day)).join('、')}</dd>
      <dt>{t(words('谁可以申请', 'Who may apply'))}</dt>
      <dd>{t(item.whoMayApply)}</dd>
      <dt>{t(words('什么情况要办', 'When it is needed'))}</dt>
      <dd>
        {item.applies.map((rule) => (
          <div key={rule.because.zh}>
            {t(rule.because)} <CertaintyMark certainty={rule.citation.certainty} language={language} />
          </div>
        ))}
      </dd>
      <dt>{t(words('什么情况不用办', 'When it is not'))}</dt>
      <dd>{t(item.notNeeded)}</dd>
      <dt>{t(words('办理结果', 'Result'))}</dt>
      <dd>
        {item.outputs.map((output) => (
          <div key={output.id}>
            {t(output.name)}
            {output.validity === null
              ? ''
              : `${t(words(',有效期', ', valid for'))} ${output.validity.amount} ${t(dutyUnitWords[output.validity.unit])}`}{' '}
            {output.validity === null ? null : (
              <CertaintyMark certainty={output.validity.citation.certainty} language={language} />
            )}
          </div>
        ))}
      </dd>
      <dt>{t(words('收费', 'Fee'))}</dt>
      <dd>
        {t(item.fee.text)} <CertaintyMark certainty={item.fee.citation.certainty} language={language} />
      </dd>
    </dl>
  )
}

const Duties = ({ view, t }: { readonly view: ItemView; readonly t: T }): ReactElement | null =>
  view.item.duties.length === 0 ? null : (
    <Section id="duties" title={t(words('您要记住的期限', 'Dates to keep'))}>
      <ul>
        {view.item.duties.map((duty) => (
          <li key={duty.text.zh}>
            {t(duty.text)}
            <br />
            <Basis citation={duty.citation} language={view.language} />
          </li>
        ))}
      </ul>
    </Section>
  )

const Penalties = ({ view, t }: { readonly view: ItemView; readonly t: T }): ReactElement | null => {
  const penalties = view.reader.penalties().filter((penalty) => penalty.items.includes(view.item.itemId))
  return penalties.length === 0 ? null : (
    <Section id="penalties" title={t(words('不办会怎样', 'What follows if it is not done'))}>
      <ul>
        {penalties.map((penalty) => (
          <li key={penalty.id}>
            {t(penalty.act)}:{t(penalty.penalty)}
            <br />
            <Basis citation={penalty.citation} language={view.language} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const Versions = ({ view, t }: { readonly view: ItemView; readonly t: T }): ReactElement => (
  <Section id="versions" title={t(words('版本', 'Versions'))}>
    <p>{t(words('收件那一天有效的版本适用于您的申请。', 'The version in force on the day of receipt applies.'))}</p>
    <ul>
      {view.reader.versionsOf(view.item.itemId).map((version) => (
        <li key={version.versionId}>
          {version.versionId === view.item.versionId ? (
            <b aria-current="true">{version.versionId}</b>
          ) : (
            <a href={`/catalogue/${version.itemId}?day=${version.validFrom ?? version.validTo ?? view.day}`}>
              {version.versionId}
            </a>
          )}
          :{version.validFrom ?? t(words('起始不详', 'from unknown'))} {t(words('至', 'to'))}{' '}
          {version.validTo ?? t(words('今', 'now'))} · {version.legalBasis.map((each) => each.basis).join(';')}
        </li>
      ))}
    </ul>
  </Section>
)

export const ItemPage = (view: ItemView): ReactElement => {
  const { item, reader, language } = view
  const t: T = (text) => say(text, language)
  return (
    <article>
      <Trail
        language={language}
        steps={[
          { href: '/', text: t(words('首页', 'Home')) },
          { href: '/catalogue', text: t(words('服务清单', 'Service catalogue')) },
          { text: t(item.name) },
        ]}
      />
      <h1>{t(item.name)}</h1>
      <p className="lead">
        {t(words('办理时限', 'Time limit'))}{' '}
        {limitText(item.promise.days ?? item.limit.days, item.limit.unit, language)} ·{' '}
        {reader.departmentName(item.department, view.day)}
      </p>
      {item.notes.map((note) => (
        <p className="notice" key={note.zh}>
          {t(note)}
        </p>
      ))}
      <Summary view={view} t={t} />
      {item.conditions.length === 0 ? null : (
        <Section id="conditions" title={t(words('办理条件', 'Conditions'))}>
          <ul>
            {item.conditions.map((condition) => (
              <li key={condition.zh}>{t(condition)}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section id="materials" title={t(words('材料', 'Documents'))}>
        <MaterialTable view={view} t={t} />
      </Section>
      <Section id="limits" title={t(words('时限', 'Time limits'))}>
        <LimitFacts view={view} t={t} />
      </Section>
      <Prerequisites view={view} t={t} />
      <Duties view={view} t={t} />
      <Penalties view={view} t={t} />
      {item.questions.length === 0 ? null : (
        <Section id="questions" title={t(words('常见问题', 'Questions'))}>
          {item.questions.map((each) => (
            <details key={each.question.zh} open>
              <summary>{t(each.question)}</summary>
              <p>{t(each.answer)}</p>
            </details>
          ))}
        </Section>
      )}
      <Section id="remedy" title={t(words('不服怎么办', 'If you disagree'))}>
        <RemedyList remedy={reader.remedy(item.remedy)} language={language} t={t} />
      </Section>
      <Section id="law" title={t(words('法律依据', 'Legal basis'))}>
        <ul>
          {item.legalBasis.map((citation) => (
            <li key={citation.basis}>
              <Basis citation={citation} language={language} />
            </li>
          ))}
        </ul>
      </Section>
      <Versions view={view} t={t} />
    </article>
  )
}
