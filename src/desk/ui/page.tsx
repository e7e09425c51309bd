/** The frame of every page: document title, the one h1 (which takes the focus after navigation), actions. */
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

let pagesShown = 0

interface PageProps {
  readonly title: string
  /** Beside the heading: state, badges. */
  readonly beside?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}
export const Page = ({ title, beside, actions, children }: PageProps): ReactElement => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · 明筑`
  }, [title])
  useEffect(() => {
    pagesShown += 1
    // The first page of a visit keeps the browser's own focus.
    if (pagesShown > 1) {
      heading.current?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    }
  }, [])
  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {beside}
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      {children}
    </>
  )
}

export const Card = ({
  title,
  beside,
  id,
  children,
}: {
  readonly title: string
  readonly beside?: ReactNode
  readonly id?: string
  readonly children: ReactNode
}): ReactElement => (
  <section className="card" aria-label={title} {...(id === undefined ? {} : { id })}>
    <div className="card-head">
      <h2>{title}</h2>
      {beside}
    </div>
    {children}
  </section>
)
