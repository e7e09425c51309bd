/** The pages of this capability, loaded together as one chunk. */
export { ExchangePage } from './exchange-page.tsx'
