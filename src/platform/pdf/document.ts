/**
 * Prints blocks onto A4 pages as PDF/A-2b: calm, official, the same bytes for the same input. Margins follow the official
 * letter (GB/T 9704-2012 5.2: text 156 mm wide, 28 mm from the left edge).
 */
import PDFDocument from 'pdfkit'
import { msOf } from '../../kernel/time.ts'
import type { Block, Column, DocumentMeta, Picture } from './blocks.ts'
import { drawPicture, drawQr, drawSeal, drawWatermark } from './drawing.ts'
import { loadFonts, type Weight } from './fonts.ts'
import { breakLines, type Line } from './line-breaking.ts'

const MM = 72 / 25.4
const PAGE = { width: 210 * MM, height: 297 * MM, left: 28 * MM, right: 26 * MM, top: 30 * MM, bottom: 27 * MM }
const WIDTH = PAGE.width - PAGE.left - PAGE.right
const BOTTOM = PAGE.height - PAGE.bottom
const ink = { text: '#1a1a1a', pale: '#6b6b6b', line: '#b9b9b9', band: '#f3f4f6', accent: '#8f1d21' } as const
/** Height of a line in multiples of the letter size. */
const LEADING = 1.62
const MISSING = '□'

export interface DocumentOptions {
  /** False leaves the page streams readable, for tests. */
  readonly compress?: boolean
  /** Told the characters that the typeface does not have; they are printed as □ and listed at the end. */
  readonly onMissing?: (characters: readonly string[]) => void
}

/** XMP of the library does not escape: marks of XML become their full-width forms in the metadata only. */
const plain = (text: string): string => text.replace(/&/g, '＆').replace(/</g, '＜').replace(/>/g, '＞')

/**
 * Prints a document. Gives the bytes of a PDF/A-2b file with subset fonts. The first call reads the typefaces.
 * Characters that the typeface lacks show as □ with a remark that names their code points.
 */
export const document = async (
  meta: DocumentMeta,
  blocks: readonly Block[],
  options: DocumentOptions = {},
): Promise<Uint8Array> => {
  const fonts = await loadFonts()
  const info = {
    Title: plain(meta.title),
    Producer: 'Mingzhu',
    Creator: 'Mingzhu',
    CreationDate: new Date(msOf(meta.createdAt)),
    ...(meta.subject === undefined ? {} : { Subject: plain(meta.subject) }),
    ...(meta.author === undefined ? {} : { Author: plain(meta.author) }),
  }
  const sheet = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margins: { left: PAGE.left, right: PAGE.right, top: 0, bottom: 0 },
    autoFirstPage: false,
    bufferPages: true,
    compress: options.compress ?? true,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    lang: meta.language ?? 'zh-CN',
    displayTitle: true,
    font: '',
    info,
  })
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    const chunks: Uint8Array[] = []
    sheet.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    sheet.on('end', () => resolve(Buffer.concat(chunks)))
    sheet.on('error', reject)
  })
  sheet.registerFont('regular', fonts.regular)
  sheet.registerFont('bold', fonts.bold)

  const press = new Press(sheet)
  for (const block of blocks) press.block(block)
  press.finish(meta)
  sheet.end()
  if (press.missing.size > 0) options.onMissing?.([...press.missing])
  return whole
}

/** A font as the library keeps it, with the one question that its types leave out. */
interface OpenFont {
  readonly font: { readonly hasGlyphForCodePoint: (codePoint: number) => boolean }
}

class Press {
  readonly missing = new Set<string>()
  readonly #sheet: PDFKit.PDFDocument
  readonly #widths = new Map<string, number>()
  readonly #known = new Map<string, boolean>()
  #y: number = PAGE.top

  constructor(sheet: PDFKit.PDFDocument) {
    this.#sheet = sheet
  }

