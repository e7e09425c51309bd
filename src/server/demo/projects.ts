/**
 * Forty invented projects of the demo district, in all stages of life. `goal` says how far the story takes each:
 * the stages before it are finished, and within its stage the file stands at `step` when the demo begins.
 */
import type { InvestorKind, LandKind, ProjectType, Purpose } from '../../capabilities/projects/contract.ts'

/** Where a file stands inside its stage. */
export type Step =
  | 'registered'
  | 'draft'
  | 'submitted'
  | 'correcting'
  | 'refused'
  | 'accepted'
  | 'opinions'
  | 'paused'
  | 'drafted'
  | 'reviewed'
  | 'partly-decided'
  | 'closed'
export interface DemoProject {
  readonly name: string
  /** Login of the applicant. */
  readonly by: string
  readonly type: ProjectType
  readonly investor: InvestorKind
  readonly land: LandKind
  readonly purpose: Purpose
  readonly floorAreaM2: number
  readonly siteAreaM2: number
  readonly heightM: number
  /** 万元 */
  readonly investment: number
  readonly street: string
  readonly address: string
  readonly point: readonly [number, number]
  readonly stage: 'ST1' | 'ST2' | 'ST3' | 'ST4' | 'ST-P'
  readonly step: Step
  /** Days before the start of the demo on which the project was registered. */
  readonly daysAgo: number
}

type Kind = Pick<DemoProject, 'by' | 'type' | 'investor' | 'land' | 'purpose'>
const road: Kind = { by: 'applicant', type: '2', investor: 'government', land: 'allocation', purpose: 'municipal' }
const school: Kind = {
  by: 'applicant-school',
  type: '1',
  investor: 'government',
  land: 'allocation',
  purpose: 'public-building',
}
const publicBuilding: Kind = {
  by: 'applicant',
  type: '1',
  investor: 'government',
  land: 'allocation',
  purpose: 'public-building',
}
const renewal: Kind = { by: 'applicant', type: '1', investor: 'government', land: 'none', purpose: 'renewal' }
const housing: Kind = { by: 'applicant-xinju', type: '3', investor: 'private', land: 'grant', purpose: 'housing' }
const office: Kind = { by: 'applicant-private', type: '3', investor: 'private', land: 'grant', purpose: 'commercial' }
const small: Kind = { by: 'applicant-private', type: '4', investor: 'private', land: 'grant', purpose: 'commercial' }
const factory: Kind = { by: 'applicant-industry', type: '6', investor: 'private', land: 'grant', purpose: 'industrial' }

const project = (
  kind: Kind,
  name: string,
  [floorAreaM2, siteAreaM2, heightM, investment]: readonly [number, number, number, number],
  [street, address, lon, lat]: readonly [string, string, number, number],
  [stage, step, daysAgo]: readonly [DemoProject['stage'], Step, number],
): DemoProject => ({
  ...kind,
  name,
  floorAreaM2,
  siteAreaM2,
  heightM,
  investment,
  street,
  address,
  point: [lon, lat],
  stage,
  step,
  daysAgo,
})

