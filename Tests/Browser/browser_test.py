#!/usr/bin/env python3
"""Signs in to a running server as a person does, in Chromium, with and without JavaScript.

    browser_test.py https://localhost:8443 user@example.com password --screenshots shots

Ends with status 0 when every check held, 1 when one did not, 2 when the browser could not be used.
"""

import argparse
import pathlib
import sys
from urllib.parse import quote, urlsplit

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from browser import SCHEMES, WIDTHS, Browser
from checks import Checks
from page_audit import audit


def main():
    arguments = read_arguments()
    checks = Checks()
    try:
        for javascript in (True, False):
            with Browser(arguments.chromium, arguments.chromedriver, javascript) as browser:
                SignIn(arguments, browser, checks).run()
    except WebDriverException as error:
        print(f"The browser gave up after {checks.passed + checks.failed} checks: {error.msg}", file=sys.stderr)
        return 2
    print(checks.summary())
    return 1 if checks.failed else 0


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=lambda text: text.rstrip("/"), help="the server, such as http://localhost:8080")
    parser.add_argument("email")
    parser.add_argument("password")
    parser.add_argument("--login", default="/login", help="the path of the sign-in page")
    parser.add_argument(
        "--continue", dest="target", default="/auth/oauth/token/info?from=browser%20test",
        help="where to land after signing in: a path of the server, with its query")
    parser.add_argument("--page", action="append", default=[], help="a path to look at once signed in; repeatable")
    parser.add_argument("--screenshots", type=pathlib.Path, help="a folder for pictures of each page")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--chromedriver", default="/usr/bin/chromedriver")
    return parser.parse_args()


class SignIn:
    """A visit: refused once, then let in."""

    def __init__(self, arguments, browser, checks):
        self.arguments = arguments
        self.browser = browser
        self.driver = browser.driver
        self.mode = "with JavaScript" if browser.javascript else "without JavaScript"
        self.checks = checks

    def run(self):
        self.browser.resize(*WIDTHS["wide"])
        if self.opens_the_page() and self.is_refused():
            self.is_let_in()
        self.is_left_alone()

    def that(self, holds, sentence, detail=""):
        return self.checks.that(holds, f"{self.mode}, {sentence}", detail)

    def opens_the_page(self):
        self.driver.get(f"{self.arguments.base}{self.arguments.login}?continue={quote(self.arguments.target, safe='')}")
        found = self.driver.find_elements(By.NAME, "email") and self.driver.find_elements(By.NAME, "password")
        if not self.that(found, "the sign-in page asks for e-mail and password", self.driver.current_url):
            return False
        focused = self.driver.switch_to.active_element.get_attribute("name")
        self.that(focused == "email", "the cursor waits in the e-mail field", focused)
        self.look_at("sign-in")
        return True

    def is_refused(self):
        self.type_into("email", self.arguments.email)
        self.type_into("password", f"not {self.arguments.password}")
        self.leave(lambda: self.field("password").send_keys(Keys.ENTER))

        alerts = [alert.text for alert in self.driver.find_elements(By.CSS_SELECTOR, "[role=alert]") if alert.is_displayed()]
        refused = self.that(any(alerts), "a wrong password is answered with a visible message", self.driver.current_url)
        self.that(self.is_on_the_server(), "a refused sign-in stays on the server", self.driver.current_url)
        if not refused:
            return False
        self.that("Error" in self.driver.title, "the title says that something is wrong", self.driver.title)
        email, password = self.field("email"), self.field("password")
        self.that(email.get_property("value") == self.arguments.email, "the e-mail is kept", email.get_property("value"))
        self.that(password.get_property("value") == "", "the password is not sent back")
        self.that(password.get_attribute("aria-invalid") == "true", "the password field is marked as wrong")
        described = (password.get_attribute("aria-describedby") or "").split()
        texts = [element.text for id in described for element in self.driver.find_elements(By.ID, id)]
        self.that(any(text and text in alert for text in texts for alert in alerts), "the field is described by the message")
        focused = self.driver.switch_to.active_element.get_attribute("name")
        self.that(focused == "password", "the cursor waits in the password field", focused)
        self.look_at("sign-in refused")
        return True

    def is_let_in(self):
        self.type_into("password", self.arguments.password)
        self.leave(lambda: self.driver.find_element(By.CSS_SELECTOR, "form button").click())

        address = urlsplit(self.driver.current_url)
        landed = address.path + (f"?{address.query}" if address.query else "")
        self.that(
            self.is_on_the_server() and landed == self.arguments.target,
            f"signing in leads to {self.arguments.target}", self.driver.current_url)
        for path in self.arguments.page:
            self.driver.get(self.arguments.base + path)
            self.look_at(path)

    def is_left_alone(self):
        requests = self.browser.requests()
        host = urlsplit(self.arguments.base).netloc
        foreign = sorted({url for url, _ in requests if urlsplit(url).netloc != host})
        self.that(requests and not foreign, "no other host is asked for anything", ", ".join(foreign))
        complaints = self.browser.complaints({url for url, is_document in requests if is_document})
        self.that(not complaints, "the console has nothing to complain about", "; ".join(complaints))

    def look_at(self, name):
        audit(self.browser, self.checks, f"{self.mode}, the page “{name}”")
        if not self.arguments.screenshots or not self.browser.javascript:
            return
        self.arguments.screenshots.mkdir(parents=True, exist_ok=True)
        for width, size in WIDTHS.items():
            for scheme in SCHEMES:
                self.browser.resize(*size)
                self.browser.prefer(scheme)
                file = f"{name.strip('/').replace('/', '-').replace(' ', '-') or 'home'}-{width}-{scheme}.png"
                self.driver.save_screenshot(str(self.arguments.screenshots / file))
        self.browser.resize(*WIDTHS["wide"])
        self.browser.prefer("light")

    def field(self, name):
        return self.driver.find_element(By.NAME, name)

    def type_into(self, name, text):
        self.field(name).clear()
        self.field(name).send_keys(text)

    def leave(self, act):
        """Does what leaves the page, and waits for the next one."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        act()
        try:
            WebDriverWait(self.driver, 30).until(lambda driver: driver.find_element(By.TAG_NAME, "html") != page)
            WebDriverWait(self.driver, 30).until(
                lambda driver: driver.execute_script("return document.readyState") == "complete")
        except TimeoutException:
            self.that(False, "submitting the form leads to a page", self.driver.current_url)

    def is_on_the_server(self):
        return self.driver.current_url.startswith(f"{self.arguments.base}/")


if __name__ == "__main__":
    sys.exit(main())
