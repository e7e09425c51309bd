/** What a printed document is made of. Blocks are plain values, so that a document can be described and tested without paper. */
import type { Instant } from '../../kernel/time.ts'

export interface DocumentMeta {
  readonly title: string
  readonly subject?: string
  readonly author?: string
  /** BCP 47; 'zh-CN' where absent. */
  readonly language?: string
  /** The moment that the document carries. The same input gives the same bytes. */
  readonly createdAt: Instant
  /** Small text at the left of the running head, for example the platform's name. */
  readonly head?: string
  /** Number of the document, at the right of the running head. */
  readonly number?: string
  /** Pale text across each page: '样本', '演示'. */
  readonly watermark?: string
  /** What proves the document; in the foot of each page. */
  readonly digest?: { readonly algorithm: string; readonly value: string }
}

export type Align = 'left' | 'center' | 'right'
export interface Column {
  readonly title: string
  /** Share of the width. */
  readonly weight: number
  readonly align?: Align
}

/** A drawing of vectors in a box of points; y grows downwards. */
export type DrawnShape =
  | {
      readonly type: 'line'
      readonly points: readonly (readonly [number, number])[]
      readonly colour: string
      readonly width: number
      readonly dash?: boolean
    }
  | {
      readonly type: 'polygon'
      readonly points: readonly (readonly [number, number])[]
      /** '#rrggbb', or 'none'. */
      readonly fill: string
      readonly stroke: string
    }
  | {
      readonly type: 'ellipse'
      readonly x: number
      readonly y: number
      readonly rx: number
      readonly ry: number
      readonly fill: string
      readonly stroke: string
    }
  | {
      readonly type: 'text'
      readonly x: number
      readonly y: number
      readonly text: string
      readonly size: number
      readonly align: Align
    }
/** What stands in a row of pictures: a drawing, or a photograph (PNG or JPEG) that is fitted into the box. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly caption: string
  readonly content: { readonly shapes: readonly DrawnShape[] } | { readonly image: Uint8Array }
}

export type Block =
  | { readonly kind: 'pictures'; readonly pictures: readonly Picture[] }
  | { readonly kind: 'title'; readonly text: string; readonly below?: string }
  | { readonly kind: 'heading'; readonly text: string; readonly level: 1 | 2 }
  | {
      readonly kind: 'paragraph'
      readonly text: string
      readonly align: Align | 'justify'
      readonly bold: boolean
      /** Two characters of free space at the start, as in official letters. */
      readonly indent: boolean
      readonly small: boolean
    }
  | {
      readonly kind: 'facts'
      readonly rows: readonly (readonly [label: string, value: string])[]
      readonly across: 1 | 2
    }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | {
      readonly kind: 'closing'
      readonly organisation: string
      readonly date: string
      readonly seal: boolean
      readonly qr: { readonly text: string; readonly caption: string } | null
    }
  | { readonly kind: 'space'; readonly points: number }
  | { readonly kind: 'rule' }
  | { readonly kind: 'new-page' }

/** The name of the document in large letters, with a line below it (a number, a date). */
export const title = (text: string, below?: string): Block => ({
  kind: 'title',
  text,
  ...(below === undefined ? {} : { below }),
})
export const heading = (text: string, level: 1 | 2 = 1): Block => ({ kind: 'heading', text, level })
export const paragraph = (
  text: string,
  options: { align?: Align | 'justify'; bold?: boolean; indent?: boolean; small?: boolean } = {},
): Block => ({
  kind: 'paragraph',
  text,
  align: options.align ?? 'justify',
  bold: options.bold ?? false,
  indent: options.indent ?? true,
  small: options.small ?? false,
})
/** A small remark without indent. */
export const note = (text: string): Block => paragraph(text, { small: true, indent: false })
/** Labels with values, in one or two columns. */
export const facts = (rows: readonly (readonly [label: string, value: string])[], across: 1 | 2 = 1): Block => ({
  kind: 'facts',
  rows,
  across,
})
/** Rows under a head that is repeated on each page. Throws a RangeError if a row has another number of cells. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): Block => {
  const wrong = rows.findIndex((row) => row.length !== columns.length)
  if (wrong >= 0) throw new RangeError(`row ${wrong} has ${rows[wrong]?.length} cells, not ${columns.length}`)
  return { kind: 'table', columns, rows }
}
/**
 * The end of a document: who issues it and when, with the platform's seal and the code for checking it. The seal is a
 * mark of this platform, labelled as such; it is not the official seal of the organisation.
 */
export const closing = (value: {
  organisation: string
  date: string
  seal?: boolean
  qr?: { readonly text: string; readonly caption: string }
}): Block => ({
  kind: 'closing',
  organisation: value.organisation,
  date: value.date,
  seal: value.seal ?? false,
  qr: value.qr ?? null,
})
/** Pictures side by side, each with its caption; a row is never split over pages. */
export const pictures = (list: readonly Picture[]): Block => ({ kind: 'pictures', pictures: list })
export const space = (points: number): Block => ({ kind: 'space', points })
export const rule: Block = { kind: 'rule' }
export const newPage: Block = { kind: 'new-page' }
