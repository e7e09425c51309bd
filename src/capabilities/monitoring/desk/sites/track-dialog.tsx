/** The track of one worker over a period, after saying why. */
import { Input, Modal } from 'antd'
import { lazy, type ReactElement, Suspense, useId, useMemo, useState } from 'react'
import { today } from '../../../../desk/browser.ts'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { CaseTable } from '../../../../desk/ui/case-table.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { instant, localDateSchema, wallClock } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import { beginLook, type LookId, workerTrack } from '../../contract/people.ts'
import type { SiteView } from '../../contract/sites.ts'
import { thinned } from '../chart/points.ts'
import type { MapShape } from '../layers-map.tsx'
import { shapesOf } from './looks.ts'
import { directionWords } from './people-words.ts'
import type { WorkerDialogProps } from './worker-dialogs.tsx'

const LayersMap = lazy(async () => ({ default: (await import('../layers-map.tsx')).LayersMap }))
const MOST = 200
const none: readonly never[] = []

const Track = ({ site, lookId }: { readonly site: SiteView; readonly lookId: LookId }): ReactElement => {
  const say = useSay()
  const query = useRead(workerTrack, { params: { siteId: site.siteId }, query: { lookId } })
  const points = query.data?.points
  const shapes = useMemo(
    (): readonly MapShape[] => [
      ...shapesOf(site, 0),
      {
        id: 'track',
        ring: (points ?? []).map((point) => [point.lon, point.lat] as const),
        colour: '#b26a00',
        filled: false,
        open: true,
      },
    ],
    [site, points],
  )
  return (
    <Loaded query={query}>
      {(data) => (
        <>
          {data.truncated && (
            <p className="notice warn">{say('时段太长,末尾没有显示。', 'Too long: the end is missing.')}</p>
          )}
          <Suspense fallback={<p className="quiet">{say('正在打开地图…', 'Opening the map…')}</p>}>
            <LayersMap
              label={say('轨迹图;下表有相同内容', 'Track; the table says the same')}
              shapes={shapes}
              spots={none}
              height={320}
              fitKey={lookId}
            />
          </Suspense>
          <h2 className="part">{say('进出', 'Passages')}</h2>
          <p>
            {data.attendance.length === 0
              ? say('没有进出记录。', 'No passages.')
              : data.attendance
                  .map((each) => `${wallClock(each.at)} ${say(directionWords[each.direction])}(${each.deviceName})`)
                  .join(';')}
          </p>
          <CaseTable
            label={say('轨迹点', 'Points of the track')}
            rows={thinned(data.points, MOST)}
            keyOf={(row) => row.at}
            empty={words('该时段没有位置记录。', 'No positions in this period.')}
            columns={[
              { title: words('时间', 'When'), heads: true, show: (row) => wallClock(row.at) },
              { title: words('经纬度', 'Place'), show: (row) => `${row.lon.toFixed(5)}, ${row.lat.toFixed(5)}` },
              { title: words('楼层', 'Floor'), show: (row) => row.floor ?? '—' },
              {
                title: words('精度', 'Accuracy'),
                show: (row) => (row.accuracyM === null ? '—' : `${Math.round(row.accuracyM)} m`),
              },
            ]}
          />
        </>
      )}
    </Loaded>
  )
}

export const TrackDialog = ({ site, worker, onClose }: WorkerDialogProps): ReactElement => {
  const say = useSay()
  const id = useId()
  const [purpose, setPurpose] = useState('')
  const [day, setDay] = useState<string>(today())
  const [from, setFrom] = useState('06:00')
  const [to, setTo] = useState('20:00')
  const [tried, setTried] = useState(false)
  const [lookId, setLookId] = useState<LookId | null>(null)
  const act = useAct(beginLook, { onDone: (look) => setLookId(look.lookId) })
  const short = purpose.trim().length < 4
  const period = localDateSchema.safeParse(day).success && from < to
  if (lookId !== null)
    return (
      <Modal open onCancel={onClose} footer={null} width={860} title={`${say('轨迹', 'Track')}:${worker.name}`}>
        <Track site={site} lookId={lookId} />
      </Modal>
    )
  const clock = (name: string, label: string, value: string, set: (value: string) => void) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <Input id={`${id}-${name}`} type="time" value={value} onChange={(event) => set(event.target.value)} />
    </div>
  )
  return (
    <FormDialog
      open
      title={`${say('查看轨迹', 'Look at the track')}:${worker.name}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!short && period)
          act.mutate({
            params: { siteId: site.siteId },
            body: {
              purpose: purpose.trim(),
              registrationId: worker.registrationId,
              from: instant(`${day}T${from}:00+08:00`),
              to: instant(`${day}T${to}:00+08:00`),
            },
          })
      }}
      submitLabel={say('查看', 'Look')}
      busy={act.isPending}
      error={act.error}
    >
      <p className="notice">
        {say('查看人、时间和目的都会记录,工人可以看到。', 'Who looks, when and why is kept and open to the worker.')}
      </p>
      <div className="form-grid">
        <TextField label={say('日期', 'Day')} type="date" value={day} onChange={setDay} required />
        <span />
        {clock('from', say('从', 'From'), from, setFrom)}
        {clock('to', say('到', 'To'), to, setTo)}
      </div>
      {tried && !period && (
        <p className="fault" role="alert">
          {say('请填写日期,结束时间应晚于开始时间。', 'Give a day and a later end.')}
        </p>
      )}
      <TextField
        label={say('查看目的', 'Purpose')}
        value={purpose}
        onChange={setPurpose}
        maxLength={200}
        required
        fault={tried && short ? say('请写明查看目的,至少 4 个字。', 'Say why, in at least 4 characters.') : undefined}
      />
    </FormDialog>
  )
}
