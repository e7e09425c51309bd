/** The built files of the two faces: the desk as a single page, and the style and scripts of the public pages. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { PageAssets } from '../platform/http/serve-pages.ts'

const source = (name: string): string => fileURLToPath(new URL(`../site/${name}`, import.meta.url))
const digest = (content: Buffer): string => createHash('sha256').update(content).digest('base64url').slice(0, 12)
const YEAR = 'public, max-age=31536000, immutable'

export interface BuiltAssets {
  /** Logical name ('style.css', 'proof.js') -> address with digest. */
  readonly pageAssets: PageAssets
  readonly plugin: (app: FastifyInstance) => Promise<void>
}

/** Reads what the build made. `distFolder` holds `desk/` and `site/`; a missing one is not served. */
export const builtAssets = (distFolder: string): BuiltAssets => {
  const siteFolder = path.join(distFolder, 'site')
  const deskFolder = path.join(distFolder, 'desk')
  const style = fs.readFileSync(source('style.css'))
  const icon = fs.readFileSync(source('icon.svg'))
  const scripts = fs.existsSync(siteFolder) ? fs.readdirSync(siteFolder).filter((name) => name.endsWith('.js')) : []
  const pageAssets: Record<string, string> = { 'style.css': `/assets/style.css?v=${digest(style)}` }
  for (const name of scripts)
    pageAssets[name] = `/assets/site/${name}?v=${digest(fs.readFileSync(path.join(siteFolder, name)))}`

  const serveDesk = async (app: FastifyInstance): Promise<void> => {
    const page = fs.readFileSync(path.join(deskFolder, 'index.html'))
    await app.register(fastifyStatic, {
      root: path.join(deskFolder, 'assets'),
      prefix: '/desk/assets/',
      cacheControl: false,
      setHeaders: (reply) => {
        void reply.header('cache-control', YEAR)
      },
    })
    const answer = (
      _request: unknown,
      reply: { header: (name: string, value: string) => { send: (content: Buffer) => unknown } },
    ) =>
      reply.header('content-type', 'text/html; charset=utf-8') && reply.header('cache-control', 'no-cache').send(page)
    app.get('/desk', answer)
    app.get('/desk/*', answer)
  }
  return {
    pageAssets,
    plugin: async (app) => {
      app.get('/assets/style.css', async (_request, reply) =>
        reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', YEAR).send(style),
      )
      app.get('/assets/icon.svg', async (_request, reply) =>
        reply.header('content-type', 'image/svg+xml').header('cache-control', 'public, max-age=86400').send(icon),
      )
      if (scripts.length > 0)
        await app.register(fastifyStatic, {
          root: siteFolder,
          prefix: '/assets/site/',
          decorateReply: false,
          cacheControl: false,
          setHeaders: (reply) => {
            void reply.header('cache-control', 'public, max-age=86400')
          },
        })
      if (fs.existsSync(path.join(deskFolder, 'index.html'))) await app.register(serveDesk)
    },
  }
}