  block(block: Block): void {
    if (this.#sheet.bufferedPageRange().count === 0) this.#newPage()
    switch (block.kind) {
      case 'title':
        return this.#title(block.text, block.below)
      case 'heading':
        return this.#heading(block.text, block.level)
      case 'paragraph':
        return this.#paragraph(block)
      case 'facts':
        return this.#facts(block.rows, block.across)
      case 'table':
        return this.#table(block.columns, block.rows)
      case 'closing':
        return this.#closing(block)
      case 'pictures':
        return this.#pictures(block.pictures)
      case 'space':
        this.#y += block.points
        return
      case 'rule':
        this.#room(14)
        this.#stroke(PAGE.left, this.#y + 6, PAGE.left + WIDTH, this.#y + 6)
        this.#y += 14
        return
      case 'new-page':
        return this.#newPage()
    }
  }

  /** Adds what stands on each page and needs the count of pages. */
  finish(meta: DocumentMeta): void {
    if (this.#sheet.bufferedPageRange().count === 0) this.#newPage()
    if (this.missing.size > 0) {
      const codes = [...this.missing].map(
        (char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
      )
      this.#y += 8
      this.#flow(`注:文中“${MISSING}”是字库未收录的字,依次为 ${codes.join('、')}。`, 'regular', 9, { color: ink.pale })
    }
    const { count } = this.#sheet.bufferedPageRange()
    for (let page = 0; page < count; page += 1) {
      this.#sheet.switchToPage(page)
      if (meta.watermark !== undefined) drawWatermark(this.#sheet, this.#shown(meta.watermark, 'bold'))
      const top = 17 * MM
      if (meta.head !== undefined) this.#put(meta.head, PAGE.left, top, 'regular', 8.5, { color: ink.pale })
      if (meta.number !== undefined)
        this.#put(meta.number, PAGE.left, top, 'regular', 8.5, { color: ink.pale, align: 'right' })
      if (meta.head !== undefined || meta.number !== undefined)
        this.#stroke(PAGE.left, top + 15, PAGE.left + WIDTH, top + 15, 0.5, ink.accent)
      const foot = PAGE.height - 16 * MM
      this.#put(`第 ${page + 1} 页 共 ${count} 页`, PAGE.left, foot, 'regular', 8.5, {
        color: ink.pale,
        align: 'center',
      })
      if (meta.digest !== undefined) {
        const words = `${meta.digest.algorithm} 摘要 ${meta.digest.value}`
        this.#put(words, PAGE.left, foot + 13, 'regular', 6.5, { color: ink.pale, align: 'center' })
      }
    }
  }

  #newPage(): void {
    this.#sheet.addPage()
    this.#y = PAGE.top
  }

  /** Begins a new page unless a height still fits. */
  #room(height: number): void {
    if (this.#y + height > BOTTOM && this.#y > PAGE.top) this.#newPage()
  }

  /** Gives the text with □ for what the typeface lacks, without control characters. */
  #shown(text: string, weight: Weight): string {
    let shown = ''
    for (const char of text.normalize('NFC').replace(/\r\n?/g, '\n').replace(/\t/g, '  ')) {
      if (char === '\n') {
        shown += char
        continue
      }
      const key = weight + char
      let known = this.#known.get(key)
      if (known === undefined) {
        this.#sheet.font(weight)
        const { font } = (this.#sheet as unknown as { _font: OpenFont })._font
        known = font.hasGlyphForCodePoint(char.codePointAt(0) ?? 0)
        this.#known.set(key, known)
      }
      if (known) shown += char
      else if (!/\p{C}/u.test(char) || /\p{Co}|\p{Cn}|\p{Cs}/u.test(char)) {
        this.missing.add(char)
        shown += MISSING
      }
    }
    return shown
  }

  /** Width in points; each character is measured once. */
  #width(text: string, weight: Weight, size: number): number {
    let width = 0
    for (const char of text) {
      const key = weight + char
      let one = this.#widths.get(key)
      if (one === undefined) {
        one = this.#sheet.font(weight).fontSize(1000).widthOfString(char)
        this.#widths.set(key, one)
      }
      width += one
    }
    return (width * size) / 1000
  }

  #lines(text: string, weight: Weight, size: number, width: number, indent = 0): readonly Line[] {
    return breakLines(this.#shown(text, weight), width, (part) => this.#width(part, weight, size), indent)
  }

