import { isSayable, type Node, xmlBytes } from '../xml.ts'
import type { Writing } from './context.ts'

const allSayable = (element: Node): boolean =>
  Object.values(element.attributes).every((value) => typeof value !== 'string' || isSayable(value)) &&
  (typeof element.content === 'string' ? isSayable(element.content) : element.content.every(allSayable))

/** Puts an XML document into the container. */
export const put = (writing: Writing, path: string, root: Node): void => {
  if (!allSayable(root)) writing.notes.add('unsayable', path, 'XML 不能记录的控制字符已替换为“�”')
  writing.files.set(path, xmlBytes(root))
}
