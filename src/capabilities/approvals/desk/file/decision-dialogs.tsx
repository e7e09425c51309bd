/** Draft, independent review, decision: three steps by different people. */
import { Button, Drawer } from 'antd'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import { instant } from '../../../../kernel/time.ts'
import { type DraftExtras, noExtras } from '../../contract/decision-parts.ts'
import { decide, draftDecision, type ItemRunView, type Outcome, outcomes, reviewDraft } from '../../contract.ts'
import { plainTerm } from '../../model/conditions.ts'
import { opinionCodeWords, outcomeWordsOf } from '../../model/words.ts'
import { DraftExtrasFields } from '../after/draft-extras.tsx'

interface RunDialogProps {
  readonly run: ItemRunView
  readonly onClose: () => void
}

export const DraftDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const save = useAct(draftDecision, { onDone: onClose })
  const asked = run.opinionTasks.flatMap((task) => task.conditions)
  const [outcome, setOutcome] = useState<Outcome | null>(run.draft?.outcome ?? null)
  const [text, setText] = useState(run.draft?.text ?? '')
  const [extras, setExtras] = useState<DraftExtras>(
    run.draft?.extras ?? { ...noExtras, terms: (run.draft?.conditions ?? asked).map((one) => plainTerm(one)) },
  )
  const [tried, setTried] = useState(false)
  const conditional = outcome === 'approved-with-conditions' || outcome === 'partially-approved'
  const filled = conditional ? extras.terms.filter((one) => one.text.trim() !== '') : []
  const lacksConditions = outcome === 'approved-with-conditions' && filled.length === 0
  const submit = () => {
    setTried(true)
    if (outcome === null || text.trim() === '' || lacksConditions) return
    save.mutate({
      params: { itemRunId: run.itemRunId },
      body: {
        version: run.version,
        outcome,
        text,
        conditions: filled.map((one) => one.text),
        extras: {
          scope: outcome === 'partially-approved' ? extras.scope : [],
          terms: filled,
          refusal: outcome === 'refused' ? extras.refusal : null,
          validUntil: outcome === 'refused' ? null : extras.validUntil,
        },
      },
    })
  }
  return (
    <FormDialog
      open
      title={`${say('拟定决定', 'Draft the decision')}:${say(run.itemName)}`}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={say('提交审核', 'Send to review')}
      busy={save.isPending}
      error={save.error}
      width={760}
    >
      {run.draft !== null && run.draft.reviewRemark !== null && (
        <p className="notice warn">
          {say('审核退回意见', 'Returned with')}:{run.draft.reviewRemark}
        </p>
      )}
      <ChoiceField
        label={say('结论', 'Outcome')}
        value={outcome}
        onChange={setOutcome}
        options={outcomes
          .filter((one) => one !== 'approved-with-deferral')
          .map((one) => ({ value: one, label: say(outcomeWordsOf(run.itemKind, one)) }))}
        fault={tried && outcome === null ? say('请选择结论。', 'Choose an outcome.') : undefined}
      />
      <TextField
        label={say('决定理由和依据', 'Reasons and basis')}
        value={text}
        onChange={setText}
        rows={5}
        maxLength={4000}
        required
        fault={tried && text.trim() === '' ? say('请写明理由和依据。', 'Give reasons and basis.') : undefined}
      />
      {outcome !== null && (
        <DraftExtrasFields itemRunId={run.itemRunId} outcome={outcome} extras={extras} onChange={setExtras} />
      )}
      {tried && lacksConditions && <p className="fault">{say('请至少写一条条件。', 'Give at least one condition.')}</p>}
    </FormDialog>
  )
}

