/** The refusals of ingestion and of reading telemetry. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const ingestFull = defineRefusal('unavailable', 'monitoring.ingest-full', {
  zh: '接收能力已满,本次数据没有保存,请稍后重新上报。',
  en: 'No room for more reports now: nothing was stored, send again later.',
})
export const ingestStopped = defineRefusal('unavailable', 'monitoring.ingest-stopped', {
  zh: '系统正在停止,本次数据没有保存,请稍后重新上报。',
  en: 'The server is stopping: nothing was stored, send again later.',
})
export const notStorable = defineRefusal('invalid', 'monitoring.not-storable', {
  zh: '本次数据无法保存,请检查设备上报的内容。',
  en: 'The report cannot be stored: check what the device sends.',
})
export const periodTooLong = defineRefusal('invalid', 'monitoring.period-too-long', {
  zh: '查询时段过长,请选择不超过 {days} 天的时段。',
  en: 'The period is too long: choose at most {days} days.',
})
export const periodEmpty = defineRefusal('invalid', 'monitoring.period-empty', {
  zh: '结束时间应晚于开始时间,请重新选择时段。',
  en: 'The end must be after the beginning.',
})
export const telemetryForbidden = defineRefusal('forbidden', 'monitoring.telemetry-forbidden', {
  zh: '只有监管部门和该项目的参建单位可以查看工地的监测数据。',
  en: 'Only authorities and parties of the project may read the measurements of a site.',
})
