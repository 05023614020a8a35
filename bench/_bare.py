"""The portal's addresses and one more: a view that inserts one row and does nothing else."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST

from orgportal import urls

TABLE = """
CREATE TABLE IF NOT EXISTS bench_row (
    id bigserial PRIMARY KEY, branch_id bigint NOT NULL, title text NOT NULL
)
"""


@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_row (branch_id, title) VALUES (%s, %s)",
            [request.POST["branch"], request.POST["title"]],
        )
    return HttpResponseRedirect("/")


urlpatterns = [*urls.urlpatterns, path("bench/insert/", insert, name="bench-insert")]
handler400, handler403, handler404, handler500 = (
    urls.handler400, urls.handler403, urls.handler404, urls.handler500,
)  # fmt: skip
