"""What the guides quote is what people read."""

import re
from pathlib import Path

from odoo.tests import tagged

from .common import ClubCommon

DOCS = Path(__file__).parent.parent / "docs"


@tagged("post_install", "-at_install")
class TestDocs(ClubCommon):
    def test_every_reason_is_answered(self):
        """Each sentence of an order without points and of a refused use has its row, and no other row is there."""
        texts = [*self.env["club.outcome"]._texts().values(), *self.env["club.refusal"]._texts().values()]
        said = {re.sub(r"%\(\w+\)s", "…", text) for text in texts} - {"…"}
        rows = re.findall(r"^\| (.+?) \| .+ \|$", (DOCS / "faq.md").read_text(encoding="utf-8"), re.MULTILINE)
        quoted = set(rows) - {"what the order says", "what is said"}
        self.assertEqual(said - quoted, set(), "These sentences have no answer in docs/faq.md.")
        self.assertEqual(quoted - said, set(), "Nobody is told these sentences any more.")

    def test_pages_lead_somewhere(self):
        """Every link between the guides, and every picture in them, is there."""
        for page in (*DOCS.glob("*.md"), *(DOCS / "design").glob("*.md"), DOCS.parent / "README.md"):
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
                self.assertTrue((page.parent / target).exists(), f"{page.name} leads to {target}, which is not there.")

    def test_contents_name_every_task(self):
        guide = (DOCS / "merchant.md").read_text(encoding="utf-8")
        tasks = re.findall(r"^## (.+)$", guide, re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", task.lower()).replace(" ", "-"): task for task in tasks}
        self.assertEqual(
            {anchor: name for name, anchor in re.findall(r"\[([^]]+)\]\(#([^)]+)\)", guide)},
            anchors,
            "The contents at the top of docs/merchant.md and its headings differ.",
        )

    def test_page_in_the_apps_menu_has_its_pictures(self):
        page = DOCS.parent / "static" / "description" / "index.html"
        sources = re.findall(r'src="([^"]+)"', page.read_text(encoding="utf-8"))
        self.assertTrue(sources)
        for source in sources:
            self.assertTrue((page.parent / source).exists(), f"{source} is not there: dev/screenshots makes it.")
