/** Looks for a worker on all sites by the number of an identity card; every search is logged, and the log is shown. */
import { Link } from '@tanstack/react-router'
import { Button, Modal } from 'antd'
import { type FormEvent, type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { findWorker, listWorkerSearches } from '../../contract/people.ts'
import { registrationStateWords } from '../../model/people/states.ts'

const LEAST_PURPOSE = 4

export const FindDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const [idNumber, setIdNumber] = useState('')
  const [purpose, setPurpose] = useState('')
  const [tried, setTried] = useState(false)
  const act = useAct(findWorker)
  const log = useRead(listWorkerSearches, { query: { limit: 20 } })
  const missing = { number: idNumber.trim() === '', purpose: purpose.trim().length < LEAST_PURPOSE }
  const search = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (missing.number || missing.purpose) return
    act.mutate({ body: { idNumber: idNumber.trim(), purpose: purpose.trim() } })
  }
  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      width={860}
      title={say('按证件号查找工人', 'Find a worker by identity number')}
    >
      <form onSubmit={search} noValidate>
        <p className="notice">
          {say(
            '在全区工地的实名登记中查找。号码以密文比对,不保存;查找人、时间和目的记录在案,工人本人可以看到。',
            'Looks through the registers of all sites. The number is compared sealed and not kept; who searched, when and why is logged and open to the worker.',
          )}
        </p>
        <RefusalNotice error={act.error} />
        <TextField
          label={say('证件号码', 'Identity number')}
          value={idNumber}
          onChange={setIdNumber}
          maxLength={24}
          autoComplete="off"
          required
          fault={tried && missing.number ? say('请填写证件号码。', 'Required.') : undefined}
        />
        <TextField
          label={say('查找目的', 'Why')}
          value={purpose}
          onChange={setPurpose}
          maxLength={200}
          required
          fault={
            tried && missing.purpose ? say('请写明查找目的,至少4个字。', 'Say why, four letters at least.') : undefined
          }
        />
        <Button type="primary" htmlType="submit" loading={act.isPending}>
          {say('查找', 'Find')}
        </Button>
      </form>
      {act.data !== undefined && (
        <section aria-label={say('查找结果', 'Found')}>
          <h3>{say('查找结果', 'Found')}</h3>
          <CaseTable
            label={say('查找结果', 'Found')}
            rows={act.data.rows}
            keyOf={(row) => row.registrationId}
            empty={words('各工地都没有这个证件号码的登记。', 'No site has registered this number.')}
            columns={[
              {
                title: words('姓名', 'Name'),
                heads: true,
                show: (row) => (
                  <>
                    {row.name}
                    <div className="small quiet" style={{ fontWeight: 400 }}>
                      {row.idNumberMasked}
                    </div>
                  </>
                ),
              },
              {
                title: words('工地', 'Site'),
                show: (row) => (
                  <Link to="/sites/$siteId" params={{ siteId: row.siteId }} search={{ tab: 'people' } as never}>
                    {row.siteName}
                  </Link>
                ),
              },
              { title: words('班组、工种', 'Team, trade'), show: (row) => `${row.team} · ${row.trade}` },
              {
                title: words('有效期', 'Valid'),
                show: (row) => `${row.validFrom} — ${row.leftOn ?? row.validTo ?? say('长期', 'open')}`,
              },
              { title: words('状态', 'State'), show: (row) => say(registrationStateWords[row.state]) },
            ]}
          />
        </section>
      )}
      <section aria-label={say('查找记录', 'Log')}>
        <h3>{say('查找记录', 'Log')}</h3>
        <Loaded query={log}>
          {(data) => (
            <CaseTable
              label={say('查找记录', 'Log')}
              rows={data.rows}
              keyOf={(row) => row.searchId}
              empty={words('还没有查找过。', 'Nobody searched yet.')}
              columns={[
                { title: words('时间', 'When'), heads: true, whole: true, show: (row) => wallClock(row.at) },
                { title: words('查找人', 'Who'), show: (row) => row.by },
                { title: words('目的', 'Why'), show: (row) => row.purpose },
                { title: words('找到登记', 'Found'), show: (row) => row.found },
              ]}
            />
          )}
        </Loaded>
      </section>
    </Modal>
  )
}
