/** A table of cases: a real table on wide screens, cards on narrow ones; j and k move between the rows' first links. */
import { Link } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useCallback, useRef } from 'react'
import { type Words, words } from '../../kernel/words.ts'
import { useSay } from '../language.tsx'
import { useShortcuts } from '../shortcuts.ts'

export interface Column<T> {
  readonly title: Words
  readonly show: (row: T) => ReactNode
  /** The cell that names the row; give it to one column, best the first with a link. */
  readonly heads?: boolean
  /** Dates, states and other short words that read badly when broken. */
  readonly whole?: boolean
}
interface CaseTableProps<T> {
  readonly label: string
  readonly rows: readonly T[]
  readonly columns: readonly Column<T>[]
  readonly keyOf: (row: T) => string
  readonly empty?: Words
  /** Search of the next page, kept in the URL; null on the last one. */
  readonly next?: string | null
  readonly isLaterPage?: boolean
  readonly keys?: boolean
}

export const CaseTable = <T,>(props: CaseTableProps<T>): ReactElement => {
  const say = useSay()
  const table = useRef<HTMLTableElement>(null)
  const move = useCallback((step: number) => {
    const links = [...(table.current?.querySelectorAll<HTMLElement>('tbody th a, tbody th button') ?? [])]
    if (links.length === 0) return
    const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement) === true)
    links[at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus()
  }, [])
  useShortcuts(
    props.keys === true
      ? [
          { key: 'j', what: words('下一行', 'Next row'), run: () => move(1) },
          { key: 'k', what: words('上一行', 'Previous row'), run: () => move(-1) },
        ]
      : [],
  )
  if (props.rows.length === 0)
    return <p className="card quiet">{say(props.empty ?? words('没有符合条件的记录。', 'Nothing here.'))}</p>
  return (
    <>
      <table className="cases" ref={table}>
        <caption className="hidden">{props.label}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.title.zh} scope="col">
                {say(column.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {props.columns.map((column) =>
                column.heads === true ? (
                  <th key={column.title.zh} scope="row" style={{ fontWeight: 600 }}>
                    {column.show(row)}
                  </th>
                ) : (
                  <td
                    key={column.title.zh}
                    data-label={say(column.title)}
                    style={column.whole === true ? { whiteSpace: 'nowrap' } : undefined}
                  >
                    {column.show(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {(typeof props.next === 'string' || props.isLaterPage === true) && (
        <nav className="row" style={{ marginTop: 12 }} aria-label={say('分页', 'Pages')}>
          {props.isLaterPage === true && (
            <Link to="." search={(before: object) => ({ ...before, after: undefined })}>
              {say('回到第一页', 'First page')}
            </Link>
          )}
          {typeof props.next === 'string' && (
            <Link to="." search={(before: object) => ({ ...before, after: props.next })}>
              {say('下一页', 'Next page')}
            </Link>
          )}
        </nav>
      )}
    </>
  )
}
