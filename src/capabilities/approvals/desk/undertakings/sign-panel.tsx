/** 容缺与告知承诺 while filling in: what is missing and may follow, what a promise may stand in for, and the signing. */
import { Checkbox } from 'antd'
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../../desk/call.ts'
import { useSay } from '../../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../../desk/me.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import {
  declareDeferrals,
  readCommitmentDocument,
  readUndertakings,
  signCommitment,
  type Undertakings,
} from '../../contract/undertakings.ts'
import { SignedWords, UncertainMark } from './parts.tsx'

interface SignPanelProps {
  readonly applicationId: Undertakings['applicationId']
  /** Saves what is typed and gives the version to act on; null = not saved. */
  readonly flush: () => Promise<number | null>
}
export const SignPanel = ({ applicationId, flush }: SignPanelProps): ReactElement | null => {
  const { data } = useRead(readUndertakings, { params: { applicationId } })
  if (data === undefined) return null
  if (data.verdicts.length === 0 && data.offers.length === 0 && data.deferrals.length === 0) return null
  return (
    <>
      {data.offers.length > 0 && <Offers data={data} flush={flush} />}
      {(data.verdicts.length > 0 || data.deferrals.length > 0) && (
        <Missing key={data.version} data={data} flush={flush} />
      )}
    </>
  )
}

const useSignatory = () => {
  const me = useMe()
  const [signatory, setSignatory] = useState('')
  return { signatory, setSignatory, byClerk: holdsAny(me, 'clerk') && !holdsAny(me, 'applicant') }
}

const Missing = ({
  data,
  flush,
}: {
  readonly data: Undertakings
  readonly flush: SignPanelProps['flush']
}): ReactElement => {
  const say = useSay()
  const declared = data.deferrals.filter((one) => one.state === 'declared').map((one) => one.materialId)
  const [chosen, setChosen] = useState<readonly string[]>(declared)
  const [signing, setSigning] = useState(false)
  const [agreed, setAgreed] = useState(false)
  const [tried, setTried] = useState(false)
  const { signatory, setSignatory, byClerk } = useSignatory()
  const act = useAct(declareDeferrals, { onDone: () => setSigning(false) })
  const send = async (materialIds: readonly string[]) => {
    const version = await flush()
    if (version === null) return
    act.mutate({
      params: { applicationId: data.applicationId },
      body: { version, materialIds: [...materialIds], agreed: true, signatory },
    })
  }
  const paper = data.commitments.find((one) => one.kind === 'deferral')
  const names = new Map(data.verdicts.map((one) => [one.materialId, say(one.materialName)]))
  return (
    <Card title={say('容缺受理', 'Documents that may follow later')} id="deferrals">
      <p className="help">
        {say(
          '缺少的材料如属可容缺,可以签署承诺后先行受理,在时限内补齐;办理时限照常计算。是否容缺由您自愿选择。',
          'A missing document that may follow can be promised and supplied later; the clocks go on. The choice is yours.',
        )}
      </p>
      <ul style={{ listStyle: 'none', padding: 0 }}>
        {data.verdicts.map((verdict) => (
          <li key={verdict.materialId} style={{ marginBottom: 8 }}>
            <Checkbox
              checked={chosen.includes(verdict.materialId)}
              disabled={!verdict.eligible}
              onChange={(event) =>
                setChosen(
                  event.target.checked
                    ? [...chosen, verdict.materialId]
                    : chosen.filter((one) => one !== verdict.materialId),
                )
              }
            >
              {say(verdict.materialName)}
            </Checkbox>{' '}
            {verdict.eligible && <span className="tag">{say(verdict.limit)}</span>}{' '}
            {verdict.eligible && <UncertainMark certainty={verdict.certainty} />}
            <p className="help" style={{ marginInlineStart: 24 }}>
              {say(verdict.reason)}
            </p>
          </li>
        ))}
      </ul>
      {paper !== undefined && declared.length > 0 && (
        <p className="notice">
          {say(`已签署:${paper.signatory}`, `Signed by ${paper.signatory}`)} ·{' '}
          <a
            href={addressOf(readCommitmentDocument, { commitmentId: paper.commitmentId })}
            target="_blank"
            rel="noreferrer"
          >
            {say('容缺受理承诺书(PDF,新窗口)', 'Commitment (PDF, new window)')}
          </a>
        </p>
      )}
      {!signing && <RefusalNotice error={act.error} />}
      <div className="row">
        <ActButton
          because={
            data.may['sign'] ??
            (chosen.length === 0
              ? { zh: '请先勾选要容缺的材料。', en: 'Choose the documents that will follow first.' }
              : null)
          }
          look={{ type: 'primary' }}
          onAct={() => setSigning(true)}
        >
          {say('签署容缺承诺书', 'Sign the commitment')}
        </ActButton>
        {declared.length > 0 && (
          <ActButton because={data.may['sign']} busy={act.isPending} onAct={() => void send([])}>
            {say('撤回容缺', 'Take it back')}
          </ActButton>
        )}
      </div>
      {signing && (
        <FormDialog
          open
          title={say('容缺受理承诺书', 'Commitment to supply later')}
          onClose={() => setSigning(false)}
          onSubmit={() => {
            setTried(true)
            if (agreed && (!byClerk || signatory.trim() !== '')) void send(chosen)
          }}
          submitLabel={say('签署', 'Sign')}
          busy={act.isPending}
          error={act.error}
        >
          <ul>
            {chosen.map((id) => (
              <li key={id}>{names.get(id) ?? id}</li>
            ))}
          </ul>
          <SignedWords
            paragraphs={data.deferralText.paragraphs}
            version={data.deferralText.version}
            agreed={agreed}
            onAgree={setAgreed}
            tried={tried}
          />
          {byClerk && (
            <TextField
              label={say('纸质承诺书的签署人', 'Who signed on paper')}
              value={signatory}
              onChange={setSignatory}
              maxLength={60}
              required
              fault={tried && signatory.trim() === '' ? say('请填写签署人。', 'Name who signed.') : undefined}
            />
          )}
        </FormDialog>
      )}
    </Card>
  )
}

