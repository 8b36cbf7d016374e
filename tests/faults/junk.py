"""Values that nobody means: numbers out of range, texts too long, empty or unprintable, TOML of every odd kind."""

from __future__ import annotations

NUMBERS = (
    *("-1", "0", "1", "2", "7.5", "-0.0", "1e3", "1e-400", "1e400", "nan", "inf", "-inf", "0x1F", "1_000", "٣"),
    *("99999999999999999999", "4294967296", "2147483648", "9223372036854775808", "9" * 5000, "0x" + "F" * 5000),
)

TEXTS = (
    *(
        "",
        " ",
        "\t",
        "-",
        "--",
        "x",
        "true",
        "null",
        "None",
        "%s",
        "{}",
        "$(id)",
        "`id`",
        "';--",
        "*",
        "~",
        "~nobody-x",
    ),
    *("x" * 81, "y" * 256, "z" * 5000, "a/" * 2500, "é" * 200, "\u202egnp", "👩‍🔬", "批量归一化", "\ud800", "\udcff"),
    *("a\nb", "a\rb", "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "\x7f", "\u2028", "[bold]x[/bold]", "[/]", "\\"),
)

PATHS = (
    *(
        "/proc",
        ".",
        "..",
        "/proc/none",
        "/proc/none/x.toml",
        "/dev/null",
        "/dev/zero",
        "/proc/self/mem",
        "/proc/self/root/proc",
    ),
    *("n" * 300, "n" * 300 + ".toml", "/".join(["d" * 200] * 30), "/dev/full", "/dev/stdin", "file:///etc/passwd"),
    *("~nobody-x/x.toml", "./\x1b[2J.toml", "./\udcff.toml", "/proc/version", "/dev/null/x"),
)

TOML_VALUES = (
    *("1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "[]", "{}", "[[]]", "[1, 'a', {}]", "{ a = { b = 1 } }"),
    *("'''x\ny'''", '"\\u0000"', '"\\u001b[2J"', '"\\u202e"', '"' + "x" * 5000 + '"', "[" * 5000 + "]" * 5000),
    *("{a=" * 1000 + "1" + "}" * 1000, "1" + "0" * 5000, "0x" + "F" * 5000, "0b" + "1" * 20000, "1e" + "9" * 50),
    *("nan", "-inf", "-0.0", "1e-400", "true", "[nan]", "[[nan, nan]]", "[" + "1," * 20000 + "]", "= 3", "\\", '"'),
)
"""Texts that stand on the right of `=` in a preset; some are not valid TOML."""
