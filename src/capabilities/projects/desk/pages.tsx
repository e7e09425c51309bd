/** The pages of this capability, loaded together as one chunk. */
export { NewProjectPage } from './new-project-page.tsx'
export { NominationsPage } from './nominations-page.tsx'
export { ProjectPage } from './project-page.tsx'
export { ProjectsPage } from './projects-page.tsx'
