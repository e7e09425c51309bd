/** Parts of the item page: documents, limits, remedies. */
import type { ReactElement } from 'react'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import { CertaintyMark } from '../../../site/parts.tsx'
import type { CatalogueReader, ItemVersion, Remedy } from '../contract.ts'
import { deferrableWords, dutyUnitWords, extensionText, formWords, limitText, unitWords } from './labels.ts'

interface PartView {
  readonly reader: CatalogueReader
  readonly item: ItemVersion
  readonly day: LocalDate
  readonly language: Language
}
type T = (text: Words) => string

export const MaterialTable = ({ view, t }: { readonly view: PartView; readonly t: T }): ReactElement => (
  <div className="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">{t(words('材料', 'Document'))}</th>
          <th scope="col">{t(words('形式', 'Form'))}</th>
          <th scope="col">{t(words('是否必需', 'Required'))}</th>
          <th scope="col">{t(words('容缺', 'May follow'))}</th>
          <th scope="col">{t(words('依据', 'Basis'))}</th>
        </tr>
      </thead>
      <tbody>
        {view.item.materials.map((material) => (
          <tr key={material.id}>
            <th scope="row">
              {t(material.name)}
              {material.isPrimary ? <span className="tag">{t(words('主审要件', 'primary'))}</span> : null}
            </th>
            <td>
              {t(formWords[material.form])}
              {material.commitmentInstead ? t(words('(可以承诺代替)', ' (a commitment may stand in)')) : ''}
            </td>
            <td>{material.when === null ? t(words('必需', 'Always')) : t(material.when)}</td>
            <td>
              {t(deferrableWords[material.deferrable])}
              {material.deferrableNote === null ? '' : `:${t(material.deferrableNote)}`}
            </td>
            <td>
              {material.citation.basis}{' '}
              <CertaintyMark certainty={material.citation.certainty} language={view.language} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Legal grounds that may stop the clock of this item. */
const PauseGrounds = ({ view, t }: { readonly view: PartView; readonly t: T }): ReactElement => {
  const { reader, item, day } = view
  const grounds = reader
    .legalGrounds(day)
    .filter((ground) => ground.onlyFor.length === 0 || ground.onlyFor.includes(item.itemId))
  const list = (pausable: boolean): string =>
    grounds
      .filter((ground) => ground.pausable === pausable)
      .map((ground) => t(ground.name))
      .join('、')
  return (
    <p>
      {t(words('依法不计入时限、要书面告知您的:', 'Not counted, and you are told in writing: '))}
      {list(true)}
      <br />
      {t(words('时限照常计算的:', 'Counted as usual: '))}
      {list(false)}
    </p>
  )
}

export const LimitFacts = ({ view, t }: { readonly view: PartView; readonly t: T }): ReactElement => {
  const { item, language } = view
  const extension = extensionText(item.limit, language)
  return (
    <>
      <dl className="facts">
        <dt>{t(words('法定时限', 'By law'))}</dt>
        <dd>
          {limitText(item.limit.days, item.limit.unit, language)} · {item.limit.citation.basis}
          {item.limit.citation.note === undefined ? '' : `(${item.limit.citation.note})`}{' '}
          <CertaintyMark certainty={item.limit.citation.certainty} language={language} />
        </dd>
        <dt>{t(words('承诺时限', 'Promised'))}</dt>
        <dd>
          {item.promise.days === null
            ? t(words('本地尚未公布,按法定时限办理', 'None published; the limit of the law applies'))
            : limitText(item.promise.days, item.promise.unit, language)}{' '}
          <CertaintyMark certainty={item.promise.citation.certainty} language={language} />
        </dd>
        {item.limit.variants.map((variant) => (
          <div key={variant.when.zh}>
            <dt>{t(variant.when)}</dt>
            <dd>{limitText(variant.days, variant.unit, language)}</dd>
          </div>
        ))}
        {item.limit.excludedDays.map((excluded) => (
          <div key={excluded.ground}>
            <dt>
              {t(excluded.name)}
              {t(words('(另计)', ' (counted apart)'))}
            </dt>
            <dd>
              {excluded.days === null
                ? t(words('天数没有规定', 'No number of days'))
                : `${t(words('最长', 'at most'))} ${excluded.days} ${t(unitWords[excluded.unit])}`}{' '}
              <CertaintyMark certainty={excluded.citation.certainty} language={language} />
            </dd>
          </div>
        ))}
      </dl>
      {extension === null ? null : <p>{extension}</p>}
      {item.limit.unit === 'immediate' ? null : <PauseGrounds view={view} t={t} />}
      {item.safety ? (
        <p className="muted">
          {t(words('本事项涉及安全:部门没有答复不算同意。', 'Safety is touched: silence never counts as consent.'))}
        </p>
      ) : null}
    </>
  )
}

export const RemedyList = ({
  remedy,
  language,
  t,
}: {
  readonly remedy: Remedy
  readonly language: Language
  readonly t: T
}): ReactElement => (
  <>
    <p>{say(remedy.text, language)}</p>
    <ul>
      {remedy.steps.map((step) => (
        <li key={step.name.zh}>
          {t(step.name)}
          {step.unit === 'none' || step.amount === null ? '' : `(${step.amount} ${t(dutyUnitWords[step.unit])})`} ·{' '}
          {step.citation.basis} <CertaintyMark certainty={step.citation.certainty} language={language} />
        </li>
      ))}
    </ul>
  </>
)
