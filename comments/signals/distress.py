"""
Whether somebody says of himself, or of somebody near, that he wants to die or harms himself. In French.

Conservative: what is denied, quoted from others, wished in the past or meant as a figure of speech is left out. It
sorts the moderators' queue and shows numbers to call; it diagnoses nothing and decides nothing.
"""

import bisect
import re
import sys
from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found, Span
from comments.signals.text import Text

# The only groups that capture: one that matches denies the whole expression.
_NOT = r"(?: (pas|plus|jamais|nullement|aucunement)(?: du tout| vraiment)?)?"
# «jveux», «jai», «g plus envi»: as people write on their phones.
_I = r"(?:je|j'|j)(?: ne| n'|n')? ?"
_I_HAVE = r"(?:j'? ?ai|j'? ?n'? ?ai|je n'? ?ai|g(?= )|ai(?= (?:plus|envie)))"
_I_AM = r"(?:je suis|je ne suis|j'?suis|chuis?|jsui|je sui)"
_SOME = r"(?: (?:vraiment|juste|seulement|souvent|parfois|encore|toujours|trop|tellement|sans cesse|tout le temps|de plus en plus))?"
_ENVIE = r"(?:envies?|envi|anvie?)"
# «den finir», «de mourire», «plus vivr».
_OF = r"(?:de |d'|d ?)?"
_DIE = r"(?:mour?rire?|creve[rz]?|decede[rz]?)"
_LIVE = r"(?:vivre?|viv|exister?|etre la|etre de ce monde|continuer a vivre|etre en vie)"
_NOT_TO_WAKE = (
    r"(?:ne )?(?:plus|jamais|pas)(?: jamais)? me reveill\w{1,3}"
    r"(?! (?:a |vers|toutes|la nuit|en pleine|en sueur|dix|dans la|chaque|avec|si|aussi|\d))"
)
_BY_A_FALL = (
    r"(?:par la fenetre|par le balcon|du balcon|sous un train|sous le train|sous un camion|sous le metro|sous une voiture"
    r"|dans le vide|du toit|du haut|a l'eau|d'un pont|du pont|dans la seine|dans le canal)"
)
_HARM_ONESELF = (
    r"(?:(?:me |m')(?:tuer?|suicide[rz]?|pendre|supprimer|flinguer|buter|noyer|empoisonner|ouvrir les veines|tailler les veines"
    rf"|foutre en l'air|foutre par la fenetre|mettre une balle|tirer une balle|(?:jeter|balancer|lancer) {_BY_A_FALL}"
    r"|(?:re)?faire (?:du )?mal(?! a| au)|scarifi\w{1,2}|mutiler|automutiler|taillader|couper(?: les (?:veines|bras|cuisses|poignets))?(?! \w)"
    r"|laisser mourir|laisser partir|oter la vie)"
    r"|en finire?(?! avec)|en finire? avec (?:la vie|ma vie|cette vie|tout|l'existence|moi)"
    r"|mettre (?:un terme|fin) a (?:mes jours|ma vie|tout|mon existence)|passer a l'acte"
    rf"|sauter {_BY_A_FALL}|rejoindre (?:mon|ma|mes) \w{{2,12}} (?:la-haut|au ciel|dans la tombe|au cimetiere|de l'autre cote|la ou (?:il|elle) est)|quitter (?:ce monde|cette vie|cette terre))"
)
_END_ONE_S_LIFE = (
    rf"(?:{_DIE}|{_HARM_ONESELF}|(?:ne )?(?:plus|pas) {_LIVE}|{_NOT_TO_WAKE}|partir pour (?:de bon|toujours)"
    r"|m'(?:endormir|eteindre) (?:pour (?:de bon|toujours)|definitivement)|dormir pour toujours"
    r"|disparaitre(?! (?:sous|dans un trou|de la circulation|cinq|une|des)))"
)
# «envie de mourir de rire», «me tuer à le répéter».
_FIGURE_OF_SPEECH = (
    r"(?! (?:de (?:rire|honte|faim|soif|chaud|froid|ennui|curiosite|rien|plaisir|trouille|fatigue|jalousie)"
    r"|d'(?:ennui|envie|impatience|inquietude)|a (?:la tache|repeter|vous|le|l'|te)|au (?:travail|boulot)|moins bete))"
)
_I_WANT = (
    rf"(?:{_I}(?:"
    # «je vais mourir» is what one fears in a panic attack; «je vais me tuer» is not.
    rf"vais{_NOT}{_SOME} (?:finir par )?{_HARM_ONESELF}{_FIGURE_OF_SPEECH}(?!\w)|(?:"
    rf"(?:veux?|veut|voudrais?|voudrai|souhaite|prefere|prefererais|desire|compte|aimerais?|aimerai|reve de|songe a){_NOT}{_SOME}"
    rf"|ressens{_NOT}{_SOME} (?:l'|une |d'|cette )?{_ENVIE}(?: folle| constante| terrible)? {_OF}"
    rf"|(?:pense|songe|envisage|projette|recommence|continue|suis decidee?|suis prete?){_NOT}{_SOME}(?: a| de| d')?"
    rf") ?{_END_ONE_S_LIFE}{_FIGURE_OF_SPEECH}(?!\w))"
    rf"|{_I_HAVE}{_NOT}{_SOME} (?:une seule |qu'une |l'|une |d'|cette )?(?:{_ENVIE}|hate)(?: folle| constante| terrible)? {_OF}"
    rf"{_END_ONE_S_LIFE}{_FIGURE_OF_SPEECH}(?!\w)"
    # The verb of whoever does it now.
    rf"|{_I}(?:me (?:fous?|fout|flanque) (?:en l'air|par la fenetre|sous un train)|me (?:flingue|pends|suicide|supprime)(?! (?:a|pour) )"
    rf"|m'ouvre les veines|me (?:jette|balance) {_BY_A_FALL}|saute {_BY_A_FALL}))"
)
_NO_MORE_LIFE = (
    rf"{_I}(?:(?:veux?|veut) plus (?:{_LIVE}|de (?:cette|ma) vie)|(?:en )?(?:peux?|peut|pe) plus de (?:{_LIVE}|cette vie|la vie))(?!\w)"
    rf"|{_I_HAVE} (?:plus (?:du tout )?(?:{_ENVIE}|la force|le courage|le gout|de raisons?|aucune raison|aucune {_ENVIE})"
    rf"|aucune (?:raison|{_ENVIE})) {_OF}(?:{_LIVE}|continuer|rester en vie|me lever)(?! (?:a|le|la|les|l'|ce|cette|mon|ma|mes|un|une|avec|tot) )(?!\w)"
    r"|plus (?:la force|le courage) de (?:continuer|me battre|lutter) *[.!,…]"
    r"|(?:marre|fatiguee?|lasse?|ras le bol|assez|degoutee?) de (?:vivre|la vie|ma vie|cette vie)(?! (?:de |d'|avec|comme|dans|ici|chez))"
    r"|(?:la|ma) vie (?:ne |n')?(?:vaut|a) (?:plus|pas) (?:la peine|le coup|le coup d'etre vecue|de sens|d'interet|aucun sens)"
    r"|a quoi bon (?:vivre|me lever|rester en vie|me reveiller|continuer(?! (?:a|le|la|les|l'|ce|cette|mon|ma|mes|un|une|avec|de) ))"
    rf"|ma vie ne sert (?:plus )?a rien|plus {_ENVIE} {_OF}vivre?(?!\w)|vois plus (?:d'|aucune )(?:issue|avenir)(?! (?:a|au|dans) )"
    r"|arrive (?:plus|pas) a (?:voir|trouver) d'issue(?! (?:a|au|dans) )"
)
_DARK = r"(?:idees|idee|pensees|pulsions|envies) (?:suicidaires?|noires?|morbides?|de suicide|de mort|de mourir|d'en finir(?! avec))"
_THOUGHTS = (
    rf"{_I_HAVE}{_NOT}{_SOME} (?:des |d'|de |les |ces |que des )?{_DARK}"
    # Not when they have gone.
    rf"|(?:mes|ces|les|des) {_DARK}(?: qui)? (?:me |m'|reviennent|revienne|sont (?:la|de retour)|ne me|tous les|chaque|en ce moment|depuis|empirent|augmentent)"
    rf"|{_I}(?:pense|songe|parle){_NOT}{_SOME} (?:au|a mon|a un) suicide|{_I_AM}{_NOT}{_SOME} (?:redevenue? )?suicidaire"
    r"|bord du suicide|(?:faire|fasse|fais) une (?:grosse )?betise *[.,!…]|(?:peur d[e']|peur) ?(?:ce que je (?:pourrais|peux) me faire|me faire du mal|faire une (?:grosse )?betise)"
    r"|(?:achete|prepare|trouve|accroche) (?:une|la|ma) corde(?! (?:a sauter|d'|de |pour ))|\A *suicidaire|suicidaire depuis|le suicide (?:me|m'|serait|reste|est devenu) (?:trotte|hante|obsede|tente|attire|tourne|la seule|ma seule|une solution|un soulagement)"
    rf"|{_I}(?:(?:m'auto|me )(?:scarifie|mutile|taillade|lacere|entaille)|me fais? (?:encore )?(?:du )?mal(?! a| au| en|\w)"
    r"|me suis (?:re)?mise? a me (?:scarifier|mutiler|couper|faire du mal|taillader)|(?:re)?commence a me (?:scarifier|mutiler|couper)|me coupe (?:encore )?(?:les |la |le )?(?:bras|veines|cuisses|poignets?|avant-bras|peau|jambes)|me (?:brule|frappe|griffe)[^.!?\n]{0,15} (?:expres|cigarettes?|jusqu'au sang|volontairement)"
    r"|me suis (?:encore |re)?(?:(?<=encore )coupee?|scarifiee?|mutilee?|taillade|ouvert les veines|(?:coupee?|coupe|brulee?|entaillee?)(?: encore)?[^.!?\n]{0,15} (?:expres|volontairement|bras|hier soir|cette nuit|veines|cuisses|poignets?)))(?!\w)"
    rf"|(?:j'? ?ai|g|en train)(?: deja| tout)? (?:d'ecrire|de preparer|prevu|prepare|ecrit|decide|choisi|fixe|trouve|redige)(?: de| d'| ma| mon| mes| les| des| une| comment| la date| le jour| tout)?"
    r" ?(?:me suicider|en finir(?! avec)|mourir(?! moins)|suicide|testament|(?:lettres?|mots?) (?:d'adieux?|pour (?:ma|mes|mon) (?:famille|enfants?|fils|fille|parents|mari|femme))|mettre fin)(?!\w)"
    r"|deja (?:choisi|fixe|decide) (?:le jour|la date|l'endroit|le pont|comment)(?! (?:de|du|d'|ou|pour))"
    r"|(?:prepare|planifie|organise) mon suicide"
    r"|(?:peur|pres|bord|point|tentee?) de passer a l'acte|(?:suffirait|suffit) d'un (?:pas|geste) *[.,!…]|le vide m'(?:attire|appelle)"
    r"|(?:lache|egoiste|normal|honte|fatiguee?|marre) de vouloir (?:mourir|en finir(?! avec)|disparaitre|se tuer|me tuer)|(?:lache|egoiste) de vouloir partir"
)
_WITHOUT_ME = r"(?:sans moi|si j'etais morte?|si (?:je |j')(?:mourais|disparaissais|n'etais plus la|etais plus la|n'existais plus|partais pour de bon))(?![\w-])"
_BETTER_WITHOUT_ME = (
    rf"(?:mieux|plus (?:heureux|tranquilles?|simples?|faciles?|legers?)|soulagee?s?|tranquilles?|debarrassee?s?|en paix) {_WITHOUT_ME}"
    r"|(?:suis|etre|serai)(?: devenue?)? (?:plus )?(?:qu'un|un) (?:poids|fardeau|boulet) (?:pour|a) (?:tous|tout le monde|ma|mes|mon|les miens|eux|lui|elle|la famille)"
    r"|(?:personne|perssone) (?:ne |n')?(?:me (?:regrettera|regretterait|pleurera|pleurerait)|(?:s'en (?:apercevrait|apercevra|rendrait compte|rendra compte)[^.!?\n]{0,10} (?:si|quand) je (?:meurs|mourais|disparais)))|si je (?:disparaissais|mourais),? (?:personne|tout le monde|ca ne|cela ne)|(?:manquerai|manquerais) a personne|(?:c'est|ceci est|cest|voici) mon dernier message"
    r"|adieu a (?:tous|toutes|tout le monde)(?! (?:les|ces|mes|nos|ceux))|adieu et (?:pardon|merci)"
    r"|(?:lettres?|messages?|mots?|sms|textos?|mails?) d'adieux?(?! (?:a mon (?:traitement|medicament)|a mes (?:medicaments|angoisses|benzos)|aux?|a l'|a la) )"
    r"|vaudrait(?: peut-etre)? mieux (?:que je (?:meure|creve|disparaisse|parte pour de bon|sois morte?|ne sois plus la|n'existe plus)|pour (?:tous|tout le monde|eux)[^.!?\n]{0,10} que je (?:meure|creve|disparaisse))"
    rf"|{_I}(?:serais?|serai)(?: bien| tellement| peut-etre)? mieux (?:morte?|(?:aupres d[e']|avec) ?(?:lui|elle|mon (?:mari|pere|fils)|ma (?:mere|femme|fille))(?= *[.,!…]| la-haut| au ciel| que )|sous terre|au cimetiere|six pieds)"
    r"|(?:voudrais|aimerais|souhaite|prefererais|prie pour|suffit pour|que) (?:que je meure|que je sois morte?|etre morte?(?! (?:de|d'))|n'etre jamais nee?|ne jamais etre nee?|ne pas etre nee?)"
    r"|aurais (?:prefere|voulu|aime) ne (?:jamais|pas) (?:etre nee?|naitre|exister)"
    rf"|autant (?:{_DIE}|me (?:tuer|suicider|pendre|flinguer|foutre en l'air)|en finir(?! avec)){_FIGURE_OF_SPEECH}(?!\w)"
    r"|(?:attends|espere|souhaite|desire|appelle|veux)(?: que| plus que)? (?:la|ma) mort(?!\w)"
    r"|la mort (?:me |m'|serait |est |reste )(?:parait |semble |apparait |attire|serait )?(?:comme |pour moi )?(?:un |une |la |ma |plus )?(?:soulagement|delivrance|liberation|seule|douce|solution|issue|attire)"
    r"|que (?:le bon )?dieu (?:me|vienne me) (?:rappelle|reprenne|prenne|chercher)"
)
_NOT_WAKING = (
    rf"(?:m'endormir|dormir) (?:et |pour )?{_NOT_TO_WAKE}|je (?:veux|voudrais) que tout s'arrete"
    r"|(?:mourir|la mort|le suicide|en finir|disparaitre) (?:serait|est|me semble|me parait) (?:plus |bien |tellement |parfois |la )*(?:simple|facile|doux|douce|seule|solution|tentante?)"
    r"|(?:que la mort|que le suicide|que ca|que cette solution) (?:comme|pour) (?:seule )?(?:issue|solution|sortie|soulagement)"
    r"|(?:cette nuit|ce matin|ce soir|aujourd'hui|hier|en ce moment|ces jours-ci|(?:tous les|chaque) (?:jours?|soirs?))"
    rf"[^.!?\n]{{0,20}} j'ai (?:pense a|songe a|voulu|failli) {_END_ONE_S_LIFE}{_FIGURE_OF_SPEECH}(?!\w)"
)
_PILLS = (
    r"(?:comprimes?|cachets?|medicaments?|medocs?|gelules?|somniferes?|anxiolytiques?|pilules?|cachetons?|calmants?|lexomil|xanax"
    r"|seresta|valium|temesta|doliprane|paracetamol|stilnox|imovane|benzos?)"
)
_MANY = (
    r"(?:1\d|[2-9]\d|1\d\d|dix|douze|quinze|vingt|trente|quarante|cinquante|soixante|une (?:dizaine|quinzaine|vingtaine|trentaine|poignee) d[e']"
    r"|trop d[e']|plein d[e']|beaucoup trop d[e']|tout un tas d[e'])"
)
# «en trois mois», «par an», «sur les 60»: a treatment; «dans l'évier»: thrown away.
_NOT_AT_ONCE = r"(?![^.!?\n]{0,30}(?<!\w)(?:en (?:\w+|\d+) (?:jours?|semaines?|mois|ans?)|par|pendant|au total|sur|dans ma vie|depuis|toilettes|evier|poubelle|wc|lavabo|pharmacie)(?!\w))"
_ALL_OF_THEM = (
    r"(?:toute? (?:la|ma|sa|une|leur) (?:boite|plaquette|tablette|bouteille|pharmacie)|(?:la|ma|sa|une) (?:boite|plaquette) (?:entiere|complete)"
    rf"|(?:tou(?:te)?s|tout) (?:mes|les|ses|ces|leurs) {_PILLS}|(?:deux|trois|quatre|cinq|[2-9]) (?:boites|plaquettes)"
    rf"|{_MANY} ?{_PILLS}){_NOT_AT_ONCE}"
)
_EMPTIED = rf"(?:la|ma|sa|une|toute la|ses|mes|les)(?: \w{{1,12}})? ?(?:boites?|plaquettes?|tablettes?|flacons?)(?!\w){_NOT_AT_ONCE}"
_LATELY = (
    r"(?:hier|avant-hier|ce matin|ce soir|cette nuit|cet apres-midi|cette semaine|ce week-?end|ce mois-ci|recemment|(?:la semaine|la nuit) derniere"
    r"|le (?:mois|week-?end) dernier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|il y a (?:deux|trois|quatre|une|quelques|\d|1\d) (?:jours?|heures?|semaines?|minutes?|h))"
)
_SWALLOWED = (
    r"(?:j'? ?ai|g|j'? ?viens?(?: juste)? d[e'] ?|je viens?(?: juste)? d[e'] ?) ?(?:deja |tout )?"
    rf"(?:(?:aval\w{{1,3}}|pris?|prit|prendre|gob\w{{1,3}}|englouti?r?|melange\w?|bu) {_ALL_OF_THEM}|vide[rz]? {_EMPTIED})"
    r"|(?:j'ai fait|j'ai (?:re)?tente|j'ai essaye|je viens de (?:faire|tenter)) (?:une (?:tentative|ts|overdose)(?: de suicide)?|de (?:me (?:tuer|suicider|pendre|supprimer)|mourir|mettre fin a mes jours)|d'en finir(?! avec))"
    rf" ?(?:,? ?{_LATELY})"
)
_SE_HARM = (
    r"(?:mourir|crever|(?:se |s')(?:tuer|suicider|pendre|supprimer|flinguer|noyer|defenestrer|ouvrir les veines|foutre en l'air|tirer une balle"
    rf"|(?:jeter|balancer) {_BY_A_FALL}|faire du mal|scarifier|mutiler|laisser mourir|immoler)|en finir(?! avec (?!la vie|sa vie|tout))"
    r"|(?:du |au |de |d')?suicide|mettre fin a (?:ses jours|sa vie|tout)|passer a l'acte|avaler (?:tous|toute)|(?:ne )?plus (?:vivre|exister|etre la)|disparaitre pour toujours"
    rf"|sauter {_BY_A_FALL})"
)
_PERSON = (
    r"(?:(?:mon|ma|notre|un|une)(?: (?:meilleure?|petite?|grande?|jeune|vieux|vieille|ex|propre|belle|beau|pauvre))?[ -]"
    r"(?:fils|fille|garcon|gamine?|mari|femme|epouse|epoux|frere|soeur|mere|maman|pere|papa|grand-mere|grand-pere|amie?|pote|compagne|compagnon"
    r"|conjointe?|copain|copine|enfant|ado|neveu|niece|voisine?|cousine?|collegue|eleve|oncle|tante|mamie|papi|filleule?)(?!\w))"
)
_THEY = rf"(?:{_PERSON}[^.!?\n«»\"]{{0,50}}?|(?<!\w)(?:il|elle)(?= ))"
_SOMEBODY_NEAR = (
    rf"{_THEY}(?: ne| n')? ?(?<!\w)(?:(?:veut|voudrait|parle{_NOT}|menace|(?:pense|songe)(?= a| au)|essaie|essaye|envisage|va(?= se | s'|  en finir)"
    r"|(?:re)?commence|continue|dit (?:vouloir|qu'il (?:veut|va)|qu'elle (?:veut|va))|repete (?:vouloir|qu'il (?:veut|va)|qu'elle (?:veut|va))"
    r"|ecrit (?:vouloir|qu'il (?:veut|va)|qu'elle (?:veut|va))|a envie)"
    rf"( pas| plus(?! (?:vivre|etre la|exister))| jamais)?(?: de| a| au| du| d'| vouloir| en)? ?{_SE_HARM}(?!\w)"
    r"|(?:veut|a) plus (?:envie de )?(?:vivre|etre la|exister)(?!\w)"
    rf"|(?:a|fait) (?:souvent |encore |toujours )?(?:des |les )?{_DARK}|est (?:tres |devenue? )?suicidaire"
    r"|(?:se |s'auto)(?:scarifie|mutile|taillade|coupe (?:les |la )?(?:bras|veines|cuisses|poignets|peau)|fait du mal(?! a|\w)|laisse mourir)(?!\w)"
    r"|(?:s'est|s'es|c'est|c est|cest|ses) (?:encore )?(?:scarifiee?|mutilee?|ouvert les veines|taillade|coupee? les (?:veines|bras|poignets|cuisses))"
    rf"|(?:(?:m'?a |me |nous |lui )?(?:dit?s?|repete|ecrit|avoue|annonce|jure|hurle|crie|parle)(?: [^.!?\n«»\"]{{0,20}})? (?:qu'?|vouloir |de |d')(?:il |elle )?(?:veut|va|allait|voulait|voudrait|pense|songe)?"
    rf"(?: a| de)? ?{_SE_HARM})(?!\w)"
    r"|(?:a|nous a|m'a) (?:laisse|ecrit|envoye) (?:une|un) (?:lettre|mot|message|sms) d'adieux?"
    rf"|(?:a|vient) (?:d[e'] ?)?(?:aval\w{{1,3}}|pris|prendre|gob\w{{1,3}}) {_ALL_OF_THEM}|(?:a|vient de) vide[rz]? {_EMPTIED}"
    rf"|(?:a|vient) (?:essaye |tente |voulu |fait |de faire |de tenter )(?:de |d')?(?:{_SE_HARM}|une (?:tentative(?! de (?!suicide))|ts|overdose)(?: de suicide)?)(?= (?:[^.!?\n]{{1,15}} )?{_LATELY})"
    r"|vient de (?:faire|tenter|essayer) (?:une (?:tentative|ts|overdose)|de (?:se (?:tuer|suicider|pendre)|mettre fin)|d'en finir(?! avec)))"
)
# A sentence that is nothing else: «Envie de mourir.»
_ALONE = (
    rf"\A *(?:(?:trop|tellement|juste|une seule|une|plus qu'une) )?{_ENVIE} {_OF}"
    rf"{_END_ONE_S_LIFE}{_FIGURE_OF_SPEECH}(?!\w)"
)

