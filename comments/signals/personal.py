"""
What gives a person away: addresses, numbers, dates of birth, names, accounts.

Numbers with a key (NIR, IBAN) are reckoned, so that no other number is taken for one. Every pattern reads each
character a bounded number of times.
"""

import re
from collections.abc import Callable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals import numbers
from comments.signals.check import Check, Context, Found, Span
from comments.signals.text import Text

_ELIDED = ("c'", "j'", "m'", "n'", "qu'", "s'", "t'")

# --- e-mail ---------------------------------------------------------------------------------------------------

_AT = r"(?: {0,2}@ {0,2}| {0,2}[(\[{] {0,2}(?:at|arobase|a|@) {0,2}[)\]}] {0,2}| arobase | at | chez )"
_DOT = r"(?:\.| {1,2}\. {0,2}| {0,2}[(\[{] {0,2}(?:dot|point|\.) {0,2}[)\]}] {0,2}| point | dot )"
_EMAIL = re.compile(
    r"(?<![\w.+-])[a-z0-9][a-z0-9._+'-]{0,63}"
    rf"{_AT}[a-z0-9-]{{1,63}}(?:{_DOT}[a-z0-9-]{{1,63}}){{0,3}}{_DOT}[a-z]{{2,15}}(?!\w)"
    # «gmail,com», «gmail com»: a slip of a thumb
    r"|(?<![\w.+-])[a-z0-9][a-z0-9._+'-]{0,63} ?@ ?(?:gmail|hotmail|yahoo|orange|free|sfr|laposte|outlook|wanadoo|live|icloud|bbox)"
    r" ?[ ,;] ?(?:com|fr|net)(?!\w)"
)
_KNOWN_ENDING = re.compile(r" (?:point|dot) (?:com|fr|net|org|eu|be|ch|ca|lu)\Z")


def emails(text: Text) -> Iterator[Span]:
    for match in _EMAIL.finditer(text.folded):
        # «a» and «at» are words too: written out, an address needs its dot written out or a known ending.
        if " chez " in match[0] and not _KNOWN_ENDING.search(match[0]):
            continue
        if "@" in match[0] or re.search(r"arobase|[(\[{]", match[0]) or match[0].count(" point ") == 1:
            yield match.span()


# --- telephone ------------------------------------------------------------------------------------------------

_GAP = r"[ ./_·-]{0,3}"
_PHONE = re.compile(
    # 06 12 34 56 78, and with the letter O that some write to slip through
    rf"(?<![\w+])\(?[0o]\)?{_GAP}[1-79](?:{_GAP}\d){{8}}(?!\d)"
    # +33 6 12 34 56 78, 0033 (0)6 12 34 56 78
    rf"|(?<![\w+])(?:\+|00) ?33{_GAP}(?:\(0\)|0)?{_GAP}[1-79](?:{_GAP}\d){{8}}(?!\d)"
    # any other country: 8 to 13 digits behind a plus sign
    rf"|(?<![\w+])\+[1-9](?:{_GAP}\d){{7,12}}(?!\d)"
)
_DATE_IN_DIGITS = re.compile(r"(?<!\d)\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d(?!\d)")
_GROUPS = re.compile(r"\d+")
# Help lines are there to be passed on: SOS Amitié, Suicide Écoute.
_PUBLIC = frozenset({"0972394050", "0145394000"})


def phones(text: Text) -> Iterator[Span]:
    # 01/02/2023 12 h 30 begins like a number of ten digits, and a NIR has one in it.
    folded = text.folded
    for other in (_DATE_IN_DIGITS, _NIR):
        folded = other.sub(lambda match: "x" * len(match[0]), folded)
    for match in _PHONE.finditer(folded):
        digits = re.sub(r"\D", "", match[0].replace("o", "0"))
        if (
            digits in _PUBLIC
            or digits == "0123456789"
            or folded.endswith(("isbn ", "isbn: "), 0, match.start())
        ):
            continue
        is_national = not match[0].startswith(("+", "00"))
        if not is_national or _is_grouped(match[0]):
            yield match.span()
    yield from numbers.spoken_phones(text.folded)


