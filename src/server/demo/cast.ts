/**
 * The people and organisations of the demo district. All are invented: names are common ones, numbers are made up with
 * valid check digits, and no real person or enterprise is meant.
 */
import { organisationCodeCheckSign, usccCheckSign } from '../../capabilities/people/model/codes.ts'
import type { Role } from '../../kernel/actor.ts'

export interface CastOrganisation {
  readonly key: string
  readonly name: string
  readonly kind: 'enterprise' | 'institution'
  readonly uscc: string
}
export interface CastPerson {
  readonly login: string
  readonly name: string
  readonly phone: string
  /** Key of an organisation of the cast. */
  readonly organisation?: string
  readonly title?: string
  readonly roles: readonly { readonly role: Role; readonly department?: string; readonly ofOrganisation?: boolean }[]
  /** Shown with the account: what to try with it. */
  readonly hint: string
}

/** Adds both check characters to the first 16 of a unified social credit code. */
const usccOf = (code16: string): string => {
  const code17 = code16 + organisationCodeCheckSign(code16.slice(8))
  return code17 + usccCheckSign(code17)
}

export const organisations: readonly CastOrganisation[] = [
  { key: 'city-build', name: '明江城市建设投资有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW001') },
  { key: 'school', name: '明江区学校建设服务中心', kind: 'institution', uscc: usccOf('12500105MB0MW002') },
  { key: 'hengyuan', name: '恒远置业(示范)有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW003') },
  { key: 'xinju', name: '新居房屋开发(示范)有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW004') },
  { key: 'zhizao', name: '江畔智造科技(示范)有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW005') },
  { key: 'survey', name: '山城勘察(示范)院有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW006') },
  { key: 'design', name: '两江设计(示范)研究院有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW007') },
  { key: 'contractor', name: '渝建示范建设集团有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW008') },
  { key: 'supervision', name: '正衡工程监理(示范)有限公司', kind: 'enterprise', uscc: usccOf('91500105MA0MW009') },
]

/** Departments of the demo in which reviewers, leads and approvers work. */
export const reviewingDepartments = [
  { code: 'development-reform', login: 'fagai', names: ['何立新', '罗文静', '段志强'] },
  { code: 'planning-resources', login: 'guizi', names: ['唐晓峰', '蒋雨桐', '邹国栋'] },
  { code: 'housing', login: 'zhujian', names: ['陈思远', '杨丽华', '郑海涛'] },
  { code: 'ecology', login: 'huanbao', names: ['林清', '叶秋', '汪振华'] },
  { code: 'water', login: 'shuili', names: ['江涛', '沈洁', '余建国'] },
  { code: 'civil-defence', login: 'renfang', names: ['曹军', '魏敏', '贺永刚'] },
  { code: 'urban-management', login: 'chengguan', names: ['彭程', '龚燕', '石磊'] },
  { code: 'traffic-police', login: 'jiaojing', names: ['雷鸣', '范琳', '侯志远'] },
  { code: 'human-resources', login: 'renshe', names: ['万芳', '钱进', '孔令辉'] },
  { code: 'archives', login: 'dangan', names: ['史文', '陶静', '夏宏伟'] },
  { code: 'industry', login: 'jingxin', names: ['傅强', '白雪', '严守信'] },
  { code: 'power-supply', login: 'gongdian', names: ['骆明', '文娟', '柳成林'] },
] as const

const officers: readonly CastPerson[] = reviewingDepartments.flatMap(({ code, login, names }, index) => {
  const phone = (place: number): string => `1390000${String(index * 10 + place).padStart(4, '0')}`
  const [reviewer, lead, approver] = names
  return [
    {
      login,
      name: reviewer,
      phone: phone(1),
      roles: [{ role: 'reviewer' as const, department: code }],
      hint: '部门审查人员:待办、意见、拟决定',
    },
    {
      login: `${login}-lead`,
      name: lead,
      phone: phone(2),
      roles: [{ role: 'lead' as const, department: code }],
      hint: '牵头部门经办:审核、总览',
    },
    {
      login: `${login}-boss`,
      name: approver,
      phone: phone(3),
      roles: [{ role: 'approver' as const, department: code }],
      hint: '审批决定人:停止计时、延期、决定',
    },
  ]
})

export const people: readonly CastPerson[] = [
  {
    login: 'admin',
    name: '高平',
    phone: '13800000001',
    roles: [{ role: 'administrator' }],
    hint: '系统管理员:人员与角色',
  },
  {
    login: 'admin2',
    name: '宋宁',
    phone: '13800000002',
    roles: [{ role: 'administrator' }],
    hint: '第二名管理员:复核授权',
  },
  {
    login: 'window',
    name: '周敏',
    phone: '13800000003',
    roles: [{ role: 'clerk' }],
    hint: '窗口人员:收件、受理、补正',
  },
  { login: 'window2', name: '吴桐', phone: '13800000004', roles: [{ role: 'clerk' }], hint: '窗口人员' },
  {
    login: 'supervisor',
    name: '许正',
    phone: '13800000005',
    roles: [{ role: 'supervisor' }],
    hint: '效能监督:全部时限、谁持球',
  },
  {
    login: 'applicant',
    name: '李文',
    phone: '13800000011',
    organisation: 'city-build',
    title: '前期部经理',
    roles: [{ role: 'applicant', ofOrganisation: true }],
    hint: '申请人(政府投资项目)',
  },
  {
    login: 'applicant-school',
    name: '赵云霞',
    phone: '13800000012',
    organisation: 'school',
    title: '项目负责人',
    roles: [{ role: 'applicant', ofOrganisation: true }],
    hint: '申请人(学校项目)',
  },
  {
    login: 'applicant-private',
    name: '刘强',
    phone: '13800000013',
    organisation: 'hengyuan',
    title: '报建专员',
    roles: [{ role: 'applicant', ofOrganisation: true }],
    hint: '申请人(社会投资项目)',
  },
  {
    login: 'applicant-xinju',
    name: '冯雪',
    phone: '13800000014',
    organisation: 'xinju',
    title: '报建专员',
    roles: [{ role: 'applicant', ofOrganisation: true }],
    hint: '申请人(住宅项目)',
  },
  {
    login: 'applicant-industry',
    name: '田野',
    phone: '13800000015',
    organisation: 'zhizao',
    title: '工程部经理',
    roles: [{ role: 'applicant', ofOrganisation: true }],
    hint: '申请人(工业项目)',
  },
  {
    login: 'site',
    name: '孙立',
    phone: '13800000031',
    organisation: 'contractor',
    title: '项目经理',
    roles: [{ role: 'site-manager', ofOrganisation: true }],
    hint: '项目现场负责人:工地、人员、报警、整改',
  },
  {
    login: 'inspector',
    name: '秦刚',
    phone: '13800000032',
    roles: [{ role: 'inspector', department: 'housing' }],
    hint: '监督检查人员:智慧工地、设备、报警、整改单',
  },
  ...officers,
]

/** Accounts shown first: one for every kind of work place. */
export const featuredLogins: readonly string[] = [
  'applicant',
  'applicant-private',
  'window',
  'zhujian',
  'zhujian-lead',
  'zhujian-boss',
  'guizi',
  'guizi-lead',
  'guizi-boss',
  'supervisor',
  'inspector',
  'site',
  'admin',
  'admin2',
]
