import fc from 'fast-check'
import { zipSync } from 'fflate'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import classesData from '../../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../../data/standards/survey-columns.json' with { type: 'json' }
import { pipesOf } from '../axis.ts'
import { checkPipes } from '../checks/checker.ts'
import type { Network } from '../model.ts'
import { surveyFilesOf } from '../sample/files.ts'
import { makeStreets } from '../sample/street.ts'
import { csvOf, tablesOf } from '../tables.ts'
import { tablesFrom } from '../testing/data.ts'
import { decodeText, detectDelimiter, readCsv } from './csv.ts'
import { readExcel } from './excel.ts'
import { readGeoJson } from './features.ts'
import { type SheetMapping, suggestMapping } from './mapping.ts'
import { readNetwork } from './read.ts'
import { parseSize } from './row-reader.ts'
import { readShapefile } from './shapefile.ts'
import { type Cell, columnName, numberOf, type Sheet, textOf } from './sheet.ts'

const { classes, columns, rules } = tablesFrom(classesData, rulesData, columnsData)

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const sheetOf = (rows: readonly (readonly Cell[])[], sheet: string | null = null, file = 'a.csv'): Sheet => ({
  file,
  sheet,
  rows,
})
const suggest = (sheet: Sheet) => suggestMapping(sheet, columns, classes)
const read = (sheets: readonly Sheet[], change: Partial<SheetMapping> = {}) =>
  readNetwork(
    sheets.map((sheet) => ({ sheet, mapping: { ...suggest(sheet).mapping, ...change } })),
    { network: 'n', epsg: 4545, classes },
  )
const rulesOf = (issues: readonly { readonly rule: string }[]) => [...new Set(issues.map(({ rule }) => rule))].sort()

describe('text files', () => {
  const text = '点号,X,Y\r\n给1,1,2\r\n'
  test('are read in UTF-8 with and without mark, in GBK and in UTF-16', () => {
    expect(decodeText(utf8(text))).toEqual({ text, encoding: 'utf-8' })
    expect(decodeText(utf8(`\ufeff${text}`)).text).toBe(text)
    expect(decodeText(iconv.encode(text, 'gbk'))).toEqual({ text, encoding: 'gb18030' })
    expect(decodeText(iconv.encode(text, 'utf-16le', { addBOM: true })).text).toBe(text)
    expect(decodeText(iconv.encode(text, 'utf-16be', { addBOM: true })).text).toBe(text)
  })
  test('may be cut by comma, semicolon, tab or bar, also with commas inside quotes', () => {
    for (const mark of [',', ';', '\t', '|'] as const)
      expect(detectDelimiter(`"a,b"${mark}c${mark}d\n1${mark}2${mark}3`)).toBe(mark)
  })
  test('with broken quotes are read and reported', () => {
    const { sheet, issues } = readCsv('a.csv', utf8('a,b\n"x,1\ny,2'))
    expect(rulesOf(issues)).toEqual(['csv-broken'])
    expect(sheet.rows).toHaveLength(3)
  })
})

