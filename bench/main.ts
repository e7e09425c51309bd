/** `npm run bench -- NAME [--quick]`: runs one benchmark; it ends with one line 'bench NAME: key=value …'. */
import fs from 'node:fs'

const folder = import.meta.dirname
const names = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith('.js') && file !== 'main.js')
  .map((file) => file.replace('.js', ''))
const name = process.argv[2] ?? ''
if (!names.includes(name)) {
  process.stderr.write(`请指定测量名称 name a benchmark: ${names.join(', ')}\n`)
  process.exit(2)
}
const bench = (await import(`./${name}.js`)) as {
  readonly run: (options: { readonly quick: boolean }) => Promise<void>
}
await bench.run({ quick: process.argv.includes('--quick') })
process.exit(0)
