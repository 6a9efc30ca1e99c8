# A database in which the add-on is installed, made once for each state of its source. Sourced.

install_module() { # install_module NAME: anything logged while installing is a failure
    drop_db "$1_new"
    copy_db "$CLUB_TEMPLATE" "$1_new"
    "$python" "$here/odoo_test.py" -d "$1_new" -i "$module" --with-demo --no-http --log-level=warn ||
        fail "$module does not install without a warning: see $CLUB_CACHE/log/install_module.log: $(
            grep -E '^FAULT|Error' "$CLUB_CACHE/log/install_module.log" | head -n 3)"
    drop_db "$1"
    rename_db "$1_new" "$1"
}

use_installed() { # use_installed [--again]: sets `installed`; a full run installs afresh in any case
    installed=inst_$(source_key)
    lock installed.lock "Waiting for another run that installs $module …"
    if [ $# = 1 ] || ! has_db "$installed"; then
        local name
        for name in $(psql -d postgres -Atc "select datname from pg_database where datname ~ '^inst_'"); do
            drop_db "$name"
        done
        stage "Installing $module" install_module "$installed"
    fi
    # A copy of its own, as another run may replace it meanwhile.
    copy_db "$installed" "run_$$_installed"
    installed=run_$$_installed
    at_exit=(drop_installed "${at_exit[@]}")
    unlock
}

drop_installed() { drop_db "$installed"; }
