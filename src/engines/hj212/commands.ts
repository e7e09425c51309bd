/** The code tables of HJ 212 that a gateway meets: commands (CN), systems (ST), replies (QnRtn, ExeRtn), quality flags. */

/** What a message is about. */
export type CommandClass =
  | 'real-time'
  | 'minute'
  | 'hour'
  | 'day'
  | 'state'
  | 'run-time'
  | 'boot'
  | 'time-request'
  | 'time'
  | 'interval'
  | 'setting'
  | 'control'
  | 'request-reply'
  | 'result'
  | 'notice-reply'
  | 'data-reply'
  | 'unknown'

interface Command {
  readonly cn: string
  readonly class: CommandClass
  readonly name: string
}

/** CN, by HJ 212-2017 table 9 (命令编码). */
export const COMMANDS: readonly Command[] = [
  { cn: '1000', class: 'setting', name: '设置超时时间及重发次数' },
  { cn: '1011', class: 'time', name: '提取现场机时间' },
  { cn: '1012', class: 'time', name: '设置现场机时间' },
  { cn: '1013', class: 'time-request', name: '现场机时间校准请求' },
  { cn: '1061', class: 'interval', name: '提取实时数据间隔' },
  { cn: '1062', class: 'interval', name: '设置实时数据间隔' },
  { cn: '1063', class: 'interval', name: '提取分钟数据间隔' },
  { cn: '1064', class: 'interval', name: '设置分钟数据间隔' },
  { cn: '1072', class: 'setting', name: '设置现场机密码' },
  { cn: '2011', class: 'real-time', name: '实时数据' },
  { cn: '2012', class: 'control', name: '停止察看实时数据' },
  { cn: '2021', class: 'state', name: '设备运行状态' },
  { cn: '2022', class: 'control', name: '停止察看设备运行状态' },
  { cn: '2031', class: 'day', name: '日历史数据' },
  { cn: '2041', class: 'run-time', name: '设备运行时间日历史数据' },
  { cn: '2051', class: 'minute', name: '分钟数据' },
  { cn: '2061', class: 'hour', name: '小时数据' },
  { cn: '2081', class: 'boot', name: '数采仪开机时间' },
  { cn: '3011', class: 'control', name: '零点校准量程校准' },
  { cn: '3012', class: 'control', name: '即时采样' },
  { cn: '3013', class: 'control', name: '启动清洗/反吹' },
  { cn: '3014', class: 'control', name: '比对采样' },
  { cn: '3015', class: 'control', name: '超标留样' },
  { cn: '3016', class: 'control', name: '设置采样时间周期' },
  { cn: '3017', class: 'control', name: '提取采样时间周期' },
  { cn: '3018', class: 'control', name: '提取出样时间' },
  { cn: '3019', class: 'control', name: '提取设备唯一标识' },
  { cn: '3020', class: 'control', name: '提取现场机信息' },
  { cn: '3021', class: 'control', name: '设置现场机参数' },
  { cn: '9011', class: 'request-reply', name: '请求应答' },
  { cn: '9012', class: 'result', name: '执行结果' },
  { cn: '9013', class: 'notice-reply', name: '通知应答' },
  { cn: '9014', class: 'data-reply', name: '数据应答' },
]
const classes: ReadonlyMap<string, CommandClass> = new Map(COMMANDS.map((command) => [command.cn, command.class]))

export const classOf = (cn: string): CommandClass => classes.get(cn) ?? 'unknown'

/** Says whether messages of a class carry measured values of a span of time that ends up in the series. */
export const carriesReadings = (kind: CommandClass): boolean =>
  kind === 'real-time' || kind === 'minute' || kind === 'hour' || kind === 'day'

/** ST, by HJ 212-2017 table 5. Dust monitors in use send 22, 31 and 39, so the system says nothing certain. */
export const SYSTEMS: Readonly<Record<string, string>> = {
  '21': '地表水质量监测',
  '22': '空气质量监测',
  '23': '声环境质量监测',
  '31': '大气环境污染源',
  '32': '地表水体环境污染源',
  '36': '噪声污染源',
  '37': '振动污染源',
  '39': '扬尘污染源',
  '51': '烟气排放过程监控',
  '52': '污水排放过程监控',
  '91': '系统交互',
}

/** QnRtn: what became of a request. */
export const REQUEST_RESULTS: Readonly<Record<number, string>> = {
  1: '准备执行请求',
  2: '请求被拒绝',
  3: '密码错误',
  4: 'MN 错误',
  5: 'ST 错误',
  6: 'Flag 错误',
  7: 'QN 错误',
  8: 'CN 错误',
  9: 'CRC 校验错误',
  100: '未知错误',
}

/** ExeRtn: what became of an execution. */
export const EXECUTION_RESULTS: Readonly<Record<number, string>> = {
  1: '执行成功',
  2: '执行失败,但不知道原因',
  3: '命令请求条件错误',
  4: '通讯超时',
  5: '系统繁忙不能执行',
  6: '系统故障',
  100: '没有数据',
}

/** The quality that a device itself claims for a value. */
export type Quality = 'normal' | 'stopped' | 'maintenance' | 'manual' | 'fault' | 'calibration' | 'over' | 'lost'

/** The letters of `-Flag`, HJ 212-2017 table 8. */
export const QUALITY_FLAGS: Readonly<Record<string, { readonly quality: Quality; readonly name: string }>> = {
  N: { quality: 'normal', name: '正常' },
  F: { quality: 'stopped', name: '停运' },
  M: { quality: 'maintenance', name: '维护' },
  S: { quality: 'manual', name: '手工输入' },
  D: { quality: 'fault', name: '故障' },
  C: { quality: 'calibration', name: '校准' },
  T: { quality: 'over', name: '超测量上限' },
  B: { quality: 'lost', name: '通讯异常' },
}
