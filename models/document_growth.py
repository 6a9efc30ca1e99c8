from dataclasses import replace

from odoo import models

from .document_mixin import Case


class ClubDocumentMixin(models.AbstractModel):
    """Lines that a document got after its award: they earn when they are paid for too.

    Example: a paid order of 100.00 has 100 points; a line of 10.00 is added and paid, and earns 10 more.
    Invariant: no line earns in two awards.
    """

    _inherit = "club.document.mixin"

    def _club_may_grow(self):
        """Can lines be added to a document that is paid?"""
        return False

    def _club_grow(self, cases):
        """Judge and award what no award knows yet; the members of the first awards are locked."""
        grown = {}
        for case in cases:
            if case.awards and case.document._club_may_grow():
                known, document = self._club_recorded_lines(case), case.document
                added = {line.key for line in document._club_lines() if not line.kind and line.net > 0} - known
                more = Case(document=document, only=frozenset(added), suffix=f":{len(case.awards) + 1}")
                if added and not document._club_open(more):
                    grown[document.id] = (case, more)
        if not grown:
            return
        self._club_lock([more for _case, more in grown.values()])
        self._club_judge_all([more for _case, more in grown.values() if not more.code])
        self._club_award([more for _case, more in grown.values()])
        for case, more in grown.values():
            case.awards += more.awards
            case.grown = more

    def _club_narrow(self, order, only):
        """The engine's order in which the lines of earlier awards earn nothing more."""
        if not only:
            return order
        return replace(
            order,
            lines=tuple(
                line if line.key in only else replace(line, excluded=line.excluded or "counted") for line in order.lines
            ),
        )
