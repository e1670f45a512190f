"""
Advice that only a doctor may give: a dose for others, stopping a treatment, selling, promising a cure. In French.

Telling what one takes oneself is no advice, and neither is a warning: what stands in the negative is left out.
"""

import re
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found, Span
from comments.signals.text import Text

_DOSE = (
    r"(?:\d{1,4}(?:[.,]\d{1,3})? ?(?:mg|µg|μg|mcg|g|ml|milligrammes?|microgrammes?|gouttes?|comprimes?|gelules?|cachets?|cp)"
    r"|(?:un|une|deux|trois|quatre|un demi|un quart de|la moitie d'un|une demi)[ -](?:comprimes?|gelules?|cachets?|gouttes?)"
    r"|la dose|ta dose|votre dose|les doses)(?!\w)"
)
# «Vous prenez 3 mg depuis quand ?» asks; «je commence», «il augmente» tell: the short form only opens a clause.
_TAKE = (
    r"(?:(?<!vous )(?:prenez|essayez|commencez|demarrez|augmentez|montez|diminuez|baissez|reduisez|passez|doublez|triplez|sautez"
    r"|coupez|avalez|melangez|debutez|remplacez)|(?:\A *|[,;:(] ?)(?:prends|essaie|commence|demarre|augmente|monte|diminue|baisse"
    r"|reduis|passe|double|coupe|avale|melange|remplace))"
)
_YOU_SHOULD = (
    r"(?:il faut|faut|il suffit de|vous devez|tu dois|vous devriez|tu devrais|vous pouvez|tu peux|vous pourriez|tu pourrais"
    r"|je vous conseille(?: de)?|je te conseille(?: de)?|je vous recommande(?: de)?|je te recommande(?: de)?"
    r"|je conseille(?: de| a tous)?|je recommande(?: de)?|le mieux est de|le mieux c'est de|mieux vaut)"
)
_TO_TAKE = (
    r"(?:d'?)?(?:en )?(?:prendre|essayer|commencer|demarrer|augmenter|monter|diminuer|baisser|reduire|passer|doubler|sauter"
    r"|couper|avaler|melanger|debuter|rester)"
)
_ALL = r"(?:tous |toutes |tout )?"
_TREATMENT = (
    rf"{_ALL}(?:d[e'] ?)?(?:votre|vos|ton|tes|les?|la|l'|ces?|cette|un|une|tout|toute)? ?(?:\w{{1,20}} )?"
    r"(?:traitements?|medicaments?|medocs?|antidepresseurs?|anxiolytiques?|benzos?|benzodiazepines?|isrs|neuroleptiques?"
    r"|pilules?|cachets?|comprimes?|xanax|lexomil|seresta|prozac|zoloft|seroplex|deroxat|effexor|lithium|alprazolam"
    r"|sertraline|paroxetine|escitalopram|naltrexone|prise)(?!\w)"
)
# Without accents «arrête» and «arrêté» are one: the short form only opens a clause.
_STOP = (
    r"(?:(?<!vous )(?:arretez|stoppez|jetez|cessez|abandonnez|laissez tomber|supprimez|lachez|virez|balancez|remplacez)"
    r"|(?:\A *|[,;:(] ?)(?:arrete|stoppe|jette|cesse|abandonne|laisse tomber|lache|vire|balance|remplace))"
)
_TO_STOP = r"(?:arreter|stopper|jeter|cesser|abandonner|laisser tomber|supprimer|lacher)"

