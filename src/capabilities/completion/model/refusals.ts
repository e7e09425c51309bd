/** What inspections, acceptance, filing and archive refuse. */
import { defineRefusal } from '../../../kernel/refusal.ts'

export const projectMissing = defineRefusal('missing', 'completion.project-missing', {
  zh: '没有找到该项目,或您无权查看;请核对编号。',
  en: 'No such project, or not for you to see.',
})
export const thingMissing = defineRefusal('missing', 'completion.missing', {
  zh: '没有找到这条记录,请刷新页面。',
  en: 'No such record. Reload.',
})
export const notOwner = defineRefusal('forbidden', 'completion.not-owner', {
  zh: '由建设单位的申请人或现场负责人办理,请联系建设单位。',
  en: 'The owner does this.',
})
export const notApplicant = defineRefusal('forbidden', 'completion.not-applicant', {
  zh: '由建设单位的申请人办理,请联系建设单位。',
  en: 'An applicant of the owner does this.',
})
export const notOwnerOrOfficer = defineRefusal('forbidden', 'completion.not-owner-or-officer', {
  zh: '由建设单位或监督部门人员办理。',
  en: 'The owner or the department does this.',
})
export const notInDepartment = defineRefusal('forbidden', 'completion.not-in-department', {
  zh: '由{department}的{roles}办理。',
  en: 'A {rolesEn} of {department} does this.',
})
export const ownOrganisation = defineRefusal('forbidden', 'completion.own-organisation', {
  zh: '您代表建设单位“{owner}”,须由其他人员办理(回避)。',
  en: 'You act for the owner “{owner}”: somebody else must do this.',
})
export const inspectedYourself = defineRefusal('forbidden', 'completion.inspected-yourself', {
  zh: '您参加了本次验收或其工程检查,联合验收意见须由其他负责人批准。',
  en: 'You inspected here: another head approves the opinion.',
})
export const projectOver = defineRefusal('conflict', 'completion.project-over', {
  zh: '项目已办结或已撤销,不能再办理。',
  en: 'The project is closed or withdrawn.',
})
export const buildingNameTaken = defineRefusal('conflict', 'completion.building-name-taken', {
  zh: '本项目已有单体“{name}”,请换一个名称。',
  en: 'There is a building “{name}” already.',
})
export const finalAppliedFor = defineRefusal('conflict', 'completion.final-applied-for', {
  zh: '项目已申请最终联合验收,不能再增加单体或计划。',
  en: 'The final acceptance is under way: nothing can be added.',
})
export const kindUnknown = defineRefusal('invalid', 'completion.kind-unknown', {
  zh: '没有这种检查,请从列表选择。',
  en: 'Unknown kind of inspection.',
})
export const inspectionRequired = defineRefusal('conflict', 'completion.inspection-required', {
  zh: '“{name}”是必检项目,不能删除。依据:{basis}。',
  en: '“{name}” is required and cannot be removed ({basis}).',
})
export const inspectionUsed = defineRefusal('conflict', 'completion.inspection-used', {
  zh: '已经预约或检查过的不能删除。',
  en: 'It has been booked or held already.',
})
export const notBookable = defineRefusal('conflict', 'completion.not-bookable', {
  zh: '当前状态为“{state}”,不能预约。',
  en: 'It cannot be booked now ({stateEn}).',
})
export const notBooked = defineRefusal('conflict', 'completion.not-booked', {
  zh: '建设单位尚未预约,不能记录结果。',
  en: 'The owner has not booked it.',
})
export const dayPast = defineRefusal('invalid', 'completion.day-past', {
  zh: '日期不能早于今天({today})。',
  en: 'The day may not lie before today ({today}).',
})
export const remarksNeeded = defineRefusal('invalid', 'completion.remarks-needed', {
  zh: '结论为“有问题”的,请至少写明一个问题及整改期限;其他结论不列问题。',
  en: 'Give at least one remark with its day, and none with another result.',
})
export const remarkNotOpen = defineRefusal('conflict', 'completion.remark-not-open', {
  zh: '这个问题不在待整改状态,请刷新页面。',
  en: 'This remark is not open. Reload.',
})
export const remarkNotProved = defineRefusal('conflict', 'completion.remark-not-proved', {
  zh: '建设单位还没有提交整改证明。',
  en: 'There is no proof to verify.',
})
export const proofNeedsFile = defineRefusal('invalid', 'completion.proof-needs-file', {
  zh: '请上传整改照片或文件。',
  en: 'Upload a photo or file as proof.',
})
export const uploadMissing = defineRefusal('missing', 'completion.upload-missing', {
  zh: '没有找到上传的文件,请重新上传。',
  en: 'No such upload: upload again.',
})
export const uploadInfected = defineRefusal('invalid', 'completion.upload-infected', {
  zh: '文件“{file}”含病毒,不能使用。',
  en: '“{file}” holds a virus.',
})
export const noBuildings = defineRefusal('invalid', 'completion.no-buildings', {
  zh: '请先登记单体;分期验收请选择至少一个尚未验收的单体。',
  en: 'Register buildings first, and choose at least one that is not accepted.',
})
export const buildingTaken = defineRefusal('conflict', 'completion.building-taken', {
  zh: '“{name}”已验收或正在联合验收。',
  en: '“{name}” is accepted or being accepted.',
})
export const acceptanceBlocked = defineRefusal('conflict', 'completion.acceptance-blocked', {
  zh: '还不能申请联合验收:{sentence}',
  en: 'The joint acceptance cannot be applied for yet: {sentenceEn}',
})
export const notExamining = defineRefusal('conflict', 'completion.not-examining', {
  zh: '当前状态为“{state}”,不能这样办理。',
  en: 'Not possible in this state ({stateEn}).',
})
export const partNotOpen = defineRefusal('conflict', 'completion.part-not-open', {
  zh: '本项验收当前状态为“{state}”,不能给出结果。',
  en: 'No result can be given now ({stateEn}).',
})
export const siteDayFirst = defineRefusal('conflict', 'completion.site-day-first', {
  zh: '请先由牵头部门确定联合踏勘日,踏勘日当天起给出结果。',
  en: 'The lead department sets the site day; results follow from that day.',
})
export const nothingToRecheck = defineRefusal('conflict', 'completion.nothing-to-recheck', {
  zh: '没有不合格的事项可以申请复验;有问题的,请先逐条提交整改证明。',
  en: 'Nothing failed; prove the remarks first.',
})
export const notAllPassed = defineRefusal('conflict', 'completion.not-all-passed', {
  zh: '还有部门没有给出合格结果,不能出具联合验收意见。',
  en: 'Some department has not passed it yet.',
})
export const opinionMissing = defineRefusal('missing', 'completion.opinion-missing', {
  zh: '没有这份联合验收意见,或尚未出具。',
  en: 'No such opinion, or not issued yet.',
})
export const filingMissing = defineRefusal('missing', 'completion.filing-missing', {
  zh: '最终联合验收合格后才能办理竣工验收备案。',
  en: 'The filing follows the final acceptance.',
})
export const filingState = defineRefusal('conflict', 'completion.filing-state', {
  zh: '备案当前不在这一步,请刷新页面。',
  en: 'The filing is not at this step. Reload.',
})
export const dossierMissing = defineRefusal('missing', 'completion.dossier-missing', {
  zh: '没有这份卷宗,或您无权下载;请重新生成。',
  en: 'No such dossier, or not for you: build one.',
})
export const dossierNotYours = defineRefusal('forbidden', 'completion.dossier-not-yours', {
  zh: '项目卷宗由建设单位、窗口、审批和监督部门人员生成。',
  en: 'The owner and the authorities build dossiers.',
})
export const dossierNotReady = defineRefusal('conflict', 'completion.dossier-not-ready', {
  zh: '卷宗还在生成,请稍后下载。',
  en: 'The dossier is being built.',
})
export const dossierNotZip = defineRefusal('invalid', 'completion.dossier-not-zip', {
  zh: '这不是本平台生成的卷宗(ZIP),请检查文件。',
  en: 'This is no dossier of this platform.',
})
