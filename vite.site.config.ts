/** Builds every script of src/site/enhance into dist/site/<name>.js: one ES module each, named as pages ask for it. */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const folder = fileURLToPath(new URL('./src/site/enhance/', import.meta.url))
const scripts = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
  : []

export default defineConfig({
  base: '/assets/site/',
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('./dist/site', import.meta.url)),
    emptyOutDir: true,
    target: 'es2020',
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: Object.fromEntries(scripts.map((name) => [name.replace(/\.ts$/, ''), folder + name])),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'shared/[name]-[hash].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
})
