export const chromium: () => string
export const chineseFont: () => string
export const postgresBin: () => string
export const temporaryPostgres: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>
export const natsServer: () => string | undefined
