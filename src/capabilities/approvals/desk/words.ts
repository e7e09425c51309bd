/** Words and small texts of the approval pages. */
import type { z } from 'zod'
import { type Words, words } from '../../../kernel/words.ts'
import type { documentSchema, originSchema } from '../contract.ts'

export const scanWords: Readonly<Record<z.infer<typeof documentSchema>['scan'], Words>> = {
  unscanned: words('未查毒', 'not scanned'),
  clean: words('已查毒', 'scanned'),
  infected: words('含病毒', 'infected'),
}
export const originWords: Readonly<Record<z.infer<typeof originSchema>['kind'], Words>> = {
  entered: words('本次填写', 'Entered here'),
  project: words('项目登记', 'Project register'),
  organisation: words('单位登记', 'Organisation register'),
  submission: words('以前的提交', 'An earlier submission'),
  guide: words('情形引导', 'The guide'),
}
/** Says where a fact came from; the label once where it only repeats the kind. */
export const originText = (origin: z.infer<typeof originSchema>, say: (words: Words) => string): string =>
  origin.label === '' || origin.label === originWords[origin.kind].zh
    ? say(originWords[origin.kind])
    : origin.label.startsWith(`${originWords[origin.kind].zh}(`)
      ? `${say(originWords[origin.kind])}${origin.label.slice(originWords[origin.kind].zh.length)}`
      : `${say(originWords[origin.kind])}:${origin.label}`
/** Says whether the applicant hands a material in: not what the form itself is, nor what the system fetches. */
export const isHandedIn = (form: string): boolean => form !== 'exempt' && form !== 'form'
/** Reasons for a correction point: the code goes to the record, the sentence is a start for the clerk's own. */
export const correctionReasons: readonly { readonly code: string; readonly label: Words; readonly sentence: Words }[] =
  [
    {
      code: 'missing',
      label: words('缺少', 'Missing'),
      sentence: words('缺少此项,请补充。', 'This is missing: please add it.'),
    },
    {
      code: 'unclear',
      label: words('不清晰', 'Unreadable'),
      sentence: words('扫描件不清晰,请重新扫描后上传。', 'The scan is unreadable: please scan and upload it again.'),
    },
    {
      code: 'inconsistent',
      label: words('前后不一致', 'Inconsistent'),
      sentence: words(
        '与其他内容不一致,请核对后更正。',
        'This contradicts other content: please check and correct it.',
      ),
    },
    {
      code: 'wrong-form',
      label: words('形式不符', 'Wrong form'),
      sentence: words('不符合法定形式,请按要求更换。', 'This is not in the form required by law: please replace it.'),
    },
    {
      code: 'expired',
      label: words('已过期', 'Expired'),
      sentence: words('文件已过有效期,请提供有效文件。', 'The document has expired: please give a valid one.'),
    },
    {
      code: 'unsigned',
      label: words('未签章', 'Not signed or sealed'),
      sentence: words('缺少签字或盖章,请补齐。', 'Signature or seal is missing: please complete it.'),
    },
    { code: 'other', label: words('其他', 'Other'), sentence: words('', '') },
  ]
export const stageWords: Readonly<Record<string, Words>> = {
  ST1: words('立项用地规划许可', 'Project approval and land'),
  ST2: words('工程建设许可', 'Planning permit'),
  ST3: words('施工许可', 'Construction permit'),
  ST4: words('竣工验收', 'Acceptance'),
  'ST-P': words('并行推进', 'Alongside'),
}

const KIB = 1024
/** Gives a size for people: '3.2 MB'. */
export const fileSize = (bytes: number): string =>
  bytes < KIB
    ? `${bytes} B`
    : bytes < KIB * KIB
      ? `${(bytes / KIB).toFixed(0)} KB`
      : `${(bytes / KIB / KIB).toFixed(1)} MB`
