/** The refusals of consultation, conflicts, meetings and special procedures. Every sentence says what to do. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

const invalid = (code: string, zh: string, en: string) => defineRefusal('invalid', `approvals.${code}`, { zh, en })
const forbidden = (code: string, zh: string, en: string) => defineRefusal('forbidden', `approvals.${code}`, { zh, en })
const conflict = (code: string, zh: string, en: string) => defineRefusal('conflict', `approvals.${code}`, { zh, en })
const missing = (code: string, zh: string, en: string) => defineRefusal('missing', `approvals.${code}`, { zh, en })

// ---- whom to ask
export const departureReasonOwed = invalid(
  'departure-reason-owed',
  '与系统建议不同,请写明理由:{departments}。',
  'This departs from the suggestion; give a reason for {departments}.',
)

// ---- parts of an opinion
export const partMissing = missing(
  'part-missing',
  '没有找到这项交办,请从待办列表重新进入。',
  'There is no such part; open it from the queue again.',
)
export const partTooLong = invalid(
  'part-too-long',
  '交办期限{days}个工作日超过本次征求意见剩余的{remaining}个工作日,请缩短。',
  '{days} workdays are more than the {remaining} left for the opinion; choose fewer.',
)
export const partsOpen = conflict(
  'parts-open',
  '还有{count}项交办没有答复({who})。请等待答复或者收回后再出具意见。',
  '{count} part(s) are not answered yet ({who}); wait or recall them first.',
)
export const partClosed = conflict('part-closed', '这项交办{state},不能再办理。请刷新页面。', 'This part is {stateEn}.')
export const notAssignee = forbidden(
  'not-assignee',
  '这项交办由{who}办理。请交由其答复,或者由交办部门收回后重新交办。',
  'This part is in the hands of {who}.',
)
export const unknownColleague = invalid(
  'unknown-colleague',
  '所选人员不是{department}的办理人员,请重新选择。',
  'This person does not work on opinions in {department}; choose again.',
)

// ---- changing an opinion
export const opinionNotGiven = conflict(
  'opinion-not-given',
  '这次征求意见{state},没有可以修改的意见。',
  'This request is {stateEn}; there is no opinion to change.',
)
export const opinionPeriodOver = conflict(
  'opinion-period-over',
  '征求意见期限已于{due}届满,意见不能再修改。如需修改,请牵头部门重新征求意见。',
  'The period ended on {due}; the asking department must ask again.',
)
export const opinionReplaced = conflict(
  'opinion-replaced',
  '已就同一事项重新征求意见,请在新的征求意见中答复。',
  'The department was asked again; answer the new request.',
)
export const notChangedSince = conflict(
  'not-changed-since',
  '{department}出具意见后申请内容没有变化,无需重新征求。',
  'Nothing changed since {department} gave its opinion.',
)
export const nothingToRedo = conflict(
  'nothing-to-redo',
  '这次征求意见{state},不能重新征求。请刷新页面。',
  'This request is {stateEn} and cannot be asked again.',
)

// ---- information from the applicant
export const informationMissing = missing(
  'information-missing',
  '没有找到这项补充信息的请求,请从申请页面重新进入。',
  'There is no such request for information.',
)
export const informationMoved = conflict(
  'information-moved',
  '这项补充信息的请求{state},不能{action}。请刷新页面。',
  'This request for information is {stateEn}; reload the page.',
)
export const informationOnlyAnchored = invalid(
  'information-only-anchored',
  '只能补充请求所列的内容,有{count}处不在其列。',
  'Only what was asked for may be supplied; {count} point(s) are outside.',
)
export const informationAnswerEmpty = invalid(
  'information-answer-empty',
  '请填写说明、修改所列内容或者上传材料,至少一项。',
  'Give a text, change the fields or add a document.',
)

// ---- conflicts
export const conflictMissing = missing(
  'conflict-missing',
  '没有找到这项意见分歧,请从申请页面重新进入。',
  'There is no such conflict.',
)
export const conflictsOpen = conflict(
  'conflicts-open',
  '部门意见存在分歧尚未协调({departments}),协调形成纪要后方可拟定决定。',
  'Opinions contradict ({departments}); mediate and write the minute before drafting.',
)
export const opinionsOutdated = conflict(
  'opinions-outdated',
  '{departments}出具意见后申请的重要内容已变化,请重新征求意见后再拟定决定。',
  'Material facts changed after the opinion of {departments}; ask again before drafting.',
)
export const conflictClosed = conflict(
  'conflict-closed',
  '这项意见分歧{state},不能再处理。请刷新页面。',
  'This conflict is {stateEn}.',
)
export const notMediator = forbidden(
  'not-mediator',
  '意见分歧由{department}牵头协调,逾期由效能监督协调。请交由其办理。',
  '{department} mediates this conflict, or the supervisor once it is overdue.',
)
export const mediatorIsParty = forbidden(
  'mediator-is-party',
  '您出具了其中一份意见,不能协调这项分歧。请交由其他人员办理。',
  'You gave one of these opinions; somebody else must mediate.',
)
export const conflictNeedsTwo = invalid(
  'conflict-needs-two',
  '请选择同一事项中至少两份现行有效的意见。',
  'Choose at least two standing opinions on the same item.',
)

// ---- meetings
export const meetingMissing = missing(
  'meeting-missing',
  '没有找到这次踏勘或会议,请从申请页面重新进入。',
  'There is no such meeting.',
)
export const meetingMoved = conflict(
  'meeting-moved',
  '这次踏勘或会议{state},不能{action}。请刷新页面。',
  'This meeting is {stateEn}; reload the page.',
)
export const meetingInPast = invalid(
  'meeting-in-past',
  '开始时间须晚于现在,请重新选择。',
  'It must start in the future; choose again.',
)
export const meetingNotYet = conflict(
  'meeting-not-yet',
  '踏勘或会议尚未开始({at}),开始后方可登记。',
  'It has not begun yet ({at}).',
)
export const notInvited = forbidden(
  'not-invited',
  '{department}不在参加部门之列。请由安排人补充参加部门后再登记。',
  '{department} was not invited; have it added first.',
)
export const photoNotImage = invalid(
  'photo-not-image',
  '“{file}”不是图片,请上传 JPEG 或 PNG 图片。',
  '“{file}” is no picture; upload JPEG or PNG.',
)
export const photoMissing = missing('photo-missing', '没有找到这张照片,请刷新页面后重试。', 'There is no such picture.')
export const noOpenTaskHere = conflict(
  'no-open-task-here',
  '没有向{department}征求意见的待办事项,不能作为意见登记;请改为只登记现场情况。',
  '{department} has no open request for an opinion; record the finding alone.',
)

// ---- special procedures
export const procedureMissing = missing(
  'procedure-missing',
  '没有找到这项特殊程序,请从申请页面重新进入。',
  'There is no such procedure.',
)
export const procedureMoved = conflict(
  'procedure-moved',
  '这项程序{state},不能{action}。请刷新页面。',
  'This procedure is {stateEn}; reload the page.',
)
export const proceduresRunning = conflict(
  'procedures-running',
  '{procedures}尚未结束,请登记结果后再拟定决定。',
  'A special procedure is under way; record its result before drafting.',
)
export const procedureOpen = conflict(
  'procedure-open',
  '该事项的{kind}已在办理,不能重复提请。',
  'The {kindEn} is under way already.',
)
export const procedureTooLong = invalid(
  'procedure-too-long',
  '{kind}最长{max}个工作日({basis}),请缩短。',
  'At most {max} workdays ({basis}).',
)
export const sameProcedureProposer = forbidden(
  'same-procedure-proposer',
  '这项程序由您提请,须由其他审批决定人批准。',
  'You proposed this procedure; another approver must decide it.',
)
export const hearingRequestLate = conflict(
  'hearing-request-late',
  '申请听证的期限已于{due}届满(被告知之日起{days}日内)。',
  'The days to ask for a hearing ended on {due}.',
)
export const hearingRequested = conflict(
  'hearing-requested',
  '听证已由{by}申请,无需重复申请。',
  'The hearing was asked for already by {by}.',
)
export const hearingNotRequested = conflict(
  'hearing-not-requested',
  '尚无人申请听证,不能确定听证时间。',
  'Nobody has asked for the hearing yet.',
)
export const hearingTooSoon = invalid(
  'hearing-too-soon',
  '须于举行听证的{days}日前通知,最早可定于{first}。',
  'Notice is due {days} workdays before: the earliest day is {first}.',
)
export const hearingTooLate = invalid(
  'hearing-too-late',
  '须在{days}日内组织听证,最晚为{last}。',
  'It must be held within {days} workdays: at the latest on {last}.',
)
export const hearingNotWorkday = invalid(
  'hearing-not-workday',
  '{day}不是工作日,请另选一天。',
  '{day} is no working day; choose another.',
)
export const hearingNotHeld = conflict(
  'hearing-not-held',
  '听证尚未举行(定于{day}),举行后方可登记结果。',
  'The hearing is on {day}; record its result afterwards.',
)
export const hearingNotScheduled = conflict(
  'hearing-not-scheduled',
  '尚未通知听证的时间和地点,请先通知。',
  'Give notice of time and place first.',
)
