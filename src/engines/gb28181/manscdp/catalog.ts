/** Collects the messages of one catalogue by SN until the announced number of items is there, or time is up. */
import type { CatalogItem, CatalogResponse } from './message.ts'

/** A district's largest recorder has some hundred channels; what is above this is left out and said so. */
const MAX_ITEMS = 20_000

export interface Catalog {
  readonly sn: number
  readonly deviceId: string
  readonly total: number | null
  readonly items: ReadonlyMap<string, CatalogItem>
  /** Time is up then, in milliseconds since 1970; every message that comes moves it. */
  readonly deadlineMs: number
  readonly done: 'complete' | 'partial' | null
}

export const CATALOG_TIMEOUT_MS = 15_000

export const beginCatalog = (sn: number, deviceId: string, nowMs: number): Catalog => ({
  sn,
  deviceId,
  total: null,
  items: new Map(),
  deadlineMs: nowMs + CATALOG_TIMEOUT_MS,
  done: null,
})

/** Takes a message; one of another query or device changes nothing. The same item twice counts once, the later one stands. */
export const collectCatalog = (catalog: Catalog, response: CatalogResponse, nowMs: number): Catalog => {
  if (catalog.done !== null || response.sn !== catalog.sn || response.deviceId !== catalog.deviceId) return catalog
  const items = new Map(catalog.items)
  for (const item of response.items)
    if (items.size < MAX_ITEMS || items.has(item.deviceId)) items.set(item.deviceId, item)
  const full = items.size >= MAX_ITEMS && response.total > MAX_ITEMS
  const done = items.size >= response.total ? 'complete' : full ? 'partial' : null
  return { ...catalog, items, total: response.total, deadlineMs: nowMs + CATALOG_TIMEOUT_MS, done }
}

/** Ends a collection whose time is up: what came is kept as a partial catalogue, because SumNum is often never reached. */
export const expireCatalog = (catalog: Catalog, nowMs: number): Catalog =>
  catalog.done === null && nowMs >= catalog.deadlineMs ? { ...catalog, done: 'partial' } : catalog
