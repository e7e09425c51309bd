/** The receipt by the holder, and the delivery that an officer writes down. */
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct } from '../../../../desk/queries.ts'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { ChoiceField, TextField } from '../../../../desk/ui/inputs.tsx'
import { RefusalNotice } from '../../../../desk/ui/refusal-notice.tsx'
import type { LocalDate } from '../../../../kernel/time.ts'
import { confirmReceipt, type DecisionDocument, recordDelivery } from '../../contract/after.ts'
import { deliveryWords } from '../../model/after-words.ts'
import { OwnAct } from './own-act.tsx'

export const ConfirmReceiptButton = ({ document }: { readonly document: DecisionDocument }): ReactElement => {
  const say = useSay()
  const act = useAct(confirmReceipt)
  return (
    <>
      <RefusalNotice error={act.error} />
      <OwnAct
        of={confirmReceipt}
        because={document.may['confirm-receipt']}
        busy={act.isPending}
        look={(document.may['confirm-receipt'] ?? null) === null ? { type: 'primary' } : {}}
        onAct={() =>
          act.mutate({ params: { certificateId: document.certificateId }, body: { version: document.version } })
        }
      >
        {say('签收决定', 'Confirm the receipt')}
      </OwnAct>
    </>
  )
}

const ways = ['direct', 'mail', 'electronic', 'lien', 'notice'] as const
export const DeliveryDialog = ({
  document,
  onClose,
}: {
  readonly document: DecisionDocument
  readonly onClose: () => void
}): ReactElement => {
  const say = useSay()
  const act = useAct(recordDelivery, { onDone: onClose })
  const [way, setWay] = useState<(typeof ways)[number] | null>(null)
  const [on, setOn] = useState('')
  const [evidence, setEvidence] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      open
      title={`${say('登记送达', 'Record the delivery')}:${document.documentNumber}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (way === null || on === '' || evidence.trim() === '') return
        act.mutate({
          params: { certificateId: document.certificateId },
          body: { version: document.version, way, on: on as LocalDate, evidence },
        })
      }}
      submitLabel={say('登记', 'Record')}
      busy={act.isPending}
      error={act.error}
    >
      <ChoiceField
        label={say('送达方式', 'Way')}
        value={way}
        onChange={setWay}
        options={ways.map((each) => ({ value: each, label: say(deliveryWords[each]) }))}
        fault={tried && way === null ? say('请选择送达方式。', 'Choose the way.') : undefined}
      />
      <TextField
        label={say('送达日期', 'Day')}
        type="date"
        value={on}
        onChange={setOn}
        required
        fault={tried && on === '' ? say('请填写日期。', 'Give the day.') : undefined}
      />
      <TextField
        label={say('送达凭据', 'Evidence')}
        help={say('如送达回证编号、邮寄单号、公告编号。', 'Number of the receipt, the parcel or the notice.')}
        value={evidence}
        onChange={setEvidence}
        maxLength={500}
        required
        fault={tried && evidence.trim() === '' ? say('请填写送达凭据。', 'Give the evidence.') : undefined}
      />
    </FormDialog>
  )
}
