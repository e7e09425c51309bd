/** Every address of the desk. Each capability is one lazy chunk: its pages come from its `desk/pages.tsx`. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  type RouteComponent,
} from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMe } from './me.tsx'
import { homeFor } from './menu.ts'
import { Shell } from './shell/shell.tsx'
import { NothingHere, Trouble } from './shell/trouble.tsx'

const approvals = () => import('../capabilities/approvals/desk/pages.tsx')
const catalogue = () => import('../capabilities/catalogue/desk/pages.tsx')
const projects = () => import('../capabilities/projects/desk/pages.tsx')
const exchange = () => import('../capabilities/exchange/desk/pages.tsx')
const bim = () => import('../capabilities/bim/desk/pages.tsx')
const bimViewer = () => import('../capabilities/bim/desk/viewer/page/viewer-page.tsx')
const appraisal = () => import('../capabilities/appraisal/desk/pages.tsx')
const messages = () => import('../capabilities/messages/desk/pages.tsx')
const completion = () => import('../capabilities/completion/desk/pages.tsx')
const monitoring = () => import('../capabilities/monitoring/desk/pages.tsx')
const supervision = () => import('../capabilities/supervision/desk/pages.tsx')
const people = () => import('../capabilities/people/desk/pages.tsx')

const Home = (): ReactElement => {
  const me = useMe()
  return <Navigate to={homeFor(me.roles.map((held) => held.role))} replace />
}

const root = createRootRoute({ component: Shell, notFoundComponent: NothingHere, errorComponent: Trouble })
const at = (path: string, component: RouteComponent) =>
  createRoute({ getParentRoute: () => root, path, component, errorComponent: Trouble })

const tree = root.addChildren([
  at('/', Home),
  at('/applications', lazyRouteComponent(approvals, 'ApplicationsPage')),
  at('/applications/new', lazyRouteComponent(approvals, 'NewApplicationPage')),
  at('/applications/$applicationId', lazyRouteComponent(approvals, 'FilePage')),
  at('/applications/$applicationId/form', lazyRouteComponent(approvals, 'FormPage')),
  at('/intake', lazyRouteComponent(approvals, 'IntakePage')),
  at('/queue', lazyRouteComponent(approvals, 'QueuePage')),
  at('/after', lazyRouteComponent(approvals, 'AfterPage')),
  at('/advice', lazyRouteComponent(approvals, 'AdviceListPage')),
  at('/advice/$adviceId', lazyRouteComponent(approvals, 'AdvicePage')),
  at('/blocks', lazyRouteComponent(approvals, 'BlocksPage')),
  at('/blocks/$delegationId', lazyRouteComponent(approvals, 'BlockPage')),
  at('/trial', lazyRouteComponent(approvals, 'TrialPage')),
  at('/editions', lazyRouteComponent(catalogue, 'EditionsPage')),
  at('/editions/$editionId', lazyRouteComponent(catalogue, 'EditionPage')),
  at('/clocks', lazyRouteComponent(approvals, 'ClocksPage')),
  at('/conflicts', lazyRouteComponent(approvals, 'ConflictsPage')),
  at('/after-checks', lazyRouteComponent(approvals, 'AfterChecksPage')),
  at('/credit', lazyRouteComponent(approvals, 'CreditPage')),
  at('/second-lists', lazyRouteComponent(approvals, 'SecondListsPage')),
  at('/calendars', lazyRouteComponent(approvals, 'CalendarsPage')),
  at('/escalations', lazyRouteComponent(approvals, 'EscalationsPage')),
  at('/signals', lazyRouteComponent(approvals, 'SignalsPage')),
  at('/projects', lazyRouteComponent(projects, 'ProjectsPage')),
  at('/projects/new', lazyRouteComponent(projects, 'NewProjectPage')),
  at('/site-persons', lazyRouteComponent(projects, 'NominationsPage')),
  at('/projects/$projectId', lazyRouteComponent(projects, 'ProjectPage')),
  at('/projects/$projectId/completion', lazyRouteComponent(completion, 'CompletionPage')),
  at('/completion', lazyRouteComponent(completion, 'ToDoPage')),
  at('/bim', lazyRouteComponent(bim, 'BimHomePage')),
  at('/bim/rules', lazyRouteComponent(bim, 'RulesPage')),
  at('/bim/models/$modelId', lazyRouteComponent(bim, 'ModelPage')),
  at('/bim/checks/$checkId', lazyRouteComponent(bim, 'CheckPage')),
  at('/bim/conflicts/$conflictId', lazyRouteComponent(bim, 'ConflictPage')),
  at('/projects/$projectId/bim', lazyRouteComponent(bim, 'ProjectBimPage')),
  at('/projects/$projectId/bim/view', lazyRouteComponent(bimViewer, 'ViewerPage')),
  at('/projects/$projectId/milestones', lazyRouteComponent(approvals, 'MilestonesPage')),
  at('/sites', lazyRouteComponent(monitoring, 'SitesMapPage')),
  at('/sites/$siteId', lazyRouteComponent(monitoring, 'SitePage')),
  at(
    '/alarms',
    lazyRouteComponent(() => import('./shell/alarm-desk.tsx'), 'AlarmDesk'),
  ),
  at('/alarm-statistics', lazyRouteComponent(monitoring, 'AlarmStatisticsPage')),
  at('/devices', lazyRouteComponent(monitoring, 'DevicesPage')),
  at('/devices/$deviceId', lazyRouteComponent(monitoring, 'DevicePage')),
  at('/device-quarantine', lazyRouteComponent(monitoring, 'QuarantinePage')),
  at('/set-aside-reports', lazyRouteComponent(monitoring, 'SetAsidePage')),
  at('/metric-profiles', lazyRouteComponent(monitoring, 'ProfilesPage')),
  at('/device-gateways', lazyRouteComponent(monitoring, 'GatewaysPage')),
  at('/monitoring-rules', lazyRouteComponent(monitoring, 'RulesPage')),
  at('/monitoring-rules/$ruleKey', lazyRouteComponent(monitoring, 'RulePage')),
  at('/monitoring-limits', lazyRouteComponent(monitoring, 'LimitsPage')),
  at('/my-site-record', lazyRouteComponent(monitoring, 'MyRecordPage')),
  at('/orders', lazyRouteComponent(supervision, 'OrdersPage')),
  at('/orders/$orderId', lazyRouteComponent(supervision, 'OrderPage')),
  at('/people', lazyRouteComponent(people, 'PeoplePage')),
  at('/people/$personId', lazyRouteComponent(people, 'PersonPage')),
  at('/organisations', lazyRouteComponent(people, 'OrganisationsPage')),
  at('/departments', lazyRouteComponent(people, 'DepartmentsPage')),
  at('/exchange', lazyRouteComponent(exchange, 'ExchangePage')),
  at('/appraisal', lazyRouteComponent(appraisal, 'PeriodsPage')),
  at('/appraisal/$periodId', lazyRouteComponent(appraisal, 'PeriodPage')),
  at('/appraisal/figures/$figureId', lazyRouteComponent(appraisal, 'FigurePage')),
  at('/messages', lazyRouteComponent(messages, 'MessagesPage')),
  at('/messages/settings', lazyRouteComponent(messages, 'MessageSettingsPage')),
  at('/messages/rules', lazyRouteComponent(messages, 'MessageRulesPage')),
  at('/outbox', lazyRouteComponent(messages, 'OutboxPage')),
  at('/webhooks', lazyRouteComponent(messages, 'WebhooksPage')),
  at('/delegation', lazyRouteComponent(people, 'DelegationPage')),
  at('/privacy', lazyRouteComponent(people, 'PrivacyPage')),
  at('/looks', lazyRouteComponent(people, 'LooksPage')),
  at('/account', lazyRouteComponent(people, 'AccountPage')),
])

export const makeRouter = () =>
  createRouter({ routeTree: tree, basepath: '/desk', defaultPreload: false, scrollRestoration: true })
