import html as html_lib
import re
import unicodedata

import bleach
import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldnportal.markup.document import refuse_deep
from ldnportal.markup.sanitize import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_PROTOCOLS,
    ALLOWED_TAGS,
    COMMENT_LINK_REL,
    COMMENT_MAX_CHARACTERS,
    COMMENT_TAGS,
    MAX_NESTING,
    SECTION_MAX_BYTES,
    MarkupTooDeep,
    MarkupTooLarge,
    clean_section,
    normalise_text,
    plain_text,
    render_comment,
    safe_href,
)

# What was sent, what stays of it.
ATTACKS = {
    "script": ("<script>alert(1)</script>", ""),
    "unclosed script": ("a<script>alert(1)", "<p>a</p>"),
    "nested script": ("<scr<script>ipt>alert(1)</script>", "<p>ipt&gt;alert(1)</p>"),
    "script in a title": ("<title>b<script>alert(1)</script></title>a", "<p>a</p>"),
    "textarea": ("<textarea>b<img src=x onerror=alert(1)></textarea>a", "<p>a</p>"),
    "handler": ("<p onclick=alert(1)>a</p>", "<p>a</p>"),
    "handler after a slash": ("<p/onclick=alert(1)>a</p>", "<p>a</p>"),
    "handler on an image": ('<img src=x onerror="alert(1)">a', "<p>a</p>"),
    "style attribute": ('<p style="position:fixed">a</p>', "<p>a</p>"),
    "class and id": ('<p class="alert" id="commentaires">a</p>', "<p>a</p>"),
    "javascript": ('<a href="javascript:alert(1)">a</a>', "<p>a</p>"),
    "javascript, mixed case": ('<a href="JaVaScRiPt:alert(1)">a</a>', "<p>a</p>"),
    "javascript, as references": ('<a href="&#106;avascript&colon;alert(1)">a</a>', "<p>a</p>"),
    "javascript, split by a tab": ('<a href="java\tscript:alert(1)">a</a>', "<p>a</p>"),
    "javascript, after a control": ('<a href="\x01javascript:alert(1)">a</a>', "<p>a</p>"),
    "javascript, digits only": ('<a href="javascript:123">a</a>', "<p>a</p>"),
    "javascript, zero width": ('<a href="java\u200bscript:alert(1)">a</a>', "<p>a</p>"),
    "data": ('<a href="data:text/html,<script>alert(1)</script>">a</a>', "<p>a</p>"),
    "vbscript": ('<a href="vbscript:1">a</a>', "<p>a</p>"),
    "premium-rate number": ('<a href="tel:0899123456">a</a>', "<p>a</p>"),
    "premium-rate message": ('<a href="sms:12345">a</a>', "<p>a</p>"),
    "another host": ('<a href="//evil.example">a</a>', "<p>a</p>"),
    "another host, backslash": ('<a href="/\\evil.example">a</a>', "<p>a</p>"),
    "another host, tab": ('<a href="/\t/evil.example">a</a>', "<p>a</p>"),
    "another host, reference": ('<a href="/&#10;/evil.example">a</a>', "<p>a</p>"),
    "user name": ('<a href="https://ansm.fr@evil.example/">a</a>', "<p>a</p>"),
    "quote in the address": ("<a href='https://a.fr/\"onclick=alert(1)'>a</a>", "<p>a</p>"),
    "bracket in the address": ('<a href="https://a.fr/&gt;&lt;script&gt;">a</a>', "<p>a</p>"),
    "form action": (
        '<form action="javascript:1"><button formaction="javascript:1">a</button></form>',
        "<p>a</p>",
    ),
    "iframe": ('<iframe srcdoc="<script>alert(1)</script>">a</iframe>', ""),
    "object": ('<object data="javascript:alert(1)">a</object>', "<p>a</p>"),
    "base": ('<base href="//evil.example/">a', "<p>a</p>"),
    "meta": ('<meta http-equiv=refresh content="0;url=//evil.example">a', "<p>a</p>"),
    "comment": ("a<!-- <script> --!><script>alert(1)</script>-->b", "<p>a--&gt;b</p>"),
    "conditional comment": ("<!--[if gte IE 4]><script>alert(1)</script><![endif]-->a", "<p>a</p>"),
    "svg": ("<svg onload=alert(1)><p>a</p></svg>", "<p>a</p>"),
    "svg script": ("<svg><script>alert&lpar;1)</script>a</svg>", "<p>a</p>"),
    "mxss, svg style": ('<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">', '<p>"&gt;</p>'),
    "mxss, math": (
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">a',
        "<p>a</p>",
    ),
    "mxss, noscript": ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<p>"&gt;</p>'),
    "mxss, template": (
        "<template><style></template><img src=x onerror=alert(1)></style></template>a",
        "<p>a</p>",
    ),
    "mxss, form in form": (
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></style>a",
        "<p>a</p>",
    ),
    "mxss, select": ("<select><style><a></style><img src=x onerror=alert(1)></select>a", "<p>a</p>"),
    "plaintext": ("<plaintext>a<p>b", "<p>a</p><p>b</p>"),
    "cdata": ("<![CDATA[<script>alert(1)</script>]]>a", "<p>alert(1)]]&gt;a</p>"),
    "processing instruction": ("<?xml version=1?>a", "<p>a</p>"),
    "bracket in an attribute": (
        '<span lang="en" title="><script>alert(1)</script>">a</span>',
        '<p><span lang="en">a</span></p>',
    ),
    "markup as a language": ('<span lang="&quot;><script>">a</span>', "<p>a</p>"),
    "unfinished tag": ("a <a href=", "<p>a</p>"),
    "surrogate": ("a\ud800&#xD800;b", "<p>a\ufffdb</p>"),
    "nul": ("<scr\0ipt>a</scr\0ipt>b\0&#0;", "<p>b\ufffd</p>"),
    "control": ("a\x08b&#1;c\x85", "<p>abc</p>"),
    "bidirectional override": ("5\u202e mg 05\u202c", "<p>5 mg 05</p>"),
    "reference of many digits": (f"a&#{'1' * 6000};", "<p>a\ufffd</p>"),
    "reference of many digits in a link": (
        f'<a href="/?&#{"1" * 6000};">a</a>',
        '<p><a href="/?\ufffd">a</a></p>',
    ),
}


