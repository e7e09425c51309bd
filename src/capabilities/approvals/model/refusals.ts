/** The refusals of the approvals. Every sentence says what to do. */
import { defineRefusal } from '../../../kernel/refusal.ts'

const invalid = (code: string, zh: string, en: string) => defineRefusal('invalid', `approvals.${code}`, { zh, en })
const forbidden = (code: string, zh: string, en: string) => defineRefusal('forbidden', `approvals.${code}`, { zh, en })
const conflict = (code: string, zh: string, en: string) => defineRefusal('conflict', `approvals.${code}`, { zh, en })
const missing = (code: string, zh: string, en: string) => defineRefusal('missing', `approvals.${code}`, { zh, en })

// ---- not there
export const applicationMissing = missing(
  'application-missing',
  '没有找到这件申请,请从申请列表重新进入。',
  'There is no such application; open it from the list again.',
)
export const itemRunMissing = missing(
  'item-run-missing',
  '没有找到这个事项的办理记录,请从待办列表重新进入。',
  'There is no such item; open it from the queue again.',
)
export const opinionTaskMissing = missing(
  'opinion-task-missing',
  '没有找到这次征求意见,请从待办列表重新进入。',
  'There is no such request for an opinion; open it from the queue again.',
)
export const clockMissing = missing(
  'clock-missing',
  '没有找到这个计时,请从申请页面重新进入。',
  'There is no such clock; open it from the application again.',
)
export const certificateMissing = missing(
  'certificate-missing',
  '没有找到这份证件,请核对编号。',
  'There is no such certificate; check the number.',
)
export const documentMissing = missing(
  'document-missing',
  '没有找到这份材料,请刷新页面后重试。',
  'There is no such document; reload the page.',
)
export const submissionMissing = missing(
  'submission-missing',
  '没有找到这次提交,请从申请页面重新进入。',
  'There is no such submission; open it from the application again.',
)
export const projectMissing = missing(
  'project-missing',
  '没有找到这个项目,请核对项目编号;未公开的项目不提供查询。',
  'There is no such project; check the number. Projects that are not public cannot be looked up.',
)
export const codeUnknown = missing(
  'code-unknown',
  '没有这个验证码对应的证件,请核对后重新输入(不含数字0、1和字母I、L、O)。',
  'No document has this code; check it (codes have no 0, 1, I, L, O).',
)
export const receiptUnknown = missing(
  'receipt-unknown',
  '没有这个编号的收件凭证,请核对后重新输入。',
  'No receipt has this number; check it.',
)
export const uploadMissing = missing(
  'upload-missing',
  '没有找到已上传的文件,请重新上传。',
  'The upload was not found; upload the file again.',
)

// ---- may not
export const notYours = forbidden(
  'not-yours',
  '您无权查看这件申请。请使用申请单位或参建单位的账号登录。',
  'You may not see this application. Sign in for the applicant or a party of the project.',
)
export const notApplicant = forbidden(
  'not-applicant',
  '只有申请单位的经办人可以办理此项。请使用申请单位的账号登录。',
  'Only the applicant may do this. Sign in for the applicant.',
)
export const notClerk = forbidden('not-clerk', '只有综合窗口人员可以办理此项。', 'Only window clerks may do this.')
export const notInDepartment = forbidden(
  'not-in-department',
  '此事项由{department}办理,您没有该部门的{role}角色。请交由该部门人员办理。',
  'This is in the hands of {department}; you are no {roleEn} there.',
)
export const ownOrganisation = forbidden(
  'own-organisation',
  '您与申请单位“{applicant}”有关联,应当回避。请交由其他工作人员办理。',
  'You belong to the applicant “{applicant}” and must step aside; another officer must do this.',
)
export const ownApplication = forbidden(
  'own-application',
  '这件申请由您代为填报或提交,不能由您本人受理。请交由其他窗口人员办理。',
  'You filled in or submitted this application; another clerk must take it.',
)
export const sameDrafter = forbidden(
  'same-drafter',
  '决定由您拟定,审核和决定须由其他人员作出。请交由其他人员办理。',
  'You drafted this decision; somebody else must review and decide it.',
)
export const sameProposer = forbidden(
  'same-proposer',
  '停止计时由您提请,须由其他审批决定人批准。',
  'You proposed this pause; another approver must decide it.',
)

