/**
 * The stage: one WebGL canvas with models, ground, markers and a measure. It draws only when something changed, and gives
 * back all memory of the graphics card when it ends. React knows it by `Stage` alone.
 */
import {
  AmbientLight,
  Box3,
  Box3Helper,
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  Color,
  DirectionalLight,
  DoubleSide,
  Group,
  HemisphereLight,
  Line,
  LineBasicMaterial,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  Plane,
  Points,
  PointsMaterial,
  Raycaster,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import type { ViewerGeometry } from '../../model/geometry.ts'
import type { ConflictSeverity } from '../../model/words.ts'
import {
  bcfCamera,
  bearingOf,
  type Detail,
  FIELD_OF_VIEW,
  FLIGHT_S,
  flightAt,
  levelAt,
  type Pose,
  poseFitting,
  poseToward,
  reach,
} from './camera.ts'
import { groundPoints, groundSurface } from './ground.ts'
import { boxOfPipes, pickPipe, type Ray } from './pipes.ts'
import { ifcMatrix, shiftOf } from './placing.ts'
import {
  type AnyPart,
  boxOfElements,
  type Change,
  elementParts,
  pipeParts,
  type Rgb,
  selectedColour,
  sharedShapes,
} from './shapes.ts'
import { type Box, isInside, united, type Vec } from './vector.ts'

export interface StageModel {
  /** Id of the version. */
  readonly key: string
  readonly geometry: ViewerGeometry
  /** Colours by what differs; null: the colours of classes. */
  readonly change: ((id: string) => Change) | null
}
export interface Look {
  readonly visible: boolean
  readonly opacity: number
}
export interface Marker {
  readonly id: string
  readonly at: Vec
  readonly severity: ConflictSeverity
}
export type Picked =
  | { readonly kind: 'object'; readonly model: string; readonly id: string; readonly point: Vec }
  | { readonly kind: 'marker'; readonly id: string; readonly point: Vec }
export interface StageFigures {
  readonly calls: number
  readonly triangles: number
  readonly geometries: number
}
interface StageEvents {
  readonly onPick: (picked: Picked | null) => void
  /** The eye has moved: for the compass. */
  readonly onMove: (bearing: number) => void
  readonly onDrawn: (figures: StageFigures) => void
  readonly onLost: () => void
}
export interface Stage {
  readonly show: (models: readonly StageModel[], origin: Vec, colourOfClass: (code: string) => Rgb) => void
  readonly look: (layers: ReadonlyMap<string, Look>, hiddenModels: ReadonlySet<string>) => void
  readonly ground: (look: Look) => void
  readonly cut: (box: Box | null) => void
  readonly mark: (markers: readonly Marker[], chosen: string | null) => void
  readonly select: (model: string | null, id: string | null) => void
  readonly measure: (from: Vec | null, to: Vec | null) => void
  /** What lies at a place of the canvas, in shares of its size; the middle for the cross-hair. */
  readonly at: (x: number, y: number) => Picked | null
  readonly box: () => Box | null
  readonly pose: () => Pose
  readonly go: (pose: Pose, fly?: boolean) => void
  readonly fit: (fly?: boolean) => void
  readonly approach: (point: Vec, distance: number) => void
  readonly picture: () => Promise<Blob>
  readonly camera: () => ReturnType<typeof bcfCamera>
  readonly end: () => void
}

/** From so many pipes on, tiles far away are drawn as lines alone. */
const MANY_PIPES = 20_000

const markerColours: Readonly<Record<ConflictSeverity, string>> = {
  critical: '#b3001e',
  major: '#e05a00',
  minor: '#c98a00',
  notice: '#4a6785',
}
/** A round mark with a light rim, drawn once. */
const roundMark = (): CanvasTexture => {
  const canvas = document.createElement('canvas')
  canvas.width = 64
  canvas.height = 64
  const pen = canvas.getContext('2d')
  if (pen !== null) {
    pen.fillStyle = '#fff'
    pen.beginPath()
    pen.arc(32, 32, 26, 0, Math.PI * 2)
    pen.fill()
  }
  return new CanvasTexture(canvas)
}
const toVec = (vector: Vector3): Vec => [vector.x, vector.y, vector.z]

/** Opens a stage in an element. Throws where the browser has no WebGL. */
export const openStage = (
  place: HTMLElement,
  detail: Detail,
  calm: boolean,
  { onPick, onMove, onDrawn, onLost }: StageEvents,
): Stage => {
  const renderer = new WebGLRenderer({
    antialias: detail.antialias,
    preserveDrawingBuffer: true,
    powerPreference: 'high-performance',
  })
  renderer.setPixelRatio(detail.pixelRatio)
  renderer.localClippingEnabled = true
  const canvas = renderer.domElement
  canvas.style.display = 'block'
  canvas.setAttribute('aria-hidden', 'true')
  place.append(canvas)

  const scene = new Scene()
  scene.background = new Color('#e9eef3')
  scene.add(new HemisphereLight('#ffffff', '#8d8578', 2.1), new AmbientLight('#ffffff', 0.5))
  const sun = new DirectionalLight('#ffffff', 1.6)
  sun.position.set(-0.5, -0.8, 1.2)
  scene.add(sun)
  const camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 1000)
  camera.up.set(0, 0, 1)
  const controls = new OrbitControls(camera, canvas)
  controls.enableDamping = false
  controls.zoomToCursor = true
  controls.screenSpacePanning = false

  const planes = [
    new Plane(new Vector3(1, 0, 0), 1e9),
    new Plane(new Vector3(-1, 0, 0), 1e9),
    new Plane(new Vector3(0, 1, 0), 1e9),
    new Plane(new Vector3(0, -1, 0), 1e9),
    new Plane(new Vector3(0, 0, 1), 1e9),
    new Plane(new Vector3(0, 0, -1), 1e9),
  ]
  const shapes = sharedShapes(detail.sides)
  const content = new Group()
  const overlay = new Group()
  scene.add(content, overlay)
  const mark = roundMark()
  const markers = new Points(
    new BufferGeometry(),
    new PointsMaterial({
      size: 15 * detail.pixelRatio,
      sizeAttenuation: false,
      vertexColors: true,
      map: mark,
      alphaTest: 0.5,
      depthTest: false,
      transparent: true,
    }),
  )
  const chosenMark = new Points(
    new BufferGeometry(),
    new PointsMaterial({
      size: 28 * detail.pixelRatio,
      sizeAttenuation: false,
      color: '#ffffff',
      map: mark,
      alphaTest: 0.5,
      depthTest: false,
      transparent: true,
    }),
  )
  const rule = new Line(
    new BufferGeometry(),
    new LineBasicMaterial({ color: '#c2185b', depthTest: false, transparent: true }),
  )
  const ruleEnds = new Points(
    rule.geometry,
    new PointsMaterial({ size: 9 * detail.pixelRatio, sizeAttenuation: false, color: '#c2185b', depthTest: false }),
  )
  const frame = new Box3Helper(new Box3(), '#0b4a82')
  for (const [order, object] of [frame, chosenMark, markers, rule, ruleEnds].entries()) {
    object.visible = false
    object.frustumCulled = false
    object.renderOrder = 10 + order
    overlay.add(object)
  }

  let parts: readonly AnyPart[] = []
  let models: readonly StageModel[] = []
  let origin: Vec = [0, 0, 0]
  let whole: Box | null = null
  let section: Box | null = null
  let marked: readonly Marker[] = []
  let selection: { readonly model: string; readonly object: number } | null = null
  let layers: ReadonlyMap<string, Look> = new Map()
  let hidden: ReadonlySet<string> = new Set()
  let surface: Mesh<BufferGeometry, MeshLambertMaterial> | null = null
  let surfaceLook: Look = { visible: true, opacity: 0.4 }
  let pipes = 0
  let waiting = 0
  let flight: { readonly from: Pose; readonly to: Pose; begun: number | null } | null = null
  let ended = false

  const lookOf = (layer: string): Look => layers.get(layer) ?? { visible: true, opacity: 1 }
  const isShown = (model: string, layer: string): boolean => !hidden.has(model) && lookOf(layer).visible
  const pose = (): Pose => ({ position: toVec(camera.position), target: toVec(controls.target) })
  const place_ = (to: Pose): void => {
    camera.position.set(...to.position)
    controls.target.set(...to.target)
    camera.lookAt(controls.target)
  }
  const layDetail = (): void => {
    for (const part of parts) {
      if (part.kind !== 'pipes' || part.mesh.boundingSphere === null) continue
      const away = camera.position.distanceTo(part.mesh.boundingSphere.center) - part.mesh.boundingSphere.radius
      const level = levelAt(Math.max(away, 0), canvas.clientHeight)
      const shape = part.levels[level]
      if (part.mesh.geometry !== shape) part.mesh.geometry = shape
      const shown = isShown(part.model, part.layer)
      part.lines.visible = shown && level > 0
      // Whole cities far away are lines alone: two points a pipe instead of a tube.
      part.mesh.visible = shown && (level < 2 || pipes < MANY_PIPES)
    }
  }
  const draw = (time: number): void => {
    waiting = 0
    if (ended) return
    if (flight !== null) {
      flight.begun ??= time
      const share = (time - flight.begun) / (FLIGHT_S * 1000)
      place_(flightAt(flight.from, flight.to, share))
      if (share >= 1) flight = null
      else ask()
    }
    const { near, far } = reach(pose(), whole ?? { min: [-5, -5, -5], max: [5, 5, 5] })
    camera.near = near
    camera.far = far
    camera.updateProjectionMatrix()
    layDetail()
    renderer.render(scene, camera)
    onMove(bearingOf(pose()))
    const { render, memory } = renderer.info
    onDrawn({ calls: render.calls, triangles: render.triangles, geometries: memory.geometries })
  }
  const ask = (): void => {
    if (waiting === 0 && !ended) waiting = requestAnimationFrame(draw)
  }
  controls.addEventListener('change', ask)
  controls.addEventListener('start', () => {
    flight = null
  })

  const resize = (): void => {
    const { clientWidth, clientHeight } = place
    if (clientWidth === 0 || clientHeight === 0) return
    renderer.setSize(clientWidth, clientHeight)
    camera.aspect = clientWidth / clientHeight
    ask()
  }
  const observer = new ResizeObserver(resize)
  observer.observe(place)
  resize()

  const caster = new Raycaster()
  const at = (x: number, y: number): Picked | null => {
    const { clientWidth, clientHeight } = canvas
    camera.updateMatrixWorld()
    const screen = new Vector3()
    // Markers lie above everything: the nearest within ten pixels.
    let nearest: { readonly marker: Marker; readonly apart: number } | null = null
    for (const marker of marked) {
      screen.set(...marker.at).project(camera)
      if (screen.z > 1) continue
      const apart = Math.hypot(((screen.x + 1) / 2 - x) * clientWidth, ((1 - screen.y) / 2 - y) * clientHeight)
      if (apart < 10 && (nearest === null || apart < nearest.apart)) nearest = { marker, apart }
    }
    if (nearest !== null) return { kind: 'marker', id: nearest.marker.id, point: nearest.marker.at }
    caster.setFromCamera(new Vector2(x * 2 - 1, 1 - y * 2), camera)
    const ray: Ray = { from: toVec(caster.ray.origin), along: toVec(caster.ray.direction) }
    const slack = (3 * 2 * Math.tan((FIELD_OF_VIEW * Math.PI) / 360)) / Math.max(clientHeight, 1)
    const all = models.map(({ geometry }) => geometry)
    let best: { readonly along: number; readonly picked: Picked } | null = null
    for (const { key, geometry } of models) {
      if (geometry.kind !== 'network' || hidden.has(key)) continue
      const found = pickPipe(geometry, shiftOf(geometry, origin, all), ray, slack, (index, point) => {
        const code = geometry.classes[geometry.pipes.classOf[index] ?? 0] ?? ''
        return isShown(key, code) && (section === null || isInside(point, section))
      })
      if (found !== null && (best === null || found.along < best.along))
        best = {
          along: found.along,
          picked: { kind: 'object', model: key, id: geometry.pipes.ids[found.index] ?? '', point: found.point },
        }
    }
    for (const part of parts) {
      if (part.kind !== 'elements' || !part.mesh.visible) continue
      for (const hit of caster.intersectObject(part.mesh, false)) {
        if (section !== null && !isInside(toVec(hit.point), section)) continue
        if (best !== null && hit.distance >= best.along) break
        const geometry = models.find(({ key }) => key === part.model)?.geometry
        const element = geometry?.kind === 'ifc' ? geometry.elements[part.elementOf[hit.batchId ?? 0] ?? 0] : undefined
        if (element === undefined) break
        best = {
          along: hit.distance,
          picked: { kind: 'object', model: part.model, id: element.id, point: toVec(hit.point) },
        }
        break
      }
    }
    return best?.picked ?? null
  }

  let pressed: readonly [number, number] | null = null
  const down = (event: PointerEvent): void => {
    pressed = [event.clientX, event.clientY]
  }
  const up = (event: PointerEvent): void => {
    const from = pressed
    pressed = null
    // A drag turns the view; only a press in place picks.
    if (from === null || event.button !== 0 || Math.hypot(event.clientX - from[0], event.clientY - from[1]) > 4) return
    const { left, top, width, height } = canvas.getBoundingClientRect()
    onPick(at((event.clientX - left) / width, (event.clientY - top) / height))
  }
  const lost = (event: Event): void => {
    event.preventDefault()
    onLost()
  }
  canvas.addEventListener('pointerdown', down)
  canvas.addEventListener('pointerup', up)
  canvas.addEventListener('webglcontextlost', lost)

  const dropContent = (): void => {
    for (const part of parts) {
      content.remove(part.mesh, ...(part.kind === 'pipes' ? [part.lines] : []))
      part.dispose()
    }
    parts = []
    if (surface !== null) {
      content.remove(surface)
      surface.geometry.dispose()
      surface.material.dispose()
      surface = null
    }
    selection = null
  }
  const applyLook = (): void => {
    for (const part of parts) {
      const look = lookOf(part.layer)
      part.mesh.visible = isShown(part.model, part.layer) && look.opacity > 0
      const own = part.material
      const clear = look.opacity < 1
      if (part.kind !== 'elements' || clear) own.transparent = clear
      own.opacity = look.opacity
      own.depthWrite = !clear
      own.needsUpdate = true
      if (part.kind === 'pipes') {
        part.lines.material.transparent = clear
        part.lines.material.opacity = look.opacity
      }
    }
    if (surface !== null) {
      surface.visible = surfaceLook.visible
      surface.material.opacity = surfaceLook.opacity
      surface.material.transparent = surfaceLook.opacity < 1
      surface.material.depthWrite = surfaceLook.opacity >= 1
      surface.material.needsUpdate = true
    }
    ask()
  }
  const go = (to: Pose, fly = true): void => {
    flight = fly && !calm ? { from: pose(), to, begun: null } : null
    if (flight === null) place_(to)
    ask()
  }
  const fit = (fly = true): void => {
    const box = section ?? whole
    if (box !== null) go(poseFitting(box, camera.aspect), fly)
  }
  const paint = (colour: Rgb | null): void => {
    if (selection === null) return
    for (const part of parts) if (part.model === selection.model) part.paint(selection.object, colour)
  }
  const points = (target: BufferGeometry, given: readonly Vec[]): void => {
    target.setAttribute('position', new BufferAttribute(Float32Array.from(given.flat()), 3))
  }

  return {
    show: (given, at_, colourOfClass) => {
      const first = whole === null
      dropContent()
      models = given
      origin = at_
      const all = given.map(({ geometry }) => geometry)
      const boxes: (Box | null)[] = []
      const grounds: Vec[] = []
      parts = given.flatMap(({ key, geometry, change }): readonly AnyPart[] => {
        const sources = { colourOfClass, change, planes, ...shapes }
        if (geometry.kind === 'network') {
          const shift = shiftOf(geometry, origin, all)
          boxes.push(boxOfPipes(geometry, shift))
          // One by one: a city has more points than a call takes arguments.
          for (const point of groundPoints(geometry, shift)) grounds.push(point)
          return pipeParts(key, geometry, shift, sources)
        }
        const toScene = ifcMatrix(geometry, origin, all)
        boxes.push(boxOfElements(geometry, toScene))
        return elementParts(key, geometry, toScene, sources)
      })
      pipes = parts.reduce((sum, part) => sum + (part.kind === 'pipes' ? part.mesh.count : 0), 0)
      for (const part of parts) content.add(part.mesh, ...(part.kind === 'pipes' ? [part.lines] : []))
      const ground = detail.level === 'low' ? groundSurface(grounds, 48) : groundSurface(grounds)
      if (ground !== null) {
        const shape = new BufferGeometry()
        shape.setAttribute('position', new BufferAttribute(ground.positions, 3))
        shape.setIndex(new BufferAttribute(ground.indices, 1))
        shape.computeVertexNormals()
        surface = new Mesh(
          shape,
          new MeshLambertMaterial({ color: '#a39a88', side: DoubleSide, clippingPlanes: planes, polygonOffset: true }),
        )
        surface.renderOrder = 5
        content.add(surface)
      }
      whole = united(boxes)
      applyLook()
      if (first) fit(false)
    },
    look: (given, without) => {
      layers = given
      hidden = without
      applyLook()
    },
    ground: (look) => {
      surfaceLook = look
      applyLook()
    },
    cut: (box) => {
      section = box
      const bounds = box ?? { min: [-1e9, -1e9, -1e9] as Vec, max: [1e9, 1e9, 1e9] as Vec }
      for (const axis of [0, 1, 2] as const) {
        const [low, high] = [planes[axis * 2], planes[axis * 2 + 1]]
        if (low !== undefined) low.constant = -bounds.min[axis]
        if (high !== undefined) high.constant = bounds.max[axis]
      }
      frame.visible = box !== null
      if (box !== null) frame.box.set(new Vector3(...box.min), new Vector3(...box.max))
      ask()
    },
    mark: (given, chosen) => {
      marked = given
      markers.visible = given.length > 0
      points(
        markers.geometry,
        given.map((marker) => marker.at),
      )
      const colour = new Color()
      markers.geometry.setAttribute(
        'color',
        new BufferAttribute(
          Float32Array.from(given.flatMap(({ severity }) => colour.set(markerColours[severity]).toArray())),
          3,
        ),
      )
      const one = given.find((marker) => marker.id === chosen)
      chosenMark.visible = one !== undefined
      if (one !== undefined) points(chosenMark.geometry, [one.at])
      ask()
    },
    select: (model, id) => {
      paint(null)
      selection = null
      const geometry = models.find(({ key }) => key === model)?.geometry
      if (geometry !== undefined && model !== null && id !== null) {
        const object =
          geometry.kind === 'network'
            ? geometry.pipes.ids.indexOf(id)
            : geometry.elements.findIndex((element) => element.id === id)
        if (object !== -1) selection = { model, object }
      }
      paint(selectedColour)
      ask()
    },
    measure: (from, to) => {
      const ends = [from, to].filter((end): end is Vec => end !== null)
      rule.visible = ends.length === 2
      ruleEnds.visible = ends.length > 0
      points(rule.geometry, ends)
      ask()
    },
    at,
    box: () => whole,
    pose,
    go,
    fit,
    approach: (point, distance) => go(poseToward(point, pose(), distance)),
    picture: () =>
      new Promise((resolve, reject) => {
        draw(performance.now())
        canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png')
      }),
    camera: () => bcfCamera(pose(), origin, camera.aspect),
    end: () => {
      ended = true
      cancelAnimationFrame(waiting)
      observer.disconnect()
      controls.dispose()
      canvas.removeEventListener('pointerdown', down)
      canvas.removeEventListener('pointerup', up)
      canvas.removeEventListener('webglcontextlost', lost)
      dropContent()
      for (const object of [markers, chosenMark, rule, ruleEnds]) {
        object.geometry.dispose()
        object.material.dispose()
      }
      frame.dispose()
      mark.dispose()
      for (const shape of [...shapes.round, shapes.box]) shape.dispose()
      renderer.dispose()
      renderer.forceContextLoss()
      canvas.remove()
    },
  }
}
