/** The pages of this capability, loaded together as one chunk. */
export { EditionPage } from './edition-page.tsx'
export { EditionsPage } from './editions-page.tsx'
