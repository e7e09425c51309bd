/** What the file store refuses, each with what to do instead. */
import { defineRefusal } from '../../kernel/refusal.ts'

export const badName = defineRefusal('invalid', 'files.bad-name', {
  zh: '文件名为空或不可用，请改名(保留扩展名)后重新选择文件。',
  en: 'The file name cannot be used: rename the file, keeping its extension, and choose it again.',
})
export const empty = defineRefusal('invalid', 'files.empty', {
  zh: '文件“{name}”是空的(0 字节)，请检查原文件后重新选择。',
  en: 'The file "{name}" is empty: check the original and choose it again.',
})
export const tooLarge = defineRefusal('invalid', 'files.too-large', {
  zh: '文件“{name}”大小为 {size}，超过 {type} 的上限 {limit}。请压缩、降低分辨率或拆分后再上传。',
  en: 'The file "{name}" has {size}; {type} may have {limit} at most. Shrink or split it and upload again.',
})
export const executable = defineRefusal('invalid', 'files.executable', {
  zh: '文件“{name}”是程序或脚本，为安全起见不能上传。请改为上传文档、图片、图纸或模型文件。',
  en: 'The file "{name}" is a program or script and is not accepted. Upload a document, picture, drawing or model instead.',
})
export const typeNotAccepted = defineRefusal('invalid', 'files.type-not-accepted', {
  zh: '不接受扩展名为“{extension}”的文件。可上传的格式：{accepted}。旧版 doc、xls 请先另存为 docx、xlsx。',
  en: 'Files ending in "{extension}" are not accepted. Accepted: {accepted}. Save old doc and xls files as docx and xlsx.',
})
export const typeMismatch = defineRefusal('invalid', 'files.type-mismatch', {
  zh: '文件“{name}”的内容({found})与扩展名 .{extension} 不符。请用原软件另存为 {type} 后重新上传，不要只改扩展名。',
  en: 'The content of "{name}" ({found}) does not match .{extension}. Save it as {type} in its own program and upload again.',
})
export const hashMismatch = defineRefusal('invalid', 'files.hash-mismatch', {
  zh: '文件“{name}”在传输中发生改变，校验值不一致。已收到的内容已清除，请从头重新上传。',
  en: 'The file "{name}" changed on its way: its checksum does not match. What had arrived was discarded; upload it again.',
})
export const incomplete = defineRefusal('conflict', 'files.incomplete', {
  zh: '文件“{name}”尚未传完(已收到 {offset}，共 {size} 字节)，请从已收到的位置继续上传。',
  en: 'The file "{name}" is not complete ({offset} of {size} bytes): go on uploading from there.',
})
export const wrongOffset = defineRefusal('conflict', 'files.wrong-offset', {
  zh: '续传位置不对：服务器已收到 {offset} 字节，请从该位置继续上传。',
  en: 'Wrong offset: {offset} bytes have arrived; go on from there.',
})
export const tooMuch = defineRefusal('invalid', 'files.too-much', {
  zh: '发来的内容超过本次可接收的 {limit} 字节，请按申报大小分片上传，每片不超过 {chunk} 字节。',
  en: 'More than the {limit} bytes that are accepted here: send pieces of at most {chunk} bytes, no more than declared.',
})
export const uploadMissing = defineRefusal('missing', 'files.upload-missing', {
  zh: '没有这个上传任务，或已过期清除。请重新选择文件上传。',
  en: 'There is no such upload, or it has expired. Choose the file again.',
})
export const uploadDone = defineRefusal('conflict', 'files.upload-done', {
  zh: '这个文件已经上传完成，不能再追加内容。需要替换时请另行上传。',
  en: 'This upload is complete and takes no more bytes. Upload a new file to replace it.',
})
export const tooManyOpen = defineRefusal('too-many', 'files.too-many-open', {
  zh: '您有 {count} 个文件尚未传完。请先完成这些上传，或等它们过期(约 {hours} 小时)后再传新文件。',
  en: 'You have {count} unfinished uploads. Finish them, or wait about {hours} hours until they expire.',
})
export const broken = defineRefusal('unavailable', 'files.broken', {
  zh: '连接中断，已保存 {offset} 字节。请检查网络后从该位置继续上传。',
  en: 'The connection broke; {offset} bytes are kept. Go on from there.',
})
export const infected = defineRefusal('forbidden', 'files.infected', {
  zh: '文件“{name}”被查出病毒({threat})，已隔离，不能下载或使用。请联系提交人在杀毒后重新上传。',
  en: 'The file "{name}" carries a virus ({threat}); it is held back. Ask whoever sent it to clean it and upload it again.',
})
export const notScanned = defineRefusal('unavailable', 'files.not-scanned', {
  zh: '文件“{name}”正在等待病毒检查，请几分钟后再试。',
  en: 'The file "{name}" is waiting for its virus check: try again in a few minutes.',
})
export const contentMissing = defineRefusal('missing', 'files.content-missing', {
  zh: '没有找到文件“{name}”，请联系管理员核对存储。',
  en: 'The file "{name}" was not found; ask an administrator to check the storage.',
})
