/** What messages are about, by what ways they come, and to whom they go: the words of the message centre. */
import { type Words, words } from '../../../kernel/words.ts'

export const topics = [
  'receipt',
  'corrections',
  'opinions',
  'review',
  'pauses',
  'clocks',
  'decisions',
  'projects',
  'alarms',
  'rectification',
  'roles',
  'digest',
  'system',
] as const
export type Topic = (typeof topics)[number]
export const topicWords: Readonly<Record<Topic, Words>> = {
  receipt: words('收件与受理', 'Receipt and acceptance'),
  corrections: words('补正', 'Corrections'),
  opinions: words('征求意见', 'Opinions'),
  review: words('审核审批', 'Review and approval'),
  pauses: words('停止、恢复与延长计时', 'Pauses and extensions'),
  clocks: words('期限提醒', 'Deadlines'),
  decisions: words('决定与证照', 'Decisions and certificates'),
  projects: words('项目', 'Projects'),
  alarms: words('监测报警', 'Alarms of sites'),
  rectification: words('整改单', 'Rectification orders'),
  roles: words('角色与委托', 'Roles and delegation'),
  digest: words('每日提要', 'Daily digest'),
  system: words('系统运行', 'Operation'),
}

/** Ways by which a message reaches a person; the centre itself is one. */
export const ways = ['centre', 'email', 'sms', 'wechat'] as const
export type Way = (typeof ways)[number]
export const contactChannels = ['email', 'sms', 'wechat'] as const
export type ContactChannel = (typeof contactChannels)[number]
export const wayWords: Readonly<Record<Way | 'webhook', Words>> = {
  centre: words('消息中心', 'Message centre'),
  email: words('电子邮件', 'E-mail'),
  sms: words('短信', 'SMS'),
  wechat: words('微信', 'WeChat'),
  webhook: words('系统推送', 'Webhook'),
}

/** The parts of the audience that a notice may name. */
export const audiences = [
  'applicant',
  'window',
  'department',
  'department-leads',
  'department-approvers',
  'asked-department',
  'lead-department',
  'handling-departments',
  'responsible',
  'supervisors',
  'administrators',
  'inspectors',
  'site-managers',
  'organisation',
  'person',
  'from-person',
  'to-person',
] as const
export type Audience = (typeof audiences)[number]
export const audienceWords: Readonly<Record<Audience, Words>> = {
  applicant: words('申请单位的申请人', 'applicants of the applying organisation'),
  window: words('窗口人员', 'window clerks'),
  department: words('承办部门审查人员和经办', 'reviewers and officers of the department'),
  'department-leads': words('承办部门经办', 'officers of the department'),
  'department-approvers': words('承办部门审批决定人', 'approvers of the department'),
  'asked-department': words('被征求意见部门', 'the department that was asked'),
  'lead-department': words('牵头部门', 'the lead department'),
  'handling-departments': words('各承办部门', 'all departments that handle the file'),
  responsible: words('当前持球的一方', 'who holds the ball'),
  supervisors: words('效能监督', 'supervisors'),
  administrators: words('系统管理员', 'administrators'),
  inspectors: words('承办部门监督检查人员', 'inspectors of the department'),
  'site-managers': words('该单位的项目现场负责人', 'site managers of that organisation'),
  organisation: words('该单位的申请人', 'applicants of that organisation'),
  person: words('本人', 'the person concerned'),
  'from-person': words('委托人', 'who delegated'),
  'to-person': words('受托人', 'who received the delegation'),
}

/** What a person gets by a way unless they chose otherwise: the centre everything, other ways what presses or binds. */
export const wantedByDefault = (topic: Topic, way: Way): boolean =>
  way === 'centre' ||
  ['corrections', 'pauses', 'clocks', 'decisions', 'alarms', 'rectification', 'digest', 'system'].includes(topic)
export type Wanted = Readonly<Partial<Record<Topic, Readonly<Partial<Record<Way, boolean>>>>>>
/** Statutory notices are always in the centre: nobody can choose not to have been told. */
export const wants = (wanted: Wanted, topic: Topic, way: Way, statutory: boolean): boolean =>
  (way === 'centre' && statutory) || (wanted[topic]?.[way] ?? wantedByDefault(topic, way))
