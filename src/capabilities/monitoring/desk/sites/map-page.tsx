/** 工地一张图: every site of the district by how it stands, on a map and in a list, live. */
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactElement, Suspense, useMemo } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useRead } from '../../../../desk/queries.ts'
import { useShortcuts } from '../../../../desk/shortcuts.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Page } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { listSites, liveSites, type SiteRow } from '../../contract/sites.ts'
import { siteStates, siteStateWords } from '../../model/sites/words.ts'
import type { MapShape, MapSpot } from '../layers-map.tsx'
import { valueText } from '../metrics.ts'
import { FilterSelect, FilterText } from '../parts.tsx'
import { OpenSite } from './open-dialog.tsx'
import {
  alarmsOf,
  bySeverity,
  levelBadge,
  levelWords,
  standingLook,
  standingOf,
  standings,
  standingWords,
  withLive,
} from './standing.ts'

const LayersMap = lazy(async () => ({ default: (await import('../layers-map.tsx')).LayersMap }))

const search = z.object({
  standing: z.enum(standings).optional().catch(undefined),
  street: z.string().max(12).optional().catch(undefined),
  text: z.string().max(60).optional().catch(undefined),
  state: z.enum(siteStates).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})
const LIVE_MS = 15_000

const Item = ({ site }: { readonly site: SiteRow }): ReactElement => {
  const say = useSay()
  const standing = standingOf(site)
  return (
    <li className="site-item">
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <Link to="/sites/$siteId" params={{ siteId: site.siteId }} data-site={site.siteId}>
          <strong>{site.name}</strong>
        </Link>
        <span className={`clock ${standingLook[standing].badge}`}>{say(standingWords[standing])}</span>
      </div>
      <div className="small quiet">
        {site.code} · {site.street !== null && `${site.street.name} · `}
        {site.address === '' ? site.projectName : site.address}
      </div>
      <div className="row small">
        <span>
          {say('在场', 'Inside')} <strong>{site.people}</strong>
        </span>
        <span>
          {say('报警', 'Alarms')} <strong>{alarmsOf(site)}</strong>
        </span>
        <span>
          {say('设备', 'Devices')} {site.devices.online}/{site.devices.total}
        </span>
        {site.figures.map((figure) => (
          <span key={figure.metric} className={`clock ${levelBadge[figure.level]}`} title={wallClock(figure.at)}>
            {say(figure.name)} {valueText(figure.value)} {figure.unit}
            <span className="hidden">{say(levelWords[figure.level])}</span>
            {figure.unverified && <span className="small">{say('待核', 'unverified')}</span>}
          </span>
        ))}
      </div>
    </li>
  )
}

