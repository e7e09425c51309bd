/** Verification of certificates and receipts. */
import { Fragment, type ReactElement } from 'react'
import { wallClock } from '../../../kernel/time.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import type { CertificateVerification, ReceiptVerification } from './reading.ts'
import { applicationStateWords, outcomeWordsOf } from './words.ts'

export const stateWords: Readonly<Record<CertificateVerification['state'], Words>> = {
  'in-force': words('有效', 'In force'),
  revoked: words('已撤销', 'Revoked'),
  replaced: words('已被新证替换', 'Replaced'),
  lapsed: words('已失效', 'Lapsed'),
}

const partWords: Readonly<Record<CertificateVerification['scope'][number]['decision'], Words>> = {
  granted: words('准予', 'granted'),
  refused: words('不予许可', 'refused'),
  open: words('另行决定', 'still open'),
}

const CodeForm = ({ language }: { readonly language: Language }): ReactElement => (
  <form method="get" action="/verify" className="search card">
    <label htmlFor="code">{say(words('验真码或收件凭证号', 'Verification code or receipt number'), language)}</label>
    <input id="code" name="code" required maxLength={80} autoComplete="off" />
    <button type="submit">{say(words('核验', 'Verify'), language)}</button>
  </form>
)

export const VerifyPage = ({ language }: { readonly language: Language }): ReactElement => (
  <>
    <h1>{say(words('证件验真', 'Verify a document'), language)}</h1>
    <p className="lead">
      {say(
        words(
          '扫描证件上的二维码,或输入证件、收件凭证上的编号。',
          'Scan the QR code, or enter the code printed on the document.',
        ),
        language,
      )}
    </p>
    <CodeForm language={language} />
  </>
)

export const NotGenuine = ({
  code,
  language,
}: {
  readonly code: string
  readonly language: Language
}): ReactElement => (
  <>
    <h1>{say(words('未查到该编号', 'No such document'), language)}</h1>
    <p className="notice bad">
      {say(
        words(
          '本平台没有签发过这个编号的文件。请核对是否输错(不区分大小写,没有字母 I、O);仍查不到的,请向发证部门核实。',
          'This platform has not issued a document with this code. Check the spelling, or ask the issuing department.',
        ),
        language,
      )}
    </p>
    <p>
      <span className="code">{code.slice(0, 60)}</span>
    </p>
    <CodeForm language={language} />
  </>
)

