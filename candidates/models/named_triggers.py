"""What the database itself refuses for named entries."""

import pgtrigger

from ..states import NamedEntryState

# One for each subject and level, so that nobody is entered twice. An entry on an order that was not accepted is void,
# so this cannot be a partial unique index: the candidate's row is locked instead, and two at once wait for each other.
# An ordered larger size and the entry whose place it will take exist side by side until the order is processed.
ONE_LIVE_ENTRY = pgtrigger.Trigger(
    name="one_live_entry",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("candidate_id"),
    condition=pgtrigger.Q(new__state=NamedEntryState.ENTERED),
    func="""
        PERFORM 1 FROM candidates_candidate WHERE id = NEW.candidate_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1 FROM candidates_namedentry other
            JOIN catalogue_award size ON size.id = other.award_id
            JOIN catalogue_award new_size ON new_size.id = NEW.award_id
            JOIN centres_orderline line ON line.id = other.order_line_id
            JOIN centres_entryorder ordered ON ordered.id = line.order_id
            WHERE other.candidate_id = NEW.candidate_id AND other.id <> NEW.id AND other.state = 'entered'
                AND other.id IS DISTINCT FROM NEW.transferred_from_id
                AND other.transferred_from_id IS DISTINCT FROM NEW.id
                AND size.qualification_id = new_size.qualification_id
                AND ordered.state IN ('draft', 'submitted', 'processed')
        ) THEN
            RAISE EXCEPTION 'candidate % has a live entry for this qualification', NEW.candidate_id
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'named_entry_one_live';
        END IF;
        RETURN NEW;
    """,
)

# A new entry is on a draft, under the scheme code of its line. One from a transfer takes the place of a transferred
# entry of the same candidate and qualification, or is on a supplementary line beside the one that it will replace.
FITS_ITS_ORDER = pgtrigger.Trigger(
    name="fits_its_order",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM centres_orderline line
            JOIN centres_entryorder ordered ON ordered.id = line.order_id
            JOIN candidates_candidate candidate ON candidate.id = NEW.candidate_id
            JOIN catalogue_award size ON size.id = NEW.award_id
            LEFT JOIN candidates_namedentry earlier ON earlier.id = NEW.transferred_from_id
            WHERE line.id = NEW.order_line_id AND line.product = 'named'
                AND candidate.centre_id = ordered.centre_id
                AND size.qualification_id = line.qualification_id
                AND CASE WHEN earlier.id IS NULL
                    THEN ordered.state = 'draft' AND line.award_id = NEW.award_id
                    ELSE earlier.candidate_id = NEW.candidate_id AND earlier.award_id <> NEW.award_id
                        AND CASE WHEN earlier.order_line_id = NEW.order_line_id
                            THEN earlier.state = 'transferred'
                            ELSE earlier.state = 'entered' AND line.is_supplement
                                AND ordered.state = 'draft' AND line.award_id = NEW.award_id
                            END
                    END
        ) THEN
            RAISE EXCEPTION 'a named entry fits a line of a draft order, or the entry it is transferred from'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)

ONLY_DRAFTS_GO = pgtrigger.Trigger(
    name="only_those_of_drafts_go",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    func="""
        IF EXISTS (
            SELECT 1 FROM centres_orderline line
            JOIN centres_entryorder ordered ON ordered.id = line.order_id
            WHERE line.id = OLD.order_line_id AND ordered.state <> 'draft'
        ) THEN
            RAISE EXCEPTION 'a named entry of an order that was sent is kept'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    """,
)

NAMED_ENTRY = [
    FITS_ITS_ORDER,
    ONE_LIVE_ENTRY,
    ONLY_DRAFTS_GO,
    pgtrigger.ReadOnly(name="as_entered", fields=["award", "order_line", "transferred_from"]),
]
