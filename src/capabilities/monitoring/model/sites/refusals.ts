/** What the register of sites refuses. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const siteMissing = defineRefusal('missing', 'monitoring.site-not-found', {
  zh: '没有这个工地,或者它不属于您单位的项目,请返回工地列表。',
  en: 'No such site, or it is not one of yours.',
})
export const notSiteOperator = defineRefusal('forbidden', 'monitoring.not-site-operator', {
  zh: '只有监督检查人员或系统管理员可以建立和修改工地,请联系他们办理。',
  en: 'Only an inspector or an administrator may open and change sites.',
})
export const notSiteKeeper = defineRefusal('forbidden', 'monitoring.not-site-keeper', {
  zh: '只有本工地的现场负责人、监督检查人员或系统管理员可以办理,请联系他们。',
  en: 'Only the site manager, an inspector or an administrator may do this.',
})
export const projectMissing = defineRefusal('invalid', 'monitoring.project-missing', {
  zh: '没有这个项目,请从项目列表中选择。',
  en: 'No such project: choose one of the list.',
})
export const codeTaken = defineRefusal('conflict', 'monitoring.site-code-taken', {
  zh: '工地编号{code}已被使用,请换一个编号,或留空由系统编号。',
  en: 'The code {code} is taken: choose another or leave it empty.',
})
export const organisationMissing = defineRefusal('invalid', 'monitoring.organisation-missing', {
  zh: '没有这个单位,请从单位列表中选择。',
  en: 'No such organisation: choose one of the list.',
})
export const departmentMissing = defineRefusal('invalid', 'monitoring.department-missing', {
  zh: '没有这个部门,请从部门列表中选择。',
  en: 'No such department: choose one of the list.',
})
export const siteStale = defineRefusal('conflict', 'monitoring.site-stale', {
  zh: '工地资料已被他人修改,请刷新页面后再操作。',
  en: 'Somebody changed the site meanwhile: reload.',
})
export const stateStep = defineRefusal('conflict', 'monitoring.site-state-step', {
  zh: '工地现在是“{from}”,不能改为“{to}”。请刷新页面查看当前状态。',
  en: 'The site is {from}: it cannot become {to}.',
})
export const siteOver = defineRefusal('conflict', 'monitoring.site-over', {
  zh: '工地{site}已结束,不能再修改。确需修改的,请先恢复为在建。',
  en: 'The site {site} has ended: reopen it first.',
})
export const zoneMissing = defineRefusal('missing', 'monitoring.zone-missing', {
  zh: '没有这个区域:可能已被撤销,请刷新页面。',
  en: 'No such zone: it may have been removed. Reload.',
})
export const zoneOutside = defineRefusal('invalid', 'monitoring.zone-outside', {
  zh: '区域超出工地围栏,请在围栏范围内绘制,或先调整围栏。',
  en: 'The zone reaches beyond the fence: draw it inside, or change the fence.',
})
export const tooManyZones = defineRefusal('conflict', 'monitoring.too-many-zones', {
  zh: '一个工地最多划定{most}个区域,请先撤销不用的区域。',
  en: 'A site has {most} zones at most: remove one first.',
})
export const floorUnknown = defineRefusal('invalid', 'monitoring.floor-unknown', {
  zh: '本工地没有第{floor}层,请先在楼层设置中添加。',
  en: 'The site has no floor {floor}: add it first.',
})
export const planMissing = defineRefusal('missing', 'monitoring.plan-missing', {
  zh: '该楼层没有平面图,请先放置平面图。',
  en: 'This floor has no plan: place one first.',
})
export const uploadMissing = defineRefusal('invalid', 'monitoring.upload-missing', {
  zh: '没有找到您上传的文件,请重新上传。',
  en: 'No such upload of yours: upload it again.',
})
export const planKind = defineRefusal('invalid', 'monitoring.plan-kind', {
  zh: '平面图请使用 PNG 或 JPEG 图片。',
  en: 'A plan is a PNG or a JPEG picture.',
})
export const phoneWrong = defineRefusal('invalid', 'monitoring.contact-phone', {
  zh: '联系电话格式不正确,请填写手机号或带区号的座机号。',
  en: 'The phone number is not formed rightly.',
})
export const dayAhead = defineRefusal('invalid', 'monitoring.day-ahead', {
  zh: '日期还没有到,请选择今天或以前的日期。',
  en: 'This day has not come yet.',
})
