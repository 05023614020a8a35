"""The door of the API: what there is."""

from django.urls import NoReverseMatch, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

LISTS = {
    "branches": "api-branches:organization-list",
    "members": "api-members:member-list",
    "transfers": "api-members:transfer-list",
    "activities": "api-activities:activity-list",
    "summaries": "api-health:summary-list",
}


class RootSerializer(serializers.Serializer[dict[str, str]]):
    """Addresses by name."""

    branches = serializers.CharField(required=False)
    members = serializers.CharField(required=False)
    transfers = serializers.CharField(required=False)
    activities = serializers.CharField(required=False)
    summaries = serializers.CharField(required=False)


class RootView(APIView):
    """Where each list of the API begins."""

    @extend_schema(responses=RootSerializer)
    def get(self, request: Request) -> Response:
        found = {name: _address(url_name) for name, url_name in LISTS.items()}
        return Response({name: address for name, address in found.items() if address})


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
