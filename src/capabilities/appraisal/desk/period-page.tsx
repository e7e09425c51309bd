/** One period: the figures by department and person, verification, publication, objections, report. */
import { Link, useParams } from '@tanstack/react-router'
import { Button, Checkbox, Modal } from 'antd'
import { type ReactElement, useState } from 'react'
import type { z } from 'zod'
import { addressOf } from '../../../desk/call.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { needsVerification } from '../../../kernel/sourced.ts'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import {
  answerObjection,
  computePeriod,
  type objectionSchema,
  type PeriodId,
  type PeriodView,
  publishPeriod,
  readFigure,
  readPeriod,
  readReport,
  verifyPeriod,
} from '../contract.ts'
import { valueText } from '../model/figures.ts'

type Objection = z.infer<typeof objectionSchema>
type Figure = PeriodView['figures'][number]

export const PeriodPage = (): ReactElement => {
  const say = useSay()
  const { periodId = '' } = useParams({ strict: false }) as { periodId?: string }
  const params = { periodId: periodId as PeriodId }
  const query = useRead(readPeriod, { params })
  const name = query.data === undefined ? '' : say(query.data.period.name)
  return (
    <Page
      title={say(`办件时效考核 ${name}`, `Assessment ${name}`)}
      beside={
        query.data === undefined ? undefined : (
          <span className="tag">
            {query.data.period.state === 'published' ? say('已发布', 'Published') : say('草稿', 'Draft')}
            {query.data.period.edition > 1 && ` · ${say('第', 'edition ')}${query.data.period.edition}${say('版', '')}`}
          </span>
        )
      }
    >
      <Loaded query={query}>{(view) => <Content view={view} />}</Loaded>
    </Page>
  )
}