describe('cells', () => {
  test('numbers are read in full width, with thousands and units; other texts are no numbers', () => {
    expect(numberOf('12.5')).toBe(12.5)
    expect(numberOf('3,277,288.20')).toBe(3_277_288.2)
    expect(numberOf('1.2m')).toBe(1.2)
    expect(numberOf('-')).toBeNull()
    expect(numberOf(' ')).toBeNull()
    expect(numberOf('约1.2')).toBeUndefined()
    expect(numberOf(Number.NaN)).toBeUndefined()
    expect(textOf('无')).toBe('')
    expect([0, 25, 26, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA'])
  })
  test('sizes are read as round or box', () => {
    expect(parseSize('DN300')).toEqual({ round: 300 })
    expect(parseSize('φ0.3')).toEqual({ round: 0.3 })
    expect(parseSize('2000*1500')).toEqual({ width: 2000, height: 1500 })
    expect(parseSize('BxH 600×400')).toEqual({ width: 600, height: 400 })
    expect(parseSize('不详')).toBeNull()
    expect(parseSize('0')).toBeNull()
  })
})

describe('the mapping', () => {
  test('knows the national point and line tables, and the class by the name of the sheet', () => {
    const points = suggest(
      sheetOf(
        [
          ['Exp_No', 'X', 'Y', 'High', 'Feature', 'Subsid'],
          ['1', 1, 2, 3, '', ''],
        ],
        'JSPoint',
      ),
    )
    expect(points.mapping).toMatchObject({
      role: 'points',
      code: 'JS',
      firstRow: 1,
      columns: { no: 0, north: 1, east: 2, ground: 3 },
    })
    const lines = suggest(
      sheetOf(
        [
          ['S_Point', 'E_Point', 'S_Deep', 'E_Deep', 'Material', 'PSize', 'EmBed'],
          ['1', '2', 1, 1, '', 300, ''],
        ],
        'RQLine',
      ),
    )
    expect(lines.mapping).toMatchObject({
      role: 'lines',
      code: 'RQ',
      columns: { start: 0, end: 1, startDepth: 2, endDepth: 3, size: 5 },
    })
    expect(lines.confidence.size).toBe(1)
  })
  test('finds a header in the third row and one of two rows', () => {
    const third = suggest(
      sheetOf([['某路管线点成果表'], [], ['点号', 'X坐标(m)', 'Y坐标(m)', '地面高程(m)'], ['J1', 1, 2, 3]]),
    )
    expect(third.mapping).toMatchObject({
      role: 'points',
      firstRow: 3,
      columns: { no: 0, north: 1, east: 2, ground: 3 },
    })
    const two = suggest(
      sheetOf([
        ['管线点预编号', '连接点号', '坐标', null, '高程', null, null, '埋深'],
        [null, null, 'X', 'Y', '地面', '管顶', '管底', null],
        ['J1', 'J2', 1, 2, 3, 2, null, 1],
      ]),
    )
    expect(two.mapping).toMatchObject({
      role: 'field',
      firstRow: 2,
      columns: { no: 0, end: 1, north: 2, east: 3, ground: 4, topElevation: 5, invertElevation: 6, depth: 7 },
    })
  })
  test('reports doubtful units and leaves the numbers alone until people decide', () => {
    const sheet = sheetOf(
      [
        ['起点点号', '终点点号', '管径', '起点埋深', '终点埋深'],
        ['J1', 'J2', 0.3, 120, 130],
        ['J2', 'J3', 0.4, 125, 128],
      ],
      'JSLine',
    )
    const { mapping, doubts } = suggest(sheet)
    expect(doubts.join()).toContain('单位可能是米')
    expect(doubts.join()).toContain('单位可能是厘米')
    expect(mapping).toMatchObject({ sizeUnit: 'mm', depthUnit: 'm' })
    expect(read([sheet]).network.lines[0]?.startDepthM).toBe(120)
    const decided = read([sheet], { sizeUnit: 'm', depthUnit: 'cm' }).network.lines[0]
    expect(decided).toMatchObject({ startDepthM: 1.2, section: { nominalMm: 300 } })
    const stated = suggest(
      sheetOf([
        ['起点点号', '终点点号', '管径(m)'],
        ['a', 'b', 0.3],
      ]),
    )
    expect(stated.mapping.sizeUnit).toBe('m')
    expect(
      suggest(
        sheetOf([
          ['起点点号', '终点点号', '管径'],
          ['a', 'b', 300],
          ['b', 'c', 400],
          ['c', 'd', 0.3],
        ]),
      ).doubts.join(),
    ).toContain('混用')
  })
  test('ignores sheets that are no survey, and names columns it does not know', () => {
    expect(suggest(sheetOf([['说明'], ['本表…']])).mapping.role).toBe('ignore')
    expect(
      suggest(
        sheetOf([
          ['点号', 'X', 'Y', '神秘'],
          ['1', 1, 2, 3],
        ]),
      ).unused,
    ).toEqual([3])
  })
})

describe('reading', () => {
  const points = sheetOf(
    [
      ['点号', 'X', 'Y', '地面高程'],
      ['J1', 100, 200, 10],
      ['J2', 100, 230, 10],
    ],
    'JSPoint',
    'p.xlsx',
  )
  test('takes X for north and Y for east', () => {
    expect(read([points]).network.points[0]).toMatchObject({ no: 'J1', north: 100, east: 200, kind: 'water' })
  })
  test('says file, sheet, row and column of what it cannot read, and goes on', () => {
    const lines = sheetOf(
      [
        ['起点点号', '终点点号', '起点埋深', '终点埋深', '管径', '材质', '管线类别'],
        ['J1', 'J2', '约1', 1, '大', '玄铁', 'ZZ'],
        ['J1', '', 1, 1, 300, '钢', 'JS'],
      ],
      'L',
      'l.xlsx',
    )
    const { network, issues } = read([points, lines])
    expect(network.lines).toHaveLength(1)
    expect(network.lines[0]).toMatchObject({
      startDepthM: null,
      endDepthM: 1,
      section: { shape: 'unknown' },
      kind: 'unknown',
    })
    expect(rulesOf(issues)).toEqual([
      'class-unknown',
      'line-end-missing',
      'material-unknown',
      'number-format',
      'size-unknown',
    ])
    expect(issues.find(({ rule }) => rule === 'number-format')?.place).toEqual({
      file: 'l.xlsx',
      sheet: 'L',
      row: 2,
      column: 'C',
    })
    expect(issues.every(({ sentence }) => /请|按/.test(sentence))).toBe(true)
  })
  test('reports a point number twice and keeps the first', () => {
    const { network, issues } = read([
      sheetOf(
        [
          ['点号', 'X', 'Y', '地面高程'],
          ['J1', 1, 2, 3],
          ['J1', 5, 6, 7],
        ],
        'JSPoint',
      ),
    ])
    expect(network.points).toHaveLength(1)
    expect(rulesOf(issues)).toEqual(['point-double'])
  })
  test('joins the two ends of a line from a field sheet', () => {
    const { network } = read([
      sheetOf(
        [
          ['管线点预编号', '连接点号', 'X', 'Y', '地面', '管顶', '管径或断面', '埋设方式'],
          ['J1', 'J2', 100, 200, 10, 9, 300, '直埋'],
          ['J2', 'J1', 100, 230, 10.2, 9.1, 300, '直埋'],
          [null, 'J3', null, null, null, 9.05, 200, '直埋'],
          ['J3', 'J2', 120, 230, 10.1, 9, 200, '直埋'],
        ],
        '给水J',
      ),
    ])
    expect(network.points.map(({ no }) => no)).toEqual(['J1', 'J2', 'J3'])
    expect(network.lines).toMatchObject([
      { start: 'J1', end: 'J2', startElevation: 9, endElevation: 9.1, meaning: 'top', burial: 'direct', kind: 'water' },
      { start: 'J2', end: 'J3', startElevation: 9.05, endElevation: 9 },
    ])
  })
  test('gives double lines ids of their own', () => {
    const lines = sheetOf(
      [
        ['起点点号', '终点点号', '管径'],
        ['J1', 'J2', 300],
        ['J2', 'J1', 300],
      ],
      'JSLine',
    )
    expect(read([points, lines]).network.lines.map(({ id }) => id)).toEqual(['JS:J1~J2', 'JS:J1~J2#2'])
  })
})

describe('a network written as CSV and read again', () => {
  const again = (network: Network): Network => {
    const { points, lines } = tablesOf(network, classes)
    return read([
      readCsv('点.csv', utf8(csvOf(points))).sheet,
      readCsv('线.csv', iconv.encode(csvOf(lines), 'gbk')).sheet,
    ]).network
  }
  test('has the same pipes in the same place, and gives the same findings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { network, obstacles } = makeStreets(classes, { seed, blocks: 1 })
        const back = { ...again(network), id: network.id }
        const before = pipesOf(network)
        const after = pipesOf(back)
        expect(after).toHaveLength(before.length)
        for (const [index, pipe] of before.entries()) {
          const twin = after[index]
          expect(twin).toMatchObject({
            id: pipe.id,
            kind: pipe.kind,
            burial: pipe.burial,
            gasPressure: pipe.gasPressure,
            state: pipe.state,
            role: pipe.role,
            start: pipe.start,
            end: pipe.end,
          })
          expect(twin?.outerWidthM ?? -1).toBeCloseTo(pipe.outerWidthM ?? -1, 4)
          expect(twin?.startAxis ?? -1).toBeCloseTo(pipe.startAxis ?? -1, 2)
        }
        const namesOf = (pipes: typeof before) =>
          checkPipes(pipes, { rules, obstacles }).map(({ key, outcome }) => `${key} ${outcome}`)
        expect(namesOf(after)).toEqual(namesOf(before))
      }),
      { seed: 41, numRuns: 6 },
    )
  })
  test('also as one file for each class, whatever the order of the files', () => {
    const { network } = makeStreets(classes, { seed: 8, blocks: 1 })
    const files = surveyFilesOf(network, classes)
    expect(files.map(({ name }) => name)).toContain('WSLine.csv')
    const sheets = [...files].reverse().map(({ name, text }) => readCsv(name, utf8(`\ufeff${text}`)).sheet)
    const back = read(sheets).network
    const idsOf = (each: Network) => each.lines.map(({ id }) => id).sort()
    expect(idsOf(back)).toEqual(idsOf(network))
    expect(back.points).toHaveLength(network.points.length)
  })
  test('texts keep their commas, quotes and line ends, and formulas become texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 5 }), (texts) => {
        const [row] = readCsv('a.csv', utf8(csvOf([texts.map((text) => `x${text}`), ['y']]))).sheet.rows
        expect(row?.slice(0, texts.length)).toEqual(texts.map((text) => `x${text}`))
      }),
      { seed: 42, numRuns: 50, examples: [[['a,b', '"q"', 'l\r\nm']]] },
    )
    expect(csvOf([['=1+1']])).toBe("'=1+1")
  })
})

