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

_COUNTED = (
    r"(?:\d{1,4}(?:[.,]\d{1,3})? ?(?:mg|µg|μg|mcg|g|ml|milligrammes?|microgrammes?|gouttes?|comprimes?|gelules?|cachets?|cp)"
    r"|(?:un|une|deux|trois|quatre|cinq|six|dix|quinze|vingt|un demi|une demi)[ -](?:comprimes?|gelules?|cachets?|gouttes?|milligrammes?)"
    r"|(?:un |le |la )?(?:quart|demi|tiers|moitie) (?:d'un|d'une|de|du|d'|de (?:votre|ton|la|sa)) ?(?:comprimes?|gelules?|cachets?|dose))(?!\w)"
)
_DOSE = rf"(?:{_COUNTED}|(?:la dose|ta dose|votre dose|les doses)(?!\w))"
# «Vous prenez 3 mg depuis quand ?» asks; «je commence», «il augmente» tell: the short form only opens a clause.
_TAKE = (
    r"(?:(?<!vous )(?<!me )(?:prenez|essayez|commencez|demarrez|augmentez|montez|diminuez|baissez|reduisez|passez|doublez|triplez|sautez"
    r"|coupez|avalez|melangez|debutez|remplacez|donnez|donnez[- ]lui|prenez[- ]en|tentez|restez)|(?:\A *|[,;:(] ?)(?:prends|essaie|essaye|tente|saute|commence|demarre|augmente|monte|diminue|baisse"
    r"|reduis|passe|double|coupe|avale|melange|remplace))"
)
_YOU_SHOULD = (
    r"(?:il faut|faut|fo|il fo|ilfo|suffit de|vou devez|vous devez|tu dois|vous devriez|tu devrais|vous pouvez|tu peux|vous pourriez|tu pourrais"
    r"|(?:je |j)(?:vous |te |t'|v)?(?:conseil|conseille|suggere|recommande|encourage a)(?: vraiment| vivement| plutot)?(?: de| a tous| d')?"
    r"|le mieux est de|le mieux c'est de|mieux vaut|n'hesitez pas a|n'hesite pas a|rien ne (?:vous|t')? ?empeche de|vous avez qu'a|t'as qu'a|tu n'as qu'a|vous n'avez qu'a)"
    r"(?: (?:absolument|vraiment|plutot|carrement|simplement|seulement|donc|aussi|tout de suite|surtout|largement|tres bien))?"
)
_TO_TAKE = (
    r"(?:d'?)?(?:en )?(?:prendre|essayer|commencer|demarrer|augmenter|monter|diminuer|baisser|reduire|passer|doubler|sauter"
    r"|couper|avaler|melanger|debuter|rester|donner|remplacer)"
)
_ALL = r"(?:tous |toutes |tout )?"
_TREATMENT = (
    rf"{_ALL}(?:d[e'] ?)?(?:votre|vos|ton|tes|les?|la|l'|ces?|cette|un|une|tout|toute)? ?(?:\w{{1,20}} )?"
    r"(?:traitements?|medicaments?|medocs?|anti-? ?depresseurs?|somniferes?|ordonnance|ldn|cachetons?|drogues? chimiques?|valium|temesta|tranxene"
    r"|stilnox|imovane|atarax|rivotril|laroxyl|cymbalta|venlafaxine|fluoxetine|bromazepam|diazepam|oxazepam|lyrica|tercian"
    r"|abilify|depakote|lamictal|tramadol|codeine|morphine|anxiolytiques?|benzos?|benzodiazepines?|isrs|neuroleptiques?"
    r"|pilules?|cachets?|comprimes?|xanax|lexomil|seresta|prozac|zoloft|seroplex|deroxat|effexor|lithium|alprazolam"
    r"|sertraline|paroxetine|escitalopram|naltrexone|prise)(?!\w)"
)
# Without accents «arrête» and «arrêté» are one: the short form only opens a clause.
_STOP = (
    r"(?:(?<!vous )(?:arretez|stoppez|jetez|cessez|abandonnez|laissez tomber|supprimez|lachez|virez|balancez|remplacez)"
    r"|(?:\A *|[,;:(] ?)(?:arrete|stoppe|jette|cesse|abandonne|laisse tomber|lache|vire|balance|remplace)"
    # Behind «et», it is an order when what to stop is yours.
    r"|(?<!\w)(?:et|alors|donc|puis|bref|stp|mais) (?:arrete|stoppe|jette|lache|balance|vire|remplace)(?= (?:ton|ta|tes|tout|ces|moi) ))"
)
_TO_STOP = r"(?:arreter|arrete|areter|stopper|jeter|cesser|abandonner|laisser tomber|supprimer|lacher|virer|balancer|remplacer)"
_I_WOULD = (
    r"(?:je |j')(?:arreterai[st]?|stopperai[st]?|doublerai[st]?|augmenterai[st]?|diminuerai[st]?|prendrai[st]?|monterai[st]?|jetterai[st]?|jeterai[st]?|remplacerai[st]?"
    r"|passerai[st]?|laisserai[st]? tomber|baisserai[st]?|commencerai[st]?|sauterai[st]?|tenterai[st]?|couperai[st]?)"
)
_IN_YOUR_PLACE = r"(?:a (?:ta|votre) place|si j'etais (?:toi|vous|a ta place|a votre place))"

