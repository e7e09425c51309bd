/** Who can see a file: endpoint to action. */
import { type Route, route } from '../../../platform/platform.ts'
import { accessTo } from '../actions/access.ts'
import type { Context } from '../actions/context.ts'
import { listAccess } from '../contract/access.ts'

export const accessRoutes = (context: Context): readonly Route[] => [
  route(listAccess, async (call, { params }) => ({
    rows: [
      ...(await accessTo(context, context.platform.db, call.actor, params.applicationId, context.platform.clock())),
    ],
  })),
]
