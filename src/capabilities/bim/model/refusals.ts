/** What models, checks and conflicts refuse. Every sentence says what to do. */
import { defineRefusal } from '../../../kernel/refusal.ts'

// ------------------------------------------------------------------------------------------ not there, not yours

export const projectMissing = defineRefusal('missing', 'bim.project-missing', {
  zh: '没有找到该项目,或您无权查看;请核对编号,或联系建设单位。',
  en: 'No such project, or not for you to see; check the number or ask the owner.',
})
export const thingMissing = defineRefusal('missing', 'bim.missing', {
  zh: '没有找到这条记录,或您无权查看;请刷新页面后重试。',
  en: 'No such record, or not for you to see; reload the page.',
})
export const notOwnSide = defineRefusal('forbidden', 'bim.not-own-side', {
  zh: '只有建设单位和当前参建单位(勘察、设计、施工等)的人员可以操作;请联系建设单位的申请人。',
  en: 'Only people of the owner and the present parties do this; ask an applicant of the owner.',
})
export const notConcerned = defineRefusal('forbidden', 'bim.not-concerned', {
  zh: '只有建设单位、参建单位和有关部门的人员可以参与处理;请联系建设单位。',
  en: 'Only the owner, the parties and the departments concerned take part; ask the owner.',
})
export const projectOver = defineRefusal('conflict', 'bim.project-over', {
  zh: '项目已办结或已撤销,模型和冲突只能查看;如需继续,请先由牵头部门恢复项目。',
  en: 'The project is closed or withdrawn; the lead department must reopen it first.',
})

// ------------------------------------------------------------------------------------------ models and imports

export const nameTaken = defineRefusal('conflict', 'bim.name-taken', {
  zh: '已经有名为“{name}”的{what},请换一个名称。',
  en: 'The name "{name}" is taken; choose another.',
})
export const modelArchived = defineRefusal('conflict', 'bim.model-archived', {
  zh: '模型已归档,不能再导入;请先恢复模型。',
  en: 'The model is archived; restore it first.',
})
export const importOpen = defineRefusal('conflict', 'bim.import-open', {
  zh: '第{number}版尚未完成导入;请等它完成,或先取消它。',
  en: 'Version {number} is still being imported; wait for it or cancel it.',
})
export const uploadMissing = defineRefusal('missing', 'bim.upload-missing', {
  zh: '有文件没有上传完成,或不是由您上传的;请重新选择文件上传。',
  en: 'A file is not uploaded completely or not by you; choose it again.',
})
export const uploadInfected = defineRefusal('forbidden', 'bim.upload-infected', {
  zh: '文件“{file}”被查出病毒,不能使用;请杀毒后重新上传。',
  en: 'The file "{file}" carries a virus; clean it and upload it again.',
})
export const wrongFiles = defineRefusal('invalid', 'bim.wrong-files', {
  zh: '“{file}”不是{kind}可以导入的格式。{accepted}',
  en: 'The file "{file}" cannot be imported into this kind of model.',
})
export const oneIfc = defineRefusal('invalid', 'bim.one-ifc', {
  zh: '一个 IFC 模型的一个版本只能有一个文件;请分别建立模型,或先合并成一个文件。',
  en: 'A version of an IFC model has one file; make a model for each.',
})
export const tablesTooLarge = defineRefusal('invalid', 'bim.tables-too-large', {
  zh: '所选文件共 {size} MB,超过一次导入的上限 {limit} MB;请按管线类别或图幅分成几个模型导入。',
  en: 'The files have {size} MB together, more than {limit} MB; split them into several models.',
})
export const nothingReadable = defineRefusal('invalid', 'bim.nothing-readable', {
  zh: '所选文件中没有可读的表格:{why}',
  en: 'None of the files holds a table that can be read.',
})
export const notMapping = defineRefusal('conflict', 'bim.not-mapping', {
  zh: '这个版本现在不需要确认对应关系;请刷新页面查看状态。',
  en: 'This version waits for no mapping; reload the page.',
})
export const mappingWrong = defineRefusal('invalid', 'bim.mapping-wrong', {
  zh: '对应关系与文件不符:{why}请改正后再确认。',
  en: 'The mapping does not fit the files; correct it.',
})
export const notImporting = defineRefusal('conflict', 'bim.not-importing', {
  zh: '这个版本已经结束导入,不能取消;请刷新页面。',
  en: 'The import is over and cannot be cancelled; reload the page.',
})
export const notReady = defineRefusal('conflict', 'bim.not-ready', {
  zh: '这个版本还不可用;请等导入完成后再打开。',
  en: 'This version is not ready; wait until its import is done.',
})
export const wrongKind = defineRefusal('invalid', 'bim.wrong-kind', {
  zh: '这个操作只适用于{kind};请选择其他模型。',
  en: 'This works for another kind of model; choose another one.',
})
export const noCoordinates = defineRefusal('conflict', 'bim.no-coordinates', {
  zh: '模型没有已知的坐标系,不能换算成经纬度;请重新导入并设置坐标系或四参数转换。',
  en: 'The model has no known coordinates; import it again with its coordinate system.',
})
export const otherModel = defineRefusal('invalid', 'bim.other-model', {
  zh: '只能比较同一模型的两个版本;请重新选择。',
  en: 'Only two versions of the same model can be compared.',
})

// ------------------------------------------------------------------------------------------ checks and runs

