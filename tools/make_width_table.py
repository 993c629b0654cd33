"""Write `src/gitpact/message/width_table.py` from the data of the installed wcwidth: `make width-table`."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import wcwidth

TABLE = Path(__file__).parents[1] / "src" / "gitpact" / "message" / "width_table.py"
TEXT = '''"""Columns of each character, by wcwidth {version} (Unicode {unicode}); made by tools/make_width_table.py."""

# fmt: off
# The code points at which the number of columns changes, in order.
BORDERS = (
{borders}
)
# The number of columns from each of them on.
COLUMNS = "\\
{columns}"
'''


def table() -> str:
    """The text of the file."""
    borders: list[int] = []
    columns: list[str] = []
    for code in range(sys.maxunicode + 1):
        wide = str(max(wcwidth.wcwidth(chr(code)), 0))  # -1 is a control character
        if not columns or columns[-1] != wide:
            borders.append(code)
            columns.append(wide)
    return TEXT.format(
        version=wcwidth.__version__,
        unicode=wcwidth.list_versions()[-1],
        borders=textwrap.indent(textwrap.fill(f"{', '.join(map(str, borders))},", 112), " " * 4),
        columns="\\\n".join(textwrap.wrap("".join(columns), 110)),
    )


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
