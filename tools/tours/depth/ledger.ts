/** At the end: every clock of every file adds up and is explained, and every public fact is proven. */
import { readPublicProgress } from '../../../src/capabilities/approvals/contract.ts'
import { checkClocks, checkProofs, hasPhone } from '../checks.ts'
import { fileOf, type Stage } from './stage.ts'

export const checkEverything = async (stage: Stage): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('全部计时和公开记录')
  for (const id of stage.applications) {
    const file = await fileOf(stage, id, 'supervisor').catch(() => null)
    // A draft is its applicant's own: it has no clocks yet.
    if (file !== null && file.application.state !== 'draft') await checkClocks(tour, driver, 'supervisor', file)
  }
  const accounts = (await driver.json('/api/demo-accounts')) as readonly { name: string }[]
  for (const registered of stage.projects.values()) {
    const text = JSON.stringify(
      await driver.json(`/api/public/projects/${encodeURIComponent(registered.caseNumber)}/progress`),
    )
    const leaked = accounts.filter((account) => text.includes(account.name)).map((account) => account.name)
    tour.expect(
      `${registered.project.name}:公开内容没有任何人名、电话`,
      leaked.length === 0 && !hasPhone(text),
      leaked.join('、'),
    )
    const progress = readPublicProgress.reply.parse(JSON.parse(text))
    if (progress.stages.every((phase) => phase.applications.length === 0))
      tour.expect(`${registered.project.name}:只有草稿,没有任何公开记录`, progress.facts.length === 0)
    else await checkProofs(tour, driver, registered.project.name, progress.facts)
  }
}
