/** Shapes that are drawn on a site. */
import { z } from 'zod'
import { areaM2, boxOf, ringFault } from '../geofence.ts'

const lonLat = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
/** A fence encloses between ten square metres and a hundred square kilometres. */
const LEAST_M2 = 10
const MOST_M2 = 100_000_000

const faultText = {
  open: '图形没有闭合,请从起点画回起点',
  few: '至少需要三个角点',
  repeated: '相邻角点重复,请删去多余的点',
  crossing: '边线相交,请重新绘制',
} as const
/** One outer ring without holes, closed, its edges not crossing. */
export const polygonSchema = z
  .object({
    type: z.literal('Polygon'),
    coordinates: z.tuple([
      z.array(lonLat).min(4, { error: '至少需要三个角点' }).max(500, { error: '角点不超过500个' }),
    ]),
  })
  .superRefine((polygon, context) => {
    const fault = ringFault(polygon.coordinates[0])
    if (fault !== null) {
      context.addIssue({ code: 'custom', message: faultText[fault], path: ['coordinates'] })
      return
    }
    const area = areaM2(polygon.coordinates)
    if (area < LEAST_M2 || area > MOST_M2)
      context.addIssue({ code: 'custom', message: '面积应在10平方米到100平方公里之间', path: ['coordinates'] })
  })
export type Polygon = z.infer<typeof polygonSchema>

/** West, south, east, north in degrees. */
export const planBoundsSchema = z
  .tuple([
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
  ])
  .refine(([west, south, east, north]) => west < east && south < north && east - west < 0.5 && north - south < 0.5, {
    error: '平面图范围不正确:东经应大于西经,北纬应大于南纬,且不超过半度',
  })
export type PlanBounds = z.infer<typeof planBoundsSchema>

/** Whether a shape lies inside the box of another, widened by a part of a degree. */
export const isInBox = (inner: Polygon, outer: Polygon, slack = 0.0005): boolean => {
  const [a, b] = [boxOf(inner.coordinates), boxOf(outer.coordinates)]
  return (
    a.west >= b.west - slack && a.east <= b.east + slack && a.south >= b.south - slack && a.north <= b.north + slack
  )
}
