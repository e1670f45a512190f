"""What the back office's pages send back, for the tests of the admin."""

from django.urls import reverse

from articles.models import Article, Cell


def page(row, view: str = "change") -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_{view}", args=[row.pk])


def formset(prefix: str, rows: list[dict], there: int = 0) -> dict:
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": there}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


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
        for section in article.sections.all()
    ]
    return rows


def form_of(article: Article, **changes) -> dict:
    """What the article's page sends back when nothing but ``changes`` was touched."""
    there = sections_of(article)
    authors = [
        {"id": row.pk, "article": article.pk, "person": row.person_id, "position": row.position}
        for row in article.authorships.all()
    ]
    return {
        "title": article.title,
        "slug": article.slug,
        "lede": article.lede,
        "topic": article.topic_id or "",
        "cover": "",
        "comments_open": "on",
        "comments_close_after": "",
        "review_every_months": article.review_every_months,
        **formset("authorships", authors, len(authors)),
        **formset("sections", there, len(there)),
        **formset("faq", []),
        **formset("comparisons", []),
        **formset("sources", []),
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


def grid_form(comparison, **cells) -> dict:
    """The comparison's page as it is sent back; ``cells`` are whole input names."""
    data = {
        "caption": comparison.caption,
        "summary": "",
        **formset(
            "treatments",
            [
                {"id": row.pk, "comparison": comparison.pk, "name": row.name, "position": row.position}
                for row in comparison.treatments.all()
            ],
            comparison.treatments.count(),
        ),
        **formset(
            "criteria",
            [
                {
                    "id": row.pk,
                    "comparison": comparison.pk,
                    "name": row.name,
                    "kind": row.kind,
                    "better": row.better,
                    "position": row.position,
                }
                for row in comparison.criteria.all()
            ],
            comparison.criteria.count(),
        ),
    }
    for cell in Cell.objects.filter(treatment__comparison=comparison).select_related(
        "treatment", "criterion"
    ):
        prefix = f"cell-{cell.treatment.key}-{cell.criterion.key}"
        data |= {
            f"{prefix}-state": cell.state,
            f"{prefix}-detail": cell.detail,
            f"{prefix}-verdict": cell.verdict,
        }
    return {**data, **cells}
