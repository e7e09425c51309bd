/** STEP text (ISO 10303-21): values as the format writes them, and lines numbered one after another. */

/** A reference to a line, '#12'. */
export type Ref = string & { readonly __ref?: never }

/** Whole numbers too have a point. */
export const real = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`STEP has no number ${value}`)
  const text = String(Math.round(value * 1e9) / 1e9)
  if (!text.includes('e')) return text.includes('.') ? text : `${text}.`
  const [mantissa = '0', exponent = '0'] = text.split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.`}E${exponent.replace('+', '')}`
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')

/** Text in quotes; what is not plain ASCII stands as hexadecimal code points. */
export const text = (value: string): string => {
  let out = ''
  let open: '' | 'X2' | 'X4' = ''
  for (const letter of value) {
    const code = letter.codePointAt(0) ?? 0
    const wanted = code >= 0x20 && code <= 0x7e ? '' : code > 0xffff ? 'X4' : 'X2'
    if (wanted !== open) {
      if (open !== '') out += '\\X0\\'
      if (wanted !== '') out += `\\${wanted}\\`
      open = wanted
    }
    if (wanted !== '') out += hex(code, wanted === 'X4' ? 8 : 4)
    else out += letter === "'" ? "''" : letter === '\\' ? '\\\\' : letter
  }
  return `'${out}${open === '' ? '' : '\\X0\\'}'`
}
export const optionalText = (value: string | null): string => (value === null || value === '' ? '$' : text(value))
export const list = (values: readonly string[]): string => `(${values.join(',')})`
export const point = (...values: readonly number[]): string => list(values.map(real))

export class StepLines {
  readonly #lines: string[] = []
  readonly #shared = new Map<string, Ref>()

  add(entity: string, ...values: readonly string[]): Ref {
    const ref: Ref = `#${this.#lines.length + 1}`
    this.#lines.push(`${ref}=${entity}(${values.join(',')});`)
    return ref
  }
  /** The line of the same content where there is one. */
  share(entity: string, ...values: readonly string[]): Ref {
    const key = `${entity}(${values.join(',')})`
    const known = this.#shared.get(key) ?? this.add(entity, ...values)
    this.#shared.set(key, known)
    return known
  }
  get size(): number {
    return this.#lines.length
  }

  file(header: {
    readonly schema: string
    readonly name: string
    /** ISO 8601. */
    readonly writtenAt: string
    readonly author: string
    readonly organisation: string
    readonly application: string
  }): string {
    return [
      'ISO-10303-21;',
      'HEADER;',
      `FILE_DESCRIPTION(('ViewDefinition [NotAssigned]'),'2;1');`,
      `FILE_NAME(${[
        text(header.name),
        text(header.writtenAt),
        list([text(header.author)]),
        list([text(header.organisation)]),
        text(header.application),
        text(header.application),
        `''`,
      ].join(',')});`,
      `FILE_SCHEMA((${text(header.schema)}));`,
      'ENDSEC;',
      'DATA;',
      ...this.#lines,
      'ENDSEC;',
      'END-ISO-10303-21;',
      '',
    ].join('\n')
  }
}
