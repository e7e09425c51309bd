import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { isRefused } from '../../kernel/refusal.ts'
import { checkSize, openFile, readHeader } from './sniff.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const step = (schema = 'IFC4', end = 'END-ISO-10303-21;\n'): string =>
  [
    'ISO-10303-21;',
    'HEADER;',
    `FILE_DESCRIPTION(('ViewDefinition [CoordinationView]'),'2;1');`,
    `FILE_NAME(/* name */ 'it''s; a name','2026-01-02T03:04:05',('A','B'),(''),'pre','Some Modeller 1.0','');`,
    `FILE_SCHEMA (('${schema}'));`,
    'ENDSEC;',
    'DATA;',
    'ENDSEC;',
    end,
  ].join('\n')
const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (isRefused(error)) return error.refusal.code
    throw error
  }
  return 'taken'
}
const open = (text: string): string => codeOf(() => openFile(bytes(text)))

describe('a file', () => {
  it('tells schema, time and application in its header', () => {
    expect(readHeader(bytes(step('IFC4X3_ADD2')))).toEqual({
      schema: 'IFC4X3',
      schemaName: 'IFC4X3_ADD2',
      writtenAt: '2026-01-02T03:04:05',
      application: 'Some Modeller 1.0',
    })
  })
  it('is taken in the versions IFC2x3, IFC4 and IFC4X3 and their corrections only', () => {
    const results = ['IFC2X3', 'ifc2x3', 'IFC2X3_TC1', 'IFC4', 'IFC4_ADD2_TC1', 'IFC4X3', 'IFC4X3_RC3', 'IFC4X3_ADD2']
    for (const schema of results) expect([schema, open(step(schema))]).toEqual([schema, 'taken'])
    for (const schema of ['IFC2X2_FINAL', 'IFC4X1', 'IFC5', 'AP214', ''])
      expect([schema, open(step(schema))]).toEqual([schema, schema === '' ? 'ifc.schema' : 'ifc.schema'])
  })
  it('is refused when it is empty, cut off or something else, and the refusal names what it is', () => {
    expect(open('')).toBe('ifc.empty')
    expect(open(step('IFC4', ''))).toBe('ifc.truncated')
    expect(open(step().slice(0, 60))).toBe('ifc.truncated')
    expect(open('hello')).toBe('ifc.not-ifc')
    const named = (content: string): string => {
      try {
        openFile(bytes(content))
      } catch (error) {
        if (isRefused(error)) return error.refusal.sentence.zh
      }
      return ''
    }
    expect(named('<?xml version="1.0"?><ifcXML>')).toContain('ifcXML')
    expect(named('%PDF-1.7')).toContain('PDF')
    expect(named('AC1032')).toContain('DWG')
    expect(named('{"type":"ifcJSON"}')).toContain('JSON')
  })
  it('is refused by its size alone, before anything reads it', () => {
    expect(codeOf(() => checkSize(2 * 1024 ** 3))).toBe('ifc.too-large')
    expect(codeOf(() => openFile(bytes(step()), 100))).toBe('ifc.too-large')
    expect(codeOf(() => checkSize(0))).toBe('ifc.empty')
    expect(codeOf(() => checkSize(10_000_000))).toBe('taken')
  })
})

describe('an archive', () => {
  const zip = (files: Record<string, string>): Uint8Array =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytes(text)])))
  it('gives its one IFC file', () => {
    const { header, bytes: content } = openFile(zip({ '说明.txt': 'x', 'model/a.IFC': step(), '__MACOSX/a.ifc': 'y' }))
    expect(header.schema).toBe('IFC4')
    expect(content).toEqual(bytes(step()))
  })
  it('is refused with none, with two, or broken', () => {
    expect(codeOf(() => openFile(zip({ 'a.txt': 'x' })))).toBe('ifc.zip')
    expect(codeOf(() => openFile(zip({ 'a.ifc': step(), 'b.ifc': step() })))).toBe('ifc.zip')
    expect(codeOf(() => openFile(zip({ 'a.ifc': step() }).slice(0, 90)))).toBe('ifc.zip')
    expect(codeOf(() => openFile(zip({ 'a.ifc': '' })))).toBe('ifc.empty')
  })
  it('that would unpack to more than the limit is not unpacked', () => {
    const bomb = zip({ 'a.ifc': step() + ' '.repeat(5_000_000) })
    expect(bomb.length).toBeLessThan(100_000)
    expect(codeOf(() => openFile(bomb, 1_000_000))).toBe('ifc.too-large')
  })
})
