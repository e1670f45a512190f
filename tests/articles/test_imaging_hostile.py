"""
Hostile and odd files through the upload form: each is refused with its reason in French, or stored clean.

The files are made here, so that the reader sees what is wrong with each. What comes out is read byte by byte
with parsers of this module: whatever is not needed to decode the picture must be gone.
"""

import io
import re
import struct
import zipfile
import zlib
from random import Random

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Picture
from PIL import ImageCms, PngImagePlugin

from articles import imaging
from articles.models import Image
from tests.articles.test_imaging import (
    corners,
    make_picture,
    opened,
    png_chunk,
    png_of,
    saved,
)
from tests.factories import make_chief_editor

pytestmark = [
    pytest.mark.django_db,
    # What is refused is refused before any row is written.
    pytest.mark.one_database,
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore:Corrupt EXIF data"),
]

SCRIPT = b"<script>alert(document.domain)</script>"
PHP = b"<?php system($_GET['c']); ?>"
SECRETS = [
    b"<script",
    b"<?php",
    b"alert(",
    b"Lovelace",
    b"48.8566",
    b"Exif",
    b"photoshop",
    b"xpacket",
    b"PK\x03\x04",
]

UPRIGHT = ["red", "lime", "white", "blue"]

EMPTY = "Ce fichier est vide. Choisissez-le de nouveau, ou envoyez-en un autre."
HEAVY = "Ce fichier dépasse 10 Mo. Réduisez l’image, ou enregistrez-la avec une qualité moindre."
DAMAGED = (
    "Cette image est abîmée ou incomplète. Envoyez-la de nouveau, ou ouvrez-la dans un logiciel d’image "
    "et réenregistrez-la."
)
ANIMATED = "Cette image est animée, et les lecteurs ne pourraient pas l’arrêter. Enregistrez une seule de ses vues et envoyez-la."
NOT_AN_IMAGE = (
    "Ce fichier n’est pas une image JPEG, PNG, WebP ou AVIF, quel que soit son nom. "
    "Ouvrez-le dans un logiciel d’image et enregistrez-le en JPEG ou en PNG."
)
TOO_MANY_PIXELS = "Cette image compte plus de 40 millions de pixels. Réduisez-la, puis envoyez-la de nouveau."
HEIC = (
    "C’est une photographie HEIC, que les navigateurs n’affichent pas. Exportez-la en JPEG ; un iPhone photographie "
    "en JPEG par Réglages › Appareil photo › Formats › Le plus compatible."
)


def too_large(width, height):
    return f"Cette image mesure {width} × {height} pixels, ce qui est trop. Réduisez-la, puis envoyez-la de nouveau."


def foreign(name):
    return (
        f"C’est un fichier {name}, quel que soit son nom. Ouvrez-le dans un logiciel d’image "
        "et enregistrez-le en JPEG ou en PNG."
    )


# Making files.


def photograph(**options):
    return saved(make_picture(), quality=95, **options)


