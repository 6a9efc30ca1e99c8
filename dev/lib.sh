# Shared by the commands in dev/: where things are, how to fail, stages, locks. Sourced, not run.
set -Eeuo pipefail
trap 'echo "${0##*/}: line $LINENO: $BASH_COMMAND" >&2' ERR # a slip of ours is never silent
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(dirname "$here")
module=loyalty_club

# --- words to the user -------------------------------------------------------------------------
say() { echo "$*" >&2; }

free_megabytes() { df -Pm "$CLUB_CACHE" 2>/dev/null | awk 'NR == 2 { print $4 }' || true; }

die() { # the one sentence that ends a command
    local free
    free=$(free_megabytes)
    if [ "${free:-1000}" -lt 100 ]; then
        say "The disk of $CLUB_CACHE is full ($free MB left): make room, then run this again. ($*)"
    else
        say "$*"
    fi
    exit 1
}

fail() { # the same from within a stage: what the log says besides is not shown
    echo "$*" > "$CLUB_CACHE/log/sentence"
    exit 3
}

room() { # a whole cache takes some 3 GB, while it is made a little more
    [ "$(free_megabytes)" -gt 4000 ] ||
        fail "The disk of $CLUB_CACHE has less than 4 GB left, which this needs: make room or set CLUB_CACHE."
}

need() { # need TOOL PACKAGE: what we cannot bring along
    command -v "$1" >/dev/null || die "'$1' is missing: install the package '$2'."
}

# --- the cache ---------------------------------------------------------------------------------
CLUB_CACHE=${CLUB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/$module}
{ mkdir -p "$CLUB_CACHE/log" "$CLUB_CACHE/tmp" && [ -w "$CLUB_CACHE" ]; } 2>/dev/null ||
    die "Cannot write to the cache $CLUB_CACHE: set CLUB_CACHE to a folder of yours."
CLUB_CACHE=$(cd "$CLUB_CACHE" && pwd)
venv=$CLUB_CACHE/venv
python=$venv/bin/python
# One folder of links a clone: two clones may share the cache.
farm=$CLUB_CACHE/farm/$(sha256sum <<<"$repo" | cut -c1-8)

# --- running children --------------------------------------------------------------------------
# A child gets its own process group, so that stopping us stops all of it and nothing is left over.
child='' status=0 at_exit=()
begin() {
    set -m
    "$@" </dev/null &
    child=$!
    set +m
}

finish() { # sets `status` instead of failing: behind an `||` bash would ignore errors within the child
    status=0
    wait "$child" || status=$?
    kill -KILL -- "-$child" 2>/dev/null || true # what it left behind, a browser for one
    child=''
}

run() { begin "$@"; finish; }

