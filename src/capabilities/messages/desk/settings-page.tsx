/** What I want by which way, quiet hours, the digest, and my addresses. */
import { Button, Checkbox } from 'antd'
import { type FormEvent, type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ChoiceField, TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import type { ReplyOf } from '../../../kernel/endpoint.ts'
import {
  addContact,
  type Contact,
  readSettings,
  removeContact,
  resendCode,
  type Settings,
  saveSettings,
  verifyContact,
} from '../contract.ts'
import {
  type ContactChannel,
  contactChannels,
  type Topic,
  topics,
  topicWords,
  type Way,
  wantedByDefault,
  ways,
  wayWords,
} from '../model/topics.ts'
import { faultIn } from './words.tsx'

type Present = ReplyOf<typeof readSettings>

const nameOf: Readonly<Record<ContactChannel, readonly [string, string]>> = {
  email: ['电子邮件地址', 'E-mail address'],
  sms: ['手机号', 'Mobile number'],
  wechat: ['微信编号', 'WeChat number'],
}
const helpOf: Readonly<Record<ContactChannel, readonly [string, string]>> = {
  email: ['例如 zhang@example.cn', 'For example zhang@example.cn'],
  sms: ['11 位手机号', 'Mobile number of 11 digits'],
  wechat: ['公众号中“我的编号”', 'Your number in the official account'],
}

const ContactRow = ({
  channel,
  contact,
  standIn,
  isLatest,
  onBegin,
}: {
  readonly channel: ContactChannel
  readonly contact: Contact | undefined
  readonly standIn: boolean
  /** Whether the last thing done on the page was done here: only its refusal is shown. */
  readonly isLatest: boolean
  readonly onBegin: () => void
}): ReactElement => {
  const say = useSay()
  const [address, setAddress] = useState('')
  const [code, setCode] = useState('')
  const add = useAct(addContact, { onDone: () => setAddress('') })
  const resend = useAct(resendCode)
  const verify = useAct(verifyContact, { onDone: () => setCode('') })
  const remove = useAct(removeContact)
  const acts = [add, resend, verify, remove]
  const begin = () => {
    for (const act of acts) act.reset()
    onBegin()
  }
  const errorOf = (act: { readonly error: unknown }): unknown => (isLatest ? act.error : null)
  const way = say(wayWords[channel])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    begin()
    if (contact !== undefined && contact.verifiedAt === null && code.trim() !== '')
      verify.mutate({ params: { contactId: contact.contactId }, body: { code } })
    else if (address.trim() !== '') add.mutate({ body: { channel, address } })
  }
  return (
    <Card title={way}>
      {standIn && (
        <p className="notice warn">
          {say(
            '该通道尚未接通:消息只在服务器留存,不会真正发出。',
            'This channel is not connected: nothing really leaves.',
          )}
        </p>
      )}
      {acts.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
        <RefusalNotice key={index} error={errorOf(each)} />
      ))}
      {contact !== undefined && (
        <p className="row">
          <strong>{contact.address}</strong>
          <span className="tag">
            {contact.verifiedAt === null ? say('待验证,尚不使用', 'Not verified, not used') : say('已验证', 'Verified')}
          </span>
          <Button
            loading={remove.isPending}
            onClick={() => {
              begin()
              remove.mutate({ params: { contactId: contact.contactId } })
            }}
          >
            {say('删除', 'Remove')}
            <span className="hidden">{way}</span>
          </Button>
        </p>
      )}
      <form onSubmit={submit} noValidate style={{ maxWidth: 420 }}>
        {contact !== undefined && contact.verifiedAt === null ? (
          <>
            <TextField
              label={say('收到的验证码', 'Code that you received')}
              help={say('10 分钟内有效;一分钟后可重新发送。', 'Holds for 10 minutes; a new one after one minute.')}
              value={code}
              onChange={setCode}
              maxLength={6}
              autoComplete="one-time-code"
              fault={faultIn(errorOf(verify), 'code')}
            />
            <div className="row">
              <Button type="primary" htmlType="submit" loading={verify.isPending}>
                {say('验证', 'Verify')}
              </Button>
              <Button
                loading={resend.isPending}
                onClick={() => {
                  begin()
                  resend.mutate({ params: { contactId: contact.contactId } })
                }}
              >
                {say('重新发送验证码', 'Send a new code')}
              </Button>
            </div>
          </>
        ) : (
          <>
            <TextField
              label={contact === undefined ? say(...nameOf[channel]) : say('更换为', 'Change to')}
              help={say(...helpOf[channel])}
              value={address}
              onChange={setAddress}
              maxLength={254}
              fault={faultIn(errorOf(add), 'address')}
            />
            <Button type="primary" htmlType="submit" loading={add.isPending}>
              {say('发送验证码', 'Send a code')}
            </Button>
          </>
        )}
      </form>
    </Card>
  )
}

