"""Debian's Chromium, driven by Selenium, with a record of what it asked for and complained about."""

import json
import tempfile
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

WIDTHS = {"wide": (1280, 800), "phone": (390, 844)}
SCHEMES = ("light", "dark")


class Browser:
    """A browser with a profile of its own, so that no cookie outlives it."""

    def __init__(self, chromium, chromedriver, javascript=True):
        self._profile = tempfile.TemporaryDirectory(prefix="gatehouse-browser-")
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        options.accept_insecure_certs = True  # a development certificate is signed by nobody
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--disable-background-networking", "--no-first-run", f"--user-data-dir={self._profile.name}",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        if not javascript:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        try:
            self.driver = webdriver.Chrome(options=options, service=Service(chromedriver))
        except BaseException:
            self._profile.cleanup()
            raise
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(10)
        self.javascript = javascript

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        self._profile.cleanup()

    def resize(self, width, height):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def prefer(self, scheme):
        """Shows pages as someone sees them who prefers `light` or `dark`, without transitions."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def requests(self):
        """The addresses requested over the network since the last call, as (address, is a document)."""
        seen = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if urlsplit(url).scheme in ("http", "https", "ws", "wss"):
                    seen.append((url, message["params"].get("type") == "Document"))
        return seen

    def complaints(self, documents):
        """Console errors since the last call, violations of the Content-Security-Policy among them.

        That a document was answered with an error status is not one: a refused sign-in is.
        """
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
            and not (entry["source"] == "network" and entry["message"].split(" ")[0] in documents)
            and "/favicon.ico" not in entry["message"]
        ]