def _is_grouped(number: str) -> bool:
    """Beginning with 0X, or in groups of two digits or more, or digit by digit with one gap: not «0.5 1.5 3»."""
    groups = _GROUPS.findall(re.sub(r"\((0)\) ?", r"\1", number.replace("o", "0")))
    if len(groups[0]) > 1 or all(len(group) > 1 for group in groups[1:]):
        return True
    return len(groups) == 10 and len(set(re.findall(r"[ ./_·-]+", number))) == 1


# --- NIR and IBAN ---------------------------------------------------------------------------------------------

_SEP = r"[ ._/-]{0,2}"
_NIR = re.compile(
    rf"(?<![\w])([123478]{_SEP}\d\d{_SEP}(?:0[1-9]|1[0-2]|[2-9]\d){_SEP}(?:\d\d|2[ab]){_SEP}\d{{3}}{_SEP}\d{{3}})"
    rf"(?:[ ._/-]{{0,3}}(?:cle{_SEP}:?{_SEP})?(\d\d)(?!\d)|(?!{_SEP}\d))"
)
_CALLED_NIR = re.compile(r"\b(?:secu|securite sociale|nir|numero ss|n° ss|carte vitale|immatriculation)\b")
_NEAR = 60
_IBAN_BEGINS = re.compile(r"(?<!\w)[a-z]{2}\d\d(?=[ .-]?[a-z0-9])")


def nirs(text: Text) -> Iterator[Span]:
    for match in _NIR.finditer(text.folded):
        number = re.sub(r"[^0-9ab]", "", match[1])
        before = text.folded[max(0, match.start() - _NEAR) : match.start()]
        # Without its key, or with a wrong one, it must be called by its name.
        if (match[2] and numbers.nir_key(number) == int(match[2])) or _CALLED_NIR.search(before):
            yield match.span()


def ibans(text: Text) -> Iterator[Span]:
    for match in _IBAN_BEGINS.finditer(text.folded):
        end = numbers.end_of_iban(text.folded, match.start())
        if end:
            yield match.start(), end


# --- postal addresses -----------------------------------------------------------------------------------------

_STREET = r"(?:rue|avenue|av\.?|ave\.?|boulevard|bd\.?|bld\.?|blvd|allee|impasse|chemin|ruelle|faubourg|sentier|venelle)"
# Words of everyday too: «2 cours de yoga», «une place». What follows must be a name.
_STREET_OR_NOT = r"(?:allees|place|cours|passage|quai|route|square|villa|residence|lotissement|hameau|esplanade|promenade|mail)"
_NUMBER = r"(?<![\w,.])\d{1,4}(?: ?(?:bis|ter|quater|[a-d]))?,? {1,2}"
_OF = r"(?:de la |de l'|de |du |des |d'|la |le |les |l')?"
_TOWN = r"(?:,? {0,2}\n? ?(?:a )?(?:f-)?\d{5} {1,2}(?:(?:le|la|les|saint|sainte) )?[a-z][a-z'-]{1,40})?"
_ADDRESS = re.compile(
    rf"{_NUMBER}(?:(?P<street>{_STREET})|(?P<maybe>{_STREET_OR_NOT})) {_OF}"
    rf"(?P<name>[a-z0-9][a-z0-9'-]{{1,30}}(?: [a-z][a-z'-]{{1,30}}){{0,3}}){_TOWN}"
)
_AT_HOME = re.compile(
    rf"\b(?:j'?habite|habitant|domicilie|domiciliee|j'?habitais|mon adresse|demeurant|je vis|je loge)\b"
    rf"[^.!?\n]{{0,25}}?\b(?P<place>(?:{_STREET}|{_STREET_OR_NOT}) {_OF}(?P<name>[a-z][a-z'-]{{2,30}}))"
)
# «lieu-dit Les Bruyères», «Lotissement Les Pins, maison 4», «résidence du Parc, 33700 Mérignac»
_DWELLING = re.compile(
    r"(?<!\w)(?:(?P<place>lieu-? ?dit)|(?:lotissement|residence|hameau|domaine|cite|immeuble|villa|ferme) )"
    r" ?(?::? ?(?:de la |de l'|de |du |des |d'|les |le |la |l')?)(?P<name>[a-z][a-z'-]{1,30}(?: [a-z][a-z'-]{1,30}){0,2})"
    r"(?P<more>,? {1,2}(?:(?:maison|bat\.?|batiment|appt?\.?|appartement|porte|escalier|n°|numero|chambre) ?[a-z]?\d{0,4}[a-z]?(?!\w)|\d{5} [a-z][a-z'-]{1,30}))?"
)
_CONNECTING_WORDS = (
    "a au aux avec car chez dans de depuis des donc du en est et il elle je la le les mais ou par pas pour puis que"
    " qui sans sur tous toutes un une vers y j'ai c'est"
)
_CONNECTING = frozenset(_CONNECTING_WORDS.split())