  /** Puts one line at a place; `width` is the column in which it is aligned. */
  #put(
    text: string,
    x: number,
    y: number,
    weight: Weight,
    size: number,
    options: { color?: string; align?: 'left' | 'center' | 'right'; width?: number; spread?: number } = {},
  ): void {
    const shown = this.#shown(text, weight)
    if (shown === '') return
    const free = (options.width ?? WIDTH) - this.#width(shown, weight, size)
    const left = options.align === 'right' ? x + free : options.align === 'center' ? x + free / 2 : x
    this.#sheet
      .font(weight)
      .fontSize(size)
      .fillColor(options.color ?? ink.text)
      .text(shown, left, y, { lineBreak: false, features: ['kern'], characterSpacing: options.spread ?? 0 })
  }

  #stroke(x1: number, y1: number, x2: number, y2: number, width = 0.6, color: string = ink.line): void {
    this.#sheet.lineWidth(width).strokeColor(color).moveTo(x1, y1).lineTo(x2, y2).stroke()
  }

  /** Sets text line by line over as many pages as it needs. */
  #flow(
    text: string,
    weight: Weight,
    size: number,
    options: { color?: string; align?: 'left' | 'center' | 'right' | 'justify'; indent?: number } = {},
  ): void {
    const indent = options.indent ?? 0
    let first = true
    for (const line of this.#lines(text, weight, size, WIDTH, indent)) {
      this.#room(size * LEADING)
      const shift = first ? indent : 0
      const gaps = Array.from(line.text).length - 1
      const free = WIDTH - shift - this.#width(line.text, weight, size)
      const spread = options.align === 'justify' && !line.last && gaps > 0 && free < 2.5 * size ? free / gaps : 0
      this.#put(line.text, PAGE.left + shift, this.#y, weight, size, {
        ...(options.color === undefined ? {} : { color: options.color }),
        ...(options.align === undefined || options.align === 'justify' ? {} : { align: options.align }),
        width: WIDTH - shift,
        spread,
      })
      this.#y += size * LEADING
      first = line.last
    }
  }

  #title(text: string, below: string | undefined): void {
    this.#y += 10
    this.#flow(text, 'bold', 21, { align: 'center' })
    if (below !== undefined) {
      this.#y += 2
      this.#flow(below, 'regular', 10.5, { align: 'center', color: ink.pale })
    }
    this.#y += 14
  }

  #heading(text: string, level: 1 | 2): void {
    const size = level === 1 ? 14 : 12
    this.#y += level === 1 ? 10 : 6
    // A heading never stands alone at the foot of a page.
    this.#room(size * LEADING + 40)
    this.#flow(text, 'bold', size)
    this.#y += 3
  }

  #paragraph(block: Extract<Block, { kind: 'paragraph' }>): void {
    const size = block.small ? 9 : 12
    this.#flow(block.text, block.bold ? 'bold' : 'regular', size, {
      align: block.align,
      indent: block.indent ? size * 2 : 0,
      color: block.small ? ink.pale : ink.text,
    })
    this.#y += block.small ? 3 : 5
  }

  #facts(rows: readonly (readonly [string, string])[], across: 1 | 2): void {
    const labels = Math.min(
      WIDTH / across / 2.4,
      Math.max(...rows.map(([label]) => this.#width(label, 'regular', 10.5)), 40) + 18,
    )
    const cells: string[][] = []
    for (let index = 0; index < rows.length; index += across) {
      const row = rows.slice(index, index + across).flat()
      while (row.length < across * 2) row.push('')
      cells.push(row)
    }
    const value = WIDTH / across - labels
    const widths = Array.from({ length: across }, () => [labels, value]).flat()
    this.#y += 5
    for (const row of cells) this.#row(row, widths, { labels: true })
    this.#y += 10
  }

  #table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const total = columns.reduce((sum, column) => sum + column.weight, 0)
    const widths = columns.map((column) => (WIDTH * column.weight) / total)
    const aligns = columns.map((column) => column.align ?? 'left')
    const head = (): void => {
      const titles = columns.map((column) => column.title)
      this.#row(titles, widths, { head: true, aligns })
    }
    this.#room(70)
    head()
    if (rows.length === 0) this.#row(['无'], [WIDTH], { aligns: ['center'] })
    for (const row of rows) this.#row(row, widths, { aligns, onNewPage: head })
    this.#y += 10
  }

  /** One row of cells with their frame. A row higher than what is left goes to the next page; one higher than a page is split. */
  #row(
    cells: readonly string[],
    widths: readonly number[],
    options: {
      head?: boolean
      labels?: boolean
      aligns?: readonly ('left' | 'center' | 'right')[]
      onNewPage?: () => void
    },
  ): void {
    const size = 10.5
    const [padX, padY] = [6, 4.5]
    const step = size * 1.5
    const weight: Weight = options.head === true ? 'bold' : 'regular'
    const lines = cells.map((cell, index) => this.#lines(cell, weight, size, (widths[index] ?? 0) - 2 * padX))
    const count = Math.max(...lines.map((cell) => cell.length))
    const turn = (): void => {
      this.#newPage()
      options.onNewPage?.()
    }
    if (this.#y + count * step + 2 * padY > BOTTOM && count * step < (BOTTOM - PAGE.top) / 2) turn()
    for (let done = 0; done < count; ) {
      if (this.#y + step + 2 * padY > BOTTOM) turn()
      const fit = Math.min(count - done, Math.max(1, Math.floor((BOTTOM - this.#y - 2 * padY) / step)))
      const height = fit * step + 2 * padY
      let x = PAGE.left
      for (const [index, cell] of lines.entries()) {
        const width = widths[index] ?? 0
        const isLabel = options.labels === true && index % 2 === 0
        if (options.head === true || isLabel) this.#sheet.rect(x, this.#y, width, height).fill(ink.band)
        this.#sheet.lineWidth(0.5).strokeColor(ink.line).rect(x, this.#y, width, height).stroke()
        cell.slice(done, done + fit).forEach((line, row) => {
          this.#put(line.text, x + padX, this.#y + padY + row * step, weight, size, {
            width: width - 2 * padX,
            align: options.aligns?.[index] ?? 'left',
            color: isLabel ? ink.pale : ink.text,
          })
        })
        x += width
      }
      this.#y += height
      done += fit
    }
  }

  #pictures(list: readonly Picture[]): void {
    const gap = 10
    const height = Math.max(0, ...list.map((picture) => picture.height))
    this.#y += 4
    this.#room(height + 20)
    let x = PAGE.left
    for (const picture of list) {
      drawPicture(this.#sheet, picture, x, this.#y, (text, left, top, size, align) =>
        this.#put(text, left, top, 'regular', size, { align, width: 0 }),
      )
      this.#put(picture.caption, x, this.#y + picture.height + 3, 'regular', 8, {
        color: ink.pale,
        align: 'center',
        width: picture.width,
      })
      x += picture.width + gap
    }
    this.#y += height + 20
  }

  #closing(block: Extract<Block, { kind: 'closing' }>): void {
    const height = block.seal || block.qr !== null ? 138 : 60
    this.#y += 16
    this.#room(height)
    const top = this.#y
    if (block.qr !== null) {
      const side = 92
      drawQr(this.#sheet, block.qr.text, PAGE.left - 8, top, side)
      const captions = this.#lines(block.qr.caption, 'regular', 8, 150)
      captions.forEach((line, index) => {
        this.#put(line.text, PAGE.left, top + side + 4 + index * 12, 'regular', 8, { color: ink.pale })
      })
    }
    const radius = 54
    const left = PAGE.left + (block.qr === null ? 0 : 110)
    const right = PAGE.left + WIDTH - (block.seal ? 2 * radius + 6 : 0)
    const lines = this.#lines(block.organisation, 'regular', 12, right - left)
    const first = top + radius - ((lines.length + 1) * 21) / 2
    const texts = [...lines.map((line) => line.text), block.date]
    texts.forEach((text, index) => {
      this.#put(text, left, first + index * 21, 'regular', 12, { align: 'right', width: right - left })
    })
    if (block.seal)
      drawSeal(this.#sheet, this.#shown(block.organisation, 'bold'), PAGE.left + WIDTH - radius, top + radius, radius)
    this.#y = top + height
  }
}
