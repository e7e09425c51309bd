/** What stands around the picture: doubts about places, marks over it, the legend, how it is worked. */
import type { ReactElement, RefObject } from 'react'
import { useSay } from '../../../../../desk/language.tsx'
import { changeColours } from '../shapes.ts'

/** Models whose place on the map is not sure. */
export const Doubts = ({
  doubts,
}: {
  readonly doubts: { readonly loose: readonly string[]; readonly mixed: boolean }
}): ReactElement => {
  const say = useSay()
  return (
    <>
      {doubts.loose.length > 0 && (
        <p className="notice warn">
          {say(
            `${doubts.loose.join('、')} 没有地理定位,按自身坐标显示在原点处,与其他模型的相对位置不可靠。`,
            `${doubts.loose.join(', ')}: not placed on the map; shown at zero.`,
          )}
        </p>
      )}
      {doubts.mixed && (
        <p className="notice warn">
          {say('各模型的坐标系不一致,相对位置可能不准。', 'The models have different coordinate systems.')}
        </p>
      )}
    </>
  )
}
export const NoPicture = (): ReactElement => {
  const say = useSay()
  return (
    <p className="notice bad" role="alert">
      {say(
        '浏览器没有可用的 WebGL,无法显示三维图;下方数据表、纵断面和冲突清单仍可使用。',
        'No WebGL here: use the tables, long sections and lists below.',
      )}
    </p>
  )
}
/** The cross hair in the middle, and the compass that the stage turns. */
export const StageMarks = ({ compass }: { readonly compass: RefObject<SVGSVGElement | null> }): ReactElement => {
  const say = useSay()
  return (
    <>
      <svg className="cross" viewBox="0 0 22 22" aria-hidden="true">
        <path d="M11 1v20M1 11h20" stroke="#fff" strokeWidth="4" />
        <path d="M11 1v20M1 11h20" stroke="#1c2733" strokeWidth="1.5" />
      </svg>
      <svg className="bim-compass" ref={compass} viewBox="0 0 44 44" aria-hidden="true">
        <circle cx="22" cy="22" r="20" fill="#fff" fillOpacity="0.9" stroke="#8b95a1" />
        <path d="M22 5l5 17h-10z" fill="#b3261e" />
        <path d="M22 39l5-17h-10z" fill="#8b95a1" />
        <text x="22" y="26" textAnchor="middle" fontSize="10" fontWeight="700" fill="#1c2733">
          {say('北', 'N')}
        </text>
      </svg>
    </>
  )
}
const changeNames = {
  added: ['新增', 'added'],
  changed: ['修改', 'changed'],
  removed: ['删除', 'removed'],
  same: ['未变', 'same'],
} as const
/** Colours of a comparison, with how many objects each has. */
export const ChangeLegend = ({
  counts,
}: {
  readonly counts: Readonly<Record<'added' | 'changed' | 'removed' | 'same', number>>
}): ReactElement => {
  const say = useSay()
  return (
    <ul className="legend">
      {(['added', 'changed', 'removed', 'same'] as const).map((each) => (
        <li key={each}>
          <i style={{ background: `rgb(${changeColours[each].join(' ')})` }} aria-hidden="true" />
          {say(changeNames[each][0], changeNames[each][1])} {counts[each]}
        </li>
      ))}
    </ul>
  )
}
export const HowTo = (): ReactElement => {
  const say = useSay()
  return (
    <details className="small quiet" style={{ margin: '6px 0 12px' }}>
      <summary>{say('操作说明', 'How to')}</summary>
      {say(
        '鼠标左键拖动旋转,右键拖动平移,滚轮缩放,单击选取;触屏单指旋转,双指平移缩放。键盘:先用 Tab 键聚焦到三维图,方向键平移,Shift 加方向键旋转,+ 和 - 缩放,Home 全图,回车选取准星处对象,M 测量,N、P 切换冲突。颜色为管线类别的标准颜色;高程或管径未知的管线颜色变浅,埋深按 1 m、管径按 0.2 m 示意。',
        'Drag turns, right drag pans, the wheel zooms, a click picks. Pale pipes have unknown height or size and are drawn 1 m deep, 0.2 m thick.',
      )}
    </details>
  )
}
