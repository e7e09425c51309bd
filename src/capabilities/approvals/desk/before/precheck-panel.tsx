/** 机器预检: what the machine found, with a way to each place; faults and warnings apart. */
import type { ReactElement } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { needsVerification } from '../../../../kernel/sourced.ts'
import { wallClock } from '../../../../kernel/time.ts'
import { type PrecheckReply, runPrecheck } from '../../contract/precheck.ts'
import type { ApplicationFile } from '../../contract.ts'
import type { Draft } from '../form/use-draft.ts'
import { placeOf } from './anchors.ts'

type Finding = PrecheckReply['findings'][number]

export const PrecheckPanel = ({
  file,
  draft,
  nameOf,
}: {
  readonly file: ApplicationFile
  readonly draft: Draft
  readonly nameOf: (anchor: string) => string
}): ReactElement => {
  const say = useSay()
  const check = useAct(runPrecheck)
  const run = async () => {
    if ((await draft.flush()) !== null)
      check.mutate({ params: { applicationId: file.application.applicationId }, body: {} })
  }
  const reply = check.data
  const of = (severity: Finding['severity']) => (reply?.findings ?? []).filter((one) => one.severity === severity)
  const list = (findings: readonly Finding[]) => (
    <ul>
      {findings.map((one) => (
        <li key={one.ruleId + one.message.zh}>
          {say(one.message)}{' '}
          {one.anchors.map((anchor) => (
            <a key={anchor} href={`#${placeOf(anchor)}`} style={{ marginInlineEnd: 8 }}>
              {say('去', 'Go to')}“{nameOf(anchor)}”
            </a>
          ))}
          <span className="small quiet">
            {one.basis}
            {needsVerification(one.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
  return (
    <Card title={say('机器预检', 'Machine check')} id="precheck">
      <p className="quiet">
        {say(
          '提交前自查:编码、日期先后、数字是否互相印证、与登记是否一致、文件是否打得开。',
          'Before submission: codes, order of dates, figures that must agree, registers, files that open.',
        )}
      </p>
      <RefusalNotice error={check.error} />
      <ActButton because={null} busy={check.isPending} onAct={() => void run()}>
        {say('开始预检', 'Check now')}
      </ActButton>
      {reply !== undefined && (
        <div role="status">
          <p>
            {wallClock(reply.checkedAt)} · {say(`核对 ${reply.rules} 条规则`, `${reply.rules} rules applied`)}
          </p>
          {reply.faults.length > 0 && (
            <p>
              {say(
                `另有 ${reply.faults.length} 处未填或格式不符,见下方“声明与提交”。`,
                `${reply.faults.length} entries are empty or malformed: see “Declare and submit”.`,
              )}
            </p>
          )}
          {reply.findings.length === 0 && <p>{say('没有发现矛盾。', 'No contradiction was found.')}</p>}
          {of('fault').length > 0 && (
            <section className="notice bad">
              <strong>{say('须更正后才能提交', 'To correct before submitting')}</strong>
              {list(of('fault'))}
            </section>
          )}
          {of('warning').length > 0 && (
            <section className="notice warn">
              <strong>{say('提示,不影响提交', 'Worth a look; stops nothing')}</strong>
              {list(of('warning'))}
            </section>
          )}
        </div>
      )}
    </Card>
  )
}
