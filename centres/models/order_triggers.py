"""What the database itself refuses: changing a submitted order, and processing one without crediting it."""

import pgtrigger

from ..states import OrderState

ORDER = [
    pgtrigger.Protect(
        name="only_drafts_go", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__state=OrderState.DRAFT)
    ),
    pgtrigger.Trigger(
        name="processed_is_credited",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__state=OrderState.PROCESSED),
        func="""
            IF EXISTS (
                SELECT 1 FROM centres_orderline line
                LEFT JOIN centres_ledgerline credit ON credit.order_line_id = line.id
                WHERE line.order_id = NEW.id AND line.product = 'unit' AND credit.id IS NULL
            ) THEN
                RAISE EXCEPTION 'a processed order is credited' USING ERRCODE = '23000';
            END IF;
            RETURN NULL;
        """,
    ),
]

LINE = [
    pgtrigger.Trigger(
        name="lines_of_drafts_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (SELECT 1 FROM centres_entryorder WHERE id = OLD.order_id AND state <> 'draft') THEN
                RAISE EXCEPTION 'the lines of an order that was sent stay as they are' USING ERRCODE = '23000';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
]
