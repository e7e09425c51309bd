/** Where 'field:<id>' and 'material:<id>' stand on the form page. */
import { fieldDomId } from '../../../../desk/ui/field-editor.tsx'
import { materialDomId } from '../form/materials.tsx'

/** Gives the fragment of an anchor, for links. */
export const placeOf = (anchor: string): string => {
  const [kind, id = ''] = anchor.split(':')
  return kind === 'material' ? materialDomId(id) : kind === 'field' ? `${fieldDomId(id)}-box` : 'submit'
}
