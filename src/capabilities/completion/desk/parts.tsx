/** Pieces that inspections and acceptances share: files, rounds, remarks with their proofs. */
import { type ReactElement, useState } from 'react'
import { addressOf } from '../../../desk/call.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { TextDialog } from '../../../desk/ui/text-dialog.tsx'
import type { ProjectId } from '../../../kernel/identity.ts'
import { needsVerification, type Source } from '../../../kernel/sourced.ts'
import { wallClock } from '../../../kernel/time.ts'
import {
  type Evidence,
  type InspectionView,
  judgeRemark,
  proveRemark,
  type RemarkView,
  readEvidence,
} from '../contract.ts'
import { remarkStateWords, resultWords } from '../model/states.ts'

export const Files = ({
  projectId,
  files,
}: {
  readonly projectId: ProjectId
  readonly files: readonly Evidence[]
}): ReactElement => (
  <>
    {files.map((file) => (
      <span key={file.sha256}>
        {' '}
        <a href={addressOf(readEvidence, { projectId, sha256: file.sha256 })} target="_blank" rel="noreferrer">
          {file.fileName}
        </a>
      </span>
    ))}
  </>
)
export const Basis = ({ source }: { readonly source: Source }): ReactElement => {
  const say = useSay()
  return (
    <span className="small quiet" title={source.note}>
      {source.basis}
      {needsVerification(source.certainty) && <span className="tag">{say('待核', 'unverified')}</span>}
    </span>
  )
}
export const Rounds = ({
  projectId,
  rounds,
}: {
  readonly projectId: ProjectId
  readonly rounds: InspectionView['rounds']
}): ReactElement => {
  const say = useSay()
  return (
    <ul className="small">
      {rounds.map((round) => (
        <li key={`${round.round} ${round.givenAt}`}>
          {say('第', 'round ')}
          {round.round}
          {say('轮', '')} · <strong>{say(resultWords[round.result])}</strong> · {round.text} · {round.givenBy}{' '}
          {wallClock(round.givenAt)}
          <Files projectId={projectId} files={round.photos} />
        </li>
      ))}
    </ul>
  )
}
export const Remarks = ({
  projectId,
  remarks,
}: {
  readonly projectId: ProjectId
  readonly remarks: readonly RemarkView[]
}): ReactElement | null => {
  const say = useSay()
  const [acting, setActing] = useState<{
    readonly act: 'prove' | 'accept' | 'reject'
    readonly remark: RemarkView
  } | null>(null)
  const close = () => setActing(null)
  const prove = useAct(proveRemark, { onDone: close })
  const judge = useAct(judgeRemark, { onDone: close })
  if (remarks.length === 0) return null
  return (
    <ul>
      {remarks.map((remark) => (
        <li key={remark.remarkId} style={{ marginBottom: 8 }}>
          {remark.text} <span className="tag">{say(remarkStateWords[remark.state])}</span>{' '}
          <span className={remark.overdue ? 'fault' : 'small quiet'}>
            {say('期限', 'by')} {remark.dueOn}
            {remark.overdue && say('(已超期)', ' (overdue)')}
          </span>
          {remark.proofs.map((proof) => (
            <p key={proof.givenAt} className="small" style={{ margin: 0 }}>
              {say('整改证明', 'Proof')}:{proof.text} · {proof.givenBy} {wallClock(proof.givenAt)}
              <Files projectId={projectId} files={proof.files} />
              {proof.accepted !== null &&
                ` · ${proof.accepted ? say('已核验', 'verified') : say('退回', 'sent back')} ${proof.judgedBy ?? ''} ${proof.judgement}`}
            </p>
          ))}
          {remark.state === 'open' && (
            <ActButton
              because={remark.may.prove}
              look={{ size: 'small' }}
              onAct={() => setActing({ act: 'prove', remark })}
            >
              {say('提交整改证明', 'Hand in a proof')}
              <span className="hidden">{remark.text}</span>
            </ActButton>
          )}
          {remark.state === 'proved' && (
            <span className="row">
              <ActButton
                because={remark.may.verify}
                look={{ size: 'small' }}
                onAct={() => setActing({ act: 'accept', remark })}
              >
                {say('核验通过', 'Verify')}
                <span className="hidden">{remark.text}</span>
              </ActButton>
              <ActButton
                because={remark.may.verify}
                look={{ size: 'small' }}
                onAct={() => setActing({ act: 'reject', remark })}
              >
                {say('退回', 'Send back')}
                <span className="hidden">{remark.text}</span>
              </ActButton>
            </span>
          )}
        </li>
      ))}
      {acting?.act === 'prove' && (
        <TextDialog
          title={say('提交整改证明', 'Hand in a proof')}
          label={say('整改情况', 'What was done')}
          files={say('照片或文件', 'Photos or files')}
          submitLabel={say('提交', 'Hand in')}
          busy={prove.isPending}
          error={prove.error}
          onClose={close}
          onSubmit={(text, uploadIds) =>
            prove.mutate({ params: { remarkId: acting.remark.remarkId }, body: { text, uploadIds } })
          }
        >
          <p>{acting.remark.text}</p>
        </TextDialog>
      )}
      {(acting?.act === 'accept' || acting?.act === 'reject') && (
        <TextDialog
          title={acting.act === 'accept' ? say('核验通过', 'Verify') : say('退回整改', 'Send back')}
          label={say('核验意见', 'Remark')}
          optional={acting.act === 'accept'}
          submitLabel={say('确认', 'Confirm')}
          busy={judge.isPending}
          error={judge.error}
          onClose={close}
          onSubmit={(text) =>
            judge.mutate({
              params: { remarkId: acting.remark.remarkId },
              body: { accept: acting.act === 'accept', text },
            })
          }
        >
          <p>{acting.remark.text}</p>
        </TextDialog>
      )}
    </ul>
  )
}
