/** The pages of this capability, loaded together as one chunk. */
export { OrderPage } from './order-page.tsx'
export { OrdersPage } from './orders-page.tsx'
export { AlarmOrderDialog } from './raise-dialogs.tsx'