/** Topics of which the centre is told by law keep their box ticked: the server would put statutory ones there anyway. */
const Matrix = ({
  wanted,
  onChange,
}: {
  readonly wanted: Settings['wanted']
  readonly onChange: (topic: Topic, way: Way, value: boolean) => void
}): ReactElement => {
  const say = useSay()
  return (
    <table className="cases">
      <caption className="hidden">{say('各类消息的接收方式', 'Ways by topic')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('类别', 'Topic')}</th>
          {ways.map((way) => (
            <th scope="col" key={way}>
              {say(wayWords[way])}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {topics.map((topic) => (
          <tr key={topic}>
            <th scope="row">{say(topicWords[topic])}</th>
            {ways.map((way) => (
              <td key={way} data-label={say(wayWords[way])}>
                <Checkbox
                  checked={wanted[topic]?.[way] ?? wantedByDefault(topic, way)}
                  onChange={(event) => onChange(topic, way, event.target.checked)}
                  aria-label={`${say(topicWords[topic])} ${say(wayWords[way])}`}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Preferences = ({
  present,
  isLatest,
  onBegin,
  onSaved,
}: {
  readonly present: Present
  readonly isLatest: boolean
  /** Something was changed, or is being saved. */
  readonly onBegin: () => void
  readonly onSaved: () => void
}): ReactElement => {
  const say = useSay()
  const { contacts: _contacts, standIns: _standIns, ...plain } = present
  const [form, setForm] = useState<Settings>(plain)
  const save = useAct(saveSettings, {
    onDone: ({ contacts: _contacts, standIns: _standIns, ...next }) => {
      setForm(next)
      onSaved()
    },
  })
  const error = isLatest ? save.error : null
  const put = (more: Partial<Settings>) => {
    onBegin()
    setForm((before) => ({ ...before, ...more }))
  }
  const choose = (topic: Topic, way: Way, value: boolean) =>
    put({ wanted: { ...form.wanted, [topic]: { ...form.wanted[topic], [way]: value } } })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onBegin()
    save.mutate({ body: form })
  }
  return (
    <form onSubmit={submit} noValidate>
      <RefusalNotice error={error} />
      <Card title={say('接收方式', 'Ways')}>
        <p className="quiet">
          {say(
            '法定告知(受理与否、补正、停止与延长计时、决定)无论如何选择都会出现在消息中心。',
            'Notices required by law appear in the message centre whatever you choose.',
          )}
        </p>
        <Matrix wanted={form.wanted} onChange={choose} />
      </Card>
      <Card title={say('免打扰与每日提要', 'Quiet hours and digest')}>
        <Checkbox
          checked={form.quiet !== null}
          onChange={(event) => put({ quiet: event.target.checked ? { from: '22:00', to: '07:00' } : null })}
        >
          {say('免打扰时段内不外发(消息中心照常)', 'Nothing is sent out in quiet hours (the centre goes on)')}
        </Checkbox>
        {form.quiet !== null && (
          <div className="row">
            <TextField
              label={say('从', 'From')}
              type="time"
              value={form.quiet.from}
              onChange={(from) => put({ quiet: { from, to: form.quiet?.to ?? '07:00' } })}
              fault={faultIn(error, 'quiet.from')}
            />
            <TextField
              label={say('到', 'To')}
              type="time"
              value={form.quiet.to}
              onChange={(to) => put({ quiet: { from: form.quiet?.from ?? '22:00', to } })}
              fault={faultIn(error, 'quiet.to')}
            />
          </div>
        )}
        <Checkbox checked={form.digest} onChange={(event) => put({ digest: event.target.checked })}>
          {say('每天发一次在办提要(超期和即将到期)', 'A daily digest of what is overdue and due soon')}
        </Checkbox>
        {form.digest && (
          <TextField
            label={say('提要时间', 'Time of the digest')}
            type="time"
            value={form.digestAt}
            onChange={(digestAt) => put({ digestAt })}
            fault={faultIn(error, 'digestAt')}
          />
        )}
        <ChoiceField
          label={say('外发消息的语言', 'Language of what is sent out')}
          value={form.language}
          onChange={(language) => put({ language })}
          options={[
            { value: 'zh' as const, label: '中文' },
            { value: 'en' as const, label: 'English' },
          ]}
        />
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {say('保存', 'Save')}
        </Button>
      </Card>
    </form>
  )
}

export const MessageSettingsPage = (): ReactElement => {
  const say = useSay()
  const settings = useRead(readSettings, {})
  // Where something was done last, so that what came of earlier acts goes; kept here, as the form begins anew when saved.
  const [latest, setLatest] = useState<ContactChannel | 'settings' | 'saved' | null>(null)
  return (
    <Page title={say('消息设置', 'Message settings')}>
      <Loaded query={settings}>
        {(data) => (
          <>
            <h2>{say('接收地址', 'Addresses')}</h2>
            <p className="quiet">
              {say('地址经验证码验证后才会使用。', 'An address is used after its code came back.')}
            </p>
            {contactChannels.map((channel) => (
              <ContactRow
                key={channel}
                channel={channel}
                contact={data.contacts.find((each) => each.channel === channel)}
                standIn={data.standIns.includes(channel)}
                isLatest={latest === channel}
                onBegin={() => setLatest(channel)}
              />
            ))}
            {latest === 'saved' && (
              <p className="notice" role="status">
                {say('消息设置已保存。', 'Saved.')}
              </p>
            )}
            <Preferences
              key={data.version}
              present={data}
              isLatest={latest === 'settings'}
              onBegin={() => setLatest('settings')}
              onSaved={() => setLatest('saved')}
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}
