"""One organisation at its limit beside a quiet one: what that one feels, and what gets through.

`python -m bench.noisy` on a deployed stack: NETPULSE_E2E_STACK names a running one, else it starts
its own. Prints one JSON object a line.

The noisy organisation asks from many clients at once, several times as often as it may; the quiet
one asks as a dashboard does. Both go the whole way: edge, gateway, authorizer, function,
DynamoDB's counts, PostgreSQL. On a deployed stage functions scale by themselves; here two cores
bear all of it, so the ratio is the worst that there is.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import requests

from bench.measuring import say, say_at_most
from tests.e2e import stack as stacks
from tests.e2e.client import newcomer

ROUNDS, SAMPLES = 3, 60
# A key may ask a route 100 times a minute: enough keys for all samples of a minute.
QUIET_KEYS, QUIET_PAUSE_S = 12, 0.05
NOISY_CLIENTS, NOISY_PER_SECOND = 4, 16
LIMIT, FLOOD, FLOOD_CLIENTS, FLOODS = 100, 300, 12, 2
# As many requests as it may, and then some: from there on it is at its limit.
UNTIL_REFUSED = 20
# p95 beside a noisy neighbour over p95 alone; and what may pass of a limit.
SLOWER, OVER = 1.5, 1.05


def key_of(owner, number):
    return owner.post("/api-keys", {"name": f"bench {number}", "role": "viewer"})["key"]


def asked(api_url, path, key, session):
    began = time.perf_counter()
    answer = session.get(f"{api_url}/api/v1{path}", headers={"X-API-Key": key}, timeout=60)
    return answer.status_code, (time.perf_counter() - began) * 1000


def p95_of(api_url, path, keys):
    """Return the p95 in ms of a quiet organisation's requests; all of them are answered well."""
    session = requests.Session()
    found = []
    for number in range(SAMPLES):
        status, took = asked(api_url, path, keys[number % len(keys)], session)
        assert status == 200, status
        found.append(took)
        time.sleep(QUIET_PAUSE_S)
    return sorted(found)[int(len(found) * 0.95)]


@contextmanager
def noise(api_url, key):
    """Let an organisation ask several times as often as it may, until the block ends."""
    over = threading.Event()
    statuses = []

    def ask():
        session = requests.Session()
        while not over.wait(NOISY_CLIENTS / NOISY_PER_SECOND):
            statuses.append(asked(api_url, "/devices", key, session)[0])

    with ThreadPoolExecutor(NOISY_CLIENTS) as pool:
        for _ in range(NOISY_CLIENTS):
            pool.submit(ask)
        try:
            while statuses.count(429) < UNTIL_REFUSED:
                time.sleep(0.1)
            statuses.clear()
            yield statuses
        finally:
            over.set()


def neighbours(api_url):
    quiet, noisy = newcomer(api_url), newcomer(api_url)
    keys = [key_of(quiet, number) for number in range(QUIET_KEYS)]
    loud = key_of(noisy, 0)
    # as many processes of each function as both together keep busy
    with noise(api_url, key_of(noisy, 1)):
        p95_of(api_url, "/devices", keys)
    alone, beside, refused = [], [], []
    for _ in range(ROUNDS):
        alone.append(p95_of(api_url, "/devices", keys))
        with noise(api_url, loud) as statuses:
            beside.append(p95_of(api_url, "/devices", keys))
        refused.append(100 * statuses.count(429) / len(statuses))
    say(
        f"p95 of a quiet organisation beside one that asks {NOISY_PER_SECOND} times a second",
        "ms",
        beside,
        "alone",
        alone,
        SLOWER,
        least=False,
    )
    say_at_most("... of the noisy one's requests refused", "%", refused, None)


def limits(api_url):
    """Send a flood within one minute and count what gets through."""
    passed = []
    for _ in range(FLOODS):
        key = key_of(newcomer(api_url), 0)
        # counts are by the minute: begin with one
        time.sleep(60 - time.time() % 60 + 0.5)
        minute = time.time() // 60

        def ask(_number, key=key):
            return asked(api_url, "/alert-rules", key, requests)[0]

        with ThreadPoolExecutor(FLOOD_CLIENTS) as pool:
            statuses = list(pool.map(ask, range(FLOOD)))
        assert statuses.count(429) > 0, set(statuses)
        if time.time() // 60 == minute:
            passed.append(statuses.count(200) / LIMIT)
    say_at_most(
        f"passed of a limit of {LIMIT} a minute, {FLOOD} requests by {FLOOD_CLIENTS} at once",
        "of the limit",
        passed,
        OVER,
    )


def main():
    stack = stacks.start()
    try:
        neighbours(stack.api_url)
        limits(stack.api_url)
    finally:
        stacks.stop()


if __name__ == "__main__":
    main()
