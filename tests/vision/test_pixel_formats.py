"""Grey, palettes, transparency and 16 bits all become RGB of 8 bits."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from chalicelib.vision.decode import Undecodable, decode, highest_grey
from tests.vision.test_decode import SIDE, chunk, photo, saved


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "LA", "RGBA", "I;16"])
def test_every_pixel_format_becomes_rgb(mode: str) -> None:
    content = saved(photo(mode), "JPEG" if mode == "CMYK" else "PNG")
    assert decode(content).shape == (32, SIDE, 3)


def test_cmyk_keeps_its_colours() -> None:
    pixels = decode(saved(photo("CMYK"), "JPEG", quality=95))
    assert np.abs(pixels.astype(int) - np.asarray(photo()).astype(int)).mean() < 8


def test_a_palette_keeps_its_colours() -> None:
    image = photo("P")
    assert np.array_equal(decode(saved(image)), np.asarray(image.convert("RGB")))


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    wide = np.repeat(np.arange(256, dtype=np.uint16)[None, :] * 257, 16, axis=0)
    pixels = decode(saved(Image.fromarray(wide)))
    assert np.array_equal(pixels[0, :, 0], np.arange(256))


def test_sixteen_bit_colour_keeps_its_high_byte() -> None:
    sample = struct.pack(">HHH", 0xC800, 0x6400, 0x0A00)
    rows = zlib.compress((b"\0" + sample * 16) * 16)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0))
    content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert decode(content)[5, 5].tolist() == [200, 100, 10]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_shown_on_white(mode: str) -> None:
    image = Image.new("RGBA", (20, 20), (10, 10, 10, 0))
    image.putpixel((0, 0), (10, 10, 10, 255))
    pixels = decode(saved(image.convert(mode)))
    assert pixels[0, 0].tolist() == [10, 10, 10]
    assert pixels[1:].min() == 255


def test_a_transparent_palette_colour_is_shown_on_white() -> None:
    image = Image.new("P", (20, 20), 3)
    image.putpalette([9] * 768)
    image.putpixel((0, 0), 1)
    pixels = decode(saved(image, transparency=3))
    assert pixels[0, 0].tolist() == [9, 9, 9]
    assert pixels[1:].min() == 255


def test_an_image_that_its_transparency_hides_is_refused() -> None:
    with pytest.raises(Undecodable, match="every pixel is fully transparent"):
        decode(saved(Image.new("RGBA", (20, 20), (10, 10, 10, 0))))


def test_grey_of_fewer_bits_in_sixteen_is_scaled_from_its_own_range() -> None:
    content = saved(Image.fromarray(np.full((16, 16), 2048, np.uint16)))
    assert highest_grey(content) == 2048
    assert [int(decode(content, grey_bits=bits)[0, 0, 0]) for bits in (10, 12, 16)] == [255, 128, 8]
    assert highest_grey(saved(photo())) == 0
