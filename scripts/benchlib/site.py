"""The Gatehouse under test: a server on a fresh data folder, and what the workloads need in it."""

import base64
import hashlib
import json
import os
import secrets
import shutil
import subprocess
from functools import cache, cached_property
from urllib.parse import quote, urlencode

from .load import Request
from .process import Failure, Server, free_port, request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SIGN_INS = 16  # at a time, each by a user of its own
DISCOVERY = "/.well-known/openid-configuration"
# PKCE costs the server the same whether or not the verifier is new each time.
VERIFIER = secrets.token_urlsafe(32)
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def form(**fields):
    """A form body, with bench-load's `${variables}` left as they are."""
    return urlencode(fields, safe="${}", quote_via=quote)


class Site:
    """Everything is made by the CLI while the server runs, when a workload first asks for it."""

    def __init__(self, folder, programs, database, algorithm="RS256"):
        """The folder is its own. `database` is a SQLite or PostgreSQL of `databases`, new and empty."""
        self.folder = folder
        self.program = os.path.join(programs, "gatehouse")
        self.database = database
        self.environment = {
            "GATEHOUSE_DATABASE": database.url,
            # Thousands of sign-ins a minute come from one address here.
            "GATEHOUSE_SIGN_IN_LIMIT_PER_SOURCE": "1000000"}
        self.algorithm = "RS256"  # what a new domain signs with
        self.password = secrets.token_urlsafe(16)
        self.servers = []
        try:
            self.start()
            self.sign_with(algorithm)
        except BaseException:
            self.stop()
            raise

    @property
    def server(self):
        return self.servers[0]

    def start(self):
        self._serve(self.folder)

    def add_node(self):
        """One more server on the same database, with a data folder of its own and the same master key."""
        folder = f"{self.folder}-{len(self.servers) + 1}"
        os.mkdir(folder, 0o700)
        shutil.copy(os.path.join(self.folder, "master.key"), folder)
        self._serve(folder)

    def _serve(self, folder):
        port = free_port()
        self.servers.append(Server(
            [self.program, "serve", "--data", folder, "--listen", f"127.0.0.1:{port}"], port, DISCOVERY,
            f"{folder}.log", self.environment))

    def stop(self):
        while self.servers:
            self.servers.pop().stop()

    def run(self, *arguments, text=None):
        """What a subcommand prints with --json."""
        command = [self.program, *arguments, "--data", self.folder, "--json"]
        ended = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60,
                               env={**os.environ, **self.environment})
        if ended.returncode != 0:
            raise Failure(f"gatehouse {' '.join(arguments)}: {(ended.stderr or ended.stdout).strip()}")
        return json.loads(ended.stdout)

    def sign_with(self, algorithm):
        if algorithm != self.algorithm:
            self.run("key", "rotate", "--domain", "localhost", "--algorithm", algorithm)
            self.algorithm = algorithm

    @cached_property
    def users(self):
        """E-mail addresses of people with `password`."""
        addresses = [f"bench-{number}@example.com" for number in range(1, SIGN_INS + 1)]
        for address in addresses:
            self.run("user", "create", "--domain", "localhost", "--email", address, "--name", "Bench",
                     "--password-stdin", text=self.password + "\n")
        return addresses

    @cache
    def client(self, kind, profile):
        """An application, `public` or `confidential`: client_id, client_secret and redirect_uri."""
        name = f"{kind} {profile}"
        redirect = f"https://{name.replace(' ', '-')}.example.com/callback"
        made = self.run("app", "create", "--domain", "localhost", "--name", name, "--redirect-uri", redirect,
                        f"--{kind}", "--scope", "public openid", "--profile", profile)
        return {**made, "redirect_uri": redirect}

    @cached_property
    def api_key(self):
        made = self.run("api-key", "create", "--user", self.users[0], "--name", "bench", "--scope", "public")
        return made["x_api_key"]

    @cached_property
    def session(self):
        """A signed-in user's Cookie header."""
        status, headers, body = request(
            self.server.port, "POST", "/auth/signin", FORM, form(email=self.users[0], password=self.password))
        for cookie in headers.get_all("Set-Cookie", []):
            if cookie.startswith("user="):
                return {"Cookie": cookie.split(";")[0]}
        raise Failure(f"sign-in answered {status} without the cookie `user`: {body[:200]}")

    # The requests that more than one workload makes.

    def basic(self, client):
        pair = f"{client['client_id']}:{client['client_secret']}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def client_credentials(self, profile):
        return Request("POST", "/auth/oauth/token", {**FORM, **self.basic(self.client("confidential", profile))},
                       form(grant_type="client_credentials", scope="public"), contains='"access_token"')

    def by_api_key(self, path, contains=""):
        return Request("GET", path, {"X-API-Key": self.api_key}, contains=contains)

    def authorize(self, profile, scope):
        client = self.client("public", profile)
        query = form(response_type="code", client_id=client["client_id"], redirect_uri=client["redirect_uri"],
                     scope=scope, nonce="bench", code_challenge=CHALLENGE, code_challenge_method="S256")
        return Request("GET", f"/auth/oauth/authorize?{query}", self.session, expect=302, capture={"code": "code="})

    def redeem(self, profile):
        client = self.client("public", profile)
        body = form(grant_type="authorization_code", code="${code}", client_id=client["client_id"],
                    redirect_uri=client["redirect_uri"], code_verifier=VERIFIER)
        return Request("POST", "/auth/oauth/token", FORM, body, capture={"refresh": '"refresh_token":"'})

    def refresh(self, profile):
        body = form(grant_type="refresh_token", refresh_token="${refresh}",
                    client_id=self.client("public", profile)["client_id"])
        return Request("POST", "/auth/oauth/token", FORM, body, capture={"refresh": '"refresh_token":"'})

    # The same, once, to see that what will be measured is what should be.

    def ask(self, work, **values):
        """The headers and text of one answer that is as `work` expects it."""
        body = work.body
        for name, value in values.items():
            body = body.replace("${" + name + "}", value)
        status, headers, text = request(self.server.port, work.method, work.path, work.headers, body)
        if status != work.expect or work.contains not in text:
            raise Failure(f"{work.method} {work.path[:60]} answered {status}, not {work.expect} "
                          f"{work.contains}: {text[:200]}")
        return headers, text

    def tokens(self, profile, scope):
        """The token endpoint's answer at the end of an authorization code flow."""
        headers, _ = self.ask(self.authorize(profile, scope))
        code = headers.get("Location", "").rpartition("code=")[2].partition("&")[0]
        return json.loads(self.ask(self.redeem(profile), code=code)[1])

    def service_token(self, profile):
        return json.loads(self.ask(self.client_credentials(profile))[1])["access_token"]

    @cache
    def access_token(self, profile):
        return self.tokens(profile, "public openid")["access_token"]


def require_algorithm(algorithm, *tokens):
    for token in tokens:
        head = token.split(".")[0]
        found = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("alg")
        if found != algorithm:
            raise Failure(f"a token is signed with {found}, not {algorithm}")
