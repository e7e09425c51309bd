/** Reads a viewpoint file (.bcfv) of either version. */
import { isIfcGuid } from '../guid.ts'
import type {
  Bitmap,
  Camera,
  ClippingPlane,
  Component,
  Components,
  ImageFormat,
  Line,
  Point,
  Viewpoint,
  Visibility,
} from '../model.ts'
import { type Notes, quoted } from '../notes.ts'
import { said } from '../said.ts'
import type { Element } from '../xml.ts'
import { baseName, type Container, resolvedFrom } from './container.ts'
import { type Fields, fieldsOf } from './fields.ts'

const pointOf = (fields: Fields, name: string, where: string, notes: Notes): Point | undefined => {
  const element = fields.child(name)
  if (element === undefined) return undefined
  const parts = fieldsOf(element, where, notes)
  const [x, y, z] = [parts.number('X'), parts.number('Y'), parts.number('Z')]
  parts.done()
  return x === undefined || y === undefined || z === undefined ? undefined : { x, y, z }
}

const cameraOf = (element: Element, where: string, notes: Notes): Camera | undefined => {
  const fields = fieldsOf(element, where, notes)
  const point = (name: string) => pointOf(fields, name, where, notes)
  const [position, direction, up] = [point('CameraViewPoint'), point('CameraDirection'), point('CameraUpVector')]
  const ratio = fields.number('AspectRatio')
  if (ratio !== undefined && !(ratio > 0)) notes.add('bad-value', where, `画面宽高比 ${ratio} 不合规定，按 1 处理`)
  const aspectRatio = ratio !== undefined && ratio > 0 ? ratio : 1
  const orthogonal = element.name === 'OrthogonalCamera'
  const size = fields.number(orthogonal ? 'ViewToWorldScale' : 'FieldOfView')
  fields.done()
  if (position === undefined || direction === undefined || up === undefined || size === undefined) {
    notes.add('missing', where, `<${element.name}> 不完整，未采用`)
    return undefined
  }
  if (orthogonal) return { kind: 'orthogonal', position, direction, up, viewToWorldScale: size, aspectRatio }
  const usable = size > 0 && size < 180
  if (!usable) notes.add('bad-value', where, `视场角 ${size} 度不合规定，按 60 度处理`)
  return { kind: 'perspective', position, direction, up, fieldOfView: usable ? size : 60, aspectRatio }
}

const componentOf = (element: Element, where: string, notes: Notes): Component => {
  // Views hold up to hundreds of thousands of components with nothing but this attribute.
  const only = element.attributes.size === 1 && element.children.length === 0 && element.attributes.get('IfcGuid')
  if (typeof only === 'string' && isIfcGuid(only)) return { ifcGuid: only }
  const fields = fieldsOf(element, where, notes)
  const component = said({
    ifcGuid: fields.ifcGuid('IfcGuid'),
    originatingSystem: fields.line('OriginatingSystem'),
    authoringToolId: fields.line('AuthoringToolId'),
  })
  fields.done()
  return component
}

const hintsOf = (element: Element, where: string, notes: Notes): NonNullable<Visibility['hints']> => {
  const fields = fieldsOf(element, where, notes)
  const hints = {
    spacesVisible: fields.flag(false, 'SpacesVisible'),
    spaceBoundariesVisible: fields.flag(false, 'SpaceBoundariesVisible'),
    openingsVisible: fields.flag(false, 'OpeningsVisible'),
  }
  fields.done()
  return hints
}

/** Components of 2.0: one list, in which each says whether it is selected, hidden or coloured. */
const oldComponents = (elements: readonly Element[], where: string, notes: Notes): Components => {
  const selection: Component[] = []
  const exceptions: Component[] = []
  const colours = new Map<string, Component[]>()
  for (const element of elements) {
    const fields = fieldsOf(element, where, notes)
    const component = said({
      ifcGuid: fields.ifcGuid('IfcGuid'),
      originatingSystem: fields.line('OriginatingSystem'),
      authoringToolId: fields.line('AuthoringToolId'),
    })
    if (fields.flag(false, 'Selected')) selection.push(component)
    if (!fields.flag(true, 'Visible')) exceptions.push(component)
    const colour = fields.attribute('Color')?.trim().toUpperCase() ?? ''
    fields.done()
    if (colour === '') continue
    if (/^[0-9A-F]{6}([0-9A-F]{2})?$/.test(colour)) colours.set(colour, [...(colours.get(colour) ?? []), component])
    else notes.add('bad-value', where, `颜色${quoted(colour)}不合规定，1 个构件的着色未采用`)
  }
  return said({
    selection,
    visibility: exceptions.length === 0 ? undefined : { defaultVisibility: true, exceptions },
    coloring: [...colours].map(([color, components]) => ({ color, components })),
  })
}

