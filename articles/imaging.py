"""
Pictures as bytes: what editors send becomes one clean master, and the master becomes what readers get.

Pure functions over Pillow, no models. An upload is hostile until it has been decoded and written again by us:
a photograph carries the place where it was taken, a small file can unfold to gigabytes, and a valid JPEG can
be a valid web page too. Pillow's own limits are module globals, shared by all threads, so they are left
alone: Pillow reads the size from the header before it decodes anything, and we refuse it there.
"""

import hashlib
import math
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, UnidentifiedImageError

# What a phone or a camera sends as JPEG; more is a scan or a mistake. Keep the web server's limit above it.
MAX_BYTES = 10 * 1024 * 1024

# A JPEG decoder reduces while it reads: 150 MB for a photograph at this limit, 340 for the worst. The others open
# the picture whole, WebP's in four copies: 450 MB at theirs. Pillow itself only refuses from 179 million on.
MAX_PIXELS = 40_000_000
MAX_PIXELS_OPENED_WHOLE = 25_000_000

# Raster formats that browsers and editors use. No GIF (animations), no TIFF, no SVG (it is a program).
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")

# A phone, a phone with a dense screen or the text column, the column on a dense screen.
WIDTHS = (480, 800, 1600)

# Masters are kept for ever, exported and backed up: half as much again as the widest file served is enough.
MASTER_MAX_WIDTH = 2400

# Room for a tall diagram. WebP ends at WEBP_MAX_SIDE, and encoding time grows with the surface.
MASTER_MAX_HEIGHT = 9600
WEBP_MAX_SIDE = 16_383

# What is see-through is kept as PNG, and a second goes by for every million pixels of noise: 2400 × 2500.
MASTER_MAX_PIXELS_SEE_THROUGH = 6_000_000

# Cameras write about ten; each costs a pass over all pixels, and a hostile scan is a few hundred bytes long.
MAX_JPEG_SCANS = 40

# A long profile and long notes take some hundreds. Ten megabytes of empty ones took Pillow 5 s and 360 MB.
MAX_JPEG_SEGMENTS = 2000

# The type of a master says in which format browsers without AVIF and WebP get it.
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}

# At these qualities a photograph is hard to tell from its master. AVIF at speed 8 takes four times as long as
# at 9 for a file at most a tenth smaller, and the editor waits for it.
AVIF = {"format": "AVIF", "quality": 60, "speed": 9}
WEBP = {"format": "WEBP", "quality": 78, "method": 4}
JPEG = {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True}
PNG = {"format": "PNG"}

# 4:4:4 keeps coloured lines and letters sharp: every rendition is made from this file.
MASTER_JPEG = {"format": "JPEG", "quality": 88, "subsampling": "4:4:4", "optimize": True}

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)

_JPEG_START = b"\xff\xd8"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_SOI, _EOI, _SOS, _APP0 = 0xD8, 0xD9, 0xDA, 0xE0
# What it takes to decode: frames (baseline, extended, progressive), Huffman and quantisation tables, restart.
_JPEG_NEEDED = {_SOI, _EOI, _SOS, 0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD}
_JPEG_NAMES = {0xE1: "APP1 (EXIF, XMP)", 0xE2: "APP2 (ICC)", 0xED: "APP13 (IPTC)", 0xFE: "COM"}
_JPEG_WITHOUT_BODY = {0x01, _SOI, *range(0xD0, 0xD8)}
# A scan ends at the first FF that neither escapes itself (00) nor restarts the decoder (D0–D7).
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_PNG_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}

# What editors send by mistake, told by its first bytes: the reason names it, whatever the file is called.
_FOREIGN = {
    "HEIC": re.compile(rb"....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)", re.DOTALL),
    "GIF": re.compile(rb"GIF8"),
    "TIFF": re.compile(rb"II\*\0|MM\0\*"),
    "Photoshop": re.compile(rb"8BPS"),
    "BMP": re.compile(rb"BM.{4}\0{4}", re.DOTALL),
    "ICO": re.compile(rb"\0\0[\1\2]\0"),
    "PDF": re.compile(rb"%PDF-"),
    "SVG": re.compile(rb"\s*<(?=.*<svg|svg)", re.DOTALL | re.IGNORECASE),
    "HTML": re.compile(rb"\s*<(!doctype|html|head|body|script)", re.IGNORECASE),
}


