"""Every key of the policy file, one row each: the validator, the JSON Schema and the docs read this table."""

from __future__ import annotations

from gitpact.records import NamedTuple


class Key(NamedTuple):
    """One key of the policy file; `table` is "" at the top level, `about` explains the key in a few words.

    `kind` is a name in `values.CONVERT`, or "choice"; only then does `choices` hold the allowed values.
    """

    table: str
    name: str
    kind: str
    about: str
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The name of the key's field in `records.Policy`."""
        return self.name.replace("-", "_")

    @property
    def path(self) -> str:
        """The key as a user writes it: `message.types`."""
        return f"{self.table}.{self.name}" if self.table else self.name


PRESET_KEYS = ("preset", "presets")
PRESETS = ("standard", "conventional", "openim", "angular", "strict")
# Presets that ask for a few things, to be added to one of the above.
ADDED = ("kernel-trailers", "no-ai-credit", "ai-disclosed", "gerrit")
ADD = "+"  # before the name of a list or table: its members are added to those of the policy below
HOSTS = ("none", "github", "gitlab", "bitbucket", "azure", "gitea")
SEVERITIES = ("error", "warning", "off")
USE = ("required", "optional", "forbidden")
KEYS = (
    Key("", "preset", "choice", "the preset that gives the defaults of all other keys", PRESETS),
    Key(
        "",
        "presets",
        "presets",
        "list of presets, instead of the key preset; if two presets set the same key, the later preset wins",
    ),
    Key("message", "types", "types", "list of the types that a header may have; an empty list allows any type"),
    Key(
        "message",
        "type-aliases",
        "map",
        "table that gives, for each wrong type, the type that gitpact suggests instead",
    ),
    Key("message", "scope", "choice", "whether a header must have a scope", USE),
    Key(
        "message",
        "scopes",
        "scopes",
        "list of globs for the scopes that a header may have; an empty list allows any scope",
    ),
    Key("message", "multiple-scopes", "bool", "whether a header may have several scopes, as in `feat(a, b): x`"),
    Key(
        "message",
        "scope-case",
        "choice",
        "whether scopes may contain upper-case letters; a scope in the list of allowed scopes is always accepted",
        ("any", "lower"),
    ),
    Key(
        "message",
        "description-case",
        "choice",
        "case of the first letter of the description: lower (small letter) or sentence (capital letter)",
        ("any", "lower", "sentence"),
    ),
    Key(
        "message",
        "issue",
        "choice",
        (
            "whether a message must have an issue reference; branch: the message must have the issue reference of the "
            "branch name"
        ),
        (*USE, "branch"),
    ),
    Key("message", "issue-pattern", "regex", "regular expression for an issue number"),
    Key(
        "message",
        "issue-place",
        "choice",
        "where the issue reference stands: at the end or the start of the description, in the scope, or in a trailer",
        ("end", "start", "scope", "trailer"),
    ),
    Key(
        "message",
        "issue-types",
        "types",
        "list of the types whose messages must have an issue reference; an empty list stands for all types",
    ),
    Key("message", "issue-example", "text", "an issue reference that gitpact shows as an example, such as PROJ-12"),
    Key("message", "max-bytes", "size", "maximum size of a whole message in bytes; 0: no limit"),
    Key(
        "message", "subject-min", "count", "minimum width of the header in display columns, without its issue reference"
    ),
    Key(
        "message", "subject-max", "count", "maximum width of the header in display columns, without its issue reference"
    ),
    Key("message", "body", "choice", "whether a message must have a body", ("required", "optional")),
    Key("message", "body-line-max", "count", "maximum width of a line of the body in display columns; 0: no limit"),
    Key(
        "message",
        "breaking",
        "choice",
        "how to mark a breaking change: '!' in the header, BREAKING CHANGE footer, both, or either",
        ("either", "both", "footer", "bang"),
    ),
    Key("message", "max-parents", "count", "maximum number of parents of a commit; 1: no merges; 0: no limit"),
    Key("message", "required-trailers", "tokens", "keys of trailers or footers that every message must have"),
    Key("message", "forbidden-trailers", "tokens", "keys of trailers or footers that no message may have"),
    Key(
        "message",
        "trailer-order",
        "tokens",
        "keys of trailers in the required order; trailers with other keys may be anywhere",
    ),
    Key("dco", "sign-off", "choice", "whether every commit must have a Signed-off-by line", ("required", "optional")),
    Key("dco", "identity", "choice", "whose sign-off counts", ("author-or-committer", "author", "committer")),
    Key(
        "dco",
        "add",
        "bool",
        "whether the prepare-commit-msg hook writes the sign-off of the committer into each new message",
    ),
    Key(
        "dco",
        "remediation",
        "choice",
        (
            "which earlier commits a later commit can sign off: no commits, only commits of the same author, or also "
            "commits of other people"
        ),
        ("none", "individual", "third-party"),
    ),
    Key(
        "dco",
        "co-authors",
        "choice",
        "whether each person in a Co-authored-by line must also sign off",
        ("required", "optional"),
    ),
    Key(
        "dco",
        "agents",
        "globs",
        "globs for the e-mail or `Name <email>` of bots; the sign-offs of these bots do not count",
    ),
    Key(
        "dco",
        "mailmap",
        "bool",
        "whether a sign-off may use a name from .mailmap; the commit-msg hook does not read .mailmap",
    ),
    Key("identity", "author-names", "globs", "globs for author names; an empty list allows any name"),
    Key("identity", "author-emails", "globs", "globs for author e-mails; an empty list allows any e-mail"),
    Key("identity", "committer-names", "globs", "globs for committer names; an empty list allows any name"),
    Key("identity", "committer-emails", "globs", "globs for committer e-mails; an empty list allows any e-mail"),
    Key(
        "identity",
        "signature",
        "choice",
        "whether every commit must have a good GPG or SSH signature; the commit-msg hook does not check this",
        ("required", "optional"),
    ),
    Key("push", "host", "choice", "hosting service whose size limits replace those of the preset", HOSTS),
    Key("push", "max-file-size", "size", "size limit for a new file in a pushed commit; 0: no limit"),
    Key("push", "warn-file-size", "size", "size above which a new file gets a warning; 0: no warning"),
    Key(
        "push",
        "file-limits",
        "sizes",
        "size limits for new files by path; if several globs match a file, the last one applies",
    ),
    Key("push", "max-push-size", "size", "maximum compressed size of a push; 0: no limit"),
    Key("push", "time-budget", "count", "maximum time in seconds for measuring the exact size of a push"),
    Key(
        "push",
        "past-budget",
        "choice",
        "whether a push is accepted if its size could not be measured in time",
        ("accept", "refuse"),
    ),
    Key("push", "max-commits", "count", "maximum number of commits in a range, such as a pull request; 0: no limit"),
    Key(
        "push",
        "branches",
        "globs",
        "globs for branch names; `{type}` matches any allowed commit type; an empty list allows any name",
    ),
    Key("push", "tags", "globs", "globs for tag names; an empty list allows any name"),
    Key("push", "protected", "globs", "globs for protected branches, to which nobody may push directly"),
    Key(
        "push",
        "forbidden-refs",
        "globs",
        "globs for the full names of forbidden refs; a push may delete these refs, but not create or change them",
    ),
    Key("push", "forbidden-paths", "paths", "globs for forbidden paths, in .gitignore syntax"),
    Key("push", "max-path-length", "count", "maximum length of a path in bytes; 0: no limit"),
    Key("push", "summary", "choice", "what gitpact prints when it accepts a push", ("line", "full", "none")),
    Key(
        "server",
        "overrides",
        "bool",
        "whether a push may skip the checks with `-o gitpact.override=REASON`; each use is logged",
    ),
    Key("server", "log", "text", "absolute path of the log file, with one line of JSON for each push; empty: no log"),
    Key(
        "server",
        "most-commits",
        "count",
        "maximum number of new commits in a push; 0: no limit",
    ),
    Key(
        "server",
        "time-limit",
        "count",
        "maximum time in seconds for the check of a push; if the check takes longer, the push is refused; 0: no limit",
    ),
    Key(
        "exempt",
        "authors",
        "globs",
        "globs for author e-mails or `Name <email>`; the commits of these authors are not checked",
    ),
    Key("exempt", "subjects", "globs", "globs for headers whose form is not checked, such as `Initial commit`"),
)
# The keys of each `[[pattern]]`, as above; a key is one of a table of its own.
PATTERN = "pattern"
PATTERN_KEYS = (
    Key(PATTERN, "name", "name", "name of the rule; its id is `pattern/NAME`"),
    Key(
        PATTERN,
        "where",
        "place",
        (
            "the text that gitpact checks: header, type, scope, description, body, message, author, committer, "
            "branch, tag, path, or `trailer:KEY`"
        ),
    ),
    Key(PATTERN, "forbid", "regex", "regular expression that must not match anywhere in the text"),
    Key(PATTERN, "require", "regex", "regular expression that must match somewhere in the text"),
    Key(
        PATTERN,
        "say",
        "say",
        "the text that gitpact prints for a mistake; a string, or a table with the keys `en` and `zh`",
    ),
    Key(PATTERN, "types", "types", "the rule applies only to commits of these types"),
    Key(PATTERN, "scopes", "scopes", "the rule applies only to commits whose scope matches one of these globs"),
    Key(
        PATTERN, "paths", "paths", "the rule applies only to commits that change a file that matches one of these globs"
    ),
    Key(PATTERN, "branches", "globs", "the rule applies only to commits on a branch that matches one of these globs"),
)
# The keys of each table in `[trailers]`, whose own key is that of the trailer.
TRAILERS = "trailers"
TRAILER_KEYS = (
    Key(
        TRAILERS,
        "forbid",
        "globs",
        'globs for forbidden values; for a value "Name <email>", gitpact compares the value and also the e-mail',
    ),
    Key(TRAILERS, "allow", "globs", "globs for allowed values; an empty list allows any value"),
    Key(TRAILERS, "require-form", "choice", "the form that the value must have", ("Name <email>", '<oid> ("subject")')),
    Key(TRAILERS, "require", "regex", "regular expression that must match somewhere in the value"),
    Key(TRAILERS, "least", "count", "minimum number of these trailers in a message"),
    Key(TRAILERS, "most", "count", "maximum number of these trailers in a message; 0: no limit"),
)
SCOPES = "scopes"  # the table of scopes and the globs of the paths that belong to each
# A `[[path]]` has these globs, and tables with the keys below in which commits and files at these paths differ.
PATH = "path"
PATH_KEYS = (
    Key(
        PATH,
        "match",
        "paths",
        "globs for paths; the tables of this [[path]] apply to commits that change a file with such a path",
    ),
)
OF_PATHS = {
    "message": tuple(
        key.name
        for key in KEYS
        if key.table == "message" and key.name not in {"issue-pattern", "issue-example", "max-bytes"}
    ),
    "push": ("max-file-size", "warn-file-size", "file-limits", "forbidden-paths", "max-path-length"),
}
EXTENDS = Key(
    "",
    "extends",
    "names",
    "list of policies whose settings this policy takes over; if two set the same key, the later policy wins",
)
TABLES = ("message", "dco", "identity", "push", "server", "rules", "exempt")
