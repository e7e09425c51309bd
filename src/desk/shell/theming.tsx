/** Ant Design with our theme, in the chosen language, and with the page's style nonce where the server gives one. */
import { App, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../language.tsx'
import { theme } from '../theme.ts'

const nonceOf = (): string | null => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? null

export const Theming = ({ children }: { readonly children: ReactNode }): ReactElement => {
  const { language } = useLanguage()
  const nonce = nonceOf()
  return (
    <ConfigProvider
      theme={theme}
      locale={language === 'en' ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
      {...(nonce === null ? {} : { csp: { nonce } })}
    >
      <App>{children}</App>
    </ConfigProvider>
  )
}
