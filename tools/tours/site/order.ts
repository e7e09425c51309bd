/** From the alarm to a rectification order: reply with a photo, a recheck that fails, one that passes, the end. */
import type { AlarmView } from '../../../src/capabilities/monitoring/contract/alarms.ts'
import {
  type OrderView,
  raiseOrderFromAlarm,
  readOrder,
  recheckOrder,
  replyOrder,
} from '../../../src/capabilities/supervision/contract.ts'
import { addDays, addMs, localDateOf } from '../../../src/kernel/time.ts'
import { refusalOf } from '../checks.ts'
import { MANAGER, MINUTE_MS, OFFICER, type Stage } from './stage.ts'

/** A picture of one pixel. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const roundsText = (order: OrderView): string =>
  order.rounds
    .map(
      ({ round, reply, recheck }) =>
        `第${round}轮 ${reply === null ? '待回复' : '已回复'} ${recheck === null ? '待复查' : recheck.pass ? '通过' : '退回'}`,
    )
    .join(';')

export const playOrder = async (stage: Stage, alarm: AlarmView): Promise<void> => {
  const { tour, driver } = stage
  tour.heading('报警转整改单:回复、退回、再回复、销号')
  const today = localDateOf(driver.now())
  const raise = () =>
    driver.call(OFFICER, raiseOrderFromAlarm, {
      params: { alarmId: alarm.alarmId },
      body: { dueOn: addDays(today, 2), text: '' },
    })
  const [one, two] = await Promise.all([raise(), raise()])
  tour.line(`整改单 ${one.number}:${one.title},期限 ${one.dueOn}`)
  tour.expect('同一报警同时点两次,只有一份整改单', one.orderId === two.orderId, `${one.number} ${two.number}`)
  const params = { orderId: one.orderId }
  const version = async (): Promise<number> => (await driver.call(OFFICER, readOrder, { params })).version
  const bare = await refusalOf(async () =>
    driver.call(MANAGER, replyOrder, {
      params,
      body: { version: await version(), text: '已恢复喷淋。', uploadIds: [] },
    }),
  )
  tour.expect(
    '没有照片的回复被拒绝,并说明原因',
    bare !== null && bare.message.includes('照片'),
    bare?.message ?? '没有被拒绝',
  )
  const reply = async (text: string): Promise<OrderView> =>
    driver.call(MANAGER, replyOrder, {
      params,
      body: { version: await version(), text, uploadIds: [await driver.upload(MANAGER, '整改后.png', PHOTO)] },
    })
  const recheck = async (pass: boolean, text: string): Promise<OrderView> =>
    driver.call(OFFICER, recheckOrder, { params, body: { version: await version(), pass, text, uploadIds: [] } })
  const replied = await reply('已恢复喷淋,裸土已覆盖。')
  tour.expect('现场回复并附照片', replied.state === 'replied' && replied.rounds[0]?.reply?.files.length === 1)
  const returned = await recheck(false, '东侧裸土仍未覆盖。')
  tour.expect(
    '复查不通过,进入第二轮并有新期限,报警没有关闭',
    returned.state === 'issued' && returned.round === 2 && (await stage.alarm(alarm.alarmId)).closedAt === null,
    roundsText(returned),
  )
  await driver.moveTo(addMs(driver.now(), MINUTE_MS))
  await reply('东侧已覆盖。')
  const closed = await recheck(true, '现场核实,符合要求。')
  tour.line(roundsText(closed))
  const after = await stage.alarm(alarm.alarmId)
  tour.expect(
    '复查通过,整改单销号,报警随之关闭',
    closed.state === 'closed' && after.state === 'closed' && after.reason === 'rectified',
    `${closed.state} ${after.state} ${after.reason ?? ''}`,
  )
  tour.line(`报警关闭:${after.reasonText}`)
}
