/** The language of the desk: Chinese first, English at a switch. Texts are pairs; there are no message files. */
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react'
import { type Language, say as sayIn, type Words } from '../kernel/words.ts'
import { preferences } from './browser.ts'

interface LanguageState {
  readonly language: Language
  readonly choose: (language: Language) => void
}
const LanguageContext = createContext<LanguageState>({ language: 'zh', choose: () => {} })

export const LanguageProvider = ({ children }: { readonly children: ReactNode }): ReactElement => {
  const [language, setLanguage] = useState<Language>(() =>
    preferences.read('mingzhu.language') === 'en' ? 'en' : 'zh',
  )
  useEffect(() => {
    document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  }, [language])
  const choose = useCallback((chosen: Language) => {
    preferences.write('mingzhu.language', chosen)
    // The server words its sentences by this cookie, and so do the public pages.
    document.cookie = `lang=${chosen}; path=/; max-age=31536000; samesite=lax`
    setLanguage(chosen)
  }, [])
  const state = useMemo(() => ({ language, choose }), [language, choose])
  return <LanguageContext.Provider value={state}>{children}</LanguageContext.Provider>
}

export const useLanguage = (): LanguageState => useContext(LanguageContext)

export type Say = (zh: string | Words, en?: string) => string
/** Gives `say('提交', 'Submit')` and `say(words)` in the chosen language. */
export const useSay = (): Say => {
  const { language } = useLanguage()
  return useCallback(
    (zh, en) => (typeof zh === 'string' ? (language === 'en' && en !== undefined ? en : zh) : sayIn(zh, language)),
    [language],
  )
}