@pytest.mark.parametrize(("attack", "rest"), ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_leaves_only_its_text(attack, rest):
    assert clean_section(attack) == rest


def nh3_clean(html: str) -> str:
    """The same rules in the library that a switch would take."""
    return nh3.clean(
        html.encode("utf-8", "replace").decode(),
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        url_schemes=set(ALLOWED_PROTOCOLS),
        link_rel=None,
        clean_content_tags={"script", "style"},
    )


# nh3 writes a no-break space as a reference.
def as_nh3_writes(html: str) -> str:
    return html.replace("\u00a0", "&nbsp;")


@pytest.mark.parametrize("attack", [attack for attack, _ in ATTACKS.values()], ids=ATTACKS.keys())
def test_nh3_finds_nothing_to_remove_after_us(attack):
    cleaned = clean_section(attack)
    assert nh3_clean(cleaned) == as_nh3_writes(cleaned)


def attributes_of(html: str) -> set[str]:
    return set(re.findall(r'[a-z]+="[^"]*"', " ".join(re.findall(r"<[^>]*>", html))))


@pytest.mark.parametrize("attack", [attack for attack, _ in ATTACKS.values()], ids=ATTACKS.keys())
def test_no_attribute_stays_that_nh3_would_drop(attack):
    assert attributes_of(clean_section(attack)) - attributes_of(nh3_clean(attack)) == set()


MARKUP = """<p> </p> <h3> </h3> <h2> </h2> <ul> </ul> <ol> <li> </li> <strong> </strong> <b> </b> <em> <i> </i> </em>
    <br> <br/> <sub> </sub> <sup> <a> </a> <span> </span> <div> </div> <table> <tr> <td> </td> <svg> </svg>
    <math> <style> </style> <title> </title> <script> </script> <template> </template> <noscript> <!-- --> <!
    < > & " ' = / ` ; &lt; &gt; &amp; &amp;lt; &quot; &nbsp; &#x338; &#0; &#xD800; &#8238; &eacute &lt
    href= lang= onclick= mot é 5 [@a]"""
HTML_BITS = st.sampled_from(
    MARKUP.split()
    + [
        '<a href="https://a.fr/?b=1&amp;c=2">',
        '<a href="/é" hreflang="en" lang="fr">',
        "<a href='javascript:1'>",
        '<a href="https://a.fr/l\'a">',
        '<a href="/&quot;">',
        '<a href="/&amp;lt;">',
        '<span lang="en">',
        "<span lang=fr-CA title='>'>",
        " ",
        "\n",
        "\n\n",
        "\t",
        "\u00a0",
        "\u0301",
        "\u0338",
        "\u0334\u0338",
        "\u2adc",
        "\u1fef",
        "\u037e",
        "\ufeff",
        "\u2028",
        "\ud800",
        "\0",
        "\x0c",
        "\u200b",
        "\u202e",
    ]
)
HOSTILE = st.lists(HTML_BITS | st.text(max_size=5), max_size=40).map("".join)


def clean_or_nothing(html: str) -> str:
    try:
        return clean_section(html)
    except MarkupTooDeep:
        return ""


@settings(max_examples=500, deadline=None)
@given(HOSTILE)
def test_cleaning_twice_changes_nothing(html):
    once = clean_or_nothing(html)
    assert clean_section(once) == once


@settings(max_examples=500, deadline=None)
@given(HOSTILE)
def test_the_result_consists_of_allowed_tags_and_escaped_text(html):
    attribute = r' (?:href|hreflang|lang)="[^"<>`]+"'
    tag = rf"</?(?:{'|'.join(ALLOWED_TAGS)})(?:{attribute})*>"
    text = r"[^<>&\"']|&(?:amp|lt|gt);|[\"']"
    assert re.fullmatch(rf"(?:{tag}|{text})*", clean_or_nothing(html), re.DOTALL)


@settings(max_examples=500, deadline=None)
@given(HOSTILE)
def test_another_parser_reads_the_result_as_it_is_written(html):
    cleaned = clean_or_nothing(html)
    assert nh3_clean(cleaned) == as_nh3_writes(cleaned)


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_the_result_is_normalised_and_stays_so_as_a_whole(html):
    cleaned = clean_or_nothing(html)
    assert unicodedata.normalize("NFC", cleaned) == cleaned


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_the_result_is_a_sequence_of_blocks_with_text(html):
    cleaned = clean_or_nothing(html)
    assert not re.search(r"<(\w+)[^>]*></\1>", cleaned)
    assert re.fullmatch(r"(?:<(p|h3|h4|ul|ol)>.*?</\1>)*", cleaned, re.DOTALL)


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("Bonjour", "<p>Bonjour</p>"),
        ("", ""),
        (" \n ", ""),
        ("<p>a</p>b<p>c</p>", "<p>a</p><p>b</p><p>c</p>"),
        ("<p>a</p><p></p><p>&nbsp;</p><p><br></p><p><strong> </strong></p>", "<p>a</p>"),
        ("<p>a<b>b</b><i>c</i></p>", "<p>a<strong>b</strong><em>c</em></p>"),
        ("<p><b>a</b><strong>b</strong></p>", "<p><strong>ab</strong></p>"),
        ("<p><strong><b>a</b></strong></p>", "<p><strong>a</strong></p>"),
        ("<p>  a \n  b </p>", "<p>a b</p>"),
        ("<p>a<br>b<br></p>", "<p>a<br>b</p>"),
        ("<p><br>a <br> b</p>", "<p>a<br>b</p>"),
        ("<h2>a</h2><h3>b</h3><h4>c</h4>", "<p>a</p><h3>b</h3><h4>c</h4>"),
        ("<h3>a<p>b</p></h3>", "<h3>a b</h3>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<table><tr><td>Non</td><td>Oui</td></tr></table>", "<p>Non Oui</p>"),
        ("<ul><li><p>a</p></li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul><li><h3>a</h3><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<ul><li></li></ul><ol></ol>", ""),
        ("<li>a</li>", "<p>a</p>"),
        ("<strong>a<p>b</p></strong>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<p>m<sup>2</sup> H<sub>2</sub>O</p>", "<p>m<sup>2</sup> H<sub>2</sub>O</p>"),
        ('<p><span lang="en">Low dose</span> <span>a</span></p>', '<p><span lang="en">Low dose</span> a</p>'),
        ("<p>&eacute; &lt;b&gt; &amp;lt; 5 < 6</p>", "<p>é &lt;b&gt; &amp;lt; 5 &lt; 6</p>"),
        ("<p>e\u0301</p>", "<p>\u00e9</p>"),
        ("<p>e<script></script>\u0301</p>", "<p>\u00e9</p>"),
        ("<p>\u0338a</p>", "<p>a</p>"),
        ("<p>Voir [@a; @b-2].</p>", "<p>Voir [@a; @b-2].</p>"),
        (
            '<a hreflang="en" href=" https://a.fr/?b=1&amp;c d " target="_blank">a</a>',
            '<p><a href="https://a.fr/?b=1&amp;c%20d" hreflang="en">a</a></p>',
        ),
    ],
)
def test_a_section_takes_its_canonical_form(html, cleaned):
    assert clean_section(html) == cleaned


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://ansm.fr/a?b=c#d", "https://ansm.fr/a?b=c#d"),
        ("HTTP://ansm.fr:8080", "HTTP://ansm.fr:8080"),
        ("https://ansm.fr/a@b", "https://ansm.fr/a@b"),
        (" https://ansm.fr/\n", "https://ansm.fr/"),
        ("https://\u200bansm.fr", "https://ansm.fr"),
        ("mailto:redaction@sante.example", "mailto:redaction@sante.example"),
        ("#section", "#section"),
        ("/articles/a/", "/articles/a/"),
        ("/", "/"),
        ("", None),
        ("#", None),
        ("ansm.fr", None),
        ("https://", None),
        ("https:ansm.fr", None),
        ("https://?a", None),
        ("https://a b", None),
        ("https://[::1]/", None),
        ("https://santé.example/", "https://santé.example/"),
        ("ftp://ansm.fr", None),
        ("mailto:a", None),
        ("mailto:a@b,c@d", None),
        ("mailto:a@b?bcc=c@d", None),
        ("https://a.fr/`", None),
        ("https://a.fr/\u1fef", None),
        ("https://a.fr\\b", None),
        ("https://a.fr/" + "b" * 2000, None),
    ],
)
def test_a_link_keeps_only_the_kinds_of_address_that_we_know(address, kept):
    assert safe_href(address) == kept