export const CertificatePage = ({
  certificate,
  language,
}: {
  readonly certificate: CertificateVerification
  readonly language: Language
}): ReactElement => {
  const genuine = certificate.state === 'in-force' && !certificate.suspended
  return (
    <>
      <h1>{say(certificate.documentName, language)}</h1>
      <p className={`notice ${genuine ? 'good' : 'bad'}`}>
        {say(words('本平台签发,当前状态:', 'Issued by this platform; state: '), language)}
        <b>{say(stateWords[certificate.state], language)}</b>
        {certificate.suspended ? say(words('(复议、诉讼期间停止执行)', ' (effect suspended)'), language) : null}
      </p>
      {certificate.cause === null ? null : (
        <p>
          {certificate.cause.on} · {say(certificate.cause.name, language)}({certificate.cause.basis})
        </p>
      )}
      {certificate.replacedBy === null ? null : (
        <p>
          {say(words('现行文书:', 'Now in force: '), language)}
          <a href={`/verify/${certificate.replacedBy.verificationCode}`}>{certificate.replacedBy.documentNumber}</a>
        </p>
      )}
      <dl className="facts card">
        <dt>{say(words('文号', 'Number'), language)}</dt>
        <dd>{certificate.documentNumber}</dd>
        <dt>{say(words('项目', 'Project'), language)}</dt>
        <dd>{certificate.projectName}</dd>
        <dt>{say(words('持有单位', 'Holder'), language)}</dt>
        <dd>{certificate.holderName}</dd>
        <dt>{say(words('发证部门', 'Department'), language)}</dt>
        <dd>{certificate.departmentName}</dd>
        <dt>{say(words('决定', 'Decision'), language)}</dt>
        <dd>
          {say(outcomeWordsOf(certificate.itemKind, certificate.outcome), language)} · {certificate.decidedOn}
        </dd>
        {certificate.owed.map((document) => (
          <Fragment key={document.name.zh}>
            <dt>{say(words('容缺材料', 'Document to follow'), language)}</dt>
            <dd>
              {say(document.name, language)} · {say(document.stateName, language)} ·{' '}
              {document.due ?? say(document.limit, language)}
            </dd>
          </Fragment>
        ))}
        {certificate.scope.length === 0 ? null : (
          <>
            <dt>{say(words('决定范围', 'Scope'), language)}</dt>
            <dd>
              {certificate.scope.map((part) => `${part.name}:${say(partWords[part.decision], language)}`).join(';')}
            </dd>
          </>
        )}
        {certificate.validUntil === null ? null : (
          <>
            <dt>{say(words('有效期至', 'Valid until'), language)}</dt>
            <dd>{certificate.validUntil}</dd>
          </>
        )}
        {certificate.replaces === null ? null : (
          <>
            <dt>{say(words('代替文书', 'Takes the place of'), language)}</dt>
            <dd>{certificate.replaces}</dd>
          </>
        )}
        {certificate.sha256 === null ? null : (
          <>
            <dt>{say(words('文件指纹 SHA-256', 'Digest SHA-256'), language)}</dt>
            <dd className="code" data-digest={certificate.sha256}>
              {certificate.sha256}
            </dd>
          </>
        )}
      </dl>
      {certificate.sha256 === null ? null : (
        <p data-digest-check="" hidden>
          <label>
            {say(
              words(
                '选择您手中的 PDF,在本机核对指纹(不会上传): ',
                'Choose your PDF to compare its digest here (it is not uploaded): ',
              ),
              language,
            )}
            <input type="file" accept="application/pdf" />
          </label>{' '}
          <output />
        </p>
      )}
      {certificate.entryId === null ? null : (
        <p>
          <a className="proof" href={`/proof/${certificate.entryId}`} data-proof={certificate.entryId}>
            {say(words('核验公开日志中的决定记录', 'Verify the decision in the public log'), language)}
          </a>{' '}
          <output data-result={certificate.entryId} />
        </p>
      )}
    </>
  )
}

export const ReceiptPage = ({
  receipt,
  language,
}: {
  readonly receipt: ReceiptVerification
  readonly language: Language
}): ReactElement => (
  <>
    <h1>{say(receipt.kindName, language)}</h1>
    <p className="notice good">
      {say(words('本平台出具的凭证。', 'This receipt was issued by this platform.'), language)}
      {receipt.bySilence
        ? say(
            words('窗口逾期未告知,依法视为受理,由系统出具。', ' The window was silent; the system issued it by law.'),
            language,
          )
        : ''}
    </p>
    <dl className="facts card">
      <dt>{say(words('凭证号', 'Receipt number'), language)}</dt>
      <dd>{receipt.receiptNumber}</dd>
      <dt>{say(words('申请编号', 'Case number'), language)}</dt>
      <dd>{receipt.caseNumber}</dd>
      <dt>{say(words('项目', 'Project'), language)}</dt>
      <dd>{receipt.projectName}</dd>
      <dt>
        {say(receipt.kind === 'received' ? words('收件时间', 'Received') : words('出具时间', 'Issued'), language)}
      </dt>
      <dd>
        {wallClock(receipt.receivedAt)} · {say(words('第', 'Round '), language)}
        {receipt.round}
        {say(words('次提交', ''), language)}
      </dd>
      {receipt.enteredAt === null ? null : (
        <>
          <dt>{say(words('录入时间', 'Entered'), language)}</dt>
          <dd>
            {wallClock(receipt.enteredAt)} ({say(words('纸质申请后补录入', 'entered afterwards from paper'), language)})
          </dd>
        </>
      )}
      <dt>{say(words('当前状态', 'State'), language)}</dt>
      <dd>{say(applicationStateWords[receipt.state], language)}</dd>
      <dt>{say(words('内容指纹 SHA-256', 'Digest SHA-256'), language)}</dt>
      <dd className="code">{receipt.hash}</dd>
    </dl>
  </>
)
