/** Who fills in which part of the form, and how far it is. */
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { words } from '../../../../kernel/words.ts'
import {
  type BlockOverview,
  type DelegationView,
  delegateBlock,
  readBlocks,
  takeBackBlock,
} from '../../contract/blocks.ts'
import type { ApplicationFile } from '../../contract.ts'
import { readinessWords } from '../../model/blocks.ts'
import type { Draft } from '../form/use-draft.ts'

type Block = BlockOverview['blocks'][number]

/** What is in another party's hands now, by its place in the form. */
export const useHeldAnchors = (file: ApplicationFile): ReadonlyMap<string, DelegationView> => {
  const blocks = useRead(
    readBlocks,
    { params: { applicationId: file.application.applicationId } },
    { enabled: file.application.state === 'draft' },
  )
  return new Map(
    (blocks.data?.blocks ?? []).flatMap(({ delegation, anchors }) =>
      delegation?.phase === 'open' ? anchors.map((anchor): [string, DelegationView] => [anchor, delegation]) : [],
    ),
  )
}

export const BlocksPanel = ({
  file,
  draft,
}: {
  readonly file: ApplicationFile
  readonly draft: Draft
}): ReactElement => {
  const say = useSay()
  const { applicationId } = file.application
  const blocks = useRead(readBlocks, { params: { applicationId } })
  const [giving, setGiving] = useState<Block | null>(null)
  const back = useAct(takeBackBlock, { onDone: (reply) => draft.adopt(reply.file) })
  return (
    <Card title={say('分工填写', 'Who fills in what')} id="blocks">
      <p className="quiet">
        {say(
          '可以把参建单位负责的部分委托其填写;委托期间由其填写,就绪后才能提交,随时可以收回。',
          'A part can be given to a party of the project; only it may change the part meanwhile, and submission waits until it is ready. You can take it back at any time.',
        )}
      </p>
      <RefusalNotice error={back.error} />
      <Loaded query={blocks}>
        {(data) => (
          <>
            <CaseTable
              label={say('表单各部分', 'Parts of the form')}
              rows={data.blocks}
              keyOf={(block) => block.block}
              columns={[
                { title: words('部分', 'Part'), heads: true, show: (block) => say(block.name) },
                { title: words('进度', 'Progress'), show: (block) => say(readinessWords[block.readiness]) },
                { title: words('待完善', 'Open'), show: (block) => block.faults },
                {
                  title: words('由谁填写', 'Filled in by'),
                  show: (block) =>
                    block.delegation === null
                      ? say('本单位', 'Us')
                      : `${block.delegation.organisationName} · ${block.delegation.from} — ${block.delegation.to}`,
                },
                {
                  title: words('操作', 'Do'),
                  show: (block) =>
                    block.block === 'owner' ? (
                      '—'
                    ) : block.delegation === null ? (
                      <ActButton because={data.may['delegate']} look={{ size: 'small' }} onAct={() => setGiving(block)}>
                        {say('委托填写', 'Give to a party')}
                        <span className="hidden">{say(block.name)}</span>
                      </ActButton>
                    ) : (
                      <ActButton
                        because={data.may['take-back']}
                        busy={back.isPending}
                        look={{ size: 'small' }}
                        onAct={() => back.mutate({ params: { applicationId, block: block.block }, body: {} })}
                      >
                        {say('收回', 'Take back')}
                        <span className="hidden">{say(block.name)}</span>
                      </ActButton>
                    ),
                },
              ]}
            />
            {giving !== null && (
              <GiveDialog key={giving.block} overview={data} block={giving} onClose={() => setGiving(null)} />
            )}
          </>
        )}
      </Loaded>
    </Card>
  )
}

const GiveDialog = ({
  overview,
  block,
  onClose,
}: {
  readonly overview: BlockOverview
  readonly block: Block
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const id = useId()
  const fitting = overview.parties.find((party) => party.fits === block.block)
  const [organisationId, setOrganisation] = useState<string | null>(fitting?.organisationId ?? null)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [tried, setTried] = useState(false)
  const give = useAct(delegateBlock, { onDone: onClose })
  const send = () => {
    setTried(true)
    if (organisationId === null || from === '' || to === '') return
    give.mutate({
      params: { applicationId: overview.applicationId, block: block.block },
      body: { organisationId: organisationId as never, from: from as never, to: to as never },
    })
  }
  const missing = (empty: boolean) => (tried && empty ? say('请填写此项。', 'Fill this in.') : undefined)
  return (
    <FormDialog
      open
      title={`${say('委托填写', 'Give to a party')}:${say(block.name)}`}
      onClose={onClose}
      onSubmit={send}
      submitLabel={say('委托', 'Give')}
      busy={give.isPending}
      error={give.error}
    >
      <div className="field">
        <label htmlFor={id}>{say('参建单位', 'Party')}</label>
        <Select
          id={id}
          style={{ width: '100%' }}
          value={organisationId}
          placeholder={say('请选择', 'Choose')}
          onChange={(value: string) => setOrganisation(value)}
          options={overview.parties.map((party) => ({
            value: party.organisationId as string,
            label: `${party.name}(${party.role})`,
          }))}
        />
        <p className="fault">
          {overview.parties.length === 0
            ? say('请先在项目页面登记参建单位。', 'Register the parties at the project first.')
            : (missing(organisationId === null) ?? '')}
        </p>
      </div>
      <TextField
        label={say('开始日期', 'First day')}
        type="date"
        value={from}
        onChange={setFrom}
        required
        fault={missing(from === '')}
      />
      <TextField
        label={say('截止日期(含当日)', 'Last day')}
        type="date"
        value={to}
        onChange={setTo}
        required
        fault={missing(to === '')}
      />
    </FormDialog>
  )
}
