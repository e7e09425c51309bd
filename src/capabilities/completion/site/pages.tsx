/** The public page behind the code on an opinion of the joint acceptance. */
import type { ReactElement } from 'react'
import { type Language, say, words } from '../../../kernel/words.ts'
import type { SitePage } from '../../../platform/platform.ts'

/** What the page shows; no person is in it. */
interface Opinion {
  readonly number: string
  readonly kind: 'partial' | 'final'
  readonly projectName: string
  readonly ownerName: string
  readonly leadName: string
  readonly buildings: readonly string[]
  readonly usable: readonly string[]
  readonly concludedOn: string
  readonly sha256: string | null
}
const Shown = ({ opinion, language }: { readonly opinion: Opinion; readonly language: Language }): ReactElement => {
  const t = (zh: string, en: string) => say(words(zh, en), language)
  return (
    <>
      <h1>{t('建设工程联合验收意见', 'Opinion of the joint acceptance')}</h1>
      <p className="notice good">{t('本平台签发,有效。', 'Issued by this platform, in force.')}</p>
      <dl className="facts card">
        <dt>{t('文号', 'Number')}</dt>
        <dd>{opinion.number}</dd>
        <dt>{t('项目', 'Project')}</dt>
        <dd>{opinion.projectName}</dd>
        <dt>{t('建设单位', 'Owner')}</dt>
        <dd>{opinion.ownerName}</dd>
        <dt>{t('牵头部门', 'Lead department')}</dt>
        <dd>{opinion.leadName}</dd>
        <dt>{t('验收类型', 'Kind')}</dt>
        <dd>{opinion.kind === 'final' ? t('最终验收', 'Final') : t('分期验收', 'Partial')}</dd>
        <dt>{t('单体', 'Buildings')}</dt>
        <dd>{opinion.buildings.join('、')}</dd>
        <dt>{t('可以投入使用', 'May be used')}</dt>
        <dd>{opinion.usable.length === 0 ? '—' : opinion.usable.join('、')}</dd>
        <dt>{t('日期', 'Date')}</dt>
        <dd>{opinion.concludedOn}</dd>
        {opinion.sha256 === null ? null : (
          <>
            <dt>{t('文件指纹 SHA-256', 'Digest SHA-256')}</dt>
            <dd className="code" data-digest={opinion.sha256}>
              {opinion.sha256}
            </dd>
          </>
        )}
      </dl>
    </>
  )
}
export const completionPages = (read: (code: string) => Promise<Opinion | null>): readonly SitePage[] => [
  {
    path: '/acceptance/:code',
    render: async ({ params, language }) => {
      const opinion = await read(params['code'] ?? '')
      const title = say(words('联合验收意见验真', 'Verify an opinion'), language)
      if (opinion === null)
        return {
          title,
          status: 404,
          body: (
            <>
              <h1>{say(words('未查到该编号', 'No such document'), language)}</h1>
              <p className="notice bad">
                {say(
                  words(
                    '本平台没有签发过这个编号的联合验收意见,请核对编号或向牵头部门核实。',
                    'No opinion with this code: check it, or ask the lead department.',
                  ),
                  language,
                )}
              </p>
            </>
          ),
        }
      return { title, body: <Shown opinion={opinion} language={language} /> }
    },
  },
]
