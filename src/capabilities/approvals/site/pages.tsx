/** The public pages of the approvals: projects, progress, verification, the time-limit calculator. */
import { isRefused } from '../../../kernel/refusal.ts'
import { localDateSchema } from '../../../kernel/time.ts'
import { type Language, say, words } from '../../../kernel/words.ts'
import type { PageRequest, PageView, SitePage } from '../../../platform/platform.ts'
import { stages } from '../../projects/contract.ts'
import { simulateClock } from '../contract.ts'
import { type CalculatorForm, CalculatorPage } from './calculator.tsx'
import { ProgressPage } from './progress.tsx'
import { ProjectsPage } from './projects.tsx'
import { NoSuchFact, ProofPage } from './proof.tsx'
import type { PublicReading } from './reading.ts'
import { CertificatePage, NotGenuine, ReceiptPage, VerifyPage } from './verify.tsx'

const title = (zh: string, en: string, language: Language): string => say(words(zh, en), language)

const projectsPage = (reading: PublicReading): SitePage => ({
  path: '/projects',
  render: async ({ query, language }) => {
    const search = (query['q'] ?? '').trim().slice(0, 100)
    const stage = stages.find((each) => each === query['stage'])
    const projects = await reading.searchProjects({
      ...(search === '' ? {} : { search }),
      ...(stage === undefined ? {} : { stage }),
    })
    return {
      title: title('项目进度', 'Projects', language),
      body: (
        <ProjectsPage
          projects={projects}
          base={reading.baseMap()}
          search={search}
          stage={stage ?? null}
          language={language}
        />
      ),
    }
  },
})
const progressPage = (reading: PublicReading): SitePage => ({
  path: '/projects/:number',
  render: async ({ params, language }) => {
    const progress = await reading.progress(params['number'] ?? '')
    return {
      title: progress.project.name,
      description: `${progress.project.name} ${say(progress.project.stageName, language)}`,
      body: <ProgressPage progress={progress} language={language} />,
      scripts: ['proof', 'live'],
      cacheSeconds: 5,
    }
  },
})
const verifyPage = (reading: PublicReading): SitePage => ({
  path: '/verify',
  render: async ({ query, language }) => {
    const code = (query['code'] ?? '').trim()
    if (code !== '') {
      const receipt = await missing(reading.receipt(code))
      return view(language, '', {
        redirect:
          receipt === null ? `/verify/${encodeURIComponent(code)}` : `/verify/receipt/${encodeURIComponent(code)}`,
      })
    }
    return view(language, title('证件验真', 'Verify', language), { body: <VerifyPage language={language} /> })
  },
})
const certificatePage = (reading: PublicReading): SitePage => ({
  path: '/verify/:code',
  render: async ({ params, language }) => {
    const code = params['code'] ?? ''
    const certificate = await missing(reading.certificate(code))
    return certificate === null
      ? view(language, title('未查到', 'Not found', language), {
          status: 404,
          body: <NotGenuine code={code} language={language} />,
        })
      : view(language, certificate.documentNumber, {
          body: <CertificatePage certificate={certificate} language={language} />,
          scripts: ['proof', 'digest'],
        })
  },
})
const receiptPage = (reading: PublicReading): SitePage => ({
  path: '/verify/receipt/:number',
  render: async ({ params, language }) => {
    const number = params['number'] ?? ''
    const receipt = await missing(reading.receipt(number))
    return receipt === null
      ? view(language, title('未查到', 'Not found', language), {
          status: 404,
          body: <NotGenuine code={number} language={language} />,
        })
      : view(language, receipt.receiptNumber, { body: <ReceiptPage receipt={receipt} language={language} /> })
  },
})
const proofPage = (reading: PublicReading): SitePage => ({
  path: '/proof/:entryId',
  render: async ({ params, language }) => {
    const fact = await reading.fact(params['entryId'] ?? '')
    if (fact === null)
      return view(language, title('没有这条公开记录', 'No such fact', language), {
        status: 404,
        body: <NoSuchFact language={language} />,
      })
    return view(language, title('核验公开记录', 'Verify a fact', language), {
      body: <ProofPage fact={fact} language={language} />,
      scripts: ['proof'],
    })
  },
})

const view = (_language: Language, name: string, parts: Partial<PageView>): PageView => ({
  title: name,
  body: <></>,
  ...parts,
})
/** Gives null where the reading refuses as missing; other refusals go on. */
const missing = async <T,>(reading: Promise<T>): Promise<T | null> => {
  try {
    return await reading
  } catch (cause) {
    if (isRefused(cause) && (cause.refusal.kind === 'missing' || cause.refusal.kind === 'invalid')) return null
    throw cause
  }
}