_DOSES = (
    rf"{_TAKE}[^.!?\n]{{0,40}}?(?<![\d.,]){_DOSE}"
    rf"|{_YOU_SHOULD} {_TO_TAKE}[^.!?\n]{{0,40}}?(?<![\d.,]){_DOSE}"
    rf"|(?:je |j)(?:vous |te |t'|v)?(?:conseille|conseil|recommande|suggere|preconise)[^.!?\n]{{0,25}}? (?<![\d.,]){_COUNTED}"
    rf"|(?:dose|dosage|posologie) (?:qu'il (?:vous|te) faut|ideale?|qui (?:vous|te) convient|a (?:prendre|viser))[^.!?\n]{{0,15}}? {_COUNTED}"
    rf"|(?:prenez[- ]en|{_YOU_SHOULD} en prendre) (?:\d|deux|trois|quatre)(?![\w.,]\d)(?!\w)"
    r"|(?:(?<!vous )(?:augmentez|montez|passez|baissez)|(?:\A *|[,;:(] ?)(?:augmente|monte|passe|baisse)) (?:direct(?:ement)? |tout de suite |vite )?a \d{1,2}(?:[.,]\d{1,2})?(?! ?(?:h|ans?|jours?|%|€|euros?|k|heures?|\d))"
    r"|sautez? (?:une|la) (?:prise|dose)"
    rf"|il (?:vous|te) (?:faut|faudrait) (?:au moins |plutot )?{_COUNTED}"
    # «2 gouttes matin et soir, tu verras»
    rf"|(?<![\d.,]){_COUNTED}[^.!?\n]{{0,40}}?(?:tu verras|vous verrez|vous allez voir|tu vas voir|tu m'en diras|vous m'en direz|(?:tu|vous) (?:seras|serez|dormiras|dormirez))"
    rf"|{_IN_YOUR_PLACE}[^.!?\n]{{0,20}}? {_I_WOULD}[^.!?\n]{{0,30}}? {_DOSE}"
    rf"|{_I_WOULD} (?:{_DOSE}|{_TREATMENT})[^.!?\n]{{0,20}}? {_IN_YOUR_PLACE}"
    r"|(?:\A *(?:commence|monte|double|passe|augmente)[rz]?|(?<!vous )(?:commencez|montez|passez|doublez|melangez|augmentez))(?!\w)[^.!?\n]{0,60}?"
    r"(?:(?:aucun|zero) (?:risque|danger)|sans (?:aucun )?(?:risque|danger|crainte))"
    r"|(?:tu peux|vous pouvez|on peut)(?: tres bien| tout a fait| largement| parfaitement| sans (?:probleme|souci|risque|danger))? (?:boire|melanger|conduire|associer|combiner|cumuler)(?! (?:de l'eau|un the|une tisane))"
    r"[^.!?\n]{0,30}?(?:alcool|verre|vin|biere|avec|sans (?:risque|danger|probleme|souci)|les deux|ensemble)"
    r"|(?:tu peux|vous pouvez)(?: \w{1,12})? prendre (?:les deux|tout ensemble|ca avec|cela avec)"
    r"|(?:verres?|alcool|bieres?|vin|comprimes?|cachets?|gelules?|mg|doses?)(?!\w)[^.!?\n]{0,30}? (?:ne |n')?(?:vous|te|lui) (?:fera|feront|fait) (?:rien|pas de mal|aucun mal|que du bien)"
)
_STOPPING = (
    rf"{_STOP}(?: tout de suite| immediatement| vite| simplement| donc| aussi| d'abord)? {_TREATMENT}"
    rf"|{_YOU_SHOULD} {_TO_STOP}[^.!?\n]{{0,30}}? (?:du jour au lendemain|d'un coup)(?!\w)"
    rf"|(?:echangez|troquez) {_TREATMENT}|remplace(?:nt)? (?:avantageusement|largement|tres bien|parfaitement|completement) {_TREATMENT}"
    rf"|{_YOU_SHOULD} (?:tout )?{_TO_STOP} (?:{_TREATMENT}|net|d'un coup|du jour au lendemain|tout ca|cette merde|ces poisons?)"
    rf"|{_IN_YOUR_PLACE}[^.!?\n]{{0,20}}? {_I_WOULD} (?:tout de suite |direct |vite |aussitot |progressivement )?{_TREATMENT}"
    r"|faites? comme moi[^.!?\n]{0,30}?(?:sevrage|arret|arrete|jete|stoppe|double|sans (?:medecin|ordonnance|avis))"
    # Asked, and meant as advice.
    rf"|pourquoi (?:ne )?(?:pas |tu n'|vous n'|tu |vous )?(?:{_TO_STOP}|essayer de {_TO_STOP}|arretez|stoppez|arretes) (?:pas )?(?:tout simplement |carrement )?(?:votre|ton|vos|tes|ces) [^.!?\n]{{0,30}}"
    r"|(?:arretez|arrete|stoppez|il faut arreter|tu peux arreter|vous pouvez arreter) (?:tout|ca|cela)?"
    r" ?(?:du jour au lendemain|d'un coup|sans rien dire)"
)
_WITHOUT_DOCTOR = (
    r"(?:pas|aucun) besoin (?:de |d'|d'un )(?:medecin|docteur|psychiatre|ordonnance|avis medical|consulter)"
    r"|(?:ne perdez|ne perds|perdez|perds) pas (?:votre|ton|de) temps (?:chez|avec) (?:le|les|un|votre|ton) "
    r"(?:medecins?|docteurs?|psychiatres?|psys?)"
    r"|(?:inutile|pas la peine) (?:de |d')(?:consulter|aller voir (?:un|le|votre|ton) (?:medecin|psychiatre|psy))"
    r"|(?:n'ecoutez|n'ecoute|ecoutez|ecoute) (?:pas|plus|surtout pas) (?:votre|ton|les|vos) (?:medecins?|psychiatres?|psys?)"
    r"|fuyez les (?:medecins|psychiatres|psys)|soigne(?:z-vous|-toi|z vous| toi) (?:par|avec|sans|tout seul)"
    r"|(?:ne |n')?(?:faites|fais) (?:pas|plus|jamais|surtout pas) confiance (?:aux?|a (?:votre|ton|vos|tes|leurs)) ?(?:medecins?|docteurs?|psychiatres?|psys?|medicaments)"
    r"|faut (?:pas|plus|surtout pas|jamais) (?:ecouter|croire) (?:les|son|votre|ton|vos) (?:medecins?|docteurs?|psychiatres?|psys?)"
    r"|(?:pas|aucun) besoin (?:de |d')(?:voir|aller voir|demander|passer par|prendre rendez-vous)[^.!?\n]{0,15}? ?(?:medecin|docteur|psychiatre|psy|generaliste|specialiste)"
    r"|(?:votre|ton|vos|tes) (?:medecins?|docteurs?|psychiatres?|psys?) (?:vous |te |t')(?:empoisonnent?|droguent?|mentent|ment|rendent? malade)"
    r"|(?:arretez|cessez|arrete) d'(?:y aller|aller (?:le |les )?(?:voir|consulter))"
    r"|(?:ne |n')?(?:en )?(?:(?:dites|parlez)(?= [^.!?\n]{2,20} (?:a v|au|a l))|(?:dis|parle)(?= [^.!?\n]{2,20} a t)) (?:surtout )?(?:rien|pas)(?: surtout)? (?:a|au|aux) ?(?:votre|ton|vos|tes|la|le)? ?(?:medecins?|docteurs?|generaliste|psychiatre|psys?|pharmacien(?:ne)?)"
    r"|(?:ne )?(?:consultez|consulte) (?:surtout )?pas(?! (?:que|internet|trop))|soigne(?:z-vous|-toi)(?: tout)? seule?s?|passe(?:z-vous|-toi) (?:de|du|des) (?:medecins?|psychiatres?|psys?|docteurs?)"
    r"|(?:sans (?:en parler a|l'avis de|demander a|prevenir|attendre|passer par) (?:votre|ton|le|un|son) (?:medecin|docteur|psychiatre|psy|generaliste))(?= *,? *(?:c'est|ca|vous|tu|aucun|pas de))"
)
_SELLING = (
    r"je (?:vends|revends)(?!\w)|(?:a vendre|en vente)[^.!?\n]{0,30}?(?:naltrexone|ldn|medicaments?|gelules|comprimes|boites?)"
    r"|je (?:peux|pourrais) (?:vous |t'|te |t'en |vous en |en )?(?:fournir|procurer|envoyer|vendre|prescrire|ceder|livrer"
    r"|faire une ordonnance|avoir une ordonnance|depanner|filer|passer)"
    r"|je (?:vous |t'|te |t'en |vous en )(?:envoie|fais|fournis|procure|cede|file|donne|vends) (?:l'|une |des |la |les |mes |mon )?(?:ordonnances?|boites?|gelules?|comprimes?|cachets?|traitement)"
    r"|(?:j'en ai|j'ai|jen ai|il m'en reste|jai)[^.!?\n]{0,30}?(?:en stock|d'avance|en trop|en rab|a ceder|a donner|en double)[^.!?\n]{0,40}?(?:interess|euros?|€|ceder|envoyer|vendre|donner|mp|message|contact|depanner)"
    r"|\d{1,3} ?(?:euros?|€) (?:la|les|par|l') ?(?:\d{1,3} )?(?:boites?|gelules|comprimes|plaquettes?|ordonnances?)[^.!?\n]{0,30}?(?:mp|message|contact|interess|envoi|port)"
    r"|(?:qui peut|qui pourrait|quelqu'un (?:peut|pourrait|aurait|a)|qui aurait)[^.!?\n]{0,25}?(?:m'en |me |me l')(?:vendre|envoyer|ceder|depanner|fournir|procurer|filer)(?!\w)"
    r"|(?:achetez|commandez|acheter|commander|dispo|disponible|livree?|vendue?)[^.!?\n]{0,40}?sans (?:ordonnance|prescription)"
    r"|sans (?:ordonnance|prescription)[^.!?\n]{0,40}?(?:livraison|commande[rz]|en ligne|sur (?:ce|notre|mon) site|contactez)"
    r"|(?:trouve|trouvez|trouver)(?!\w)[^.!?\n]{0,30}? sans (?:ordonnance|prescription)[^.!?\n]{0,30}?(?:ecri|contact|mp|message|demande[rz]|facile|lien)"
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
    r"|(?:fait disparaitre|elimine|eradique|vient a bout de)[^.!?\n]{0,40}?(?:garanti|\d\d ?%|en \d{1,2} (?:jours|semaines|seances)|pour toujours|a jamais|definitivement)"
    r"|(?:tu seras|vous serez|tu sera|vous allez etre|tu vas etre) (?:totalement |completement |vite )?(?:gueri|delivre)\w{0,3}(?!\w)"
    r"|(?:cette|ce|cet|l[ae']) ?\w{2,20} gueri(?:t|ssent) (?:tout|tous|toutes|l'anxiete|les angoisses|definitivement)"
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
# «Pourquoi ne pas arrêter vos…», «Quelqu'un pourrait m'en vendre ?»
_EVEN_ASKED = re.compile(r"pourquoi|qu(?:i|elqu'un) ")
_SOMEBODY_ELSE_SAYS = re.compile(
    r"\b(?:medecin|docteur|psychiatre|psy|generaliste|pharmacien|pharmacienne|neurologue|article|notice|forum"
    r"|il|elle|on) (?:m'a|me|ma|lui|leur|nous a|nous|dit|disait|conseille|recommande|a)\b[^.!?]{0,60}\Z"
)
# As far back as they read.
_BEFORE = 90


class MedicalAdvice(Check):
    name = "medical_advice"
    version = 2
    label = _("Medical advice")
    score = 0.5

    def find(self, text: Text, context: Context) -> Found | None:
        kinds, places, score = [], [], 0.0
        sentences = list(text.sentences())
        for label, weight, pattern in _KINDS:
            found = [text.span(*place) for place in _said(text, sentences, pattern)]
            if found:
                kinds.append(str(label))
                places += found
                score = max(score, weight)
        if not places:
            return None
        return self.found(
            gettext("medical advice: %(kinds)s") % {"kinds": ", ".join(kinds)}, places, score=score
        )


def _said(text: Text, sentences: list[Span], pattern: re.Pattern[str]) -> Iterator[Span]:
    for start, end in sentences:
        sentence = text.folded[start:end]
        # Who asks whether he should does not tell others to.
        is_question = sentence.endswith("?")
        for match in pattern.finditer(sentence):
            if is_question and not _EVEN_ASKED.match(match[0]):
                continue
            before = sentence[max(0, match.start() - _BEFORE) : match.start()]
            if not _DENIED.search(before[-60:]) and not _SOMEBODY_ELSE_SAYS.search(before):
                written = match[0].lstrip(" ,;:(")
                yield start + match.end() - len(written), start + match.end()
