/** Endpoint to action, one line each. */
import { type Route, route } from '../../platform/platform.ts'
import * as contacts from './actions/contacts.ts'
import type { Context } from './actions/context.ts'
import * as deliveries from './actions/deliveries.ts'
import * as inbox from './actions/inbox.ts'
import * as settings from './actions/settings.ts'
import * as webhooks from './actions/webhooks.ts'
import * as contract from './contract.ts'

export const messagesRoutes = (context: Context): readonly Route[] => [
  route(contract.listMessages, (call, { query }) => inbox.ownMessages(context, call.actor, query)),
  route(contract.countUnread, (call) => inbox.unreadCount(context, call.actor)),
  route(contract.markRead, (call, { body }) => inbox.readOwn(context, call.actor, body)),
  route(contract.listRules, async () => inbox.rules(context)),
  route(contract.readSettings, (call) => settings.ownSettings(context, call.actor)),
  route(contract.saveSettings, (call, { body }) => settings.saveOwnSettings(context, call.actor, body)),
  route(contract.addContact, (call, { body }) => contacts.addContact(context, call.actor, body)),
  route(contract.resendCode, (call, { params }) => contacts.resendCode(context, call.actor, params.contactId)),
  route(contract.verifyContact, (call, { params, body }) =>
    contacts.verifyContact(context, call.actor, params.contactId, body.code),
  ),
  route(contract.removeContact, (call, { params }) => contacts.removeContact(context, call.actor, params.contactId)),
  route(contract.listDeliveries, (call, { query }) => deliveries.deliveries(context, call.actor, query)),
  route(contract.readDelivery, (call, { params }) => deliveries.viewDelivery(context, call.actor, params.deliveryId)),
  route(contract.retryDelivery, (call, { params }) => deliveries.retryDelivery(context, call.actor, params.deliveryId)),
  route(contract.cancelDelivery, (call, { params, body }) =>
    deliveries.cancelDelivery(context, call.actor, params.deliveryId, body.reason),
  ),
  route(contract.moveDelivery, (call, { params, body }) =>
    deliveries.moveDelivery(context, call.actor, params.deliveryId, body.channel),
  ),
  route(contract.retryAll, (call, { body }) => deliveries.retryAllDeliveries(context, call.actor, body.channel)),
  route(contract.reportDelivery, (_call, { params, body }) => deliveries.report(context, params.channel, body)),
  route(contract.listWebhooks, (call) => webhooks.allWebhooks(context, call.actor)),
  route(contract.registerWebhook, (call, { body }) => webhooks.register(context, call.actor, body)),
  route(contract.changeWebhook, (call, { params, body }) =>
    webhooks.change(context, call.actor, params.webhookId, body),
  ),
  route(contract.renewSecret, (call, { params }) => webhooks.renewSecret(context, call.actor, params.webhookId)),
  route(contract.removeWebhook, (call, { params }) => webhooks.remove(context, call.actor, params.webhookId)),
  route(contract.testWebhook, (call, { params }) => webhooks.test(context, call.actor, params.webhookId)),
]
