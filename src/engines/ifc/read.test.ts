import { describe, expect, it } from 'vitest'
import { detectClashes } from '../clash/detect.ts'
import type { Network } from '../pipes/model.ts'
import { type IfcModel, toMap } from './model.ts'
import { readIfc } from './read.ts'
import { bytes, file, METRE, MILLIMETRE, network, options, wall } from './sample.ts'
import { writeIfc } from './write.ts'

const read = (given: Network = network): Promise<IfcModel> => readIfc(bytes(writeIfc(given, options)), { model: 'm' })
const boxOf = ({ scene }: IfcModel, name: string): { low: number[]; high: number[] } => {
  const element = scene.elements.findIndex((each) => each.name === name)
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (const [part, of] of scene.partElement.entries()) {
    if (of !== element) continue
    const mesh = scene.meshes[scene.partMesh[part] ?? 0]
    const m = scene.matrices.subarray(part * 16)
    for (let v = 0; v < (mesh?.positions.length ?? 0); v += 3)
      for (const axis of [0, 1, 2]) {
        let value = (m[12 + axis] ?? 0) + (scene.origin[axis] ?? 0)
        for (const k of [0, 1, 2]) value += (m[k * 4 + axis] ?? 0) * (mesh?.positions[v + k] ?? 0)
        low[axis] = Math.min(low[axis] ?? 0, value)
        high[axis] = Math.max(high[axis] ?? 0, value)
      }
  }
  return { low, high }
}

describe('a network written and read again', () => {
  it('has every element, meshed where its height is known and listed as missing where not', async () => {
    const model = await read()
    expect(model.schemaName).toBe('IFC4X3_ADD2')
    expect(model.projectName).toBe("江北'管线'")
    expect(model.scene.elements.map(({ name, class: of }) => `${of} ${name}`)).toEqual([
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `IfcPipeSegment ${id}`),
      'IfcDistributionChamberElement W2',
    ])
    expect(new Set(model.scene.partElement)).toEqual(new Set([0, 1, 2, 3, 5, 6]))
    expect(model.missingByClass).toEqual({ IfcPipeSegment: 1 })
    expect(model.missing).toMatchObject([{ name: 'e', reason: 'no-body', class: 'IfcPipeSegment' }])
    expect(model.warnings).toEqual([])
    expect(model.details[5]?.predefinedType).toBe('CULVERT')
  })
  it('lies where it lay on the map, to a tenth of a millimetre', async () => {
    const model = await read()
    expect(model.georeference).toMatchObject({ epsg: 4545, scale: 1 })
    const { low, high } = boxOf(model, 'a')
    if (model.georeference === null) throw new Error('no georeference')
    const [east, north, height] = toMap(model.georeference, low as [number, number, number])
    expect(east).toBeCloseTo(361_862.96, 4)
    expect((north + toMap(model.georeference, high as [number, number, number])[1]) / 2).toBeCloseTo(3_277_288.2, 2)
    // A circle is read as a polygon, a little thinner.
    expect(height).toBeCloseTo(247.5 - 0.24, 2)
    expect((high[0] ?? 0) - (low[0] ?? 0)).toBeCloseTo(20, 4)
    expect(boxOf(model, 'W2').high[2]).toBeCloseTo(250, 4)
    expect(boxOf(model, 'W2').low[2]).toBeCloseTo(247, 4)
    // A box culvert stands upright: 1.9 m high, whichever way it runs.
    const culvert = boxOf(model, 'f')
    expect((culvert.high[2] ?? 0) - (culvert.low[2] ?? 0)).toBeCloseTo(1.9, 4)
  })
  it('of a local grid keeps its numbers by an origin of the scene', async () => {
    const model = await read({ ...network, epsg: null })
    expect(model.georeference).toBeNull()
    expect(model.scene.origin[1]).toBe(3_277_300)
    expect(boxOf(model, 'a').low[0]).toBeCloseTo(361_862.96, 4)
    expect(model.scene.matrices.every((value) => Math.abs(value) < 1_000)).toBe(true)
  })
  it('keeps systems, properties, materials, storey and colours', async () => {
    const { scene, details, colours } = await read()
    expect(scene.elements.map(({ systems }) => systems.join())).toEqual([
      '污水',
      '污水',
      'JS',
      'JS',
      'JS',
      'YS',
      '污水',
    ])
    expect(scene.elements[2]?.properties).toMatchObject({
      'Mingzhu_Pipe.NominalDiameterMm': 400,
      'Mingzhu_Pipe.PressureMpa': 0.4,
      'Mingzhu_Pipe.State': 'in-use',
      'Mingzhu_Pipe.HeightKnown': true,
    })
    expect(scene.elements[0]).toMatchObject({ model: 'm', storey: '江北-1' })
    expect(details.map(({ materials }) => materials.join())).toEqual([
      '混凝土',
      '混凝土',
      '',
      '混凝土',
      '混凝土',
      '混凝土',
      '',
    ])
    expect(Array.from(colours.subarray(0, 3), (value) => Math.round(value * 255))).toEqual([128, 64, 0])
  })
  it('joins pipes at points and in wells, so that they do not clash with one another', async () => {
    const { scene, ports, portJoins } = await read()
    const pairs = new Set<string>()
    const named = (...pair: readonly number[]): string =>
      pair
        .map((index) => scene.elements[index]?.name ?? '')
        .sort((x, y) => (x < y ? -1 : 1))
        .join('-')
    for (let k = 0; k < scene.connected.length; k += 2)
      pairs.add(named(scene.connected[k] ?? 0, scene.connected[k + 1] ?? 0))
    expect([...pairs].sort((x, y) => (x < y ? -1 : 1))).toEqual([
      'W2-a',
      'W2-b',
      'a-b',
      'a-f',
      'c-d',
      'c-e',
      'd-e',
      'e-f',
    ])
    expect(ports).toHaveLength(14)
    expect(portJoins).toHaveLength(12)
    expect(ports.find(({ name, element }) => element === 0 && name === 'W1')?.flow).toBe('SINK')
    const rule = { id: 'r', a: {}, b: {}, toleranceM: 0.001 }
    const { clashes } = await detectClashes(scene, [rule])
    expect(clashes.map(({ a, b }) => named(a, b))).toEqual(['a-c'])
    const all = await detectClashes(scene, [{ ...rule, connected: true }])
    expect(new Set(all.clashes.map(({ a, b }) => named(a, b)))).toEqual(new Set(['a-c', 'W2-a', 'W2-b']))
  })
  it('has the same bytes and ids when written again', () => {
    expect(writeIfc(network, options)).toBe(writeIfc(network, options))
    const ids = [...writeIfc(network, options).matchAll(/=IFC\w+\('([0-3][0-9A-Za-z_$]{21})'/g)].map(
      (match) => match[1],
    )
    expect(ids.length).toBeGreaterThan(40)
    expect(new Set(ids).size).toBe(ids.length)
    expect(writeIfc(network, options)).toMatch(/^[\n -~]*$/)
  })
  it('may be empty', async () => {
    const model = await read({ ...network, points: [], lines: [] })
    expect(model.scene.elements).toEqual([])
    expect(model.warnings).toEqual(['文件中没有构件。'])
  })
})

