"""The mapping file: how the rows of a table become facts, as a frozen model."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pledger.cli.importing.templates import template
from pledger.domain.refusal import WrongUsage
from pledger.projections.toml_model import read_model, refusal
from pledger.projections.untrusted import text_of

VALUES_MAX = 100
"""Values are made from values; so many never go deeper than reading them can."""


class MappingError(WrongUsage):
    """A mapping cannot be read or makes no sense."""


def _several(told: Any) -> Any:
    """One text stands for a list of one."""
    return (told,) if isinstance(told, str) else tuple(told) if isinstance(told, list) else told


def _is_template(text: str) -> str:
    try:
        template(text)
    except ValueError as error:
        raise refusal(f"'{text}' {error}", "write {column} where the column's value belongs") from None
    return text


def _is_field_value(told: Any) -> Any:
    if isinstance(told, list):
        told = tuple(told)
    for part in told if isinstance(told, tuple) else (told,):
        if isinstance(part, str):
            _is_template(part)
        elif not isinstance(part, bool | int | float):
            raise refusal(
                f"{part!r} cannot be the value of a field",
                'write a text like "{column}", true, false, a number or a list',
            )
    return told


Name = Annotated[str, Field(min_length=1, max_length=500)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_several)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
TemplateText = Annotated[str, AfterValidator(_is_template)]
Templates = Annotated[tuple[TemplateText, ...], BeforeValidator(_several)]
FieldValue = Annotated[Any, AfterValidator(_is_field_value)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class FileForm(_Part):
    """How the file is written."""

    encoding: str = Field("utf-8", description="the file's encoding; a byte-order mark is no part of the text")
    delimiter: Annotated[str, Field(min_length=1, max_length=1, pattern=r'^[^"\r\n\x00]$')] = Field(
        ",", description="what stands between two cells"
    )
    nothing: Texts = Field((), description="values that mean nothing, in every column")


class Column(_Part):
    """How the cells of one column are read; as words unless told."""

    date: Texts = Field((), description="the formats of days, like %Y-%m-%d")
    instant: Texts = Field((), description="the formats of instants, like %Y-%m-%dT%H:%M:%S%z")
    zone: str = Field("", description="the time zone of instants that tell none, like Europe/Berlin")
    number: Literal["", ".", ","] = Field("", description="the decimal mark of numbers")
    nothing: Texts = Field((), description="values that mean nothing in this column")
    read_as: dict[str, str] = Field(default_factory=dict, description="values that are read as another")

    @property
    def is_time(self) -> bool:
        return bool(self.date or self.instant)


class Conditions(_Part):
    """What must all be so."""

    present: Names = Field((), description="columns that have a value")
    absent: Names = Field((), description="columns that have none")
    equals: dict[Name, Texts] = Field(default_factory=dict, description="columns with one of these values")
    before: dict[Name, Name] = Field(default_factory=dict, description="columns whose time is before another column's")
    after: dict[Name, Name] = Field(default_factory=dict, description="columns whose time is after another column's")

    @cached_property
    def names(self) -> set[str]:
        compared = {**self.before, **self.after}
        return {*self.present, *self.absent, *self.equals, *compared, *self.before.values(), *self.after.values()}

    def __bool__(self) -> bool:
        return bool(self.names)


class Case(_Part):
    """Something that counts for some rows only."""

    when: Conditions = Field(default_factory=Conditions, description="what must be so")
    unless: Conditions = Field(default_factory=Conditions, description="what must not all be so")


class Value(Case):
    """A name for what several columns say together."""

    first_of: Templates = Field((), description="the first of these that has a value")
    earliest_of: Templates = Field((), description="the earliest of these times")
    latest_of: Templates = Field((), description="the latest of these times")

    @property
    def templates(self) -> tuple[str, ...]:
        return self.first_of or self.earliest_of or self.latest_of

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(map(bool, (self.first_of, self.earliest_of, self.latest_of))) != 1:
            raise refusal("a value needs one of first_of, earliest_of and latest_of", "give exactly one of them")
        return self


class RowRule(_Part):
    """What identifies a row, and which rows of the file are one."""

    id: TemplateText = Field(description="what identifies a row; with a fact's label it makes the source reference")
    group_by: Names = Field((), description="columns: rows with the same values there are one")
    combine: dict[Name, Literal["same", "first", "last", "min", "max", "sum"]] = Field(
        default_factory=dict, description="how a column's cells become one; they must be the same unless told"
    )


class Opening(_Part):
    """How partnerships that are not there yet are opened."""

    parties: Templates = Field(description="the parties", min_length=2)
    purpose: TemplateText = Field(description="what it is for")


class PartnershipRule(_Part):
    """Which partnership a row belongs to."""

    slug: TemplateText = Field(description="what its short name is made from")
    open: None | Opening = Field(None, description="how one is opened that is not there yet")  # noqa: RUF036 -- messages look into the last


class FactRule(Case):
    """A fact that a row tells."""

    fact: str = Field(description="the fact's stored name, as `pledger facts` shows it")
    on: TemplateText = Field(description="when it happened: a column of days or instants")
    fields: dict[str, FieldValue] = Field(default_factory=dict, description="the fact's fields")
    link: TemplateText = Field("", description="a document about it")
    note: TemplateText = Field("", description="a remark about it")

    @property
    def templates(self) -> tuple[str, ...]:
        told = [part for value in self.fields.values() for part in (value if isinstance(value, tuple) else (value,))]
        return (self.on, self.link, self.note, *(part for part in told if isinstance(part, str)))


class TableMapping(_Part):
    """How the rows of a table become facts."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9._-]*$")] = Field(
        description="what the mapping is called, in small letters; every source reference begins with it"
    )
    about: str = Field("", description="what it is for, in words")
    file: FileForm = Field(default_factory=FileForm, description="how the file is written")
    columns: dict[Name, Column] = Field(default_factory=dict, description="how columns are read")
    values: dict[Name, Value] = Field(
        default_factory=dict, description="names for what several columns say", max_length=VALUES_MAX
    )
    left_out: dict[str, Case] = Field(default_factory=dict, description="rows that tell nothing, by the reason why")
    row: RowRule = Field(description="what a row is")
    bad: dict[str, Case] = Field(default_factory=dict, description="rows that cannot be right, by the reason why")
    partnership: PartnershipRule = Field(description="which partnership a row belongs to")
    facts: dict[Name, FactRule] = Field(description="the facts that a row tells, by a label", min_length=1)

    @property
    def templates(self) -> list[str]:
        """Every template of the mapping."""
        opening = self.partnership.open
        return [
            self.row.id,
            self.partnership.slug,
            *((*opening.parties, opening.purpose) if opening else ()),
            *(text for value in self.values.values() for text in value.templates),
            *(text for rule in self.facts.values() for text in rule.templates),
        ]

    @property
    def cases(self) -> list[Case]:
        """Everything of the mapping that has conditions."""
        return [*self.values.values(), *self.left_out.values(), *self.bad.values(), *self.facts.values()]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        names = {name for text in self.templates for name in template(text).names}
        names |= {name for case in self.cases for name in (*case.when.names, *case.unless.names)}
        names |= {*self.columns, *self.row.group_by, *self.row.combine}
        return tuple(sorted(names - set(self.values)))

    @cached_property
    def times(self) -> set[str]:
        """The names under which days or instants stand; a value is made from those above it."""
        times = {name for name, column in self.columns.items() if column.is_time}
        for name, value in self.values.items():
            if all(template(text).only_name in times for text in value.templates):
                times.add(name)
        return times

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        from pledger.cli.importing.mapping_checks import check

        check(self)
        return self

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read a mapping's text; raises MappingError with `where`, the line and the remedy."""
        return read_model(cls, text, where, MappingError)


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping file; raises MappingError."""
    remedy = "give the path of a mapping, a TOML file in UTF-8 that you may read"
    try:
        text = text_of(path)
    except UnicodeDecodeError:
        raise MappingError("the mapping is not UTF-8 text", where=str(path), remedy="save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MappingError(f"the mapping cannot be read: {reason}", where=str(path), remedy=remedy) from None
    return TableMapping.parse(text, str(path))
