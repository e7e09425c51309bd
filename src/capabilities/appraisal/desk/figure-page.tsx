/** The files behind one number: those that count, those that do not, and why. */
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { words } from '../../../kernel/words.ts'
import { type FigureId, raiseObjection, readFigure } from '../contract.ts'
import { valueText } from '../model/figures.ts'

export const FigurePage = (): ReactElement => {
  const say = useSay()
  const { figureId = '' } = useParams({ strict: false }) as { figureId?: string }
  const params = { figureId: figureId as FigureId }
  const query = useRead(readFigure, { params })
  const [objecting, setObjecting] = useState(false)
  const [text, setText] = useState('')
  const object = useAct(raiseObjection, { onDone: () => setObjecting(false) })
  const title =
    query.data === undefined
      ? say('办件清单', 'Files')
      : `${say(query.data.indicator.name)} · ${query.data.figure.departmentName}${query.data.figure.person === null ? '' : ` ${query.data.figure.person}`}`
  return (
    <Page
      title={title}
      actions={
        query.data === undefined ? undefined : (
          <ActButton because={query.data.mayObject} onAct={() => setObjecting(true)}>
            {say('提出异议', 'Object')}
          </ActButton>
        )
      }
    >
      <Loaded query={query}>
        {(data) => (
          <>
            <p>
              <Link to="/appraisal/$periodId" params={{ periodId: data.period.periodId }}>
                {say(data.period.name)}
              </Link>{' '}
              · <strong>{valueText(data.figure.value, data.indicator.unit)}</strong> ={' '}
              {data.figure.denominator === null
                ? data.figure.numerator
                : `${data.figure.numerator} ÷ ${data.figure.denominator}`}{' '}
              · {say('规则版本', 'rules')} {data.period.rulesVersion}
            </p>
            <p className="small quiet">{say(data.indicator.definition)}</p>
            <CaseTable
              label={say('这个数字背后的全部办件', 'All files behind this number')}
              rows={data.files}
              keyOf={(file) => file.key}
              keys
              columns={[
                {
                  title: words('办件', 'Case'),
                  heads: true,
                  show: (file) =>
                    file.applicationId === null ? (
                      file.caseNumber
                    ) : (
                      <Link to="/applications/$applicationId" params={{ applicationId: file.applicationId }}>
                        {file.caseNumber}
                      </Link>
                    ),
                },
                { title: words('内容', 'What'), show: (file) => file.what },
                {
                  title: words('计入', 'Adds'),
                  show: (file) => (file.counted ? file.value : say('不计入', 'left out')),
                },
                { title: words('说明', 'Why'), show: (file) => file.note },
              ]}
            />
          </>
        )}
      </Loaded>
      {objecting && (
        <FormDialog
          open
          title={say('提出异议', 'Object')}
          onClose={() => setObjecting(false)}
          onSubmit={() => object.mutate({ params, body: { text } })}
          submitLabel={say('提出', 'Object')}
          busy={object.isPending}
          error={object.error}
        >
          <p className="quiet">
            {say(
              '写明哪些办件有误、理由和依据。效能监督部门答复;成立的出更正版。',
              'Say which files are wrong and why. The supervisors answer; a corrected edition follows if upheld.',
            )}
          </p>
          <TextField
            label={say('异议', 'Objection')}
            rows={5}
            value={text}
            onChange={setText}
            maxLength={2000}
            required
          />
        </FormDialog>
      )}
    </Page>
  )
}
