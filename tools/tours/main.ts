/** `npm run tour -- NAME`: runs one tour and exits 0 only if every expectation held. */
import fs from 'node:fs'
import { createTour, type Tour } from './tour.ts'

const folder = import.meta.dirname
const names = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith('.tour.js'))
  .map((file) => file.replace('.tour.js', ''))
const name = process.argv[2] ?? ''
if (!names.includes(name)) {
  process.stderr.write(`请指定演练名称 name a tour: ${names.join(', ')}\n`)
  process.exit(2)
}
const story = (await import(`./${name}.tour.js`)) as { readonly play: (tour: Tour) => Promise<void> }
const tour = createTour(name)
try {
  await story.play(tour)
} catch (cause) {
  tour.expect(
    'the story runs to its end',
    false,
    cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
  )
}
process.exit(tour.finish() ? 0 : 1)
