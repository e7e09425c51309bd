import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefused } from '../../kernel/refusal.ts'
import { readIfc } from './read.ts'
import { bytes, file, METRE, network, options, wall } from './sample.ts'
import { scanStep } from './scan.ts'
import { writeIfc } from './write.ts'

describe('a broken file', () => {
  const outcome = async (content: Uint8Array): Promise<string> => {
    try {
      await readIfc(content)
      return 'read'
    } catch (error) {
      if (isRefused(error)) return error.refusal.code
      throw error
    }
  }
  it('is read or refused, and never anything else', async () => {
    const good = bytes(writeIfc(network, options))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 30), fc.nat(255), fc.nat(40)), { minLength: 1, maxLength: 30 }),
        async (changes) => {
          const damaged = good.slice()
          for (const [at, byte, length] of changes) damaged.fill(byte, at, Math.min(at + length, good.length - 30))
          expect(await outcome(damaged)).toMatch(/^(read|ifc\.[a-z-]+)$/)
        },
      ),
      { seed: 12, numRuns: 20 },
    )
  })
  it('with references into nothing, loops and wrong kinds is read or refused', async () => {
    for (const line of [
      "#17=IFCWALL('1ZvctVUKr0kugbFTf53O9L',$,'W',$,$,#7,#9999,'T1',.NOTDEFINED.);",
      '#17=IFCWALL(#17,#17,#17,#17,#17,#17,#17,#17,#17);',
      '#7=IFCLOCALPLACEMENT(#7,#2);',
      "#10=IFCRELAGGREGATES('3YvctVUKr0kugbFTf53O9L',$,$,$,#9,(#8));",
      '#12=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,-1.,0.);',
      '#14=IFCEXTRUDEDAREASOLID(#14,#2,#13,3.);',
      '#16=IFCPRODUCTDEFINITIONSHAPE($,$,(#16));',
      '#17=IFCNOSUCHTHING($);',
      '#17=IFCWALL(',
    ]) {
      const number = line.split('=')[0] ?? ''
      const lines = wall(METRE).map((each) => (each.startsWith(`${number}=`) ? line : each))
      expect([line, await outcome(file('IFC4', lines))]).toEqual([line, expect.stringMatching(/^(read|ifc\.[a-z-]+)$/)])
    }
    // What the geometry of one element breaks on costs that element only.
    const slab = "#100=IFCSLAB('0cvctVUKr0kugbFTf53O9L',$,'S',$,$,#7,#5,$,$);"
    const model = await readIfc(file('IFC4', wall(METRE, [slab])))
    expect(model.missing.map(({ name }) => name)).toEqual(['S'])
    expect(new Set(model.scene.partElement)).toEqual(new Set([0]))
    expect(await outcome(file('IFC4', []))).toMatch(/^(read|ifc\.broken)$/)
  })
  it('with references that point elsewhere is read or refused', async () => {
    const good = writeIfc(network, options)
    const places = [...good.matchAll(/(?<=[(,])#\d+/g)].map(({ index, 0: text }) => ({ index, length: text.length }))
    const ids = [...good.matchAll(/^#\d+/gm)].map(({ 0: text }) => text)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(places.length - 1), fc.nat(ids.length)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          let text = good
          const sorted = [...new Map(changes)].sort(([x], [y]) => y - x)
          for (const [place, id] of sorted) {
            const { index, length } = places[place] ?? { index: 0, length: 0 }
            text = text.slice(0, index) + (ids[id] ?? '#99999') + text.slice(index + length)
          }
          expect(await outcome(bytes(text))).toMatch(/^(read|ifc\.broken)$/)
        },
      ),
      { seed: 13, numRuns: 20 },
    )
  })
  it('is told with the line where its grammar breaks', () => {
    const said = (text: string): string => {
      try {
        return `${scanStep(bytes(text)).entities} entities`
      } catch (error) {
        if (isRefused(error)) return String(error.refusal.facts['detail'])
        throw error
      }
    }
    const around = (line: string): string =>
      said(`ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\n${line}\nENDSEC;\nEND-ISO-10303-21;\n`)
    expect(around("#1=IFCX('a''b;',(1.,$,*),.T.);#2=IFCY(#1); /* #3=IFCZ( */")).toBe('2 entities')
    expect(around('#1=(IFCA()IFCB(1.));')).toBe('1 entities')
    expect(around('#1=IFCX((1.);')).toBe('第 5 行:括号没有配对')
    expect(around("#1=IFCX(\n'a);")).toBe('第 6 行:引号没有配对')
    expect(around('#1=IFCX(1.)\n#2=IFCY();')).toBe('第 6 行:缺少分号')
    expect(around('#1=IFCX();\n#1=IFCY();')).toBe('第 6 行:编号 #1 重复')
    expect(around('#1=IFCX(§);')).toMatch(/^第 5 行:有不该出现的字符/)
    expect(around('/* no end')).toBe('第 5 行:注释没有结尾')
    expect(around('hello')).toBe('第 5 行:有不该出现的内容')
    expect(said('ISO-10303-21;\n')).toBe('第 2 行:缺少结尾')
    expect(around(`#1=IFCX(${'('.repeat(100)}${')'.repeat(100)});`)).toBe('第 5 行:括号嵌套过深')
  })
})
