/** Remembers beside the data that a demo is being loaded, so that one that was cut off is found at the next start. */
import fs from 'node:fs'
import path from 'node:path'

const fileOf = (stateFolder: string): string => path.join(stateFolder, 'demo-loading')

/** Nobody has used the product while the mark is there: it listens only after the load. */
export const isCutOff = (stateFolder: string): boolean => fs.existsSync(fileOf(stateFolder))
export const markLoading = (stateFolder: string): void => {
  fs.writeFileSync(fileOf(stateFolder), '演示数据正在载入 the demo is being loaded\n')
}
export const markLoaded = (stateFolder: string): void => fs.rmSync(fileOf(stateFolder), { force: true })

/** A half-loaded demo on a server of one's own: nothing there is deleted by this program. */
export class HalfLoaded extends Error {
  constructor(stateFolder: string) {
    super(
      `上次载入演示数据没有完成,DATABASE_URL 所指的数据库里只有一部分。请换一个空的数据库后重新启动;如果要继续使用这部分数据,请先删除文件 ${fileOf(stateFolder)}。\nThe last load of the demo was cut off: the database holds a part of it. Use an empty database; or delete the file named above to go on with the part.`,
    )
    this.name = 'HalfLoaded'
  }
}
/** The load was ended by a signal before the product listened. */
export class LoadStopped extends Error {
  constructor() {
    super(
      '演示数据的载入已停止,下次启动时重新载入。\nThe load of the demo was stopped; the next start begins it again.',
    )
    this.name = 'LoadStopped'
  }
}
