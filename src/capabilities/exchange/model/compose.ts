/** From facts of the product to rows of the exchange. Pure: the same facts give the same rows, under the same keys. */
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { ExchangeRow, RowValue } from './schema.ts'

export interface Composed {
  readonly table: string
  readonly row: ExchangeRow
}

/** 办件状态 1–15 of the exchange standard. */
export const caseStates = {
  received: 1,
  takenBack: 2,
  accepted: 3,
  notNeeded: 4,
  refusedAtIntake: 5,
  correctionsBegin: 6,
  correctionsEnd: 7,
  departmentBegins: 8,
  specialBegins: 9,
  specialEnds: 10,
  passed: 11,
  passedWithDeferral: 12,
  notPassed: 13,
  withdrawn: 14,
  revoked: 15,
} as const
export type CaseState = keyof typeof caseStates

/** The national state of a decision by its outcome (容缺通过 is 12). */
export const stateOfOutcome = (outcome: string): CaseState =>
  outcome === 'refused' ? 'notPassed' : outcome === 'approved-with-deferral' ? 'passedWithDeferral' : 'passed'

export interface Common {
  /** 行政区划代码. */
  readonly district: string
}
const rowOf = (common: Common, key: string, facts: Readonly<Record<string, RowValue>>): ExchangeRow => ({
  dfsjzj: key,
  xzqhdm: common.district,
  ...facts,
  sjyxbs: 1,
  sjsczt: 0,
})

/** Finds the code of the other side; ours stands where none is known, and the table's data says that it is unverified. */
export type CodeOf = (set: string, ours: string) => string

export interface ProjectFacts {
  readonly projectId: string
  readonly projectCode: string | null
  readonly caseNumber: string
  readonly name: string
  readonly projectType: string
  readonly investor: string
  readonly land: string
  readonly investmentWan: number | null
  readonly address: string
  readonly streetCode: string | null
  readonly point: readonly [number, number] | null
  readonly siteAreaM2: number | null
  readonly floorAreaM2: number | null
  readonly description: string
  readonly closed: boolean
  readonly closedAt: Instant | null
  readonly registeredAt: Instant
  readonly ownerName: string
  readonly ownerUscc: string | null
}
export const projectRow = (common: Common, codeOf: CodeOf, project: ProjectFacts): Composed => ({
  table: 'SPGL_XMJBXXB_V3',
  row: rowOf(common, project.projectId, {
    xmdm: project.projectCode,
    xmmc: project.name,
    gcdm: project.caseNumber,
    xmtzly: codeOf('investor', project.investor),
    tdhqfs: codeOf('land', project.land),
    splclx: project.projectType,
    splcbm: project.projectType,
    splcbbh: 1,
    xmsfwqbj: project.closed ? 1 : 0,
    xmwqbjsj: project.closedAt,
    ztze: project.investmentWan,
    jsddxzqh: project.streetCode,
    jsdd: project.address,
    xmjwdzb: project.point === null ? null : `${project.point[0]},${project.point[1]}`,
    ydmj: project.siteAreaM2,
    jzmj: project.floorAreaM2,
    jsgmjnr: project.description,
    sbsj: project.registeredAt,
    jsdw: project.ownerName,
    jsdwdm: project.ownerUscc,
  }),
})

export interface PartyFacts {
  readonly partyId: string
  readonly role: string
  readonly name: string
  readonly uscc: string | null
  readonly ended: boolean
}
/** A party that left is laid again as no longer valid: rows are never removed from the other side. */
export const partyRow = (common: Common, codeOf: CodeOf, caseNumber: string, party: PartyFacts): Composed => ({
  table: 'SPGL_ZRZTXXB_V3',
  row: {
    ...rowOf(common, party.partyId, {
      gcdm: caseNumber,
      dwtyshxydm: party.uscc,
      dwmc: party.name,
      dwlx: codeOf('party', party.role),
    }),
    ...(party.ended ? { sjyxbs: 0, sjwxyy: '参建单位已退出' } : {}),
  },
})

export interface ItemFacts {
  readonly applicationId: string
  readonly caseNumber: string
  /** Number of the project: 工程代码. */
  readonly projectNumber: string
  readonly itemId: string
  readonly itemCode: string
  readonly versionId: string
  readonly department: string
  readonly departmentName: string
  readonly projectType: string
  readonly limitDays: number | null
  /** 1 online, 2 at the window on paper. */
  readonly channel: 1 | 2
}
/** One item in one application: the instance that all later rows of the other side name. */
export const instanceCode = (item: Pick<ItemFacts, 'caseNumber' | 'itemId'>): string =>
  `${item.caseNumber}-${item.itemId}`

export const itemRow = (common: Common, codeOf: CodeOf, item: ItemFacts): Composed => ({
  table: 'SPGL_XMSPSXBLXXB_V3',
  row: rowOf(common, `${item.applicationId}:${item.itemId}`, {
    gcdm: item.projectNumber,
    spsxbm: codeOf('item', item.itemCode),
    spsxbbh: item.versionId,
    spsxslbm: instanceCode(item),
    splcbm: item.projectType,
    splcbbh: 1,
    spbmbm: codeOf('department', item.department),
    spbmmc: item.departmentName,
    slfs: item.channel,
    gkfs: 1,
    blspslbm: item.caseNumber,
    sxblsx: item.limitDays,
  }),
})

