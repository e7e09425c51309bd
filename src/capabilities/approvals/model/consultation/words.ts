/** Names of the states of consultation for people. */
import { type Words, words } from '../../../../kernel/words.ts'
import type {
  ConflictState,
  InformationState,
  MeetingKind,
  MeetingState,
  PartState,
  ProcedureKind,
  ProcedureState,
} from '../../contract/consultation.ts'

export const partStateWords: Readonly<Record<PartState, Words>> = {
  open: words('办理中', 'open'),
  answered: words('已答复', 'answered'),
  recalled: words('已收回', 'recalled'),
}
export const informationStateWords: Readonly<Record<InformationState, Words>> = {
  proposed: words('待牵头部门发送', 'waits for the lead'),
  sent: words('等待申请人补充', 'waits for the applicant'),
  answered: words('已补充', 'answered'),
  withdrawn: words('无需申请人补充', 'withdrawn'),
}
export const conflictStateWords: Readonly<Record<ConflictState, Words>> = {
  open: words('待协调', 'open'),
  resolved: words('已协调', 'resolved'),
  settled: words('分歧已消除', 'settled'),
}
export const meetingKindWords: Readonly<Record<MeetingKind, Words>> = {
  'site-visit': words('联合踏勘', 'Joint site visit'),
  meeting: words('协调会议', 'Meeting'),
}
export const meetingStateWords: Readonly<Record<MeetingState, Words>> = {
  planned: words('已安排', 'planned'),
  held: words('已召开,纪要待签', 'held'),
  signed: words('纪要已签', 'minute signed'),
  cancelled: words('已取消', 'cancelled'),
}
export const procedureKindWords: Readonly<Record<ProcedureKind, Words>> = {
  hearing: words('听证', 'Hearing'),
  survey: words('现场勘验', 'Site survey'),
  tender: words('招标', 'Tender'),
  test: words('检测', 'Testing'),
  'expert-review': words('专家评审', 'Expert review'),
}
export const procedureStateWords: Readonly<Record<ProcedureState, Words>> = {
  proposed: words('待批准', 'proposed'),
  rejected: words('未批准', 'rejected'),
  running: words('进行中', 'running'),
  ended: words('已结束', 'ended'),
  lapsed: words('期满无人申请', 'lapsed'),
}
export const hearingStepWords = {
  request: words('申请听证', 'Request'),
  notice: words('通知听证时间地点', 'Notice'),
  hold: words('举行听证', 'Hearing'),
} as const