_EXPRESSIONS = [
    re.compile(rf"(?<!\w)(?:{expression})")
    for expression in (
        _I_WANT,
        _NO_MORE_LIFE,
        _THOUGHTS,
        _BETTER_WITHOUT_ME,
        _NOT_WAKING,
        _SWALLOWED,
    )
] + [re.compile(_ALONE)]
_OF_SOMEBODY_NEAR = re.compile(rf"(?<!\w)(?:{_SOMEBODY_NEAR})")
# In the same sentence: «il veut mourir» is said of somebody invented or known from afar.
_NOT_NEAR = re.compile(
    r"\b(?:livres?|films?|romans?|series?|heros|heroine|personnages?|narrateur|narratrice|chansons?|documentaires?|emission"
    r"|acteur|actrice|chanteur|chanteuse|celebre|l'etude|les etudes|patients?|article|si (?:mon|ma|il|elle)|plaisante|rigole|humour)\b"
)
# Said before it in the same sentence, these take it back or put it into another's mouth.
_TAKEN_BACK = re.compile(
    r"\b(?:il y a (?:\w+ )?(?:ans?|annees|mois)|a l'epoque|autrefois|avant,|quand j'etais|j'avais|je disais"
    r"|ne (?:dis|pense|crois) pas que|non pas que|comme si|loin de|peur de|peur que|au lieu de|jamais dit que)\b[^.!?]{0,80}\Z"
)
_QUOTED = re.compile(r"«[^«»]{1,2000}»|\"[^\"]{1,2000}\"|^>[^\n]{0,2000}", re.MULTILINE)
_OF_ONESELF = re.compile(
    r"\b(?:je me (?:dis|repete|sens)|je (?:pense|dis|crie|repete)|ma tete me dit|j'ai envie de dire|moi)\b[^.!?]{0,20}\Z"
)
# Within this distance before the quotation stands who says it.
_NEAR = 60
# As far back as _TAKEN_BACK reads.
_BEFORE = 120


