/** Moving a project along its three axes, and showing it to the public. */
import { require } from '../../../kernel/decision.ts'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Unit } from '../../../platform/platform.ts'
import {
  type HoldReason,
  holdReasonWords,
  type ProjectStage,
  type ProjectState,
  projectHeld,
  projectPublished,
  projectResumed,
  projectStateWords,
  stageChanged,
  stageWords,
  stateChanged,
} from '../contract.ts'
import { isLater, isOpen, stageLifecycle, stateLifecycle } from '../model/stages.ts'
import { mayChangeStage, mayHold, mayPublish, projectOver } from '../policy.ts'
import { type ProjectRecord, saveProject } from '../store/projects.ts'
import { aboutOf, lockedProject, onHold, placeInJournal, visibilityOf, wrongStep } from './context.ts'

const saved = async (unit: Unit, project: ProjectRecord): Promise<ProjectRecord> => {
  const next = { ...project, version: project.version + 1 }
  await saveProject(unit.db, next)
  return next
}
const recording = (project: ProjectRecord, because: string) => ({
  ...placeInJournal(project),
  visibility: visibilityOf(project),
  personal: { because },
})

const enterState = async (
  unit: Unit,
  project: ProjectRecord,
  state: ProjectState,
  because: string,
): Promise<ProjectRecord> => {
  const after = await saved(unit, { ...project, state })
  await unit.record(stateChanged, {
    ...recording(after, because),
    payload: { ...aboutOf(after), from: project.state, to: state, stateName: projectStateWords[state].zh },
  })
  return after
}

const enterStage = async (unit: Unit, project: ProjectRecord, stage: ProjectStage, because: string): Promise<void> => {
  if (!isOpen(project.state)) throw projectOver()
  if (project.holdReason !== null) throw onHold({ reason: holdReasonWords[project.holdReason].zh })
  if (!stageLifecycle.leads(project.stage, stage))
    throw wrongStep({ from: stageWords[project.stage].zh, to: stageWords[stage].zh })
  const active = project.state === 'registered' ? await enterState(unit, project, 'active', because) : project
  const after = await saved(unit, { ...active, stage })
  await unit.record(stageChanged, {
    ...recording(after, because),
    payload: { ...aboutOf(after), from: project.stage, to: stage, stageName: stageWords[stage].zh },
  })
}

/** Moves forward; false when the project is there already or beyond. For use by other capabilities: asks no policy. */
export const advanceStage = async (
  unit: Unit,
  id: ProjectId,
  stage: ProjectStage,
  because: string,
): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  if (!isLater(stage, project.stage)) return false
  await enterStage(unit, project, stage, because)
  return true
}
/** Moves back; false when the project is there already or before. For use by other capabilities: asks no policy. */
export const returnToStage = async (
  unit: Unit,
  id: ProjectId,
  stage: ProjectStage,
  because: string,
): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  if (!isLater(project.stage, stage)) return false
  await enterStage(unit, project, stage, because)
  return true
}
/** Moves forward or back by an officer's hand. */
export const changeStage = async (
  unit: Unit,
  id: ProjectId,
  stage: ProjectStage,
  because: string,
): Promise<boolean> => {
  require(mayChangeStage(unit.actor))
  return (await advanceStage(unit, id, stage, because)) || returnToStage(unit, id, stage, because)
}

/** Changes the state; false when it is so already. Ends a hold when the project ends. Asks no policy. */
export const setState = async (unit: Unit, id: ProjectId, state: ProjectState, because: string): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  if (project.state === state) return false
  if (!stateLifecycle.leads(project.state, state))
    throw wrongStep({ from: projectStateWords[project.state].zh, to: projectStateWords[state].zh })
  const free = isOpen(state) ? project : await freed(unit, project, because)
  await enterState(unit, free, state, because)
  return true
}
export const changeState = async (
  unit: Unit,
  id: ProjectId,
  state: ProjectState,
  because: string,
): Promise<boolean> => {
  require(mayChangeStage(unit.actor))
  return setState(unit, id, state, because)
}

const freed = async (unit: Unit, project: ProjectRecord, because: string): Promise<ProjectRecord> => {
  if (project.holdReason === null) return project
  const after = await saved(unit, { ...project, holdReason: null })
  await unit.record(projectResumed, {
    ...recording(after, because),
    payload: { ...aboutOf(after), reason: project.holdReason },
  })
  return after
}

/** Puts a project on hold, or changes the reason; false when it rests for this reason already. Asks no policy. */
export const hold = async (unit: Unit, id: ProjectId, reason: HoldReason, because: string): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  if (!isOpen(project.state)) throw projectOver()
  if (project.holdReason === reason) return false
  const after = await saved(unit, { ...project, holdReason: reason })
  await unit.record(projectHeld, {
    ...recording(after, because),
    payload: { ...aboutOf(after), reason, reasonName: holdReasonWords[reason].zh },
  })
  return true
}
/** Ends the hold; false when there is none. Asks no policy. */
export const resume = async (unit: Unit, id: ProjectId, because: string): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  if (project.holdReason === null) return false
  await freed(unit, project, because)
  return true
}
/** An officer's hold. Who may not end a hold may not replace its reason either. */
export const holdByHand = async (unit: Unit, id: ProjectId, reason: HoldReason, because: string): Promise<boolean> => {
  require(mayHold(unit.actor, reason))
  const project = await lockedProject(unit.db, id)
  if (project.holdReason !== null) require(mayHold(unit.actor, project.holdReason))
  return hold(unit, id, reason, because)
}
export const resumeByHand = async (unit: Unit, id: ProjectId, because: string): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  require(mayHold(unit.actor, project.holdReason ?? 'safety-stop'))
  return resume(unit, id, because)
}

/** Shows a project to the public or takes it back; false when it is so already. Asks no policy. */
export const publish = async (unit: Unit, id: ProjectId, published: boolean, because: string): Promise<boolean> => {
  const project = await lockedProject(unit.db, id)
  if (project.published === published) return false
  const after = await saved(unit, { ...project, published })
  await unit.record(projectPublished, {
    ...recording(after, because),
    payload: { ...aboutOf(after), published },
  })
  return true
}
export const publishByHand = async (
  unit: Unit,
  id: ProjectId,
  published: boolean,
  because: string,
): Promise<boolean> => {
  require(mayPublish(unit.actor))
  return publish(unit, id, published, because)
}
