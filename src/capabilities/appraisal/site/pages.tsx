/** The public page: how well and how fast each department works, with what the numbers mean. No person, no file. */
import type { ReactElement } from 'react'
import { localDateOf } from '../../../kernel/time.ts'
import { type Language, say, words } from '../../../kernel/words.ts'
import type { SitePage } from '../../../platform/platform.ts'
import { CertaintyMark, Empty, Trail } from '../../../site/parts.tsx'
import type { PublicPeriod } from '../contract.ts'
import { valueText } from '../model/figures.ts'

/** Quality stands before speed, as on the desk; what is counted apart comes last. */
const aspectOrder = ['quality', 'speed', null] as const
const Period = ({ period, language }: { readonly period: PublicPeriod; readonly language: Language }): ReactElement => {
  const indicators = aspectOrder.flatMap((aspect) => period.indicators.filter((each) => each.aspect === aspect))
  return (
    <section>
      <h2>
        {say(period.name, language)} <CertaintyMark certainty={period.certainty} language={language} />
      </h2>
      <p>
        {say(words('期间', 'Period'), language)}:{period.from} – {period.to} ·{' '}
        {say(words('发布', 'Published'), language)}:{localDateOf(period.publishedAt)}
        {period.edition > 1 && ` · ${say(words(`第${period.edition}版(更正)`, `edition ${period.edition}`), language)}`}
      </p>
      {period.departments.length === 0 ? (
        <Empty>{say(words('本期没有办件。', 'No files in this period.'), language)}</Empty>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label={say(period.name, language)}>
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">{say(words('部门', 'Department'), language)}</th>
                {indicators.map((indicator) => (
                  <th key={indicator.code} scope="col">
                    {say(indicator.name, language)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {period.departments.map((department) => (
                <tr key={department.departmentName}>
                  <th scope="row">{department.departmentName}</th>
                  {indicators.map((indicator) => {
                    const figure = department.figures.find((each) => each.indicator === indicator.code)
                    return (
                      <td key={indicator.code} data-label={say(indicator.name, language)}>
                        {figure === undefined ? '—' : valueText(figure.value, indicator.unit)}
                        {figure !== undefined && figure.denominator !== null && (
                          <small>
                            {' '}
                            ({figure.numerator}/{figure.denominator})
                          </small>
                        )}
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <details>
        <summary>{say(words('指标口径', 'What the numbers mean'), language)}</summary>
        <dl>
          {indicators.map((indicator) => (
            <div key={indicator.code}>
              <dt>{say(indicator.name, language)}</dt>
              <dd>{say(indicator.definition, language)}</dd>
            </div>
          ))}
        </dl>
        <p>
          {period.basis}({say(words('规则版本', 'rules'), language)} {period.rulesVersion})
        </p>
        <p>
          {say(words('核对摘要', 'Digest'), language)} SHA-256:<code>{period.digest}</code>
        </p>
      </details>
    </section>
  )
}

export const AppraisalPage = ({
  periods,
  language,
}: {
  readonly periods: readonly PublicPeriod[]
  readonly language: Language
}): ReactElement => (
  <>
    <Trail
      language={language}
      steps={[
        { href: '/', text: say(words('首页', 'Home'), language) },
        { text: say(words('办件时效', 'Service times'), language) },
      ]}
    />
    <h1>{say(words('各部门办件时效', 'Service times by department'), language)}</h1>
    <p>
      {say(
        words(
          '速度与质量一并公布:快不能抵错。数字由办件记录推算并冻结,事后补录的办件单列。部门可以提出异议,更正时出新版。',
          'Speed is published together with quality. Numbers are derived from the files and frozen. Files entered afterwards are counted apart. Corrections appear as new editions.',
        ),
        language,
      )}
    </p>
    {periods.length === 0 ? (
      <Empty>{say(words('还没有发布过考核数据。', 'Nothing has been published yet.'), language)}</Empty>
    ) : (
      periods.map((period) => <Period key={`${period.kind}${period.to}`} period={period} language={language} />)
    )}
  </>
)
export const appraisalPages = (read: () => Promise<readonly PublicPeriod[]>): readonly SitePage[] => [
  {
    path: '/appraisal',
    render: async ({ language }) => ({
      title: say(words('办件时效', 'Service times'), language),
      body: <AppraisalPage periods={await read()} language={language} />,
    }),
  },
]
