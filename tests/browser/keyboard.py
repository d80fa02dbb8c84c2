"""A keyboard that counts."""

from playwright.sync_api import Page


class Keyboard:
    """Presses keys on `page`. `pressed` counts them, each key of a chord as one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.pressed += times * len(key.split("+"))