def with_segment(jpeg, marker, body):
    """The segment goes first, behind the two bytes that start a JPEG."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[2:]


def jpeg_that_says_it_measures(width, height):
    data = bytearray(photograph())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_that_says_it_measures(width, height):
    frame = saved(Picture.new("RGB", (4, 4)), "WEBP", lossless=True)[12:]
    sizes = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + sizes
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    placed = bytes(6) + b"\3\0\0\3\0\0d\0\0\0" + frame
    body += b"ANMF" + struct.pack("<I", len(placed)) + placed
    return b"RIFF" + struct.pack("<I", len(body)) + body


def film(format):
    frames = [Picture.new("RGB", (64, 40), colour) for colour in ("red", "blue")]
    return saved(make_picture(), format, save_all=True, append_images=frames, duration=100)


def zipped():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("evil.html", SCRIPT)
    return target.getvalue()


def heic():
    brands = b"ftypheic" + bytes(4) + b"mif1heic"
    return struct.pack(">I", len(brands) + 4) + brands + struct.pack(">I", 12) + b"meta" + bytes(4)


def exif_with_thumbnail(thumbnail):
    """IFD0 without an entry, and IFD1 with a JPEG: type, place and length."""
    entries = [(0x0103, 3, 6), (0x0201, 4, 56), (0x0202, 4, len(thumbnail))]
    ifd1 = struct.pack("<H", 3) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries
    )
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HI", 0, 14) + ifd1 + bytes(4) + thumbnail


def exif_of(place=True, **tags):
    exif = Picture.Exif()
    exif[0x013B] = "Ada Lovelace"
    if place:
        exif[0x8825] = {1: "N", 2: (48.8566, 0.0, 0.0), 3: "E", 4: (2.3522, 0.0, 0.0)}
    return exif


def turned_by(orientation, format="JPEG"):
    """Lying in the file as a camera held that way writes it, and saying so."""
    lying = {
        2: Picture.Transpose.FLIP_LEFT_RIGHT,
        3: Picture.Transpose.ROTATE_180,
        4: Picture.Transpose.FLIP_TOP_BOTTOM,
        5: Picture.Transpose.TRANSPOSE,
        6: Picture.Transpose.ROTATE_90,
        7: Picture.Transpose.TRANSVERSE,
        8: Picture.Transpose.ROTATE_270,
    }
    picture = make_picture()
    if orientation in lying:
        picture = picture.transpose(lying[orientation])
    exif = Picture.Exif()
    exif[0x0112] = orientation
    return saved(picture, format, exif=exif, **({} if format == "PNG" else {"quality": 95}))


def without_adobe_segment():
    data = saved(make_picture(mode="CMYK"), quality=95)
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4]) :]


def adobe_ycck():
    """As Photoshop writes ink: brightness and two colours besides the black, all inverted, and «transform 2»."""
    cyan, magenta, yellow, black = make_picture(mode="CMYK").split()
    light = Picture.merge("RGB", [cyan, magenta, yellow]).convert("YCbCr").split()
    # Pillow inverts every channel when it writes ink.
    inverted = [channel.point(lambda value: 255 - value) for channel in light]
    data = bytearray(saved(Picture.merge("CMYK", [*inverted, black]), quality=95))
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def profile_with_red_and_green_exchanged():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    table = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    assert table != profile
    return table


def palette_with_transparency():
    picture = make_picture(mode="P")
    corner = picture.getpixel((2, 2))
    return saved(picture, "PNG", transparency=corner)


def sixteen_bits(colour_type, pixel):
    header = struct.pack(">IIBBBBB", 8, 8, 16, colour_type, 0, 0, 0)
    row = b"\0" + struct.pack(f">{len(pixel)}H", *pixel) * 8
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(row * 8)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def php_in_the_pixels():
    """Stored without compression, the pixels' bytes stand in the file as they are."""
    rows = b"\0" + PHP + bytes(64 - len(PHP))
    header = struct.pack(">IIBBBBB", 64, 40, 8, 0, 0, 0, 0)
    stream = zlib.compress(rows * 40, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", stream)
        + png_chunk(b"IEND", b"")
    )


def png_with_text():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ada Lovelace")
    text.add_itxt("Comment", PHP.decode())
    return saved(make_picture(), "PNG", pnginfo=text, exif=exif_of())


def with_note_that_unfolds(at):
    data = saved(make_picture(), "PNG")
    return data[:at] + png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000), 9)) + data[at:]


