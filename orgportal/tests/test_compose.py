"""The container files keep the promises of the runbook, as far as reading them can tell."""

import re

import pytest
import yaml

from launcher.paths import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
SECRET = re.compile(r"PASSWORD|_KEY$|DATABASE_URL|REDIS_URL")


def test_services_are_the_six():
    assert sorted(SERVICES) == ["beat", "db", "metrics", "redis", "web", "worker"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_has_a_health_check_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_has_a_default(name):
    secrets = {key: value for key, value in SERVICES[name]["environment"].items() if SECRET.search(key)}

    assert secrets
    assert {key for key, value in secrets.items() if not re.search(r"\$\{\w+:\?", value)} == set()


def test_data_lives_in_named_volumes():
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}

    assert mounted == set(COMPOSE["volumes"])


def test_only_the_web_migrates_and_the_others_wait():
    commands = {name: SERVICES[name]["command"][-1] for name in ("web", "worker", "beat", "metrics")}

    assert commands["web"].startswith(
        "until python manage.py migrate --noinput; do sleep 3; done; rm -f /run/requests/*; exec gunicorn"
    )
    assert {
        name: commands[name].partition("done; exec ")[2].split()[0] for name in commands if name != "web"
    } == {
        "worker": "celery",
        "beat": "celery",
        "metrics": "python",
    }
    assert all(
        commands[name].startswith("until python manage.py migrate --check; do sleep 3; done; exec")
        for name in ("worker", "beat", "metrics")
    )


def test_only_the_web_has_a_port_outside():
    outside = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(outside) == {"web", "metrics"}
    assert [port.split(":")[0] for port in outside["metrics"]] == ["127.0.0.1"]


def test_requests_are_counted_where_the_exporter_reads_them():
    folders = {name: SERVICES[name]["environment"]["METRICS_DIR"] for name in ("web", "metrics")}

    assert set(folders.values()) == {"/run/requests"}
    assert all("requests:/run/requests" in SERVICES[name]["volumes"] for name in folders)
    assert COMPOSE["volumes"]["requests"]["driver_opts"]["type"] == "tmpfs"


def test_programs_run_without_rights_they_do_not_need():
    for name in ("web", "worker", "beat", "metrics"):
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "\nUSER portal\n" in (ROOT / "Dockerfile").read_text()


def test_redis_keeps_every_message():
    assert "appendonly yes" in SERVICES["redis"]["command"][-1]
    assert "maxmemory-policy noeviction" in SERVICES["redis"]["command"][-1]


def test_environment_names_every_required_setting():
    settings = (ROOT / "orgportal/settings.py").read_text()
    required = set(re.findall(r'env\.(?:str|int|bool|list)\("(\w+)"\)', settings)) | {
        "DATABASE_URL",
        "REDIS_URL",
    }

    assert required <= set(SERVICES["web"]["environment"])
