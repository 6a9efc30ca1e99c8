# From nothing to a template database, each step once. Sourced by the commands; ready means nothing printed.

pick_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.12 python3.11 python3.10}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.10 to 3.12 is needed: install it, or name one with PYTHON=/path/to/python3."
}

make_venv() {
    local base
    room
    base=$(pick_python)
    "$base" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv ||
        fail "$base cannot make virtual environments: install the package 'python3-venv'."
    ! "$here/pg" status 2>/dev/null || "$here/pg" stop # its programs are in there
    rm -rf "$venv"
    "$base" -m venv "$venv"
    # pip's own cache lets an interrupted download go on where it was.
    "$python" -m pip install --cache-dir "$CLUB_CACHE/pip" --disable-pip-version-check --progress-bar off \
        -r "$here/requirements.txt" ||
        fail "Python packages could not be installed (see $CLUB_CACHE/log/make_venv.log): is there a network?"
    "$python" -m pip check
    venv_key > "$venv/.key"
    rm -rf "$CLUB_CACHE/pip"
}

venv_key() { sha256sum < "$here/requirements.txt" | cut -c1-12; }

# Python alone is enough for the engine and for reading the code.
prepare_python() {
    need sha256sum coreutils
    need flock util-linux
    lock .lock "Waiting for another set-up of $CLUB_CACHE to end …"
    [ "$(cat "$venv/.key" 2>/dev/null)" = "$(venv_key)" ] || stage "Python environment" make_venv
    unlock
}

node_tools() { # what package.json names, for the lint and for the test that asks axe
    local want
    want=$(sha256sum < "$repo/package.json" | cut -c1-12)
    lock .node.lock "Waiting for another set-up of $CLUB_CACHE/node to end …"
    if [ "$(cat "$CLUB_CACHE/node/.key" 2>/dev/null)" != "$want" ]; then
        rm -rf "$CLUB_CACHE/node"
        mkdir -p "$CLUB_CACHE/node"
        cp "$repo/package.json" "$CLUB_CACHE/node/"
        install_node_tools
        echo "$want" > "$CLUB_CACHE/node/.key"
    fi
    unlock
}

install_node_tools() {
    command -v npm >/dev/null || apt_install npm || fail "'npm' is missing: install the package 'npm'."
    # Node brings its own list of authorities; the machine's may know more of them.
    export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
    npm install --prefix "$CLUB_CACHE/node" --no-package-lock --no-audit --no-fund --fetch-retries=1 \
        --cache "$CLUB_CACHE/npm" >"$CLUB_CACHE/log/npm.log" 2>&1 ||
        fail "eslint, prettier and axe could not be installed (see $CLUB_CACHE/log/npm.log): is there a network?"
    rm -rf "$CLUB_CACHE/npm"
}

make_farm() {
    # Odoo wants a folder of the module's name. Links to the parts that belong to it, because the export
    # of texts walks through all that is below; only changes are made, as a test may be running on it.
    local part
    mkdir -p "$farm/$module" "$farm.lint"
    ln -sfn "$repo" "$farm.lint/$module" # Odoo's lint wants the folder itself
    find "$farm/$module" -maxdepth 1 -xtype l -delete
    for part in "$repo"/*; do
        case ${part##*/} in __pycache__ | dev | node_modules | pyproject.toml | *.mjs | package*.json) continue ;; esac
        [ -L "$farm/$module/${part##*/}" ] || ln -sfn "$part" "$farm/$module/"
    done
}

depends() {
    "$python" -c 'import ast, sys; print(",".join(ast.literal_eval(open(sys.argv[1]).read())["depends"]))' \
        "$repo/__manifest__.py"
}

template_key() {
    {
        cat "$host/odoo/release.py"
        if [ -z "${ODOO_PATH:-}" ]; then
            cat "$CLUB_CACHE/host/VERSION"
        else
            git -C "$host" rev-parse HEAD 2>/dev/null || echo "$host"
        fi
        echo "$(depends) demo 1"
    } | sha256sum | cut -c1-12
}

make_template() { # make_template NAME: the host with all we depend on and its demo data, a chart of accounts too
    drop_db "$1_new"
    odoo server --no-http -d "$1_new" -i "$(depends)" --with-demo --stop-after-init \
        --log-handler=odoo.modules.loading:INFO --log-handler=:WARNING
    rename_db "$1_new" "$1"
}

use_pg() { # up as long as someone uses it: each user holds descriptor 8 shared
    exec 8>"$CLUB_CACHE/pg.users"
    flock -s 8
    stage "PostgreSQL" "$here/pg" auto
    at_exit+=(leave_pg)
}

leave_pg() {
    [ -f "$CLUB_CACHE/pg/auto" ] && flock -n 8 || return 0
    local others
    others=$(psql -d postgres -Atc "select count(*) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()")
    [ "$others" != 0 ] || "$here/pg" stop
}

drop_leftovers() { # databases of a run that was killed
    local name pid
    for name in $(psql -d postgres -Atc "select datname from pg_database where datname ~ '^run_[0-9]+_'"); do
        pid=${name#run_}
        kill -0 "${pid%%_*}" 2>/dev/null || drop_db "$name"
    done
}

prepare() {
    prepare_python
    lock .lock "Waiting for another set-up of $CLUB_CACHE to end …"
    stage "Odoo 19.0" "$here/host"
    host=$(cat "$CLUB_CACHE/host.path")
    echo "$host" > "$(echo "$venv"/lib/python3*/site-packages)/odoo-host.pth"
    make_farm
    set_env
    use_pg
    CLUB_TEMPLATE=tpl_$(template_key)
    has_db "$CLUB_TEMPLATE" || stage "Template database (a few minutes)" make_template "$CLUB_TEMPLATE"
    echo "$CLUB_TEMPLATE" > "$farm.template"
    drop_leftovers
    unlock
}
