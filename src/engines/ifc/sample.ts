/** IFC files made by rule, for tests. */
import type { Network, PipeLine, PipePoint } from '../pipes/model.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const pointOf = (no: string, east: number, north: number, more: Partial<PipePoint> = {}): PipePoint => ({
  no,
  code: 'WS',
  kind: 'sewage',
  east,
  north,
  ground: 250,
  feature: null,
  appendage: null,
  wellDepthM: null,
  wellSizeM: null,
  note: null,
  place: null,
  ...more,
})
export const lineOf = (
  id: string,
  start: string,
  end: string,
  height: number | null,
  more: Partial<PipeLine> = {},
): PipeLine => ({
  id,
  start,
  end,
  code: 'WS',
  kind: 'sewage',
  startDepthM: null,
  endDepthM: null,
  startElevation: height,
  endElevation: height,
  meaning: 'centre',
  section: { shape: 'circle', nominalMm: 400, innerM: 0.4, outerM: 0.48, wall: 'given' },
  material: '混凝土',
  burial: 'direct',
  pressureMpa: null,
  gasPressure: null,
  voltageKv: null,
  holes: null,
  usedHoles: null,
  cables: null,
  flow: 'along',
  state: 'in-use',
  phase: 'existing',
  temporary: false,
  role: 'main',
  owner: null,
  builtOn: null,
  surveyedBy: null,
  surveyedOn: null,
  ports: [],
  place: null,
  ...more,
})
/** Two sewers into one well, a tee of three water pipes above them, a box culvert, and a pipe of unknown height. */
export const network: Network = {
  id: '江北-1',
  epsg: 4545,
  points: [
    pointOf('W1', 361_862.96, 3_277_288.2),
    pointOf('W2', 361_882.96, 3_277_288.2, { appendage: '检查井', wellDepthM: 3, wellSizeM: 1.2 }),
    pointOf('W3', 361_902.96, 3_277_288.2),
    ...[0, 1, 2, 3].map((k) =>
      pointOf(`J${k}`, 361_872.96 + k * 5, 3_277_286.2 + k * 3, { code: 'JS', kind: 'water' }),
    ),
  ],
  lines: [
    lineOf('a', 'W1', 'W2', 247.5),
    lineOf('b', 'W2', 'W3', 247.4, { flow: 'against' }),
    lineOf('c', 'J0', 'J1', 247.5, { code: 'JS', kind: 'water', pressureMpa: 0.4, material: null }),
    lineOf('d', 'J1', 'J2', 248.9, { code: 'JS', kind: 'water' }),
    lineOf('e', 'J1', 'J3', null, { code: 'JS', kind: 'water' }),
    lineOf('f', 'W1', 'J3', 240, {
      code: 'YS',
      kind: 'rain',
      section: { shape: 'box', widthM: 2, heightM: 1.5, wallM: 0.2, wall: 'given' },
    }),
  ],
}
export const options = {
  projectName: "江北'管线'",
  writtenAt: '2026-01-01T00:00:00Z',
  classes: new Map([['WS', { name: '污水', colour: [128, 64, 0] as const }]]),
}
export const file = (schema: string, lines: readonly string[]): Uint8Array =>
  bytes(
    `ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('${schema}'));\nENDSEC;\nDATA;\n${lines.join('\n')}\nENDSEC;\nEND-ISO-10303-21;\n`,
  )
/** A wall of 1 x 2 x 3 units of length, with what is wanted around it; line numbers from 100 are free. */
export const wall = (unit: string, more: readonly string[] = []): readonly string[] => [
  '#1=IFCCARTESIANPOINT((0.,0.,0.));',
  '#2=IFCAXIS2PLACEMENT3D(#1,$,$);',
  "#3=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#2,$);",
  unit,
  '#5=IFCUNITASSIGNMENT((#4));',
  "#6=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,'P',$,$,$,$,(#3),#5);",
  '#7=IFCLOCALPLACEMENT($,#2);',
  "#8=IFCSITE('1YvctVUKr0kugbFTf53O9L',$,'S',$,$,#7,$,$,.ELEMENT.,(29,36,21,600000),(106,34,26,400000),$,$,$);",
  "#9=IFCBUILDINGSTOREY('2YvctVUKr0kugbFTf53O9L',$,'一层',$,$,#7,$,$,.ELEMENT.,0.);",
  "#10=IFCRELAGGREGATES('3YvctVUKr0kugbFTf53O9L',$,$,$,#6,(#8));",
  "#11=IFCRELAGGREGATES('0ZvctVUKr0kugbFTf53O9L',$,$,$,#8,(#9));",
  '#12=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,1.,2.);',
  '#13=IFCDIRECTION((0.,0.,1.));',
  '#14=IFCEXTRUDEDAREASOLID(#12,#2,#13,3.);',
  "#15=IFCSHAPEREPRESENTATION(#3,'Body','SweptSolid',(#14));",
  '#16=IFCPRODUCTDEFINITIONSHAPE($,$,(#15));',
  "#17=IFCWALL('1ZvctVUKr0kugbFTf53O9L',$,'W',$,$,#7,#16,'T1',.NOTDEFINED.);",
  "#18=IFCRELCONTAINEDINSPATIALSTRUCTURE('2ZvctVUKr0kugbFTf53O9L',$,$,$,(#17),#9);",
  ...more,
]
export const METRE = '#4=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);'
export const MILLIMETRE = '#4=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);'
