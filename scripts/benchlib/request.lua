-- Makes wrk send one request, as the environment says, and print what it measured as JSON.
wrk.method = os.getenv("METHOD")
wrk.body = os.getenv("BODY")

done = function(summary, latency)
    local errors = summary.errors
    print(string.format(
        'RESULT {"passes":%d,"microseconds":%d,"p50":%f,"p99":%f,"refused":%d,"broken":%d}',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