const Content = ({ view }: { readonly view: PeriodView }): ReactElement => {
  const say = useSay()
  const { period, rules } = view
  const params = { periodId: period.periodId }
  const compute = useAct(computePeriod)
  const publish = useAct(publishPeriod)
  const [verifying, setVerifying] = useState(false)
  const [publishing, setPublishing] = useState(false)
  const [answering, setAnswering] = useState<Objection | null>(null)
  const again = () => compute.mutate({ body: { kind: period.kind, year: period.year, number: period.number } })
  return (
    <div className="stack">
      <div className="row">
        <ActButton because={view.may.compute} busy={compute.isPending} onAct={again}>
          {period.state === 'published'
            ? say('出更正版', 'Make a corrected edition')
            : say('重新计算', 'Compute again')}
        </ActButton>
        <ActButton because={view.may.publish} look={{ type: 'primary' }} onAct={() => setPublishing(true)}>
          {say('发布', 'Publish')}
        </ActButton>
        <Button onClick={() => setVerifying(true)}>{say('重新推算核对', 'Derive again')}</Button>
        <a href={addressOf(readReport, params)} target="_blank" rel="noreferrer">
          {say('考核报告(PDF)', 'Report (PDF)')}
        </a>
      </div>
      <RefusalNotice error={compute.error} />
      {compute.data !== undefined && compute.data.period.periodId !== period.periodId && (
        <p className="notice">
          <Link to="/appraisal/$periodId" params={{ periodId: compute.data.period.periodId }}>
            {say('更正版草稿已生成,点按查看', 'The corrected draft is ready')}
          </Link>
        </p>
      )}
      <p className="small quiet">
        {period.from} – {period.to} · {say('数据截至', 'data until')} {wallClock(period.computedAt)} ·{' '}
        {say('规则版本', 'rules')} {rules.version}
        {needsVerification(rules.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
        {view.objectUntil !== null && ` · ${say('异议截止', 'objections until')} ${view.objectUntil}`}
      </p>
      <Ranking view={view} />
      {groups.map(({ aspect, name }) => {
        const indicators = rules.indicators.filter((indicator) => indicator.aspect === aspect)
        return indicators.length === 0 ? null : (
          <section key={name.zh} className="stack" aria-label={say(name)}>
            <h2>{say(name)}</h2>
            {indicators.map((indicator) => (
              <Indicator key={indicator.code} view={view} indicator={indicator} />
            ))}
          </section>
        )
      })}
      {view.objections.length > 0 && (
        <Card title={say('异议', 'Objections')}>
          {view.objections.map((objection) => (
            <section key={objection.objectionId} style={{ marginBottom: 12 }}>
              <h3>
                {objection.departmentName} ·{' '}
                {say(rules.indicators.find((each) => each.code === objection.indicator)?.name ?? { zh: '', en: '' })}{' '}
                <span className="tag">
                  {objection.state === 'open'
                    ? say('待答复', 'Open')
                    : objection.state === 'upheld'
                      ? say('成立', 'Upheld')
                      : say('不成立', 'Rejected')}
                </span>
              </h3>
              <p>{objection.text}</p>
              <p className="small quiet">
                {objection.raisedBy} {wallClock(objection.raisedAt)} ·{' '}
                <Link to="/appraisal/figures/$figureId" params={{ figureId: objection.figureId }}>
                  {say('查看该数字', 'See the figure')}
                </Link>
              </p>
              {objection.answer !== null && (
                <p>
                  {say('答复', 'Answer')}:{objection.answer}
                  {objection.excluded.length > 0 &&
                    `(${say('不再计入', 'left out')}:${objection.excluded.map((file) => file.caseNumber).join('、')})`}
                </p>
              )}
              {objection.state === 'open' && (
                <ActButton because={objection.mayAnswer} onAct={() => setAnswering(objection)}>
                  {say('答复', 'Answer')}
                </ActButton>
              )}
            </section>
          ))}
        </Card>
      )}
      <p className="small quiet">
        {rules.basis}。{rules.note} · SHA-256 <code>{view.digest}</code>
      </p>
      {verifying && <VerifyDialog periodId={period.periodId} onClose={() => setVerifying(false)} />}
      {answering !== null && <AnswerDialog objection={answering} onClose={() => setAnswering(null)} />}
      {publishing && (
        <FormDialog
          open
          title={say('发布考核数据', 'Publish')}
          onClose={() => setPublishing(false)}
          onSubmit={() =>
            publish.mutate({ params, body: { digest: view.digest } }, { onSuccess: () => setPublishing(false) })
          }
          submitLabel={say('发布并冻结', 'Publish and freeze')}
          busy={publish.isPending}
          error={publish.error}
        >
          <p>
            {say(
              '发布后数字不再变动,部门数据在公开网站展示(不含个人)。',
              'The numbers are frozen then, and those of departments are public (no persons).',
            )}
          </p>
        </FormDialog>
      )}
    </div>
  )
}

/** Quality first: a department is never looked at by its speed alone. */
const groups = [
  { aspect: 'quality', name: words('办得对:质量', 'How well') },
  { aspect: 'speed', name: words('办得快:速度', 'How fast') },
  { aspect: null, name: words('单列', 'Counted apart') },
] as const

const Ranking = ({ view }: { readonly view: PeriodView }): ReactElement | null => {
  const say = useSay()
  const { ranking } = view.rules
  if (ranking === null || view.ranking.length === 0) return null
  return (
    <Card title={say(ranking.name)}>
      <p className="small quiet">
        {say(ranking.definition)}
        {needsVerification(ranking.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
      </p>
      <table className="cases">
        <caption className="hidden">{say(ranking.name)}</caption>
        <thead>
          <tr>
            <th scope="col">{say('部门', 'Department')}</th>
            <th scope="col">{say('次序', 'Place')}</th>
            <th scope="col">{say('速度', 'Speed')}</th>
            <th scope="col">{say('质量', 'Quality')}</th>
            <th scope="col">{say('取低者', 'The lower')}</th>
          </tr>
        </thead>
        <tbody>
          {view.ranking.map((place) => (
            <tr key={place.department}>
              <th scope="row">{place.departmentName}</th>
              <td data-label={say('次序', 'Place')}>{place.rank ?? say('不排序', 'none')}</td>
              <td data-label={say('速度', 'Speed')}>{valueText(place.speed, 'share')}</td>
              <td data-label={say('质量', 'Quality')}>{valueText(place.quality, 'share')}</td>
              <td data-label={say('取低者', 'The lower')}>
                <strong>{valueText(place.score, 'share')}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

const Indicator = ({
  view,
  indicator,
}: {
  readonly view: PeriodView
  readonly indicator: PeriodView['rules']['indicators'][number]
}): ReactElement => {
  const say = useSay()
  const figures = view.figures.filter((figure) => figure.indicator === indicator.code)
  const departments = figures.filter((figure) => figure.scope === 'department')
  const persons = figures.filter((figure) => figure.scope === 'person')
  const row = (figure: Figure): ReactElement => (
    <tr key={figure.figureId}>
      <th scope="row">
        {figure.person === null ? figure.departmentName : `${figure.departmentName} ${figure.person}`}
      </th>
      <td data-label={say('数值', 'Value')}>
        <strong>{valueText(figure.value, indicator.unit)}</strong>
      </td>
      <td data-label={say('计算', 'Made of')}>
        {figure.denominator === null ? figure.numerator : `${figure.numerator} ÷ ${figure.denominator}`}
      </td>
      <td data-label={say('办件', 'Files')}>
        <Link to="/appraisal/figures/$figureId" params={{ figureId: figure.figureId }}>
          {figure.files} {say('件', 'files')}
          <span className="hidden">
            {say(indicator.name)} {figure.departmentName} {figure.person ?? ''}
          </span>
        </Link>
      </td>
    </tr>
  )
  const table = (rows: readonly Figure[], label: string) => (
    <table className="cases">
      <caption className="hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{say('部门', 'Department')}</th>
          <th scope="col">{say('数值', 'Value')}</th>
          <th scope="col">{say('计算', 'Made of')}</th>
          <th scope="col">{say('背后的办件', 'Files behind it')}</th>
        </tr>
      </thead>
      <tbody>{rows.map(row)}</tbody>
    </table>
  )
  if (departments.length === 0)
    return (
      <p className="quiet">
        {say(indicator.name)}:{say('本期没有相关办件。', 'No files in this period.')}
      </p>
    )
  return (
    <Card title={say(indicator.name)}>
      <p className="small quiet">{say(indicator.definition)}</p>
      {table(departments, say(indicator.name))}
      {persons.length > 0 && (
        <details>
          <summary>
            {say('按人员', 'By person')}({persons.length})
          </summary>
          {table(persons, `${say(indicator.name)} ${say('按人员', 'by person')}`)}
        </details>
      )}
    </Card>
  )
}

const VerifyDialog = ({
  periodId,
  onClose,
}: {
  readonly periodId: PeriodId
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const result = useRead(verifyPeriod, { params: { periodId } })
  return (
    <Modal open title={say('重新推算核对', 'Derive again')} onCancel={onClose} footer={null}>
      <Loaded query={result}>
        {(data) => (
          <>
            <p className={data.equal ? 'notice' : 'notice bad'} role="status">
              {data.equal
                ? say('一致:由办件记录重新推算,每个数字和每份办件清单都相同。', 'Equal: every number and every list.')
                : say(`不一致:${data.differences.join(';')}`, `Different: ${data.differences.join('; ')}`)}
            </p>
            <dl className="facts">
              <dt>{say('已存摘要', 'Stored')}</dt>
              <dd>
                <code>{data.digest}</code>
              </dd>
              <dt>{say('重算摘要', 'Derived')}</dt>
              <dd>
                <code>{data.derived}</code>
              </dd>
            </dl>
          </>
        )}
      </Loaded>
    </Modal>
  )
}

const AnswerDialog = ({
  objection,
  onClose,
}: {
  readonly objection: Objection
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const figure = useRead(readFigure, { params: { figureId: objection.figureId } })
  const [upheld, setUpheld] = useState<'yes' | 'no' | null>(null)
  const [answer, setAnswer] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [tried, setTried] = useState(false)
  const act = useAct(answerObjection, { onDone: onClose })
  return (
    <FormDialog
      open
      width={760}
      title={say('答复异议', 'Answer the objection')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (upheld !== null && answer.trim() !== '')
          act.mutate({
            params: { objectionId: objection.objectionId },
            body: { upheld: upheld === 'yes', answer, exclude: upheld === 'yes' ? [...chosen] : [] },
          })
      }}
      submitLabel={say('答复', 'Answer')}
      busy={act.isPending}
      error={act.error}
    >
      <p>{objection.text}</p>
      <ChoiceField
        label={say('结论', 'Result')}
        value={upheld}
        onChange={setUpheld}
        options={[
          { value: 'yes', label: say('成立,所选办件不再计入(出更正版)', 'Upheld: leave the chosen files out') },
          { value: 'no', label: say('不成立', 'Rejected') },
        ]}
        fault={tried && upheld === null ? say('请选择结论。', 'Choose the result.') : undefined}
        required
      />
      {upheld === 'yes' && (
        <Loaded query={figure}>
          {(data) => (
            <fieldset className="field">
              <legend>{say('不再计入的办件', 'Files to leave out')}</legend>
              {data.files
                .filter((file) => file.counted)
                .map((file) => (
                  <div key={file.key}>
                    <Checkbox
                      checked={chosen.includes(file.key)}
                      onChange={(event) =>
                        setChosen(
                          event.target.checked ? [...chosen, file.key] : chosen.filter((key) => key !== file.key),
                        )
                      }
                    >
                      {file.caseNumber} {file.what}({file.note})
                    </Checkbox>
                  </div>
                ))}
            </fieldset>
          )}
        </Loaded>
      )}
      <TextField
        label={say('答复', 'Answer')}
        rows={4}
        value={answer}
        onChange={setAnswer}
        maxLength={2000}
        required
        fault={tried && answer.trim() === '' ? say('请填写答复。', 'Give the answer.') : undefined}
      />
    </FormDialog>
  )
}