class Distress(Check):
    name = "distress"
    version = 2
    label = _("Distress")
    score = 1.0
    covers = True
    covered_as = _("words of distress")

    def find(self, text: Text, context: Context) -> Found | None:
        places = [text.span(*place) for place in _said(text)]
        if not places:
            return None
        return self.found(gettext("words of distress: read this comment first"), places)


def _said(text: Text) -> Iterator[Span]:
    quotations = _of_others(text.folded)
    for start, end in text.sentences():
        sentence = text.folded[start:end]
        expressions = _EXPRESSIONS if _NOT_NEAR.search(sentence) else [*_EXPRESSIONS, _OF_SOMEBODY_NEAR]
        for expression in expressions:
            for match in expression.finditer(sentence):
                denied = any(match.groups())
                if not denied and not _is_within(quotations, start + match.start()):
                    before = sentence[max(0, match.start() - _BEFORE) : match.start()]
                    if not _TAKEN_BACK.search(before):
                        yield start + match.start(), start + match.end()


def _is_within(places: list[Span], at: int) -> bool:
    """Whether one of the places, which are in order and apart, holds it."""
    index = bisect.bisect(places, (at, sys.maxsize)) - 1
    return index >= 0 and at < places[index][1]


def _of_others(folded: str) -> list[Span]:
    """The quotations, but for those of oneself and for a text that is nothing but one."""
    places = []
    for match in _QUOTED.finditer(folded):
        before = folded[max(0, match.start() - _NEAR) : match.start()]
        is_all = len(match[0]) > 0.8 * len(folded.strip())
        if not is_all and not _OF_ONESELF.search(before):
            places.append(match.span())
    return places
