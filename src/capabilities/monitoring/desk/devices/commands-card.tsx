/** Orders to a device: what was given, what it answered, and the rules whose alarms let it spray. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { NumberField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { type CommandView, type DeviceLink, listCommands, sendCommand, setLinks } from '../../contract/commands.ts'
import type { DeviceView } from '../../contract/devices.ts'
import { listRules } from '../../contract/rules.ts'
import {
  amounts,
  type CommandKind,
  type CommandState,
  commandKinds,
  commandStateWords,
  commandWords,
  isAmount,
} from '../../model/devices/commands.ts'
import { FieldSelect, FieldSelectMany } from '../parts.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

const stateLook: Readonly<Record<CommandState, string>> = {
  waiting: 'paused',
  sent: 'paused',
  received: 'warning',
  done: 'normal',
  failed: 'overdue',
  expired: 'overdue',
}
export const CommandMark = ({ command }: { readonly command: CommandView }): ReactElement => {
  const say = useSay()
  return (
    <>
      <span className={`clock ${stateLook[command.state]}`}>{say(commandStateWords[command.state])}</span>
      {command.answer !== '' && <div className="small">{command.answer}</div>}
    </>
  )
}
/** '开启喷淋 10 分钟'. */
export const useCommandText = (): ((command: Pick<CommandView, 'kind' | 'amount'>) => string) => {
  const say = useSay()
  return ({ kind, amount }) =>
    amount === null
      ? say(commandWords[kind])
      : `${say(commandWords[kind])} ${amount} ${kind === 'spray-on' ? say('分钟', 'min') : say('秒', 's')}`
}
const usual: Readonly<Record<CommandKind, number | null>> = { 'spray-on': 10, 'spray-off': null, 'set-interval': 60 }

const CommandDialog = ({
  device,
  onClose,
}: {
  readonly device: DeviceView
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(sendCommand, { onDone: onClose })
  const [kind, setKind] = useState<CommandKind>('spray-on')
  const [amount, setAmount] = useState<number | null>(usual['spray-on'])
  const bounds = amounts[kind]
  const ok = isAmount(kind, amount)
  return (
    <ReasonDialog
      title={say('下发指令', 'Give an order')}
      submitLabel={say('下发', 'Send')}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={(reason) => {
        if (ok) act.mutate({ params: { deviceId: device.deviceId }, body: { kind, amount, reason } })
      }}
    >
      <FieldSelect
        label={say('指令', 'Order')}
        value={kind}
        options={commandKinds.map((value) => ({ value, label: say(commandWords[value]) }))}
        onChange={(next) => {
          setKind(next)
          setAmount(usual[next])
        }}
      />
      {bounds !== null && (
        <NumberField
          label={kind === 'spray-on' ? say('喷淋分钟数', 'Minutes') : say('间隔秒数', 'Seconds between reports')}
          value={amount}
          onChange={setAmount}
          min={bounds[0]}
          max={bounds[1]}
          whole
          fault={ok ? undefined : say(`应为 ${bounds[0]} 至 ${bounds[1]}。`, `${bounds[0]} to ${bounds[1]}.`)}
        />
      )}
      <p className="help">
        {say(
          '设备须支持并订阅指令主题;十分钟内没有连接或没有答复的,指令作废。',
          'The device must support it and listen; without a connection or an answer the order ends after ten minutes.',
        )}
      </p>
    </ReasonDialog>
  )
}
const MINUTES = 10
const LinksDialog = ({
  device,
  links,
  onClose,
}: {
  readonly device: DeviceView
  readonly links: readonly DeviceLink[]
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(setLinks, { onDone: onClose })
  const rules = useRead(listRules, { query: {} })
  const [keys, setKeys] = useState<readonly string[]>(links.map((link) => link.ruleKey))
  const [minutes, setMinutes] = useState<number | null>(links[0]?.minutes ?? MINUTES)
  const ok = isAmount('spray-on', minutes)
  return (
    <FormDialog
      open
      title={say('报警联动喷淋', 'Spraying on alarms')}
      onClose={onClose}
      onSubmit={() => {
        if (minutes !== null && ok)
          act.mutate({
            params: { deviceId: device.deviceId },
            body: { links: keys.map((ruleKey) => ({ ruleKey, minutes })) },
          })
      }}
      submitLabel={say('保存', 'Save')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="notice">
        {say(
          '本工地出现所选规则的报警时开启喷淋,报警结束或关闭时关闭。',
          'It sprays when an alarm of these rules is raised on its site, and stops when the alarm is over.',
        )}
      </p>
      <FieldSelectMany
        label={say('规则', 'Rules')}
        values={keys}
        options={(rules.data?.rows ?? []).map((row) => ({ value: row.key, label: say(row.name) }))}
        onChange={setKeys}
      />
      <NumberField
        label={say('每次喷淋分钟数', 'Minutes each time')}
        value={minutes}
        onChange={setMinutes}
        min={1}
        max={120}
        whole
        fault={ok ? undefined : say('应为 1 至 120。', '1 to 120.')}
      />
    </FormDialog>
  )
}

export const CommandsCard = ({ device }: { readonly device: DeviceView }): ReactElement => {
  const say = useSay()
  const text = useCommandText()
  const [acting, setActing] = useState<'command' | 'links' | null>(null)
  const query = useRead(listCommands, { params: { deviceId: device.deviceId } }, { everyMs: 3_000 })
  const close = () => setActing(null)
  return (
    <Card
      title={say('远程指令', 'Orders')}
      beside={
        query.data !== undefined && (
          <span className="row">
            <ActButton because={query.data.may.link} onAct={() => setActing('links')}>
              {say('报警联动', 'Links to alarms')}
            </ActButton>
            <ActButton because={query.data.may.command} onAct={() => setActing('command')}>
              {say('下发指令', 'Give an order')}
            </ActButton>
          </span>
        )
      }
    >
      <Loaded query={query}>
        {(data) => (
          <>
            {data.links.length > 0 && (
              <p>
                {say('报警联动喷淋', 'Sprays on alarms of')}:
                {data.links.map((link) => `${link.ruleKey}(${link.minutes} ${say('分钟', 'min')})`).join('、')}
              </p>
            )}
            <CaseTable
              label={say('指令,最近的在前', 'Orders, newest first')}
              rows={data.rows}
              keyOf={(row) => row.commandId}
              empty={words('还没有下发过指令。', 'No orders yet.')}
              columns={[
                { title: words('指令', 'Order'), heads: true, show: (row) => text(row) },
                { title: words('时间', 'When'), whole: true, show: (row) => wallClock(row.askedAt) },
                {
                  title: words('下发人', 'By'),
                  show: (row) => (
                    <>
                      {row.askedBy ?? say('报警联动', 'an alarm')}
                      <div className="small quiet">{row.reason}</div>
                    </>
                  ),
                },
                { title: words('结果', 'Result'), show: (row) => <CommandMark command={row} /> },
                {
                  title: words('答复时间', 'Answered'),
                  whole: true,
                  show: (row) => (row.endedAt === null ? '—' : wallClock(row.endedAt)),
                },
              ]}
            />
            {acting === 'links' && <LinksDialog device={device} links={data.links} onClose={close} />}
          </>
        )}
      </Loaded>
      {acting === 'command' && <CommandDialog device={device} onClose={close} />}
    </Card>
  )
}
