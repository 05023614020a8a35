"""What leaves and what is taken in; the same workflows write."""

from typing import Any

from rest_framework import serializers

from branches.choices import EventKind, Form, Kind, Sector
from branches.models import Organization
from branches.workflows.history import Order
from branches.workflows.tree import Details, Names, NewBody
from orgportal.core.api import ScopedSerializer


class OrganizationSerializer(serializers.Serializer[Any]):
    """A body as the list shows it."""

    id = serializers.IntegerField()
    parent_id = serializers.IntegerField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    form = serializers.ChoiceField(choices=Form.choices)
    sector = serializers.ChoiceField(choices=Sector.choices)
    phone = serializers.CharField()
    established_on = serializers.DateField()
    dissolved_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class OrganizationDetailSerializer(OrganizationSerializer):
    """One body with its further facts and its member counts, rolled up."""

    address = serializers.CharField()
    ends_on = serializers.DateField(allow_null=True)
    has_committee = serializers.BooleanField()
    formal = serializers.IntegerField()
    probationary = serializers.IntegerField()
    branches = serializers.IntegerField()


class HistoryLineSerializer(serializers.Serializer[Any]):
    """One event in the life of a body: what was so before, what is since, by which document."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=EventKind.choices)
    on = serializers.DateField()
    other_id = serializers.IntegerField(allow_null=True)
    basis = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()


class HistorySerializer(serializers.Serializer[Any]):
    """The latest first."""

    results = HistoryLineSerializer(many=True)


class DirectorySerializer(serializers.Serializer[Any]):
    """What everybody who signs in may see of every body, and nothing else."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    phone = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    branch_id = serializers.IntegerField()
    name = serializers.CharField()
    founded_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class OrderSerializer(ScopedSerializer):
    """What every order carries."""

    on = serializers.DateField()
    basis = serializers.CharField(max_length=200)
    version = serializers.IntegerField(min_value=1)

    def order(self) -> Order:
        data = self.validated_data
        return Order(on=data["on"], basis=data.get("basis", ""), version=data.get("version", 0))


class NamesSerializer(OrderSerializer):
    name = serializers.CharField(max_length=120)
    short_name = serializers.CharField(max_length=40, allow_blank=True, default="")

    def names(self) -> Names:
        return Names(name=self.validated_data["name"], short_name=self.validated_data["short_name"])


class DetailsSerializer(OrderSerializer):
    sector = serializers.ChoiceField(choices=Sector.choices)
    form = serializers.ChoiceField(choices=Form.choices, default=Form.REGULAR)
    has_committee = serializers.BooleanField(default=False)
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")
    address = serializers.CharField(max_length=200, allow_blank=True, default="")
    ends_on = serializers.DateField(allow_null=True, default=None)

    def details(self) -> Details:
        data = self.validated_data
        return Details(
            sector=Sector(data["sector"]),
            form=Form(data["form"]),
            has_committee=data["has_committee"],
            phone=data["phone"],
            address=data["address"],
            ends_on=data["ends_on"],
        )


class CreateSerializer(NamesSerializer, DetailsSerializer):
    version = None  # type: ignore[assignment]
    parent: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current())
    code = serializers.CharField(max_length=32)
    kind = serializers.ChoiceField(choices=Kind.choices)

    def body(self) -> NewBody:
        data = self.validated_data
        return NewBody(code=data["code"], kind=Kind(data["kind"]), names=self.names(), details=self.details())


class MoveSerializer(OrderSerializer):
    parent: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current())


class GroupOrderSerializer(OrderSerializer):
    basis = serializers.CharField(max_length=200, allow_blank=True, default="")


class GroupNameSerializer(GroupOrderSerializer):
    name = serializers.CharField(max_length=60)


class GroupCreateSerializer(GroupNameSerializer):
    version = None  # type: ignore[assignment]
    branch: Any = serializers.PrimaryKeyRelatedField(queryset=Organization.objects.current().branches())