cleanup() {
    local code=$? task
    trap - EXIT
    trap '' INT TERM HUP
    if [ -n "$child" ]; then
        kill -TERM -- "-$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
        for task in {1..60}; do # what it has started may need a moment longer
            kill -0 -- "-$child" 2>/dev/null || break
            nap 0.25
        done
        kill -KILL -- "-$child" 2>/dev/null || true
    fi
    for task in "${at_exit[@]}"; do "$task" || true; done
    exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# stage "what" COMMAND...: output to a log; every 20 seconds a sign of life.
stage() {
    local what=$1 start=$SECONDS log=$CLUB_CACHE/log/${2##*/}.log
    shift
    rm -f "$CLUB_CACHE/log/sentence"
    run in_stage "$what" "$log" "$@"
    if [ "$status" != 0 ]; then
        [ "$status" -lt 128 ] || exit "$status"
        [ ! -s "$CLUB_CACHE/log/sentence" ] || die "$(cat "$CLUB_CACHE/log/sentence")"
        tail -n 12 "$log" | cut -c1-300 | sed 's/^/    /' >&2
        die "$what: failed after $((SECONDS - start)) s. The last lines are above, the whole log is $log"
    fi
    [ $((SECONDS - start)) -lt 1 ] || say "$what: $((SECONDS - start)) s"
}

in_stage() { # in a child of its own, hence free to change traps and directory
    local what=$1 log=$2 start=$SECONDS ticker
    shift 2
    trap - INT TERM HUP
    tick "$what" "$log" "$start" &
    ticker=$!
    # shellcheck disable=SC2064 # the number as it is now
    trap "kill -KILL $ticker 2>/dev/null || true" EXIT
    exec >"$log" 2>&1
    "$@"
}

nap() { read -r -t "$1" <> <(:) || true; } # a pipe that never speaks: unlike `sleep`, it does not outlive us

tick() {
    while nap 20; do
        say "  $1: $((SECONDS - $3)) s … $(tail -n 1 "$2" 2>/dev/null | sed 's/^[-0-9: ,]* INFO //' | cut -c1-80)"
    done
}

# --- locks -------------------------------------------------------------------------------------
lock() { # lock NAME "sentence while waiting": held on descriptor 9 until unlock
    exec 9>"$CLUB_CACHE/$1"
    flock -n 9 || { say "$2"; flock 9; }
}
unlock() { exec 9>&-; }

# --- the machine -------------------------------------------------------------------------------
apt_install() { # as far as we may; the caller says what to install otherwise
    local as=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as=(sudo -n)
    fi
    export DEBIAN_FRONTEND=noninteractive
    "${as[@]}" apt-get -qq install -y --no-install-recommends "$@" ||
        { "${as[@]}" apt-get -qq update && "${as[@]}" apt-get -qq install -y --no-install-recommends "$@"; }
}

free_port() { # free_port [FIRST]: the first free port of this machine from FIRST on
    "$python" - "${1:-8069}" <<'PY'
import socket
import sys

for port in range(int(sys.argv[1]), 65536):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break
else:
    sys.exit("no free port")
PY
}

# --- the databases -----------------------------------------------------------------------------
set_env() { # what Odoo and the tools of PostgreSQL read
    export PGHOST PGUSER=odoo PATH
    PGHOST=$("$here/pg" socket)
    PATH=$("$here/pg" bin):$PATH
    host=$(cat "$CLUB_CACHE/host.path")
    export ODOO_ADDONS_PATH=$farm ODOO_DATA_DIR=$CLUB_CACHE/data
    [ ! -d "$host/addons" ] || ODOO_ADDONS_PATH=$farm,$host/addons
    export ODOO_HTTP_INTERFACE=${ODOO_HTTP_INTERFACE:-127.0.0.1} ODOO_MAX_CRON_THREADS=0 ODOO_RC=$CLUB_CACHE/odoo.conf
    export TMPDIR=$CLUB_CACHE/tmp HYPOTHESIS_STORAGE_DIRECTORY=$CLUB_CACHE/hypothesis
    export CLUB_CACHE CLUB_TEMPLATE CLUB_REPO=$repo
    CLUB_TEMPLATE=$(cat "$farm.template" 2>/dev/null || true)
}

odoo() { "$python" -m odoo "$@"; }

has_db() { [ "$(psql -d postgres -Atc "select 1 from pg_database where datname = '$1'")" = 1 ]; }

drop_db() {
    dropdb --if-exists --force "$1" 2>/dev/null || true
    rm -rf "${ODOO_DATA_DIR:?}/filestore/$1"
}

copy_db() { # copy_db FROM TO: hard links are safe, shared folders are not (Odoo's gc removes files)
    drop_db "$2"
    createdb -S file_copy -T "$1" "$2"
    mkdir -p "$ODOO_DATA_DIR/filestore/$1"
    cp -al "$ODOO_DATA_DIR/filestore/$1" "$ODOO_DATA_DIR/filestore/$2"
}

rename_db() {
    rm -rf "${ODOO_DATA_DIR:?}/filestore/$2"
    mkdir -p "$ODOO_DATA_DIR/filestore/$1"
    mv "$ODOO_DATA_DIR/filestore/$1" "$ODOO_DATA_DIR/filestore/$2"
    psql -qd postgres -c "alter database \"$1\" rename to \"$2\""
}

source_key() { # a hash of what an installed database depends on: the add-on without its tests
    (cd "$farm/$module" && find -L . \( -name __pycache__ -o -path ./tests -o -path ./static/tests \
        -o -path ./bench -o -path ./docs \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum) |
        sha256sum | cut -c1-12
}
