/** What the register of devices refuses. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const notAnOperator = defineRefusal('forbidden', 'monitoring.not-an-operator', {
  zh: '只有监督检查人员或系统管理员可以管理设备,请联系他们办理。',
  en: 'Only an inspector or an administrator may manage devices.',
})
export const deviceMissing = defineRefusal('missing', 'monitoring.device-missing', {
  zh: '没有这台设备,或者它不在您可以查看的工地上,请返回列表。',
  en: 'No such device, or it stands on a site that is not yours.',
})
export const siteMissing = defineRefusal('missing', 'monitoring.site-missing', {
  zh: '没有这个工地,请从列表中选择。',
  en: 'No such site: choose one of the list.',
})
export const siteEnded = defineRefusal('conflict', 'monitoring.site-ended', {
  zh: '工地{site}已结束,不能再接入设备,请选择在建工地。',
  en: 'The site {site} has ended: choose one that is under construction.',
})
export const quarantineMissing = defineRefusal('missing', 'monitoring.quarantine-missing', {
  zh: '待认领列表中没有这台设备:可能已被认领或清除,请刷新列表。',
  en: 'It is not waiting any more: claimed or forgotten. Reload the list.',
})
export const deviceKnown = defineRefusal('conflict', 'monitoring.device-known', {
  zh: '编号{externalId}已经登记为设备“{name}”,请直接查看该设备。',
  en: 'The number {externalId} is registered as {name}.',
})
export const profileMissing = defineRefusal('invalid', 'monitoring.profile-missing', {
  zh: '没有这个指标模板,请从列表中选择。',
  en: 'No such profile: choose one of the list.',
})
export const profileOtherKind = defineRefusal('invalid', 'monitoring.profile-other-kind', {
  zh: '指标模板“{profile}”不适用于这类设备,请选择同类模板。',
  en: 'The profile {profile} is for another kind of device.',
})
export const profileStale = defineRefusal('conflict', 'monitoring.profile-stale', {
  zh: '模板已有第{version}版,请刷新后在最新版上修改。',
  en: 'Version {version} exists: reload and start from it.',
})
export const profileTaken = defineRefusal('conflict', 'monitoring.profile-taken', {
  zh: '已有代号为{model}的模板,请换一个代号,或给它建新版本。',
  en: 'A profile {model} exists: choose another code or make a new version of it.',
})
export const stalePage = defineRefusal('conflict', 'monitoring.stale', {
  zh: '内容已被他人修改,请刷新页面后再操作。',
  en: 'Somebody changed it meanwhile: reload.',
})
export const secretNotOwn = defineRefusal('invalid', 'monitoring.secret-not-own', {
  zh: '这种接入方式的密钥由系统生成,请留空。',
  en: 'The secret of this protocol is made by the system: leave it empty.',
})
export const externalIdWrong = defineRefusal('invalid', 'monitoring.external-id-wrong', {
  zh: '设备编号不符合{protocol}的格式:{expected}。请核对设备铭牌或后台设置。',
  en: 'The number is not of the form that {protocol} uses: {expected}.',
})
export const stateSame = defineRefusal('conflict', 'monitoring.state-same', {
  zh: '设备已经是“{state}”状态,无需重复操作。',
  en: 'The device is {state} already.',
})
export const networkWrong = defineRefusal('invalid', 'monitoring.network-wrong', {
  zh: '“{network}”不是地址范围,请按 10.20.0.0/16 或 2001:db8::/32 的格式填写。',
  en: '{network} is no network: write it like 10.20.0.0/16.',
})
export const rejectedAlready = defineRefusal('conflict', 'monitoring.rejected-already', {
  zh: '该设备已被拒绝;需要接入时请先清除记录,待其再次上报后认领。',
  en: 'It was rejected. Forget it first, then claim it when it knocks again.',
})
export const pictureMissing = defineRefusal('missing', 'monitoring.picture-missing', {
  zh: '没有这张照片,请刷新页面后从列表中打开。',
  en: 'No such picture: reload and open one of the list.',
})
export const commandNotPossible = defineRefusal('conflict', 'monitoring.command-not-possible', {
  zh: '只有以物联网消息(MQTT)接入的设备可以接收指令,请在设备自己的平台上操作。',
  en: 'Only devices that speak MQTT take orders: use the platform of the device.',
})
export const commandToNobody = defineRefusal('conflict', 'monitoring.command-to-nobody', {
  zh: '设备已停用或所在工地已结束,不能下发指令。',
  en: 'The device is disabled or its site has ended.',
})
export const notACommander = defineRefusal('forbidden', 'monitoring.not-a-commander', {
  zh: '只有监督检查人员、系统管理员和本工地的现场负责人可以下发指令。',
  en: 'Only inspectors, administrators and the managers of the site may give orders to devices.',
})
export const amountWrong = defineRefusal('invalid', 'monitoring.amount-wrong', {
  zh: '数值应为 {least} 至 {most},请重新填写。',
  en: 'The amount must be between {least} and {most}.',
})
