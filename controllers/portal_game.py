from odoo.addons.portal.controllers import portal
from odoo.http import request, route

from .told import number


class CustomerPortal(portal.CustomerPortal):
    """Games are looked at by links and played by a call that no link and no form of another site can send.

    What was drawn comes from the server; a browser names a game and a click, and nothing else.
    """

    @route(["/my/club/games", "/my/club/<int:club_id>/games"], type="http", auth="user", website=True, readonly=True)
    def club_games(self, club_id=None, **_kwargs):
        member, values = self._club_own_or_render(club_id, "club_games")
        if not member:
            return values
        games = member._club_page_games()
        if not games:
            return request.redirect(values["base"])
        return request.render("loyalty_club.portal_club_games", values | {"games": games})

    @route("/my/club/games/play", type="jsonrpc", auth="user", website=True, sitemap=False)
    def club_game_play(self, club_id=None, game_id=0, key="", is_bought=False, **_kwargs):
        member = self._club_code_member(club_id)
        if not member:
            return {"refused": request.env._("You are not a member here.")}
        return member._club_page_play(number(game_id), key, is_bought is True)

    @route("/my/club/games/see", type="jsonrpc", auth="user", website=True, sitemap=False)
    def club_game_see(self, club_id=None, play_id=0, **_kwargs):
        """The result was shown. Of other members' plays nothing is said, and nothing changes."""
        member = self._club_code_member(club_id)
        return member._club_page_see(number(play_id)) if member else {}
