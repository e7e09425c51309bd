/** What a version holds, the faults of its files cell by cell, and elements without geometry. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { z } from 'zod'
import { addressOf } from '../../../../desk/call.ts'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { downloadReport, listMissing, readReport } from '../../contract/versions.ts'
import type { VersionId, VersionView } from '../../contract.ts'
import { issueSeverities, issueSeverityWords } from '../../model/words.ts'
import { FilterSelect, IssueMark } from '../parts.tsx'
import { ruleName } from './rule-words.ts'

const Facts = ({ facts }: { readonly facts: readonly (readonly [string, string | number])[] }): ReactElement => (
  <dl className="facts totals">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
export const StatisticsView = ({ version }: { readonly version: VersionView }): ReactElement | null => {
  const say = useSay()
  const { network, ifc } = version.statistics ?? { network: null, ifc: null }
  if (network === null && ifc === null) return null
  return (
    <Card title={`v${version.number} ${say('内容', 'content')}`}>
      {network !== null && (
        <>
          <Facts
            facts={[
              [say('管点', 'Points'), network.points],
              [say('管段', 'Lines'), network.lines],
              [say('总长', 'Length'), `${(network.lengthM / 1000).toFixed(2)} km`],
              [say('高程未知', 'Height unknown'), network.withoutHeight],
              [say('管径未知', 'Size unknown'), network.withoutSize],
              [say('坐标系(EPSG)', 'EPSG'), network.epsg ?? say('独立', 'local')],
            ]}
          />
          <CaseTable
            label={say('按类别', 'By kind')}
            rows={network.byKind}
            keyOf={(row) => row.kind}
            columns={[
              { title: words('类别', 'Kind'), heads: true, show: (row) => row.name },
              { title: words('管段', 'Lines'), whole: true, show: (row) => row.lines },
              { title: words('长度', 'Length'), whole: true, show: (row) => `${row.lengthM.toFixed(1)} m` },
            ]}
          />
        </>
      )}
      {ifc !== null && (
        <>
          <Facts
            facts={[
              [say('标准', 'Schema'), ifc.schema],
              [say('构件', 'Elements'), ifc.elements],
              [say('三角面', 'Triangles'), ifc.triangles],
              [say('无几何', 'Without geometry'), ifc.missing],
              [say('端口', 'Ports'), ifc.ports],
              [
                say('坐标', 'Coordinates'),
                ifc.georeferenced
                  ? ifc.epsg === null
                    ? say('已定位', 'placed')
                    : `EPSG:${ifc.epsg}`
                  : say('未定位', 'not placed'),
              ],
            ]}
          />
          <p className="quiet small">{ifc.application}</p>
          <CaseTable
            label={say('按类别', 'By class')}
            rows={ifc.byClass}
            keyOf={(row) => row.class}
            columns={[
              { title: words('类别', 'Class'), heads: true, show: (row) => row.class },
              { title: words('构件', 'Elements'), whole: true, show: (row) => row.count },
              {
                title: words('无几何', 'Without geometry'),
                whole: true,
                show: (row) => ifc.missingByClass.find((each) => each.class === row.class)?.count ?? 0,
              },
            ]}
          />
        </>
      )}
    </Card>
  )
}

const search = z.object({
  severity: z.enum(issueSeverities).optional().catch(undefined),
  rule: z.string().max(60).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})
export const QualityReport = ({ version }: { readonly version: VersionView }): ReactElement => {
  const say = useSay()
  const { versionId } = version
  const [{ severity, rule, after }, change] = useFilters(search)
  const query = useRead(
    readReport,
    { params: { versionId }, query: { severity, rule, after, limit: 50 } },
    { keep: true },
  )
  return (
    <Card
      title={`v${version.number} ${say('质量报告', 'quality report')}`}
      beside={<a href={addressOf(downloadReport, { versionId })}>{say('下载 Excel', 'Download Excel')}</a>}
    >
      <Loaded query={query}>
        {(data) => (
          <>
            {data.byRule.length > 0 && (
              <div className="counts">
                {data.byRule.map((each) => (
                  <Link
                    key={each.rule}
                    to="."
                    title={each.example}
                    search={(before: object) => ({
                      ...before,
                      rule: rule === each.rule ? undefined : each.rule,
                      after: undefined,
                    })}
                    resetScroll={false}
                    aria-current={rule === each.rule ? 'true' : false}
                    activeProps={{}}
                  >
                    <span
                      className={`clock ${each.severity === 'error' ? 'overdue' : each.severity === 'warning' ? 'warning' : 'paused'}`}
                    >
                      {say(ruleName(each.rule))} {each.count}
                    </span>
                  </Link>
                ))}
              </div>
            )}
            <div className="row" style={{ marginBottom: 12 }}>
              <FilterSelect
                label={say('级别', 'Severity')}
                value={severity}
                options={issueSeverities.map((value) => ({ value, label: say(issueSeverityWords[value]) }))}
                onChange={(value) => change({ severity: value })}
              />
              <span className="quiet">{say(`共 ${data.total} 条`, `${data.total} in all`)}</span>
            </div>
            <CaseTable
              label={say('质量问题', 'Issues')}
              rows={data.rows.map((row, index) => ({ ...row, key: `${index} ${row.rule} ${row.row ?? ''}` }))}
              keyOf={(row) => row.key}
              empty={words('没有发现问题。', 'No issues.')}
              next={data.next}
              isLaterPage={after !== undefined}
              columns={[
                { title: words('级别', 'Severity'), whole: true, show: (row) => <IssueMark severity={row.severity} /> },
                { title: words('文件', 'File'), show: (row) => row.file },
                { title: words('工作表', 'Sheet'), whole: true, show: (row) => row.sheet ?? '—' },
                { title: words('行', 'Row'), whole: true, show: (row) => row.row ?? '—' },
                { title: words('列', 'Column'), whole: true, show: (row) => row.column ?? '—' },
                { title: words('问题和处理', 'What to do'), heads: true, show: (row) => row.sentence },
              ]}
            />
          </>
        )}
      </Loaded>
    </Card>
  )
}

const reasonWords = {
  'not-meshed': words('几何未能生成', 'geometry could not be made'),
  'no-body': words('文件中没有形体', 'the file has no body'),
} as const
export const Missing = ({ versionId }: { readonly versionId: VersionId }): ReactElement => {
  const say = useSay()
  const [{ after }] = useFilters(search)
  const query = useRead(listMissing, { params: { versionId }, query: { after, limit: 50 } }, { keep: true })
  return (
    <Card title={say('没有几何的构件', 'Elements without geometry')}>
      <p className="quiet">
        {say(
          '这些构件没有参加碰撞检查;请核对模型,或在导出 IFC 时补上几何。',
          'These elements take no part in checks: mend the model.',
        )}
      </p>
      <Loaded query={query}>
        {(data) => (
          <>
            <p>{say(`共 ${data.total} 个`, `${data.total} in all`)}</p>
            <CaseTable
              label={say('没有几何的构件', 'Elements without geometry')}
              rows={data.rows}
              keyOf={(row) => `${row.line}`}
              empty={words('全部构件都有几何。', 'Every element has geometry.')}
              next={data.next}
              isLaterPage={after !== undefined}
              columns={[
                { title: words('构件', 'Element'), heads: true, show: (row) => row.name ?? row.id },
                { title: words('类别', 'Class'), show: (row) => row.class },
                { title: words('标识', 'Id'), show: (row) => <code>{row.id}</code> },
                { title: words('文件行', 'Line'), whole: true, show: (row) => `#${row.line}` },
                { title: words('原因', 'Reason'), show: (row) => say(reasonWords[row.reason]) },
              ]}
            />
          </>
        )}
      </Loaded>
    </Card>
  )
}
