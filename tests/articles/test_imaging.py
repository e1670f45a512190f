"""Hostile and odd files are made here, not stored: the reader sees what is wrong with each."""

import itertools
import struct
import zlib
from io import BytesIO
from random import Random

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from articles import imaging
from articles.imaging import (
    RefusedImage,
    accept_master,
    clean_upload,
    difference_hash,
    distance,
    rendition_widths,
    renditions,
)

ORIENTATION, GPS, ARTIST = 0x0112, 0x8825, 0x013B


def make_picture(size=(64, 40), mode="RGB"):
    """A picture that differs in its four corners, so that turning or mirroring it shows."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    middle_x, middle_y = size[0] // 2, size[1] // 2
    draw.rectangle((0, 0, middle_x - 1, middle_y - 1), "red")
    draw.rectangle((middle_x, 0, size[0], middle_y - 1), "lime")
    draw.rectangle((0, middle_y, middle_x - 1, size[1]), "blue")
    return picture.convert(mode)


def saved(picture, format="JPEG", **options):
    target = BytesIO()
    picture.save(target, format, **options)
    return target.getvalue()


def opened(data):
    return Image.open(BytesIO(data))


def corners(data):
    """The four corners in words, clockwise from the top left; rounded, as JPEG moves colours a little."""
    image = opened(data).convert("RGB")
    right, bottom = image.width - 3, image.height - 3
    names = {(255, 0, 0): "red", (0, 255, 0): "lime", (255, 255, 255): "white", (0, 0, 255): "blue"}
    places = [(2, 2), (right, 2), (right, bottom), (2, bottom)]
    return [names[tuple(255 * round(c / 255) for c in image.getpixel(place))] for place in places]


def png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_png_chunk(data, name, body):
    """The chunk goes before IEND, which is the last twelve bytes."""
    return data[:-12] + png_chunk(name, body) + data[-12:]


def png_of(width, height, rows, *, interlace=0, more_header=b"", cut=None):
    """A grey PNG; each row is a filter byte (0: none) and a byte a pixel."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlace) + more_header
    stream = png_chunk(b"IDAT", zlib.compress(rows, 9)[:cut])
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + stream + png_chunk(b"IEND", b"")


def refusal(function, data):
    with pytest.raises(RefusedImage) as caught:
        function(data)
    return str(caught.value)


@pytest.fixture(autouse=True)
def messages_in_english(monkeypatch):
    monkeypatch.setattr(imaging, "_", lambda message: message)


DAMAGED = (
    "This image is damaged or incomplete. Send it again, or open it in an image editor and save it anew."
)
NOT_AN_IMAGE = (
    "This file is not a JPEG, PNG, WebP or AVIF image, whatever its name says. "
    "Open it in an image editor and save it as JPEG or PNG."
)
ANIMATED = "This image is animated, and readers could not stop it. Save one of its pictures and send that."


def not_ours(what):
    return (
        f"This image was not exported by this site, or was changed since ({what}). "
        "Add it as a new image, which cleans it."
    )


# What editors send