/** A step in the handling of an item, keyed by the journal entry that says it. */
export const stepRow = (
  common: Common,
  entryId: string,
  item: Pick<ItemFacts, 'caseNumber' | 'itemId' | 'projectNumber' | 'departmentName'>,
  step: { readonly state: CaseState; readonly at: Instant; readonly opinion: string | null },
): Composed => ({
  table: 'SPGL_XMSPSXBLXXXXB_V3',
  row: rowOf(common, `${entryId}:${item.itemId}:${caseStates[step.state]}`, {
    gcdm: item.projectNumber,
    spsxslbm: instanceCode(item),
    blcs: item.departmentName,
    blzt: caseStates[step.state],
    blyj: step.opinion,
    blsj: step.at,
  }),
})

/** A pause on legal ground: 特别程序. `unit` 1 working days, 2 calendar days. */
export const specialRow = (
  common: Common,
  item: Pick<ItemFacts, 'caseNumber' | 'itemId' | 'projectNumber'>,
  special: {
    readonly noticeId: string
    readonly ground: string
    readonly name: string
    readonly startedAt: Instant
    readonly days: number | null
  },
): Composed => ({
  table: 'SPGL_XMSPSXBLTBCXXXB_V3',
  row: rowOf(common, special.noticeId, {
    gcdm: item.projectNumber,
    spsxslbm: instanceCode(item),
    tbcx: special.ground,
    tbcxmc: special.name,
    tbcxkssj: special.startedAt,
    tbcxsxlx: 1,
    tbcxsx: special.days,
  }),
})

export const opinionRow = (
  common: Common,
  codeOf: CodeOf,
  item: Pick<ItemFacts, 'caseNumber' | 'itemId' | 'projectNumber'>,
  opinion: {
    readonly opinionTaskId: string
    readonly department: string
    readonly departmentName: string
    readonly askedAt: Instant
    readonly answeredAt: Instant | null
    readonly answer: string | null
  },
): Composed => ({
  table: 'SPGL_XMSPSXZQYJXXB_V3',
  row: rowOf(common, opinion.opinionTaskId, {
    gcdm: item.projectNumber,
    spsxslbm: instanceCode(item),
    zqyjbm: codeOf('department', opinion.department),
    zqyjbmmc: opinion.departmentName,
    zqsj: opinion.askedAt,
    fksj: opinion.answeredAt,
    fkyj: opinion.answer,
  }),
})

export const documentRow = (
  common: Common,
  item: Pick<ItemFacts, 'caseNumber' | 'itemId' | 'projectNumber'>,
  document: {
    readonly itemRunId: string
    readonly decidedOn: LocalDate
    readonly number: string
    readonly title: string
    readonly verificationCode: string | null
  },
): Composed => ({
  table: 'SPGL_XMSPSXPFWJXXB_V3',
  row: rowOf(common, document.itemRunId, {
    gcdm: item.projectNumber,
    spsxslbm: instanceCode(item),
    pfrq: document.decidedOn,
    pfwh: document.number,
    pfwjbt: document.title,
    yzm: document.verificationCode,
  }),
})

export interface FlowFacts {
  readonly projectType: string
  readonly name: string
  readonly validFrom: LocalDate | null
  readonly stages: readonly {
    readonly id: string
    readonly name: string
    readonly order: number
    readonly days: number | null
    readonly items: readonly {
      readonly itemId: string
      readonly itemCode: string
      readonly versionId: string
      readonly name: string
      readonly department: string
      readonly departmentName: string
      readonly days: number | null
    }[]
  }[]
}
/** The flow of a kind of project with its stages and their items: what the other side must know before any case. */
export const flowRows = (common: Common, codeOf: CodeOf, flow: FlowFacts): readonly Composed[] => {
  const head = { splcbm: flow.projectType, splcbbh: 1 }
  return [
    {
      table: 'SPGL_DFXMSPLCXXB_V3',
      row: rowOf(common, `flow:${flow.projectType}`, {
        ...head,
        splcmc: flow.name,
        splclx: flow.projectType,
        splcsxsj: flow.validFrom,
      }),
    },
    ...flow.stages.flatMap((stage): readonly Composed[] => [
      {
        table: 'SPGL_DFXMSPLCJDXXB_V3',
        row: rowOf(common, `flow:${flow.projectType}:${stage.id}`, {
          ...head,
          spjdbm: stage.id,
          spjdmc: stage.name,
          spjdxh: stage.order,
          spjdsx: stage.days,
        }),
      },
      ...stage.items.map((item) => ({
        table: 'SPGL_DFXMSPLCJDSXXXB_V3',
        row: rowOf(common, `flow:${flow.projectType}:${stage.id}:${item.itemId}`, {
          ...head,
          spjdbm: stage.id,
          spsxbm: codeOf('item', item.itemCode),
          spsxbbh: item.versionId,
          spsxmc: item.name,
          spbmbm: codeOf('department', item.department),
          spbmmc: item.departmentName,
          sxblsx: item.days,
        }),
      })),
    ]),
  ]
}
