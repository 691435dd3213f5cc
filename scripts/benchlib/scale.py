"""The same requests on a small site and on a large one, on one node and on three: what grows must not slow them."""

import time
from dataclasses import dataclass, replace

from . import report
from .load import Flow, measure, mean
from .seed import PROFILE, Seed
from .site import form

CONNECTIONS = 16
ROUNDS = 2  # small and large by turns, since the machine is faster at one moment than at another
SLOWEST = 1.5  # times the small site's time
COSTLIEST = 1.2  # times the one node's CPU
DOMAINS, USERS, TOKENS = "growth: domains", "growth: users", "growth: refresh tokens"
NODES = "nodes: 1 against 3"


@dataclass(frozen=True)
class Size:
    domains: int
    users: int
    tokens: int


SMALL = Size(1, 1_000, 10_000)
LARGE = {"full": Size(1_000, 1_000_000, 10_000_000), "small": Size(50, 30_000, 300_000)}
SPACE = {"full": 10, "small": 2}  # GiB that both databases take while they are filled


# The requests, each of whatever domain, user or token has its turn.

def at_host(request):
    return replace(request, headers={**request.headers, "Host": "${host}"})


def client_credentials(site, turns):
    return Flow(steps=[at_host(site.client_credentials(PROFILE))], turns=turns)


def refresh(site, turns):
    return Flow(steps=[at_host(site.refresh(PROFILE))], turns=turns)


def userinfo(site, turns):
    request = replace(site.by_api_key("/auth/oauth/userinfo"), headers={"X-API-Key": "${key}"})
    return Flow(steps=[request], turns=turns)


def code_flow(site, turns):
    authorize = replace(site.authorize(PROFILE, "public openid"), headers={"Cookie": "user=${cookie}"})
    return Flow(steps=[authorize, site.redeem(PROFILE)], turns=turns)


def introspect(site, turns):
    body = form(token=site.service_token(PROFILE))
    request = replace(site.client_credentials(PROFILE), path="/auth/oauth/introspect", body=body)
    return Flow(steps=[at_host(request)], turns=turns)


def compare(options, sites, make, turns):
    """The mean of some runs on each of two sites."""
    runs = ([], [])
    works = [make(site, turns) for site, turns in zip(sites, turns)]
    for _ in range(ROUNDS):
        for site, work, found in zip(sites, works, runs):
            found.append(measure(
                site.servers, work, CONNECTIONS, options.seconds, options.programs, site.database))
    for old, work in zip(turns, works):
        old[:] = work.turns  # the tokens are others now
    return [mean(found) for found in runs]


def seeded(what, grow, count):
    """What `grow` answers, and how long it takes, on the terminal."""
    print(f"Seeding {count:,} {what} …", end=" ", flush=True)
    began = time.monotonic()
    turns = grow(count)
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    return turns


def growth(options, make_site, add):
    """A row for each request and each thing that grows. The large site grows step by step, and in the end has all."""
    large_size = LARGE[options.scale]
    small, large = sites = [make_site(name, "ES256") for name in ("small", "large")]
    try:
        seeds = [Seed(site) for site in sites]
        small.stop()
        small_users = seeded("users", seeds[0].users, SMALL.users)
        small_tokens = seeded("refresh tokens", seeds[0].tokens, SMALL.tokens)
        small.start()
        steps = [
            (DOMAINS, "domains", seeds[1].domains, SMALL.domains, large_size.domains, small_tokens,
             [("client credentials, ES256", client_credentials), ("refresh, ES256", refresh)]),
            (USERS, "users", seeds[1].users, SMALL.users, large_size.users, small_users,
             [("userinfo, API key", userinfo), ("code flow, ES256", code_flow)]),
            (TOKENS, "refresh tokens", seeds[1].tokens, SMALL.tokens, large_size.tokens, small_tokens,
             [("refresh, ES256", refresh)])]
        for name, what, grow, from_count, to_count, small_turns, requests in steps:
            if name not in options.chosen:
                continue
            large.stop()
            large_turns = seeded(what, grow, to_count)
            large.start()
            for request, make in requests:
                first, second = compare(options, sites, make, [small_turns, large_turns])
                slower = first.rate / second.rate if second.rate else 0
                add(report.pair(
                    f"{from_count:,} : {to_count:,} {what}", small.database.name, request, first, second,
                    f"{slower:.2f} × the time", f"<= {SLOWEST} × the time", 0 < slower <= SLOWEST))
    finally:
        for site in sites:
            site.stop()


def nodes(options, make_site, add):
    """A row for each request: what three servers on one database do, beside one server on one."""
    sites = [make_site(name, "ES256") for name in ("one", "three")]
    try:
        turns = []
        for site in sites:
            seed = Seed(site)
            site.stop()
            turns.append(seed.tokens(SMALL.tokens))
            site.start()
        for _ in range(2):
            sites[1].add_node()
        for request, make in [("client credentials, ES256", client_credentials), ("introspect", introspect),
                              ("refresh, ES256", refresh)]:
            first, second = compare(options, sites, make, turns)
            costs = [run.cpu + run.database_cpu for run in (first, second)]
            costlier = costs[1] / costs[0] if costs[0] else 0
            add(report.pair(
                "1 : 3 nodes", sites[0].database.name, request, first, second, f"{costlier:.2f} × the CPU",
                f"<= {COSTLIEST} × the CPU", 0 < costlier <= COSTLIEST))
    finally:
        for site in sites:
            site.stop()
