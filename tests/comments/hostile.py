"""Pieces of the checks' own patterns: what a text is made of that is to make them slow."""

# Beginnings that open a pattern again and again, and whole matches that are then looked at once more.
PIECES = (
    *("a", "ab", "A", "0 ", "12", "1 rue ", "a@", "a.a", "(at) ", "+1 ", "1.1-", "-", " ", ".", "!", "\n", ">\n"),
    *("«", "«a", '"', "\u0301", "…", "ﷺ", "fr76 ", "un deux ", "zéro six ", "11-12011", "né le ", "moi "),
    *("http://", "http://a.", "dr a de ", "12 rue des a a ", "prenez ", "guerir ", "sans ordonnance ", "arrête le "),
    *("j'ai ", "je ne veux pas ", "mon fils veut ", "il y a ans ", "aujourd'hui "),
    # People near, what was swallowed, what takes it back.
    *("il veut mourir, ", "mon fils a ", "ma fille dit qu'elle ", "il a pris trop de cachets ", "j'ai vidé ma boîte "),
    *("j'ai envie de mourir ", "«a» j'ai envie de mourir ", '"a" je veux mourir ', "j'avais je veux mourir "),
    *("je me suis coupé ", "il a fait une tentative ", "j'ai pris 30 comprimés ", "mieux sans ", "lettre d'"),
    # Advice.
    *("3 mg ", "commencez ", "monte ", "à ta place ", "je doublerai ", "pourquoi arrêter votre ", "verre vous "),
    *("quelqu'un a ", "j'en ai trop ", "10 euros la boîte ", "trouve sans ordonnance ", "ne a a a a a "),
    *("prenez 3 mg ", "je vous conseille ", "dites ", "élimine "),
    # What gives a person away: many places of several kinds in one text.
    *("a@a.fr ", "a@a.fr 0639981122 ", "dr Ab 0639981122 a@b.fr ", "a chez a point ", "a@gmail ", "insta @"),
    *("Mme A B ", "cordialement A B ", "lieu-dit A ", "résidence A ", "docteur jean ", "numéro de dossier 1"),
)  # fmt: skip


def repeated(piece: str, length: int) -> str:
    return (piece * length)[:length]