// ---- not now
export const notEditable = conflict(
  'not-editable',
  '申请{state},内容不能修改。',
  'The application is {stateEn}; its content cannot change.',
)
export const notSubmittable = conflict(
  'not-submittable',
  '申请{state},不能再次提交。',
  'The application is {stateEn}; it cannot be submitted again.',
)
export const notAtIntake = conflict(
  'not-at-intake',
  '申请{state},不在待受理状态。请刷新页面。',
  'The application is {stateEn}, not waiting for acceptance. Reload the page.',
)
export const notDiscardable = conflict(
  'not-discardable',
  '申请已经提交过,不能删除。如不再办理,请申请撤回。',
  'The application has been submitted and cannot be deleted.',
)
export const secondCorrectionList = conflict(
  'second-correction-list',
  '补正内容已于第{round}次提交后一次性告知,不得再次要求补正(行政许可法第三十二条)。请受理,或依法作出其他处理。',
  'The full list of corrections was already given after submission {round}; a second list is not allowed (Administrative Licensing Law art. 32).',
)
export const alreadyOpen = conflict(
  'already-open',
  '本项目在“{stage}”阶段已有一件申请{caseNumber}({state})。请继续办理该申请,不要重复新建。',
  'The project already has application {caseNumber} ({stateEn}) in this stage. Go on with that one.',
)
export const staleVersion = conflict(
  'stale-version',
  '内容已被{by}在{at}修改(当前第{current}版,您看到的是第{seen}版)。您填写的内容没有丢失,请刷新后核对再保存。',
  'Changed by {by} at {at} (version {current}; you saw {seen}). Reload, compare and save again.',
)
export const stateMoved = conflict(
  'state-moved',
  '该事项目前{state},不能{action}。请刷新页面查看最新进展。',
  'The item is {stateEn}; this cannot be done now. Reload the page.',
)
export const opinionAlreadyGiven = conflict(
  'opinion-already-given',
  '{by}已于{at}出具意见(“{code}”),不能重复出具。如需修改,请牵头部门重新征求意见。',
  '{by} already gave an opinion ({code}) at {at}. To change it the asking department must ask again.',
)
export const opinionClosed = conflict(
  'opinion-closed',
  '这次征求意见{state},不能再办理。请刷新页面。',
  'This request for an opinion is {stateEn}; reload the page.',
)
export const opinionStillOpen = conflict(
  'opinion-still-open',
  '已向{department}征求意见且尚未答复,不能重复征求。',
  '{department} has been asked already and has not answered yet.',
)
export const opinionsOut = conflict(
  'opinions-out',
  '尚有部门意见未出具:{departments}。请等待意见出具后再拟定决定。',
  'Opinions are still out: {departments}. Wait for them before drafting.',
)
export const informationOut = conflict(
  'information-out',
  '{departments}要求补充信息,尚未解决。请补充信息后重新征求意见,再拟定决定。',
  '{departments} asked for information. Supply it and ask again before drafting.',
)
export const frontConditionOpen = conflict('front-condition-open', '{sentence}', '{sentenceEn}')
export const clockPaused = conflict(
  'clock-paused',
  '该事项正因“{ground}”停止计时,请先恢复计时再作出决定。',
  'The clock is paused ({ground}); resume it before deciding.',
)
export const alreadyPaused = conflict(
  'already-paused',
  '该事项已停止计时({ground}),无需重复提请。',
  'The clock is paused already ({ground}).',
)
export const proposalOpen = conflict(
  'proposal-open',
  '已有停止计时的提请待批准,请等待处理。',
  'A pause has already been proposed and awaits a decision.',
)
export const noProposal = conflict(
  'no-proposal',
  '没有待批准的停止计时提请。请刷新页面。',
  'There is no pause proposal to decide. Reload the page.',
)
export const notPaused = conflict('not-paused', '该事项没有停止计时,无需恢复。', 'The clock is not paused.')
export const noClock = conflict('no-clock', '该事项没有正在运行的计时。', 'The item has no running clock.')
export const notExtendable = conflict(
  'not-extendable',
  '该事项的期限依法不能延长。',
  'The limit of this item cannot be extended by law.',
)
export const extensionUsed = conflict(
  'extension-used',
  '该事项已依法延长{times}次,不能再次延长。',
  'The limit has been extended {times} time(s) already.',
)

