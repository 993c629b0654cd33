"""Which policy refused: the lines that name its file, what the built-in one asks for, and what is not read."""

from __future__ import annotations

from gitpact.policy import files, in_force
from gitpact.repair import shell
from gitpact.report.escape import visible
from gitpact.report.style import wrap
from gitpact.rules import byte_sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style


def of_work_tree(found: InForce, folder: str, style: Style, texts: Catalog) -> list[str]:
    """The lines on the policy of the work tree, with a command that writes one where the project has none.

    `folder` is where the person stands, absolute; the current folder is the top of the work tree, or below it. Asks git
    which policy files there are besides.
    """
    unread = in_force.overlooked(found)
    if unread or not _is_built_in(found):
        return lines(found, unread, style, texts)
    path = shell.quoted(shell.shorter_path(f"{in_force.top_level()}/{files.OWN}", folder))
    return lines(found, "", style, texts, f"{shell.program(folder)} policy show > {path}")


def lines(found: InForce, unread: str, style: Style, texts: Catalog, command: str = "") -> list[str]:
    """The lines on the policy in force; of a project's own file it is one line.

    `unread` is a policy file that does not count (`in_force.overlooked`), `command` writes a policy of the project's
    own: "" for none.
    """
    if _is_built_in(found):
        said = texts["policy.built-in"].format(preset=found.policy.preset)
        said += texts["policy.asks"].format(asks=asks(found.policy, texts))
    else:
        said = texts["policy.file"].format(source=visible(found.source))
    if found.administrator:
        said += texts["policy.administrator"]
    shown = [said, *([texts["policy.unread"].format(unread=visible(unread))] if unread else [])]
    out = [line for text in shown for line in wrap(f"gitpact: {text}", style.width, 4)]
    if command:
        change = f"gitpact: {texts['policy.change']}"
        whole = wrap(change.format(command=visible(command)), style.width, 4)
        # A command that is broken in two is another command where it is pasted.
        broken = [*wrap(change.format(command="").rstrip(), style.width, 4), f"    {visible(command)}"]
        out += whole if len(whole) == 1 else broken
    return out


def _is_built_in(found: InForce) -> bool:
    return found.source == files.BUILT_IN


def asks(policy: Policy, texts: Catalog) -> str:
    """Return what a policy requires before anything else, in few words of the catalog's language; "" for nothing."""
    header = policy.rules.get("header-format", "error") == "error"
    wants = [texts["policy.asks-header"]] if header else []
    if policy.sign_off == "required":
        wants.append(texts["policy.asks-sign-off"])
    if policy.max_file_size:
        wants.append(texts["policy.asks-size"].format(limit=byte_sizes.size(policy.max_file_size)))
    return texts["push.and"].join(wants)
