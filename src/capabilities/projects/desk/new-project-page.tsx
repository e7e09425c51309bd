/** Registering a project. What was typed stays on the page whatever the server answers, and in the tab until sent. */
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { readKept, tabStore } from '../../../desk/browser.ts'
import { useSay } from '../../../desk/language.tsx'
import { holdsAny, useMe } from '../../../desk/me.tsx'
import { problemFrom } from '../../../desk/problem.ts'
import { useAct } from '../../../desk/queries.ts'
import { showFirstFault } from '../../../desk/ui/first-fault.ts'
import { Page } from '../../../desk/ui/page.tsx'
import { RefusalNotice } from '../../../desk/ui/refusal-notice.tsx'
import { Unread, unreadWords, useUnreadInside } from '../../../desk/ui/unread.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { words } from '../../../kernel/words.ts'
import { createProject } from '../contract.ts'
import { OrganisationPicker } from './organisation-picker.tsx'
import {
  describingBody,
  emptyFields,
  fieldOfPath,
  fieldsSchema,
  fieldWords,
  openFields,
  ProjectFields,
} from './project-fields.tsx'

const draftSchema = z.object({
  personId: z.string(),
  fields: fieldsSchema,
  owner: idSchema<'organisation'>().nullable(),
})
const draftKey = 'mingzhu.new-project'

export const NewProjectPage = (): ReactElement => {
  const say = useSay()
  const me = useMe()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const own = me.roles.flatMap((held) =>
    held.role === 'applicant' && held.organisationId !== undefined
      ? [{ organisationId: held.organisationId, name: held.organisationName ?? '' }]
      : [],
  )
  const [draft, setDraft] = useState(() => {
    const kept = readKept(tabStore, draftKey, draftSchema)
    return kept !== null && kept.personId === me.personId
      ? kept
      : { personId: me.personId, fields: emptyFields, owner: own[0]?.organisationId ?? null }
  })
  const [tries, setTries] = useState(0)
  const { fields, owner } = draft
  const create = useAct(createProject, {
    onDone: (project) => {
      tabStore.remove(draftKey)
      void navigate({ to: '/projects/$projectId', params: { projectId: project.id } })
    },
  })
  const { unread, around, stops } = useUnreadInside()
  const { error } = create
  useEffect(() => {
    if (tries > 0 || error !== null) showFirstFault(form.current)
  }, [tries, error])
  const change = (part: Partial<typeof draft>) => {
    const next = { ...draft, ...part }
    setDraft(next)
    tabStore.write(draftKey, JSON.stringify(next))
  }
  const faults = create.error === null ? [] : problemFrom(create.error).fields
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTries((before) => before + 1)
    const body = describingBody(fields)
    if (stops()) return
    if (body !== null && owner !== null) create.mutate({ body: { ...body, ownerOrganisationId: owner } })
  }
  const ownerField = fieldWords['ownerOrganisationId']
  const open = [...openFields(fields), ...(owner === null && ownerField !== undefined ? [ownerField] : [])]
  return (
    <Page title={say('新建项目', 'New project')}>
      <form onSubmit={submit} noValidate ref={form}>
        <RefusalNotice error={create.error} fieldOf={fieldOfPath} />
        <Unread value={around}>
          <ProjectFields
            fields={fields}
            onChange={(part) => change({ fields: { ...fields, ...part } })}
            faults={faults}
            tried={tries > 0}
          >
            <OrganisationPicker
              own={own}
              canSearch={holdsAny(me, 'clerk', 'lead')}
              value={owner}
              onChange={(chosen) => change({ owner: chosen })}
              fault={
                faults.find((fault) => fault.path === 'ownerOrganisationId')?.message ??
                (tries > 0 && owner === null ? say(words('请选择建设单位。', 'Choose the owner.')) : undefined)
              }
            />
          </ProjectFields>
        </Unread>
        {around.tried && unread && (
          <p className="notice bad" role="alert">
            {say(unreadWords)}
          </p>
        )}
        {tries > 0 && open.length > 0 && (
          <p className="notice bad" role="alert">
            {say(`还有 ${open.length} 项需要填写:`, `${open.length} entries are still needed: `)}
            {open.map((field) => say(field)).join('、')}
          </p>
        )}
        <div className="row">
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {say('登记项目', 'Register')}
          </Button>
        </div>
      </form>
    </Page>
  )
}
