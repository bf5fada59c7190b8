#!/usr/bin/env bash
# A PostgreSQL server to throw away, for tests: quick and forgetful (no fsync). Works as root too.
#   tools/pgtest.sh start FOLDER   prints the address to use as DATABASE_URL
#   tools/pgtest.sh crash FOLDER   ends it without a farewell; `start` recovers what was committed
#   tools/pgtest.sh stop FOLDER    stops it and deletes FOLDER
# FOLDER's parents must be open to the user `postgres` when this runs as root.
# PGTEST_PORT chooses the port; without it a free one is taken. PGTEST_DURABLE=1: with fsync.
set -euo pipefail

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# = 2 ] || usage
verb=$1 folder=$2
newest=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin 2>/dev/null | sort -V | tail -1 || true)
export PATH="${newest:+$newest:}$PATH"
command -v initdb >/dev/null && command -v pg_ctl >/dev/null || {
  echo "PostgreSQL's server programs (initdb, pg_ctl) are not here." >&2; exit 3; }

as_owner() { # PostgreSQL refuses to run as root
  if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    (cd / && runuser -u postgres -- env PATH="$PATH" "$@")
  else
    "$@"
  fi
}

case $verb in
  start)
    mkdir -p "$folder"; folder=$(cd "$folder" && pwd)
    [ "$(id -u)" != 0 ] || { id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres; chown postgres "$folder"; }
    chmod 700 "$folder"
    if locale -a 2>/dev/null | grep -qix "c.utf-\?8"; then locale=C.UTF-8; else locale=C; fi
    port=${PGTEST_PORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
    [ -f "$folder/PG_VERSION" ] || as_owner initdb -D "$folder" -U postgres -A trust -E UTF8 --locale="$locale" --no-sync >/dev/null
    speed="-c fsync=off -c full_page_writes=off"
    [ "${PGTEST_DURABLE:-}" != 1 ] || speed="-c fsync=on -c full_page_writes=on -c synchronous_commit=on"
    as_owner pg_ctl -D "$folder" -w -s -l "$folder/log" start -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' $speed -c max_connections=100" \
      || { cat "$folder/log" >&2; exit 1; }
    echo "postgres://postgres@127.0.0.1:$port/postgres" ;;
  crash)
    as_owner pg_ctl -D "$(cd "$folder" && pwd)" -w -s -m immediate stop ;;
  stop)
    as_owner pg_ctl -D "$(cd "$folder" && pwd)" -s -m immediate stop || true
    rm -rf "$folder" ;;
  *) usage ;;
esac
