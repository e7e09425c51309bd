/** Uploads that break, and files that must not be taken. */
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attachDocument } from '../../src/capabilities/approvals/contract.ts'
import type { RunningServer } from '../support/running-server.ts'
import { json, openStage, problemIn, type Stage, startCast, until } from './support/stage.ts'

let server: RunningServer
let stage: Stage
beforeAll(async () => {
  server = await startCast()
  stage = await openStage(server.url)
})
afterAll(() => server.stop())

const BY = 'applicant-private'
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
/** A text of the wanted size that is the same only to itself. */
const pdfOf = (size: number): Buffer => {
  const head = Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n')
  return Buffer.concat([head, randomBytes(size - head.length - 6), Buffer.from('\n%%EOF')])
}
/** What the content store holds, without its work folders. */
const storedFiles = (): readonly string[] => {
  const folder = path.join(server.stateFolder, 'files')
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}/.test(path.basename(name)))
}
const begin = (fileName: string, sizeBytes: number, digest?: string) =>
  stage.raw(
    BY,
    'POST',
    '/api/uploads',
    json({ fileName, sizeBytes, ...(digest === undefined ? {} : { sha256: digest }) }),
  )
const idOf = async (reply: ReturnType<typeof begin>): Promise<string> =>
  (JSON.parse((await reply).text) as { uploadId: string }).uploadId
const send = (uploadId: string, offset: number, bytes: Uint8Array) =>
  stage.raw(BY, 'PATCH', `/api/uploads/${uploadId}`, {
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body: new Uint8Array(bytes),
  })
const finish = (uploadId: string) => stage.raw(BY, 'POST', `/api/uploads/${uploadId}/complete`)
const statusOf = async (uploadId: string): Promise<{ offset: number; complete: boolean }> =>
  JSON.parse((await stage.raw(BY, 'GET', `/api/uploads/${uploadId}`)).text) as { offset: number; complete: boolean }

