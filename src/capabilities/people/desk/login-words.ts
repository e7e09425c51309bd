/** Words for personal data, shared by the pages. */
import { type Words, words } from '../../../kernel/words.ts'
import type { PersonalField } from '../contract/security.ts'

export const fieldWords: Readonly<Record<PersonalField, Words>> = {
  phone: words('手机号', 'Phone'),
  idNumber: words('证件号', 'Identity number'),
}
