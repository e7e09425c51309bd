/** Refusals of what happens before submission: versions, blocks, advice, the machine's check. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const draftOutdated = defineRefusal('conflict', 'approvals.draft-outdated', {
  zh: '填报期间服务清单或表单已更新,有 {count} 处需要核对。已填内容全部保留,请先点“按现行版本核对”,再提交。',
  en: 'The catalogue or the form changed while you were filling in: {count} entries need a look. Nothing is lost; reconcile the draft first, then submit.',
})

// ---- blocks
export const delegationMissing = defineRefusal('missing', 'approvals.delegation-missing', {
  zh: '没有找到这项委托填写,请从“受托填写”列表重新进入。',
  en: 'There is no such delegated part; open it from the list again.',
})
export const notDelegate = defineRefusal('forbidden', 'approvals.not-delegate', {
  zh: '这部分委托{organisation}填写。请使用该单位的账号登录。',
  en: 'This part was given to {organisation}. Sign in for that organisation.',
})
export const delegationOver = defineRefusal('forbidden', 'approvals.delegation-over', {
  zh: '委托填写已于 {to} 结束,内容不再对贵单位开放。需要继续填写时,请联系申请单位重新委托。',
  en: 'The delegation ended on {to}; the part is closed. Ask the applicant to give it again.',
})
export const delegationNotYet = defineRefusal('forbidden', 'approvals.delegation-not-yet', {
  zh: '委托自 {from} 起生效,请届时再填写。',
  en: 'The delegation begins on {from}.',
})
export const delegationStale = defineRefusal('conflict', 'approvals.delegation-stale', {
  zh: '贵单位另一位人员刚刚修改了这部分内容。请刷新后核对,您填写的内容仍在页面上。',
  en: 'A colleague has just changed this part. Reload and compare; your text is still on the page.',
})
export const blockNotInForm = defineRefusal('invalid', 'approvals.block-not-in-form', {
  zh: '本次申请的表单里没有“{block}”,不需要委托。',
  en: 'The form of this application has no “{block}”.',
})
export const ownBlock = defineRefusal('invalid', 'approvals.own-block', {
  zh: '建设单位部分由申请单位自己填写,不能委托。',
  en: 'The owner’s part is filled in by the applicant and cannot be given away.',
})
export const notParty = defineRefusal('invalid', 'approvals.not-party', {
  zh: '只能委托本项目登记的参建单位。请先在项目页面登记该单位。',
  en: 'Only a party of the project can be given a part. Register it at the project first.',
})
export const delegationDays = defineRefusal('invalid', 'approvals.delegation-days', {
  zh: '委托的截止日期不能早于开始日期,也不能早于今天。请重新选择日期。',
  en: 'The last day may be neither before the first nor before today.',
})
export const alreadyDelegated = defineRefusal('conflict', 'approvals.already-delegated', {
  zh: '“{block}”已委托{organisation}填写。请先收回,再另行委托。',
  en: '“{block}” is with {organisation} already. Take it back first.',
})
export const notDelegated = defineRefusal('conflict', 'approvals.not-delegated', {
  zh: '“{block}”没有委托给其他单位,可以直接填写。',
  en: '“{block}” is not with anybody else; fill it in directly.',
})
export const blockHeld = defineRefusal('conflict', 'approvals.block-held', {
  zh: '有 {count} 处内容已委托参建单位填写,委托期间只能由其填写。需要自己填写时,请先收回。',
  en: '{count} entries are with other parties, who alone may change them now. Take the part back first.',
})
export const blocksNotReady = defineRefusal('conflict', 'approvals.blocks-not-ready', {
  zh: '{parties}填写的部分尚未就绪。请等其标记“已就绪”,或者收回后自行填写,再提交。',
  en: 'Parts with {parties} are not ready. Wait until they are, or take them back.',
})
export const blockFaulty = defineRefusal('invalid', 'approvals.block-faulty', {
  zh: '这部分还有 {count} 处需要完善,完善后再标记就绪。',
  en: '{count} entries of this part still need attention.',
})
export const outsideBlock = defineRefusal('forbidden', 'approvals.outside-block', {
  zh: '只能填写委托的部分。其他内容请由申请单位填写。',
  en: 'Only the part that was given may be filled in.',
})
export const draftOnly = defineRefusal('conflict', 'approvals.draft-only', {
  zh: '申请已经提交,不能再委托填写或收回。',
  en: 'The application has been submitted; parts can no longer be given away or taken back.',
})

// ---- advice
export const adviceMissing = defineRefusal('missing', 'approvals.advice-missing', {
  zh: '没有找到这次预审,请从预审列表重新进入。',
  en: 'There is no such request for advice; open it from the list again.',
})
export const adviceOpen = defineRefusal('conflict', 'approvals.advice-open', {
  zh: '第 {round} 次预审还在等待答复。请等答复后再送,或者先撤回。',
  en: 'Request {round} still waits for an answer. Wait for it or withdraw it first.',
})
export const adviceClosed = defineRefusal('conflict', 'approvals.advice-closed', {
  zh: '这次预审已经结束,不能再答复或撤回。',
  en: 'This request for advice has ended.',
})
export const adviceOnlyDrafts = defineRefusal('conflict', 'approvals.advice-only-drafts', {
  zh: '申请已经提交,不能再送预审。请按窗口的告知办理。',
  en: 'The application has been submitted; advice is for drafts only.',
})
export const adviceStale = defineRefusal('conflict', 'approvals.advice-stale', {
  zh: '另一位工作人员刚刚处理了这次预审,请刷新后核对。',
  en: 'Another officer has just dealt with this request; reload the page.',
})
export const notAdviser = defineRefusal('forbidden', 'approvals.not-adviser', {
  zh: '这次预审由综合窗口或所涉部门({departments})的人员答复。',
  en: 'This is answered by the window or the departments concerned.',
})
export const notAdvice = defineRefusal('conflict', 'approvals.not-advice', {
  zh: '这份草稿本来就是申请,不需要转换,可以直接填写和提交。',
  en: 'This draft is an application already; fill it in and submit it.',
})
export const notConverted = defineRefusal('conflict', 'approvals.not-converted', {
  zh: '这是预审咨询,还不是申请。请先点“转为申请”(已填内容全部沿用),再提交。',
  en: 'This is a request for advice. Turn it into an application first; nothing is entered twice.',
})
export const adviceAnchor = defineRefusal('invalid', 'approvals.advice-anchor', {
  zh: '有 {count} 条意见没有标在表单的字段或材料上,请重新选择位置。',
  en: '{count} remarks are at no field or material of the form; choose their places again.',
})