/** Reads the calculator's form; empty pause rows are left out. */
const readForm = (request: PageRequest): CalculatorForm => {
  const from = request.queryAll['from'] ?? []
  const to = request.queryAll['to'] ?? []
  return {
    start: request.query['start'] ?? '',
    budget: request.query['budget'] ?? '20',
    unit: request.query['unit'] === 'calendar-day' ? 'calendar-day' : 'workday',
    extensionDays: request.query['extensionDays'] ?? '0',
    pauses: from
      .map((day, index) => ({ from: day, to: to[index] ?? '' }))
      .filter((pause) => pause.from !== '' || pause.to !== ''),
  }
}
const calculatorPage = (reading: PublicReading): SitePage => ({
  path: '/clock',
  render: async (request) => {
    const { language } = request
    const form = readForm(request)
    const name = title('期限计算', 'Time-limit calculator', language)
    if (form.start === '')
      return view(language, name, {
        body: (
          <CalculatorPage form={{ ...form, start: reading.today() }} result={null} faults={[]} language={language} />
        ),
      })
    const wrong = faultsInForm(form, language)
    if (wrong.length > 0)
      return view(language, name, {
        status: 400,
        body: <CalculatorPage form={form} result={null} faults={wrong} language={language} />,
      })
    const parsed = simulateClock.body?.safeParse({
      start: form.start,
      budget: Number(form.budget),
      unit: form.unit,
      pauses: form.pauses,
      extensionDays: Number(form.extensionDays),
    })
    if (parsed === undefined || !parsed.success) {
      const faults = (parsed?.error.issues ?? []).map(
        (issue) => `${fieldName(String(issue.path[0] ?? ''), language)}:${issue.message}`,
      )
      return view(language, name, {
        status: 400,
        body: <CalculatorPage form={form} result={null} faults={faults} language={language} />,
      })
    }
    try {
      const result = reading.simulate(parsed.data)
      return view(language, name, {
        body: <CalculatorPage form={form} result={result} faults={[]} language={language} />,
      })
    } catch (cause) {
      if (!isRefused(cause)) throw cause
      const faults = [say(cause.refusal.sentence, language), ...cause.refusal.fields.map((fault) => fault.message)]
      return view(language, name, {
        status: 400,
        body: <CalculatorPage form={form} result={null} faults={faults} language={language} />,
      })
    }
  },
})
/** What is wrong with the fields as they were filled in, each in a sentence that names its field. */
const faultsInForm = (form: CalculatorForm, language: Language): readonly string[] => {
  const whole = (text: string, most: number, zh: string, en: string): readonly string[] =>
    /^\d{1,6}$/.test(text.trim()) && Number(text) <= most
      ? []
      : [title(`${zh}:请填写 0 到 ${most} 之间的整数。`, `${en}: a whole number from 0 to ${most}.`, language)]
  const real = (day: string): boolean => localDateSchema.safeParse(day).success
  return [
    ...(real(form.start)
      ? []
      : [title('开始日期:没有这一天,请重新选择。', 'Start: there is no such day; choose another.', language)]),
    ...whole(form.budget, 400, '期限天数', 'Number of days'),
    ...whole(form.extensionDays, 200, '批准延长的天数', 'Days of extension'),
    ...form.pauses.flatMap(({ from, to }, index) => {
      const row = title(`停止计时第${index + 1}行`, `Pause ${index + 1}`, language)
      if (from === '' || to === '')
        return [`${row}:${title('请把“从”和“到”都填上。', 'fill in both “from” and “to”.', language)}`]
      if (!real(from) || !real(to))
        return [`${row}:${title('没有这一天,请重新选择。', 'there is no such day.', language)}`]
      return to < from ? [`${row}:${title('“到”不能早于“从”。', '“to” must not be before “from”.', language)}`] : []
    }),
  ]
}
const fieldName = (path: string, language: Language): string => {
  const names: Readonly<Record<string, [string, string]>> = {
    start: ['开始日期', 'Start'],
    budget: ['天数', 'Days'],
    pauses: ['停止计时', 'Pauses'],
    extensionDays: ['延长', 'Extension'],
  }
  const [zh, en] = names[path] ?? ['输入', 'Input']
  return title(zh, en, language)
}

export const approvalPages = (reading: PublicReading): readonly SitePage[] => [
  projectsPage(reading),
  progressPage(reading),
  verifyPage(reading),
  receiptPage(reading),
  certificatePage(reading),
  proofPage(reading),
  calculatorPage(reading),
]
