/** The cameras and recorders of a site, as they say of themselves: no pictures are shown here. */
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { words } from '../../../../kernel/words.ts'
import { listSiteCameras } from '../../contract/devices.ts'
import type { SiteView } from '../../contract/sites.ts'
import { Ago, ChannelMark, ConnectionMark, useMinute } from '../parts.tsx'
import { useIsAuthority } from '../roles.ts'

export const CamerasCard = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const minute = useMinute()
  const authority = useIsAuthority()
  const query = useRead(listSiteCameras, { params: { siteId: site.siteId } }, { everyMs: 30_000 })
  return (
    <Card title={say('视频设备', 'Cameras')}>
      <p className="quiet small">
        {say(
          '通道状态来自录像机目录和设备心跳。本页不显示画面。',
          'States come of the catalogue of the recorder and of heartbeats. No pictures are shown here.',
        )}
      </p>
      <Loaded query={query}>
        {(data) => (
          <>
            <CaseTable
              label={say('摄像机和录像机', 'Cameras and recorders')}
              rows={data.rows}
              keyOf={(row) => row.deviceId}
              empty={words('本工地还没有登记视频设备。', 'No camera is registered on this site.')}
              columns={[
                {
                  title: words('名称', 'Name'),
                  heads: true,
                  show: (row) => (
                    <>
                      <Link to="/devices/$deviceId" params={{ deviceId: row.deviceId }}>
                        {row.name}
                      </Link>
                      <div className="small quiet" style={{ fontWeight: 400 }}>
                        <code>{row.externalId}</code> {row.model}
                      </div>
                    </>
                  ),
                },
                {
                  title: words('状态', 'State'),
                  show: (row) => (
                    <span className="row">
                      <ConnectionMark state={row.connection} />
                      <ChannelMark channel={row.channel} />
                    </span>
                  ),
                },
                {
                  title: words('接入于', 'Behind'),
                  show: (row) =>
                    row.parent === null ? (
                      say('直接接入', 'directly')
                    ) : (
                      <Link to="/devices/$deviceId" params={{ deviceId: row.parent.deviceId }}>
                        {row.parent.name}
                      </Link>
                    ),
                },
                {
                  title: words('最近通信', 'Last heard of'),
                  whole: true,
                  show: (row) => (row.lastSeenAt === null ? '—' : <Ago at={row.lastSeenAt} minute={minute} />),
                },
                {
                  title: words('未了报警', 'Alarms'),
                  show: (row) =>
                    row.alarms === 0 ? (
                      '—'
                    ) : (
                      <Link to="/alarms" search={{ deviceId: row.deviceId } as never}>
                        <span className="clock overdue">{row.alarms}</span>
                      </Link>
                    ),
                },
              ]}
            />
            {data.waiting.length > 0 && (
              <>
                <h3>{say('录像机目录中未认领的通道', 'Channels of recorders that nobody claimed')}</h3>
                <ul>
                  {data.waiting.map((channel) => (
                    <li key={channel.externalId}>
                      {channel.name || say('未命名', 'no name')} <code>{channel.externalId}</code> · {channel.recorder}{' '}
                      · <Ago at={channel.lastSeenAt} minute={minute} />
                    </li>
                  ))}
                </ul>
                {authority && (
                  <p className="small">
                    <Link to="/device-quarantine" search={{ protocol: 'gb28181' } as never}>
                      {say('去认领', 'Claim them')}
                    </Link>
                  </p>
                )}
              </>
            )}
          </>
        )}
      </Loaded>
    </Card>
  )
}
