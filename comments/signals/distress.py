"""
Whether somebody says of himself, or of somebody near, that he wants to die or harms himself. In French.

Conservative: what is denied, quoted from others, wished in the past or meant as a figure of speech is left out. It
sorts the moderators' queue and shows numbers to call; it diagnoses nothing and decides nothing.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found, Span
from comments.signals.text import Text

# The only groups that capture: one that matches denies the whole expression.
_NOT = r"(?: (pas|plus|jamais|nullement|aucunement)(?: du tout| vraiment)?)?"
# «jveux», «jai»: as people write on their phones.
_I = r"(?:je|j'|j)(?: ne| n'|n')? ?"
_SOME = r"(?: (?:vraiment|juste|seulement|souvent|parfois|encore|toujours|trop|tellement|sans cesse|tout le temps|de plus en plus))?"
_HARM_ONESELF = (
    r"(?:me (?:tuer|suicider|pendre|supprimer|flinguer|foutre en l'air|foutre par la fenetre"
    r"|jeter (?:par la fenetre|sous un train|sous le train|sous le metro|dans le vide|d'un pont|du pont)"
    r"|ouvrir les veines|tailler les veines|faire du mal|scarifier|couper les veines|laisser mourir)"
    r"|en finir(?! avec)|en finir avec (?:la vie|ma vie|cette vie|tout|l'existence|moi)"
    r"|mettre fin a (?:mes jours|ma vie|tout)|m'oter la vie|sauter par la fenetre)"
)
_END_ONE_S_LIFE = (
    rf"(?:mourir|crever|{_HARM_ONESELF}|ne plus (?:exister|etre la|me reveiller|vivre)"
    r"|disparaitre(?! (?:sous|dans un trou|de la circulation|cinq|une|des)))"
)
# «envie de mourir de rire», «me tuer à le répéter».
_FIGURE_OF_SPEECH = r"(?! (?:de (?:rire|honte|faim|soif|chaud|froid|ennui|curiosite|rien|plaisir)|a (?:la tache|repeter|vous|le|l'|te)))"
_I_WANT = (
    rf"{_I}(?:"
    # «je vais mourir» is what one fears in a panic attack; «je vais me tuer» is not.
    rf"vais{_NOT}{_SOME} {_HARM_ONESELF}{_FIGURE_OF_SPEECH}(?!\w)|(?:"
    rf"(?:veux|voudrais|souhaite|prefere|prefererais|desire|compte|aimerais){_NOT}{_SOME}"
    rf"|(?:ai|ressens){_NOT}{_SOME} (?:l'|une |d'|cette )?envie(?: folle| constante| terrible)? (?:de|d')"
    rf"|(?:pense|songe|envisage|projette|suis decide|suis decidee|suis pret|suis prete){_NOT}{_SOME}(?: a| de| d')?"
    rf") ?{_END_ONE_S_LIFE}{_FIGURE_OF_SPEECH}(?!\w))"
)
_NO_MORE_LIFE = (
    rf"{_I}(?:veux plus (?:vivre|etre la|exister)|ai plus (?:du tout )?(?:envie|la force|le courage|le gout|de raison)"
    r" (?:de |d')(?:vivre|continuer a vivre|etre en vie)|ai aucune raison de vivre"
    r"|(?:en )?peux plus de (?:vivre|cette vie|la vie))"
    r"|(?:marre|fatiguee?|lasse?|ras le bol|assez) de (?:vivre|la vie|ma vie|cette vie)(?! (?:de fou|avec|comme|dans|ici|chez))"
    r"|la vie ne vaut (?:plus|pas) (?:la peine|le coup)|a quoi bon vivre|ma vie ne sert (?:plus )?a rien"
    r"|plus envie de vivre"
)
_THOUGHTS = (
    rf"{_I}(?:ai{_NOT}{_SOME} (?:des |d'|de |les |ces )?(?:idees|pensees|envies)"
    r" (?:suicidaires|noires|de suicide|de mort)"
    rf"|(?:pense|songe|parle){_NOT}{_SOME} (?:au|a mon|a un) suicide|suis{_NOT}{_SOME} suicidaire"
    r"|(?:me (?:scarifie|mutile|taillade)|me fais du mal(?! a)|me coupe les (?:bras|veines|cuisses))"
    r"|ai (?:prevu|prepare|ecrit|decide|choisi)(?: de| d'| ma| mon| comment| la date| le jour)?"
    r" ?(?:me suicider|en finir|mourir|suicide|lettre d'adieu|ma lettre d'adieu|mettre fin))(?!\w)"
)
_BETTER_WITHOUT_ME = (
    r"(?:mieux|plus heureux|soulages?) (?:sans moi|si je (?:mourais|disparaissais|n'etais plus la|n'existais plus))"
    r"|personne ne me (?:regrettera|regretterait|pleurera)|(?:c'est|ceci est) mon dernier message|adieu a tous et pardon"
)
_NOT_WAKING = (
    r"(?:m'endormir|dormir) et ne (?:plus(?: jamais)?|jamais) me reveiller|je (?:veux|voudrais) que tout s'arrete"
    r"|(?:cette nuit|ce matin|ce soir|aujourd'hui|hier|en ce moment|ces jours-ci|(?:tous les|chaque) (?:jours?|soirs?))"
    rf"[^.!?\n]{{0,20}} j'ai (?:pense a|songe a|voulu|failli) {_END_ONE_S_LIFE}{_FIGURE_OF_SPEECH}(?!\w)"
)
_SWALLOWED = (
    r"(?:j'ai|je viens d[e'] ?) ?(?:avaler?|avale|pris|prendre) (?:toute (?:la|ma) (?:boite|plaquette)"
    r"|tou(?:te)?s (?:mes|les) (?:comprimes|cachets|medicaments|gelules|somniferes|anxiolytiques)|deux boites|trois boites)"
    r"|(?:j'ai fait|j'ai tente|je viens de faire) (?:une (?:tentative|ts)(?: de suicide)?|de me (?:tuer|suicider|pendre))"
    r" ?(?:hier|ce matin|ce soir|cette nuit|cette semaine|la semaine derniere|avant-hier|la nuit derniere|il y a (?:deux|trois|quelques|[1-7]) jours)"
)
_SOMEBODY_NEAR = (
    r"(?:mon|ma) (?:fils|fille|mari|femme|frere|soeur|mere|pere|amie?|compagne|compagnon|conjointe?|copain|copine"
    r"|petit ami|petite amie|enfant|ado|neveu|niece|voisine?|cousine?)(?: ne)? "
    rf"(?:veut|parle{_NOT}|menace|pense|songe|dit (?:vouloir|qu'il veut|qu'elle veut))"
    r"( pas| plus| jamais)?(?: de| a| au| du| d'| vouloir)?"
    r" ?(?:mourir|se tuer|se suicider|en finir(?! avec)|suicide|mettre fin a ses jours|se faire du mal)(?!\w)"
)
# A sentence that is nothing else: «Envie de mourir.»
_ALONE = (
    r"\A *(?:(?:trop|tellement|juste|une seule|une) )?envie (?:de |d')"
    + _END_ONE_S_LIFE
    + _FIGURE_OF_SPEECH
    + r"(?!\w)"
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
        _SOMEBODY_NEAR,
    )
] + [re.compile(_ALONE)]
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


class Distress(Check):
    name = "distress"
    label = _("Distress")
    score = 1.0

    def find(self, text: Text, context: Context) -> Found | None:
        places = [text.span(*place) for place in _said(text)]
        if not places:
            return None
        return self.found(gettext("words of distress: read this comment first"), places)


def _said(text: Text) -> Iterator[Span]:
    quotations = _of_others(text.folded)
    for start, end in text.sentences():
        sentence = text.folded[start:end]
        for expression in _EXPRESSIONS:
            for match in expression.finditer(sentence):
                denied = any(match.groups())
                at = start + match.start()
                quoted = any(first <= at < last for first, last in quotations)
                if not denied and not quoted and not _TAKEN_BACK.search(sentence[: match.start()]):
                    yield at, start + match.end()


def _of_others(folded: str) -> list[Span]:
    """The quotations, but for those of oneself and for a text that is nothing but one."""
    places = []
    for match in _QUOTED.finditer(folded):
        before = folded[max(0, match.start() - _NEAR) : match.start()]
        is_all = len(match[0]) > 0.8 * len(folded.strip())
        if not is_all and not _OF_ONESELF.search(before):
            places.append(match.span())
    return places
