/** 项目卷宗: build it, follow and cancel the job, download it, and check one that somebody brought. */
import { useQuery } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { type ReactElement, useState } from 'react'
import { z } from 'zod'
import { addressOf, commonHeaders, send } from '../../../desk/call.ts'
import { useSay } from '../../../desk/language.tsx'
import { useAct, useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Card } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { UploadList } from '../../../desk/ui/upload-list.tsx'
import type { ProjectId } from '../../../kernel/identity.ts'
import { wallClock } from '../../../kernel/time.ts'
import { buildDossier, checkDossier, type DossierView, listDossiers, readDossier } from '../contract/dossier.ts'

const jobSchema = z.object({
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  done: z.number(),
  total: z.number(),
  error: z.string().nullable(),
})
const Running = ({
  dossier,
  onEnd,
}: {
  readonly dossier: DossierView
  readonly onEnd: () => void
}): ReactElement | null => {
  const say = useSay()
  const address = `/api/jobs/${dossier.jobId}`
  const job = useQuery({
    queryKey: ['completion.dossier-job', dossier.jobId],
    queryFn: async () => {
      const value = jobSchema.parse(await (await send(address, { headers: commonHeaders() })).json())
      if (value.state === 'done') onEnd()
      return value
    },
    refetchInterval: (query) => {
      const state = query.state.data?.state
      return state === undefined || state === 'queued' || state === 'running' ? 1500 : false
    },
    retry: false,
  })
  if (job.data === undefined) return null
  const { state, done, total, error } = job.data
  if (state === 'failed' || state === 'cancelled')
    return (
      <span className="tag">
        {state === 'failed' ? (error ?? say('生成失败', 'failed')) : say('已取消', 'cancelled')}
      </span>
    )
  return (
    <span className="row" role="status">
      <Progress
        percent={total === 0 ? 0 : Math.round((done / total) * 100)}
        style={{ width: 200 }}
        aria-label={say('生成进度', 'Progress')}
      />
      <Button
        size="small"
        onClick={() =>
          void send(`${address}/cancel`, { method: 'POST', headers: commonHeaders() }).then(() => job.refetch())
        }
      >
        {say('取消', 'Cancel')}
      </Button>
    </span>
  )
}
export const Dossiers = ({ projectId }: { readonly projectId: ProjectId }): ReactElement => {
  const say = useSay()
  const query = useRead(listDossiers, { params: { projectId } })
  const build = useAct(buildDossier)
  const check = useAct(checkDossier)
  const [checking, setChecking] = useState(false)
  return (
    <Card
      title={say('项目卷宗', 'Dossier')}
      beside={
        <span className="row">
          <ActButton
            because={query.data?.mayBuild}
            busy={build.isPending}
            onAct={() => build.mutate({ params: { projectId }, body: {} })}
          >
            {say('生成卷宗', 'Build it')}
          </ActButton>
          <Button onClick={() => setChecking(!checking)} aria-expanded={checking}>
            {say('核验卷宗', 'Check one')}
          </Button>
        </span>
      }
    >
      <p className="small quiet">
        {say(
          '一个压缩包:每次提交、材料、凭证、意见、决定、证件、验收文书,目录逐个列出 SHA-256,并附日志及其包含证明。项目没有变化时,每次生成的内容逐字节相同。',
          'One archive of everything handed in, answered and issued, with an index of SHA-256 and the journal with its proofs. The same project gives the same bytes.',
        )}
      </p>
      <RefusalNotice error={build.error} />
      <Loaded query={query}>
        {({ dossiers }) => (
          <ul>
            {dossiers.map((dossier) => (
              <li key={dossier.dossierId}>
                {wallClock(dossier.requestedAt)} {dossier.requestedBy}{' '}
                <span className="tag">
                  {dossier.personalData
                    ? say('含个人信息', 'with personal data')
                    : say('不含个人信息', 'without personal data')}
                </span>{' '}
                {dossier.ready === null ? (
                  <Running dossier={dossier} onEnd={() => void query.refetch()} />
                ) : (
                  <>
                    <a href={addressOf(readDossier, { dossierId: dossier.dossierId })} download>
                      {say('下载', 'Download')}
                    </a>{' '}
                    <span className="small quiet">
                      {dossier.ready.files} {say('个文件', 'files')} · {Math.ceil(dossier.ready.sizeBytes / 1024)} KB ·
                      SHA-256 <code title={dossier.ready.zipSha256}>{dossier.ready.zipSha256.slice(0, 16)}…</code>
                    </span>
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {checking && (
        <>
          <UploadList
            label={say('选择卷宗(ZIP)', 'Choose a dossier (ZIP)')}
            accept=".zip"
            most={1}
            files={[]}
            onChange={([file]) => {
              if (file !== undefined) check.mutate({ body: { uploadId: file.uploadId } })
            }}
          />
          <RefusalNotice error={check.error} />
          {check.data !== undefined && (
            <div className={check.data.genuine && check.data.ownKey ? 'notice good' : 'notice bad'} role="status">
              {check.data.genuine && check.data.ownKey
                ? say(
                    `核验通过:${check.data.project},${check.data.files}个文件、${check.data.entries}条日志均未改动。`,
                    `Genuine: ${check.data.project}, ${check.data.files} files, ${check.data.entries} entries.`,
                  )
                : say('核验未通过。', 'Not genuine.')}
              {!check.data.ownKey && say('日志不是由本平台签名。', ' The journal was not signed by this platform.')}
              <ul>
                {check.data.faults.map((fault) => (
                  <li key={fault}>{fault}</li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
    </Card>
  )
}
