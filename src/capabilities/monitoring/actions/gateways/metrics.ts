/** What operators watch of the gateways. */
import type { MetricFamily, MetricSample } from '../../../../platform/metrics.ts'
import type { IngestState } from '../ingest/types.ts'
import type { Counters } from './gate.ts'
import type { Gateways } from './gateways.ts'

export const gatewayMetrics = (gateways: Gateways, ingest: () => IngestState | null): readonly MetricFamily[] => {
  const one = (name: string, help: string, read: () => number | Promise<number>): MetricFamily => ({
    name,
    help,
    labels: [],
    read: async () => [{ labels: {}, value: await read() }],
  })
  const each = (name: string, help: string, of: (counters: Counters) => number): MetricFamily => ({
    name,
    help,
    labels: ['protocol'],
    read: () =>
      Object.entries(gateways.counters).map(([protocol, counters]) => ({ labels: { protocol }, value: of(counters) })),
  })
  const ports = (name: string, help: string, of: 'connections' | 'turnedAway'): MetricFamily => ({
    name,
    help,
    labels: ['protocol', 'transport'],
    read: () =>
      gateways
        .state()
        .map((row): MetricSample => ({ labels: { protocol: row.protocol, transport: row.transport }, value: row[of] })),
  })
  const state = (name: string, help: string, of: keyof IngestState): MetricFamily =>
    one(name, help, () => Number(ingest()?.[of] ?? 0))
  return [
    ports('mingzhu_gateway_connections', 'Open connections of devices', 'connections'),
    ports('mingzhu_gateway_turned_away', 'Connections and datagrams that a limit turned away', 'turnedAway'),
    one('mingzhu_gateway_devices_connected', 'Devices that are connected to this process', gateways.sessions),
    each('mingzhu_gateway_reports_total', 'Reports of known devices', (counters) => counters.reports),
    each('mingzhu_gateway_unknown_total', 'Messages of devices that nobody knows', (counters) => counters.unknown),
    each('mingzhu_gateway_refused_total', 'Attempts under the name of a device', (counters) => counters.refused),
    each('mingzhu_gateway_malformed_total', 'Messages that could not be read', (counters) => counters.malformed),
    one('mingzhu_gateway_quarantined', 'Devices that wait to be claimed', gateways.quarantined),
    state('mingzhu_ingest_waiting', 'Reports that wait for their commit', 'waiting'),
    state('mingzhu_ingest_committed_total', 'Reports that were committed', 'committed'),
    state('mingzhu_ingest_duplicates_total', 'Reports that were there already', 'duplicates'),
    state('mingzhu_ingest_quarantined_total', 'Reports that are kept and not believed', 'quarantined'),
    state('mingzhu_ingest_refused_total', 'Reports for which there was no room', 'refused'),
    state('mingzhu_ingest_spooled_bytes', 'Bytes on disk that the database has not taken yet', 'spooledBytes'),
    state('mingzhu_ingest_database_away', '1 while the database does not answer', 'databaseAway'),
  ]
}
