/** The first public page: what a citizen or an enterprise can do here. */
import type { ReactElement } from 'react'
import { type Language, say, type Words, words } from '../kernel/words.ts'
import type { SitePage } from '../platform/platform.ts'

const doors: readonly { readonly href: string; readonly title: Words; readonly text: Words }[] = [
  {
    href: '/guide',
    title: words('我要办什么', 'What do I need?'),
    text: words(
      '回答几个问题,得到需要办理的全部事项、理由和材料。',
      'Answer a few questions and get all items, with the reason for each.',
    ),
  },
  {
    href: '/catalogue',
    title: words('服务清单', 'Service catalogue'),
    text: words(
      '每个事项的条件、材料、法定与承诺时限、收费和救济途径。',
      'Conditions, materials, statutory and promised limits, fees and remedies.',
    ),
  },
  {
    href: '/projects',
    title: words('项目进度', 'Project progress'),
    text: words('任何人都能看到一个项目走到哪一步、谁用了几天。', 'How far a project is, and who used how many days.'),
  },
  {
    href: '/clock',
    title: words('期限计算', 'Time limits'),
    text: words(
      '输入开始日期和天数,逐日说明为什么是这个到期日。',
      'Enter a start and a number of days: each day is explained.',
    ),
  },
  {
    href: '/verify',
    title: words('证件验真', 'Verify a document'),
    text: words('输入证件或收件凭证上的编号,核对真伪。', 'Enter the code on a certificate or receipt.'),
  },
  {
    href: '/desk/',
    title: words('登录办事', 'Sign in'),
    text: words('一张表单、并联审批;随时看到时限。', 'One form, parallel approval, clocks that explain themselves.'),
  },
]

const Home = ({ language }: { readonly language: Language }): ReactElement => (
  <>
    <section className="hero">
      <h1>
        {say(words('一张表单,并联审批,时限看得懂', 'One form, parallel approval, limits you can understand'), language)}
      </h1>
      <p>
        {say(
          words(
            '工程建设项目从立项到竣工,在一个窗口办理;每一步公开、可查、可核验。',
            'From first approval to completion through one window; every step public and verifiable.',
          ),
          language,
        )}
      </p>
      <form action="/projects" method="get" className="search">
        <label htmlFor="q">{say(words('查项目', 'Find a project'), language)}</label>
        <input id="q" name="q" type="search" placeholder={say(words('项目名称或编号', 'Name or number'), language)} />
        <button type="submit">{say(words('查询', 'Search'), language)}</button>
      </form>
    </section>
    <ul className="doors">
      {doors.map((door) => (
        <li key={door.href}>
          <a href={door.href}>
            <h2>{say(door.title, language)}</h2>
            <p>{say(door.text, language)}</p>
          </a>
        </li>
      ))}
    </ul>
  </>
)

export const homePage: SitePage = {
  path: '/',
  render: async ({ language }) => ({
    title: say(words('工程管理服务平台', 'Construction-engineering service'), language),
    description: say(
      words('工程建设项目一窗受理、并联审批、公开进度', 'One window, parallel approval, public progress'),
      language,
    ),
    body: <Home language={language} />,
    cacheSeconds: 300,
  }),
}