describe('geometry files', () => {
  test('GeoJSON points and lines become rows; other shapes are said', () => {
    const text = JSON.stringify({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [200, 100] },
          properties: { 点号: 'J1', 地面高程: 10 },
        },
        {
          type: 'Feature',
          geometry: {
            type: 'LineString',
            coordinates: [
              [200, 100],
              [230, 100],
              [260, 100],
            ],
          },
          properties: { 管径: 300, 类别: 'JS' },
        },
        { type: 'Feature', geometry: { type: 'Polygon', coordinates: [] }, properties: {} },
      ],
    })
    const { sheets, issues } = readGeoJson('a.geojson', text)
    expect(rulesOf(issues)).toEqual(['shape-unused'])
    const { network } = read(sheets)
    expect(network.points.find(({ no }) => no === 'J1')).toMatchObject({ east: 200, north: 100 })
    expect(network.lines).toHaveLength(2)
    expect(network.lines[0]).toMatchObject({ kind: 'water', start: '@200.000,100.000', end: '@230.000,100.000' })
    expect(pipesOf(network)).toHaveLength(2)
  })

  /** A shapefile of two-point lines with one text column, as ESRI writes it. */
  const shapefile = (
    lines: readonly (readonly [number, number, number, number])[],
    texts: readonly string[],
    encoding: string,
  ) => {
    const content = 48 + 32
    const shp = new DataView(new ArrayBuffer(100 + lines.length * (8 + content)))
    shp.setInt32(0, 9994)
    shp.setInt32(24, shp.byteLength / 2)
    shp.setInt32(28, 1000, true)
    shp.setInt32(32, 3, true)
    for (const [index, [ax, ay, bx, by]] of lines.entries()) {
      const at = 100 + index * (8 + content)
      shp.setInt32(at, index + 1)
      shp.setInt32(at + 4, content / 2)
      shp.setInt32(at + 8, 3, true)
      for (const [k, value] of [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)].entries())
        shp.setFloat64(at + 12 + k * 8, value, true)
      shp.setInt32(at + 44, 1, true)
      shp.setInt32(at + 48, 2, true)
      shp.setInt32(at + 52, 0, true)
      for (const [k, value] of [ax, ay, bx, by].entries()) shp.setFloat64(at + 56 + k * 8, value, true)
    }
    const width = 20
    const dbf = new Uint8Array(32 + 32 + 1 + texts.length * (1 + width))
    const head = new DataView(dbf.buffer)
    dbf[0] = 3
    head.setUint32(4, texts.length, true)
    head.setUint16(8, 65, true)
    head.setUint16(10, 1 + width, true)
    if (encoding === 'gbk') dbf[29] = 0x4d
    dbf.set(iconv.encode('管径', encoding), 32)
    dbf[43] = 'C'.charCodeAt(0)
    dbf[48] = width
    dbf[64] = 13
    for (const [index, text] of texts.entries()) {
      dbf.fill(32, 65 + index * (1 + width), 65 + (index + 1) * (1 + width))
      dbf.set(iconv.encode(text, encoding), 66 + index * (1 + width))
    }
    return zipSync({ '给水.shp': new Uint8Array(shp.buffer), '给水.dbf': dbf, '给水.prj': utf8('PROJCS["CGCS2000"]') })
  }
  test.each(['gbk', 'utf-8'])('a zipped Shapefile keeps its own coordinates and its Chinese texts (%s)', (encoding) => {
    const { sheets, systems, issues } = readShapefile(
      'a.zip',
      shapefile([[361_800, 3_277_200, 361_830, 3_277_200]], ['DN300'], encoding),
    )
    expect(issues).toEqual([])
    expect(systems).toEqual({ 给水: 'PROJCS["CGCS2000"]' })
    expect(sheets[0]?.rows[0]?.[0]).toBe('管径')
    const { network } = read(sheets)
    expect(network.lines[0]).toMatchObject({ kind: 'water', section: { nominalMm: 300 } })
    expect(network.points[0]).toMatchObject({ east: 361_800, north: 3_277_200 })
  })
  test('files that are none are refused with a sentence', async () => {
    expect(rulesOf(readShapefile('a.zip', utf8('no zip')).issues)).toEqual(['shapefile-broken'])
    expect(rulesOf(readShapefile('a.zip', zipSync({ 'a.txt': utf8('x') })).issues)).toEqual(['shapefile-broken'])
    expect(rulesOf(readGeoJson('a.json', '{').issues)).toEqual(['geojson-broken'])
    expect(rulesOf((await readExcel('a.xlsx', utf8('no workbook'))).issues)).toEqual(['excel-broken'])
  })
})