/** Sends a part of what was announced and then cuts the line. */
const sendAndBreak = async (uploadId: string, offset: number, bytes: Uint8Array, cutAfter: number): Promise<void> => {
  const token = await stage.token(BY)
  await new Promise<void>((resolve) => {
    const request = http.request(`${stage.url}/api/uploads/${uploadId}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
        'content-length': String(bytes.byteLength),
      },
    })
    request.on('error', () => resolve())
    request.on('close', () => resolve())
    request.write(bytes.subarray(0, cutAfter), () => void sleep(60).then(() => request.destroy()))
  })
}

test('an upload whose line is cut goes on from what the server durably has, and ends with the right hash', async () => {
  const content = pdfOf(3_000_000)
  const uploadId = await idOf(begin('勘察报告.pdf', content.length, sha256(content)))
  let offset = 0
  for (const cut of [400_000, 900_000]) {
    await sendAndBreak(uploadId, offset, content.subarray(offset), cut)
    const before = offset
    offset = await until(async () => {
      const { offset: reached } = await statusOf(uploadId)
      return reached > before && reached
    }, 'what arrived is kept')
    expect(offset).toBeLessThanOrEqual(before + cut)
  }
  const wrong = await send(uploadId, offset - 1, content.subarray(offset - 1))
  expect(wrong.status).toBe(409)
  expect(wrong.headers.get('upload-offset')).toBe(String(offset))
  const early = await finish(uploadId)
  expect([early.status, problemIn(early).code]).toEqual([409, 'files.incomplete'])
  expect((await send(uploadId, offset, content.subarray(offset))).status).toBe(200)
  const done = JSON.parse((await finish(uploadId)).text) as { sha256: string; sizeBytes: number }
  expect(done).toMatchObject({ sha256: sha256(content), sizeBytes: content.length })
})

test('an upload goes on after the server was killed in the middle of it', async () => {
  const content = pdfOf(1_500_000)
  const uploadId = await idOf(begin('方案.pdf', content.length, sha256(content)))
  expect((await send(uploadId, 0, content.subarray(0, 500_000))).status).toBe(200)
  await server.kill()
  server = await startCast({ stateFolder: server.stateFolder })
  stage = await openStage(server.url)
  expect((await statusOf(uploadId)).offset).toBe(500_000)
  expect((await send(uploadId, 500_000, content.subarray(500_000))).status).toBe(200)
  expect(JSON.parse((await finish(uploadId)).text)).toMatchObject({ sha256: sha256(content) })
})

test('the same piece sent twice at once is taken once', async () => {
  const content = pdfOf(300_000)
  const uploadId = await idOf(begin('图.pdf', content.length, sha256(content)))
  const replies = await Promise.all([send(uploadId, 0, content), send(uploadId, 0, content)])
  expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([200, 409])
  expect(JSON.parse((await finish(uploadId)).text)).toMatchObject({ sha256: sha256(content) })
})

test('a file that changed on its way is refused and not stored; it can be sent again', async () => {
  const before = storedFiles()
  const content = pdfOf(50_000)
  const uploadId = await idOf(begin('证明.pdf', content.length, sha256(Buffer.from('another'))))
  await send(uploadId, 0, content)
  const answer = await finish(uploadId)
  expect([answer.status, problemIn(answer).code]).toEqual([400, 'files.hash-mismatch'])
  expect(problemIn(answer).detail).toContain('请从头重新上传')
  expect(storedFiles()).toEqual(before)
  expect((await statusOf(uploadId)).offset).toBe(0)
})

const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(200)])
const exe = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(60), Buffer.from('PE\0\0'), Buffer.alloc(200)])
test.each([
  ['oversize', '大.pdf', 201 * 1_048_576, 'files.too-large'],
  ['empty', '空.pdf', 0, 'files.empty'],
  ['a program by name', 'setup.exe', 1000, 'files.executable'],
  ['a script by name', '安装.sh', 1000, 'files.executable'],
  ['a kind that is not accepted', '合同.doc', 1000, 'files.type-not-accepted'],
  ['no extension', '合同', 1000, 'files.type-not-accepted'],
  ['only dots', '../..', 1000, 'files.bad-name'],
  ['a hidden file', '.pdf', 1000, /^files\.(bad-name|type-not-accepted)$/],
  ['a null byte in the extension', 'a.pdf\u0000.exe', 1000, 'http.invalid-input'],
])('%s is refused before a byte is sent, with a sentence that says what to do', async (_what, name, size, code) => {
  const answer = await begin(name, size)
  expect(answer.status).toBe(400)
  const problem = problemIn(answer)
  if (typeof code === 'string') expect(problem.code).toBe(code)
  else expect(problem.code).toMatch(code)
  expect(problem.detail).toMatch(/请/)
})

test.each([
  ['a program named as PDF', '报告.pdf', elf],
  ['a Windows program named as PDF', '报告.pdf', exe],
  ['a program named as text', '说明.txt', exe],
  ['a web page named as PDF', '报告.pdf', Buffer.from('<html><script>alert(1)</script></html>')],
  [
    'a web page named as picture',
    '照片.png',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
  ],
  ['a PDF named as picture', '照片.png', pdfOf(500)],
])('%s is refused by its content and not stored', async (_what, name, content) => {
  const before = storedFiles()
  const uploadId = await idOf(begin(name, content.length, sha256(content)))
  await send(uploadId, 0, content)
  const answer = await finish(uploadId)
  expect(answer.status).toBe(400)
  expect(problemIn(answer).code).toMatch(/^files\.(executable|type-mismatch)$/)
  expect(problemIn(answer).detail).toMatch(/请/)
  expect(storedFiles()).toEqual(before)
})

test.each(['../../../../etc/cron.d/evil.pdf', '..\\..\\windows\\evil.pdf', '/etc/passwd.pdf', 'a/../../evil.pdf'])(
  'the name %s is stored as a bare name, never as a path',
  async (name) => {
    const content = pdfOf(2_000)
    const reply = await begin(name, content.length, sha256(content))
    expect(reply.status).toBe(200)
    const { uploadId, fileName } = JSON.parse(reply.text) as { uploadId: string; fileName: string }
    expect(fileName).toMatch(/^(evil|passwd)\.pdf$/)
    await send(uploadId, 0, content)
    expect(JSON.parse((await finish(uploadId)).text)).toMatchObject({ fileName, sha256: sha256(content) })
    expect(storedFiles().some((file) => file.includes('evil') || file.includes('passwd'))).toBe(false)
  },
)

test('a name with line breaks and quotes cannot add headers to a download', async () => {
  const { file } = await stage.drafted(BY)
  const content = pdfOf(2_000)
  const name = '报告"\r\nset-cookie: evil=1\r\n; filename="x.pdf'
  const uploadId = await idOf(begin(name, content.length))
  await send(uploadId, 0, content)
  expect((await finish(uploadId)).status).toBe(200)
  const { applicationId } = file.application
  const after = await stage.driver.call(BY, attachDocument, {
    params: { applicationId },
    body: { materialId: file.materials.find((each) => each.form !== 'exempt')?.materialId ?? '', uploadId },
  })
  const attached = after.documents.find((each) => each.sha256 === sha256(content))
  const download = await stage.raw(
    BY,
    'GET',
    `/api/applications/${applicationId}/documents/${attached?.documentId ?? ''}/content`,
  )
  expect(download.status).toBe(200)
  expect(download.headers.get('set-cookie')).toBeNull()
  expect(download.headers.get('content-disposition')).toMatch(
    /^attachment; filename="[\w.-]+"; filename\*=UTF-8''[^\r\n"]+$/,
  )
})

test('more bytes than announced, pieces at wrong places and uploads of others are refused', async () => {
  const content = pdfOf(10_000)
  const uploadId = await idOf(begin('图.pdf', 5_000))
  const more = await send(uploadId, 0, content)
  expect([more.status, problemIn(more).code]).toEqual([400, 'files.too-much'])
  expect((await statusOf(uploadId)).offset).toBe(0)
  for (const offset of ['-1', '1e3', '', '99999999999999999999']) {
    const answer = await stage.raw(BY, 'PATCH', `/api/uploads/${uploadId}`, {
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': offset },
      body: new Uint8Array(10),
    })
    expect([offset, answer.status, problemIn(answer).code]).toEqual([offset, 400, 'files.offset-missing'])
  }
  for (const login of ['applicant', null]) {
    const answer = await stage.raw(login, 'GET', `/api/uploads/${uploadId}`)
    expect([answer.status, problemIn(answer).code]).toEqual([404, 'files.upload-missing'])
  }
})