class RefusedImage(ValueError):
    """An image that we do not take; the message tells the editor what is wrong and what to do."""


@dataclass(frozen=True)
class Master:
    """The file that is kept: upright, sRGB, 8 bits, without a word about who took it where."""

    data: bytes
    type: str  # "image/jpeg", or "image/png" when it is see-through somewhere
    width: int
    height: int
    sha256: str


def clean_upload(data: bytes) -> Master:
    """Decode what an editor sent and write it again, so that nothing but pixels survives."""
    image = _open(data, FORMATS)
    # Some phones write MPO: a JPEG with further pictures (depth, brightness) behind it. That is no film.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise RefusedImage(
            _(
                "This image is animated, and readers could not stop it. "
                "Save one of its pictures and send that."
            )
        )
    orientation = _orientation(image)
    limits = (MASTER_MAX_WIDTH, MASTER_MAX_HEIGHT)
    size = _fitted(image.size, limits[::-1] if orientation in _SIDEWAYS else limits)
    profile = image.info.get("icc_profile")
    image.draft(None, size)  # lets the JPEG decoder leave out what the reduction would throw away
    with _hostile_bytes():
        image.load()
        image = _flat_mode(image)
    if image.mode in ("LA", "RGBA"):
        size = _within(size, MASTER_MAX_PIXELS_SEE_THROUGH / (size[0] * size[1]))
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    image = _to_srgb(image, profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])

    type, settings = ("image/png", PNG) if image.mode in ("LA", "RGBA") else ("image/jpeg", MASTER_JPEG)
    # Noise grows when it is written again; what we keep must pass our own limit when it is imported.
    while len(clean := _encoded(image, settings)) > MAX_BYTES:
        image = image.resize(_within(image.size, 0.8 * MAX_BYTES / len(clean)), Image.Resampling.LANCZOS)
    return _master(clean, type, image.size)


def accept_master(data: bytes) -> Master:
    """
    Take back a master that we exported, to the byte, so that export → import → export changes nothing.

    The bytes are kept and later served as they are. So what may stand in them is an allow-list: whatever is
    not needed to decode the picture refuses the file, where clean_upload() would drop it.
    """
    if data.startswith(_JPEG_START):
        type, format, modes = "image/jpeg", "JPEG", ("L", "RGB")
    elif data.startswith(_PNG_START):
        type, format, modes = "image/png", "PNG", ("L", "LA", "RGB", "RGBA")
    else:
        raise RefusedImage(_not_ours("signature"))
    image = _open(data, (format,))
    if max(image.size) > WEBP_MAX_SIDE:
        raise RefusedImage(_too_large(image.size))
    if image.mode not in modes:
        raise RefusedImage(_not_ours(image.mode))
    if format == "JPEG":
        _refuse_extras_in_jpeg(data)
    else:
        _refuse_extras_in_png(data)
    with _hostile_bytes():
        image.load()
    return _master(data, type, image.size)


def difference_hash(master: Master) -> str:
    """
    64 bits in 16 hexadecimal digits that stay nearly the same when a picture is resized or encoded anew.

    Each says whether one of 8 × 8 places is darker than the one to its right (Krawetz, «Kind of Like That», 2013).
    """
    with Image.open(BytesIO(master.data), formats=("JPEG", "PNG")) as image:
        image.draft("L", (72, 64))  # a JPEG decoder leaves out what the reduction would throw away
        small = image.convert("LA").resize((9, 8), Image.Resampling.BOX)
    grey = Image.new("LA", small.size, (255, 255))
    grey.alpha_composite(small)
    light = grey.getchannel("L").tobytes()
    bits = 0
    for row in range(0, 72, 9):
        for place in range(row, row + 8):
            bits = bits << 1 | (light[place] < light[place + 1])
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """How many of the 64 bits of two difference hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def rendition_widths(width: int) -> list[int]:
    """The widths made from a master that wide: those wanted, cut to its own, as nothing is enlarged."""
    return sorted({min(width, wanted) for wanted in WIDTHS})


def rendition_name(sha256: str, width: int, extension: str) -> str:
    """The same picture has the same name everywhere: files can be cached for ever, made again when lost."""
    return f"{sha256[:16]}-{width}.{extension}"


def renditions(master: Master) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of what readers get: every width in AVIF, in WebP and in the master's own format."""
    fallback = JPEG if master.type == "image/jpeg" else PNG
    formats = {"avif": AVIF, "webp": WEBP, EXTENSIONS[master.type]: fallback}
    with Image.open(BytesIO(master.data), formats=("JPEG", "PNG")) as image:
        image.load()
        for width in rendition_widths(master.width):
            size = (width, max(1, round(master.height * width / master.width)))
            small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
            for extension, settings in formats.items():
                yield rendition_name(master.sha256, width, extension), _encoded(small, settings)


