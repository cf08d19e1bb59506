"""A headless Chromium as the tests need it."""

import os

from selenium import webdriver
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait


class Browser:
    """One window, with its own cookies."""

    def __init__(self, service, *, width=1280, height=900, dark=False, scripts=True):
        self.service = service
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--hide-scrollbars", "--no-first-run", f"--window-size={width},{height}"]:
            options.add_argument(argument)
        if not scripts:
            options.add_experimental_option(
                "prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Driver("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def open(self, path):
        self.driver.get(self.service.url + path)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector="main"):
        return self.find(selector).text

    def wait(self, what, condition, seconds=20):
        """Waits until a condition holds; an element that is replaced meanwhile does not hold."""
        def holds(_):
            try:
                return condition()
            except Exception:
                return False
        return WebDriverWait(self.driver, seconds, poll_frequency=0.1).until(holds, f"waited for {what}")

    def wait_for_text(self, text, selector="main"):
        self.wait(f"'{text}' in {selector}", lambda: text in self.text(selector))

    def press(self, selector):
        """Presses a button and waits for the page that follows."""
        old = self.find("html")
        self.find(selector).click()
        self.wait(f"the page after {selector}", lambda: self._is_gone(old))
        self.wait("a loaded page", lambda: self.find("footer"))

    @staticmethod
    def _is_gone(element):
        try:
            element.is_enabled()
            return False
        except Exception:
            return True

    def fill(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def sign_in(self, token=None):
        self.open("/login")
        self.fill("#token", token or self.service.token)
        self.press("main form button")

    def key(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def script(self, text):
        return self.driver.execute_script(text)

    def shot(self, name):
        self.driver.save_screenshot(os.path.join(os.environ["JOBKIT_SCREENSHOTS"], name + ".png"))

    def faults(self):
        """What the console says of errors and of the content security policy, since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" or "Content Security Policy" in entry["message"]]

    def close(self):
        self.driver.quit()


TAB, ENTER = Keys.TAB, Keys.ENTER