export const SitesMapPage = (): ReactElement => {
  const say = useSay()
  const navigate = useNavigate()
  const [filters, change] = useFilters(search)
  const { standing, street, text, state = 'active', after } = filters
  const list = useRead(listSites, { query: { state, street, text, after, limit: 200 } }, { keep: true })
  const live = useRead(liveSites, {}, { everyMs: LIVE_MS })
  const all = useMemo(
    () => withLive(list.data?.rows ?? [], live.data?.rows ?? []).toSorted(bySeverity),
    [list.data, live.data],
  )
  const shown = useMemo(
    () => all.filter((site) => standing === undefined || standingOf(site) === standing),
    [all, standing],
  )
  const spots = useMemo(
    (): readonly MapSpot[] =>
      shown.flatMap((site) => {
        if (site.point === null) return []
        const how = standingOf(site)
        return [
          {
            id: site.siteId,
            at: site.point,
            colour: standingLook[how].colour,
            ring: how === 'unknown' ? '#47525e' : '#ffffff',
            radius: how === 'alarm' ? 11 : 8,
            name: `${site.name}:${say(standingWords[how])},${say('在场', 'inside')} ${site.people},${say('报警', 'alarms')} ${alarmsOf(site)}`,
          },
        ]
      }),
    [shown, say],
  )
  const shapes = useMemo(
    (): readonly MapShape[] =>
      shown.flatMap((site) =>
        site.fence === null
          ? []
          : [
              {
                id: site.siteId,
                ring: site.fence.coordinates[0],
                colour: standingOf(site) === 'unknown' ? '#47525e' : standingLook[standingOf(site)].colour,
                filled: true,
              },
            ],
      ),
    [shown],
  )
  const step = (by: 1 | -1) => {
    const links = [...document.querySelectorAll<HTMLElement>('[data-site]')]
    const at = links.indexOf(document.activeElement as HTMLElement)
    links[at === -1 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus()
  }
  useShortcuts([
    { key: 'j', what: words('下一个工地', 'Next site'), run: () => step(1) },
    { key: 'k', what: words('上一个工地', 'Previous site'), run: () => step(-1) },
  ])
  const count = (one: (typeof standings)[number]) => all.filter((site) => standingOf(site) === one).length
  return (
    <Page
      title={say('工地一张图', 'Map of sites')}
      beside={
        live.data !== undefined && (
          <span className="quiet small">
            {say('更新于', 'as of')} {wallClock(live.data.at)}
          </span>
        )
      }
      actions={list.data !== undefined && <OpenSite because={list.data.may.open} />}
    >
      {live.data !== undefined && (
        <dl className="facts card totals">
          {[
            { name: words('在建工地', 'Sites'), value: live.data.totals.sites },
            { name: words('在场人数', 'People inside'), value: live.data.totals.people },
            { name: words('超过限值', 'Over a limit'), value: live.data.totals.over },
            { name: words('未结束报警', 'Active alarms'), value: live.data.totals.alarms },
          ].map(({ name, value }) => (
            <div key={name.zh}>
              <dt>{say(name)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>{say('在线设备', 'Devices online')}</dt>
            <dd>
              {live.data.totals.devicesOnline}/{live.data.totals.devices}
            </dd>
          </div>
        </dl>
      )}
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('状况', 'Standing')}
          value={standing}
          options={standings.map((value) => ({ value, label: `${say(standingWords[value])}(${count(value)})` }))}
          width={170}
          onChange={(value) => change({ standing: value })}
        />
        <FilterSelect
          label={say('街镇', 'Street')}
          value={street}
          options={(list.data?.streets ?? []).map(({ code, name, sites }) => ({
            value: code,
            label: `${name}(${sites})`,
          }))}
          search
          onChange={(value) => change({ street: value })}
        />
        <FilterSelect
          label={say('阶段', 'State')}
          value={state}
          options={siteStates.map((value) => ({ value, label: say(siteStateWords[value]) }))}
          all={null}
          width={130}
          onChange={(value) => change({ state: value })}
        />
        <FilterText
          label={say('查找', 'Search')}
          value={text}
          placeholder={say('名称、编号或地址', 'Name, code or address')}
          onChange={(value) => change({ text: value })}
        />
      </div>
      <Loaded query={list}>
        {(data) => (
          <div className="map-and-list">
            <div>
              <Suspense fallback={<p className="quiet">{say('正在打开地图…', 'Opening the map…')}</p>}>
                <LayersMap
                  label={say('工地分布图;右侧列表有相同内容', 'Map of sites; the list says the same')}
                  shapes={shapes}
                  spots={spots}
                  height={620}
                  fitKey={shown.length === 0 ? '' : `${state} ${street ?? ''} ${text ?? ''} ${standing ?? ''}`}
                  onSpot={(siteId) => void navigate({ to: '/sites/$siteId', params: { siteId } } as never)}
                />
              </Suspense>
              <ul className="legend" aria-label={say('图例', 'Legend')}>
                {standings.map((one) => (
                  <li key={one}>
                    <i aria-hidden="true" style={{ background: standingLook[one].colour }} />
                    {say(standingWords[one])}
                  </li>
                ))}
              </ul>
            </div>
            <section aria-label={say('工地列表,最差的在前', 'Sites, worst first')}>
              {shown.length === 0 ? (
                <p className="card quiet">{say('没有符合条件的工地。', 'No such site.')}</p>
              ) : (
                <ul className="site-list">
                  {shown.map((site) => (
                    <Item key={site.siteId} site={site} />
                  ))}
                </ul>
              )}
              {data.next !== null && (
                <Link to="." search={(before: object) => ({ ...before, after: data.next })}>
                  {say('下一页', 'Next page')}
                </Link>
              )}
            </section>
          </div>
        )}
      </Loaded>
    </Page>
  )
}
