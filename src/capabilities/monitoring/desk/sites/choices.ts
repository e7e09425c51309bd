/** The sites that a person may choose from, by name. */
import { useMemo } from 'react'
import { useRead } from '../../../../desk/queries.ts'
import { listSites } from '../../contract/sites.ts'
import type { SiteId } from '../../model/report.ts'

export interface SiteChoice {
  readonly value: SiteId
  readonly label: string
}
export const useSiteChoices = (): readonly SiteChoice[] => {
  const sites = useRead(listSites, { query: { limit: 200 } })
  return useMemo(
    () => (sites.data?.rows ?? []).map((site) => ({ value: site.siteId, label: `${site.name}(${site.code})` })),
    [sites.data],
  )
}
