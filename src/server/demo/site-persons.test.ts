import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { readSitePersons } from '../../capabilities/projects/contract/site-persons.ts'
import type { Person } from '../../kernel/actor.ts'
import type { Driver } from './driver.ts'
import type { DemoStage } from './load.ts'
import { demoProjects } from './projects.ts'
import { demoSites } from './site-cast.ts'
import { nominateLeaders } from './site-persons.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

it('every site of the demo has its leader, no two projects the same one; the last waits for the officer', async () => {
  const contractor = await window.organisation('示范施工')
  const supervision = await window.organisation('示范监理')
  const people: Readonly<Record<string, Person>> = {
    window: window.clerk,
    site: await window.person('现场甲', { role: 'site-manager', organisationId: contractor }),
    inspector: await window.person('监督甲', { role: 'inspector', department: 'housing' }),
  }
  const sites = demoSites(demoProjects).map((site, index) => ({ ...site, projectName: `示例工地${index}` }))
  const ids = []
  for (const site of sites) ids.push(await window.project({ name: site.projectName }))
  const driver: Driver = {
    now: window.platform.clock,
    upload: () => Promise.reject(new Error('nothing is uploaded')),
    call: (login, endpoint, input) =>
      window.as(people[login] ?? window.stranger).call(endpoint, input as never) as never,
  }
  const stage = { platform: window.platform, capabilities: { projects: window.projects } } as unknown as DemoStage
  await nominateLeaders(stage, driver, { sites, organisations: { contractor, supervision } })
  const views = []
  for (const projectId of ids)
    views.push(await window.as(window.clerk).call(readSitePersons, { params: { projectId } }))
  const rows = views.flatMap((view) => view.rows)
  expect(rows.map((row) => row.state)).toEqual(['approved', 'approved', 'approved', 'approved', 'nominated'])
  expect(new Set(rows.map((row) => row.personName)).size).toBe(sites.length)
  expect(rows.flatMap((row) => row.elsewhere)).toEqual([])
  expect(rows[0]?.certificates.map((each) => each.state)).toContain('expiring')
})
