/** 待认领设备: who knocked without being known, and what an operator makes of it. */
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import {
  claimDevice,
  forgetQuarantined,
  listQuarantine,
  type QuarantineRow,
  rejectQuarantined,
} from '../../contract/devices.ts'
import { deviceKindWords, protocolWords } from '../../model/devices/words.ts'
import { protocols } from '../../model/report.ts'
import { Ago, FilterSelect, FilterText, useMinute } from '../parts.tsx'
import { DeviceFields, emptyDevice, newDeviceOf, useDevice } from './device-fields.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { SecretDialog, type SecretOnce } from './secret-dialog.tsx'
import { DeviceTabs } from './tabs.tsx'

const states = ['waiting', 'rejected'] as const
const stateWords: Readonly<Record<(typeof states)[number], Words>> = {
  waiting: words('待认领', 'Waiting'),
  rejected: words('已拒绝', 'Rejected'),
}
const search = z.object({
  state: z.enum(states).optional().catch(undefined),
  protocol: z.enum(protocols).optional().catch(undefined),
  text: z.string().max(60).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})

const ClaimDialog = ({
  row,
  onDone,
  onClose,
}: {
  readonly row: QuarantineRow
  readonly onDone: (once: SecretOnce) => void
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(claimDevice, { onDone })
  const [tried, setTried] = useState(false)
  const { value, set } = useDevice({
    ...emptyDevice,
    kind: row.kindHint ?? 'other',
    name: row.nameHint,
    model: row.modelHint,
  })
  return (
    <FormDialog
      open
      width={760}
      title={`${say('认领设备', 'Claim the device')} ${row.externalId}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        const device = newDeviceOf(value)
        if (device !== null) act.mutate({ params: { quarantineId: row.quarantineId }, body: device })
      }}
      submitLabel={say('认领', 'Claim')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="small">
        {say(protocolWords[row.protocol])} · {say('来自', 'from')} {row.address} · {say('首次接入', 'first')}{' '}
        {wallClock(row.firstSeenAt)} · {say('次数', 'attempts')} {row.attempts}
      </p>
      {row.sample !== '' && (
        <details>
          <summary>{say('收到的一条报文(已去除密钥和数值)', 'One message of it, without secrets and values')}</summary>
          <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{row.sample}</pre>
        </details>
      )}
      <DeviceFields value={value} set={set} tried={tried} />
    </FormDialog>
  )
}

export const QuarantinePage = (): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const [filters, change] = useFilters(search)
  const [claiming, setClaiming] = useState<QuarantineRow | null>(null)
  const [rejecting, setRejecting] = useState<QuarantineRow | null>(null)
  const [once, setOnce] = useState<SecretOnce | null>(null)
  const query = useRead(listQuarantine, { query: { ...filters, limit: 50 } }, { keep: true, everyMs: 15_000 })
  const reject = useAct(rejectQuarantined, { onDone: () => setRejecting(null) })
  const forget = useAct(forgetQuarantined)
  return (
    <Page title={say('待认领设备', 'Devices waiting to be claimed')}>
      <DeviceTabs />
      <p className="quiet">
        {say(
          '未登记的设备接入后在此等待,数据不入库。认领前请核对编号、来源地址和现场安装情况。',
          'Unknown devices wait here; nothing of theirs is stored. Compare number, address and installation first.',
        )}
      </p>
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('状态', 'State')}
          value={filters.state}
          options={[{ value: 'rejected' as const, label: say(stateWords.rejected) }]}
          all={say(stateWords.waiting)}
          onChange={(state) => change({ state })}
        />
        <FilterSelect
          label={say('接入方式', 'Protocol')}
          value={filters.protocol}
          width={200}
          options={protocols.map((value) => ({ value, label: say(protocolWords[value]) }))}
          onChange={(protocol) => change({ protocol })}
        />
        <FilterText label={say('查找', 'Search')} value={filters.text} onChange={(text) => change({ text })} />
      </div>
      <RefusalNotice error={forget.error} />
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('待认领设备', 'Waiting devices')}
            rows={data.rows}
            keyOf={(row) => row.quarantineId}
            keys
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有等待认领的设备。', 'Nothing waits.')}
            columns={[
              {
                title: words('编号', 'Number'),
                heads: true,
                show: (row) => (
                  <>
                    <code>{row.externalId}</code>
                    <div className="small quiet" style={{ fontWeight: 400 }}>
                      {row.nameHint} {row.modelHint}
                    </div>
                  </>
                ),
              },
              { title: words('接入方式', 'Protocol'), show: (row) => say(protocolWords[row.protocol]) },
              {
                title: words('自称类别', 'Says it is'),
                show: (row) => (row.kindHint === null ? '—' : say(deviceKindWords[row.kindHint])),
              },
              { title: words('来源', 'From'), show: (row) => row.address },
              {
                title: words('最近接入', 'Last'),
                whole: true,
                show: (row) => (
                  <>
                    <Ago at={row.lastSeenAt} minute={minute} />
                    <div className="small quiet">
                      {row.attempts} {say('次', 'attempts')}
                    </div>
                  </>
                ),
              },
              {
                title: words('处理', 'Actions'),
                show: (row) => (
                  <span className="row">
                    <ActButton
                      because={data.may.operate}
                      look={{ size: 'small', type: 'primary' }}
                      onAct={() => setClaiming(row)}
                    >
                      {say('认领', 'Claim')}
                      <span className="hidden">{row.externalId}</span>
                    </ActButton>
                    {row.state === 'waiting' && (
                      <ActButton because={data.may.operate} look={{ size: 'small' }} onAct={() => setRejecting(row)}>
                        {say('拒绝', 'Reject')}
                        <span className="hidden">{row.externalId}</span>
                      </ActButton>
                    )}
                    <ActButton
                      because={data.may.operate}
                      look={{ size: 'small' }}
                      busy={forget.isPending}
                      onAct={() => forget.mutate({ params: { quarantineId: row.quarantineId } })}
                    >
                      {say('清除', 'Forget')}
                      <span className="hidden">{row.externalId}</span>
                    </ActButton>
                    {row.reason !== '' && <span className="small quiet">{row.reason}</span>}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {claiming !== null && (
        <ClaimDialog
          row={claiming}
          onDone={(secret) => {
            setClaiming(null)
            setOnce(secret)
          }}
          onClose={() => setClaiming(null)}
        />
      )}
      {rejecting !== null && (
        <ReasonDialog
          title={`${say('拒绝接入', 'Reject')} ${rejecting.externalId}`}
          submitLabel={say('拒绝', 'Reject')}
          busy={reject.isPending}
          error={reject.error}
          onClose={() => setRejecting(null)}
          onSubmit={(reason) => reject.mutate({ params: { quarantineId: rejecting.quarantineId }, body: { reason } })}
        />
      )}
      {once !== null && <SecretDialog title={say('设备已认领', 'Claimed')} once={once} onClose={() => setOnce(null)} />}
    </Page>
  )
}
