/** Figures of printed documents, drawn as vectors: QR code, platform seal, watermark. */
import QRCode from 'qrcode'
import type { Align, DrawnShape, Picture } from './blocks.ts'

type Sheet = PDFKit.PDFDocument

/** Free modules around a QR code (ISO/IEC 18004 6.3.8: four). */
const QUIET = 4
export const sealRed = '#c8102e'

export interface QrModules {
  /** Modules on a side, without the quiet zone. */
  readonly size: number
  readonly isDark: (row: number, column: number) => boolean
}
/** Gives the modules of a QR code (level M: 15 % may be damaged). Throws if the text is too long for one. */
export const qrModules = (text: string): QrModules => {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
  return { size: modules.size, isDark: (row, column) => modules.get(row, column) === 1 }
}

/** Draws a QR code with its quiet zone into a square of `side` points. */
export const drawQr = (sheet: Sheet, text: string, x: number, y: number, side: number): void => {
  const { size, isDark } = qrModules(text)
  const unit = side / (size + 2 * QUIET)
  sheet.save().rect(x, y, side, side).fill('#ffffff')
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      if (!isDark(row, column)) continue
      const start = column
      while (column + 1 < size && isDark(row, column + 1)) column += 1
      // A hair of overlap downwards keeps viewers from showing seams between rows.
      sheet.rect(x + (start + QUIET) * unit, y + (row + QUIET) * unit, (column - start + 1) * unit, unit * 1.02)
    }
  sheet.fill('#000000').restore()
}

const star = (sheet: Sheet, x: number, y: number, radius: number): void => {
  const at = (index: number): readonly [number, number] => {
    const reach = index % 2 === 0 ? radius : radius * 0.382
    const angle = (index * Math.PI) / 5 - Math.PI / 2
    return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)]
  }
  sheet.moveTo(...at(0))
  for (let index = 1; index < 10; index += 1) sheet.lineTo(...at(index))
  sheet.closePath().fill(sealRed)
}

/**
 * Draws the platform's mark around a centre: the organisation along the ring, a star, and the words that say what it is.
 * The double ring and the words inside tell it from the seal of an authority, which this is not.
 */
export const drawSeal = (sheet: Sheet, organisation: string, x: number, y: number, radius: number): void => {
  sheet.save().opacity(0.82).strokeColor(sealRed).fillColor(sealRed)
  sheet.lineWidth(1.6).circle(x, y, radius).stroke()
  sheet
    .lineWidth(0.6)
    .circle(x, y, radius - 3)
    .stroke()
  star(sheet, x, y - radius * 0.1, radius * 0.2)

  const chars = Array.from(organisation)
  const span = Math.min(1.45 * Math.PI, 0.36 * Math.PI + chars.length * 0.27)
  const arc = radius - 5
  const size = Math.min(radius * 0.26, (span * (arc - radius * 0.13)) / Math.max(chars.length, 1) / 1.04)
  sheet.font('bold').fontSize(size)
  chars.forEach((char, index) => {
    const angle = chars.length === 1 ? 0 : -span / 2 + (span * index) / (chars.length - 1)
    sheet.save().rotate((angle * 180) / Math.PI, { origin: [x, y] })
    sheet.text(char, x - sheet.widthOfString(char) / 2, y - arc - size * 0.12, { lineBreak: false })
    sheet.restore()
  })
  const line = (text: string, top: number, points: number, weight: 'bold' | 'regular'): void => {
    sheet.font(weight).fontSize(points)
    sheet.text(text, x - sheet.widthOfString(text) / 2, top, { lineBreak: false })
  }
  line('平台签章', y + radius * 0.19, radius * 0.2, 'bold')
  line('验真以二维码为准', y + radius * 0.5, radius * 0.115, 'regular')
  sheet.restore()
}

/** Draws pale text three times across the page. */
export const drawWatermark = (sheet: Sheet, text: string): void => {
  const { width, height } = sheet.page
  sheet.save().opacity(0.07).fillColor('#000000').font('bold').fontSize(92)
  const wide = sheet.widthOfString(text)
  for (const part of [0.2, 0.52, 0.84]) {
    const x = width / 2
    const y = height * part
    sheet.save().rotate(-30, { origin: [x, y] })
    sheet.text(text, x - wide / 2, y - 60, { lineBreak: false })
    sheet.restore()
  }
  sheet.restore()
}

type Put = (text: string, x: number, y: number, size: number, align: Align) => void
const drawShape = (sheet: Sheet, shape: DrawnShape, x: number, y: number, put: Put): void => {
  if (shape.type === 'text') {
    put(shape.text, x + shape.x, y + shape.y - shape.size * 0.8, shape.size, shape.align)
    return
  }
  if (shape.type === 'ellipse') sheet.ellipse(x + shape.x, y + shape.y, shape.rx, shape.ry)
  else {
    const [first, ...rest] = shape.points
    if (first === undefined) return
    sheet.moveTo(x + first[0], y + first[1])
    for (const [px, py] of rest) sheet.lineTo(x + px, y + py)
  }
  if (shape.type === 'line') {
    sheet.lineWidth(shape.width).strokeColor(shape.colour)
    if (shape.dash === true) sheet.dash(3, { space: 2 })
    sheet.stroke()
    if (shape.dash === true) sheet.undash()
    return
  }
  if (shape.type === 'polygon') sheet.closePath()
  sheet.lineWidth(0.7)
  if (shape.fill === 'none') sheet.stroke(shape.stroke)
  else sheet.fillAndStroke(shape.fill, shape.stroke)
}

/** Draws a picture into its frame; nothing leaves the frame. An image that cannot be read leaves it empty. */
export const drawPicture = (sheet: Sheet, picture: Picture, x: number, y: number, put: Put): void => {
  const { width, height, content } = picture
  sheet.save().rect(x, y, width, height).clip()
  if ('shapes' in content) for (const shape of content.shapes) drawShape(sheet, shape, x, y, put)
  else
    try {
      sheet.image(Buffer.from(content.image), x, y, { fit: [width, height], align: 'center', valign: 'center' })
    } catch {
      put('图片无法读取', x + width / 2, y + height / 2, 9, 'center')
    }
  sheet.restore()
  sheet.save().lineWidth(0.5).strokeColor('#b9b9b9').rect(x, y, width, height).stroke().restore()
}
