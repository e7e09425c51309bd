/** A clock in one line: colour, sign and words together, so that nothing rests on colour alone. */
import type { ReactElement } from 'react'
import type { ClockView } from '../../capabilities/approvals/contract.ts'
import { needsVerification } from '../../kernel/sourced.ts'
import { type Words, words } from '../../kernel/words.ts'
import { useSay } from '../language.tsx'

export const colourWords: Readonly<Record<ClockView['colour'], Words>> = {
  normal: words('正常', 'On track'),
  warning: words('临期', 'Due soon'),
  overdue: words('超期', 'Overdue'),
  paused: words('暂停', 'Paused'),
  done: words('已结束', 'Ended'),
}
export const colourMarks: Readonly<Record<ClockView['colour'], string>> = {
  normal: '●',
  warning: '▲',
  overdue: '■',
  paused: '‖',
  done: '✓',
}
const unitWords: Readonly<Record<ClockView['unit'], Words>> = {
  workday: words('个工作日', ' working days'),
  'calendar-day': words('天', ' days'),
}

/** Says in words how a clock stands: '剩 3 个工作日', '超 2 个工作日', '暂停,剩 3 个工作日'. */
export const standing = (clock: ClockView): Words => {
  const unit = unitWords[clock.unit]
  const left = Math.abs(clock.remaining)
  const remaining =
    clock.remaining < 0
      ? words(`超 ${left} ${unit.zh}`, `${left}${unit.en} over`)
      : words(`剩 ${left} ${unit.zh}`, `${left}${unit.en} left`)
  switch (clock.state) {
    case 'not-started':
      return words(`未起算,期限 ${clock.budget} ${unit.zh}`, `Not started, ${clock.budget}${unit.en}`)
    case 'paused':
      return words(`暂停计时,${remaining.zh}`, `Paused, ${remaining.en}`)
    case 'stopped':
      return clock.onTime === false
        ? words(`超期办结,用 ${clock.consumed} ${unit.zh}`, `Late, used ${clock.consumed}${unit.en}`)
        : words(`按时办结,用 ${clock.consumed} ${unit.zh}`, `On time, used ${clock.consumed}${unit.en}`)
    case 'cancelled':
      return words('计时已取消', 'Cancelled')
    case 'running':
      return remaining
  }
}

export const ClockBadge = ({
  clock,
  withLabel = false,
  onExplain,
}: {
  readonly clock: ClockView
  readonly withLabel?: boolean
  readonly onExplain?: () => void
}): ReactElement => {
  const say = useSay()
  const content = (
    <>
      <span className="mark" aria-hidden="true">
        {colourMarks[clock.colour]}
      </span>
      <span>
        {withLabel ? `${say(clock.label)}:` : ''}
        {say(colourWords[clock.colour])} · {say(standing(clock))}
        {clock.due !== null && clock.state === 'running' && (
          <>
            {' · '}
            <span className="day">{`${say('到期', 'due')} ${clock.due}`}</span>
          </>
        )}
      </span>
      {clock.provisional && (
        <span
          className="tag"
          title={say('次年放假安排尚未公布,到期日可能变化', 'Next year’s calendar is not published yet')}
        >
          {say('暂定', 'provisional')}
        </span>
      )}
      {needsVerification(clock.certainty) && (
        <span className="tag" title={say('期限数字尚未与原文核对', 'Figure not yet checked against the original')}>
          {say('待核', 'to be verified')}
        </span>
      )}
    </>
  )
  return onExplain === undefined ? (
    <span className={`clock ${clock.colour}`}>{content}</span>
  ) : (
    <button
      type="button"
      className={`clock ${clock.colour}`}
      style={{ font: 'inherit', fontSize: 14, cursor: 'pointer' }}
      onClick={onExplain}
      aria-description={say('查看逐日说明', 'Explain day by day')}
    >
      {content}
    </button>
  )
}
