# One image for web, worker and beat: they differ by command only (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
COPY requirements.txt requirements-packaged.txt /src/
RUN /venv/bin/pip install --no-cache-dir -r /src/requirements.txt \
 && /venv/bin/pip install --no-cache-dir --no-deps -r /src/requirements-packaged.txt
COPY . /src
WORKDIR /src
# Catalogues and static files are made here, so that the running image needs no right to write its own code.
RUN /venv/bin/python scripts/messages.py compile \
 && SECRET_KEY=build ID_NUMBER_KEY=build ID_NUMBER_INDEX_KEY=build AUDIT_CHECKPOINT_KEY=build \
    AUDIT_CHECKPOINT_FILE=/dev/null DATABASE_URL=postgres://build REDIS_URL=redis://build PORTAL_MODE=test \
    STATIC_ROOT=/src/staticfiles /venv/bin/python manage.py collectstatic --noinput -v0

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_MODE=production
# pg_dump and pg_restore of the server's major version (docker-compose.yml), for backups.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /var/lib/orgportal
COPY --from=build /venv /venv
COPY --from=build /src /app
WORKDIR /app
USER portal
EXPOSE 8000
CMD ["gunicorn", "orgportal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--no-control-socket"]
