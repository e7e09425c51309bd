/** Why a file is not taken. Each sentence says what to do. */
import { defineRefusal } from '../../kernel/refusal.ts'

export const emptyFile = defineRefusal('invalid', 'ifc.empty', {
  zh: '文件是空的。请重新从建模软件导出 IFC 后上传。',
  en: 'The file is empty. Export it again from the modelling software.',
})
export const tooLarge = defineRefusal('invalid', 'ifc.too-large', {
  zh: '文件 {size} MB,超过上限 {limit} MB。请按专业、楼层或标段拆分后分别上传。',
  en: 'The file has {size} MB, more than the limit of {limit} MB. Split it by discipline, storey or section.',
})
export const notIfc = defineRefusal('invalid', 'ifc.not-ifc', {
  zh: '这不是 IFC 文件({found})。请从建模软件导出 IFC(STEP 文本格式,扩展名 .ifc 或 .ifczip)后上传。',
  en: 'This is not an IFC file ({found}). Export IFC as STEP text (.ifc or .ifczip).',
})
export const wrongSchema = defineRefusal('invalid', 'ifc.schema', {
  zh: 'IFC 版本“{schema}”不能读取。请以 IFC2x3、IFC4 或 IFC4X3 重新导出。',
  en: 'The IFC version "{schema}" cannot be read. Export as IFC2x3, IFC4 or IFC4X3.',
})
export const truncated = defineRefusal('invalid', 'ifc.truncated', {
  zh: '文件不完整,缺少结尾。可能是导出或传输中断,请重新导出并上传。',
  en: 'The file has no end: export or transfer was interrupted. Export and upload it again.',
})
export const broken = defineRefusal('invalid', 'ifc.broken', {
  zh: 'IFC 内容有误,无法读取({detail})。请用建模软件重新导出,或先用 IFC 检查工具修复。',
  en: 'The content of the IFC file is broken ({detail}). Export it again, or repair it with an IFC checker.',
})
export const badZip = defineRefusal('invalid', 'ifc.zip', {
  zh: '压缩包无法读取:{detail}。请只放一个 .ifc 文件重新压缩,或直接上传 .ifc。',
  en: 'The archive cannot be read: {detail}. Put one .ifc file into it, or upload the .ifc itself.',
})
