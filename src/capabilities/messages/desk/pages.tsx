/** The pages of this capability, loaded together as one chunk. */
export { MessagesPage } from './messages-page.tsx'
export { OutboxPage } from './outbox-page.tsx'
export { MessageRulesPage } from './rules-page.tsx'
export { MessageSettingsPage } from './settings-page.tsx'
export { WebhooksPage } from './webhooks-page.tsx'
