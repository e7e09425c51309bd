/** The devices of one site and how they are. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { listDevices } from '../../contract/devices.ts'
import type { SiteView } from '../../contract/sites.ts'
import { DeviceTable } from '../devices/device-table.tsx'
import { CamerasCard } from './cameras-card.tsx'

export const SiteDevices = ({ site }: { readonly site: SiteView }): ReactElement => {
  const say = useSay()
  const query = useRead(listDevices, { query: { siteId: site.siteId, limit: 200 } }, { everyMs: 30_000 })
  return (
    <div className="stack">
      <Loaded query={query}>
        {(data) => <DeviceTable label={say('本工地设备', 'Devices of this site')} rows={data.rows} ofOneSite />}
      </Loaded>
      <CamerasCard site={site} />
    </div>
  )
}
