/** The steps of the three axes stage × state × hold reason, as data. Pure. */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import { type ProjectStage, type ProjectState, stages } from '../contract.ts'

/**
 * Forward steps may leave out a stage that does not apply (no new land; planning and construction permit merged for small
 * projects, 重庆市优化营商环境条例 47); backward steps undo one (permit revoked, acceptance failed).
 */
export const stageLifecycle = lifecycle<ProjectStage>('land', {
  land: ['planning', 'permit'],
  planning: ['permit', 'construction', 'land'],
  permit: ['construction', 'planning'],
  construction: ['acceptance', 'permit'],
  acceptance: ['in-use', 'construction'],
  'in-use': [],
})
export const stateLifecycle = lifecycle<ProjectState>('registered', {
  registered: ['active', 'withdrawn'],
  active: ['closed', 'withdrawn'],
  closed: ['active'],
  withdrawn: [],
})
const rank = (stage: ProjectStage): number => stages.indexOf(stage)
export const isLater = (stage: ProjectStage, than: ProjectStage): boolean => rank(stage) > rank(than)
/** Is the project alive, so that it can move, be changed or be put on hold? */
export const isOpen = (state: ProjectState): boolean => state === 'registered' || state === 'active'