def addresses(text: Text) -> Iterator[Span]:
    for match in _ADDRESS.finditer(text.folded):
        name_at = match.start("name")
        is_name = text.original(name_at, name_at + 1).isupper()
        is_word = match["name"].split()[0] in _CONNECTING or match["name"].startswith(_ELIDED)
        if is_word or (match["maybe"] and not is_name):
            continue
        yield match.start(), _without_connecting(text, match)
    for match in _DWELLING.finditer(text.folded):
        name_at = match.start("name")
        if (match["place"] or match["more"]) and text.original(name_at, name_at + 1).isupper():
            yield match.span()
    for match in _AT_HOME.finditer(text.folded):
        name_at = match.start("name")
        if text.original(name_at, name_at + 1).isupper():
            yield match.span("place")


def _without_connecting(text: Text, match: re.Match[str]) -> int:
    """The end of the address without the words of the sentence that goes on: «12 rue des Lilas et je»."""
    if match.end() > match.end("name"):
        return match.end()
    words = re.compile(r"[^ ]+").finditer(text.folded, match.start("name"), match.end("name"))
    end = next(words).end()
    for word in words:
        if word[0] in _CONNECTING or not text.original(word.start(), word.start() + 1).isupper():
            break
        end = word.end()
    return end


# --- dates of birth -------------------------------------------------------------------------------------------

_MONTH = (
    "(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|janv\.?|fevr?\.?|avr\.?|juil\.?|sept\.?|oct\.?|nov\.?|dec\.?)"
)
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_DATE = (
    rf"(?:\d{{1,2}}(?:er)? {{1,2}}{_MONTH} {{1,2}}{_YEAR}|\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?{_YEAR}"
    rf"|\d{{1,2}} \d{{1,2}} {_YEAR}|(?:19|20)\d\d-\d\d-\d\d)(?!\d)"
)
_BIRTH = re.compile(
    rf"\b(?:nee?s?|ne\(e\)|nais+ance|date de naissance|ddn|anniversaire)\b"
    rf"(?: (?:a [a-z'-]{{2,30}}|en france))?[ ,]{{0,3}}(?::|le|est le|c'est le|est|un|du)?[ :]{{0,3}}"
    rf"(?:lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?({_DATE})"
    # «je suis du 12 mars 1975», «patiente du 12/07/84»
    rf"|\b(?:je suis|j'suis|chuis|patiente?|assuree?|homme|femme|vu le jour|mon fils|ma fille) (?:du|de|le) ({_DATE})"
)


def births(text: Text) -> Iterator[Span]:
    for match in _BIRTH.finditer(text.folded):
        yield match.span(1) if match[1] else match.span(2)


# --- names of doctors -----------------------------------------------------------------------------------------

