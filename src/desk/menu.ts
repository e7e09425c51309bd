/** The menu by role: who sees which work place, in the order of the day's work. */
import type { Role } from '../kernel/actor.ts'
import { type Words, words } from '../kernel/words.ts'

export interface MenuEntry {
  readonly to: string
  readonly label: Words
  /** Empty = everybody who is signed in. */
  readonly roles: readonly Role[]
  readonly group: 'work' | 'site' | 'oversight' | 'manage' | 'own'
}
export const menuGroups: Readonly<Record<MenuEntry['group'], Words>> = {
  work: words('办理', 'Work'),
  site: words('智慧工地', 'Smart site'),
  oversight: words('监督', 'Oversight'),
  manage: words('管理', 'Administration'),
  own: words('个人', 'Personal'),
}
const entry = (group: MenuEntry['group'], to: string, label: Words, ...roles: readonly Role[]): MenuEntry => ({
  group,
  to,
  label,
  roles,
})
const siteAuthorities: readonly Role[] = ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator']
const siteRoles: readonly Role[] = [...siteAuthorities, 'site-manager', 'applicant']
export const menu: readonly MenuEntry[] = [
  entry('work', '/intake', words('窗口收件', 'Intake'), 'clerk'),
  entry('work', '/queue', words('部门待办', 'Department queue'), 'reviewer', 'lead', 'approver'),
  entry('work', '/after', words('决后待办', 'After decisions'), 'applicant', 'clerk', 'reviewer', 'lead', 'approver'),
  entry('work', '/advice', words('预审答复', 'Advice'), 'clerk', 'reviewer', 'lead'),
  entry('work', '/completion', words('验收待办', 'Inspections'), 'inspector', 'reviewer', 'lead', 'approver'),
  entry('work', '/applications', words('申请', 'Applications')),
  entry('work', '/blocks', words('受托填写', 'Parts given to us'), 'applicant'),
  entry('work', '/projects', words('项目', 'Projects')),
  entry(
    'work',
    '/bim',
    words('管线与碰撞', 'Pipes and clashes'),
    'applicant',
    'site-manager',
    'reviewer',
    'lead',
    'approver',
    'inspector',
  ),
  entry('work', '/after-checks', words('事后核查', 'Checks afterwards'), 'reviewer', 'lead', 'approver', 'supervisor'),
  entry('work', '/credit', words('信用记录', 'Credit records'), 'applicant', 'clerk', 'supervisor', 'administrator'),
  entry('site', '/sites', words('工地一张图', 'Map of sites'), ...siteRoles),
  entry('site', '/alarms', words('报警处置', 'Alarms'), ...siteRoles),
  entry('site', '/orders', words('整改单', 'Rectification orders'), ...siteRoles),
  entry('site', '/site-persons', words('现场责任人核准', 'Responsible persons'), ...siteAuthorities),
  entry('site', '/devices', words('设备', 'Devices'), ...siteRoles),
  entry('site', '/monitoring-rules', words('监测规则', 'Rules'), ...siteAuthorities),
  entry('oversight', '/second-lists', words('再次补正审批', 'Second lists'), 'supervisor'),
  entry('oversight', '/clocks', words('计时看板', 'Clock board'), 'supervisor', 'lead', 'approver', 'administrator'),
  entry(
    'oversight',
    '/escalations',
    words('逐级催办', 'Escalations'),
    'clerk',
    'reviewer',
    'lead',
    'approver',
    'supervisor',
    'administrator',
  ),
  entry(
    'oversight',
    '/conflicts',
    words('意见分歧协调', 'Conflicts of opinions'),
    'lead',
    'approver',
    'supervisor',
    'administrator',
  ),
  entry('oversight', '/signals', words('异常提示', 'Signals'), 'supervisor', 'lead', 'approver', 'administrator'),
  entry(
    'oversight',
    '/appraisal',
    words('时效考核', 'Assessment'),
    'supervisor',
    'lead',
    'approver',
    'reviewer',
    'clerk',
    'administrator',
  ),
  entry('manage', '/calendars', words('工作日历', 'Working calendars'), 'administrator', 'supervisor'),
  entry('manage', '/editions', words('清单与表单版本', 'Catalogue versions'), 'administrator', 'supervisor'),
  entry('manage', '/people', words('人员与角色', 'People and roles'), 'administrator'),
  entry('manage', '/organisations', words('单位', 'Organisations'), 'administrator', 'clerk'),
  entry('manage', '/departments', words('职能部门', 'Departments'), 'administrator', 'supervisor'),
  entry('manage', '/exchange', words('数据共享交换', 'Data exchange'), 'administrator'),
  entry('manage', '/privacy', words('隐私与安全', 'Privacy and security'), 'administrator'),
  entry('manage', '/outbox', words('发件箱', 'Outbox'), 'administrator'),
  entry('manage', '/webhooks', words('系统推送', 'Webhooks'), 'administrator'),
  entry('own', '/messages', words('消息', 'Messages')),
  entry('own', '/delegation', words('委托代办', 'Delegation')),
  entry('own', '/my-site-record', words('我的工地记录', 'My record on sites')),
  entry('own', '/looks', words('谁看过我的信息', 'Who looked at my data')),
  entry('own', '/account', words('账号与安全', 'Account')),
]
export const menuFor = (roles: readonly Role[]): readonly MenuEntry[] =>
  menu.filter((one) => one.roles.length === 0 || one.roles.some((role) => roles.includes(role)))

/** Where a person starts: the work place of the first role in the order of the menu. */
export const homeFor = (roles: readonly Role[]): string => {
  if (roles.includes('clerk')) return '/intake'
  if (roles.some((role) => role === 'reviewer' || role === 'lead' || role === 'approver')) return '/queue'
  if (roles.includes('supervisor')) return '/clocks'
  if (roles.includes('administrator')) return '/people'
  if (roles.includes('inspector')) return '/alarms'
  if (roles.includes('site-manager')) return '/sites'
  return '/applications'
}
