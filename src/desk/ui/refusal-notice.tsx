/** Shows what was refused: the sentence, the faults of fields, and the trace id to quote. */
import type { ReactElement } from 'react'
import type { Words } from '../../kernel/words.ts'
import { useSay } from '../language.tsx'
import { problemFrom } from '../problem.ts'

export const RefusalNotice = ({
  error,
  onRetry,
  fieldOf = () => null,
}: {
  readonly error: unknown
  /** The name of the field that a path means, where a sentence does not name it. */
  readonly fieldOf?: (path: string) => Words | null
  readonly onRetry?: () => void
}): ReactElement | null => {
  const say = useSay()
  if (error === null || error === undefined) return null
  const problem = problemFrom(error)
  return (
    <div className="notice bad" role="alert">
      <div>{problem.sentence}</div>
      {problem.fields.length > 0 && (
        <ul>
          {problem.fields.map((fault) => {
            const field = fieldOf(fault.path)
            return (
              <li key={`${fault.path}${fault.message}`}>
                {field === null || fault.message.includes(field.zh) ? fault.message : `${say(field)}:${fault.message}`}
              </li>
            )
          })}
        </ul>
      )}
      {problem.traceId !== null && problem.status >= 500 && (
        <div className="small">
          {say('追踪编号', 'Trace id')}:<code>{problem.traceId}</code>
        </div>
      )}
      {onRetry !== undefined && (
        <button type="button" className="anchor-pick" onClick={onRetry}>
          {say('重试', 'Try again')}
        </button>
      )}
    </div>
  )
}
