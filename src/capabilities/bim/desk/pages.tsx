/** The pages of this capability, loaded together as one chunk; the viewer brings three and is a chunk of its own. */
export { CheckPage } from './checks/check-page.tsx'
export { RulesPage } from './checks/rules-page.tsx'
export { ConflictPage } from './conflicts/conflict-page.tsx'
export { BimHomePage } from './home-page.tsx'
export { ModelPage } from './models/model-page.tsx'
export { ProjectBimPage } from './models/project-page.tsx'
