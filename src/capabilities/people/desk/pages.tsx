/** The pages of this capability, loaded together as one chunk. */
export { AccountPage } from './account-page.tsx'
export { DelegationPage } from './delegation-page.tsx'
export { DepartmentsPage } from './departments-page.tsx'
export { LooksPage } from './looks-page.tsx'
export { OrganisationsPage } from './organisations-page.tsx'
export { PeoplePage } from './people-page.tsx'
export { PersonPage } from './person-page.tsx'
export { PrivacyPage } from './privacy-page.tsx'
