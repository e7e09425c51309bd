/** The frame of every public page. It works without JavaScript, prints cleanly, and has a large-print care mode. */
import type { ReactElement, ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { type Language, say, type Words, words } from '../kernel/words.ts'
import type { PageRequest, PageView } from '../platform/platform.ts'

export interface SiteAssets {
  /** Address of the style sheet, with its digest. */
  readonly style: string
  /** Address of an enhancement script by name; undefined where it was not built. */
  readonly script: (name: string) => string | undefined
}
export interface SiteSession {
  readonly name: string
}
export interface DocumentParts {
  readonly view: PageView
  readonly request: PageRequest
  readonly assets: SiteAssets
  readonly session: SiteSession | null
  /** Name of the district today, from the jurisdiction profile. */
  readonly jurisdiction: Words
  readonly care: boolean
}

const menu: readonly { readonly href: string; readonly text: Words }[] = [
  { href: '/', text: words('首页', 'Home') },
  { href: '/projects', text: words('项目进度', 'Projects') },
  { href: '/sites', text: words('工地环境', 'Sites') },
  { href: '/catalogue', text: words('服务清单', 'Service catalogue') },
  { href: '/guide', text: words('我要办什么', 'What do I need?') },
  { href: '/clock', text: words('期限计算', 'Time limits') },
  { href: '/appraisal', text: words('办件时效', 'Service times') },
  { href: '/verify', text: words('证件验真', 'Verify') },
]

const isCurrent = (href: string, path: string): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)

/** Gives the address of this page with one query value changed. */
const withQuery = (request: PageRequest, name: string, value: string): string => {
  const query = new URLSearchParams(request.query)
  query.set(name, value)
  return `${request.path}?${query.toString()}`
}

const Header = ({ parts }: { readonly parts: DocumentParts }): ReactElement => {
  const { request, session, jurisdiction, care } = parts
  const t = (text: Words): string => say(text, request.language)
  return (
    <header className="site-header">
      <div className="bar">
        <a className="brand" href="/">
          <span className="mark" aria-hidden="true">
            筑
          </span>
          <span>
            <b>{t(words('明筑', 'Mingzhu'))}</b>
            <small>
              {t(jurisdiction)} · {t(words('工程管理服务平台', 'construction-engineering service'))}
            </small>
          </span>
        </a>
        <nav aria-label={t(words('辅助功能', 'Options'))} className="options">
          <a
            href={withQuery(request, 'lang', request.language === 'zh' ? 'en' : 'zh')}
            lang={request.language === 'zh' ? 'en' : 'zh-CN'}
          >
            {request.language === 'zh' ? 'English' : '中文'}
          </a>
          <a href={withQuery(request, 'care', care ? '0' : '1')}>
            {care ? t(words('标准字号', 'Normal text')) : t(words('大字关怀', 'Large text'))}
          </a>
          <a className="button" href="/desk/">
            {session === null ? t(words('登录办事', 'Sign in')) : session.name}
          </a>
        </nav>
      </div>
      <nav aria-label={t(words('主导航', 'Main'))} className="menu">
        <ul>
          {menu.map((entry) => (
            <li key={entry.href}>
              <a href={entry.href} aria-current={isCurrent(entry.href, request.path) ? 'page' : undefined}>
                {t(entry.text)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  )
}

const Footer = ({ language }: { readonly language: Language }): ReactElement => (
  <footer className="site-footer">
    <p>
      {say(
        words(
          '公开内容逐条记入可验证的日志,任何人都能核对没有被改动或删除。',
          'Every published fact stands in a verifiable log: anyone can check that none was changed or removed.',
        ),
        language,
      )}{' '}
      <a href="/openapi.json">OpenAPI</a> ·{' '}
      <a href="/api/journal/checkpoint">{say(words('日志检查点', 'Log checkpoint'), language)}</a>
    </p>
    <p>
      {say(
        words(
          '标注“待核”的数字尚未与原文核对,以主管部门公布为准。',
          'Figures marked 待核 were not yet checked against the original text.',
        ),
        language,
      )}
    </p>
  </footer>
)

const Document = ({
  parts,
  children,
}: {
  readonly parts: DocumentParts
  readonly children: ReactNode
}): ReactElement => {
  const { view, request, assets, care } = parts
  const scripts = (view.scripts ?? []).flatMap((name) => assets.script(name) ?? [])
  return (
    <html lang={request.language === 'zh' ? 'zh-CN' : 'en'} className={care ? 'care' : undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${view.title} · ${say(words('明筑', 'Mingzhu'), request.language)}`}</title>
        {view.description === undefined ? null : <meta name="description" content={view.description} />}
        <link rel="stylesheet" href={assets.style} />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        {scripts.map((src) => (
          <script key={src} type="module" src={src} />
        ))}
      </head>
      <body>
        <a className="skip" href="#content">
          {say(words('跳到正文', 'Skip to content'), request.language)}
        </a>
        <Header parts={parts} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <Footer language={request.language} />
      </body>
    </html>
  )
}

/** Gives the whole HTML document of a page. */
export const renderDocument = (parts: DocumentParts): string =>
  `<!doctype html>${renderToStaticMarkup(<Document parts={parts}>{parts.view.body}</Document>)}`