@pytest.mark.parametrize("format", imaging.FORMATS)
def test_every_allowed_format_becomes_a_jpeg_of_the_same_size_and_content(format):
    master = clean_upload(saved(make_picture(), format, quality=95))

    assert (master.type, master.width, master.height) == ("image/jpeg", 64, 40)
    assert opened(master.data).format == "JPEG"
    assert corners(master.data) == ["red", "lime", "white", "blue"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_stored_upright_however_the_camera_was_held(orientation):
    # How each orientation lies in the file: the inverse of what shows it upright.
    lying = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = make_picture()
    if orientation in lying:
        picture = picture.transpose(lying[orientation])
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    master = clean_upload(saved(picture, exif=exif, quality=95))

    assert (master.width, master.height) == (64, 40)
    assert corners(master.data) == ["red", "lime", "white", "blue"]


def test_a_large_photograph_held_sideways_is_reduced_by_its_upright_width():
    exif = Image.Exif()
    exif[ORIENTATION] = 6

    master = clean_upload(saved(Image.new("RGB", (1200, 4800)), exif=exif))

    assert (master.width, master.height) == (2400, 600)


def test_place_author_comment_and_profile_do_not_survive():
    exif = Image.Exif()
    exif[ARTIST] = "Ada Lovelace"
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 30.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(
        make_picture(),
        exif=exif,
        icc_profile=profile,
        comment=b"taken at home",
        xmp=b"<x:xmpmeta>Ada Lovelace</x:xmpmeta>",
        dpi=(300, 300),
    )
    assert opened(data).getexif().get_ifd(GPS) == {1: "N", 2: (48.0, 51.0, 30.0)}

    clean = clean_upload(data).data

    assert sorted(opened(clean).info) == ["jfif", "jfif_density", "jfif_unit", "jfif_version"]
    assert [word for word in (b"Exif", b"Lovelace", b"home", b"ICC", b"xmp") if word in clean] == []


@pytest.mark.parametrize("hidden", [{"comment": b"taken at home"}, {"icc_profile": b"taken at home"}])
def test_what_pillow_would_copy_by_itself_does_not_survive(hidden):
    assert b"home" not in clean_upload(saved(make_picture(), **hidden)).data


def test_text_chunks_of_a_png_do_not_survive():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ada Lovelace")
    text.add_itxt("Comment", "at home")
    picture = make_picture(mode="RGBA")
    picture.putalpha(100)

    clean = clean_upload(saved(picture, "PNG", pnginfo=text, dpi=(300, 300))).data

    assert opened(clean).info == {}
    assert b"Lovelace" not in clean


def test_a_web_page_hidden_behind_the_picture_does_not_survive():
    data = saved(make_picture()) + b"<html><script>alert(1)</script></html>"

    assert b"<script>" not in clean_upload(data).data


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*\xff\xff\xff\xff no directory", b"Exif\0\0no header"])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_does_not_refuse_a_good_photograph(format, exif):
    data = saved(make_picture(), format, exif=exif, quality=95)

    assert corners(clean_upload(data).data) == ["red", "lime", "white", "blue"]


def test_a_phone_picture_with_a_second_picture_behind_it_is_not_an_animation():
    depth = Image.new("L", (64, 40))
    data = saved(make_picture(), "MPO", save_all=True, append_images=[depth], quality=95)
    assert opened(data).is_animated

    assert corners(clean_upload(data).data) == ["red", "lime", "white", "blue"]


def test_the_colour_profile_is_applied_before_it_is_dropped():
    # In this profile the curves are linear, so that the middle of the scale is much lighter than in sRGB.
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for curve in (b"rTRC", b"gTRC", b"bTRC"):
        entry = linear.index(curve)
        offset = struct.unpack_from(">I", linear, entry + 4)[0]
        body = b"curv" + bytes(8)
        linear = linear[:offset] + body + linear[offset + len(body) :]
    grey = Image.new("RGB", (16, 16), (128, 128, 128))

    assert opened(clean_upload(saved(grey, "PNG", icc_profile=linear)).data).getpixel((8, 8)) == (
        188,
        188,
        188,
    )
    assert opened(clean_upload(saved(grey, "PNG", icc_profile=b"junk")).data).getpixel((8, 8)) == (
        128,
        128,
        128,
    )


def test_ink_colours_become_screen_colours():
    data = saved(make_picture(mode="CMYK"), quality=95)
    assert opened(data).mode == "CMYK"

    master = clean_upload(data)

    assert opened(master.data).mode == "RGB"
    assert corners(master.data) == ["red", "lime", "white", "blue"]


def test_sixteen_bits_become_eight_without_burning_out():
    grey = Image.new("I;16", (16, 16), 128 * 256)

    image = opened(clean_upload(saved(grey, "PNG")).data)

    assert (image.mode, image.getpixel((8, 8))) == ("L", 128)


def test_a_palette_becomes_colours():
    picture = make_picture().quantize(8)

    assert corners(clean_upload(saved(picture, "PNG")).data) == ["red", "lime", "white", "blue"]


def test_a_png_that_lost_its_palette_is_refused():
    data = saved(make_picture().quantize(8), "PNG")
    start = data.index(b"PLTE") - 4
    length = struct.unpack_from(">I", data, start)[0] + 12

    assert refusal(clean_upload, data[:start] + data[start + length :]) == DAMAGED


def test_one_bit_becomes_grey():
    image = opened(clean_upload(saved(Image.new("1", (16, 16), 1), "PNG")).data)

    assert (image.mode, image.getpixel((8, 8))) == ("L", 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB"])
def test_what_is_see_through_stays_so_in_a_png(mode):
    picture = Image.new("RGBA", (16, 16), (255, 255, 255, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 8, 16))
    options = {"transparency": (0, 0, 0)} if mode == "RGB" else {}

    master = clean_upload(saved(picture.convert(mode), "PNG", **options))

    image = opened(master.data).convert("RGBA")
    assert (master.type, image.getpixel((2, 2))[3], image.getpixel((12, 2))) == (
        "image/png",
        0,
        (255, 255, 255, 255),
    )


def test_an_alpha_channel_that_hides_nothing_is_left_out():
    assert clean_upload(saved(make_picture(mode="RGBA"), "PNG")).type == "image/jpeg"


def test_one_pixel_is_an_image():
    master = clean_upload(saved(Image.new("RGB", (1, 1), "red"), "PNG"))

    assert (master.width, master.height) == (1, 1)
    assert [name.rpartition("-")[2] for name, _ in renditions(master)] == ["1.avif", "1.webp", "1.jpg"]


def test_a_very_tall_image_is_reduced_to_what_every_format_can_hold():
    master = clean_upload(saved(Image.new("L", (1, 20_000)), "PNG"))

    assert (master.width, master.height) == (1, 9600)
    assert [opened(data).size for _, data in renditions(master)] == [(1, 9600)] * 3


def test_a_large_see_through_image_is_reduced_by_its_surface():
    master = clean_upload(saved(Image.new("LA", (2_000, 4_000), (0, 100)), "PNG"))

    assert (master.type, master.width, master.height) == ("image/png", 1732, 3464)


def test_a_large_image_is_reduced_to_the_width_of_a_master():
    master = clean_upload(saved(Image.new("RGB", (4000, 1000))))

    assert (master.width, master.height) == (2400, 600)


def test_a_master_that_would_be_too_heavy_is_reduced_until_it_can_be_imported_again(monkeypatch):
    noise = Image.effect_noise((200, 200), 100).convert("RGBA")
    noise.putalpha(Image.effect_noise((200, 200), 100))
    data = saved(noise, "WEBP", quality=50)
    monkeypatch.setattr(imaging, "MAX_BYTES", len(data))

    master = clean_upload(data)

    assert (master.width < 200, accept_master(master.data)) == (True, master)


# What is refused


def test_an_empty_file_is_refused():
    assert refusal(clean_upload, b"") == "This file is empty. Choose it again, or send another one."


def test_arbitrary_bytes_are_refused():
    assert refusal(clean_upload, bytes(range(1, 256)) * 40) == NOT_AN_IMAGE


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF"])
def test_an_animation_is_refused(format):
    data = saved(
        make_picture(), format, save_all=True, append_images=[Image.new("RGB", (64, 40))], duration=100
    )

    assert refusal(clean_upload, data) == ANIMATED


@pytest.mark.parametrize("format", imaging.FORMATS)
def test_a_truncated_file_is_refused(format):
    data = saved(Image.effect_noise((200, 200), 100), format)

    assert [refusal(clean_upload, data[: len(data) * part // 10]) for part in (5, 9)] == [DAMAGED, DAMAGED]


def test_a_png_without_its_end_is_refused():
    assert refusal(clean_upload, saved(make_picture(), "PNG")[:-12]) == DAMAGED


def test_a_png_with_a_wrong_sum_is_refused():
    data = bytearray(saved(make_picture(), "PNG"))
    data[-20] ^= 1

    assert refusal(clean_upload, bytes(data)) == DAMAGED


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [5_001, 10_000])
def test_a_bomb_that_pillow_would_open_is_refused(side):
    # Pillow says nothing up to 89 million pixels, and only warns up to 179.
    bomb = png_of(side, side, bytes((side + 1) * side))
    assert len(bomb) < 200_000

    assert refusal(clean_upload, bomb) == (
        f"This image measures {side} × {side} pixels, which is too much. Reduce it and send it again."
    )


@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 20_000])
def test_a_bomb_that_pillow_refuses_is_refused_in_our_words(side):
    # Its size is in the header; no matter that the pixels are missing.
    assert refusal(clean_upload, png_of(side, side, bytes(1000))) == (
        "This image has more than 40 million pixels. Reduce it and send it again."
    )


def test_a_heavy_file_is_refused_unread():
    data = saved(make_picture()) + bytes(imaging.MAX_BYTES)

    assert refusal(clean_upload, data) == (
        "This file is larger than 10 MB. Reduce the image, or save it with a lower quality."
    )


def test_a_jpeg_that_paints_itself_over_and_over_is_refused():
    data = saved(make_picture(), progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]

    # A stray byte before each scan: libjpeg steps over it, and so must the count.
    once, often = (data[:-2] + (b"\0" + last_scan) * n + data[-2:] for n in (1, imaging.MAX_JPEG_SCANS))
    assert clean_upload(once).width == 64
    assert refusal(clean_upload, often) == DAMAGED


@pytest.mark.parametrize("stuffing", [b"\xff\xfe\0\2", b"\xff"], ids=["empty comments", "fillers"])
def test_a_jpeg_of_countless_empty_parts_is_refused_unread(stuffing):
    data = saved(make_picture())

    few, many = (data[:2] + stuffing * n + data[2:] for n in (100, imaging.MAX_JPEG_SEGMENTS))
    assert clean_upload(few).width == 64
    assert refusal(clean_upload, many) == DAMAGED


def test_a_photograph_may_be_larger_than_what_has_to_be_opened_whole():
    # A JPEG is reduced while it is read.
    assert clean_upload(saved(Image.new("L", (6_000, 5_000)))).width == 2400


# What comes back in an import


def masters():
    alpha = make_picture(mode="RGBA")
    alpha.putalpha(100)
    exif = Image.Exif()
    exif[GPS] = {1: "N"}
    return {
        "photograph": saved(make_picture((900, 700)), exif=exif),
        "noise": saved(Image.effect_noise((200, 200), 100)),
        "grey": saved(make_picture(mode="L"), "PNG"),
        "see-through": saved(alpha, "PNG"),
        "see-through grey": saved(alpha.convert("LA"), "WEBP", lossless=True),
        "palette": saved(alpha.quantize(8), "PNG"),
        "one pixel": saved(Image.new("RGB", (1, 1)), "AVIF"),
        "tall": saved(Image.new("L", (1, 20_000)), "PNG"),
    }


@pytest.mark.parametrize("name", masters())
def test_a_master_that_was_exported_comes_back_byte_for_byte(name):
    master = clean_upload(masters()[name])

    assert accept_master(master.data) == master


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("APP1 (EXIF, XMP)", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
        ("APP1 (EXIF, XMP)", {"xmp": b"<x/>"}),
        ("APP2 (ICC)", {"icc_profile": b"profile"}),
        ("COM", {"comment": b"hello"}),
    ],
)
def test_a_jpeg_that_says_more_than_its_pixels_is_not_taken_back(what, options):
    assert refusal(accept_master, saved(make_picture(), **options)) == not_ours(what)


def test_a_jpeg_with_bytes_outside_of_its_picture_is_not_taken_back():
    data = saved(make_picture())
    thumbnail = data.replace(
        b"\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0", b"\0\x13JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01abc"
    )
    assert len(thumbnail) == len(data) + 3

    assert refusal(accept_master, data + b"<html>") == not_ours("EOI + 6")
    assert refusal(accept_master, thumbnail) == not_ours("0xE0")
    assert refusal(accept_master, data[:-2] + b"\xff\xed\0\x04ab" + data[-2:]) == not_ours("APP13 (IPTC)")


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME", b"pHYs", b"prVt"])
def test_a_png_that_says_more_than_its_pixels_is_not_taken_back(name):
    body = {
        b"zTXt": b"a\0\0" + zlib.compress(b"b"),
        b"iTXt": b"a\0\0\0\0\0b",
        b"iCCP": b"a\0\0" + zlib.compress(b"b"),
        b"pHYs": struct.pack(">IIB", 1, 1, 0),
    }.get(name, b"a\0bcdef")

    assert refusal(accept_master, with_png_chunk(saved(make_picture(), "PNG"), name, body)) == not_ours(
        name.decode()
    )


def test_a_png_with_bytes_outside_of_its_picture_is_not_taken_back():
    rows = b"\0abcd" * 4
    good, more, less = (png_of(4, 4, part) for part in (rows, rows + b"<html>", rows[:-1]))
    behind = png_chunk(b"IDAT", b"<html>")
    assert accept_master(good).width == 4

    assert refusal(accept_master, good + b"<html>") == not_ours("IEND + 6")
    assert refusal(accept_master, more) == not_ours("IDAT")
    assert refusal(accept_master, good[:-12] + behind + good[-12:]) == not_ours("IDAT")
    assert refusal(accept_master, less) == not_ours("IDAT")
    assert refusal(accept_master, png_of(4, 4, rows, cut=-4)) == not_ours("IDAT")
    assert refusal(accept_master, png_of(4, 4, rows, more_header=b"<html>")) == not_ours("IHDR")
    assert refusal(accept_master, with_png_chunk(good, b"IHDR", good[16:29])) == not_ours("IHDR")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(saved(make_picture(), "WEBP"), not_ours("signature"), id="WebP"),
        pytest.param(saved(make_picture(), "AVIF"), not_ours("signature"), id="AVIF"),
        pytest.param(b"<html>", not_ours("signature"), id="HTML"),
        pytest.param(b"", not_ours("signature"), id="empty"),
        pytest.param(saved(make_picture(mode="CMYK")), not_ours("CMYK"), id="ink"),
        pytest.param(saved(make_picture(mode="P"), "PNG"), not_ours("P"), id="palette"),
        pytest.param(saved(Image.new("I;16", (4, 4)), "PNG"), not_ours("I;16"), id="16 bits"),
        pytest.param(
            saved(make_picture(), "PNG", save_all=True, append_images=[Image.new("RGB", (64, 40))]),
            not_ours("acTL"),
            id="animation",
        ),
        pytest.param(saved(make_picture())[:-200], DAMAGED, id="truncated JPEG"),
        pytest.param(saved(make_picture())[:-2], DAMAGED, id="JPEG without its end"),
        pytest.param(
            saved(make_picture())[:-2] + bytes(99), DAMAGED, id="JPEG with something else as its end"
        ),
        pytest.param(saved(make_picture(), "PNG")[:-20], DAMAGED, id="truncated PNG"),
        pytest.param(png_of(4, 4, b"\x09abcd" * 4), DAMAGED, id="PNG with rows that mean nothing"),
        pytest.param(png_of(1, 1, b"\0a", interlace=1), not_ours("IHDR"), id="interlaced PNG"),
        pytest.param(
            png_of(1, 20_000, b"\0a" * 20_000),
            "This image measures 1 × 20000 pixels, which is too much. Reduce it and send it again.",
            id="too tall for WebP",
        ),
    ],
)
def test_what_we_would_never_have_exported_is_not_taken_back(data, reason):
    assert refusal(accept_master, data) == reason