_DOSES = (
    rf"{_TAKE}[^.!?\n]{{0,40}}?(?<![\d.,]){_DOSE}"
    rf"|{_YOU_SHOULD} {_TO_TAKE}[^.!?\n]{{0,40}}?(?<![\d.,]){_DOSE}"
)
_STOPPING = (
    rf"{_STOP}(?: tout de suite| immediatement| vite| simplement| donc| aussi| d'abord)? {_TREATMENT}"
    rf"|{_YOU_SHOULD} (?:tout )?{_TO_STOP} {_TREATMENT}"
    r"|(?:arretez|arrete|stoppez|il faut arreter|tu peux arreter|vous pouvez arreter) (?:tout|ca|cela)?"
    r" ?(?:du jour au lendemain|d'un coup|sans rien dire)"
)
_WITHOUT_DOCTOR = (
    r"(?:pas|aucun) besoin (?:de |d'|d'un )(?:medecin|docteur|psychiatre|ordonnance|avis medical|consulter)"
    r"|(?:ne perdez|ne perds|perdez|perds) pas (?:votre|ton|de) temps (?:chez|avec) (?:le|les|un|votre|ton) "
    r"(?:medecins?|docteurs?|psychiatres?|psys?)"
    r"|(?:inutile|pas la peine) (?:de |d')(?:consulter|aller voir (?:un|le|votre|ton) (?:medecin|psychiatre|psy))"
    r"|(?:n'ecoutez|n'ecoute|ecoutez|ecoute) (?:pas|plus|surtout pas) (?:votre|ton|les|vos) (?:medecins?|psychiatres?|psys?)"
    r"|fuyez les (?:medecins|psychiatres|psys)"
)
_SELLING = (
    r"je (?:vends|revends)(?!\w)|(?:a vendre|en vente)[^.!?\n]{0,30}?(?:naltrexone|ldn|medicaments?|gelules|comprimes|boites?)"
    r"|je (?:peux|pourrais) (?:vous |t'|te |t'en |vous en |en )?(?:fournir|procurer|envoyer|vendre|prescrire|ceder|livrer"
    r"|faire une ordonnance|avoir une ordonnance)"
    r"|(?:achetez|commandez|acheter|commander|dispo|disponible|livree?|vendue?)[^.!?\n]{0,40}?sans (?:ordonnance|prescription)"
    r"|sans (?:ordonnance|prescription)[^.!?\n]{0,40}?(?:livraison|commande[rz]|en ligne|sur (?:ce|notre|mon) site|contactez)"
    r"|(?:fausse|fausses) ordonnances?|livraison (?:discrete|rapide et discrete)"
    r"|(?:cherche|recherche)(?: a| quelqu'un qui)? (?:acheter|vend|vendrait)[^.!?\n]{0,30}?(?:naltrexone|ldn|medicaments?|boites?)"
    r"|(?:cherche|recherche) [^.!?\n]{0,30}?(?:naltrexone|ldn|medicaments?|boites?|gelules)[^.!?\n]{0,20}? a acheter"
    r"|il me reste [^.!?\n]{0,30}?(?:boites?|gelules|comprimes)[^.!?\n]{0,40}?(?:interesse|mp|message prive|echange|donne|vends|prix)"
    r"|contactez[ -]moi (?:pour|si)[^.!?\n]{0,40}?(?:commander|en avoir|ordonnance|traitement|prix|tarif)"
)
_MIRACLE = (
    r"(?:remede|produit|traitement|plante|solution|cure|methode|complement)s? (?:miracles?|miraculeu(?:x|se|ses)|infaillibles?)"
    r"|(?:gueri[tsr]?|guerie?s?|guerir|guerison) [^.!?\n]{0,25}?(?:definitive(?:ment)?|totale(?:ment)?|a 100|pour toujours|en \d{1,2} jours"
    r"|a coup sur|garantie?)"
    r"|(?:efficace|marche|fonctionne|resultats?|guerison|satisfaction) [^.!?\n]{0,12}?(?:a 100|garantis?e?s?|a tous les coups)"
    r"|100 ?% (?:efficace|naturel|garanti|sur|sans danger)"
    r"|(?:sans aucun|aucun|zero) (?:danger|risque|effet secondaire)[^.!?\n]{0,20}?(?:garanti|promis)"
    r"|(?:on|les medecins|les labos|big pharma) (?:vous|nous) (?:le )?cachent?"
)
_KINDS: tuple[tuple[Promise, float, re.Pattern[str]], ...] = tuple(
    (label, score, re.compile(rf"(?<!\w)(?:{pattern})"))
    for label, score, pattern in (
        (_("a dose for others"), 0.6, _DOSES),
        (_("to stop or change a treatment"), 0.8, _STOPPING),
        (_("to do without a doctor"), 0.6, _WITHOUT_DOCTOR),
        (_("an offer or a request to sell or prescribe"), 0.8, _SELLING),
        (_("a promise of cure"), 0.5, _MIRACLE),
    )
)
_DENIED = re.compile(
    r"(?:\bne |\bn'|\bjamais |\bni |\baucune? |\bsans |\bpas (?:de |d'un |un |une )?|\bsi |\bnon )(?:\w+[ ,'-]{1,2}){0,5}\Z"
)
_SOMEBODY_ELSE_SAYS = re.compile(
    r"\b(?:medecin|docteur|psychiatre|psy|generaliste|pharmacien|pharmacienne|neurologue|article|notice|forum"
    r"|il|elle|on) (?:m'a|me|ma|lui|leur|nous a|nous|dit|disait|conseille|recommande|a)\b[^.!?]{0,60}\Z"
)


class MedicalAdvice(Check):
    name = "medical_advice"
    label = _("Medical advice")
    score = 0.5

    def find(self, text: Text, context: Context) -> Found | None:
        kinds, places, score = [], [], 0.0
        for label, weight, pattern in _KINDS:
            found = [text.span(*place) for place in _said(text, pattern)]
            if found:
                kinds.append(str(label))
                places += found
                score = max(score, weight)
        if not places:
            return None
        return self.found(
            gettext("medical advice: %(kinds)s") % {"kinds": ", ".join(kinds)}, places, score=score
        )


def _said(text: Text, pattern: re.Pattern[str]) -> Iterator[Span]:
    for start, end in text.sentences():
        sentence = text.folded[start:end]
        # Who asks whether he should does not tell others to.
        if sentence.endswith("?"):
            continue
        for match in pattern.finditer(sentence):
            before = sentence[: match.start()]
            if not _DENIED.search(before[-60:]) and not _SOMEBODY_ELSE_SAYS.search(before[-90:]):
                written = match[0].lstrip(" ,;:(")
                yield start + match.end() - len(written), start + match.end()
