"""
Takes the pictures of the editors' and the moderators' guide anew, from a running portal with the demonstration content.

    make run
    .venv/bin/python docs/pictures.py http://127.0.0.1:8000 <user> <password>
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
ARTICLE = "/admin/articles/article/1/"
PICTURES = {
    "accueil": "/admin/",
    "article": f"{ARTICLE}change/#sections-group",
    "comparaison": "/admin/articles/comparison/1/change/",
    "versions": f"{ARTICLE}versions/",
    "publication": f"{ARTICLE}publish/",
    "relecture": f"{ARTICLE}review/",
    "rapport": "/admin/articles/article/report/",
    "file": "/admin/comments/comment/",
    "commentaire": "/admin/comments/comment/3/change/",
}
# A guide needs no more, and the repository stays light.
COLOURS = 64


def take(page: Page, name: str, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def main(site: str, user: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(base_url=site, locale="fr-FR", viewport={"width": 1200, "height": 800})
        page.goto("/admin/login/")
        page.fill("#id_username", user)
        page.fill("#id_password", password)
        page.click("[type=submit]")
        page.wait_for_url("**/admin/**")
        for name, address in PICTURES.items():
            take(page, name, address)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