def test_a_jpeg_that_can_be_resumed_in_the_middle_is_taken_back():
    # Restart markers stand inside of the scan.
    assert accept_master(saved(make_picture(), restart_marker_blocks=1)).width == 64


# What readers get


def test_the_widths_are_those_wanted_and_never_wider_than_the_master():
    assert {width: rendition_widths(width) for width in (1, 480, 500, 800, 1200, 1600, 2400)} == {
        1: [1],
        480: [480],
        500: [480, 500],
        800: [480, 800],
        1200: [480, 800, 1200],
        1600: [480, 800, 1600],
        2400: [480, 800, 1600],
    }


def test_each_width_comes_in_three_formats_named_after_the_content():
    master = clean_upload(saved(make_picture((900, 450))))
    key = master.sha256[:16]

    files = dict(renditions(master))

    assert {name: (opened(data).format, *opened(data).size) for name, data in files.items()} == {
        f"{key}-480.avif": ("AVIF", 480, 240),
        f"{key}-480.webp": ("WEBP", 480, 240),
        f"{key}-480.jpg": ("JPEG", 480, 240),
        f"{key}-800.avif": ("AVIF", 800, 400),
        f"{key}-800.webp": ("WEBP", 800, 400),
        f"{key}-800.jpg": ("JPEG", 800, 400),
        f"{key}-900.avif": ("AVIF", 900, 450),
        f"{key}-900.webp": ("WEBP", 900, 450),
        f"{key}-900.jpg": ("JPEG", 900, 450),
    }
    assert [corners(data) for data in files.values()] == [["red", "lime", "white", "blue"]] * 9
    assert dict(renditions(master)) == files


