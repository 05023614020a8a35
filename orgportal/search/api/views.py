"""One search over every room, within the caller's scope."""

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from members.queries.search import asks_identity
from orgportal.core.api import scope_of
from orgportal.core.limits import may_seek_identity
from orgportal.search.api.serializers import SearchAnswer, SearchQuery
from orgportal.search.queries import search
from orgportal.search.tables import lines_of


class SearchView(APIView):
    """Members, bodies, activities, transfers and papers: eight of each, fifty of one alone."""

    @extend_schema(
        tags=["search"],
        summary="Search everything in scope",
        parameters=[SearchQuery],
        responses=SearchAnswer,
    )
    def get(self, request: Request) -> HttpResponse:
        asked = SearchQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        text, only = asked.validated_data["q"], asked.validated_data["group"]
        with_identity = not asks_identity(text) or may_seek_identity(request)
        groups = search(text, scope_of(request), only=only, with_identity=with_identity)
        answer = {
            "results": [
                {
                    "group": group.key,
                    "id": line.id,
                    "name": line.name,
                    "detail": line.detail,
                    "page": line.url,
                }
                for group in groups
                for line in lines_of(group, text).lines
            ],
            "more": [group.key for group in groups if group.has_more],
            "without_identity": not with_identity,
        }
        return HttpResponse(orjson.dumps(answer), content_type="application/json")
