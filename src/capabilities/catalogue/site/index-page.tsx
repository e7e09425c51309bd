/** The public index of the catalogue, by stage or by department. */
import type { ReactElement } from 'react'
import { needsVerification } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import { CertaintyMark, Empty, Trail } from '../../../site/parts.tsx'
import { type CatalogueReader, type ItemVersion, workingLimit } from '../contract.ts'
import { kindWords, limitText } from './labels.ts'

export interface IndexView {
  readonly reader: CatalogueReader
  readonly day: LocalDate
  /** A day was asked for that does not exist: today's catalogue is shown, and said so. */
  readonly noSuchDay: boolean
  readonly today: LocalDate
  readonly by: 'stage' | 'department'
  readonly search: string
  readonly language: Language
}
interface Group {
  readonly id: string
  readonly name: string
  readonly summary: string
  readonly items: readonly ItemVersion[]
}

const groupsOf = ({ reader, day, by, search, language }: IndexView): readonly Group[] => {
  const wanted = search.trim().toLowerCase()
  const items = reader
    .itemsInForce(day)
    .filter(
      (item) =>
        wanted === '' || `${item.name.zh} ${item.name.en} ${item.code} ${item.itemId}`.toLowerCase().includes(wanted),
    )
  const groups =
    by === 'stage'
      ? reader.stages().map((stage) => ({
          id: stage.id,
          name: say(stage.name, language),
          summary: say(stage.summary, language),
          items: items.filter((item) => item.stage === stage.id),
        }))
      : [...new Set(items.map((item) => item.department))].map((code) => ({
          id: code,
          name: reader.departmentName(code, day),
          summary: '',
          items: items.filter((item) => item.department === code),
        }))
  return groups.filter((group) => group.items.length > 0)
}

const ItemTable = ({ view, group }: { readonly view: IndexView; readonly group: Group }): ReactElement => {
  const { language, reader, day, today } = view
  const t = (text: Words): string => say(text, language)
  const suffix = day === today ? '' : `?day=${day}`
  return (
    <section aria-labelledby={`group-${group.id}`}>
      <h2 id={`group-${group.id}`}>{group.name}</h2>
      {group.summary === '' ? null : <p className="muted">{group.summary}</p>}
      <div className="scroll">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t(words('事项', 'Item'))}</th>
              <th scope="col">{t(words('类型', 'Kind'))}</th>
              <th scope="col">{t(words('办理部门', 'Department'))}</th>
              <th scope="col">{t(words('办理时限', 'Time limit'))}</th>
            </tr>
          </thead>
          <tbody>
            {group.items.map((item) => {
              const { days, unit, from } = workingLimit(item)
              const { certainty } = (from === 'promise' ? item.promise : item.limit).citation
              return (
                <tr key={item.versionId}>
                  <th scope="row">
                    <a href={`/catalogue/${item.itemId}${suffix}`}>{t(item.name)}</a>
                  </th>
                  <td data-label={t(words('类型', 'Kind'))}>{t(kindWords[item.kind])}</td>
                  <td data-label={t(words('办理部门', 'Department'))}>{reader.departmentName(item.department, day)}</td>
                  <td data-label={t(words('办理时限', 'Time limit'))}>
                    {limitText(days, unit, language)}{' '}
                    {needsVerification(certainty) ? <CertaintyMark certainty={certainty} language={language} /> : null}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

export const CatalogueIndex = (view: IndexView): ReactElement => {
  const { language, by, search, day, today } = view
  const t = (text: Words): string => say(text, language)
  const groups = groupsOf(view)
  const other = by === 'stage' ? 'department' : 'stage'
  const dayQuery = day === today ? '' : `&day=${day}`
  return (
    <>
      <Trail
        language={language}
        steps={[{ href: '/', text: t(words('首页', 'Home')) }, { text: t(words('服务清单', 'Service catalogue')) }]}
      />
      <h1>{t(words('工程建设服务清单', 'Service catalogue'))}</h1>
      <p className="lead">
        {t(
          words(
            '每个事项写明谁能办、要什么材料、多久办完、依据哪条法律。标“待核”的数字尚未与原文核对,以窗口答复为准。',
            'Who may apply, what is needed, how long it takes and which law it rests on. Figures marked “unverified” have not been checked against the original.',
          ),
        )}
      </p>
      <p>
        <a className="button" href="/guide">
          {t(words('不知道要办什么?答几个问题', 'Not sure what you need? Answer a few questions'))}
        </a>
      </p>
      <form method="get" action="/catalogue" className="search card no-print">
        <input type="hidden" name="by" value={by} />
        <label htmlFor="q">{t(words('查找事项', 'Find an item'))}</label>
        <input id="q" name="q" defaultValue={search} />
        <label htmlFor="day">{t(words('哪一天有效', 'In force on'))}</label>
        <input id="day" name="day" type="date" defaultValue={day} />
        <button type="submit">{t(words('查找', 'Find'))}</button>
      </form>
      {view.noSuchDay ? (
        <p className="notice bad" role="alert">
          {t(
            words(
              `没有您填写的那一天,下面是今天(${today})有效的清单,请重新选择日期。`,
              `There is no such day; this is the catalogue of today (${today}). Choose another day.`,
            ),
          )}
        </p>
      ) : null}
      <p>
        <a href={`/catalogue?by=${other}${dayQuery}`}>
          {other === 'stage' ? t(words('按阶段看', 'By stage')) : t(words('按部门看', 'By department'))}
        </a>
      </p>
      {groups.length === 0 ? (
        <Empty>{t(words('没有符合的事项,请换一个词或者日期再查。', 'No such item; try another word or day.'))}</Empty>
      ) : (
        groups.map((group) => <ItemTable key={group.id} view={view} group={group} />)
      )}
    </>
  )
}