describe('an Excel workbook', () => {
  test('gives its sheets with numbers and texts', async () => {
    const cell = (ref: string, value: string | number) =>
      typeof value === 'number'
        ? `<c r="${ref}"><v>${value}</v></c>`
        : `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`
    const xml = '<?xml version="1.0" encoding="UTF-8"?>'
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
    const relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
    const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    const bytes = zipSync({
      '[Content_Types].xml': utf8(
        `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
      ),
      '_rels/.rels': utf8(
        `${xml}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      ),
      'xl/workbook.xml': utf8(
        `${xml}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="JSPoint" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ),
      'xl/_rels/workbook.xml.rels': utf8(
        `${xml}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      ),
      'xl/worksheets/sheet1.xml': utf8(
        `${xml}<worksheet xmlns="${main}"><sheetData><row r="1">${cell('A1', '点号')}${cell('B1', 'X')}${cell('C1', 'Y')}${cell('D1', '地面高程')}</row><row r="2">${cell('A2', 'J1')}${cell('B2', 3277200.5)}${cell('C2', 361800.25)}${cell('D2', 230)}</row></sheetData></worksheet>`,
      ),
    })
    const { sheets, issues } = await readExcel('a.xlsx', bytes)
    expect(issues).toEqual([])
    expect(read(sheets).network.points).toMatchObject([
      { no: 'J1', north: 3_277_200.5, east: 361_800.25, ground: 230, kind: 'water' },
    ])
  })
})

test('random rubbish never throws, in any format', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const sheets = [
        readCsv('r', bytes).sheet,
        ...(await readExcel('r', bytes)).sheets,
        ...readShapefile('r', bytes).sheets,
        ...readGeoJson('r', decodeText(bytes).text).sheets,
      ]
      read(sheets)
    }),
    { seed: 43, numRuns: 100 },
  )
  const cell = fc.oneof(
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('J1', 'J2', '点号', '300', '1e400', 'DN0'),
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { maxLength: 8 }), { maxLength: 8 }),
      fc.constantFrom(
        ['点号', 'X', 'Y', '地面高程', '特征', '附属物', '井底深', '类别'],
        ['起点点号', '终点点号', '起点埋深', '终点高程', '管径', '材质', '压力', '流向'],
        ['点号', '连接点号', 'X', 'Y', '管顶', '管底', '埋深', '管径'],
      ),
      (rows, header) => {
        const { network } = read([sheetOf([header, ...rows])])
        pipesOf(network)
      },
    ),
    { seed: 44, numRuns: 200 },
  )
})
