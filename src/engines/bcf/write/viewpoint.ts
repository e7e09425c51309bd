/** Writes viewpoint files (.bcfv), elements in the order of visinfo.xsd. */
import type { Bitmap, Camera, Component, Components, Point, Viewpoint } from '../model.ts'
import { listOf, type Node, node, nodeOf } from '../xml.ts'
import { demanded, filled, freeName, guidText, ifcGuidText, type Writing } from './context.ts'

const point = (name: string, { x, y, z }: Point): Node => node(name, [node('X', x), node('Y', y), node('Z', z)])

const cameraNode = (camera: Camera, where: string, { modern, notes }: Writing): Node => {
  if (!(camera.aspectRatio > 0)) throw new RangeError(`not an aspect ratio: ${camera.aspectRatio}`)
  if (!modern && camera.aspectRatio !== 1)
    notes.add('unsayable', where, `2.1 不能记录画面宽高比（${camera.aspectRatio}）`)
  let size: Node
  if (camera.kind === 'orthogonal') size = node('ViewToWorldScale', camera.viewToWorldScale)
  else {
    if (!(camera.fieldOfView > 0 && camera.fieldOfView < 180))
      throw new RangeError(`not a field of view: ${camera.fieldOfView}`)
    const angle = modern ? camera.fieldOfView : Math.min(170, Math.max(1, camera.fieldOfView))
    if (angle !== camera.fieldOfView)
      notes.add('unsayable', where, `2.1 的视场角限 1 至 170 度，${camera.fieldOfView} 写作 ${angle}`)
    size = node('FieldOfView', angle)
  }
  return node(camera.kind === 'orthogonal' ? 'OrthogonalCamera' : 'PerspectiveCamera', [
    point('CameraViewPoint', camera.position),
    point('CameraDirection', camera.direction),
    point('CameraUpVector', camera.up),
    size,
    modern ? node('AspectRatio', camera.aspectRatio) : undefined,
  ])
}

const componentNode = (component: Component): Node =>
  node(
    'Component',
    [
      nodeOf('OriginatingSystem', filled(component.originatingSystem)),
      nodeOf('AuthoringToolId', filled(component.authoringToolId)),
    ],
    { IfcGuid: ifcGuidText(component.ifcGuid) },
  )

const colorNode = (color: string, components: readonly Component[], modern: boolean): Node => {
  if (!/^[0-9A-F]{6}([0-9A-F]{2})?$/.test(color)) throw new RangeError(`not a color: ${color}`)
  const items = components.map(componentNode)
  return node('Color', modern ? [node('Components', items)] : items, { Color: color })
}

const isEmpty = (components: Components): boolean =>
  components.selection.length === 0 && components.visibility === undefined && coloringOf(components).length === 0
const coloringOf = (components: Components) => components.coloring.filter((each) => each.components.length > 0)

const componentsNode = (components: Components, where: string, { modern, notes }: Writing): Node => {
  const { visibility } = components
  const hints =
    visibility?.hints &&
    node('ViewSetupHints', [], {
      SpacesVisible: visibility.hints.spacesVisible,
      SpaceBoundariesVisible: visibility.hints.spaceBoundariesVisible,
      OpeningsVisible: visibility.hints.openingsVisible,
    })
  const exceptions = listOf('Exceptions', visibility?.exceptions.map(componentNode) ?? [])
  if (!modern && visibility === undefined) notes.add('assumed', where, '2.1 必须注明可见性，写作全部可见')
  const shown =
    visibility === undefined && modern
      ? undefined
      : node('Visibility', [modern ? hints : undefined, exceptions], {
          DefaultVisibility: visibility?.defaultVisibility ?? true,
        })
  return node('Components', [
    modern ? undefined : hints,
    listOf('Selection', components.selection.map(componentNode)),
    shown,
    listOf(
      'Coloring',
      coloringOf(components).map((each) => colorNode(each.color, each.components, modern)),
    ),
  ])
}

const bitmapNode = (bitmap: Bitmap, folder: string, where: string, writing: Writing): Node => {
  let { reference } = bitmap
  if (bitmap.bytes !== undefined) {
    reference = freeName(writing, folder, reference)
    writing.files.set(`${folder}/${reference}`, bitmap.bytes)
  }
  const rest = [
    node('Reference', demanded(writing, reference, '未说明', where, '贴图文件名')),
    point('Location', bitmap.location),
    point('Normal', bitmap.normal),
    point('Up', bitmap.up),
    node('Height', bitmap.height),
  ]
  return node('Bitmap', [
    writing.modern ? node('Format', bitmap.format) : node('Bitmap', bitmap.format.toUpperCase()),
    ...rest,
  ])
}

/**
 * Gives the document of a viewpoint; undefined when there is nothing to say in one, or when 3.0, which demands a camera,
 * cannot say it.
 */
export const viewpointNode = (viewpoint: Viewpoint, folder: string, writing: Writing): Node | undefined => {
  const { modern, notes } = writing
  const where = `${folder}/${viewpoint.guid}`
  const { camera, lines, clippingPlanes, bitmaps } = viewpoint
  const components = viewpoint.components && !isEmpty(viewpoint.components) ? viewpoint.components : undefined
  const hasMore = components !== undefined || lines.length + clippingPlanes.length + bitmaps.length > 0
  if (camera === undefined && (modern || !hasMore)) {
    if (hasMore) notes.add('unsayable', where, '3.0 的视点必须有相机；本视点没有，其构件、剖切面、线和贴图未写入')
    return undefined
  }
  const drawn = bitmaps.map((each) => bitmapNode(each, folder, where, writing))
  return node(
    'VisualizationInfo',
    [
      components && componentsNode(components, where, writing),
      camera && cameraNode(camera, where, writing),
      listOf(
        'Lines',
        lines.map((line) => node('Line', [point('StartPoint', line.start), point('EndPoint', line.end)])),
      ),
      listOf(
        'ClippingPlanes',
        clippingPlanes.map((plane) =>
          node('ClippingPlane', [point('Location', plane.location), point('Direction', plane.direction)]),
        ),
      ),
      ...(modern ? [listOf('Bitmaps', drawn)] : drawn),
    ],
    { Guid: guidText(viewpoint.guid) },
  )
}
