"""A person in the filter of a list: rows under every id the person has."""

from typing import Any

import django_filters

from members.queries.merging import ids_of


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    """`member` finds what was recorded under the ids merged into this one too."""

    member = django_filters.NumberFilter(method="of_person")

    def of_person(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(member__in=ids_of(int(value)))


def of_person(model: Any, *fields: str, ranges: tuple[str, ...] = ()) -> type[PersonFilter]:
    """The filter of one list: by person, by these fields, and from and to these days."""
    # Relations by number: what is out of reach is in no list, and its choices are nobody's to read.
    keys = {name for name in fields if model._meta.get_field(name).is_relation}  # noqa: SLF001
    by_key = {name: django_filters.NumberFilter(field_name=f"{name}_id") for name in keys}
    asked = {name: ["exact"] for name in fields if name not in keys}
    meta = type("Meta", (), {"model": model, "fields": asked | {name: ["gte", "lte"] for name in ranges}})
    return type(f"{model.__name__}PersonFilter", (PersonFilter,), {**by_key, "Meta": meta})