_DOCTOR = re.compile(
    r"(?<!\w)(?:docteure?|dr|dre|doc|doct|professeure?|prof|pr|pre"
    # «mon psychiatre, M. Garnier»
    r"|(?:psychiatre|psychologue|psy|medecin|generaliste|therapeute|neurologue|pharmacienne?|sophrologue|kine|cardiologue|infirmiere?)"
    r"(?: traitante?)?,? (?:m|mr|mme|madame|monsieur|mlle))\.? "
    # Looked at and not taken: among the words behind a title may stand the next one.
    r"(?:[a-z]\.(?:-[a-z]\.)? ?)?(?=(?P<name>[a-z][a-z'-]{1,30}(?: [a-z][a-z'-]{1,30}){0,2}))"
)
_NAME_WORD = re.compile(r"[a-z'-]+")
_ARTICLES = frozenset({"de", "des", "du", "la", "le", "les"})
# Written with a capital behind the title, and nobody's name.
_NOBODY_WORDS = (
    "ai alors apres au aussi avec bon bonjour bonsoir ca car ce cela cet cette chatgpt comme dans depuis des"
    " doctissimo donc du elle en est et google il ils internet j'ai je la le les lors ma mais me merci mes moi mon"
    " ne non nos notre nous on ou oui par pas pour pourquoi puis quand que quel quelle qui sa sans se ses si son sur"
    " tout tous tres un une vos votre vous wikipedia"
)
_NOBODY = frozenset(_NOBODY_WORDS.split())


# In small letters, only what is hardly ever another word than a name («petit», «blanc» are).
_FIRST_NAME_LIST = (
    "agnes alain albert alexandre alice amandine andre anne annie antoine arnaud aurelie beatrice benoit bernard bertrand"
    " brigitte bruno camille caroline catherine cecile celine chantal charlotte christelle christian christine christophe"
    " claire claude claudine colette corinne daniel danielle david delphine denis denise didier dominique elisabeth elodie"
    " emilie emmanuel eric etienne evelyne fabrice florence francis francois francoise frederic genevieve georges gerard"
    " gilbert gilles guillaume guy helene henri herve isabelle jacqueline jacques jean jeanne jerome joelle josette julie"
    " julien karine laetitia laure laurence laurent louis luc lucie marc marcel marie marion martine mathieu maurice melanie"
    " michel michele michelle monique muriel nadine nathalie nicolas nicole odile olivier pascal pascale patrice patricia"
    " patrick paul paulette philippe pierre raymond regine rene renee roger sandrine sebastien serge severine simone sophie"
    " stephane stephanie suzanne sylvain sylvie therese thierry thomas valerie veronique vincent virginie xavier yves yvette"
)
_SURNAME_LIST = (
    "andre aubert bailly barbier benard berger bernard bertrand blanchard bonnet bouvier boyer brun brunet carpentier charpentier"
    " chevalier clement colin collet cousin da david delacroix delmas denis deschamps dubois dufour dumas dumont dupont dupuis"
    " dupuy durand duval fabre faure fernandez fontaine fournier garcia garnier gauthier gautier gerard girard giraud guerin"
    " guillaume guillot hamon henry hubert humbert jacob jacquet joly lambert laurent leblanc leclerc lecomte lefebvre lefevre"
    " legrand lemaire lemoine leroux leroy lopez lucas maillard marchand marechal martin martinez masson mathieu menard mercier"
    " meunier meyer michel millet morel morin moulin muller navarro nguyen nicolas noel olivier pasquier perrin perrot picard"
    " pierre poirier prevost renard renaud reynaud richard riviere robert robin rodriguez roger rolland rousseau roussel sanchez"
    " schmitt simon thomas vasseur vidal vincent weber"
)
_FIRST_NAMES = frozenset(_FIRST_NAME_LIST.split())
_SURNAMES = frozenset(_SURNAME_LIST.split()) - {"da", "cousin"}


def doctors(text: Text) -> Iterator[Span]:
    """The names, without the title: «le docteur Martin» stays «le docteur» when its name is masked."""
    for match in _DOCTOR.finditer(text.folded):
        end = match.start("name")
        for word in _NAME_WORD.finditer(text.folded, *match.span("name")):
            written = text.original(word.start(), word.start() + 1)
            in_small_letters = word[0] in (_SURNAMES | _FIRST_NAMES)
            if not (written.isupper() or in_small_letters) or word[0].startswith(_ELIDED):
                break
            # «Docteur Le Gall», but not «Docteur Le lendemain».
            if word[0] not in _NOBODY:
                end = word.end()
            elif word[0] not in _ARTICLES:
                break
        if end > match.start("name"):
            yield match.start("name"), end


# --- full names -----------------------------------------------------------------------------------------------

