/** A crane recorder over MQTT 3.1.1 with the package `mqtt`, QoS 1: a report is sent when its PUBACK has come. */
import mqtt, { type MqttClient } from 'mqtt'
import { type Gateway, type Outcome, PATIENCE_MS } from './client.ts'

export interface MqttDevice {
  readonly id: string
  readonly secret: string
  /** Seconds; long where the clock of the platform is moved by hand. */
  readonly keepalive?: number
}
export interface MqttReport {
  /** Milliseconds since 1970. */
  readonly ts: number
  readonly values: Readonly<Record<string, number>>
}
export interface MqttDeviceClient {
  readonly telemetry: (reports: readonly MqttReport[]) => Promise<Outcome>
  readonly event: (event: object) => Promise<Outcome>
  readonly close: () => Promise<void>
}
/** CONNACK codes of MQTT 3.1.1: bad user name or password, not authorised. */
const NOT_LET_IN: ReadonlySet<number> = new Set([4, 5])

export const mqttDevice = (
  { host, port, patienceMs = PATIENCE_MS }: Gateway,
  { id, secret, keepalive = 60 }: MqttDevice,
): MqttDeviceClient => {
  let client: MqttClient | null = null
  let opening: Promise<MqttClient> | null = null
  let seq = 0
  const open = async (): Promise<MqttClient> => {
    const made = await mqtt.connectAsync({
      host,
      port,
      protocol: 'mqtt',
      protocolVersion: 4,
      clientId: id,
      username: id,
      password: secret,
      clean: true,
      keepalive,
      reconnectPeriod: 0,
      connectTimeout: patienceMs,
    })
    made.on('close', () => {
      if (client === made) client = null
    })
    made.on('error', () => undefined)
    client = made
    return made
  }
  const connected = (): Promise<MqttClient> => {
    opening ??= open().finally(() => {
      opening = null
    })
    return opening
  }
  const publish = async (topic: string, content: object): Promise<Outcome> => {
    try {
      const live = client ?? (await connected())
      // A publication of a connection that ends is neither sent nor refused: the device tries again by itself.
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => live.end(true), patienceMs)
        const ended = (): void => reject(new Error('the connection ended'))
        live.once('close', ended)
        live
          .publishAsync(`v1/${id}/${topic}`, JSON.stringify(content), { qos: 1 })
          .then(() => resolve(), reject)
          .finally(() => {
            clearTimeout(timer)
            live.off('close', ended)
          })
      })
      return 'stored'
    } catch (cause) {
      const { code } = cause as { readonly code?: unknown }
      return typeof code === 'number' && NOT_LET_IN.has(code) ? 'unknown' : 'lost'
    }
  }
  return {
    telemetry: (reports) =>
      publish(
        'telemetry',
        reports.map((report) => ({ ...report, seq: seq++ })),
      ),
    event: (event) => publish('event', event),
    close: async () => {
      await client?.endAsync(true)
    },
  }
}
