/** Words of the pages about editions. */
import { type Words, words } from '../../../kernel/words.ts'
import type { EditionRow } from '../contract/editions.ts'

export const standingWords: Readonly<Record<EditionRow['standing'], Words>> = {
  draft: words('草稿', 'Draft'),
  scheduled: words('待生效', 'Scheduled'),
  'in-force': words('现行', 'In force'),
  superseded: words('已被替代', 'Superseded'),
  withdrawn: words('已撤回', 'Withdrawn'),
}
export const kindWords: Readonly<Record<EditionRow['kind'], Words>> = {
  item: words('事项新版本', 'New version of an item'),
  form: words('表单新版本', 'New version of the form'),
  retirement: words('取消事项', 'Retirement of an item'),
}