_CALLED = re.compile(
    r"(?<!\w)(?:je m'appelle|j'?m'appelle|mon nom est|mon nom c'est|je me nomme|signee?|je suis|cordialement|bien a vous|amicalement|amities|m\.|mr|mme|mlle|madame|monsieur"
    r"|(?:mon|ma|notre) (?:fils|fille|mari|femme|epoux|epouse|frere|soeur|mere|pere|mamie|papi|grand-mere|grand-pere|ami|amie"
    r"|compagne|compagnon|conjointe?|copain|copine|neveu|niece|voisine?|cousine?|collegue|oncle|tante|belle-soeur|beau-frere|patron(?:ne)?|chef))"
    r"(?: ?[:,])?[ \n]{1,2}(?=(?P<name>[a-z][a-z'-]{1,30} [a-z][a-z'-]{1,30}(?: [a-z][a-z'-]{1,30})?))"
)


def full_names(text: Text) -> Iterator[Span]:
    """A first and a last name behind «je m'appelle», «Madame», «ma fille»; one name alone gives nobody away."""
    for match in _CALLED.finditer(text.folded):
        words = list(_NAME_WORD.finditer(text.folded, *match.span("name")))
        count = 0
        for word in words:
            if word[0] in _NOBODY - _ARTICLES or not text.original(word.start(), word.start() + 1).isupper():
                break
            count += 1
        if count >= 2 and words[0][0] not in _ARTICLES:
            yield match.start("name"), words[count - 1].end()


# --- accounts -------------------------------------------------------------------------------------------------

_NETWORK = r"(?:insta(?:gram)?|snap(?:chat)?|telegram|tik ?tok|facebook|fb|discord|messenger|twitter|skype|whats? ?app)"
_ACCOUNT = re.compile(
    rf"(?<!\w){_NETWORK}(?!\w)[^.!?\n@]{{0,15}}?(?P<behind>@[a-z0-9][a-z0-9._]{{1,29}}[a-z0-9_]"
    # Without its @, it must look like one.
    r"|(?<=[: ])(?=[a-z.]{1,25}[\d_])[a-z0-9._]{3,30})"
    rf"|(?<![\w.+-])(?P<before>@[a-z0-9][a-z0-9._]{{1,29}}[a-z0-9_])(?= sur {_NETWORK})"
)


def accounts(text: Text) -> Iterator[Span]:
    for match in _ACCOUNT.finditer(text.folded):
        yield match.span("behind") if match["behind"] else match.span("before")


_FILE = re.compile(
    r"(?<!\w)(?:numero|n°|num|no) ?(?:de |d')?(?:dossier|patiente?|ipp)"
    r"(?: (?:est|c'est|a l'hopital))?[ :]{1,3}(?:le )?(?P<number>[a-z]{0,2}\d(?:[ .-]?\d){4,13})(?!\d)"
)


def files(text: Text) -> Iterator[Span]:
    for match in _FILE.finditer(text.folded):
        yield match.span("number")


KINDS: tuple[tuple[Promise, Callable[[Text], Iterator[Span]]], ...] = (
    (_("e-mail address"), emails),
    (_("social security number"), nirs),
    (_("bank account"), ibans),
    (_("telephone number"), phones),
    (_("postal address"), addresses),
    (_("date of birth"), births),
    (_("name of a doctor"), doctors),
    (_("first and last name"), full_names),
    (_("account on a social network"), accounts),
    (_("number of a file"), files),
)


class PersonalData(Check):
    name = "personal_data"
    version = 2
    label = _("Personal data")
    score = 0.6

    def find(self, text: Text, context: Context) -> Found | None:
        kinds, places = [], []
        taken = bytearray(len(text.written))
        for kind, finder in KINDS:
            # An earlier kind has the better claim: the digits of an IBAN may look like a telephone number.
            found = [
                place
                for place in (text.span(*each) for each in finder(text))
                if not any(taken[slice(*place)])
            ]
            for start, end in found:
                taken[start:end] = b"\1" * (end - start)
            if found:
                kinds.append(str(kind))
                places += found
        if not places:
            return None
        return self.found(
            gettext("personal data: %(kinds)s") % {"kinds": ", ".join(kinds)},
            places,
            score=min(1.0, self.score + 0.1 * (len(places) - 1)),
        )
