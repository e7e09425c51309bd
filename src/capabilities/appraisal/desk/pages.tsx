/** The pages of this capability, loaded together as one chunk. */
export { FigurePage } from './figure-page.tsx'
export { PeriodPage } from './period-page.tsx'
export { PeriodsPage } from './periods-page.tsx'
