/** Refusals of what happens before submission: versions, blocks, advice, the machine's check. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const draftOutdated = defineRefusal('conflict', 'approvals.draft-outdated', {
  zh: '填报期间服务清单或表单已更新,有 {count} 处需要核对。已填内容全部保留,请先点“按现行版本核对”,再提交。',
  en: 'The catalogue or the form changed while you were filling in: {count} entries need a look. Nothing is lost; reconcile the draft first, then submit.',
})
