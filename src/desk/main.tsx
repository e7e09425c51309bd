/** Starts the desk in the page. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LanguageProvider } from './language.tsx'
import { problemFrom } from './problem.ts'
import { makeRouter } from './router.tsx'
import { Theming } from './shell/theming.tsx'
import './style.css'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal is an answer; only silence and server faults are tried again.
      retry: (count, error) => {
        const { status } = problemFrom(error)
        return count < 2 && (status === 0 || status >= 502)
      },
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
})
const router = makeRouter()
const place = document.getElementById('desk')
if (place !== null)
  createRoot(place).render(
    <StrictMode>
      <LanguageProvider>
        <Theming>
          <QueryClientProvider client={client}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </Theming>
      </LanguageProvider>
    </StrictMode>,
  )
