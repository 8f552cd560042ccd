"""What the database itself refuses in the entry ledger (domain reference 5.2; docs/decisions/ledger.md)."""

import pgtrigger

REFUSED = "USING ERRCODE = 'integrity_constraint_violation'"


def _unless(name: str, kinds: list[str], found: str, words: str) -> pgtrigger.Trigger:
    """Refuse a new line of one of `kinds` unless the query `found` finds a row."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__kind__in=kinds),
        func=f"""
            IF NOT EXISTS ({found}) THEN
                RAISE EXCEPTION '{words}' {REFUSED};
            END IF;
            RETURN NEW;
        """,
    )


ACCOUNT = [
    # Depth 2 means: within the ledger's own trigger. Nothing else may touch a balance.
    pgtrigger.Trigger(
        name="balance_by_ledger_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Insert,
        func="""
                    IF pg_trigger_depth() >= 2 THEN RETURN NEW; END IF;
                    IF TG_OP = 'INSERT' AND (NEW.available, NEW.reserved, NEW.used) = (0, 0, 0) THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'UPDATE' AND (NEW.available, NEW.reserved, NEW.used)
                        = (OLD.available, OLD.reserved, OLD.used) THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'balances change by ledger lines only'
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
    )
]

AFTER = "'available_after' - 'reserved_after' - 'used_after'"

LINE = [
    # The posting trigger writes the balances after a line once; nothing else is ever changed.
    pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' AND pg_trigger_depth() >= 2 AND OLD.available_after IS NULL
                AND to_jsonb(NEW) - {AFTER} = to_jsonb(OLD) - {AFTER} THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'ledger lines are only ever added' {REFUSED};
        """,
    ),
    _unless(
        "reserved_before_it_ends",
        ["release", "use"],
        """SELECT 1 FROM centres_ledgerline
           WHERE kind = 'reserve' AND held_for = NEW.held_for AND account_id = NEW.account_id""",
        "no entry of this account is reserved for this claim line",
    ),
    _unless(
        "grant_as_ordered",
        ["grant"],
        """SELECT 1 FROM centres_orderline line
           JOIN centres_entryorder orders ON orders.id = line.order_id
           JOIN centres_entryaccount account ON account.id = NEW.account_id
           WHERE line.id = NEW.order_line_id AND line.quantity = NEW.available AND orders.state = 'processed'
             AND (account.centre_id, account.qualification_id, account.product)
               = (orders.centre_id, line.qualification_id, line.product)""",
        "a grant is what a processed order of this centre and product says",
    ),
    _unless(
        "approved_by_a_second_person",
        ["adjust", "cancel", "expire"],
        """SELECT 1 FROM centres_adjustment
           WHERE id = NEW.adjustment_id AND state = 'approved' AND approved_by_id IS NOT NULL
             AND (account_id, kind, quantity) = (NEW.account_id, NEW.kind, NEW.available)""",
        "a correction is what an approved adjustment of this account says",
    ),
    _unless(
        "expires_when_over",
        ["expire"],
        """SELECT 1 FROM centres_entryaccount account
           JOIN catalogue_qualification found ON found.id = account.qualification_id
           WHERE account.id = NEW.account_id
             AND found.last_certification_on < (now() AT TIME ZONE 'Europe/London')::date""",
        "entries expire only after the last certification date",
    ),
    pgtrigger.Trigger(
        name="post_to_account",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
            UPDATE centres_entryaccount
            SET available = available + NEW.available,
                reserved = reserved + NEW.reserved,
                used = used + NEW.used
            WHERE id = NEW.account_id;
            UPDATE centres_ledgerline line
            SET available_after = account.available,
                reserved_after = account.reserved,
                used_after = account.used
            FROM centres_entryaccount account
            WHERE line.id = NEW.id AND account.id = NEW.account_id;
            RETURN NULL;
        """,
    ),
]
