"""The candidates and units of a centre that files can be sorted into."""

from collections.abc import Iterable
from dataclasses import dataclass

from centres.models import Centre
from portal.catalogue.models import Unit

from .. import guards
from ..models import Assignment
from . import labels


class Unsorted(Exception):
    """Why a file cannot go there, or cannot be sorted yet, in words for people; `field`: the one with the error."""

    def __init__(self, words: str, *, field: str = "number"):
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Proposal:
    """Where a file goes by its name, with a remark; or what its name does say, and why that is not enough."""

    number: str = ""
    code: str = ""
    work: Assignment | None = None
    remark: str = ""


def units_of(centre: Centre):
    """Those that can accept files of a candidate of the centre now."""
    open_ones = Assignment.objects.at(centre).open_ones()
    return Unit.objects.filter(pk__in=open_ones.order_by().values("unit"))


def candidates_of(centre: Centre):
    """Those who have a unit that can accept files now."""
    return centre.candidates.filter(assignments__in=Assignment.objects.open_ones()).distinct()


class Roster:
    """The candidates of one centre with these numbers and their work, and all units assigned there."""

    def __init__(self, centre: Centre, numbers: Iterable[str]):
        self.centre = centre
        self.units = list(units_of(centre))
        self.codes = list(
            Unit.objects.values_list("code", flat=True)
        )  # a name may include one that nobody has
        self.candidates = {
            candidate.number: candidate for candidate in centre.candidates.filter(number__in=set(numbers))
        }
        work = Assignment.objects.at(centre).filter(candidate__in=self.candidates.values())
        self.work = {
            (row.candidate.number, row.unit.code): row
            for row in work.select_related("candidate__centre", "unit")
        }

    @classmethod
    def for_names(cls, centre: Centre, paths: Iterable[str]) -> "Roster":
        return cls(centre, (number for path in paths for number in labels.numbers(path)))

    def propose(self, path: str, unit: Unit | None) -> Proposal:
        """Read the name; `unit` is meant if it does not give one."""
        number = code = ""
        try:
            number = self._number(path)
            code = self._code(path) or (unit.code if unit else "")
            work = self.resolve(number, code)
            remark = "" if code else f"Its name does not give a unit. {work.unit.code} is the only open unit."
            return Proposal(number, work.unit.code, work, remark)
        except Unsorted as why:
            return Proposal(number, code, remark=str(why))

    def resolve(self, number: str, code: str) -> Assignment:
        """The open work of a candidate for a unit, or their only open work if none is given. Raises Unsorted."""
        if number not in self.candidates:
            raise Unsorted(f"No candidate of your centre has the number {number}.")
        if not code:
            return self._only_open(number)
        work = self.work.get((number, code))
        if work is None:
            whose = self.candidates[number]
            raise Unsorted(f"{whose} does not have {code}. Assign it, or choose another unit.", field="unit")
        if refusal := guards.why_not_changeable(work):
            raise Unsorted(f"{code} of {self.candidates[number]}: {refusal}", field="unit")
        return work

    def _number(self, path: str) -> str:
        said = labels.numbers(path)
        if not said:
            raise Unsorted("Its name does not start with a candidate number.")
        known = [number for number in said if number in self.candidates]
        if not known:
            raise Unsorted(f"No candidate of your centre has the number {said[0]}.")
        if len(known) > 1:
            raise Unsorted(
                f"Its name and its folder give different candidate numbers: {' and '.join(known)}."
            )
        return known[0]

    def _code(self, path: str) -> str:
        said = labels.codes(path, self.codes)
        if len(said) > 1:
            raise Unsorted(f"Its name gives more than one unit: {' and '.join(said)}.")
        return said[0] if said else ""

    def _only_open(self, number: str) -> Assignment:
        open_ones = [work for (whose, _), work in self.work.items() if whose == number and work.is_open]
        if not open_ones:
            raise Unsorted(f"{self.candidates[number]} has no unit that files can be added to now.")
        if len(open_ones) > 1:
            codes = ", ".join(work.unit.code for work in open_ones)
            raise Unsorted(
                f"{self.candidates[number]} has more than one open unit: {codes}. Choose one.", field="unit"
            )
        return open_ones[0]
