"""What the back office's pages send back, for the tests of the admin."""

from django.urls import reverse

from articles.models import Article, Cell


def page(row, view: str = "change") -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_{view}", args=[row.pk])


def formset(prefix: str, rows: list[dict], there: int = 0) -> dict:
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": there}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
        if prefix == "sections":
            nested = f"{prefix}-{number}-figures"
            data = {f"{nested}-TOTAL_FORMS": 0, f"{nested}-INITIAL_FORMS": 0, **data}
    return data


def figures_of(section) -> dict:
    """The figures of a section as its row sends them back."""
    rows = [
        {
            "id": figure.pk,
            "image": figure.image_id,
            "alt": figure.alt,
            "caption": figure.caption,
            "credit": figure.credit,
            "after": "" if figure.after is None else figure.after,
            "position": figure.position,
        }
        | ({"decorative": "on"} if figure.decorative else {})
        for figure in section.figures.all()
    ]
    return formset("figures", rows, len(rows))


def sections_of(article: Article) -> list[dict]:
    rows = [
        {
            "id": section.pk,
            "article": article.pk,
            "heading": section.heading,
            "body": section.body,
            "position": section.position,
            "aspect": section.aspect,
            "comparison": section.comparison_id or "",
            "alias": section.alias,
        }
        | ({"shows_faq": "on"} if section.shows_faq else {})
        | figures_of(section)
        for section in article.sections.all()
    ]
    return rows


def sources_of(article: Article) -> list[dict]:
    names = ["key", "kind", "position", "authors", "title", "container", "doi", "pmid", "url", "note"]
    return [
        {"id": source.pk, "year": source.year or "", "read_on": source.read_on or ""}
        | {name: getattr(source, name) for name in names}
        | ({"to_verify": "on"} if source.to_verify else {})
        for source in article.sources.all()
    ]


def form_of(article: Article, **changes) -> dict:
    """What the article's page sends back when nothing but ``changes`` was touched."""
    there = sections_of(article)
    faq = [
        {"id": row.pk, "question": row.question, "answer": row.answer, "position": row.position}
        for row in article.faq.all()
    ]
    comparisons = [
        {"id": row.pk, "caption": row.caption, "position": row.position} for row in article.comparisons.all()
    ]
    authors = [
        {"id": row.pk, "article": article.pk, "person": row.person_id, "position": row.position}
        for row in article.authorships.all()
    ]
    return {
        "title": article.title,
        "slug": article.slug,
        "lede": article.lede,
        "topic": article.topic_id or "",
        "cover": article.cover_id or "",
        "comments_open": "on",
        "comments_close_after": "",
        "review_every_months": article.review_every_months,
        **formset("authorships", authors, len(authors)),
        **formset("sections", there, len(there)),
        **formset("faq", faq, len(faq)),
        **formset("comparisons", comparisons, len(comparisons)),
        **formset("sources", sources_of(article), article.sources.count()),
        **changes,
    }


def make_comparison(article: Article):
    comparison = article.comparisons.create(key="c1", caption="Traitements")
    for name in ("ldn", "isrs"):
        comparison.treatments.create(key=name, name=name.upper())
    for name in ("effet", "delai"):
        comparison.criteria.create(key=name, name=name.capitalize())
    comparison.complete_grid()
    return comparison


def grid_form(comparison, **changes) -> dict:
    """The comparison's page as it is sent back; ``changes`` are whole input names."""
    treatments = [
        {name: getattr(row, name) for name in ("key", "name", "detail", "position")}
        for row in comparison.treatments.all()
    ]
    criteria = [
        {name: getattr(row, name) for name in ("key", "name", "help", "kind", "unit", "better", "position")}
        for row in comparison.criteria.all()
    ]
    data = {
        "caption": comparison.caption,
        "summary": comparison.summary,
        **formset("treatments", treatments, len(treatments)),
        **formset("criteria", criteria, len(criteria)),
    }
    cells = Cell.objects.filter(treatment__comparison=comparison)
    for cell in cells.select_related("treatment", "criterion").prefetch_related("sources"):
        prefix = f"cell-{cell.treatment.key}-{cell.criterion.key}"
        data |= {
            f"{prefix}-state": cell.state,
            f"{prefix}-verdict": cell.verdict,
            f"{prefix}-value": "" if cell.value is None else f"{cell.value.normalize():f}".replace(".", ","),
            f"{prefix}-detail": cell.detail,
            f"{prefix}-certainty": cell.certainty,
            f"{prefix}-source_keys": " ".join(source.key for source in cell.sources.all()),
        }
    return data | changes
