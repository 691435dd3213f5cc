#!/bin/sh
# Starts a server with the demo's accounts, drives a browser against it, and stops the server.
# usage: Tests/Browser/run.sh [options of browser_test.py, such as --screenshots FOLDER]
set -eu
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
GATEHOUSE_ARGON2_MEMORY=8 .build/debug/gatehouse serve --data "$folder/data" --listen 127.0.0.1:0 --demo \
    --sign-in-limit-per-source 0 >"$folder/out" 2>"$folder/log" &
server=$!
stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT INT TERM

tries=0
until grep -q "gave this one just now" "$folder/out"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ]; then
        echo "The server did not start:" >&2
        cat "$folder/out" "$folder/log" >&2
        exit 1
    fi
    sleep 0.2
done
origin=$(sed -n 's/.* serves \(http[^ ]*\)$/\1/p' "$folder/out")
setup=$(sed -n 's/.*set up *http[^ ]*\(\/auth\/setup[^ ]*\)$/\1/p' "$folder/out")

.venv/bin/python Tests/Browser/browser_test.py "$origin" service@account.com developer \
    --continue '/auth/authority?from=browser' --page "$setup" --page /auth/ "$@"