export const checkModels = defineRefusal('invalid', 'bim.check-models', {
  zh: '{why}请在检查的定义中重新选择模型。',
  en: 'The check names models that do not fit; choose others.',
})
export const placesTooLarge = defineRefusal('invalid', 'bim.places-too-large', {
  zh: '所选文件共 {size} MB,超过上限 {limit} MB;请只保留检查范围内的内容后重新读入。',
  en: 'The files have {size} MB together, more than {limit} MB; keep only what lies around the pipes.',
})
export const placesFar = defineRefusal('invalid', 'bim.places-far', {
  zh: '{name}离所选管线 {distance} 公里,坐标可能有误(X 为北坐标、Y 为东坐标,不带带号);请核对后再保存。',
  en: '{name} lies {distance} km from the pipes: its coordinates must be wrong.',
})
export const rulesMissing = defineRefusal('invalid', 'bim.rules-missing', {
  zh: '没有版本为“{version}”的规则表;请选择现行版本。',
  en: 'There is no rule table "{version}"; choose the present one.',
})
export const changedMeanwhile = defineRefusal('conflict', 'bim.changed-meanwhile', {
  zh: '内容已被他人修改;请刷新页面后再改。',
  en: 'Somebody changed it meanwhile; reload and try again.',
})
export const checkArchived = defineRefusal('conflict', 'bim.check-archived', {
  zh: '检查已归档;请先恢复检查。',
  en: 'The check is archived; restore it first.',
})
export const runOpen = defineRefusal('conflict', 'bim.run-open', {
  zh: '这个检查正在运行(第{number}次);请等它完成,或先取消它。',
  en: 'Run {number} of this check is not over; wait for it or cancel it.',
})
export const noVersions = defineRefusal('conflict', 'bim.no-versions', {
  zh: '模型“{model}”还没有可用的版本;请先导入。',
  en: 'The model "{model}" has no version that is ready; import one first.',
})
export const runOver = defineRefusal('conflict', 'bim.run-over', {
  zh: '这次运行已经结束,不能取消;请刷新页面。',
  en: 'The run is over and cannot be cancelled; reload the page.',
})

// ------------------------------------------------------------------------------------------ conflicts

export const assigneeWrong = defineRefusal('invalid', 'bim.assignee-wrong', {
  zh: '只能交给建设单位、参建单位或有关部门的人员;请从列表中选择。',
  en: 'Choose somebody of the owner, the parties or the departments concerned.',
})
export const duePast = defineRefusal('invalid', 'bim.due-past', {
  zh: '期限不能早于今天;请重新选择日期。',
  en: 'The due day is over; choose another.',
})
export const groupWrong = defineRefusal('invalid', 'bim.group-wrong', {
  zh: '分组不属于这个检查;请从列表中选择。',
  en: 'The group belongs to another check; choose from the list.',
})
export const stillStands = defineRefusal('conflict', 'bim.still-stands', {
  zh: '冲突{number}仍然存在或尚无法判定,不能关闭;请修改设计或补测后重新检查,或申请例外并经批准。',
  en: 'Conflict {number} still stands or cannot be decided; change the design and check again, or have an exception approved.',
})
export const nothingToChange = defineRefusal('invalid', 'bim.nothing-to-change', {
  zh: '没有要修改的内容;请至少填写一项。',
  en: 'Nothing to change; give at least one value.',
})
export const notPicture = defineRefusal('invalid', 'bim.not-picture', {
  zh: '截图须为 PNG 或 JPEG 图片且不超过 {limit} MB;请重新保存后上传。',
  en: 'A snapshot is a PNG or JPEG picture of at most {limit} MB.',
})

// ------------------------------------------------------------------------------------------ exceptions

export const notBreach = defineRefusal('conflict', 'bim.not-breach', {
  zh: '只有仍存在的“不满足”项可以申请例外;未知的请先补测,已消除的无需申请。',
  en: 'Exceptions are for breaches that stand; survey what is unknown first.',
})
export const exceptionOpen = defineRefusal('conflict', 'bim.exception-open', {
  zh: '这个冲突已有待批准或已批准的例外;如需更改,请先撤回原申请。',
  en: 'There is an exception already; withdraw it first.',
})
export const notApprover = defineRefusal('forbidden', 'bim.not-approver', {
  zh: '例外由{department}的审批决定人批准;请联系该部门。',
  en: 'An approver of the department ({department}) decides on exceptions.',
})
export const ownProposal = defineRefusal('forbidden', 'bim.own-proposal', {
  zh: '不能批准自己或本单位提出的例外;请由其他审批决定人办理。',
  en: 'Nobody approves a proposal of their own; another approver must decide.',
})
export const exceptionDecided = defineRefusal('conflict', 'bim.exception-decided', {
  zh: '这个申请已是“{state}”状态;请刷新页面。',
  en: 'This proposal is decided already; reload the page.',
})

// ------------------------------------------------------------------------------------------ jobs

export const crashes = defineRefusal('invalid', 'bim.crashes', {
  zh: '处理这些文件时服务多次中断,已停止;请拆分文件或简化模型后重新导入,仍不成功时请联系管理员。',
  en: 'The process ended several times on these files; split them and import again.',
})
export const unexpected = defineRefusal('invalid', 'bim.unexpected', {
  zh: '处理时出现意外错误,已记录;请重试,仍不成功时请把编号 {trace} 告知管理员。',
  en: 'Something unexpected happened; try again, or tell an administrator the number {trace}.',
})
