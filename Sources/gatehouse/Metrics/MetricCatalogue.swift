/// Every name that `/metrics` may show, with its meaning. The libraries record under these names; what is not
/// here is not kept. The table in `docs/operations.md` says the same.
enum MetricCatalogue {
    static let families: [MetricFamily] = http + oauth + hashing + store + postgres + housekeeping + process

    private static let http = [
        MetricFamily(
            "gatehouse_http_requests_total", .counter,
            "Requests answered, by endpoint (the route's pattern; other is an address that nobody serves), method and status."
        ),
        MetricFamily(
            "gatehouse_http_request_seconds", .histogram(.seconds),
            "Time from a request's head until its response is ready, by endpoint."),
        MetricFamily("gatehouse_http_requests_in_flight", .gauge, "Requests that are being answered."),
        MetricFamily(
            "gatehouse_http_requests_shed_total", .counter,
            "Requests answered 503 because too many were under way: in total, or of a domain beyond its share."),
        MetricFamily(
            "gatehouse_http_requests_malformed_total", .counter,
            "Requests that were not well-formed or not in time, by status."),
        MetricFamily("gatehouse_connections_open", .gauge, "Connections that are open."),
        MetricFamily("gatehouse_connections_accepted_total", .counter, "Connections accepted."),
        MetricFamily(
            "gatehouse_connections_refused_total", .counter,
            "Connections closed at once because too many were open."),
    ]

    private static let oauth = [
        MetricFamily(
            "gatehouse_oauth_errors_total", .counter, "Refusals, by endpoint and OAuth error code."),
        MetricFamily("gatehouse_tokens_issued_total", .counter, "Token responses, by grant type."),
        MetricFamily(
            "gatehouse_sign_ins_total", .counter,
            "Passwords presented, by outcome: ok, refused (wrong), throttled (too many attempts), overloaded."),
        MetricFamily("gatehouse_cache_hits_total", .counter, "Answers found in a cache, by cache."),
        MetricFamily("gatehouse_cache_misses_total", .counter, "Answers that had to be read anew, by cache."),
    ]

    private static let hashing = [
        MetricFamily("gatehouse_hashing_waiting", .gauge, "Passwords that wait to be hashed."),
        MetricFamily(
            "gatehouse_hashing_wait_seconds", .histogram(.seconds), "How long a password waited for a hashing thread."),
        MetricFamily("gatehouse_hashing_run_seconds", .histogram(.seconds), "How long hashing a password took."),
        MetricFamily(
            "gatehouse_hashing_refused_total", .counter,
            "Passwords not hashed because the queue was full, the domain's share taken, or the wait too long."),
    ]

    private static let postgres = [
        MetricFamily(
            "gatehouse_postgres_connections", .gauge,
            "Open connections, by lane (read, write, alone: units that share no commit, scan)."),
        MetricFamily("gatehouse_postgres_waiting", .gauge, "Calls that wait for a connection, by lane."),
        MetricFamily(
            "gatehouse_postgres_listening", .gauge,
            "1 while changes on other nodes are heard of, 0 while nothing is cached."),
        MetricFamily("gatehouse_postgres_lost_connections_total", .counter, "Connections lost."),
        MetricFamily("gatehouse_postgres_units_total", .counter, "Units of work written."),
        MetricFamily("gatehouse_postgres_commits_total", .counter, "Commits they took."),
        MetricFamily(
            "gatehouse_postgres_retries_total", .counter, "Units run again after a deadlock or a serialization failure."
        ),
        MetricFamily("gatehouse_postgres_largest_commit_units", .gauge, "Units in the largest commit so far."),
    ]

    private static let store = [
        MetricFamily("gatehouse_store_waiting", .gauge, "Calls that wait for the database, by lane (read, write)."),
        MetricFamily(
            "gatehouse_store_wait_seconds", .histogram(.seconds), "How long a call waited for the database, by lane."),
        MetricFamily(
            "gatehouse_store_refused_total", .counter, "Calls refused because too many waited already, by lane."),
        MetricFamily(
            "gatehouse_store_failures_total", .counter,
            "Calls that failed for reasons of the database (full, locked, damaged), by lane."),
        MetricFamily("gatehouse_store_commit_units", .histogram(.numbers), "Units of work that shared a commit."),
        MetricFamily(
            "gatehouse_store_commit_seconds", .histogram(.seconds), "How long a commit took, until it was durable."),
    ]

    private static let housekeeping = [
        MetricFamily("gatehouse_purge_rows_total", .counter, "Expired rows deleted."),
        MetricFamily(
            "gatehouse_purge_seconds", .histogram(.seconds), "How long deleting a batch of expired rows took."),
        MetricFamily(
            "gatehouse_purge_last_run_timestamp_seconds", .gauge,
            "When this node last deleted what had expired, as a Unix time; one node at a time does."),
    ]

    private static let process = [
        MetricFamily("gatehouse_info", .gauge, "Always 1; the version is a label."),
        MetricFamily("process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM."),
        MetricFamily("process_cpu_seconds_total", .counter, "Processor time used, the kernel's for it included."),
        MetricFamily("process_open_fds", .gauge, "Open file descriptors."),
        MetricFamily("process_max_fds", .gauge, "How many file descriptors the process may open."),
        MetricFamily("process_start_time_seconds", .gauge, "When the process started, as a Unix time."),
    ]
}
