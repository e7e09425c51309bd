/** The pages of this capability, loaded together as one chunk. */
export { ApplicationsPage } from './applications-page.tsx'
export { ClocksPage } from './clocks-page.tsx'
export { FilePage } from './file/file-page.tsx'
export { FormPage } from './form/form-page.tsx'
export { IntakePage } from './intake-page.tsx'
export { NewApplicationPage } from './new-application-page.tsx'
export { QueuePage } from './queue-page.tsx'