REFUSED = {
    "a bomb: 100 million pixels in 100 kB": (
        lambda: png_of(10_000, 10_000, bytes(10_001 * 10_000)),
        too_large(10_000, 10_000),
    ),
    "a PNG that says it measures 60 000 × 60 000": (
        lambda: png_of(60_000, 60_000, bytes(99)),
        TOO_MANY_PIXELS,
    ),
    "a PNG that says it is larger than its data": (lambda: png_of(4_000, 4_000, bytes(99)), DAMAGED),
    "a JPEG that says it measures 65 000 × 65 000": (
        lambda: jpeg_that_says_it_measures(65_000, 65_000),
        TOO_MANY_PIXELS,
    ),
    "a WebP that says it measures 16 383 × 16 383": (
        lambda: webp_that_says_it_measures(16_383, 16_383),
        TOO_MANY_PIXELS,
    ),
    "a PNG whose note unfolds to 100 MB": (
        lambda: with_note_that_unfolds(33),
        DAMAGED,
    ),
    "a JPEG of 2 million empty comments": (
        lambda: photograph()[:2] + b"\xff\xfe\0\2" * 2_000_000 + photograph()[2:],
        DAMAGED,
    ),
    "half a JPEG": (lambda: saved(Picture.effect_noise((200, 200), 90))[:9_000], DAMAGED),
    "half a PNG": (lambda: saved(Picture.effect_noise((200, 200), 90), "PNG")[:9_000], DAMAGED),
    "a GIF": (lambda: saved(make_picture(), "GIF"), foreign("GIF")),
    "an animated GIF": (lambda: film("GIF"), foreign("GIF")),
    "a GIF that is a script": (
        lambda: b"GIF89a/*" + saved(make_picture(), "GIF")[8:] + b"*/=1;alert(document.domain)",
        foreign("GIF"),
    ),
    "an animated WebP": (lambda: film("WEBP"), ANIMATED),
    "an animated PNG": (lambda: film("PNG"), ANIMATED),
    "an AVIF sequence": (lambda: film("AVIF"), ANIMATED),
    "an SVG with a script": (
        lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
        foreign("SVG"),
    ),
    "an SVG of entities that unfold": (
        lambda: (
            b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<svg><text>&b;</text></svg>'
        ),
        foreign("SVG"),
    ),
    "a web page": (lambda: b"<!doctype html>" + SCRIPT, foreign("HTML")),
    "a web page with a picture behind it": (lambda: b"<html>" + SCRIPT + photograph(), foreign("HTML")),
    "a program": (lambda: PHP, NOT_AN_IMAGE),
    "an archive with a picture behind it": (lambda: zipped() + photograph(), NOT_AN_IMAGE),
    "a PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", foreign("PDF")),
    "a PDF with a picture behind it": (lambda: b"%PDF-1.7\n" + photograph(), foreign("PDF")),
    "a HEIC photograph": (heic, HEIC),
    "a BMP": (lambda: saved(make_picture(), "BMP"), foreign("BMP")),
    "a TIFF": (lambda: saved(make_picture(), "TIFF"), foreign("TIFF")),
    "an icon": (lambda: saved(make_picture(), "ICO"), foreign("ICO")),
    "a Photoshop document": (lambda: b"8BPS\0\1" + bytes(20), foreign("Photoshop")),
    "nothing": (lambda: b"", EMPTY),
    "more than ten megabytes": (lambda: photograph() + bytes(imaging.MAX_BYTES), HEAVY),
    "noise": (lambda: b"\x01" + Random(1).randbytes(5_000), NOT_AN_IMAGE),
}

STORED = {
    "a JPEG that is an archive": lambda: photograph() + zipped(),
    "a PNG with a web page behind it": lambda: saved(make_picture(), "PNG") + b"<html>" + SCRIPT,
    "a PNG with a program behind it": lambda: saved(make_picture(), "PNG") + PHP,
    "a JPEG with a web page as its comment": lambda: photograph(comment=b"<html>" + SCRIPT),
    "a JPEG with a program in its EXIF": lambda: with_segment(photograph(), 0xE1, b"Exif\0\0" + PHP),
    "a JPEG with a script that spans its head": lambda: with_segment(
        photograph(), 0xE0, b"/*" + SCRIPT + b"*/"
    ),
    "a PNG with notes": png_with_text,
    "a PNG with a note behind its pixels that unfolds to 100 MB": lambda: with_note_that_unfolds(-12),
    "a WebP with notes": lambda: saved(
        make_picture(), "WEBP", quality=95, exif=exif_of(), xmp=b"<?xpacket Lovelace?>", icc_profile=SCRIPT
    ),
    "an AVIF with notes": lambda: saved(
        make_picture(), "AVIF", quality=95, exif=exif_of(), xmp=b"<?xpacket Lovelace?>"
    ),
    "place, author, IPTC, XMP and profile": lambda: with_segment(
        photograph(
            exif=exif_of(),
            xmp=b"<?xpacket Lovelace, 48.8566?>",
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        ),
        0xED,
        b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x50\0\x0cAda Lovelace",
    ),
    "a thumbnail that shows the original": lambda: with_segment(
        photograph(), 0xE1, exif_with_thumbnail(saved(make_picture((160, 100)), comment=b"Lovelace"))
    ),
    "a phone's JPEG with a second picture": lambda: saved(
        make_picture(), "MPO", save_all=True, append_images=[Picture.new("L", (64, 40))], quality=95
    ),
    "ink": lambda: saved(make_picture(mode="CMYK"), quality=95),
    "ink, inverted by Adobe": adobe_ycck,
    "ink that says nothing of Adobe": without_adobe_segment,
    "a progressive JPEG": lambda: photograph(progressive=True),
    "a palette": lambda: saved(make_picture().quantize(8), "PNG"),
    "a JPEG that can be resumed in the middle": lambda: photograph(progressive=True, restart_marker_rows=1),
    **{
        f"{format}, orientation {orientation}": lambda format=format, orientation=orientation: turned_by(
            orientation, format
        )
        for format in imaging.FORMATS
        for orientation in range(1, 9)
    },
    "an orientation that does not exist": lambda: turned_by(9),
}