def _open(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Read the header, refuse by size before a pixel is decoded, check the sums; the result is not loaded."""
    if not data:
        raise RefusedImage(_("This file is empty. Choose it again, or send another one."))
    if len(data) > MAX_BYTES:
        raise RefusedImage(
            _("This file is larger than %(limit)d MB. Reduce the image, or save it with a lower quality.")
            % {"limit": MAX_BYTES // 1024**2}
        )
    if data.startswith(_JPEG_START):
        _refuse_costly_jpeg(data)
    try:
        with _hostile_bytes():
            image = Image.open(BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        raise RefusedImage(_unreadable(data)) from None
    reduced = image.format in ("JPEG", "MPO")
    if image.width * image.height > (MAX_PIXELS if reduced else MAX_PIXELS_OPENED_WHOLE):
        raise RefusedImage(_too_large(image.size))
    with _hostile_bytes():
        image.verify()  # checks the sums of a PNG to its end, and leaves the object unusable
        return Image.open(BytesIO(data), formats=formats)


@contextmanager
def _hostile_bytes() -> Iterator[None]:
    """Decoders raise whatever they stumble over, down to AssertionError; to the editor it is all the same."""
    try:
        yield
    except UnidentifiedImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedImage(_too_large()) from error
    except Exception as error:
        raise RefusedImage(_broken()) from error


def _orientation(image: Image.Image) -> int:
    """How the camera was held. Broken EXIF loses this one hint, and is no reason to refuse a photograph."""
    try:
        return image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:
        return 1


def _fitted(size: tuple[int, int], limits: tuple[int, int]) -> tuple[int, int]:
    scale = min(1, limits[0] / size[0], limits[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _within(size: tuple[int, int], share: float) -> tuple[int, int]:
    """The size that has no more than this share of the surface."""
    side = min(1, math.sqrt(share))
    return max(1, int(size[0] * side)), max(1, int(size[1] * side))


def _flat_mode(image: Image.Image) -> Image.Image:
    """Grey, RGB or CMYK of eight bits a channel: reducing and colour conversion need real colours."""
    if image.mode.startswith("I"):  # 16-bit grey; a colour key in it has no 8-bit meaning and is dropped
        return image.point(lambda value: value / 256).convert("L")
    if image.mode not in ("LA", "RGBA") and image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    # Screenshots have an alpha channel that hides nothing, and weigh five times more with it.
    if image.mode in ("LA", "RGBA") and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert(image.mode.removesuffix("A"))
    return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply the colour profile, as it is about to be dropped; a broken or foreign one is passed over."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image if alpha is None else image.convert(image.mode.removesuffix("A"))
    if profile:
        with suppress(Exception):  # a profile is as hostile as the rest of the file, and less needed
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            mode = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}[source.profile.xcolor_space]
            if (colours.mode, mode) == ("L", "RGB"):
                colours = colours.convert("RGB")
            if colours.mode == mode:
                srgb = ImageCms.createProfile("sRGB")
                colours = ImageCms.profileToProfile(colours, source, srgb, outputMode="RGB")
    if colours.mode == "CMYK":
        colours = colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _encoded(image: Image.Image, settings: dict) -> bytes:
    # Pillow writes back what it finds in `info` (comment, profile, colour key), so the copy starts empty.
    bare = image.copy()
    bare.info = {}
    target = BytesIO()
    bare.save(target, **settings)
    return target.getvalue()


def _master(data: bytes, type: str, size: tuple[int, int]) -> Master:
    return Master(data, type, *size, hashlib.sha256(data).hexdigest())


def _refuse_costly_jpeg(data: bytes) -> None:
    """Pillow walks the segments in Python and libjpeg paints every scan: neither has a limit of its own."""
    scans = 0
    for number, (marker, _body) in enumerate(_jpeg_segments(data)):
        scans += marker == _SOS
        if scans > MAX_JPEG_SCANS or number > MAX_JPEG_SEGMENTS:
            raise RefusedImage(_broken())


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers and their bodies, read as leniently as libjpeg does; stray bytes come as marker 0."""
    at = 0
    while at < len(data):
        marker = data[at + 1] if data[at] == 0xFF and at + 1 < len(data) else 0
        if marker == 0xFF:  # a filler before a marker
            yield 0xFF, b""
            at += 1
        elif marker == 0:
            stray, at = at, data.find(b"\xff", at + 1)
            at = len(data) if at < 0 else at
            yield 0, data[stray:at]
        elif marker == _EOI:
            yield _EOI, b""
            if data[at + 2 :]:
                yield 0, data[at + 2 :]
            return
        elif marker in _JPEG_WITHOUT_BODY:
            yield marker, b""
            at += 2
        else:
            end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
            yield marker, data[at + 4 : end]
            at = end
            if marker == _SOS:
                following = _END_OF_SCAN.search(data, at)
                at = following.start() if following else len(data)


def _refuse_extras_in_jpeg(data: bytes) -> None:
    last = None
    for marker, body in _jpeg_segments(data):
        if marker == 0:
            raise RefusedImage(_not_ours(f"EOI + {len(body)}"))
        # JFIF states the resolution in 14 bytes; more is a thumbnail, that is a second picture.
        if marker not in _JPEG_NEEDED and not (marker == _APP0 and body[:5] == b"JFIF\0" and len(body) == 14):
            raise RefusedImage(_not_ours(_JPEG_NAMES.get(marker, f"0x{marker:X}")))
        last = marker
    if last != _EOI:
        raise RefusedImage(_broken())


def _refuse_extras_in_png(data: bytes) -> None:
    at, pixels, header = len(_PNG_START), [], b""
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += length + 12
        if name == b"IEND":
            break
        if name == b"IHDR" and not header:
            header = body
        elif name == b"IDAT":
            pixels.append(body)
        else:
            raise RefusedImage(_not_ours(name.decode("ascii", "replace")))
    if at != len(data):
        raise RefusedImage(_not_ours(f"IEND + {len(data) - at}"))

    if len(header) != 13:
        raise RefusedImage(_not_ours("IHDR"))
    width, height, depth, colour, _compression, _filter, interlace = struct.unpack(">IIBBBBB", header)
    if depth != 8 or interlace or colour not in _PNG_CHANNELS:
        raise RefusedImage(_not_ours("IHDR"))
    # Decoders stop reading at the last pixel: text can hide behind it, inside the stream or after it.
    expected = height * (1 + width * _PNG_CHANNELS[colour])
    stream = zlib.decompressobj()
    try:
        inflated = len(stream.decompress(b"".join(pixels), expected + 1))
    except zlib.error as error:
        raise RefusedImage(_broken()) from error
    if not stream.eof or inflated != expected or stream.unused_data:
        raise RefusedImage(_not_ours("IDAT"))


def _unreadable(data: bytes) -> str:
    if data.startswith((_JPEG_START, _PNG_START)) or data[4:12] in (b"ftypavif", b"ftypavis"):
        return _broken()
    name = next((name for name, start in _FOREIGN.items() if start.match(data[:1000])), None)
    if name == "HEIC":
        return _(
            "This is a HEIC photograph, which browsers do not show. Export it as JPEG; "
            "an iPhone takes JPEG under Settings › Camera › Formats › Most Compatible."
        )
    if name:
        return _(
            "This is a %(format)s file, whatever its name says. "
            "Open it in an image editor and save it as JPEG or PNG."
        ) % {"format": name}
    return _(
        "This file is not a JPEG, PNG, WebP or AVIF image, whatever its name says. "
        "Open it in an image editor and save it as JPEG or PNG."
    )


def _broken() -> str:
    return _(
        "This image is damaged or incomplete. Send it again, or open it in an image editor and save it anew."
    )


def _too_large(size: tuple[int, int] | None = None) -> str:
    if not size:
        return _("This image has more than %(limit)d million pixels. Reduce it and send it again.") % {
            "limit": MAX_PIXELS // 1_000_000
        }
    return _(
        "This image measures %(width)d × %(height)d pixels, which is too much. Reduce it and send it again."
    ) % {
        "width": size[0],
        "height": size[1],
    }


def _not_ours(what: str) -> str:
    return _(
        "This image was not exported by this site, or was changed since (%(what)s). "
        "Add it as a new image, which cleans it."
    ) % {"what": what}
