/** The list and map of published projects. */
import type { ReactElement } from 'react'
import { type Language, say, words } from '../../../kernel/words.ts'
import { Empty } from '../../../site/parts.tsx'
import {
  type BaseMap,
  type ProjectStage,
  type PublicProject,
  purposeWords,
  stages,
  stageWords,
} from '../../projects/contract.ts'

import { ProjectMap } from './project-map.tsx'

interface Parts {
  readonly projects: readonly PublicProject[]
  readonly base: BaseMap
  readonly search: string
  readonly stage: ProjectStage | null
  readonly language: Language
}

export const ProjectsPage = ({ projects, base, search, stage, language }: Parts): ReactElement => (
  <>
    <h1>{say(words('项目进度', 'Projects'), language)}</h1>
    <p className="lead">
      {say(
        words('本区公开的工程建设项目。点项目名称看每个事项办到哪一步。', 'Published projects of the district.'),
        language,
      )}
    </p>
    <form method="get" action="/projects" className="search card">
      <label htmlFor="q">{say(words('名称、编号或地点', 'Name, number or place'), language)}</label>
      <input id="q" name="q" type="search" defaultValue={search} />
      <label htmlFor="stage">{say(words('阶段', 'Stage'), language)}</label>
      <select id="stage" name="stage" defaultValue={stage ?? ''}>
        <option value="">{say(words('全部', 'All'), language)}</option>
        {stages.map((each) => (
          <option key={each} value={each}>
            {say(stageWords[each], language)}
          </option>
        ))}
      </select>
      <button type="submit">{say(words('查询', 'Search'), language)}</button>
    </form>
    <ProjectMap base={base} projects={projects} language={language} />
    <h2>
      {say(words('列表', 'List'), language)} ({projects.length})
    </h2>
    {projects.length === 0 ? (
      <Empty>
        {say(
          words('没有符合条件的项目。请换一个词,或选择“全部”阶段。', 'No project matches. Try another word.'),
          language,
        )}
      </Empty>
    ) : (
      <div className="scroll" tabIndex={0} role="region" aria-label={say(words('项目列表', 'Projects'), language)}>
        <table className="rows">
          <caption>{say(words('项目列表', 'Projects'), language)}</caption>
          <thead>
            <tr>
              {[
                words('项目', 'Project'),
                words('编号', 'Number'),
                words('建设单位', 'Owner'),
                words('类型', 'Kind'),
                words('阶段', 'Stage'),
              ].map((text) => (
                <th key={text.zh} scope="col">
                  {say(text, language)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {projects.map((project) => (
              <tr key={project.id}>
                <th scope="row">
                  <a href={`/projects/${encodeURIComponent(project.caseNumber)}`}>{project.name}</a>
                </th>
                <td data-label={say(words('编号', 'Number'), language)}>
                  <span className="whole">{project.caseNumber}</span>
                </td>
                <td data-label={say(words('建设单位', 'Owner'), language)}>{project.ownerName}</td>
                <td data-label={say(words('类型', 'Kind'), language)}>
                  {say(purposeWords[project.purpose], language)}
                </td>
                <td data-label={say(words('阶段', 'Stage'), language)}>{say(stageWords[project.stage], language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
  </>
)
