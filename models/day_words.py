from babel.dates import format_skeleton
from odoo.tools.misc import babel_locale_parse, get_lang


def say_day(env, day):
    """A day of this year as its reader's language puts it: November 30, 30. November, 30 de noviembre."""
    return format_skeleton("MMMMd", day, locale=babel_locale_parse(get_lang(env).code))
