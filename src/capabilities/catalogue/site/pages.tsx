/** The public pages of the catalogue: index, item, guide. */
import { type LocalDate, localDateSchema } from '../../../kernel/time.ts'
import { say, words } from '../../../kernel/words.ts'
import type { PageRequest, SitePage } from '../../../platform/platform.ts'
import { type CatalogueReader, readAnswers } from '../contract.ts'
import { GuidePage } from './guide-page.tsx'
import { CatalogueIndex } from './index-page.tsx'
import { ItemPage } from './item-page.tsx'

/** The day asked for; today where none or no real day was given. */
const dayOf = (request: PageRequest, today: LocalDate): LocalDate => {
  const parsed = localDateSchema.safeParse(request.query.day)
  return parsed.success ? parsed.data : today
}

export const cataloguePages = (reader: CatalogueReader, today: () => LocalDate): readonly SitePage[] => [
  {
    path: '/catalogue',
    render: async (request) => ({
      title: say(words('服务清单', 'Service catalogue'), request.language),
      cacheSeconds: 300,
      body: (
        <CatalogueIndex
          reader={reader}
          day={dayOf(request, today())}
          noSuchDay={request.query.day !== undefined && !localDateSchema.safeParse(request.query.day).success}
          today={today()}
          by={request.query.by === 'department' ? 'department' : 'stage'}
          search={(request.query.q ?? '').slice(0, 60)}
          language={request.language}
        />
      ),
    }),
  },
  {
    path: '/catalogue/:itemId',
    render: async (request) => {
      const day = dayOf(request, today())
      const item = reader.item(request.params.itemId ?? '', day)
      const { language } = request
      if (item === null)
        return {
          title: say(words('没有这个事项', 'No such item'), language),
          status: 404,
          body: (
            <>
              <h1>{say(words('没有这个事项', 'No such item'), language)}</h1>
              <p>
                {say(
                  words(`${day} 的服务清单里没有这个事项,请从`, `It is not in the catalogue of ${day}; see the `),
                  language,
                )}
                <a href="/catalogue">{say(words('服务清单', 'service catalogue'), language)}</a>
                {say(words('中选择。', '.'), language)}
              </p>
            </>
          ),
        }
      return {
        title: say(item.name, language),
        description: say(item.applies[0]?.because ?? item.name, language),
        cacheSeconds: 300,
        body: <ItemPage reader={reader} item={item} day={day} today={today()} language={language} />,
      }
    },
  },
  {
    path: '/guide',
    render: async (request) => {
      const { answers, faults } = readAnswers(reader.questions(), request.query)
      return {
        title: say(words('我要办什么', 'What do I need?'), request.language),
        body: (
          <GuidePage
            reader={reader}
            day={today()}
            answers={answers}
            faults={faults}
            typed={request.query}
            language={request.language}
          />
        ),
      }
    },
  },
]
