"""What the ledger's door is handed, and the guard of the tables behind it."""

from dataclasses import dataclass, field
from datetime import datetime

from odoo import api, models
from odoo.exceptions import AccessError

from ..engine.values import Born

# An object cannot come over RPC, so no caller outside this process can hold it.
SENTINEL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document a movement belongs to: text and numbers, never a foreign key."""

    model: str = ""
    id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One movement that somebody wants: what, how much, why, and the key that makes it happen once.

    ``amount`` is positive, in the unit's minor unit; the kind says which way it goes.
    ``born`` are the portions of a credit; ``own_entry_ids`` the awards a claw-back shrinks or the
    spendings a return gives back; ``pins`` what the hold being captured had promised to itself.
    ``lifetime`` states what it does to the lifetime figure, for kinds that may.
    """

    account_id: int
    kind: str
    key: str
    amount: int
    source: Source = Source()
    business_at: datetime | None = None
    born: tuple[Born, ...] = ()
    own_entry_ids: tuple[int, ...] = ()
    own_expired: int = 0
    pins: dict[int, int] = field(default_factory=dict)
    allow_debt: bool = False
    is_shop_bearing: bool = False
    grace_days: int = 0
    corrects_id: int = 0
    lifetime: int | None = None
    data: dict = field(default_factory=dict)


class ClubLedgerMixin(models.AbstractModel):
    """A table that only the ledger's door writes.

    ``create``, ``write``, ``unlink``, ``copy`` and ``load`` refuse without the sentinel, in sudo too;
    a trigger in the database refuses what goes around the ORM.
    """

    _name = "club.ledger.mixin"
    _description = "Append-only table"
    _log_access = False

    _club_mutable = ()  # columns that the door may update

    def _club_check_door(self):
        if self.env.context.get("club_door") is not SENTINEL:
            raise AccessError(
                self.env._(
                    "Points are moved by the club's own actions only. Use Adjust on the member to correct a balance."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        return self._club_insert(vals_list)

    def _club_insert(self, vals_list):
        """Insert complete rows at the speed of the database; the rows come back in their order.

        The door comes here and not by ``create``: what automation rules put around that would run between the
        rows of one movement, with the door's rights. They hear of it by ``club.event``, once all is written.
        """
        self._club_check_door()
        if not vals_list:
            return self
        names = list(vals_list[0])
        columns = [self._fields[name] for name in names]
        rows = [
            tuple(
                column.convert_to_column_insert(vals[name], self) for name, column in zip(names, columns, strict=True)
            )
            for vals in vals_list
        ]
        columns_sql = ", ".join(f'"{name}"' for name in names)  # names of fields, checked just above
        query = f'INSERT INTO "{self._table}" ({columns_sql}) VALUES %s RETURNING id'
        ids = self.env.cr.execute_values(query, rows, page_size=1000, fetch=True)
        return self.browse(row[0] for row in ids)

    def write(self, vals):
        raise AccessError(self.env._("The history of points is never changed. Correct it by a new entry."))

    def _write_multi(self, vals_list):
        raise AccessError(self.env._("The history of points is never changed. Correct it by a new entry."))

    def unlink(self):
        # Refused while uninstalling too, where an `ondelete` method would be passed over.
        raise AccessError(  # pylint: disable=no-raise-unlink
            self.env._("The history of points is never deleted. Correct it by a new entry.")
        )

    def copy(self, default=None):
        raise AccessError(self.env._("An entry of the history of points cannot be copied."))

    @api.model
    def load(self, fields, data):
        raise AccessError(self.env._("Points are imported by opening balances, not into the history itself."))

    def init(self):
        """Refuse UPDATE and DELETE in the database too, whoever asks."""
        if self._abstract:
            return
        self.env.cr.execute(_TRIGGER_FUNCTION)
        frozen = [
            name
            for name, column in self._fields.items()
            if column.store and column.column_type and name not in self._club_mutable and name != "id"
        ]
        condition = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in frozen)
        # Every name in it is one of the model's own.
        trigger = f"""
            DROP TRIGGER IF EXISTS club_append_only ON "{self._table}";
            CREATE TRIGGER club_append_only BEFORE UPDATE ON "{self._table}"
                FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION club_refuse_change();
            DROP TRIGGER IF EXISTS club_no_delete ON "{self._table}";
            CREATE TRIGGER club_no_delete BEFORE DELETE ON "{self._table}"
                FOR EACH ROW EXECUTE FUNCTION club_refuse_change();
        """
        self.env.cr.execute(trigger)  # pylint: disable=sql-injection


# A migration lifts it for its own transaction: SET LOCAL loyalty_club.migration = 'on'.
_TRIGGER_FUNCTION = """
    CREATE OR REPLACE FUNCTION club_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('loyalty_club.migration', true) = 'on' THEN
            RETURN COALESCE(NEW, OLD);
        END IF;
        RAISE EXCEPTION 'The ledger of points is append-only: % on % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""
