"""Correct a message: what the author most likely meant, offered only when it passes itself."""

from __future__ import annotations

import re

from gitpact import message
from gitpact.message import fenced_code, idents
from gitpact.message.header import parse
from gitpact.message.white_space import is_blank
from gitpact.rules import dco, evaluate, for_paths, header_correction, issue, scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from gitpact.records import Commit, Ident, Message, Policy, Result

CORRECTED = ("", "exempt", "revert", "reapply")  # the last three only in their sign-off
ROUNDS = 3  # a corrected header may show a fault that the first one hid
LONGEST = 1000  # code points of a header beyond which nothing is guessed
MISSING_ISSUE = {"missing", "missing-start", "missing-scope", "missing-trailer"}
SIGN_OFF = "Signed-off-by: "
CODE = ("    ", "\t")  # an indented code block (CommonMark)
SENTENCE_ENDS = ".!?)\u3002\uff01\uff1f"
BREAKING = re.compile(r"(?i)^breaking([ -])change\s*[:\uff1a]\s*")


def suggest(result: Result, policy: Policy, ignore: Collection[str] = (), *, branch: str = "") -> str | None:
    """A corrected message for a commit that has errors: the text that has none by the same policy, None without one.

    `result` is the verdict of `evaluate.judge`, whose findings are what is corrected. The text ends with a line feed. A
    sign-off that is corrected becomes that of the committer, or of the author if there is no committer. None also where
    `result` has no error, and for merges, fixups and other kinds of commits that are not corrected. `ignore` are ids of
    rules that do not run. Where only the issue reference is missing, it is taken from the name of the `branch`, "" for
    none (`issue.from_branch`).
    """
    if not evaluate.errors(result):
        return None
    policy = for_paths(policy, result.commit.paths or ())
    original = result.commit.message
    kind = result.special
    for _ in range(ROUNDS):
        header = result.commit.message.header.text
        if kind not in CORRECTED or len(header) > LONGEST or header.startswith(SIGN_OFF):
            return None
        text = _corrected(result, policy, branch)
        corrected = message.from_bytes(text.encode("utf-8"), issue_pattern=policy.issue_pattern)
        result = evaluate.judge(result.commit._replace(message=corrected), policy, ignore)
        if not evaluate.errors(result):
            return None if result.special != kind or text == original.text else text
    return None


def _corrected(result: Result, policy: Policy, branch: str) -> str:
    source = result.commit.message
    rules = {found.rule for found in result.findings}
    lines = list(source.lines)
    if any(found.line == 1 and not found.rule.startswith("sign-off") for found in result.findings):
        lines[0] = header_correction.header(lines[0], source, policy, rules)
        lines = _with_reference_in_place(lines, source, policy)
    if "scope-paths" in rules:
        lines[0] = _with_scopes_of_paths(lines[0], result.commit, policy)
    if any((found.rule, found.kind) == ("breaking-mark", "bang") for found in result.findings):
        start = source.header.prefix.type_column
        lines[0] = lines[0][:start] + lines[0][start:].replace(":", "!:", 1)
    kinds = {found.kind for found in result.findings if found.rule == "issue-required"}
    reference = issue.from_branch(branch, policy.issue_pattern) if branch and kinds & MISSING_ISSUE else ""
    if reference and not issue.references(message.from_bytes("\n".join(lines).encode()), policy):
        lines = _with_reference(lines, source, reference, policy)
    for found in result.findings:
        if found.rule == "breaking-change":
            lines[found.line - 1] = BREAKING.sub(r"BREAKING\1CHANGE: ", lines[found.line - 1])
    if any(rule.startswith("sign-off") for rule in rules):
        lines = _sign(lines, result, policy)
    if "body-leading-blank" in rules and not all(map(is_blank, lines[1:2])):
        lines.insert(1, "")
    return "\n".join([*lines, ""])


def _with_reference_in_place(lines: list[str], source: Message, policy: Policy) -> list[str]:
    """The lines with the reference that a corrected header has at its end where the policy wants it."""
    read = parse(lines[0], policy.issue_pattern)
    if policy.issue_place == "end" or not read.issues or source.header.issues:
        return lines
    return _with_reference([lines[0].removesuffix(read.suffix), *lines[1:]], source, ", ".join(read.issues), policy)