// ---- wrong input
export const faulty = invalid(
  'faulty',
  '还有{count}处需要完善,请按提示逐项修改后再提交。',
  '{count} point(s) need attention; correct them and submit again.',
)
export const notCorrectable = invalid(
  'not-correctable',
  '补正期间只能修改告知书列明的内容;有{count}处不在其列,请恢复原值。',
  'Only the points listed may change; {count} other change(s) must be undone.',
)
export const unknownStage = invalid(
  'unknown-stage',
  '没有“{stage}”这个阶段,请从事项清单中选择。',
  'There is no stage “{stage}”; choose one of the catalogue.',
)
export const unknownItems = invalid(
  'unknown-items',
  '所选事项不在本阶段的现行清单中:{items}。请重新选择。',
  'These items are not in force in this stage: {items}. Choose again.',
)
export const unknownMaterial = invalid(
  'unknown-material',
  '所选事项不需要这份材料。请从材料清单中选择。',
  'The chosen items do not need this material; choose one of the list.',
)
export const exemptMaterial = invalid(
  'exempt-material',
  '“{material}”由系统调取,免予提交。',
  '“{material}” is fetched by the system and need not be handed in.',
)
export const infectedUpload = invalid(
  'infected-upload',
  '文件“{file}”未通过病毒检查,请更换文件后重新上传。',
  'The file “{file}” did not pass the virus check; upload another one.',
)
export const foreignUpload = forbidden(
  'foreign-upload',
  '该文件由他人上传,请重新上传自己的文件。',
  'Somebody else uploaded this file; upload your own.',
)
export const unknownAnchor = invalid(
  'unknown-anchor',
  '补正内容须对应表单字段或材料,有{count}处无法对应。',
  'Corrections must name a field or a material; {count} do not.',
)
export const unknownDepartment = invalid(
  'unknown-department',
  '没有这些部门:{departments}。请重新选择。',
  'Unknown departments: {departments}. Choose again.',
)
export const ownDepartment = invalid(
  'own-department',
  '不需要向本部门征求意见。',
  'The department need not ask itself.',
)
export const overBudget = invalid(
  'over-budget',
  '征求意见期限{days}个工作日超过本事项剩余的{remaining}个工作日,请缩短期限。',
  '{days} workdays are more than the {remaining} that remain for the item; choose fewer.',
)
export const deferralNotDrafted = invalid(
  'deferral-not-drafted',
  '“容缺办结”由系统按所欠材料自动标注,请选择准予或者附条件准予。',
  'The system itself marks a decision with documents to follow: choose approved or approved with conditions.',
)
export const conditionsNeeded = invalid(
  'conditions-needed',
  '“有条件同意”须至少写明一项条件。',
  'A conditional agreement needs at least one condition.',
)
export const conditionsNotAllowed = invalid(
  'conditions-not-allowed',
  '只有附条件时才能填写条件,请删除条件或改选附条件。',
  'Conditions belong only to a conditional answer.',
)
export const opinionTextNeeded = invalid(
  'opinion-text-needed',
  '“{code}”须写明理由或需补充的信息。',
  '“{code}” needs a reason or the information asked for.',
)
export const remarkNeeded = invalid(
  'remark-needed',
  '退回或不同意须写明理由。',
  'A reason is needed to send back or reject.',
)
export const groundNotAllowed = invalid(
  'ground-not-allowed',
  '“{ground}”不是本事项可以停止计时的法定事由,请从列出的事由中选择。',
  '“{ground}” is no legal ground to pause this item; choose one of the list.',
)
export const pauseTooLong = invalid(
  'pause-too-long',
  '该事由停止计时最长{max}日,请缩短。',
  'This ground allows at most {max} days.',
)
export const extensionTooLong = invalid(
  'extension-too-long',
  '依法最多延长{max}日,请缩短。',
  'At most {max} days may be added.',
)
export const calendarMissing = defineRefusal('unavailable', 'approvals.calendar-missing', {
  zh: '工作日历版本{version}不可用,无法计算期限。请系统管理员恢复该版本的日历数据。',
  en: 'Calendar version {version} is not available; an administrator must restore its data.',
})
