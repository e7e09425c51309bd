/** The pages of this capability, loaded together as one chunk. */
export { CompletionPage } from './completion-page.tsx'
export { ToDoPage } from './to-do-page.tsx'