const Offers = ({
  data,
  flush,
}: {
  readonly data: Undertakings
  readonly flush: SignPanelProps['flush']
}): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState<Undertakings['offers'][number] | null>(null)
  const [agreed, setAgreed] = useState(false)
  const [tried, setTried] = useState(false)
  const { signatory, setSignatory, byClerk } = useSignatory()
  const close = () => {
    setOpen(null)
    setAgreed(false)
    setTried(false)
  }
  const act = useAct(signCommitment, { onDone: close })
  const send = async (itemId: string, chosen: boolean) => {
    const version = await flush()
    if (version === null) return
    act.mutate({
      params: { applicationId: data.applicationId, itemId },
      body: { version, chosen, agreed: true, signatory },
    })
  }
  return (
    <Card title={say('告知承诺', 'Commitment instead of evidence')} id="commitments">
      {data.offers.map((offer) => (
        <section key={offer.itemId} style={{ marginBottom: 12 }}>
          <h3 style={{ margin: 0 }}>
            {say(offer.itemName)} {offer.signed && <span className="tag">{say('已承诺', 'Signed')}</span>}{' '}
            {offer.immediate && <span className="tag">{say('可当场办结', 'May be decided at once')}</span>}
          </h3>
          <p className="help">
            {say('可以承诺代替:', 'Instead of: ')}
            {offer.materials.map((one) => say(one.name)).join('、')} · {offer.source.basis}
            <UncertainMark certainty={offer.source.certainty} /> ·{' '}
            {say(`办结后${offer.checkDays}个工作日内事后核查`, `checked within ${offer.checkDays} working days`)}
            <UncertainMark certainty={offer.checkCertainty} />
          </p>
          {offer.signed ? (
            <ActButton because={data.may['sign']} busy={act.isPending} onAct={() => void send(offer.itemId, false)}>
              {say('改为提交证明', 'Hand in the evidence instead')}
            </ActButton>
          ) : (
            <ActButton because={offer.because ?? data.may['sign']} onAct={() => setOpen(offer)}>
              {say('选择告知承诺', 'Choose the commitment')}
            </ActButton>
          )}
        </section>
      ))}
      {open === null && <RefusalNotice error={act.error} />}
      {open !== null && (
        <FormDialog
          open
          title={`${say('告知承诺书', 'Commitment')}:${say(open.itemName)}`}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (agreed && (!byClerk || signatory.trim() !== '')) void send(open.itemId, true)
          }}
          submitLabel={say('签署', 'Sign')}
          busy={act.isPending}
          error={act.error}
        >
          <p>{say('审批部门告知的条件:', 'Conditions told by the department:')}</p>
          <ol>
            {open.conditions.map((condition) => (
              <li key={condition}>{condition}</li>
            ))}
          </ol>
          <SignedWords
            paragraphs={data.commitmentText.paragraphs}
            version={data.commitmentText.version}
            agreed={agreed}
            onAgree={setAgreed}
            tried={tried}
          />
          {byClerk && (
            <TextField
              label={say('纸质承诺书的签署人', 'Who signed on paper')}
              value={signatory}
              onChange={setSignatory}
              maxLength={60}
              required
              fault={tried && signatory.trim() === '' ? say('请填写签署人。', 'Name who signed.') : undefined}
            />
          )}
        </FormDialog>
      )}
    </Card>
  )
}
