/** Pages of a PDF drawn by our own copy of pdf.js: nothing of the document runs in the page. */
import * as pdfjs from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { commonHeaders, send } from '../call.ts'
import { useSay } from '../language.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl

/** What pdf.js says of a document that it cannot read. */
const unreadable = new Set(['InvalidPDFException', 'PasswordException', 'FormatError', 'UnknownErrorException'])

/** Pages drawn at most; longer documents are downloaded. */
const mostPages = 40

export const PdfPages = ({ address, label }: { readonly address: string; readonly label: string }): ReactElement => {
  const say = useSay()
  const place = useRef<HTMLDivElement>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [damaged, setDamaged] = useState(false)
  const [state, setState] = useState<{ pages: number; drawn: number }>({ pages: 0, drawn: 0 })
  useEffect(() => {
    const control = new AbortController()
    const draw = async () => {
      const response = await send(address, { headers: commonHeaders(), signal: control.signal })
      const task = pdfjs.getDocument({ data: await response.arrayBuffer(), isEvalSupported: false })
      const document_ = await task.promise
      const count = Math.min(document_.numPages, mostPages)
      place.current?.replaceChildren()
      for (let number = 1; number <= count && !control.signal.aborted; number += 1) {
        const page = await document_.getPage(number)
        const width = place.current?.clientWidth ?? 800
        const scale = (width / page.getViewport({ scale: 1 }).width) * Math.min(window.devicePixelRatio, 2)
        const viewport = page.getViewport({ scale })
        const canvas = document.createElement('canvas')
        canvas.width = Math.ceil(viewport.width)
        canvas.height = Math.ceil(viewport.height)
        canvas.className = 'preview'
        canvas.setAttribute('role', 'img')
        canvas.setAttribute('aria-label', `${label} ${number}/${document_.numPages}`)
        place.current?.append(canvas)
        await page.render({ canvas, viewport }).promise
        setState({ pages: document_.numPages, drawn: number })
      }
      if (control.signal.aborted) await task.destroy()
    }
    draw().catch((error: unknown) => {
      if (control.signal.aborted) return
      if (error instanceof Error && unreadable.has(error.name)) setDamaged(true)
      else setFailure(error)
    })
    return () => control.abort()
  }, [address, label])
  return (
    <>
      <RefusalNotice error={failure} />
      {damaged && (
        <p className="notice bad" role="alert">
          {say(
            '文件已损坏、不完整或设有密码,无法预览。请下载核对;确有问题的,请要求重新提供。',
            'The file is damaged, cut off or locked and cannot be shown. Download it to check, or ask for it again.',
          )}
        </p>
      )}
      {state.pages > state.drawn && state.drawn === mostPages && (
        <p>
          {say(`仅显示前 ${mostPages} 页,请下载查看全文。`, `Only the first ${mostPages} pages; download for all.`)}
        </p>
      )}
      <div ref={place} />
    </>
  )
}