# Reading what came out.


def jpeg_markers(data):
    """The markers, in order; nothing may stand between or behind the segments."""
    assert data[:2] == b"\xff\xd8"
    markers, at = [], 2
    while True:
        assert data[at] == 0xFF
        marker = data[at + 1]
        markers.append(marker)
        if marker == 0xD9:
            assert data[at + 2 :] == b""
            return markers
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xDA:
            at = re.compile(rb"\xff[^\0\xd0-\xd7]", re.DOTALL).search(data, at).start()


def png_chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    names, at = [], 8
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4])
    assert at == len(data)
    return names


def webp_chunks(data):
    assert (data[:4], int.from_bytes(data[4:8], "little") + 8, data[8:12]) == (b"RIFF", len(data), b"WEBP")
    names, at = [], 12
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        names.append(data[at : at + 4])
        at += 8 + length + length % 2
    return names


def avif_boxes(data):
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4])
    assert at == len(data)
    return names


def unexpected(name, data):
    """What stands in the file without being needed to show the picture."""
    match name.rpartition(".")[2]:
        case "jpg":
            return set(jpeg_markers(data)) - {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD, 0xD9}
        case "png":
            return set(png_chunks(data)) - {b"IHDR", b"IDAT", b"IEND"}
        case "webp":
            return set(webp_chunks(data)) - {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
        case "avif":
            meta = data[: data.index(b"mdat")]
            notes = {word for word in (b"Exif", b"mime", b"prof", b"irot", b"imir") if word in meta}
            return set(avif_boxes(data)) - {b"ftyp", b"meta", b"mdat"} | notes


@pytest.fixture
def send(client, settings, tmp_path):
    """Sends a file to the upload page, under the name that is given, to the byte."""
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_chief_editor())

    def post(data, name="photo.jpg"):
        head = f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data
        body += b'\r\n--limit\r\nContent-Disposition: form-data; name="title"\r\n\r\n\r\n--limit--\r\n'
        url = reverse("admin:articles_image_add")
        return client.generic("POST", url, body, content_type="multipart/form-data; boundary=limit")

    return post


def stored_files():
    image = Image.objects.get()
    files = {}
    for name in image.file_names:
        with default_storage.open(name) as file:
            files[name] = file.read()
    return image, files


def look_at(files):
    """What is wrong with the files of one image, besides their colours."""
    return {
        name: found
        for name, data in files.items()
        if (found := [*unexpected(name, data), *(word for word in SECRETS if word in data)])
    }


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_the_reason(send, name):
    make, reason = REFUSED[name]

    response = send(make())

    errors = response.context["adminform"].form.errors
    told = {field: [" ".join(text.split()) for text in texts] for field, texts in errors.items()}
    assert (told, Image.objects.count()) == ({"file": [reason]}, 0)


@pytest.mark.parametrize("name", STORED)
def test_it_is_stored_upright_in_its_colours_and_clean(send, name):
    response = send(STORED[name]())

    image, files = stored_files()
    assert response.status_code == 302
    assert {name: corners(data) for name, data in files.items()} == dict.fromkeys(files, UPRIGHT)
    assert {opened(data).size for data in files.values()} == {(64, 40)}
    assert look_at(files) == {}
    assert [name.rpartition("-")[2] for name in files] == ["master.jpg", "64.avif", "64.webp", "64.jpg"]


def test_the_archive_in_the_jpeg_really_was_one():
    # Otherwise its test above would show nothing.
    assert zipfile.ZipFile(io.BytesIO(STORED["a JPEG that is an archive"]())).namelist() == ["evil.html"]


def test_the_program_in_the_pixels_is_encoded_away(send):
    data = php_in_the_pixels()
    assert PHP in data

    send(data)

    _image, files = stored_files()
    assert look_at(files) == {}


def test_colours_of_a_profile_are_those_that_the_editor_saw(send):
    send(photograph(icc_profile=profile_with_red_and_green_exchanged()))

    _image, files = stored_files()
    assert {tuple(corners(data)) for data in files.values()} == {("lime", "red", "white", "blue")}
    assert look_at(files) == {}


