/** States of sites and kinds of zones. */
import { lifecycle } from '../../../../kernel/lifecycle.ts'
import { type Words, words } from '../../../../kernel/words.ts'

export const siteStates = ['active', 'paused', 'ended'] as const
export type SiteState = (typeof siteStates)[number]
export const siteLifecycle = lifecycle<SiteState>('active', {
  active: ['paused', 'ended'],
  paused: ['active', 'ended'],
  // A site that was ended by mistake is opened again.
  ended: ['active'],
})
export const siteStateWords: Readonly<Record<SiteState, Words>> = {
  active: words('在建', 'Under construction'),
  paused: words('暂停', 'Paused'),
  ended: words('已结束', 'Ended'),
}
export const zoneKinds = ['danger', 'restricted', 'work', 'material', 'living', 'entrance', 'assembly'] as const
export type ZoneKind = (typeof zoneKinds)[number]
export const zoneKindWords: Readonly<Record<ZoneKind, Words>> = {
  danger: words('危险区', 'Danger'),
  restricted: words('限制区', 'Restricted'),
  work: words('作业区', 'Work'),
  material: words('材料堆场', 'Material'),
  living: words('生活区', 'Living'),
  entrance: words('出入口', 'Entrance'),
  assembly: words('集合点', 'Assembly point'),
}
/** How the fence of a site is called among the zones that rules look at. */
export const FENCE = 'fence'
