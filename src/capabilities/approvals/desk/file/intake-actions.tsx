/** 受理或不予受理: the window's two other answers beside the list of corrections. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { useShortcuts } from '../../../../desk/shortcuts.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { words } from '../../../../kernel/words.ts'
import { type ApplicationFile, acceptApplication, refuseApplication } from '../../contract.ts'

export const IntakeActions = ({
  file,
  gathered,
  live,
}: {
  readonly file: ApplicationFile
  readonly gathered: number
  /** The application still waits here. When a colleague was faster, an open dialog stays with what was typed. */
  readonly live: boolean
}): ReactElement => {
  const say = useSay()
  const { applicationId, version } = file.application
  const [open, setOpen] = useState<'accept' | 'refuse' | null>(null)
  const close = () => setOpen(null)
  const accept = useAct(acceptApplication, { onDone: close })
  const refuse = useAct(refuseApplication, { onDone: close })
  const [text, setText] = useState('')
  const [authority, setAuthority] = useState('')
  const [tried, setTried] = useState(false)
  const mayAccept =
    file.may['accept'] ??
    (gathered > 0
      ? words(
          '补正清单中还有内容:请先发出清单,或清空后再受理。',
          'There are points in the list: send or clear it first.',
        )
      : null)
  const overtaken = live ? null : (
    <p className="notice warn" role="alert">
      {say(
        '这件申请刚刚已由他人办理,不能再提交;您写的内容还在,可以复制留存后关闭。',
        'Somebody else has just dealt with this application. What you wrote is still here to copy.',
      )}
    </p>
  )
  useShortcuts(
    live && mayAccept === null ? [{ key: 'a', what: words('受理', 'Accept'), run: () => setOpen('accept') }] : [],
  )
  return (
    <>
      {live && (
        <>
          <ActButton because={mayAccept} look={{ type: 'primary' }} onAct={() => setOpen('accept')}>
            {say('受理并分送各部门', 'Accept and send out')}
          </ActButton>
          <ActButton because={file.may['refuse']} onAct={() => setOpen('refuse')}>
            {say('不予受理', 'Not accept')}
          </ActButton>
        </>
      )}
      {open === 'accept' && (
        <FormDialog
          open
          title={say('受理申请', 'Accept the application')}
          onClose={close}
          onSubmit={() => accept.mutate({ params: { applicationId }, body: { version } })}
          submitLabel={say('确认受理', 'Accept')}
          busy={accept.isPending}
          error={accept.error}
        >
          {overtaken}
          <p>
            {say(
              `受理后,${file.application.itemIds.length} 个事项同时分送各部门办理,计时自次一工作日起算;系统自动出具受理通知书。`,
              `${file.application.itemIds.length} items go to their departments at once; the clocks start on the next working day.`,
            )}
          </p>
        </FormDialog>
      )}
      {open === 'refuse' && (
        <FormDialog
          open
          danger
          title={say('不予受理', 'Not accept')}
          onClose={close}
          onSubmit={() => {
            setTried(true)
            if (text.trim() === '' || authority.trim() === '') return
            refuse.mutate({ params: { applicationId }, body: { version, text, competentAuthority: authority } })
          }}
          submitLabel={say('作出不予受理决定', 'Decide not to accept')}
          busy={refuse.isPending}
          error={refuse.error}
        >
          {overtaken}
          <p>
            {say(
              '只有依法不属于本机关职权范围时才可不予受理,并须告知向哪个机关申请(行政许可法第三十二条)。',
              'Only where the matter is not within this authority’s power, naming the competent one (Administrative Licensing Law, art. 32).',
            )}
          </p>
          <TextField
            label={say('理由', 'Reason')}
            value={text}
            onChange={setText}
            rows={4}
            maxLength={2000}
            required
            fault={tried && text.trim() === '' ? say('请写明理由。', 'Give the reason.') : undefined}
          />
          <TextField
            label={say('有权办理的机关', 'Competent authority')}
            value={authority}
            onChange={setAuthority}
            maxLength={200}
            required
            fault={
              tried && authority.trim() === ''
                ? say('请告知有权办理的机关。', 'Name the competent authority.')
                : undefined
            }
          />
        </FormDialog>
      )}
    </>
  )
}
