/**
 * The content of a BCF file (BIM Collaboration Format, buildingSMART), one model for versions 2.1 and 3.0.
 * Lengths are metres, angles degrees, in the axes of the model of the building. Members left out are unsaid in the file.
 */

export type BcfVersion = '2.1' | '3.0'

export interface Bcf {
  readonly project?: { readonly id: string; readonly name?: string }
  readonly extensions: Extensions
  readonly documents: readonly Document[]
  readonly topics: readonly Topic[]
  /** Files of the container that belong to no place of the format, kept as they are ('model.ifc'). */
  readonly others: readonly OtherFile[]
}

/** The values that a project allows for the fields of its topics. */
export interface Extensions {
  readonly types: readonly string[]
  readonly statuses: readonly string[]
  readonly priorities: readonly string[]
  readonly labels: readonly string[]
  readonly users: readonly string[]
  readonly snippetTypes: readonly string[]
  readonly stages: readonly string[]
}
export const noExtensions: Extensions = {
  types: [],
  statuses: [],
  priorities: [],
  labels: [],
  users: [],
  snippetTypes: [],
  stages: [],
}

/** A document inside the container. Without `bytes` the file names it but does not hold it. */
export interface Document {
  readonly guid: string
  readonly filename: string
  readonly description?: string
  readonly bytes?: Uint8Array
}
export interface OtherFile {
  /** Relative to the root of the container, '/' between the parts. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface Topic {
  /** UUID in small letters; also the name of the topic's folder. */
  readonly guid: string
  readonly serverAssignedId?: string
  readonly type?: string
  readonly status?: string
  readonly title: string
  readonly priority?: string
  readonly index?: number
  readonly labels: readonly string[]
  /** Times are texts of xs:dateTime, as the file has them. */
  readonly creationDate?: string
  readonly creationAuthor?: string
  readonly modifiedDate?: string
  readonly modifiedAuthor?: string
  readonly dueDate?: string
  readonly assignedTo?: string
  readonly stage?: string
  readonly description?: string
  readonly referenceLinks: readonly string[]
  /** The models that the topic speaks of. */
  readonly files: readonly HeaderFile[]
  readonly snippet?: BimSnippet
  readonly documentReferences: readonly DocumentReference[]
  readonly relatedTopics: readonly string[]
  readonly comments: readonly Comment[]
  readonly viewpoints: readonly Viewpoint[]
}

export interface HeaderFile {
  /** IfcGuid, 22 characters. */
  readonly ifcProject?: string
  readonly ifcSpatialStructureElement?: string
  /** False when `reference` is a path inside the container. */
  readonly isExternal: boolean
  readonly filename?: string
  readonly date?: string
  readonly reference?: string
}
export interface BimSnippet {
  readonly type: string
  readonly isExternal: boolean
  /** A URL, or the name of the file in the folder of the topic. */
  readonly reference: string
  readonly schema: string
  readonly bytes?: Uint8Array
}
/** Refers to a document of the container by its guid, or to the world by a URL. */
export interface DocumentReference {
  readonly guid: string
  readonly documentGuid?: string
  readonly url?: string
  readonly description?: string
}

export interface Comment {
  readonly guid: string
  readonly date?: string
  readonly author?: string
  readonly text: string
  readonly viewpointGuid?: string
  readonly modifiedDate?: string
  readonly modifiedAuthor?: string
}

export interface Viewpoint {
  readonly guid: string
  readonly index?: number
  readonly camera?: Camera
  readonly components?: Components
  readonly lines: readonly Line[]
  readonly clippingPlanes: readonly ClippingPlane[]
  readonly bitmaps: readonly Bitmap[]
  readonly snapshot?: { readonly format: ImageFormat; readonly bytes: Uint8Array }
}
export type ImageFormat = 'png' | 'jpg'
export interface Point {
  readonly x: number
  readonly y: number
  readonly z: number
}
export type Camera = PerspectiveCamera | OrthogonalCamera
interface AnyCamera {
  readonly position: Point
  readonly direction: Point
  readonly up: Point
  /** Width by height of the picture; 1 where the file (2.1) cannot say it. */
  readonly aspectRatio: number
}
export interface PerspectiveCamera extends AnyCamera {
  readonly kind: 'perspective'
  /** Vertical angle of view in degrees, more than 0 and less than 180. */
  readonly fieldOfView: number
}
export interface OrthogonalCamera extends AnyCamera {
  readonly kind: 'orthogonal'
  /** Visible height in metres. */
  readonly viewToWorldScale: number
}
export interface Component {
  /** IfcGuid, 22 characters. */
  readonly ifcGuid?: string
  readonly originatingSystem?: string
  readonly authoringToolId?: string
}
export interface Components {
  readonly selection: readonly Component[]
  readonly visibility?: Visibility
  readonly coloring: readonly { readonly color: string; readonly components: readonly Component[] }[]
}
export interface Visibility {
  readonly defaultVisibility: boolean
  /** The components that differ from the default. */
  readonly exceptions: readonly Component[]
  readonly hints?: {
    readonly spacesVisible: boolean
    readonly spaceBoundariesVisible: boolean
    readonly openingsVisible: boolean
  }
}
export interface Line {
  readonly start: Point
  readonly end: Point
}
/** Cuts away what lies on the side to which `direction` points. */
export interface ClippingPlane {
  readonly location: Point
  readonly direction: Point
}
export interface Bitmap {
  readonly format: ImageFormat
  /** Name of the file in the folder of the topic. */
  readonly reference: string
  readonly location: Point
  readonly normal: Point
  readonly up: Point
  readonly height: number
  readonly bytes?: Uint8Array
}
