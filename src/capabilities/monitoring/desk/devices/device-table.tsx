/** Devices as rows: what they are, whether they speak, how their clocks and secrets fare. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { CaseTable, type Column } from '../../../../desk/ui/case-table.tsx'
import { type Words, words } from '../../../../kernel/words.ts'
import type { DeviceRow } from '../../contract/devices.ts'
import { isClockWrong } from '../../model/devices/clock.ts'
import { deviceKindWords, deviceStateWords, protocolWords } from '../../model/devices/words.ts'
import { Ago, ChannelMark, ConnectionMark, useMinute } from '../parts.tsx'

/** How far a clock is off: '快 3 秒'. */
export const skewWords = (ms: number): Words => {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds === 0) return words('准', 'right')
  const unit = (size: number, zh: string, en: string): readonly [string, string] => [
    `${Math.round(seconds / size)} ${zh}`,
    `${Math.round(seconds / size)} ${en}`,
  ]
  const [zh, en] =
    seconds < 120
      ? unit(1, '秒', 's')
      : seconds < 7200
        ? unit(60, '分钟', 'min')
        : seconds < 172_800
          ? unit(3600, '小时', 'h')
          : unit(86_400, '天', 'days')
  return ms > 0 ? words(`快 ${zh}`, `${en} fast`) : words(`慢 ${zh}`, `${en} slow`)
}
export const ClockSkew = ({ ms }: { readonly ms: number | null }): ReactElement => {
  const say = useSay()
  if (ms === null) return <span className="quiet">—</span>
  return isClockWrong(ms) ? <span className="clock overdue">{say(skewWords(ms))}</span> : <>{say(skewWords(ms))}</>
}

interface DeviceTableProps {
  readonly label: string
  readonly rows: readonly DeviceRow[]
  readonly ofOneSite?: boolean
  readonly next?: string | null
  readonly isLaterPage?: boolean
}
export const DeviceTable = ({ label, rows, ofOneSite = false, ...pages }: DeviceTableProps): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const siteColumn: Column<DeviceRow> = {
    title: words('工地', 'Site'),
    show: (row) => (
      <Link to="/sites/$siteId" params={{ siteId: row.siteId }}>
        {row.siteName}
      </Link>
    ),
  }
  return (
    <CaseTable
      label={label}
      rows={rows}
      keyOf={(row) => row.deviceId}
      keys
      empty={words('没有符合条件的设备。', 'No such device.')}
      {...pages}
      columns={[
        {
          title: words('设备', 'Device'),
          heads: true,
          show: (row) => (
            <>
              <Link to="/devices/$deviceId" params={{ deviceId: row.deviceId }}>
                {row.name}
              </Link>
              <div className="small quiet" style={{ fontWeight: 400 }}>
                {say(deviceKindWords[row.kind])} · {row.externalId}
                {row.parent !== null && ` · ${say('接入于', 'behind')} ${row.parent.name}`}
              </div>
            </>
          ),
        },
        ...(ofOneSite ? [] : [siteColumn]),
        { title: words('接入方式', 'Protocol'), show: (row) => say(protocolWords[row.protocol]) },
        {
          title: words('状态', 'State'),
          show: (row) => (
            <span className="row">
              <ConnectionMark state={row.connection} />
              <ChannelMark channel={row.channel} />
              {row.siteState === 'ended' && <span className="clock done">{say('工地已结束', 'site ended')}</span>}
              {row.state === 'disabled' && <span className="clock done">{say(deviceStateWords.disabled)}</span>}
            </span>
          ),
        },
        {
          title: words('最近上报', 'Last heard of'),
          whole: true,
          show: (row) => (row.lastSeenAt === null ? '—' : <Ago at={row.lastSeenAt} minute={minute} />),
        },
        { title: words('时钟', 'Clock'), whole: true, show: (row) => <ClockSkew ms={row.clockSkewMs} /> },
        {
          title: words('异常', 'Trouble'),
          show: (row) => (
            <span className="row">
              {row.faults > 0 && (
                <span className="clock warning">
                  {say('故障', 'faults')} {row.faults}
                </span>
              )}
              {row.refusedLately > 0 && (
                <span className="clock overdue">
                  {say('七日内被拒', 'refused in 7 days')} {row.refusedLately}
                </span>
              )}
              {row.faults + row.refusedLately === 0 && '—'}
            </span>
          ),
        },
      ]}
    />
  )
}
