/** Compares a PDF on the visitor's own device with the digest on the page; the file is not uploaded. */
import { hexOf } from '../../engines/merkle/bytes.ts'

const chinese = document.documentElement.lang.startsWith('zh')
const expected = document.querySelector<HTMLElement>('[data-digest]')?.dataset['digest']
const box = document.querySelector<HTMLElement>('[data-digest-check]')
const input = box?.querySelector('input')
const output = box?.querySelector('output')

if (expected !== undefined && box !== null && input && output && crypto.subtle !== undefined) {
  box.hidden = false
  const compare = async (file: File): Promise<void> => {
    const digest = hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())))
    const same = digest === expected
    output.className = `tag ${same ? 'approved' : 'refused'}`
    output.textContent = same
      ? chinese
        ? '一致:与签发的文件完全相同'
        : 'Identical to the issued file'
      : chinese
        ? '不一致:内容与签发的文件不同,请勿采信,向发证部门核实'
        : 'Different from the issued file: do not rely on it'
  }
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file !== undefined) void compare(file)
  })
}
