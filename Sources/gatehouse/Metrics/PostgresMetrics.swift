import StoragePostgres

/// How busy the connections to PostgreSQL are.
func samples(of statistics: PostgresDatabase.Statistics) -> [MetricSample] {
    let lanes = [
        ("read", statistics.reads), ("write", statistics.writes), ("alone", statistics.alone),
        ("scan", statistics.scans),
    ]
    return lanes.flatMap { name, connections in
        [
            MetricSample(
                "gatehouse_postgres_connections", labels: [("lane", name)], Double(connections.ready)),
            MetricSample("gatehouse_postgres_waiting", labels: [("lane", name)], Double(connections.waiting)),
        ]
    } + [
        MetricSample("gatehouse_postgres_listening", statistics.isListening ? 1 : 0),
        MetricSample("gatehouse_postgres_lost_connections_total", Double(statistics.losses)),
        MetricSample("gatehouse_postgres_units_total", Double(statistics.units)),
        MetricSample("gatehouse_postgres_commits_total", Double(statistics.commits)),
        MetricSample("gatehouse_postgres_retries_total", Double(statistics.retries)),
        MetricSample("gatehouse_postgres_largest_commit_units", Double(statistics.largestCommit)),
    ]
}
