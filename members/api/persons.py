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
    asked = {name: ["exact"] for name in fields} | {name: ["gte", "lte"] for name in ranges}
    meta = type("Meta", (), {"model": model, "fields": asked})
    return type(f"{model.__name__}PersonFilter", (PersonFilter,), {"Meta": meta})