def _with_reference(lines: list[str], source: Message, reference: str, policy: Policy) -> list[str]:
    """The lines of a message with an issue reference in the place where the policy wants it."""
    read = parse(lines[0], policy.issue_pattern)
    prefix = read.prefix
    parts = (prefix.type, prefix.scope or "", "!" if prefix.breaking else "", f"{read.description}{read.suffix}")
    header, trailer = issue.written(parts, reference, policy.issue_place)
    first = f"{lines[0][: prefix.type_column]}{header}"
    if not trailer:
        return [first, *lines[1:]]
    block = len(lines) - (len(source.lines) - source.block)
    gap = [] if source.block < len(source.lines) else [""]
    return [first, *lines[1:block], *gap, trailer, *lines[block:]]


def _with_scopes_of_paths(text: str, commit: Commit, policy: Policy) -> str:
    """A header with the scopes to which the changed files belong; as it is if the policy allows fewer scopes."""
    prefix = parse(text, policy.issue_pattern).prefix
    named = [member for _, member in scope.members(prefix)]
    changed = scope.of_files(commit.paths or (), policy)
    right = [member for member in named if member in changed or member not in policy.scope_paths]
    right += [name for name in changed if name not in right]
    if prefix.fault or prefix.scope is None or (len(right) > 1 and not policy.multiple_scopes):
        return text
    return f"{text[: prefix.scope_column]}{', '.join(right)}{text[prefix.scope_column + len(prefix.scope) :]}"


def _sign(lines: list[str], result: Result, policy: Policy) -> list[str]:
    """The message with each sign-off once, and the signer's at the end as `git commit -s` would put it.

    Only lines that are or should be trailers change: a sign-off in a code example is one of other words.
    """
    commit = result.commit
    signer = commit.committer or commit.author
    own = f"{SIGN_OFF}{signer}" if signer else ""
    repeated = {found.line for found in result.findings if found.rule == "sign-off-duplicate"}
    prose = fenced_code.prose(commit.message.lines, commit.message.block)
    text = {number for number, line in prose if not line.startswith(CODE) and not _is_quoted(lines, number)}
    kept, added, gone = lines[:1], policy.sign_off == "required", False
    for number, line in enumerate(lines[1:], 2):
        value = dco.attempt(line)
        is_own = bool(value is not None and signer and _means(value, signer))
        if number in repeated or (is_own and number in text):
            added, gone = added or is_own, True
        elif is_own and number > commit.message.block:
            kept.append(own)
        elif not (gone and is_blank(line) and is_blank(kept[-1])):
            kept.append(line)
            gone = False
    while is_blank(kept[-1]) and len(kept) > 1:
        kept.pop()
    parsed = message.from_bytes("\n".join(kept).encode("utf-8"))
    if not own or not added or own in parsed.lines[parsed.block :]:
        return kept
    gap = [] if parsed.block < len(parsed.lines) else [""]
    return [*kept, *gap, own]


def _is_quoted(lines: list[str], number: int) -> bool:
    """Whether a line, alone in its paragraph, stands in a sentence that goes on below it."""
    above = next((line for line in reversed(lines[1 : number - 1]) if not is_blank(line)), "")
    alone = is_blank(lines[number - 2]) and all(map(is_blank, lines[number : number + 1]))
    goes_on = any(not is_blank(line) for line in lines[number:])
    return bool(above) and alone and goes_on and above.rstrip()[-1] not in SENTENCE_ENDS


def _means(value: str, signer: Ident) -> bool:
    """A sign-off that was to be the signer's: the name or a part of it, the e-mail, or both, in any form.

    Another name with this e-mail is another person: some share an address.
    """
    ident = idents.parse(value)
    if ident and idents.same(ident, signer):
        return True
    email = re.escape(signer.email.lower())
    named, count = re.subn(rf"(?<![\w.+-]){email}(?![\w.-])", " ", value.lower())
    words = re.findall(r"\w+", named)
    own = re.findall(r"\w+", signer.name.lower())
    return words == own or (count > 0 and set(words) <= set(own))
