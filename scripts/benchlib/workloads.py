"""What is measured, and what it has to reach."""

from dataclasses import dataclass
from typing import Callable

from .load import Flow, Request
from .site import DISCOVERY, FORM, SIGN_INS, form, require_algorithm

# The profile of the applications that a workload uses: `placeos` signs RS256, `oauth2.1` as its domain does.
PROFILE = {"RS256": "placeos", "ES256": "oauth2.1"}


@dataclass(frozen=True)
class Workload:
    name: str
    algorithm: str  # of the domain while it is measured
    make: Callable  # of the site: a Request or a Flow, tried out once
    baseline: str  # a, rsa, p256, c or argon2
    at_least: float = 0  # times the baseline
    rate: int = 0  # per second, where the target is absolute
    connections: tuple = ()  # instead of those asked for

    def target(self):
        return f">= {self.rate:,}/s" if self.rate else f">= {self.at_least:.0%} of {LABELS[self.baseline]}"

    def is_met(self, rate, ratio):
        return rate >= self.rate if self.rate else ratio >= self.at_least


LABELS = {"a": "(a)", "rsa": "(b) RSA", "p256": "(b) P-256", "c": "(c)", "argon2": "argon2id"}


def fixed(request):
    """The same request every time, tried once."""
    def make(site):
        work = request(site)
        site.ask(work)
        return work
    return make


def client_credentials(algorithm):
    def make(site):
        require_algorithm(algorithm, site.service_token(PROFILE[algorithm]))
        return site.client_credentials(PROFILE[algorithm])
    return make


def introspect(site):
    client = site.client("confidential", "placeos")
    return Request("POST", "/auth/oauth/introspect", {**FORM, **site.basic(client)},
                   form(token=site.service_token("placeos")), contains='"active":true')


def bearer(path, contains):
    def request(site):
        headers = {"Authorization": "Bearer " + site.access_token("placeos")}
        return Request("GET", path, headers, contains=contains)
    return request


def refresh_chain(algorithm):
    """Each connection has a chain of its own: it refreshes with the token of its last answer."""
    def make(site):
        profile = PROFILE[algorithm]
        require_algorithm(algorithm, site.tokens(profile, "public")["access_token"])
        return Flow(before=[site.authorize(profile, "public"), site.redeem(profile)], steps=[site.refresh(profile)])
    return make


def code_flow(algorithm):
    """Authorize with a session and PKCE, then redeem, with an id_token."""
    def make(site):
        profile = PROFILE[algorithm]
        tokens = site.tokens(profile, "public openid")
        require_algorithm(algorithm, tokens["access_token"], tokens["id_token"])
        return Flow(steps=[site.authorize(profile, "public openid"), site.redeem(profile)])
    return make


def sign_in(site):
    step = Request("POST", "/auth/signin", FORM, form(email="${email}", password=site.password), expect=202)
    return Flow(steps=[step], turns=[{"email": email} for email in site.users])


INSPECT = "/api/engine/v2/api_keys/inspect"

# RS256 before ES256, so that the domain's key changes once.
WORKLOADS = [
    Workload("discovery", "RS256", fixed(lambda site: Request("GET", DISCOVERY, contains='"issuer"')), "a", 0.9),
    Workload("JWKS", "RS256", fixed(lambda site: Request("GET", "/auth/oauth/discovery/keys", contains='"keys"')),
             "a", 0.9),
    Workload("introspect", "RS256", fixed(introspect), "a", 0.5),
    Workload("inspect, bearer token", "RS256", fixed(bearer(INSPECT, '"sub"')), "a", 0.5),
    Workload("inspect, API key", "RS256", fixed(lambda site: site.by_api_key(INSPECT, '"scope"')), "a", 0.5),
    Workload("userinfo", "RS256", fixed(bearer("/auth/oauth/userinfo", '"sub"')), "a", 0.5),
    Workload("token, client credentials, RS256", "RS256", client_credentials("RS256"), "rsa", 1.2),
    Workload("refresh, RS256", "RS256", refresh_chain("RS256"), "c", rate=3000),
    Workload("code flow, RS256", "RS256", code_flow("RS256"), "rsa", rate=1200),
    Workload("token, client credentials, ES256", "ES256", client_credentials("ES256"), "a", 0.4),
    Workload("refresh, ES256", "ES256", refresh_chain("ES256"), "c", rate=5000),
    Workload("code flow, ES256", "ES256", code_flow("ES256"), "p256", rate=3000),
    Workload("sign-in", "ES256", sign_in, "argon2", 0.9, connections=(SIGN_INS,)),
]
