/** The figures of a long section, in tables: points with their heights, and what crosses with what the rules ask for. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { metresText, Unverified } from '../parts.tsx'
import { type Crossing, type LongSection, type Requirement, requirementKey, stationText } from './section.ts'

export const SectionTables = ({
  section,
  requirements,
  nameOfClass,
}: {
  readonly section: LongSection
  readonly requirements: ReadonlyMap<string, Requirement>
  readonly nameOfClass: (code: string) => string
}): ReactElement => {
  const say = useSay()
  return (
    <details open>
      <summary>{say('纵断面数据表', 'Figures of the section')}</summary>
      <table className="cases keep">
        <caption className="hidden">{say('各点', 'Points')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('点', 'Point')}</th>
            <th scope="col">{say('里程', 'Station')}</th>
            <th scope="col">{say('地面', 'Ground')}</th>
            <th scope="col">{say('管外顶', 'Top')}</th>
            <th scope="col">{say('管内底', 'Invert')}</th>
            <th scope="col">{say('管外底', 'Bottom')}</th>
          </tr>
        </thead>
        <tbody>
          {section.nodes.map((node, k) => {
            const span = section.spans[k] ?? section.spans[k - 1]
            const end = section.spans[k] === undefined ? 1 : 0
            return (
              <tr key={`${node.stationM} ${node.label}`}>
                <th scope="row">{node.label}</th>
                <td>{stationText(node.stationM)}</td>
                <td>{metresText(node.groundM)}</td>
                <td>{metresText(span?.topM[end] ?? null)}</td>
                <td>{span?.invertM === null ? '—' : metresText(span?.invertM[end] ?? null, 3)}</td>
                <td>{metresText(span?.bottomM[end] ?? null)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {section.crossings.length > 0 && (
        <table className="cases keep">
          <caption className="hidden">{say('交叉', 'Crossings')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('交叉管线', 'Crossing')}</th>
              <th scope="col">{say('里程', 'Station')}</th>
              <th scope="col">{say('位置', 'Lies')}</th>
              <th scope="col">{say('外顶 / 内底 / 外底', 'Top / invert / bottom')}</th>
              <th scope="col">{say('净距', 'Clear')}</th>
              <th scope="col">{say('要求', 'Required')}</th>
              <th scope="col">{say('结论', 'Verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {section.crossings.map((crossing) => (
              <CrossingRow
                key={`${requirementKey(crossing)} ${crossing.stationM}`}
                crossing={crossing}
                need={requirements.get(requirementKey(crossing))}
                name={nameOfClass(crossing.code)}
              />
            ))}
          </tbody>
        </table>
      )}
    </details>
  )
}

const CrossingRow = ({
  crossing,
  need,
  name,
}: {
  readonly crossing: Crossing
  readonly need: Requirement | undefined
  readonly name: string
}): ReactElement => {
  const say = useSay()
  const asked = ((): string => {
    if (need === undefined) return '…'
    const { leastM, mostM } = need
    if (mostM === null) return say('表中无值', 'no row')
    return leastM === null
      ? say(`最大可达 ${metresText(mostM)}`, `up to ${metresText(mostM)}`)
      : leastM === mostM
        ? metresText(mostM)
        : `${leastM.toFixed(2)}–${metresText(mostM)}`
  })()
  return (
    <tr>
      <th scope="row">
        {name} {crossing.id} <span className="small quiet">{crossing.model}</span>
      </th>
      <td>{stationText(crossing.stationM)}</td>
      <td>
        {crossing.above === null
          ? say('未知', 'unknown')
          : crossing.above
            ? say('上方', 'above')
            : say('下方', 'below')}
      </td>
      <td>
        {metresText(crossing.topM)} / {metresText(crossing.invertM)} / {metresText(crossing.bottomM)}
      </td>
      <td>{metresText(crossing.clearM)}</td>
      <td>
        {asked}
        {need !== undefined && need.doubts.length > 0 && (
          <div className="small quiet">{say(`${need.doubts.join('、')}不明`, 'facts missing')}</div>
        )}
        {need !== undefined && need.clause !== '' && (
          <div className="small quiet">
            {need.clause} {!need.verified && <Unverified />}
          </div>
        )}
      </td>
      <td>
        {need === undefined ? (
          '…'
        ) : need.verdict === 'kept' ? (
          say('满足', 'kept')
        ) : need.verdict === 'unknown' ? (
          <span className="tag">{say('未知', 'unknown')}</span>
        ) : (
          <span className="fault">
            {say('不满足', 'breached')} {need.number ?? ''}
          </span>
        )}
      </td>
    </tr>
  )
}
