"""Addresses of the page without network, for the access matrix."""

from orgportal.tests.matrix import Row

# The same page for everybody: it holds nothing of anybody.
OPEN = "anon|li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"
OFFLINE_ROWS = [
    Row("activities:offline", OPEN),
    Row("activities:offline-kept", "anon:302 li|ran|wang:200 zhao|qian|chen|sun|sys|sec|aud:403"),
    Row("service-worker", OPEN),
    Row("manifest", OPEN),
]
