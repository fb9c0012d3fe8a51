"""The base class of every fact: frozen, validated, self-explaining, and registered under its stored name."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pledger.domain.naming import SLUG_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.domain.days import Occurrence
    from pledger.domain.gaps import Move
    from pledger.domain.partnership import Partnership

ONE_LINE = r"^[^\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+$"
ANY_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f\x80-\x9f]+$"

Party = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=ONE_LINE)]
PERSON_ID_LENGTH_MAX = 100
PersonId = Annotated[str, StringConstraints(max_length=PERSON_ID_LENGTH_MAX, pattern=SLUG_PATTERN)]
Slug = Annotated[str, StringConstraints(max_length=100, pattern=SLUG_PATTERN)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=ANY_LINES)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=ONE_LINE)]
Stake = Literal["small", "medium", "large"]
Phase = Literal["unopened", "active", "paused", "ended"]
Part = TypeVar("Part", bound=BaseModel)

ACTIVE: frozenset[Phase] = frozenset({"active"})
UNTIL_THE_END: frozenset[Phase] = frozenset({"active", "paused"})


STAMPED = " (stamped when admitted)"
"""What the description of a field ends with that only admission may fill."""


def stamp(description: str, default: Any = None) -> Any:
    """A field that admission fills: what a reader needs to understand the entry alone."""
    return Field(default, description=description + STAMPED, json_schema_extra={"stamp": True})


class Fact(BaseModel):
    """Something that happened between the parties of a partnership."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    TOPIC: ClassVar[str]
    """The stored name; never changed once released."""
    VERSION: ClassVar[int] = 1
    """The version of the stored form: one higher with each change, and an upcast leads there from the one before."""
    THEME: ClassVar[str]
    VERB: ClassVar[str]
    """The words that record it on the command line."""
    EXAMPLE: ClassVar[str]
    """A command line that records one, without the program's name."""
    THEN: ClassVar[str] = ""
    """The verb that usually follows."""
    ARGUMENTS: ClassVar[tuple[str, ...]] = ()
    """The fields told by their place; all others are options."""
    OPTIONS: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Option names that differ from the field's."""
    NAMED: ClassVar[tuple[str, str] | None] = None
    """The field that names what this fact brings into being, and the field whose words make that name."""
    PHASES: ClassVar[frozenset[Phase]] = ACTIVE
    """The phases of a partnership in which it may occur."""
    RANK: ClassVar[int] = 2
    """What sorts before the rest of its partnership, whatever its date: looking (0), opening (1)."""

    def admit(self, partnership: "Partnership", when: "Occurrence") -> Self:
        """The fact completed with its stamps, given the partnership at its occurrence; raises Refused."""
        return self

    def apply(self, partnership: "Partnership", when: "Occurrence") -> None:
        """Change the partnership's state by this admitted fact."""

    def silence_move(self) -> "Move | None":
        """How it moves the silence clock, if it does."""
        return None

    def verb_for_change(self, changed: dict[str, Any]) -> str | None:
        """The command, with `{partnership}` in it, that tells such a change; None where only retracting does."""
        return None

    def told_since(self, changed: dict[str, Any], others: "Iterable[Fact]") -> bool:
        """Whether other facts of the partnership have told this change already."""
        return False

    @classmethod
    def stamps(cls) -> frozenset[str]:
        """The names of the fields that only admission may fill."""
        return _stamps_of(cls)

    def as_told(self) -> Self:
        """The fact without its stamps, as somebody would tell it again."""
        told = {name: getattr(self, name) for name in self.model_fields_set if name not in self.stamps()}
        return cast("Self", type(self).model_construct(_fields_set=set(told), **told))

    def stamped(self, **stamps: Any) -> Self:
        """A copy with these fields filled; no validation, since admission computed them."""
        return self.model_copy(update=stamps)

    def part(self, kind: type[Part], **values: Any) -> Part:
        """Something that it brings into the state, of values that it was admitted with; no validation either."""
        return kind.model_construct(**values)


_STAMPS: dict[type[Fact], frozenset[str]] = {}


def _stamps_of(kind: type[Fact]) -> frozenset[str]:
    if kind not in _STAMPS:
        _STAMPS[kind] = frozenset(
            name
            for name, field in kind.model_fields.items()
            if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("stamp")
        )
    return _STAMPS[kind]