/** The draft as reviewers and approvers read it. */
export const DraftView = ({ run }: { readonly run: ItemRunView }): ReactElement | null => {
  const say = useSay()
  if (run.draft === null) return null
  return (
    <dl className="facts">
      <div>
        <dt>{say('拟定结论', 'Drafted outcome')}</dt>
        <dd>
          <strong>{say(outcomeWordsOf(run.itemKind, run.draft.outcome))}</strong>
        </dd>
      </div>
      <div>
        <dt>{say('拟定人', 'Drafted by')}</dt>
        <dd>{run.draft.draftedBy}</dd>
      </div>
      {run.draft.reviewedBy !== null && (
        <div>
          <dt>{say('审核人', 'Reviewed by')}</dt>
          <dd>{run.draft.reviewedBy}</dd>
        </div>
      )}
      <div style={{ gridColumn: '1 / -1' }}>
        <dt>{say('理由和依据', 'Reasons and basis')}</dt>
        <dd style={{ whiteSpace: 'pre-wrap' }}>{run.draft.text}</dd>
      </div>
      {run.draft.conditions.length > 0 && (
        <div style={{ gridColumn: '1 / -1' }}>
          <dt>{say('条件', 'Conditions')}</dt>
          <dd>
            <ol style={{ margin: 0 }}>
              {run.draft.conditions.map((condition) => (
                <li key={condition}>{condition}</li>
              ))}
            </ol>
          </dd>
        </div>
      )}
      {run.draft.reviewRemark !== null && (
        <div style={{ gridColumn: '1 / -1' }}>
          <dt>{say('审核意见', 'Review')}</dt>
          <dd>{run.draft.reviewRemark}</dd>
        </div>
      )}
    </dl>
  )
}

export const ReviewDialog = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const review = useAct(reviewDraft, { onDone: onClose })
  const [choice, setChoice] = useState<'accept' | 'return' | null>(null)
  const [remark, setRemark] = useState('')
  const [tried, setTried] = useState(false)
  const lacksRemark = choice === 'return' && remark.trim() === ''
  return (
    <FormDialog
      open
      title={say('审核拟定的决定', 'Review the draft')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (choice === null || lacksRemark) return
        review.mutate({
          params: { itemRunId: run.itemRunId },
          body: { version: run.version, accept: choice === 'accept', remark },
        })
      }}
      submitLabel={say('确定', 'Confirm')}
      busy={review.isPending}
      error={review.error}
      width={760}
    >
      <DraftView run={run} />
      <ChoiceField
        label={say('审核结果', 'Result')}
        value={choice}
        onChange={setChoice}
        options={[
          { value: 'accept', label: say('同意,报请决定', 'Agree, pass on to the approver') },
          { value: 'return', label: say('退回重新拟定', 'Return to the drafter') },
        ]}
        fault={tried && choice === null ? say('请选择审核结果。', 'Choose one.') : undefined}
      />
      <TextField
        label={say('审核意见', 'Remark')}
        value={remark}
        onChange={setRemark}
        rows={3}
        maxLength={2000}
        fault={tried && lacksRemark ? say('退回请写明理由。', 'Give the reason for returning.') : undefined}
      />
    </FormDialog>
  )
}

/** Everything the decision rests on, once more, beside the button that makes it. */
export const DecisionDrawer = ({ run, onClose }: RunDialogProps): ReactElement => {
  const say = useSay()
  const act = useAct(decide, { onDone: onClose })
  const [publishAt, setPublishAt] = useState('')
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      title={`${say('作出决定', 'Decide')}:${say(run.itemName)}`}
      footer={
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>{say('取消', 'Cancel')}</Button>
          <Button
            type="primary"
            loading={act.isPending}
            onClick={() =>
              act.mutate({
                params: { itemRunId: run.itemRunId },
                body: {
                  version: run.version,
                  publishAt: publishAt === '' ? undefined : instant(`${publishAt}:00+08:00`),
                },
              })
            }
          >
            {say('作出决定并出具文书', 'Decide and issue')}
          </Button>
        </div>
      }
    >
      <RefusalNotice error={act.error} />
      <p className="notice">
        {say(
          '决定作出后计时停止,文书自动带平台签章和验真码(不是法定的电子印章),公布后由申请人签收或者由窗口登记送达。更正、撤销须另行提请。',
          'Deciding stops the clock and issues the document with the mark of the platform and its code (no legal electronic seal); after its publication the applicant confirms the receipt. A correction or revocation is a matter of its own.',
        )}
      </p>
      <TextField
        label={say('公布时间(留空为立即公布)', 'Publication (at once when empty)')}
        help={say('在此之前,申请人和公众都看不到该决定。', 'Until then neither the applicant nor the public sees it.')}
        type="datetime-local"
        value={publishAt}
        onChange={setPublishAt}
      />
      <DraftView run={run} />
      {run.opinionTasks.length > 0 && (
        <>
          <h3>{say('各部门意见', 'Opinions')}</h3>
          <ul>
            {run.opinionTasks.map((task) => (
              <li key={task.opinionTaskId}>
                {task.departmentName}:{task.code === null ? '—' : say(opinionCodeWords[task.code])}
                {task.text === null || task.text === '' ? '' : ` · ${task.text}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </Drawer>
  )
}