@pytest.mark.parametrize("flood", ["<ul><li>", "<a ", "<b>", "a", "\u00e9"])
def test_a_section_above_the_limit_is_refused_unread(flood, monkeypatch):
    monkeypatch.setattr("ldnportal.markup.sanitize._safe_tokens", None)
    with pytest.raises(MarkupTooLarge):
        clean_section(flood * (100_000 // len(flood)))


def test_the_limit_of_a_section_counts_bytes():
    assert len(clean_section("é" * ((SECTION_MAX_BYTES - 7) // 2)).encode()) <= SECTION_MAX_BYTES
    with pytest.raises(MarkupTooLarge):
        clean_section("é" * (SECTION_MAX_BYTES // 2 + 1))


def test_a_section_that_grows_above_the_limit_is_refused():
    with pytest.raises(MarkupTooLarge):
        clean_section("&" * (SECTION_MAX_BYTES // 2))


def test_nesting_is_refused_just_above_the_limit():
    # Each list and its item are two elements, the paragraph that is open for the text is one.
    lists = MAX_NESTING // 2 - 1
    accepted = "<ul><li>" * lists + "a" + "</li></ul>" * lists
    assert clean_section(accepted) == accepted
    with pytest.raises(MarkupTooDeep):
        clean_section("<ul><li>" + accepted + "</li></ul>")


@pytest.mark.parametrize(
    "flood",
    [
        "<ul><li>",
        '<ul title="</ul>"><li>',
        "<ul><!--</ul>--><li>",
        "<b>",
        "<p><b id={}>",
        "<div>",
        "<ul></b>",
    ],
)
def test_deep_nesting_is_refused_before_the_flood_is_read(flood, monkeypatch):
    read = []
    monkeypatch.setattr("ldnportal.markup.sanitize.refuse_deep", counting(read))
    with pytest.raises(MarkupTooDeep):
        clean_section("".join(flood.format(number) for number in range(1000)))
    assert len(read) < 200


def counting(calls):
    def count(depth):
        calls.append(depth)
        refuse_deep(depth)

    return count


@pytest.mark.parametrize("flood", ["<a ", "a/", "a "])
def test_a_tag_with_very_many_attributes_is_refused(flood):
    with pytest.raises(MarkupTooDeep):
        clean_section("<p " + flood * 1000 + ">a</p>")


def test_nesting_counts_what_the_result_adds():
    # A list right inside a list gets an item around it.
    with pytest.raises(MarkupTooDeep):
        clean_section("<ul>" * 16 + "a")
    with pytest.raises(MarkupTooDeep):
        clean_section("<ul>" * 14 + "<strong><em><sub><sup>a")


def link(address: str) -> str:
    return f'<a href="{address}" rel="{COMMENT_LINK_REL}">{address}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Merci !", "<p>Merci !</p>"),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
        ("a\n\n\nb", "<p>a</p><p>b</p>"),
        ("", ""),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("&lt; &amp; &#106;", "<p>&amp;lt; &amp;amp; &amp;#106;</p>"),
        ("https://a.fr/", f"<p>{link('https://a.fr/')}</p>"),
        ("Voir http://a.fr/b.", f"<p>Voir {link('http://a.fr/b')}.</p>"),
        ("(https://a.fr/B_(c))", f"<p>({link('https://a.fr/B_(c)')})</p>"),
        ("«https://a.fr»", f"<p>«{link('https://a.fr')}»</p>"),
        ("https://a.fr/?b=1&c=2 !", f"<p>{link('https://a.fr/?b=1&amp;c=2')} !</p>"),
        ("a.fr www.a.fr //a.fr a@b.fr ftp://a.fr", "<p>a.fr www.a.fr //a.fr a@b.fr ftp://a.fr</p>"),
        ("javascript:alert(1) tel:0899123456", "<p>javascript:alert(1) tel:0899123456</p>"),
        ("https://ansm.fr@evil.example/", "<p>https://ansm.fr@evil.example/</p>"),
        ("https://a\u200b.fr", "<p>https://a\u200b.fr</p>"),
        ('https://a.fr"onclick=alert(1)', f'<p>{link("https://a.fr")}"onclick=alert(1)</p>'),
        ('<a href="https://a.fr">a</a>', f'<p>&lt;a href="{link("https://a.fr")}"&gt;a&lt;/a&gt;</p>'),
    ],
)
def test_a_comment_shows_what_was_typed(text, html):
    assert render_comment(text) == html


def test_a_long_address_is_shown_in_full():
    address = "https://a.fr/" + "b" * 1900
    assert render_comment(address) == f"<p>{link(address)}</p>"


def test_a_long_address_stays_a_link_when_escaping_makes_it_longer():
    address = "https://a.fr/?" + "&" * 1900
    assert render_comment(address) == f"<p>{link(html_lib.escape(address))}</p>"


TYPED_BITS = """< > & " ' &lt; &amp;lt; &#x6a; &#0; http:// https://a.fr https://a.fr/?b=1&c=2 HTTP://[::1] javascript:1
        http://a.fr/' https://[ <br> <p> </p> <a href= ( ) . , ; » \\ ` mot é"""
TYPED = st.lists(
    st.sampled_from(
        TYPED_BITS.split()
        + [
            " ",
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            "\u00a0",
            "\u0301",
            "\u0338",
            "\u2028",
            "\ud800",
            "\0",
            "\u200b",
            "\u202e",
        ]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(TYPED)
def test_no_character_of_a_comment_is_lost_or_added(text):
    html = render_comment(text).replace("</p><p>", "\n\n").replace("<br>", "\n")
    shown = html_lib.unescape(re.sub(r"<[^>]*>", "", html))
    assert shown == re.sub(r"\n{2,}", "\n\n", normalise_text(text))


@settings(max_examples=500, deadline=None)
@given(TYPED)
def test_a_comment_holds_no_other_tag_than_its_own(text):
    tag = rf'</?p>|<br>|<a href="https?://[^"<>` ]+" rel="{COMMENT_LINK_REL}">|</a>'
    rest = r"[^<>&]|&(?:amp|lt|gt);"
    assert re.fullmatch(rf"(?:{tag}|{rest})*", render_comment(text), re.DOTALL | re.IGNORECASE)


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_bleach_and_nh3_find_nothing_to_remove_in_a_comment(text):
    html = render_comment(text)
    assert bleach.clean(html, tags=COMMENT_TAGS, attributes={"a": ["href", "rel"]}) == html
    # Without addresses: nh3 drops those whose host no registry would accept.
    unlinked = re.sub(r' href="[^"]*"', "", html)
    assert nh3.clean(
        unlinked, tags=set(COMMENT_TAGS), attributes={"a": {"rel"}}, link_rel=None
    ) == as_nh3_writes(unlinked)


def test_a_comment_above_the_limit_is_refused():
    assert render_comment("a" * COMMENT_MAX_CHARACTERS) == f"<p>{'a' * COMMENT_MAX_CHARACTERS}</p>"
    with pytest.raises(MarkupTooLarge):
        render_comment("a" * (COMMENT_MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("e\u0301", "\u00e9"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\0b\x07c\x7fd\x85e\tf", "abcde\tf"),
        ("a\ud800b", "ab"),
        ("a\u202eb\u2066c\u2069d\u200fe", "abcd\u200fe"),
        ("a  \nb\t\n c ", "a\nb\n c"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("a\n \n \n \n \nb", "a\n\nb"),
        ("\n\n a\n\n", "a"),
        ("e\u202e\u0301", "\u00e9"),
    ],
)
def test_plain_text_takes_one_form(text, normalised):
    assert normalise_text(text) == normalised


@settings(deadline=None)
@given(TYPED)
def test_normalising_twice_changes_nothing(text):
    assert normalise_text(normalise_text(text)) == normalise_text(text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <strong>b</strong>c</p><p>d</p>", "a bc d"),
        ("<h3>a</h3><ul><li>b<ul><li>c</li></ul></li></ul>", "a b c"),
        ("<p>a<br>b</p>", "a b"),
        ("<p>5 &lt; 6 &amp;lt; &amp;amp;</p>", "5 < 6 &lt; &amp;"),
        ('<p><a href="/">a</a>.</p>', "a."),
        ("", ""),
    ],
)
def test_the_text_of_sanitised_html(html, text):
    assert plain_text(html) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=50))
def test_the_text_of_a_section_is_the_text_that_was_written(text):
    written = unicodedata.normalize("NFC", normalise_text(text)).replace("\u0338", "")
    expected = re.sub(r"[ \t\n]+", " ", written).strip(" ") if written.strip() else ""
    assert plain_text(clean_section(html_lib.escape(text))).strip() == expected.strip()
