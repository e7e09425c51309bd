/** One rule: its versions, the draft, publishing and retiring, and what a version would have raised in the past. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { wallClock } from '../../../../kernel/time.ts'
import {
  discardRuleDraft,
  publishRule,
  type RuleVersionView,
  type RuleView,
  readRule,
  retireRule,
  saveRuleDraft,
} from '../../contract/rules.ts'
import { deviceKindWords } from '../../model/devices/words.ts'
import { type RuleState, ruleKindWords, ruleStateWords } from '../../model/rules/states.ts'
import { ReasonDialog } from '../devices/reason-dialog.tsx'
import { Basis, SeverityMark } from '../parts.tsx'
import { useSiteChoices } from '../sites/choices.ts'
import { Backtests } from './backtests.tsx'
import { ConditionFacts } from './condition-form.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { RuleForm } from './rule-form.tsx'

const stateLook: Readonly<Record<RuleState, string>> = { draft: 'warning', published: 'normal', retired: 'done' }

const Version = ({ version, open }: { readonly version: RuleVersionView; readonly open: boolean }): ReactElement => {
  const say = useSay()
  const sites = useSiteChoices()
  const { definition, limit } = version
  return (
    <details open={open} style={{ marginBottom: 12 }}>
      <summary>
        <strong>{say(`第 ${version.version} 版`, `Version ${version.version}`)}</strong>{' '}
        <span className={`clock ${stateLook[version.state]}`}>{say(ruleStateWords[version.state])}</span>{' '}
        <span className="quiet small">
          {version.createdBy ?? say('系统(模板)', 'from a template')} {wallClock(version.createdAt)}
          {version.publishedAt !== null &&
            ` · ${say('发布', 'published')} ${version.publishedBy ?? ''} ${wallClock(version.publishedAt)}`}
          {version.retiredAt !== null &&
            ` · ${say('停用', 'retired')} ${version.retiredBy ?? ''} ${wallClock(version.retiredAt)} ${version.retireReason}`}
        </span>
      </summary>
      <div style={{ paddingTop: 8 }}>
        <p className="row">
          <SeverityMark severity={definition.severity} />
          <span className="tag">{say(ruleKindWords[definition.condition.kind])}</span>
          <span>
            {say('适用', 'for')} {definition.appliesTo.deviceKinds.map((kind) => say(deviceKindWords[kind])).join('、')}{' '}
            ·{' '}
            {definition.appliesTo.siteIds.length === 0
              ? say('全部工地', 'all sites')
              : definition.appliesTo.siteIds
                  .map((id) => sites.find((site) => site.value === id)?.label ?? id)
                  .join('、')}
          </span>
          {version.unverified && <span className="tag">{say('待核', 'unverified')}</span>}
        </p>
        <ConditionFacts condition={definition.condition} />
        {limit !== null && (
          <>
            <h3>
              {say('限值', 'Limit')}:{say(limit.name)}
            </h3>
            <ul>
              {limit.current.map((row) => (
                <li key={`${row.window} ${row.value} ${row.source.basis}`}>
                  {row.value} {limit.unit} ·{' '}
                  {row.window === 'all'
                    ? say('全天', 'all day')
                    : row.window === 'day'
                      ? say('昼间', 'by day')
                      : say('夜间', 'by night')}{' '}
                  · {row.validFrom ?? '…'} — {row.validTo ?? '…'} <Basis source={row.source} />
                </li>
              ))}
            </ul>
          </>
        )}
        <p>
          {say('处置建议', 'Advice')}:{say(definition.advice)}
          <br />
          {say('依据', 'Ground')}:<Basis source={definition.source} />
        </p>
      </div>
    </details>
  )
}

type Act = 'edit' | 'publish' | 'retire'
const Body = ({ rule }: { readonly rule: RuleView }): ReactElement => {
  const say = useSay()
  const [acting, setActing] = useState<Act | null>(null)
  const close = () => setActing(null)
  const params = { ruleKey: rule.key }
  const save = useAct(saveRuleDraft, { onDone: close })
  const publish = useAct(publishRule, { onDone: close })
  const retire = useAct(retireRule, { onDone: close })
  const discard = useAct(discardRuleDraft)
  const draft = rule.versions.find((version) => version.state === 'draft')
  const published = rule.versions.find((version) => version.state === 'published')
  const newest = draft ?? published ?? rule.versions[0]
  return (
    <>
      <div className="row" style={{ marginBottom: 12 }}>
        <ActButton because={rule.may.edit} onAct={() => setActing('edit')}>
          {draft === undefined ? say('起草新版本', 'Draft a new version') : say('修改草稿', 'Change the draft')}
        </ActButton>
        {draft !== undefined && (
          <>
            <ActButton because={rule.may.publish} look={{ type: 'primary' }} onAct={() => setActing('publish')}>
              {say('发布草稿', 'Publish')}
            </ActButton>
            <ActButton because={rule.may.discard} busy={discard.isPending} onAct={() => discard.mutate({ params })}>
              {say('放弃草稿', 'Discard')}
            </ActButton>
          </>
        )}
        {published !== undefined && (
          <ActButton because={rule.may.retire} look={{ danger: true }} onAct={() => setActing('retire')}>
            {say('停用规则', 'Retire')}
          </ActButton>
        )}
      </div>
      <RefusalNotice error={discard.error} />
      <Card title={say('版本', 'Versions')}>
        {rule.versions.map((version) => (
          <Version key={version.version} version={version} open={version === newest} />
        ))}
      </Card>
      <Backtests rule={rule} />
      {acting === 'edit' && newest !== undefined && (
        <RuleForm
          title={`${say('规则草稿', 'Draft')}:${say(newest.definition.name)}`}
          initial={newest.definition}
          initialKey={rule.key}
          busy={save.isPending}
          error={save.error}
          submitLabel={say('保存草稿', 'Save the draft')}
          onClose={close}
          onSubmit={({ definition }) => save.mutate({ params, body: { revision: draft?.revision ?? 0, definition } })}
        />
      )}
      {acting === 'publish' && draft !== undefined && (
        <PublishDialog
          draft={draft}
          published={published ?? null}
          busy={publish.isPending}
          error={publish.error}
          onClose={close}
          onSubmit={(note) => publish.mutate({ params, body: { revision: draft.revision, note } })}
        />
      )}
      {acting === 'retire' && (
        <ReasonDialog
          danger
          title={say('停用规则', 'Retire the rule')}
          submitLabel={say('停用', 'Retire')}
          busy={retire.isPending}
          error={retire.error}
          onClose={close}
          onSubmit={(reason) => retire.mutate({ params, body: { reason } })}
        >
          <p className="notice warn">
            {say('停用后不再报警,未了的报警随之结束。', 'Nothing is raised any more; its active alarms end.')}
          </p>
        </ReasonDialog>
      )}
    </>
  )
}

export const RulePage = (): ReactElement => {
  const say = useSay()
  const { ruleKey } = useParams({ strict: false }) as { readonly ruleKey: string }
  const query = useRead(readRule, { params: { ruleKey } })
  const [newest] = query.data?.versions ?? []
  return (
    <Page title={newest === undefined ? say('监测规则', 'Rule') : say(newest.definition.name)}>
      <p className="small">
        <Link to="/monitoring-rules">{say('返回规则列表', 'Back to the rules')}</Link> · <code>{ruleKey}</code>
      </p>
      <Loaded query={query}>{(rule) => <Body rule={rule} />}</Loaded>
    </Page>
  )
}
