/** 监测规则: what is watched and how well; new rules of one's own or from a template. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../../desk/filters.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card, Page } from '../../../../desk/ui/page.tsx'
import { type Words, words } from '../../../../kernel/words.ts'
import { createRule, listRules, listRuleTemplates } from '../../contract/rules.ts'
import type { Definition } from '../../model/rules/definition.ts'
import { ruleKinds } from '../../model/rules/definition.ts'
import { ruleKindWords, ruleStates, ruleStateWords } from '../../model/rules/states.ts'
import { Basis, FilterSelect, FilterText, SeverityMark } from '../parts.tsx'
import { RuleForm } from './rule-form.tsx'
import { RuleTabs } from './tabs.tsx'

const search = z.object({
  state: z.enum(ruleStates).optional().catch(undefined),
  kind: z.string().max(30).optional().catch(undefined),
  search: z.string().max(60).optional().catch(undefined),
})
interface Begun {
  readonly definition: Definition | null
}

export const RulesPage = (): ReactElement => {
  const say = useSay()
  const navigate = useNavigate()
  const [filters, change] = useFilters(search)
  const [begun, setBegun] = useState<Begun | null>(null)
  const kind = ruleKinds.find((each) => each === filters.kind)
  const query = useRead(listRules, { query: { ...filters, kind } }, { keep: true })
  const create = useAct(createRule, {
    onDone: (rule) => void navigate({ to: '/monitoring-rules/$ruleKey', params: { ruleKey: rule.key } }),
  })
  return (
    <Page
      title={say('监测规则', 'Rules')}
      actions={
        query.data !== undefined && (
          <ActButton
            because={query.data.may.create}
            look={{ type: 'primary' }}
            onAct={() => setBegun({ definition: null })}
          >
            {say('新建规则', 'New rule')}
          </ActButton>
        )
      }
    >
      <RuleTabs />
      <div className="row" style={{ marginBottom: 12 }}>
        <FilterSelect
          label={say('状态', 'State')}
          value={filters.state}
          options={ruleStates.map((value) => ({ value, label: say(ruleStateWords[value]) }))}
          onChange={(state) => change({ state })}
        />
        <FilterSelect
          label={say('类型', 'Kind')}
          value={kind}
          width={180}
          options={ruleKinds.map((value) => ({ value, label: say(ruleKindWords[value]) }))}
          onChange={(value) => change({ kind: value })}
        />
        <FilterText
          label={say('查找', 'Search')}
          value={filters.search}
          onChange={(text) => change({ search: text })}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('监测规则', 'Rules')}
            rows={data.rows}
            keyOf={(row) => row.key}
            keys
            empty={words('没有符合条件的规则。', 'No such rule.')}
            columns={[
              {
                title: words('规则', 'Rule'),
                heads: true,
                show: (row) => (
                  <>
                    <Link to="/monitoring-rules/$ruleKey" params={{ ruleKey: row.key }}>
                      {say(row.name)}
                    </Link>
                    <div className="small quiet" style={{ fontWeight: 400 }}>
                      {row.key}
                    </div>
                  </>
                ),
              },
              {
                title: words('类型', 'Kind'),
                show: (row) => say(ruleKindWords[row.kind as keyof typeof ruleKindWords]),
              },
              { title: words('级别', 'Severity'), show: (row) => <SeverityMark severity={row.severity} /> },
              {
                title: words('版本', 'Versions'),
                show: (row) => (
                  <span className="row">
                    {row.published === null ? (
                      <span className="clock done">{say('未发布', 'not published')}</span>
                    ) : (
                      <span className="clock normal">
                        {say('已发布', 'published')} v{row.published}
                      </span>
                    )}
                    {row.draft !== null && (
                      <span className="clock warning">
                        {say('草稿', 'draft')} v{row.draft}
                      </span>
                    )}
                    {row.unverified && <span className="tag">{say('待核', 'unverified')}</span>}
                  </span>
                ),
              },
              {
                title: words('未结束报警', 'Active alarms'),
                show: (row) =>
                  row.activeAlarms === 0 ? (
                    0
                  ) : (
                    <Link to="/alarms" search={{ ruleKey: row.key }}>
                      {row.activeAlarms}
                    </Link>
                  ),
              },
              {
                title: words('近 30 日报警 / 误报', 'Alarms / false in 30 days'),
                show: (row) =>
                  `${row.alarms30} / ${row.false30}${row.alarms30 > 0 ? `(${Math.round((row.false30 / row.alarms30) * 100)}%)` : ''}`,
              },
            ]}
          />
        )}
      </Loaded>
      <Templates onChoose={(definition) => setBegun({ definition })} because={query.data?.may.create ?? null} />
      {begun !== null && (
        <RuleForm
          title={say('新建规则', 'New rule')}
          initial={begun.definition}
          initialKey={null}
          busy={create.isPending}
          error={create.error}
          submitLabel={say('保存草稿', 'Save the draft')}
          onClose={() => setBegun(null)}
          onSubmit={(draft) => create.mutate({ body: draft })}
        />
      )}
    </Page>
  )
}

const Templates = ({
  onChoose,
  because,
}: {
  readonly onChoose: (definition: Definition) => void
  readonly because: Words | null
}): ReactElement => {
  const say = useSay()
  const [shown, setShown] = useState(false)
  const query = useRead(listRuleTemplates, {}, { enabled: shown })
  return (
    <Card
      title={say('规则模板', 'Templates')}
      beside={
        <Button size="small" aria-expanded={shown} onClick={() => setShown((open) => !open)}>
          {shown ? say('收起', 'Hide') : say('展开', 'Show')}
        </Button>
      }
    >
      {shown && (
        <Loaded query={query}>
          {(data) => (
            <CaseTable
              label={say('规则模板', 'Templates')}
              rows={data.rows}
              keyOf={(row) => row.key}
              columns={[
                { title: words('名称', 'Name'), heads: true, show: (row) => say(row.definition.name) },
                { title: words('类型', 'Kind'), show: (row) => say(ruleKindWords[row.definition.condition.kind]) },
                { title: words('依据', 'Ground'), show: (row) => <Basis source={row.definition.source} /> },
                {
                  title: words('使用', 'Use'),
                  show: (row) =>
                    row.used ? (
                      <span className="tag">{say('已使用', 'in use')}</span>
                    ) : (
                      <ActButton because={because} look={{ size: 'small' }} onAct={() => onChoose(row.definition)}>
                        {say('以此新建', 'Begin with it')}
                        <span className="hidden">{say(row.definition.name)}</span>
                      </ActButton>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      )}
    </Card>
  )
}
