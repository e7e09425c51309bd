import { defineRefusal } from '../../kernel/refusal.ts'

export const notZip = defineRefusal('invalid', 'bcf.not-zip', {
  zh: '这不是完整的 BCF 文件（应为 zip 压缩包）：{why}。请在原软件中重新导出后上传。',
  en: 'This is not a complete BCF file (a zip archive): {why}. Export it again and upload it.',
})
export const unsafePath = defineRefusal('invalid', 'bcf.unsafe-path', {
  zh: '压缩包中的文件路径“{path}”不安全（绝对路径、盘符或“..”），已拒收。请用可信软件重新导出。',
  en: 'The path {path} in the archive is not safe. Export the file again with software that you trust.',
})
export const duplicatePath = defineRefusal('invalid', 'bcf.duplicate-path', {
  zh: '压缩包中有两个同名文件“{path}”，无法判断以哪个为准。请重新导出后上传。',
  en: 'The archive has two files named {path}. Export it again and upload it.',
})
export const tooBig = defineRefusal('invalid', 'bcf.too-big', {
  zh: 'BCF 文件过大：{what}，上限为 {limit}。请拆分后分批上传。',
  en: 'The BCF file is too big: {what}, at most {limit}. Split it and upload the parts.',
})
export const badXml = defineRefusal('invalid', 'bcf.bad-xml', {
  zh: '压缩包中的“{path}”无法读取：{why}。请在原软件中重新导出后上传。',
  en: '{path} in the archive cannot be read: {why}. Export it again and upload it.',
})
export const otherVersion = defineRefusal('invalid', 'bcf.other-version', {
  zh: '本文件的 BCF 版本为“{version}”，本系统接受 1.0 至 3.0。请在原软件中另存为 2.1 或 3.0 后上传。',
  en: 'This file is BCF {version}; versions 1.0 to 3.0 are accepted. Save it as 2.1 or 3.0 and upload it.',
})
export const noTopic = defineRefusal('invalid', 'bcf.no-topic', {
  zh: '压缩包中没有 BCF 内容（缺少 bcf.version 和议题文件 markup.bcf）。请确认上传的是 BCF 文件。',
  en: 'The archive has no BCF content (neither bcf.version nor a markup.bcf). Check that this is a BCF file.',
})
