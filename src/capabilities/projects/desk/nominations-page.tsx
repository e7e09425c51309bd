/** Nominations of responsible persons across all projects, those to approve first. */
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { type ReactElement, useId, useState } from 'react'
import { z } from 'zod'
import { useFilters } from '../../../desk/filters.ts'
import { useSay } from '../../../desk/language.tsx'
import { useRead } from '../../../desk/queries.ts'
import { ActButton } from '../../../desk/ui/act-button.tsx'
import { CaseTable } from '../../../desk/ui/case-table.tsx'
import { Loaded } from '../../../desk/ui/loaded.tsx'
import { Page } from '../../../desk/ui/page.tsx'
import { wallClock } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import { listNominations, readSitePersons, type SitePerson } from '../contract/site-persons.ts'
import { sitePersonStates } from '../model/site-posts.ts'
import { sitePersonStateWords } from '../policy/site-persons.ts'
import { DecideDialog } from './site-person-dialogs.tsx'
import { Certificates, Elsewhere, PersonState, Story } from './site-persons.tsx'

const search = z.object({
  state: z.enum(sitePersonStates).optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
})

/** The exceptions come with the project's own page; read when somebody decides. */
const Decide = ({ person, onClose }: { readonly person: SitePerson; readonly onClose: () => void }): ReactElement => {
  const query = useRead(readSitePersons, { params: { projectId: person.projectId } })
  return (
    <Loaded query={query}>
      {(data) => <DecideDialog person={person} exceptions={data.exceptions} onClose={onClose} />}
    </Loaded>
  )
}

export const NominationsPage = (): ReactElement => {
  const say = useSay()
  const id = useId()
  const [filters, change] = useFilters(search)
  const [deciding, setDeciding] = useState<SitePerson | null>(null)
  const state = filters.state ?? 'nominated'
  const query = useRead(listNominations, { query: { ...filters, state, limit: 50 } }, { keep: true })
  return (
    <Page title={say('现场责任人核准', 'Responsible persons on site')}>
      <div className="row" style={{ marginBottom: 12 }}>
        <label htmlFor={id}>{say('状态', 'State')}</label>
        <Select<SitePerson['state']>
          id={id}
          style={{ width: 160 }}
          value={state}
          onChange={(value) => change({ state: value, after: undefined })}
          options={sitePersonStates.map((value) => ({ value, label: say(sitePersonStateWords[value]) }))}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <CaseTable
            label={say('现场责任人,先提名的在前', 'Responsible persons')}
            rows={data.rows}
            keyOf={(person) => person.sitePersonId}
            keys
            next={data.next}
            isLaterPage={filters.after !== undefined}
            empty={words('没有符合条件的提名。', 'No such nomination.')}
            columns={[
              {
                title: words('项目', 'Project'),
                heads: true,
                show: (person) => (
                  <>
                    <Link to="/projects/$projectId" params={{ projectId: person.projectId }}>
                      {person.projectName}
                    </Link>
                    <div className="small" style={{ fontWeight: 400 }}>
                      {person.caseNumber}
                    </div>
                  </>
                ),
              },
              {
                title: words('岗位', 'Post'),
                show: (person) => (
                  <>
                    {say(person.postName)}
                    <div className="small">{person.organisationName}</div>
                  </>
                ),
              },
              { title: words('姓名', 'Name'), whole: true, show: (person) => person.personName },
              {
                title: words('证书', 'Certificates'),
                show: (person) => (
                  <>
                    <Certificates person={person} />
                    <Elsewhere person={person} />
                  </>
                ),
              },
              { title: words('提名', 'Nominated'), whole: true, show: (person) => wallClock(person.nominatedAt) },
              { title: words('状态', 'State'), whole: true, show: (person) => <PersonState person={person} /> },
              state === 'nominated'
                ? {
                    title: words('处理', 'Action'),
                    show: (person) => (
                      <ActButton
                        because={person.may.decide}
                        look={{ size: 'small', type: 'primary' }}
                        onAct={() => setDeciding(person)}
                      >
                        {say('核准或退回', 'Decide')}
                        <span className="hidden">{person.personName}</span>
                      </ActButton>
                    ),
                  }
                : { title: words('经过', 'What happened'), show: (person) => <Story person={person} /> },
            ]}
          />
        )}
      </Loaded>
      {deciding !== null && <Decide person={deciding} onClose={() => setDeciding(null)} />}
    </Page>
  )
}
