/** Puts this capability together for `server/capabilities.ts`. */
import type { EventKind } from '../../kernel/event.ts'
import type { Capability, Platform } from '../../platform/platform.ts'
import type { PeopleReader } from '../people/contract.ts'
import { certificateTimer } from './actions/site-persons.ts'
import { sitePersonEvents } from './contract/site-persons.ts'
import { type ProjectReader, type ProjectWriter, projectEvents } from './contract.ts'
import { makeProjectReader, makeProjectWriter } from './reader.ts'
import { readBaseMapFile, readProjectSettings, readSitePosts } from './reference.ts'
import { projectRoutes } from './routes.ts'

export interface Projects {
  readonly capability: Capability
  readonly reader: ProjectReader
  readonly writer: ProjectWriter
}

/** Reads its settings first. Throws an Error when they are wrong. */
export const createProjects = async (platform: Platform, people: PeopleReader): Promise<Projects> => {
  const context = {
    people,
    settings: await readProjectSettings(platform.config.dataFolder),
    jurisdictionCode: platform.config.jurisdictionCode,
    baseMap: await readBaseMapFile(platform.config.dataFolder),
    posts: await readSitePosts(platform.config.dataFolder),
  }
  return {
    capability: {
      name: 'projects',
      migrations: new URL('./migrations/', import.meta.url),
      events: [...projectEvents, ...sitePersonEvents] as readonly EventKind[],
      routes: projectRoutes(platform, context),
      timers: [certificateTimer(context)],
    },
    reader: makeProjectReader(context, platform.clock),
    writer: makeProjectWriter(context),
  }
}
