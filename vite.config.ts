/** Builds the desk (signed-in work places) into dist/desk; `vite` alone serves it for development beside a running server. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = 'http://127.0.0.1:8080'

export default defineConfig({
  root: here('./src/desk'),
  base: '/desk/',
  publicDir: false,
  cacheDir: here('./dist/.vite'),
  plugins: [react()],
  build: {
    outDir: here('./dist/desk'),
    emptyOutDir: true,
    target: 'es2022',
    // The MapLibre chunk is large by nature and loaded only by pages with a map.
    chunkSizeWarningLimit: 1300,
    // The policy for content forbids data: addresses in scripts; small assets stay files.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
            { name: 'tanstack', test: /node_modules[\\/]@tanstack[\\/]/, priority: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: server },
      '/data': { target: server },
    },
  },
})