@pytest.mark.parametrize(
    ("colour_type", "pixel", "mode", "expected"),
    [
        pytest.param(0, (0x8000,), "L", (128,), id="grey"),
        pytest.param(2, (0xFFFF, 0x8000, 0x0000), "RGB", (255, 128, 0), id="colours"),
        pytest.param(
            6, (0xFFFF, 0x8000, 0x0000, 0x8000), "RGBA", (255, 128, 0, 128), id="see-through colours"
        ),
        pytest.param(4, (0x8000, 0x4000), "RGBA", (128, 128, 128, 64), id="see-through grey"),
    ],
)
def test_sixteen_bits_become_eight(send, colour_type, pixel, mode, expected):
    send(sixteen_bits(colour_type, pixel))

    image, files = stored_files()
    master = opened(files[image.master_name])
    found = master.getpixel((4, 4))
    near = [
        abs(a - b) <= 2
        for a, b in zip(found if isinstance(found, tuple) else (found,), expected, strict=True)
    ]
    assert (master.mode, all(near), look_at(files)) == (mode, True, {})


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(palette_with_transparency, id="palette"),
        pytest.param(lambda: saved(make_see_through(), "PNG"), id="RGBA"),
        pytest.param(lambda: saved(make_see_through().convert("LA"), "PNG"), id="LA"),
        pytest.param(lambda: saved(make_see_through(), "WEBP", lossless=True), id="WebP"),
        pytest.param(lambda: saved(make_see_through(), "AVIF", quality=95), id="AVIF"),
    ],
)
def test_what_is_see_through_stays_so_in_every_file(send, make):
    send(make())

    _image, files = stored_files()
    opacity = {
        name.rpartition("-")[2]: [
            round(opened(data).convert("RGBA").getpixel(at)[3] / 255, 1) for at in ((2, 2), (60, 2))
        ]
        for name, data in files.items()
    }
    assert opacity == dict.fromkeys(["master.png", "64.avif", "64.webp", "64.png"], [0, 1])
    assert look_at(files) == {}


def make_see_through():
    picture = make_picture(mode="RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 32, 20))
    return picture


@pytest.mark.parametrize(
    ("size", "kept", "widths"),
    [
        ((1, 1), (1, 1), {(1, 1)}),
        ((20_000, 2), (2400, 1), {(480, 1), (800, 1), (1600, 1)}),
        ((2, 20_000), (1, 9600), {(1, 9600)}),
        ((3000, 2000), (2400, 1600), {(480, 320), (800, 533), (1600, 1067)}),
    ],
)
def test_the_sizes_of_all_files_are_as_they_should_be(send, size, kept, widths):
    send(saved(Picture.new("L", size, 128)))

    image, files = stored_files()
    master = files.pop(image.master_name)
    assert (opened(master).size, (image.width, image.height)) == (kept, kept)
    assert {opened(data).size for data in files.values()} == widths
    assert sorted(name.rpartition(".")[2] for name in files) == sorted(["avif", "webp", "jpg"] * len(widths))
    assert look_at(files) == {}


def test_a_grey_jpeg_stays_grey(send):
    send(saved(Picture.new("L", (64, 40), 100)))

    image, files = stored_files()
    assert (opened(files[image.master_name]).mode, look_at(files)) == ("L", {})


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("photo.svg", "photo"),
        ("photo.php", "photo"),
        ("photo", "photo"),
        ("../../etc/passwd", "passwd"),
        ("..\\\\..\\\\genou.jpg", "genou"),
        ("/etc/cron.d/genou.jpg", "genou"),
        ("genou\x00\x1b[31m\u202egpj.exe", "genou[31mgpj"),
        ("&lt;script&gt;.jpg", "<script>"),
        ("g" * 600 + ".jpg", "g" * 200),
        ("Échographie du genou.jpg", "Échographie du genou"),
    ],
)
def test_the_files_name_is_at_most_a_title(send, client, name, title):
    send(photograph(), name)

    image, files = stored_files()
    page = client.get(reverse("admin:articles_image_changelist")).content
    assert (image.title, b"<script>.jpg" in page, b"<script></span>" in page) == (title, False, False)
    assert [
        re.fullmatch(r"images/[0-9a-f]{16}-(master|\d+)\.(avif|webp|jpg)", name) is None for name in files
    ] == [False] * 4
