/** The responsible persons of the demo's sites: parties come in, their people are nominated, most are approved. */
import { decideNomination, nominatePerson } from '../../capabilities/projects/contract/site-persons.ts'
import { addParty } from '../../capabilities/projects/contract.ts'
import type { OrganisationId } from '../../kernel/identity.ts'
import { addDays, localDateOf } from '../../kernel/time.ts'
import type { Driver } from './driver.ts'
import type { DemoStage } from './load.ts'
import type { DemoSite } from './site-cast.ts'

const WINDOW = 'window'
const MANAGER = 'site'
const INSPECTOR = 'inspector'
/** Names are invented, like all of the demo. */
const leaders = ['孙立', '廖志勇', '曾凡', '熊伟', '薛明'] as const

export interface PersonsWish {
  readonly sites: readonly DemoSite[]
  readonly organisations: { readonly contractor: OrganisationId; readonly supervision: OrganisationId }
}
/** The last of the sites still waits for the approval of its leader, so that there is something to decide. */
export const nominateLeaders = async (stage: DemoStage, driver: Driver, wish: PersonsWish): Promise<void> => {
  const projects = await stage.capabilities.projects.reader.publicProjects(stage.platform.db, { limit: 1000 })
  const today = localDateOf(driver.now())
  for (const [index, site] of wish.sites.entries()) {
    const project = projects.find((each) => each.name === site.projectName)
    if (project === undefined) continue
    const params = { projectId: project.id }
    for (const [role, organisationId] of [
      ['contractor', wish.organisations.contractor],
      ['supervision', wish.organisations.supervision],
    ] as const)
      await driver.call(WINDOW, addParty, {
        params,
        body: { role, organisationId, responsiblePersonId: null, responsibleName: null },
      })
    const number = String(index + 1).padStart(3, '0')
    const { rows } = await driver.call(MANAGER, nominatePerson, {
      params,
      body: {
        post: 'site-leader',
        organisationId: wish.organisations.contractor,
        personName: leaders[index % leaders.length] ?? leaders[0],
        certificates: [
          { kind: 'builder-1', number: `示范建造${number}`, validUntil: addDays(today, 300 + index * 90) },
          // One certificate of the district runs out soon.
          { kind: 'safety-b', number: `示范安B${number}`, validUntil: addDays(today, index === 0 ? 45 : 500) },
        ],
        reason: '',
      },
    })
    const [waiting] = rows
    if (waiting === undefined || index === wish.sites.length - 1) continue
    await driver.call(INSPECTOR, decideNomination, {
      params: { sitePersonId: waiting.sitePersonId },
      body: {
        version: waiting.version,
        approve: true,
        checked: '对照证书原件核对(演示)',
        remark: '',
        exception: null,
      },
    })
  }
}
