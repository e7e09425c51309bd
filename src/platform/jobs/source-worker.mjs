// The entry of worker threads when the product runs from its TypeScript source (tests). Not part of the build.
import { register } from 'node:module'

register('./source-loader.mjs', import.meta.url)

const runTask = async (task) => (await import('./worker-entry.ts')).default(task)
export default runTask