describe('a file of another program', () => {
  it('is measured in metres whatever its unit', async () => {
    for (const [unit, metres] of [
      [METRE, 1],
      [MILLIMETRE, 0.001],
      [
        "#90=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n#91=IFCMEASUREWITHUNIT(IFCRATIOMEASURE(0.3048),#90);\n#92=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);\n#4=IFCCONVERSIONBASEDUNIT(#92,.LENGTHUNIT.,'FOOT',#91);",
        0.3048,
      ],
    ] as const) {
      const model = await readIfc(file('IFC4', wall(unit)))
      expect(model.unitM).toBe(metres)
      const { low, high } = boxOf(model, 'W')
      for (const [axis, size] of [1, 2, 3].entries())
        expect((high[axis] ?? 0) - (low[axis] ?? 0)).toBeCloseTo(size * metres, 6)
      expect(low[2]).toBeCloseTo(0, 6)
    }
  })
  it('tells storey, tag, type, classification, property sets of element and type, and the site', async () => {
    const model = await readIfc(
      file(
        'IFC4',
        wall(METRE, [
          "#100=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('A'),$);",
          "#101=IFCPROPERTYSINGLEVALUE('LoadBearing',$,IFCBOOLEAN(.T.),$);",
          "#102=IFCPROPERTYSET('0avctVUKr0kugbFTf53O9L',$,'Pset_WallCommon',$,(#100,#101));",
          "#103=IFCRELDEFINESBYPROPERTIES('1avctVUKr0kugbFTf53O9L',$,$,$,(#17),#102);",
          "#104=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('of the type'),$);",
          "#105=IFCPROPERTYENUMERATEDVALUE('Status',$,(IFCLABEL('NEW'),IFCLABEL('TEMPORARY')),$);",
          "#106=IFCPROPERTYSET('2avctVUKr0kugbFTf53O9L',$,'Pset_WallCommon',$,(#104,#105));",
          "#107=IFCWALLTYPE('3avctVUKr0kugbFTf53O9L',$,'墙 200',$,$,(#106),$,$,$,.SOLIDWALL.);",
          "#108=IFCRELDEFINESBYTYPE('0bvctVUKr0kugbFTf53O9L',$,$,$,(#17),#107);",
          "#109=IFCCLASSIFICATION($,$,$,'GB/T 51269',$,$,$);",
          "#110=IFCCLASSIFICATIONREFERENCE($,'14-10.20','墙体',#109,$,$);",
          "#111=IFCRELASSOCIATESCLASSIFICATION('1bvctVUKr0kugbFTf53O9L',$,$,$,(#17),#110);",
          "#112=IFCQUANTITYVOLUME('NetVolume',$,$,6.,$);",
          "#113=IFCELEMENTQUANTITY('2bvctVUKr0kugbFTf53O9L',$,'Qto',$,$,(#112));",
          "#114=IFCRELDEFINESBYPROPERTIES('3bvctVUKr0kugbFTf53O9L',$,$,$,(#17),#113);",
        ]),
      ),
    )
    expect(model.scene.elements[0]).toMatchObject({ id: '1ZvctVUKr0kugbFTf53O9L', class: 'IfcWall', storey: '一层' })
    expect(model.scene.elements[0]?.properties).toEqual({
      'Pset_WallCommon.FireRating': 'A',
      'Pset_WallCommon.LoadBearing': true,
      'Pset_WallCommon.Status': 'NEW, TEMPORARY',
      'Qto.NetVolume': 6,
    })
    expect(model.details[0]).toMatchObject({
      tag: 'T1',
      typeName: '墙 200',
      classifications: [{ system: 'GB/T 51269', code: '14-10.20', name: '墙体' }],
    })
    expect(model.site?.latitude).toBeCloseTo(29.606, 6)
    expect(model.site?.longitude).toBeCloseTo(106.574, 6)
  })
  it('counts and lists every element whose body cannot be made into triangles', async () => {
    const model = await readIfc(
      file(
        'IFC4',
        wall(METRE, [
          "#100=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',());",
          '#101=IFCPRODUCTDEFINITIONSHAPE($,$,(#100));',
          "#102=IFCSLAB('0cvctVUKr0kugbFTf53O9L',$,'no body',$,$,#7,#101,$,$);",
          "#103=IFCSLAB('1cvctVUKr0kugbFTf53O9L',$,'nothing',$,$,#7,$,$,$);",
          "#104=IFCROOF('2cvctVUKr0kugbFTf53O9L',$,'of parts',$,$,#7,$,$,$);",
          "#105=IFCRELAGGREGATES('3cvctVUKr0kugbFTf53O9L',$,$,$,#104,(#17));",
          "#106=IFCOPENINGELEMENT('0dvctVUKr0kugbFTf53O9L',$,'hole',$,$,#7,#16,$,$);",
        ]),
      ),
    )
    expect(model.missing.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
      'no body not-meshed',
      'nothing no-body',
    ])
    expect(model.missingByClass).toEqual({ IfcSlab: 2 })
    expect(model.details.find(({ line }) => line === 17)?.partOf).toBe(
      model.scene.elements.findIndex(({ class: of }) => of === 'IfcRoof'),
    )
    expect(model.scene.elements.some(({ class: of }) => of === 'IfcOpeningElement')).toBe(false)
  })
  it('of IFC2x3 may carry its place on the map in property sets', async () => {
    const model = await readIfc(
      file(
        'IFC2X3',
        wall(MILLIMETRE.replace('#4', '#4'), [
          "#100=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCLENGTHMEASURE(361862.96),$);",
          "#101=IFCPROPERTYSINGLEVALUE('Northings',$,IFCLENGTHMEASURE(3277288.2),$);",
          "#102=IFCPROPERTYSINGLEVALUE('XAxisAbscissa',$,IFCREAL(0.),$);",
          "#103=IFCPROPERTYSINGLEVALUE('XAxisOrdinate',$,IFCREAL(1.),$);",
          "#104=IFCPROPERTYSET('0evctVUKr0kugbFTf53O9L',$,'ePSet_MapConversion',$,(#100,#101,#102,#103));",
          "#105=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('EPSG:4545'),$);",
          "#106=IFCPROPERTYSET('1evctVUKr0kugbFTf53O9L',$,'ePSet_ProjectedCRS',$,(#105));",
          "#107=IFCRELDEFINESBYPROPERTIES('2evctVUKr0kugbFTf53O9L',$,$,$,(#8),#104);",
          "#108=IFCRELDEFINESBYPROPERTIES('3evctVUKr0kugbFTf53O9L',$,$,$,(#8),#106);",
        ]).map((line) => line.replace(/(IFCWALL\(.*),\.NOTDEFINED\.\)/, '$1)')),
      ),
    )
    expect(model.georeference).toMatchObject({ epsg: 4545, eastings: 361_862.96, scale: 1 })
    if (model.georeference === null) throw new Error('no georeference')
    // The x axis of the project points north.
    expect(toMap(model.georeference, [10, 0, 5])).toEqual([
      expect.closeTo(361_862.96, 6),
      expect.closeTo(3_277_298.2, 6),
      5,
    ])
  })
})
