/** Uploading over HTTP: begin, send pieces, ask how far, finish. Pieces are raw bytes and are served by the plugin below. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineRefusal, isRefused } from '../../kernel/refusal.ts'
import { type Route, route } from '../platform.ts'
import type { FilesService } from './files.ts'

const statusSchema = z.object({
  uploadId: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  offset: z.number(),
  chunkBytes: z.number(),
  complete: z.boolean(),
})
const uploadParams = z.object({ uploadId: z.string().max(40) })
const storedSchema = z.object({
  uploadId: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  mediaType: z.string(),
  scan: z.enum(['unscanned', 'clean', 'infected']),
})

export const startUpload = endpoint({
  id: 'files.startUpload',
  method: 'POST',
  path: '/api/uploads',
  summary: '开始上传文件 Begin an upload',
  access: 'public',
  body: z.object({
    fileName: z.string().min(1).max(400),
    sizeBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    purpose: z.string().max(80).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .optional(),
  }),
  reply: statusSchema,
  perMinute: 120,
})
export const uploadStatus = endpoint({
  id: 'files.uploadStatus',
  method: 'GET',
  path: '/api/uploads/:uploadId',
  summary: '查询上传进度 How far an upload is',
  access: 'public',
  params: uploadParams,
  reply: statusSchema,
})
export const completeUpload = endpoint({
  id: 'files.completeUpload',
  method: 'POST',
  path: '/api/uploads/:uploadId/complete',
  summary: '完成上传并检查文件 Finish an upload',
  access: 'public',
  params: uploadParams,
  reply: storedSchema,
})
/** Served by `uploadPlugin`: the body is raw bytes, the header `upload-offset` says where they start. */
export const appendUpload = endpoint({
  id: 'files.appendUpload',
  method: 'PATCH',
  path: '/api/uploads/:uploadId',
  summary: '上传一段内容(application/offset+octet-stream) Send a piece',
  access: 'public',
  params: uploadParams,
  reply: statusSchema,
})
/** Every endpoint of uploading, for the description of the interface. */
export const uploadEndpoints = [startUpload, uploadStatus, appendUpload, completeUpload] as const

/** The endpoints that speak JSON. */
export const uploadRoutes = (files: FilesService): readonly Route[] => [
  route(startUpload, (call, { body }) => files.startUpload(call.actor, body)),
  route(uploadStatus, (call, { params }) => files.status(call.actor, params.uploadId)),
  route(completeUpload, (call, { params }) => files.complete(call.actor, params.uploadId)),
]

const offsetMissing = defineRefusal('invalid', 'files.offset-missing', {
  zh: '缺少续传位置：请在请求头 upload-offset 中写明本段从第几个字节开始。',
  en: 'The header upload-offset must say at which byte this piece starts.',
})

/**
 * A Fastify plugin that takes pieces: PATCH with raw bytes. A refusal about the place carries the header `upload-offset`
 * with the place to go on from. Refusals go to the error handler of the server.
 */
export const uploadPlugin =
  (parts: { readonly files: FilesService; readonly authenticate: (request: FastifyRequest) => Promise<Actor> }) =>
  async (app: FastifyInstance): Promise<void> => {
    app.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) => done(null, payload))
    app.patch<{ Params: { uploadId: string } }>(appendUpload.path, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const offset = request.headers['upload-offset']
      if (typeof offset !== 'string' || !/^\d{1,15}$/.test(offset)) throw offsetMissing()
      const actor = await parts.authenticate(request)
      const body = request.body as AsyncIterable<Uint8Array>
      try {
        const status = await parts.files.append(actor, request.params.uploadId, Number(offset), body)
        return reply.header('upload-offset', String(status.offset)).send(status)
      } catch (error) {
        const reached = isRefused(error) ? error.refusal.facts['offset'] : undefined
        if (typeof reached === 'number') reply.header('upload-offset', String(reached))
        throw error
      }
    })
  }
