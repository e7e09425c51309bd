/** 工地日报: attendance by trade, dust and noise by hour beside their limits, alarms and their handling, devices, weather. */
import { type Instant, type LocalDate, wallClock } from '../../../kernel/time.ts'
import { type Block, facts, heading, note, paragraph, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { DaySummary } from '../contract/people.ts'
import {
  type AlarmState,
  alarmStateWords,
  type CloseReason,
  closeReasonWords,
  severityWords,
} from '../model/alarms/states.ts'
import { deviceKindWords } from '../model/devices/words.ts'
import type { DeviceKind } from '../model/report.ts'
import type { Severity } from '../model/rules/definition.ts'
import type { MetricDay } from '../model/sites/day.ts'
import type { Bounds } from '../model/sites/figures.ts'

export interface DailyReport {
  readonly siteName: string
  readonly siteCode: string
  readonly projectName: string
  readonly caseNumber: string
  readonly address: string
  readonly day: LocalDate
  /** False: the day is not over. */
  readonly complete: boolean
  readonly attendance: DaySummary
  readonly metrics: readonly {
    readonly name: string
    readonly unit: string
    readonly figures: MetricDay
    readonly limits: readonly Bounds[]
    readonly unverified: boolean
  }[]
  readonly weather: readonly { readonly name: string; readonly unit: string; readonly figures: MetricDay | null }[]
  readonly alarms: readonly {
    readonly openedAt: Instant
    readonly severity: Severity
    readonly device: string
    readonly text: string
    readonly state: AlarmState
    readonly endedAt: Instant | null
    readonly closedAt: Instant | null
    readonly reason: CloseReason | null
    readonly overdue: boolean
    readonly orderNumber: string | null
  }[]
  readonly devices: readonly {
    readonly name: string
    readonly kind: DeviceKind
    readonly enabled: boolean
    readonly online: boolean
    readonly lastSeenAt: Instant | null
    readonly faults: number
  }[]
}
const MISSING = '—'
const text = (value: number | null): string => (value === null ? MISSING : String(value))
const clockOf = (at: Instant): string => wallClock(at).slice(11)
const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

const attendancePart = ({ attendance, complete }: DailyReport): readonly Block[] => [
  heading('一、人员出勤', 2),
  facts(
    [
      ['出勤人数', `${attendance.people} 人`],
      ['登记有效人数', `${attendance.registered} 人`],
      ['进出记录', `${attendance.passages} 条`],
      ['出勤工时', `${attendance.hours} 小时`],
      ['无有效登记进场', `${attendance.unregistered} 人`],
      ['最多同时在场', `${Math.max(0, ...attendance.insideByHour.map((each) => each ?? 0))} 人`],
    ],
    2,
  ),
  attendance.byTrade.length === 0
    ? paragraph('本日没有出勤记录。')
    : table(
        [
          { title: '工种', weight: 4 },
          { title: '出勤(人)', weight: 2, align: 'right' },
          { title: '登记有效(人)', weight: 2, align: 'right' },
          { title: '工时(小时)', weight: 2, align: 'right' },
        ],
        attendance.byTrade.map((row) => [row.trade, String(row.people), String(row.registered), String(row.hours)]),
      ),
  ...(complete ? [] : [note('本日尚未结束,在场人员的工时计算到报告生成时。')]),
]
const measuredPart = ({ metrics }: DailyReport): readonly Block[] => [
  heading('二、扬尘与噪声', 2),
  ...(metrics.length === 0 ? [paragraph('没有监测项目。')] : []),
  ...(metrics.length === 0
    ? []
    : [
        table(
          [
            { title: '时段', weight: 2 },
            ...metrics.flatMap(({ name, unit }) => [
              { title: `${name}(${unit})`, weight: 3, align: 'right' as const },
              { title: '限值', weight: 2, align: 'right' as const },
              { title: '结论', weight: 2, align: 'center' as const },
            ]),
          ],
          Array.from({ length: 24 }, (_, hour) => [
            hourText(hour),
            ...metrics.flatMap(({ figures }) => {
              const figure = figures.hours[hour]
              return figure === undefined || figure.value === null
                ? [MISSING, text(figure?.limit ?? null), '无数据']
                : [
                    text(figure.value),
                    text(figure.limit),
                    figure.limit === null ? MISSING : figure.over ? '超限' : '达标',
                  ]
            }),
          ]),
        ),
      ]),
  ...metrics.map(({ name, unit, figures, limits, unverified }) =>
    note(
      `${name}:日均 ${text(figures.mean)} ${unit},最高小时 ${text(figures.worst)} ${unit},超限 ${figures.overHours} 小时,有数据 ${figures.measuredHours} 小时。限值依据:${
        limits.map((each) => each.basis ?? '未设置').join(';') || '未设置'
      }${unverified ? '(待核)' : ''}。`,
    ),
  ),
  note('多台设备取小时值最高的一台;噪声按能量平均。在线监测数据供预警使用,执法须按标准方法测量。'),
]
const handling = (alarm: DailyReport['alarms'][number]): string =>
  [
    alarmStateWords[alarm.state].zh,
    alarm.closedAt !== null ? `${clockOf(alarm.closedAt)}关闭` : null,
    alarm.closedAt === null && alarm.endedAt !== null ? `${clockOf(alarm.endedAt)}自行结束` : null,
    alarm.reason === null ? null : closeReasonWords[alarm.reason].zh,
    alarm.orderNumber === null ? null : `整改单${alarm.orderNumber}`,
    alarm.overdue ? '处置超期' : null,
  ]
    .filter((part) => part !== null)
    .join(',')
const alarmsPart = ({ alarms }: DailyReport): readonly Block[] => [
  heading('三、报警与处置', 2),
  alarms.length === 0
    ? paragraph('本日没有报警。')
    : table(
        [
          { title: '时间', weight: 2 },
          { title: '级别', weight: 3 },
          { title: '设备', weight: 4 },
          { title: '内容', weight: 7 },
          { title: '处置', weight: 5 },
        ],
        [...alarms]
          .reverse()
          .map((alarm) => [
            clockOf(alarm.openedAt),
            severityWords[alarm.severity].zh,
            alarm.device,
            alarm.text,
            handling(alarm),
          ]),
      ),
]
const devicesPart = ({ devices }: DailyReport): readonly Block[] => [
  heading('四、设备情况', 2),
  devices.length === 0
    ? paragraph('本工地没有接入设备。')
    : table(
        [
          { title: '设备', weight: 5 },
          { title: '类别', weight: 3 },
          { title: '状态', weight: 2 },
          { title: '最近上报', weight: 4 },
          { title: '故障(项)', weight: 2, align: 'right' },
        ],
        devices.map((device) => [
          device.name,
          deviceKindWords[device.kind].zh,
          device.enabled ? (device.online ? '在线' : '离线') : '停用',
          device.lastSeenAt === null ? '从未' : wallClock(device.lastSeenAt),
          String(device.faults),
        ]),
      ),
]
const weatherPart = ({ weather }: DailyReport): readonly Block[] => {
  const measured = weather.filter((each) => each.figures !== null && each.figures.measuredHours > 0)
  return [
    heading('五、天气(现场监测)', 2),
    measured.length === 0
      ? paragraph('本日没有气象监测数据。')
      : table(
          [
            { title: '项目', weight: 3 },
            { title: '日平均', weight: 2, align: 'right' },
            { title: '最高小时', weight: 2, align: 'right' },
          ],
          measured.map(({ name, unit, figures }) => [
            `${name}(${unit})`,
            text(figures?.mean ?? null),
            text(figures?.worst ?? null),
          ]),
        ),
  ]
}

export const dailyReportPdf = (report: DailyReport, asOf: Instant): Promise<Uint8Array> =>
  document(
    {
      title: `${report.siteName}工地日报 ${report.day}`,
      subject: report.projectName,
      createdAt: asOf,
      head: '智慧工地日报',
      number: report.siteCode,
    },
    [
      title('工地日报', `${report.siteName}  ${report.day}`),
      facts(
        [
          ['项目', report.projectName],
          ['项目编号', report.caseNumber],
          ['工地编号', report.siteCode],
          ['地址', report.address === '' ? MISSING : report.address],
          ['生成时间', wallClock(asOf)],
          ['数据范围', report.complete ? '全天' : '截至生成时'],
        ],
        2,
      ),
      ...attendancePart(report),
      ...measuredPart(report),
      ...alarmsPart(report),
      ...devicesPart(report),
      ...weatherPart(report),
      note('本报告由系统按现场设备数据自动生成,不含个人身份信息。'),
    ],
  )