const componentsOf = (element: Element, where: string, notes: Notes): Components | undefined => {
  const fields = fieldsOf(element, where, notes)
  const component = (each: Element) => componentOf(each, where, notes)
  const old = fields.children('Component')
  if (old.length > 0) {
    fields.done()
    return oldComponents(old, where, notes)
  }
  const selection = fields.inList('Selection', 'Component').map(component)
  // The hints stand beside the visibility in 2.1, inside it in 3.0.
  const outerHints = fields.child('ViewSetupHints')
  const shown = fields.child('Visibility')
  const inside = shown && fieldsOf(shown, where, notes)
  const hints = outerHints ?? inside?.child('ViewSetupHints')
  const visibility: Visibility | undefined =
    inside === undefined && hints === undefined
      ? undefined
      : said({
          defaultVisibility: inside?.flag(false, 'DefaultVisibility') ?? true,
          exceptions: inside?.inList('Exceptions', 'Component').map(component) ?? [],
          hints: hints && hintsOf(hints, where, notes),
        })
  if (inside === undefined && hints !== undefined)
    notes.add('assumed', where, '有显示提示而没有可见性，默认按全部可见处理')
  inside?.done()
  const coloring = fields.inList('Coloring', 'Color').flatMap((each) => {
    const color = fieldsOf(each, where, notes)
    const text = color.attribute('Color')?.trim().toUpperCase() ?? ''
    const components = [...color.children('Component'), ...color.inList('Components', 'Component')].map(component)
    color.done()
    const usable = /^[0-9A-F]{6}([0-9A-F]{2})?$/.test(text)
    if (!usable) notes.add('bad-value', where, `颜色${quoted(text)}不合规定，${components.length} 个构件的着色未采用`)
    return usable && components.length > 0 ? [{ color: text, components }] : []
  })
  fields.done()
  if (selection.length === 0 && visibility === undefined && coloring.length === 0) return undefined
  return said({ selection, visibility, coloring })
}

export interface Place {
  readonly container: Container
  readonly folder: string
  readonly notes: Notes
}

const bitmapOf = (element: Element, where: string, place: Place): Bitmap | undefined => {
  const { notes } = place
  const fields = fieldsOf(element, where, notes)
  const format = (fields.line('Format') ?? fields.line('Bitmap'))?.toLowerCase()
  const reference = fields.line('Reference')
  const point = (name: string) => pointOf(fields, name, where, notes)
  const [location, normal, up] = [point('Location'), point('Normal'), point('Up')]
  const height = fields.number('Height')
  fields.done()
  const known: ImageFormat | undefined = format === 'png' ? 'png' : format?.startsWith('jp') ? 'jpg' : undefined
  if (!known || reference === undefined || !location || !normal || !up || height === undefined) {
    notes.add('missing', where, '<Bitmap> 不完整，未采用')
    return undefined
  }
  const path = resolvedFrom(place.folder, reference)
  const bytes = path === undefined ? undefined : place.container.take(path)
  if (bytes === undefined) notes.add('dangling', where, `压缩包内没有贴图${quoted(reference)}`)
  const name = path !== undefined && bytes !== undefined ? baseName(path) : reference
  return said({ format: known, reference: name, location, normal, up, height, bytes })
}

/** What a viewpoint file says; the guid comes from the topic. */
export type Seen = Omit<Viewpoint, 'guid' | 'index' | 'snapshot'>
export const nothingSeen: Seen = { lines: [], clippingPlanes: [], bitmaps: [] }

export const readViewpoint = (root: Element, guid: string, where: string, place: Place): Seen => {
  const { notes } = place
  const fields = fieldsOf(root, where, notes)
  const own = fields.attribute('Guid')?.trim().toLowerCase()
  if (own !== undefined && own !== guid)
    notes.add('bad-value', where, `视点文件的编号${quoted(own)}与议题中的不同，以议题为准`)
  const cameras = ['PerspectiveCamera', 'OrthogonalCamera'].flatMap((name) => fields.child(name) ?? [])
  if (cameras.length > 1) notes.add('duplicate', where, '同时有透视与正交相机，取透视相机')
  const camera = cameras[0] && cameraOf(cameras[0], where, notes)
  const components = fields.child('Components')
  const pair = (element: Element, first: string, second: string): readonly [Point, Point] | undefined => {
    const parts = fieldsOf(element, where, notes)
    const [a, b] = [pointOf(parts, first, where, notes), pointOf(parts, second, where, notes)]
    parts.done()
    if (a !== undefined && b !== undefined) return [a, b]
    notes.add('missing', where, `<${element.name}> 不完整，未采用`)
    return undefined
  }
  const lines = fields.inList('Lines', 'Line').flatMap((element): Line[] => {
    const ends = pair(element, 'StartPoint', 'EndPoint')
    return ends ? [{ start: ends[0], end: ends[1] }] : []
  })
  const clippingPlanes = fields.inList('ClippingPlanes', 'ClippingPlane').flatMap((element): ClippingPlane[] => {
    const plane = pair(element, 'Location', 'Direction')
    return plane ? [{ location: plane[0], direction: plane[1] }] : []
  })
  // 2.0 repeats Bitmaps, each a bitmap whose format stands in Bitmap; 3.0 has one with the bitmaps inside.
  const lists = fields.children('Bitmaps').flatMap((each) => {
    if (each.children.some(({ name }) => name === 'Reference')) return [each]
    const parts = fieldsOf(each, where, notes)
    const inside = parts.children('Bitmap')
    parts.done()
    return inside
  })
  const bitmaps = [...fields.children('Bitmap'), ...lists].flatMap((element) => bitmapOf(element, where, place) ?? [])
  const seen = said({
    camera,
    components: components && componentsOf(components, where, notes),
    lines,
    clippingPlanes,
    bitmaps,
  })
  fields.done()
  return seen
}