def test_a_very_flat_image_keeps_a_line():
    sizes = [opened(data).size for _, data in renditions(accept_master(png_of(2400, 1, bytes(2401))))]

    assert sizes == [(480, 1)] * 3 + [(800, 1)] * 3 + [(1600, 1)] * 3


def test_what_is_see_through_stays_so_in_every_format():
    picture = Image.new("LA", (16, 16), (255, 255))
    picture.paste((0, 0), (0, 0, 8, 16))

    files = dict(renditions(clean_upload(saved(picture, "PNG"))))

    assert [name.rpartition(".")[2] for name in files] == ["avif", "webp", "png"]
    # Lossy formats move alpha by a step or two of 255, which nobody sees.
    opacity = [
        [round(opened(data).convert("RGBA").getpixel((x, 2))[3] / 255, 1) for x in (2, 13)]
        for data in files.values()
    ]
    assert opacity == [[0, 1], [0, 1], [0, 1]]


# What looks the same


def detailed(seed=1, size=(900, 600)):
    """Something like a photograph: shades that change from place to place."""
    noise = Image.frombytes("L", (12, 8), Random(seed).randbytes(96)).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", [noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])


def test_the_same_picture_smaller_or_encoded_anew_has_nearly_the_same_hash():
    picture = detailed()
    first = difference_hash(clean_upload(saved(picture, quality=95)))
    others = [
        saved(picture, quality=40),
        saved(picture.resize((450, 300))),
        saved(picture.resize((1200, 800)), "WEBP", quality=60),
        saved(picture, "AVIF"),
        saved(picture.convert("L"), "PNG"),
        saved(picture.convert("RGBA"), "PNG"),
    ]

    far = [distance(first, difference_hash(clean_upload(other))) for other in others]

    assert [each for each in far if each > 6] == []


def test_other_pictures_have_hashes_far_away():
    hashes = [difference_hash(clean_upload(saved(detailed(seed)))) for seed in range(6)]

    near = [pair for pair in itertools.combinations(hashes, 2) if distance(*pair) <= 12]

    assert near == []


def test_what_is_see_through_is_compared_as_it_looks_on_paper():
    picture = make_picture((300, 200), "RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((300, 200)))
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)

    hashes = [difference_hash(clean_upload(saved(each, "PNG"))) for each in (picture, paper)]

    assert distance(*hashes) <= 2


def test_pillows_own_limits_are_left_to_others():
    before = Image.MAX_IMAGE_PIXELS

    clean_upload(saved(make_picture()))

    assert before == Image.MAX_IMAGE_PIXELS
