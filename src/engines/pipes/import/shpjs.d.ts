/** The two parsers that we use; shpjs ships no types. */
declare module 'shpjs' {
  export const parseShp: (shp: Uint8Array, prj?: string) => { readonly type: string; readonly coordinates: unknown }[]
  export const parseDbf: (dbf: Uint8Array, encoding?: string) => Record<string, unknown>[]
}
