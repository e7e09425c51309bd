/** The five building sites of the demo district with their devices and workers: all invented, on projects of the demo. */
import { idCheckSign } from '../../capabilities/people/model/codes.ts'
import type { DemoProject } from './projects.ts'

export interface DemoWorker {
  readonly name: string
  /** No person has it: nobody living was born in 1900. */
  readonly idNumber: string
  readonly ref: string
  readonly team: string
  readonly trade: string
}
export interface DemoSite {
  readonly seed: number
  readonly projectName: string
  readonly name: string
  readonly address: string
  readonly point: readonly [number, number]
  /** Half of the side of its square fence, degrees. */
  readonly halfSideDeg: number
  /** µg/m³ of PM10 that full work adds. */
  readonly dust: number
  /** Numbers of its devices. */
  readonly station: string
  readonly crane: string | null
  readonly gate: string
  readonly trackers: readonly string[]
  readonly workers: readonly DemoWorker[]
}

const SITES = 5
const TRACKERS = 3
const METRES_OF_DEGREE = 111_195
const surnames = ['张', '王', '李', '赵', '陈', '杨', '黄', '周', '吴', '徐']
const given = ['大山', '小河', '青松', '石头', '向阳', '春生', '秋实', '长江', '铁柱', '新民']
const trades = [
  ['钢筋班', '钢筋工'],
  ['木工班', '木工'],
  ['木工班', '架子工'],
  ['混凝土班', '混凝土工'],
  ['机械班', '塔机司机'],
  ['机械班', '信号司索工'],
  ['综合班', '普工'],
  ['综合班', '电工'],
] as const
const two = (n: number): string => String(n).padStart(2, '0')

const workerOf = (site: number, place: number): DemoWorker => {
  const first17 = `5001051900010${site + 1}${String(place + 1).padStart(3, '0')}`
  const [team, trade] = trades[place % trades.length] ?? ['综合班', '普工']
  return {
    name: `${surnames[(site * 3 + place) % surnames.length] ?? ''}${given[(site + place * 3) % given.length] ?? ''}`,
    idNumber: first17 + idCheckSign(first17),
    ref: `K${site + 1}${two(place + 1)}`,
    team,
    trade,
  }
}
const isBuilding = ({ stage, step }: DemoProject): boolean => stage === 'ST4' || (stage === 'ST3' && step === 'closed')

/** The first projects of a list that are under construction, as sites. */
export const demoSites = (projects: readonly DemoProject[]): readonly DemoSite[] =>
  projects
    .filter(isBuilding)
    .slice(0, SITES)
    .map((project, index) => ({
      seed: index + 1,
      projectName: project.name,
      name: `${project.name}工地`,
      address: project.address,
      point: project.point,
      halfSideDeg: Math.min(160, Math.max(60, Math.sqrt(project.siteAreaM2) / 2)) / METRES_OF_DEGREE,
      dust: [70, 175, 55, 110, 85][index] ?? 70,
      station: `500157DEMO${String(index + 1).padStart(14, '0')}`,
      crane: index % 2 === 0 ? `demo-crane-${index + 1}` : null,
      gate: `demo-gate-${index + 1}`,
      trackers: Array.from(
        { length: TRACKERS },
        (_, place) => `1390009${index + 1}${String(place + 1).padStart(3, '0')}`,
      ),
      workers: Array.from({ length: 8 }, (_, place) => workerOf(index, place)),
    }))
