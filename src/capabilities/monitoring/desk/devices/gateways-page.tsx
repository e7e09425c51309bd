/** 接入网关: where devices may knock, and what came of it. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { listGateways } from '../../contract/devices.ts'
import { protocolWords } from '../../model/devices/words.ts'
import { DeviceTabs } from './tabs.tsx'

export const GatewaysPage = (): ReactElement => {
  const say = useSay()
  const query = useRead(listGateways, {}, { everyMs: 15_000 })
  return (
    <Page title={say('接入网关', 'Gateways')}>
      <DeviceTabs />
      <Loaded query={query}>
        {(data) => (
          <>
            <Card title={say('端口', 'Ports')}>
              <CaseTable
                label={say('端口', 'Ports')}
                rows={data.rows}
                keyOf={(row) => `${row.protocol} ${row.transport}`}
                columns={[
                  {
                    title: words('接入方式', 'Protocol'),
                    heads: true,
                    show: (row) => say(protocolWords[row.protocol]),
                  },
                  { title: words('传输', 'Transport'), show: (row) => row.transport.toUpperCase() },
                  {
                    title: words('端口', 'Port'),
                    show: (row) =>
                      row.port ?? <span className="clock done">{row.fault ?? say('未开放', 'not open')}</span>,
                  },
                  { title: words('连接', 'Connections'), show: (row) => row.connections },
                  { title: words('超限拒绝', 'Turned away'), show: (row) => row.turnedAway },
                ]}
              />
              <p className="small quiet">
                {say('已接入设备', 'Devices connected')} {data.sessions}
                {data.sipId !== null && ` · ${say('平台国标编码', 'our SIP id')} ${data.sipId}`}
              </p>
            </Card>
            <Card title={say('自启动以来', 'Since the start')}>
              <CaseTable
                label={say('上报计数', 'Counters')}
                rows={data.counters}
                keyOf={(row) => row.protocol}
                columns={[
                  {
                    title: words('接入方式', 'Protocol'),
                    heads: true,
                    show: (row) => say(protocolWords[row.protocol]),
                  },
                  { title: words('上报', 'Reports'), show: (row) => row.reports },
                  { title: words('未登记', 'Unknown'), show: (row) => row.unknown },
                  { title: words('被拒', 'Refused'), show: (row) => row.refused },
                  { title: words('错误报文', 'Malformed'), show: (row) => row.malformed },
                ]}
              />
            </Card>
          </>
        )}
      </Loaded>
    </Page>
  )
}
