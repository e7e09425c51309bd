/**
 * Writes pipe networks as IFC4X3_ADD2: a segment for each pipe (the outer section along the axis), a chamber for each well,
 * ports that join them, a system for each class, and the place on the map. GlobalIds come from the names of the network, so
 * that a file written again has the same. What is unknown is not invented: such an element has no geometry.
 */
import { outerSize, pipesOf } from '../pipes/axis.ts'
import type { Network, Pipe, PipeKind, PipeLine, PipePoint, Section } from '../pipes/model.ts'
import { globalIdOf } from './guid.ts'
import { list, optionalText, point, type Ref, real, StepLines, text } from './step.ts'
import { CHAMBER_SET, chamberType, isWell, PIPE_SET, SYSTEM_TYPES, type WriteOptions } from './words.ts'

type Vector = readonly [number, number, number]

class NetworkWriter {
  readonly #step = new StepLines()
  readonly #network: Network
  readonly #options: WriteOptions
  readonly #origin: Vector
  readonly #up: Ref
  readonly #body: Ref
  readonly #site: Ref
  readonly #sitePlacement: Ref
  readonly #styles = new Map<string, Ref>()

  constructor(network: Network, options: WriteOptions) {
    this.#network = network
    this.#options = options
    const finite = network.points.find(({ east, north }) => Number.isFinite(east + north))
    const hundreds = (value: number): number => Math.floor(value / 100) * 100
    // The whole map coordinates stand in the map conversion; what is left is small.
    this.#origin = finite === undefined ? [0, 0, 0] : [hundreds(finite.east), hundreds(finite.north), 0]
    const step = this.#step
    const zero = step.share('IFCCARTESIANPOINT', point(0, 0, 0))
    this.#up = step.share('IFCDIRECTION', point(0, 0, 1))
    const axes = step.add('IFCAXIS2PLACEMENT3D', zero, '$', '$')
    const units = [
      step.add('IFCSIUNIT', '*', '.LENGTHUNIT.', '$', '.METRE.'),
      step.add('IFCSIUNIT', '*', '.AREAUNIT.', '$', '.SQUARE_METRE.'),
      step.add('IFCSIUNIT', '*', '.VOLUMEUNIT.', '$', '.CUBIC_METRE.'),
      step.add('IFCSIUNIT', '*', '.PLANEANGLEUNIT.', '$', '.RADIAN.'),
    ]
    const context = step.add('IFCGEOMETRICREPRESENTATIONCONTEXT', '$', `'Model'`, '3', '1.E-5', axes, '$')
    this.#body = step.add(
      'IFCGEOMETRICREPRESENTATIONSUBCONTEXT',
      `'Body'`,
      `'Model'`,
      '*',
      '*',
      '*',
      '*',
      context,
      '$',
      '.MODEL_VIEW.',
      '$',
    )
    const assignment = step.add('IFCUNITASSIGNMENT', list(units))
    const project = step.add(
      'IFCPROJECT',
      this.#id('project'),
      '$',
      text(options.projectName),
      '$',
      '$',
      '$',
      '$',
      list([context]),
      assignment,
    )
    const [east, north] = this.#origin
    if (network.epsg !== null) {
      const crs = step.add(
        'IFCPROJECTEDCRS',
        text(`EPSG:${network.epsg}`),
        '$',
        optionalText(options.geodeticDatum ?? null),
        optionalText(options.verticalDatum ?? null),
        '$',
        '$',
        units[0] ?? '$',
      )
      step.add('IFCMAPCONVERSION', context, crs, real(east), real(north), '0.', '1.', '0.', '1.')
    }
    // A local grid has no map to stand on: the site itself is moved.
    const moved = network.epsg === null ? this.#axes([east, north, 0], null, null) : axes
    this.#sitePlacement = step.add('IFCLOCALPLACEMENT', '$', moved)
    this.#site = step.add(
      'IFCSITE',
      this.#id('site'),
      '$',
      text(network.id),
      '$',
      '$',
      this.#sitePlacement,
      '$',
      '$',
      '.ELEMENT.',
      '$',
      '$',
      '$',
      '$',
      '$',
    )
    step.add('IFCRELAGGREGATES', this.#id('project-site'), '$', '$', '$', project, list([this.#site]))
  }

  #id(name: string): string {
    return `'${globalIdOf(`mingzhu/${this.#network.id}/${name}`)}'`
  }

  #axes(at: Vector, axis: Vector | null, across: Vector | null): Ref {
    const step = this.#step
    const direction = (vector: Vector | null): string =>
      vector === null ? '$' : step.share('IFCDIRECTION', point(...vector))
    return step.add(
      'IFCAXIS2PLACEMENT3D',
      step.share('IFCCARTESIANPOINT', point(...at)),
      direction(axis),
      direction(across),
    )
  }
  #placement(at: Vector, axis: Vector | null = null, across: Vector | null = null): Ref {
    return this.#step.add('IFCLOCALPLACEMENT', this.#sitePlacement, this.#axes(at, axis, across))
  }

  #profile(section: Section): Ref | null {
    const step = this.#step
    const outer = outerSize(section)
    if (outer === null || section.shape === 'unknown' || !(outer.width > 0 && outer.height > 0)) return null
    if (section.shape === 'circle') {
      const wall = (section.outerM - section.innerM) / 2
      return wall > 0 && section.innerM > 0
        ? step.share('IFCCIRCLEHOLLOWPROFILEDEF', '.AREA.', '$', '$', real(section.outerM / 2), real(wall))
        : step.share('IFCCIRCLEPROFILEDEF', '.AREA.', '$', '$', real(section.outerM / 2))
    }
    const sides = ['.AREA.', '$', '$', real(outer.width), real(outer.height)]
    return section.wallM > 0
      ? step.share('IFCRECTANGLEHOLLOWPROFILEDEF', ...sides, real(section.wallM), '$', '$')
      : step.share('IFCRECTANGLEPROFILEDEF', ...sides)
  }
  #style(code: string): Ref {
    const known = this.#styles.get(code)
    if (known !== undefined) return known
    const step = this.#step
    const [red, green, blue] = this.#options.classes?.get(code)?.colour ?? [128, 128, 128]
    const colour = step.add('IFCCOLOURRGB', '$', real(red / 255), real(green / 255), real(blue / 255))
    const shading = step.add('IFCSURFACESTYLESHADING', colour, '0.')
    const style = step.add('IFCSURFACESTYLE', text(code), '.BOTH.', list([shading]))
    this.#styles.set(code, style)
    return style
  }
  /** The profile along the local z axis, from the place of the element. */
  #extrusion(profile: Ref, length: number, code: string): Ref {
    const step = this.#step
    const solid = step.add('IFCEXTRUDEDAREASOLID', profile, '$', this.#up, real(length))
    step.add('IFCSTYLEDITEM', solid, list([this.#style(code)]), '$')
    const shape = step.add('IFCSHAPEREPRESENTATION', this.#body, `'Body'`, `'SweptSolid'`, list([solid]))
    return step.add('IFCPRODUCTDEFINITIONSHAPE', '$', '$', list([shape]))
  }

  /** Values that are null stay away. */
  #properties(element: Ref, name: string, id: string, values: Readonly<Record<string, string | null>>): void {
    const step = this.#step
    const properties = Object.entries(values).flatMap(([key, value]) =>
      value === null ? [] : [step.share('IFCPROPERTYSINGLEVALUE', text(key), '$', value, '$')],
    )
    if (properties.length === 0) return
    const set = step.add('IFCPROPERTYSET', this.#id(`${id}/set`), '$', text(name), '$', list(properties))
    step.add('IFCRELDEFINESBYPROPERTIES', this.#id(`${id}/has`), '$', '$', '$', list([element]), set)
  }

  #port(id: string, name: string, at: Vector, flow: string): Ref {
    return this.#step.add(
      'IFCDISTRIBUTIONPORT',
      this.#id(id),
      '$',
      text(name),
      '$',
      '$',
      this.#placement(at),
      '$',
      flow,
      '.PIPE.',
      '.NOTDEFINED.',
    )
  }

  #local(east: number, north: number, height: number): Vector {
    return [east - this.#origin[0], north - this.#origin[1], height - this.#origin[2]]
  }

  #pipe(pipe: Pipe, line: PipeLine): { readonly element: Ref; readonly start: Ref; readonly end: Ref } {
    const step = this.#step
    const from = this.#local(pipe.start.east, pipe.start.north, pipe.startAxis ?? 0)
    const to = this.#local(pipe.end.east, pipe.end.north, pipe.endAxis ?? 0)
    const [x, y, z] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
    const [length, plan] = [Math.hypot(x, y, z), Math.hypot(x, y)]
    const axis: Vector = length > 0 ? [x / length, y / length, z / length] : [0, 0, 1]
    // Across the pipe and level, so that a box stands upright.
    const across: Vector = plan > 1e-9 ? [-y / plan, x / plan, 0] : [1, 0, 0]
    const known = pipe.startAxis !== null && pipe.endAxis !== null && length > 1e-6
    const profile = known ? this.#profile(pipe.section) : null
    const id = `line/${line.id}`
    const element = step.add(
      'IFCPIPESEGMENT',
      this.#id(id),
      '$',
      text(line.id),
      '$',
      '$',
      this.#placement(from, axis, across),
      profile === null ? '$' : this.#extrusion(profile, length, line.code),
      text(line.id),
      pipe.section.shape === 'box' && (pipe.kind === 'rain' || pipe.kind === 'sewage' || pipe.kind === 'combined')
        ? '.CULVERT.'
        : '.RIGIDSEGMENT.',
    )
    const label = (value: string | null): string | null => (value === null ? null : `IFCLABEL(${text(value)})`)
    const number = (value: number | null): string | null => (value === null ? null : `IFCREAL(${real(value)})`)
    const metres = (value: number | null): string | null => (value === null ? null : `IFCLENGTHMEASURE(${real(value)})`)
    this.#properties(element, PIPE_SET, id, {
      Code: label(line.code),
      Kind: label(line.kind),
      NominalDiameterMm: number(pipe.nominalMm),
      OuterWidth: metres(pipe.outerWidthM),
      OuterHeight: metres(pipe.outerHeightM),
      Material: label(line.material),
      PressureMpa: number(line.pressureMpa),
      GasPressure: label(line.gasPressure),
      VoltageKv: number(line.voltageKv),
      Burial: label(line.burial),
      State: label(line.state),
      Phase: label(line.phase),
      Owner: label(line.owner),
      StartPoint: label(line.start),
      EndPoint: label(line.end),
      HeightKnown: `IFCBOOLEAN(${known ? '.T.' : '.F.'})`,
    })
    const [out, into] =
      line.flow === null
        ? ['.NOTDEFINED.', '.NOTDEFINED.']
        : line.flow === 'along'
          ? ['.SINK.', '.SOURCE.']
          : ['.SOURCE.', '.SINK.']
    const start = this.#port(`${id}/start`, line.start, from, out)
    const end = this.#port(`${id}/end`, line.end, to, into)
    step.add('IFCRELNESTS', this.#id(`${id}/ports`), '$', '$', '$', element, list([start, end]))
    return { element, start, end }
  }

  #well(well: PipePoint, lowest: number | null): Ref {
    const step = this.#step
    const size = well.wellSizeM ?? this.#options.assumedWellSizeM ?? null
    const bottom = well.ground !== null && well.wellDepthM !== null ? well.ground - well.wellDepthM : lowest
    const depth = well.ground === null || bottom === null ? null : well.ground - bottom
    const id = `point/${well.no}`
    const solid = size !== null && depth !== null && depth > 1e-6 && Number.isFinite(well.east + well.north)
    const at = this.#local(well.east, well.north, bottom ?? 0)
    const element = step.add(
      'IFCDISTRIBUTIONCHAMBERELEMENT',
      this.#id(id),
      '$',
      text(well.no),
      optionalText(well.note),
      optionalText(well.appendage),
      this.#placement(at),
      solid
        ? this.#extrusion(step.share('IFCCIRCLEPROFILEDEF', '.AREA.', '$', '$', real(size / 2)), depth, well.code)
        : '$',
      text(well.no),
      chamberType(well.appendage),
    )
    this.#properties(element, CHAMBER_SET, id, {
      Code: `IFCLABEL(${text(well.code)})`,
      Ground: well.ground === null ? null : `IFCLENGTHMEASURE(${real(well.ground)})`,
      Depth: depth === null ? null : `IFCLENGTHMEASURE(${real(depth)})`,
      OuterDiameter: size === null ? null : `IFCLENGTHMEASURE(${real(size)})`,
      SizeAssumed: `IFCBOOLEAN(${well.wellSizeM === null ? '.T.' : '.F.'})`,
    })
    return element
  }

  write(): string {
    const step = this.#step
    const network = this.#network
    const lines = new Map(network.lines.map((line) => [line.id, line]))
    const elements: Ref[] = []
    const systems = new Map<string, { readonly kind: PipeKind; readonly members: Ref[] }>()
    const materials = new Map<string, Ref[]>()
    const ends = new Map<
      string,
      { readonly port: Ref; readonly id: string; readonly bottom: number | null; readonly at: Vector }[]
    >()
    const join = (code: string, kind: PipeKind, element: Ref): void => {
      const system = systems.get(code) ?? { kind, members: [] }
      system.members.push(element)
      systems.set(code, system)
    }
    for (const pipe of pipesOf(network)) {
      const line = lines.get(pipe.line)
      if (line === undefined) continue
      const { element, start, end } = this.#pipe(pipe, line)
      elements.push(element)
      join(line.code, line.kind, element)
      if (line.material !== null) materials.set(line.material, [...(materials.get(line.material) ?? []), element])
      const half = (pipe.outerHeightM ?? 0) / 2
      for (const [no, port, height, at] of [
        [line.start, start, pipe.startAxis, pipe.start],
        [line.end, end, pipe.endAxis, pipe.end],
      ] as const) {
        const here = ends.get(no) ?? []
        here.push({
          port,
          id: `${line.id}/${no}`,
          bottom: height === null ? null : height - half,
          at: this.#local(at.east, at.north, height ?? 0),
        })
        ends.set(no, here)
      }
    }
    const connect = (a: Ref, b: Ref, id: string): void => {
      step.add('IFCRELCONNECTSPORTS', this.#id(`joint/${id}`), '$', '$', '$', a, b, '$')
    }
    const wells = new Set<string>()
    for (const well of network.points) {
      if (!isWell(well)) continue
      wells.add(well.no)
      const here = ends.get(well.no) ?? []
      const bottoms = here.flatMap(({ bottom }) => bottom ?? [])
      const element = this.#well(well, bottoms.length === 0 ? null : Math.min(...bottoms))
      elements.push(element)
      join(well.code, well.kind, element)
      const ports = here.map(({ port, id, at }) => {
        const own = this.#port(`well/${id}`, well.no, at, '.NOTDEFINED.')
        connect(port, own, id)
        return own
      })
      if (ports.length > 0)
        step.add('IFCRELNESTS', this.#id(`point/${well.no}/ports`), '$', '$', '$', element, list(ports))
    }
    // A port is joined to one before and one after it at most: where several pipes meet, they form a chain.
    for (const [no, here] of ends)
      if (!wells.has(no))
        for (const [k, { port, id }] of here.entries()) {
          const next = here[k + 1]
          if (next !== undefined) connect(port, next.port, `${id}/next`)
        }
    for (const [code, { kind, members }] of systems) {
      const name = this.#options.classes?.get(code)?.name ?? code
      const type = SYSTEM_TYPES[kind]
      const system = step.add(
        'IFCDISTRIBUTIONSYSTEM',
        this.#id(`system/${code}`),
        '$',
        text(name),
        '$',
        type === '.USERDEFINED.' ? text(kind) : '$',
        text(code),
        type,
      )
      step.add('IFCRELASSIGNSTOGROUP', this.#id(`system/${code}/members`), '$', '$', '$', list(members), '$', system)
    }
    for (const [name, members] of materials) {
      const material = step.add('IFCMATERIAL', text(name), '$', '$')
      step.add('IFCRELASSOCIATESMATERIAL', this.#id(`material/${name}`), '$', '$', '$', list(members), material)
    }
    if (elements.length > 0)
      step.add('IFCRELCONTAINEDINSPATIALSTRUCTURE', this.#id('contained'), '$', '$', '$', list(elements), this.#site)
    const { fileName, writtenAt, author = '', organisation = '' } = this.#options
    return step.file({
      schema: 'IFC4X3_ADD2',
      name: fileName ?? `${network.id}.ifc`,
      writtenAt,
      author,
      organisation,
      application: 'Mingzhu',
    })
  }
}

/** The network as the text of an IFC file, plain ASCII. */
export const writeIfc = (network: Network, options: WriteOptions): string => new NetworkWriter(network, options).write()
