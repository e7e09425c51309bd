/** Opens a site for a project. */
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useSay } from '../../../../desk/language.tsx'
import { useAct, useRead } from '../../../../desk/queries.ts'
import { ActButton } from '../../../../desk/ui/act-button.tsx'
import { FormDialog } from '../../../../desk/ui/form-dialog.tsx'
import { TextField } from '../../../../desk/ui/inputs.tsx'
import type { ProjectId } from '../../../../kernel/identity.ts'
import type { Words } from '../../../../kernel/words.ts'
import { listProjects } from '../../../projects/contract.ts'
import { openSite } from '../../contract/sites.ts'
import { FieldSelect } from '../parts.tsx'
import { emptyDescription, SiteFields, useDescription } from './site-fields.tsx'

const OpenDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const say = useSay()
  const navigate = useNavigate()
  const act = useAct(openSite, {
    onDone: (site) => void navigate({ to: '/sites/$siteId', params: { siteId: site.siteId } } as never),
  })
  const projects = useRead(listProjects, { query: { limit: 200 } })
  const [projectId, setProjectId] = useState<ProjectId | null>(null)
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const { value, set } = useDescription(emptyDescription)
  const choose = (id: ProjectId) => {
    setProjectId(id)
    const project = projects.data?.rows.find((row) => row.id === id)
    if (project === undefined) return
    set({
      ...(value.name === '' ? { name: project.name.slice(0, 80) } : {}),
      ...(value.address === '' ? { address: project.address } : {}),
      contractorId: null,
      supervisionId: null,
    })
  }
  return (
    <FormDialog
      open
      width={760}
      title={say('建立工地', 'Open a site')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (projectId === null || value.name.trim().length < 2) return
        act.mutate({
          body: {
            projectId,
            ...value,
            fence: null,
            ...(code.trim() === '' ? {} : { code: code.trim() }),
          },
        })
      }}
      submitLabel={say('建立', 'Open')}
      busy={act.isPending}
      error={act.error}
    >
      <FieldSelect
        label={say('项目', 'Project')}
        value={projectId}
        options={(projects.data?.rows ?? []).map((row) => ({ value: row.id, label: `${row.name}(${row.caseNumber})` }))}
        onChange={choose}
        required
        fault={tried && projectId === null ? say('请选择项目。', 'Choose a project.') : undefined}
      />
      <TextField
        label={say('工地编号(不填则自动编号)', 'Code (made if left empty)')}
        value={code}
        onChange={setCode}
        maxLength={30}
      />
      <SiteFields projectId={projectId} site={null} value={value} set={set} tried={tried} />
    </FormDialog>
  )
}
export const OpenSite = ({ because }: { readonly because: Words | null }): ReactElement => {
  const say = useSay()
  const [open, setOpen] = useState(false)
  return (
    <>
      <ActButton because={because} look={{ type: 'primary' }} onAct={() => setOpen(true)}>
        {say('建立工地', 'Open a site')}
      </ActButton>
      {open && <OpenDialog onClose={() => setOpen(false)} />}
    </>
  )
}
