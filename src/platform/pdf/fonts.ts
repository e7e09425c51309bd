/** The Chinese typeface of printed documents: Noto Sans SC (OFL 1.1), read once for the process. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

export type Weight = 'regular' | 'bold'
export interface Fonts {
  readonly regular: Buffer
  readonly bold: Buffer
}

const files: Readonly<Record<Weight, string>> = {
  regular: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
}
const read = (weight: Weight): Promise<Buffer> => readFile(createRequire(import.meta.url).resolve(files[weight]))

let loading: Promise<Fonts> | undefined
/** Gives the fonts; the first call reads them from the disk (20 MB), later calls share them. */
export const loadFonts = (): Promise<Fonts> => {
  loading ??= Promise.all([read('regular'), read('bold')]).then(
    ([regular, bold]) => ({ regular, bold }),
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}
