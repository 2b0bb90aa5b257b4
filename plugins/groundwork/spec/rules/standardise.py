"""Rules that clean landing text and bring it to a standard form."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundwork.spec.base import Identifier
from groundwork.spec.rules.base import Action, RuleBase
from groundwork.spec.rules.standardise_forms import (
    CountryForm,
    CurrencyForm,
    Form,
    IdentifierForm,
    PhoneForm,
    PostcodeForm,
)

LIBRARY_FORMS = (CountryForm, CurrencyForm, IdentifierForm, PhoneForm)


class Standardise(RuleBase):
    """Cleans landing text before it is read as its declared type: in the order of the options below.

    :param columns: landing columns
    :param unicode: NFC writes a letter and its accents as one character where Unicode has one
    :param trim: cut white space at both ends
    :param collapse_white_space: one space for every run of white space
    :param null_tokens: texts that mean null
    :param case: upper; lower; or title: each word's first letter upper, its others lower
    :param form: what the text has to be; it is written in the standard way
    :param otherwise: what happens to a row whose text cannot be brought to that form; it is null then. Empty text is
        null and breaks nothing
    """

    kind: Literal["standardise"]
    columns: tuple[Identifier, ...] = Field(min_length=1, description="Landing columns.")
    unicode: Literal["NFC"] | None = Field(default=None, description="Write accented letters as one character.")
    trim: bool = Field(default=True, description="Cut white space at both ends.")
    collapse_white_space: bool = Field(default=False, description="One space for every run of white space.")
    null_tokens: tuple[str, ...] = Field(default=(), description="Texts that mean null, compared after trimming.")
    case: Literal["upper", "lower", "title"] | None = Field(default=None, description="Change the letters' case.")
    form: Form | None = Field(default=None, alias="as", description="What the text has to be, by its type.")
    otherwise: Action = Field(
        default="quarantine", description="What happens to a row whose text cannot be brought to that form."
    )

    @model_validator(mode="after")
    def _fails_only_with_a_form(self) -> Standardise:
        if self.form is None and self.otherwise != "quarantine":
            raise ValueError("otherwise says what happens when 'as' fails; there is none. Remove otherwise")
        if self.beside in self.columns:
            raise ValueError(f"{self.beside!r} cannot be standardised by the country in itself; name another column")
        return self

    @property
    def narrow(self) -> bool:
        """Unicode's forms and what libraries know are worked out in Python."""
        return self.unicode is None and not isinstance(self.form, LIBRARY_FORMS)

    @property
    def beside(self) -> str | None:
        """The column that says of each row whose phone number or postcode it has, where one does."""
        if isinstance(self.form, PhoneForm):
            return self.form.region_column
        return self.form.country_column if isinstance(self.form, PostcodeForm) else None

    @property
    def reads(self) -> frozenset[str]:
        """Landing columns that the rule reads."""
        return frozenset(self.columns) | ({self.beside} if self.beside else set())
