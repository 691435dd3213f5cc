"""Rows by the million: copies of ones that the server made, with keys of their own, put into its database directly."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

DIGITS = sorted("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
PAIRS = [first + second for first in DIGITS for second in DIGITS]
PROFILE = "oauth2.1"
KNOWN = 10_000  # of the rows, spread over all of them, are used by requests: the others are only there
TOKENS_PER_GRANT = 10  # one in use; the others were rotated, and are kept for a fortnight
DAY = 86_400


def spread(count, length, prefix=""):
    """A function from 0 ..< `count` to base64url texts, ascending and as far apart as those of digests are.

    In this order a B-tree is filled by appending, and ends up as if they had come in any order.
    """
    tails = [secrets.token_urlsafe(length)[:length - 4] for _ in range(1024)]

    def key(number):
        place = number * len(PAIRS) ** 2 // count
        return prefix + PAIRS[place // len(PAIRS)] + PAIRS[place % len(PAIRS)] + tails[number % 1024]
    return key


def copies(template, numbers, **changes):
    """A row for each number, like `template` but for `changes`: a column's function of the number."""
    columns, values = list(template), list(template.values())
    changes = [(columns.index(column), change) for column, change in changes.items()]
    for number in numbers:
        for place, change in changes:
            values[place] = change(number)
        yield tuple(values)


def digest(secret):
    return urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()


class Seed:
    """Makes a site larger. Each growth takes a stopped site, and answers what requests then take in turn."""

    def __init__(self, site):
        """Asks the running site for one of everything, the rows that are copied from then on."""
        self.site = site
        refresh = site.tokens(PROFILE, "public")["refresh_token"]
        for _ in range(2):
            refresh = json.loads(site.ask(site.refresh(PROFILE), refresh=refresh)[1])["refresh_token"]
        self.key_id, _, self.key_secret = site.api_key.partition(".")
        rows = site.database.rows
        self.domain, = rows("domain", "host = 'localhost'")
        self.live, = rows("refresh_token", f"digest = '{digest(refresh)}'")
        self.rotated, = rows("refresh_token", f"digest = '{self.live['predecessor']}'")
        self.grant, = rows("client_grant", f"id = '{self.live['grant_id']}'")
        self.user, = rows("user_account", f"id = '{self.grant['user_id']}'")
        self.api_key, = rows("api_key", f"id = '{self.key_id}'")
        self.session, *_ = rows("session", f"user_id = '{self.user['id']}'")
        self.clients = [
            rows("client", f"client_id = '{site.client(kind, PROFILE)['client_id']}'")[0]
            for kind in ("public", "confidential")]
        self.user_key, self.user_count = lambda number: self.user["id"], 1

    def _load(self, table, template, rows):
        self.site.database.load(table, list(template), rows)

    def domains(self, count):
        """More domains, each with a key, both clients, a user and a grant. Answers {host, refresh} of each."""
        every = range(count)
        domain, user = spread(count, 12, "authority-"), spread(count, 12, "user-")
        grant, tokens = spread(count, 22), [secrets.token_urlsafe(32) for _ in every]
        hosts = [f"d{number}.example.com" for number in every]
        self._load("domain", self.domain, copies(
            self.domain, every, id=domain, host=hosts.__getitem__, name=lambda number: f"Domain {number}"))
        # Numbers beyond those that the server picks.
        for first, client in zip((1 << 48, (1 << 48) + count), self.clients):
            self._load("client", client, copies(client, every, number=first.__add__, domain_id=domain))
        self._load("user_account", self.user, copies(self.user, every, id=user, domain_id=domain))
        self._load("client_grant", self.grant, copies(
            self.grant, every, id=grant, domain_id=domain, client_number=(1 << 48).__add__, user_id=user))
        self._load("refresh_token", self.live, copies(
            self.live, every, digest=lambda number: digest(tokens[number]), grant_id=grant))

        # A key is sealed for its domain, so it can't be copied.
        def make_key(host):
            self.site.run("key", "rotate", "--domain", host, "--algorithm", self.site.algorithm)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(make_key, hosts))
        return [{"host": host, "refresh": token} for host, token in zip(hosts, tokens)]

    def users(self, count):
        """More users. Answers {key, cookie} of some: an API key and a session."""
        user = spread(count, 12, "user-")
        self.user_key, self.user_count = user, count

        def email(number):
            return f"person-{number}@example.com"
        self._load("user_account", self.user, copies(
            self.user, range(count), id=user, email=email, name=lambda number: f"Person {number}",
            email_digest=lambda number: hashlib.md5(email(number).encode()).hexdigest()))

        known = range(0, count, max(1, count // KNOWN))
        keys = {number: secrets.token_hex(16) for number in known}
        cookies = {number: secrets.token_urlsafe(32) for number in known}
        self._load("api_key", self.api_key, copies(
            self.api_key, known, id=keys.get, user_id=user, name=lambda number: f"key {number}",
            secret_digest=lambda number: hmac.new(
                self.key_secret.encode(), keys[number].encode(), hashlib.sha512).hexdigest()))
        self._load("session", self.session, copies(
            self.session, known, digest=lambda number: digest(cookies[number]), user_id=user))
        return [{"key": f"{keys[number]}.{self.key_secret}", "cookie": cookies[number]} for number in known]

    def tokens(self, count):
        """More refresh tokens, of grants that the users seeded before have given. Answers {host, refresh} of some."""
        grants = count // TOKENS_PER_GRANT
        count = grants * TOKENS_PER_GRANT
        grant, key, begin = spread(grants, 22), spread(count, 43), int(time.time()) + DAY
        self._load("client_grant", self.grant, copies(
            self.grant, range(grants), id=grant,
            user_id=lambda number: self.user_key(number * self.user_count // grants)))

        known = {number * TOKENS_PER_GRANT: secrets.token_urlsafe(32)
                 for number in range(0, grants, max(1, grants // KNOWN))}
        live = copies(
            self.live, range(0, count, TOKENS_PER_GRANT), grant_id=lambda number: grant(number // TOKENS_PER_GRANT),
            digest=lambda number: digest(known[number]) if number in known else key(number))
        rotated = copies(
            self.rotated, (number for number in range(count) if number % TOKENS_PER_GRANT), digest=key,
            # Far from the others of its grant, as digests are, and gone within a fortnight.
            grant_id=lambda number: grant((number // TOKENS_PER_GRANT + number % 10 * 104_729) % grants),
            expires_at=lambda number: begin + number * 7_919 % (13 * DAY))
        self._load("refresh_token", self.live, (
            next(rotated if number % TOKENS_PER_GRANT else live) for number in range(count)))
        return [{"host": "localhost", "refresh": token} for token in known.values()]
