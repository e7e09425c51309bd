/** The real-name register of a site. */
import { type ReactElement, useState } from 'react'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import type { Words } from '../../../../kernel/words.ts'
import { words } from '../../../../kernel/words.ts'
import { listWorkers, type WorkerRow } from '../../contract/people.ts'
import type { SiteView } from '../../contract/sites.ts'
import { registrationStates, registrationStateWords } from '../../model/people/states.ts'
import { FilterSelect, FilterText } from '../parts.tsx'
import { useLooksRefusal, useSearchRefusal } from '../roles.ts'
import { FindDialog } from './find-dialog.tsx'
import { peopleSearch } from './people-search.ts'
import { TrackDialog } from './track-dialog.tsx'
import { ChangeDialog, LeaveDialog, LooksDialog, RegisterDialog, TrackerDialog } from './worker-dialogs.tsx'

const acts = ['change', 'tracker', 'track', 'looks', 'leave'] as const
type Act = (typeof acts)[number]
const dialogs: Readonly<
  Record<
    Act,
    (props: { readonly site: SiteView; readonly worker: WorkerRow; readonly onClose: () => void }) => ReactElement
  >
> = { change: ChangeDialog, tracker: TrackerDialog, track: TrackDialog, looks: LooksDialog, leave: LeaveDialog }
const actWords: Readonly<Record<Act, Words>> = {
  change: words('修改', 'Change'),
  tracker: words('定位终端', 'Tracker'),
  track: words('查看轨迹', 'Track'),
  looks: words('谁看过', 'Who looked'),
  leave: words('退场', 'Leave'),
}

export const WorkersCard = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const [filters, change] = useFilters(peopleSearch)
  const looksRefusal = useLooksRefusal()
  const searchRefusal = useSearchRefusal()
  const [registering, setRegistering] = useState(false)
  const [finding, setFinding] = useState(false)
  const [acting, setActing] = useState<{ readonly act: Act; readonly worker: WorkerRow } | null>(null)
  const query = useRead(
    listWorkers,
    {
      params: { siteId: site.siteId },
      query: { state: filters.state, team: filters.team, text: filters.worker, limit: 200 },
    },
    { keep: true },
  )
  const because = (act: Act, may: Words | null): Words | null =>
    act === 'looks' ? looksRefusal : act === 'track' ? site.may.positions : may
  const Dialog = acting === null ? null : dialogs[acting.act]
  return (
    <Card
      title={say('实名登记', 'Real-name register')}
      beside={
        <span className="row">
          <ActButton because={searchRefusal} onAct={() => setFinding(true)}>
            {say('按证件号查找', 'Find by identity number')}
          </ActButton>
          <ActButton because={site.may.workers} look={{ type: 'primary' }} onAct={() => setRegistering(true)}>
            {say('登记工人', 'Register a worker')}
          </ActButton>
        </span>
      }
    >
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('状态', 'State')}
          value={filters.state}
          options={registrationStates.map((value) => ({
            value,
            label: `${say(registrationStateWords[value])}${query.data === undefined ? '' : `(${query.data.counts[value]})`}`,
          }))}
          onChange={(value) => change({ state: value })}
        />
        <FilterSelect
          label={say('班组', 'Team')}
          value={filters.team}
          options={(query.data?.teams ?? []).map((value) => ({ value, label: value }))}
          onChange={(value) => change({ team: value })}
        />
        <FilterText
          label={say('查找', 'Search')}
          value={filters.worker}
          placeholder={say('姓名或门禁编号', 'Name or number at the gate')}
          onChange={(value) => change({ worker: value })}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <>
            <CaseTable
              label={say('实名登记人员', 'Registered workers')}
              rows={data.rows}
              keyOf={(row) => row.registrationId}
              empty={words('没有符合条件的登记。', 'Nobody here.')}
              columns={[
                {
                  title: words('姓名', 'Name'),
                  heads: true,
                  show: (row) => (
                    <>
                      {row.name} {row.teamLeader && <span className="tag">{say('班组长', 'leader')}</span>}
                      <div className="small quiet" style={{ fontWeight: 400 }}>
                        {row.idNumberMasked}
                      </div>
                    </>
                  ),
                },
                {
                  title: words('班组、工种', 'Team, trade'),
                  show: (row) => (
                    <>
                      {row.team} · {row.trade}
                      {row.certificate !== '' && <div className="small">{row.certificate}</div>}
                    </>
                  ),
                },
                { title: words('单位', 'Employer'), show: (row) => row.organisationName ?? '—' },
                { title: words('门禁编号', 'Number'), show: (row) => row.workerRef },
                {
                  title: words('有效期', 'Valid'),
                  show: (row) => `${row.validFrom} — ${row.leftOn ?? row.validTo ?? say('长期', 'open')}`,
                },
                {
                  title: words('状态', 'State'),
                  show: (row) => (
                    <span className="row">
                      <span className={`clock ${row.state === 'valid' ? 'normal' : 'done'}`}>
                        {say(registrationStateWords[row.state])}
                      </span>
                      {row.present && <span className="tag">{say('在场', 'inside')}</span>}
                      {row.device !== null && <span className="tag">{row.device.name}</span>}
                    </span>
                  ),
                },
                {
                  title: words('操作', 'Actions'),
                  show: (row) => (
                    <span className="row">
                      {acts
                        .filter((act) => row.state !== 'left' || act === 'looks' || act === 'track')
                        .map((act) => (
                          <ActButton
                            key={act}
                            because={because(act, data.may.keep)}
                            look={{ size: 'small' }}
                            onAct={() => setActing({ act, worker: row })}
                          >
                            {say(actWords[act])}
                            <span className="hidden">{row.name}</span>
                          </ActButton>
                        ))}
                    </span>
                  ),
                },
              ]}
            />
            {data.next !== null && (
              <p className="quiet small">
                {say('只列出前 200 人,请用查找缩小范围。', 'Only the first 200: search to narrow them down.')}
              </p>
            )}
          </>
        )}
      </Loaded>
      {finding && <FindDialog onClose={() => setFinding(false)} />}
      {registering && <RegisterDialog site={site} onClose={() => setRegistering(false)} />}
      {acting !== null && Dialog !== null && (
        <Dialog site={site} worker={acting.worker} onClose={() => setActing(null)} />
      )}
    </Card>
  )
}
