"""What the translations must be: check_texts.py [CATALOGUE.pot].

Every text that a customer or a cashier reads is translated; what is translated keeps its placeholders and tags, calls
things what the rest of its language calls them and follows its typography. Texts of the merchant's own screens may be
missing: they are counted.
"""

import collections
import pathlib
import re
import sys

import polib

I18N = pathlib.Path(__file__).parent.parent / "i18n"

# What merchants alone see: fields, menus and actions, back-office views, assistants, wizards.
MERCHANT = re.compile(
    r"^(model:(?!mail\.template|club\.profile\.field"
    r"|ir\.model\.fields\.selection,name:loyalty_club\.selection__club_presence)"
    r"|model_terms:(?!ir\.ui\.view|mail\.template)"
    r"|model_terms:ir\.ui\.view,arch_db:loyalty_club\.(?!portal_)(\w*_view_|\w+_form|\w+_search|\w+_list|view_)"
    r"|code:addons/loyalty_club/(wizards|static/src/backend)/)"
)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]|\{\{.*?\}\}|\{\w+\}|\$\{.*?\}")
TAG = re.compile(r"</?\w+")
MARKUP = re.compile(r"<[^>]*>|\{\{.*?\}\}|https?://\S+|&\w+;")
# Apostrophes are straight, as the host's. French marks stand after a space that does not break: « ainsi » !
SPACED = (re.compile(r"\w [!?;:](?=\s|$)"), "no space before its marks")
RULES = {
    "fr": ((re.compile(r"\w ?[!?;](?=\s|$)|\w ?:(?=\s|$)|\S »|« "), "a space that does not break"),),
    "nl": (SPACED,),
    "de": (
        SPACED,
        (re.compile(r'["“](?=\w)|[^\S\n]["”]|”'), "„these“ quotes"),
        (re.compile(r"\d ?%(?![(s])"), "a space that does not break before %"),
        (re.compile(r"\b(?:du|dich|dir|dein(?:e[mnrs]?)?|euch|eu(?:er|re[mnrs]?))\b", re.I), "„Sie“, not „du“"),
    ),
    "es": (
        SPACED,
        (re.compile(r"^[^¿\n]*\?(?!\w)", re.MULTILINE), "a ¿ before its ?"),
        (re.compile(r"^[^¡\n]*!(?!\w)", re.MULTILINE), "a ¡ before its !"),
        (re.compile(r'["“”„]'), "«these» quotes"),
        (re.compile(r"\b(?:tú|tus?|ti|contigo|tuy\w+)\b", re.IGNORECASE), "«usted», not «tú»"),
    ),
}
# What a thing is called, once for all texts: the beginning of its name, in the languages' order.
CALLED = {
    r"receipts?": ("ticket", "kassaticket", "kassenbon", "recibo"),
    r"registers?(?! it)": ("caisse", "kassa", "kasse", "caja"),
    r"carts?": ("panier", "winkelmand", "warenkorb", "cesta"),
    r"vouchers?": ("bon", "bon", "gutschein", "vale"),
    r"(?<!what you )rewards": ("récompense", "beloning", "belohnung", "recompensa"),
    r"gift cards?": ("carte-cadeau|cartes-cadeaux", "cadeaubon", "geschenkkarte", "tarjetas? (?:de )?regalo"),
    r"store credit": ("avoir", "tegoed", "guthaben", "crédito"),
    r"wallets?": ("portefeuille", "wallet", "geldbörse", "monedero"),
    r"balances?": ("solde", "sald", "sald", "saldo"),
    r"tiers?": ("niveau", "niveau", "stufe", "nivel"),
    r"outlets?": ("points? de vente", "verkooppunt", "verkaufsstelle", "establecimiento"),
    r"kiosks?": ("borne", "kiosk", "kiosk", "quiosco"),
    r"stamps?": ("tampon", "stempel", "stempel", "sello"),
    r"games?": ("jeu", "spel", "spiel", "juego|jugada"),
    r"prizes?": ("lot", "prij", "gewinn", "premio"),
    r"goals?": ("objectif", "doel", "ziel", "objetivo"),
    r"(?:is|are) promised": ("réserv", "gereserveerd", "reserviert", "reserv"),
}
NAMES = {
    language: [(re.compile(rf"\b(?:{said})\b", re.I), re.compile(names[at], re.I)) for said, names in CALLED.items()]
    for at, language in enumerate(RULES)
}
EVERYWHERE = ((re.compile("[’‘]"), "straight apostrophes"), (re.compile(r"\S {2,}\S"), "single spaces"))


def is_read_outside(entry):
    """Whether a customer or a cashier reads it."""
    return any(not MERCHANT.match(place) for place, _line in entry.occurrences)


def faults_of(entry, language):
    """What is wrong with one translation."""
    source, said = entry.msgid, entry.msgstr
    if "fuzzy" in entry.flags:
        yield "is fuzzy"
    for pattern, name in ((PLACEHOLDER, "placeholders"), (TAG, "tags")):
        if collections.Counter(pattern.findall(source)) != collections.Counter(pattern.findall(said)):
            yield f"has other {name} than the English text"
    words = MARKUP.sub("\n", said)
    for pattern, rule in EVERYWHERE + RULES[language]:
        if pattern.search(words):
            yield f"needs {rule}"
    english = PLACEHOLDER.sub(" ", MARKUP.sub(" ", source))
    for said_so, name in NAMES[language] if words.strip() != english.strip() else ():
        if said_so.search(english) and not name.search(words):
            yield f"does not call “{said_so.search(english)[0]}” what others do ({name.pattern})"
    if any((source[at:][:1] in " \n") != (said[at:][:1] in " \n") for at in (0, -1)):
        yield "begins or ends with other spaces than the English text"
    if " " in source and (source[-1:] == ".") != (said[-1:] == "."):
        yield "ends with another mark than the English text"


def main(pot, paths):
    texts = {entry.msgid: entry for entry in polib.pofile(str(pot))} if pot.exists() else {}
    count = 0
    for path in map(pathlib.Path, paths):
        language, missing = path.stem, 0
        catalogue = polib.pofile(str(path))
        said = {entry.msgid: entry for entry in catalogue if entry.msgstr}
        for entry in said.values():
            for fault in dict.fromkeys(faults_of(entry, language)):
                print(f"{path.name}: {entry.msgid[:80]!r} {fault}: {entry.msgstr[:80]!r}")
                count += 1
        for entry in texts.values():
            if entry.msgid not in said:
                missing += 1
                if is_read_outside(entry):
                    print(f"{path.name}: {entry.msgid[:100]!r} is not translated ({entry.occurrences[0][0]})")
                    count += 1
        if missing:
            print(f"{path.name}: {missing} of {len(texts)} texts are missing, all in all")
    return min(count, 1)


if __name__ == "__main__":
    pot = pathlib.Path(sys.argv[1]) if sys.argv[1:] else I18N / "loyalty_club.pot"
    sys.exit(main(pot, [I18N / f"{language}.po" for language in RULES]))