export const demoProjects: readonly DemoProject[] = [
  project(
    school,
    '明江一小扩建工程',
    [12_600, 9_800, 23, 8_600],
    ['500105005', '寸滩街道学府支路1号', 106.602, 29.615],
    ['ST3', 'opinions', 260],
  ),
  project(
    road,
    '滨江支路雨污分流改造工程',
    [0, 6_400, 0, 3_200],
    ['500105002', '江北城街道滨江支路', 106.568, 29.573],
    ['ST3', 'accepted', 210],
  ),
  project(
    housing,
    '新居·江岸里住宅项目',
    [86_000, 31_000, 78, 62_000],
    ['500105004', '大石坝街道江岸路8号', 106.512, 29.571],
    ['ST2', 'opinions', 190],
  ),
  project(
    office,
    '恒远商务中心',
    [45_500, 12_300, 96, 41_000],
    ['500105006', '观音桥街道商务一路6号', 106.533, 29.578],
    ['ST3', 'paused', 300],
  ),
  project(
    small,
    '恒远社区便民商业楼',
    [2_400, 1_900, 12, 1_150],
    ['500105007', '五里店街道便民路3号', 106.565, 29.585],
    ['ST3', 'drafted', 150],
  ),
  project(
    factory,
    '江畔智造一期厂房',
    [28_000, 46_000, 18, 21_500],
    ['500105100', '鱼嘴镇智造大道1号', 106.778, 29.613],
    ['ST4', 'opinions', 420],
  ),
  project(
    publicBuilding,
    '五里店社区卫生服务中心',
    [6_800, 4_200, 21, 5_400],
    ['500105007', '五里店街道健康路2号', 106.561, 29.589],
    ['ST1', 'opinions', 45],
  ),
  project(
    renewal,
    '示范一村老旧小区改造',
    [31_000, 22_000, 24, 4_800],
    ['500105001', '华新街街道示范一村', 106.547, 29.57],
    ['ST3', 'submitted', 130],
  ),
  project(
    school,
    '寸滩幼儿园新建工程',
    [5_200, 6_100, 15, 3_900],
    ['500105005', '寸滩街道幼园路5号', 106.607, 29.621],
    ['ST2', 'accepted', 120],
  ),
  project(
    housing,
    '新居·石马河保障房',
    [52_000, 20_500, 54, 33_000],
    ['500105003', '石马河街道石马路12号', 106.486, 29.589],
    ['ST1', 'partly-decided', 80],
  ),
  project(
    road,
    '鱼嘴连接道工程',
    [0, 38_000, 0, 18_600],
    ['500105100', '鱼嘴镇连接道', 106.79, 29.606],
    ['ST2', 'drafted', 160],
  ),
  project(
    office,
    '恒远滨江酒店',
    [32_000, 9_700, 60, 29_500],
    ['500105002', '江北城街道滨江路20号', 106.573, 29.576],
    ['ST1', 'correcting', 30],
  ),
  project(
    factory,
    '江畔智造二期仓储',
    [19_500, 33_000, 15, 12_800],
    ['500105101', '复盛镇物流路9号', 106.812, 29.63],
    ['ST1', 'submitted', 20],
  ),
  project(
    publicBuilding,
    '铁山坪森林防火物资库',
    [1_800, 2_600, 9, 980],
    ['500105009', '铁山坪街道林场路', 106.667, 29.628],
    ['ST3', 'closed', 280],
  ),
  project(
    small,
    '恒远洋河路汽修服务站',
    [1_200, 1_500, 8, 640],
    ['500105006', '观音桥街道洋河支路11号', 106.541, 29.582],
    ['ST3', 'accepted', 110],
  ),
  project(
    renewal,
    '观音桥步行街无障碍改造',
    [0, 15_000, 0, 2_300],
    ['500105006', '观音桥街道步行街', 106.535, 29.575],
    ['ST3', 'closed', 330],
  ),
  project(
    school,
    '郭家沱中学综合楼',
    [9_400, 5_600, 24, 6_200],
    ['500105008', '郭家沱街道校园路3号', 106.69, 29.588],
    ['ST4', 'closed', 480],
  ),
  project(
    housing,
    '新居·五宝乡居',
    [24_000, 26_000, 18, 11_800],
    ['500105102', '五宝镇乡居路1号', 106.86, 29.66],
    ['ST2', 'paused', 170],
  ),
  project(
    road,
    '石马河立交匝道改造',
    [0, 12_000, 0, 9_700],
    ['500105003', '石马河街道立交', 106.49, 29.583],
    ['ST1', 'closed', 140],
  ),
  project(
    office,
    '恒远软件园二号楼',
    [38_700, 11_000, 80, 35_200],
    ['500105004', '大石坝街道软件路2号', 106.505, 29.568],
    ['ST2', 'reviewed', 180],
  ),
  project(
    factory,
    '江畔智造研发楼',
    [14_800, 8_300, 36, 10_600],
    ['500105100', '鱼嘴镇智造大道3号', 106.781, 29.616],
    ['ST3', 'partly-decided', 240],
  ),
  project(
    publicBuilding,
    '大石坝街道文化活动中心',
    [4_300, 3_100, 18, 3_300],
    ['500105004', '大石坝街道文化路6号', 106.508, 29.575],
    ['ST1', 'accepted', 25],
  ),
  project(
    small,
    '恒远华新街邻里中心',
    [2_900, 2_200, 15, 1_480],
    ['500105001', '华新街街道邻里路2号', 106.551, 29.566],
    ['ST2', 'closed', 100],
  ),
  project(
    renewal,
    '郭家沱老厂区环境整治',
    [18_000, 27_000, 15, 3_700],
    ['500105008', '郭家沱街道老厂路', 106.694, 29.592],
    ['ST1', 'refused', 40],
  ),
  project(
    road,
    '复盛镇污水主管工程',
    [0, 21_000, 0, 7_400],
    ['500105101', '复盛镇滨河', 106.82, 29.626],
    ['ST3', 'correcting', 200],
  ),
  project(
    housing,
    '新居·铁山坪康养社区',
    [61_000, 42_000, 36, 45_000],
    ['500105009', '铁山坪街道康养路1号', 106.661, 29.622],
    ['ST1', 'registered', 12],
  ),
  project(
    school,
    '华新街实验学校迁建',
    [26_500, 21_000, 32, 19_800],
    ['500105001', '华新街街道实验路1号', 106.543, 29.564],
    ['ST1', 'drafted', 60],
  ),
  project(
    publicBuilding,
    '鱼嘴镇养老服务中心',
    [7_700, 5_900, 21, 6_100],
    ['500105100', '鱼嘴镇敬老路4号', 106.773, 29.609],
    ['ST2', 'submitted', 115],
  ),
  project(
    office,
    '恒远金融后台中心',
    [57_000, 15_800, 99, 58_000],
    ['500105002', '江北城街道金融路9号', 106.577, 29.57],
    ['ST4', 'accepted', 500],
  ),
  project(
    small,
    '恒远石马河加油站改造',
    [600, 1_800, 7, 520],
    ['500105003', '石马河街道石马路30号', 106.483, 29.593],
    ['ST1', 'closed', 70],
  ),
  project(
    factory,
    '江畔智造动力站',
    [3_600, 4_400, 14, 4_200],
    ['500105100', '鱼嘴镇智造大道5号', 106.784, 29.611],
    ['ST2', 'partly-decided', 125],
  ),
  project(
    renewal,
    '五里店片区管网更新',
    [0, 19_000, 0, 5_600],
    ['500105007', '五里店街道片区', 106.567, 29.592],
    ['ST3', 'reviewed', 175],
  ),
  project(
    housing,
    '新居·寸滩人才公寓',
    [40_000, 14_600, 66, 27_300],
    ['500105005', '寸滩街道人才路7号', 106.598, 29.611],
    ['ST3', 'closed', 360],
  ),
  project(
    road,
    '江北城人行天桥工程',
    [0, 1_600, 0, 2_100],
    ['500105002', '江北城街道中央大街', 106.571, 29.58],
    ['ST2', 'closed', 145],
  ),
  project(
    publicBuilding,
    '五宝镇消防救援站',
    [3_900, 5_000, 18, 3_600],
    ['500105102', '五宝镇安全路1号', 106.855, 29.655],
    ['ST3', 'accepted', 220],
  ),
  project(
    office,
    '恒远郭家沱码头仓改造',
    [8_800, 7_200, 16, 6_900],
    ['500105008', '郭家沱街道码头路8号', 106.699, 29.585],
    ['ST1', 'draft', 18],
  ),
  project(
    school,
    '石马河职业培训中心',
    [11_300, 8_100, 27, 8_900],
    ['500105003', '石马河街道培训路2号', 106.492, 29.596],
    ['ST4', 'submitted', 450],
  ),
  project(
    factory,
    '江畔智造污水预处理站',
    [900, 2_300, 8, 1_700],
    ['500105100', '鱼嘴镇智造大道7号', 106.787, 29.608],
    ['ST3', 'draft', 135],
  ),
  project(
    renewal,
    '华新街加装电梯示范点',
    [0, 800, 24, 460],
    ['500105001', '华新街街道示范二村', 106.549, 29.562],
    ['ST1', 'registered', 6],
  ),
  project(
    housing,
    '新居·复盛安置房一期',
    [73_000, 35_000, 54, 48_600],
    ['500105101', '复盛镇安置路1号', 106.806, 29.634],
    ['ST4', 'partly-decided', 520],
  ),
]
