"""Recognising the encoding of a text file: byte order marks, UTF-8, UTF-16 without a mark, then one of the older ones.

UTF-8 proves itself, the older encodings do not: where one is taken, a note says so.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from reconcile.engine.errors import EncodingUnknown, NotText

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLDER = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman", "cp850", "koi8_r",
    "gb18030", "big5", "cp932", "euc_jp", "cp949",
]  # fmt: skip
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_HIGH = re.compile(rb"[\x80-\xff]")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_UNDECODED = re.compile(r"[\udc80-\udcff]")
_NO_LEADS = bytes(range(0xC0))
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1e\x7f]")
_MARK = "reconcile_mark"
_SAMPLE = 1 << 15
_DENSE = 0.15
_ENOUGH = 8
_MANY_TO_ONE = 10


@dataclass(frozen=True, slots=True)
class Encoding:
    """``codec`` is Python's name; ``strict`` says every byte is known to fit; ``note`` is a sentence or empty."""

    codec: str
    strict: bool
    note: str = ""

    @property
    def errors(self) -> str:
        """What turns bytes that do not fit into lone surrogates."""
        return "surrogateescape" if self.codec.startswith("utf-8") else _MARK

    @property
    def shown(self) -> str:
        """The name people know: UTF-8, Windows-1252."""
        return _NAMES.get(self.codec) or re.sub(r"^cp(125\d)$", r"Windows-\1", self.codec).replace("_", "-")


def chosen(name: str, head: bytes, file: str) -> Encoding:
    """The encoding somebody asked for, past a mark the file starts with; a name of none is refused."""
    try:
        found = codecs.lookup(name).name
        "".encode(found)
        b"a,\xff\n".decode(found, "replace")
    except (LookupError, ValueError) as error:
        raise EncodingUnknown(file=file, line=1, encoding=name) from error
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), "")
    return Encoding(marked if marked and marked.startswith(found[:6]) else found, strict=False)


def from_head(head: bytes, file: str) -> Encoding | None:
    """What the first bytes alone tell: a mark, UTF-16, or UTF-8 as far as they go; None when they are none of these."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, strict=False)
    if wide := _unmarked_utf16(head):
        return Encoding(wide, strict=False, note=f"Read as {_NAMES[wide]}, recognised by its zero bytes.")
    _refuse_binary(head, file)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return None
    return Encoding("utf-8", strict=False)


def from_whole(path: Path) -> Encoding:
    """The encoding of a file without a mark, every byte looked at.

    A file that is UTF-8 but for a few bytes stays UTF-8: the lines with those bytes will be rejected, which is better
    than turning every other accent into two wrong characters.
    """
    good = bad = 0
    sample = b""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if not block.isascii():
                sample += _high_lines(block, _SAMPLE - len(sample))
            counts = _counts(decoder.decode(block))
            good, bad = good + counts[0], bad + counts[1]
    bad += _counts(decoder.decode(b"", final=True))[1]
    if bad == 0:
        return Encoding("utf-8", strict=True)
    if good >= bad * _MANY_TO_ONE:
        return Encoding("utf-8", strict=False)
    codec = _older(sample)
    encoding = Encoding(codec, strict=False)
    return Encoding(codec, strict=False, note=f"The text is not UTF-8; it was read as {encoding.shown}.")


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Python's own handler of this kind serves single bytes alone."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error(_MARK, _mark)


def _counts(text: str) -> tuple[int, int]:
    """How many characters beyond ASCII, and how many bytes that are no UTF-8."""
    if text.isascii():
        return 0, 0
    try:
        beyond = text.encode().translate(None, _NO_LEADS)
    except UnicodeEncodeError:
        bad = len(_UNDECODED.findall(text))
        return len(_BEYOND.findall(text)) - bad, bad
    return len(beyond), 0


def _high_lines(block: bytes, room: int) -> bytes:
    if room <= 0 or block.isascii():
        return b""
    return b"\n".join(line for line in block[: _SAMPLE * 8].splitlines() if not line.isascii())[:room]


def _older(sample: bytes) -> str:
    """Few accents among plain letters are Western; where letters are mostly not ASCII, a detector decides."""
    letters = sum(char > 127 or chr(char).isalpha() for char in sample)
    high = len(_HIGH.findall(sample))
    if high < _ENOUGH or high < letters * _DENSE:
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_OLDER, threshold=0.5).best()
    if best is None or sample.decode("cp1252", "replace") == sample.decode(best.encoding, "replace"):
        return "cp1252"
    return best.encoding


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 text in a Latin script has a zero in nearly every second byte and none in the others."""
    sample = head[:4096]
    pairs = len(sample) // 2
    if pairs < 4:
        return ""
    even, odd = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.7 and even < pairs * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.7 and odd < pairs * 0.05 else ""


def _refuse_binary(head: bytes, file: str) -> None:
    """Control characters beyond a stray one, or mostly zeros, are no text in any encoding."""
    controls = _CONTROL.findall(head)
    if len(controls) > max(2, len(head) // 50) or head.count(0) > max(8, len(head) // 10):
        at = _CONTROL.search(head)
        raise NotText(file=file, line=head[: at.start() if at else head.index(0)].count(b"\n") + 1)
