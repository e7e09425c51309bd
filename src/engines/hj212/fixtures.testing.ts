/** Frames and helpers that the tests of this folder share. */
import { instant } from '../../kernel/time.ts'
import { frameOf } from './build.ts'
import { createSplitter, type StreamEvent } from './frames.ts'
import { type Message, type Parsed, parseSegment, windowAt } from './message.ts'

export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
export const now = instant('2026-03-01T08:00:02+08:00')
export const window = windowAt(now)

export const REAL_TIME =
  '##0366QN=20260301080000001;ST=39;CN=2011;PW=123456;MN=500105JB0000000000000001;Flag=5;CP=&&DataTime=20260301080000;a34001-Rtd=217,a34001-Flag=N;a34002-Rtd=120,a34002-Flag=N;a34004-Rtd=66,a34004-Flag=N;LA-Rtd=63.2,LA-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=72,a01002-Flag=N;a01006-Rtd=98.120,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N&&5F00\r\n'
export const DATA_REPLY =
  '##0087QN=20260301080000001;ST=91;CN=9014;PW=123456;MN=500105JB0000000000000001;Flag=4;CP=&&&&E541\r\n'
export const MINUTE =
  '##0168QN=20260301080000002;ST=39;CN=2051;PW=123456;MN=500105JB0000000000000001;Flag=5;CP=&&DataTime=20260301080000;a34002-Min=88,a34002-Avg=101,a34002-Max=133,a34002-Flag=N&&9FC1\r\n'
export const REQUEST_REPLY =
  '##0094QN=20260301080000003;ST=91;CN=9011;PW=123456;MN=500105JB0000000000000001;Flag=4;CP=&&QnRtn=1&&4380\r\n'

/** Frames of devices and test suites in public repositories, as found there. */
export const LA_TD =
  '##0367QN=20200814151600001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;CP=&&DataTime=20200814151600;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;a34001-Rtd=217,a34001-Flag=N;&&5CC0\r\n'
export const INTERVAL =
  '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n'
export const SHORT_LENGTH =
  '##453QN=20160801085000001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;CP=&&DataTime=20160801084000;a21005-Rtd=1.1,a21005-Flag=N;a21004-Rtd=112,a21004-Flag=N;a21026-Rtd=58,a21026-Flag=N;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;a34001-Rtd=217,a34001-Flag=N;&&c0c1'
export const SHORT_MN =
  '##0349QN=20211021095827821;ST=22;CN=2011;PW=123456;MN=YD4210001;Flag=4;CP=&&DataTime=20211021095827;a01001-Rtd=13.9,a01001-Flag=N;a01002-Rtd=65.8,a01002-Flag=N;a010061-Rtd=1.03,a010061-Flag=N;a01007-Rtd=0.3,a01007-Flag=N;a01008-Rtd=92.6,a01008-Flag=N;a80001-Rtd=39.36,a80001-Flag=N;a81001-Rtd=30.4614278,a81001-Flag=N;a81002-Rtd=114.392925,a81002-Flag=N&&8801\r\n'
export const EMPTY_MN =
  '##0116QN=20220814021304000;ST=22;CN=2011;PW=123456;MN=;Flag=5;CP=&&DataTime=20220814021304;a50001-Rtd=0.00,a50001-Flag=B&&06C0\r\n'
/** Segments of the 2005 dialect; the frames around them were made here. */
export const OLD_NOISE =
  'ST=22;CN=2011;PW=123456;MN=JH0201712SD8763;CP=&&DataTime=20180114002828;PM25-Rtd=15.4,PM25-Flag=N;PM10-Rtd=31.7,PM10-Flag=N;TSP-Rtd=75.0,TSP-Flag=N;TEM-Rtd=10,TEM-Flag=N;RH-Rtd=0,RH-Flag=N;WS-Rtd=0,WS-Flag=N;WD-Rtd=0,WD-Flag=N;NOIS-Rtd=46.3,NOIS=N&&'
export const OLD_WITHOUT_FLAGS =
  'ST=22;CN=2011;PW=123456;MN=8888888826462285;CP=&&DataTime=20211006030527;TEMP-Rtd=22.0;HUMI-Rtd=43.5;PM25-Rtd=2.0;CO2-Rtd=405.0;CH2O-Rtd=0.008;VOC-Rtd=0.052;&&'

export const eventsOf = (...chunks: readonly Uint8Array[]): StreamEvent[] => {
  const splitter = createSplitter()
  return chunks.flatMap((chunk) => [...splitter.feed(chunk)])
}
export const parsedOf = (frame: string | Uint8Array, at = window): Parsed => {
  const [event, ...rest] = eventsOf(typeof frame === 'string' ? ascii(frame) : frame)
  if (event?.kind !== 'frame' || rest.length > 0) throw new Error(`not one frame: ${JSON.stringify([event, ...rest])}`)
  return parseSegment(event.segment, at, event.notes)
}
export const messageOf = (frame: string | Uint8Array, at = window): Message => {
  const parsed = parsedOf(frame, at)
  if (parsed.kind === 'fault') throw new Error(`fault: ${parsed.reason}`)
  return parsed.message
}
export const segmentMessage = (segment: string, at = window): Message => messageOf(frameOf(segment), at)
export const head = 'QN=20260301080000001;ST=39;CN=2011;PW=123456;MN=500105JB0000000000000001;Flag=5;'
export const cpMessage = (cp: string, header = head): Message => segmentMessage(`${header}CP=&&${cp}&&`)
export const readingsOf = (message: Message): Record<string, unknown> =>
  Object.fromEntries([...message.readings].map(([code, reading]) => [code, reading]))
