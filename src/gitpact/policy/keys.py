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


PRESETS = ("standard", "conventional", "openim", "angular", "strict")
HOSTS = ("none", "github", "gitlab", "bitbucket", "azure", "gitea")
SEVERITIES = ("error", "warning", "off")
USE = ("required", "optional", "forbidden")
KEYS = (
    Key("", "preset", "choice", "the preset that gives the defaults of all other keys", PRESETS),
    Key("message", "types", "types", "the types a header may have; empty: any"),
    Key(
        "message",
        "type-aliases",
        "map",
        "for a type that is not listed, the type to suggest",
    ),
    Key("message", "scope", "choice", "whether a header must have a scope", USE),
    Key("message", "scopes", "scopes", "globs of the scopes a header may have; empty: any"),
    Key("message", "multiple-scopes", "bool", "whether `feat(a, b): x` is allowed"),
    Key(
        "message",
        "scope-case",
        "choice",
        "whether scopes may have upper-case letters (listed ones always may)",
        ("any", "lower"),
    ),
    Key(
        "message",
        "description-case",
        "choice",
        "whether the description begins with an upper-case or a lower-case letter",
        ("any", "lower", "sentence"),
    ),
    Key("message", "issue", "choice", "whether a header must end with an issue reference", USE),
    Key("message", "issue-pattern", "regex", "pattern of one issue in the reference"),
    Key("message", "max-bytes", "size", "maximum bytes of a whole message; 0: no limit"),
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
        "what a breaking change needs: '!' in the header, a BREAKING CHANGE footer, both, or either of them",
        ("either", "both", "footer", "bang"),
    ),
    Key("message", "max-parents", "count", "maximum number of parents of a commit: 1 refuses merges; 0: no limit"),
    Key("message", "required-trailers", "tokens", "keys of trailers or footers that every message must have"),
    Key("message", "forbidden-trailers", "tokens", "keys of trailers or footers that no message may have"),
    Key("dco", "sign-off", "choice", "whether every commit must have a Signed-off-by line", ("required", "optional")),
    Key("dco", "identity", "choice", "whose sign-off counts", ("author-or-committer", "author", "committer")),
    Key(
        "dco",
        "remediation",
        "choice",
        "which DCO remediation commits (later sign-offs) count",
        ("none", "individual", "third-party"),
    ),
    Key(
        "dco", "co-authors", "choice", "whether each Co-authored-by person must sign off too", ("required", "optional")
    ),
    Key("dco", "agents", "globs", "globs of the e-mail or `Name <email>` of programs; their sign-offs do not count"),
    Key("dco", "mailmap", "bool", "whether a person's .mailmap name counts too; only when a range is judged"),
    Key("identity", "author-names", "globs", "globs; an author's name must match one of them; empty: any"),
    Key("identity", "author-emails", "globs", "globs; an author's e-mail must match one of them; empty: any"),
    Key("identity", "committer-names", "globs", "globs; a committer's name must match one of them; empty: any"),
    Key("identity", "committer-emails", "globs", "globs; a committer's e-mail must match one of them; empty: any"),
    Key(
        "identity",
        "signature",
        "choice",
        "whether every commit must have a good GPG or SSH signature; checked in ranges only",
        ("required", "optional"),
    ),
    Key("push", "host", "choice", "hosting service whose known limits apply instead of the preset's", HOSTS),
    Key("push", "max-file-size", "size", "size limit for a new file in a pushed commit; 0: none"),
    Key("push", "warn-file-size", "size", "warn about a new file that is larger than this; 0: never"),
    Key(
        "push",
        "file-limits",
        "sizes",
        "size limit for a new file, by glob of its path; the last glob that matches counts",
    ),
    Key("push", "max-push-size", "size", "maximum bytes of a push, compressed; 0: no limit"),
    Key("push", "time-budget", "count", "seconds that the exact count of the bytes may take at most"),
    Key(
        "push",
        "past-budget",
        "choice",
        "what to do with a push whose bytes could not be counted in time",
        ("accept", "refuse"),
    ),
    Key("push", "max-commits", "count", "maximum number of commits of a range, such as a pull request; 0: no limit"),
    Key("push", "branches", "globs", "globs of the branch names that may be pushed; `{type}` is any type; empty: any"),
    Key("push", "tags", "globs", "globs of the tag names that may be pushed; empty: any"),
    Key("push", "protected", "globs", "globs of the branches that nobody pushes to directly"),
    Key(
        "push",
        "forbidden-refs",
        "globs",
        "globs of full ref names; a push may delete these refs, but not create or change them",
    ),
    Key("push", "forbidden-paths", "paths", "globs of the paths that may not be pushed, as in .gitignore"),
    Key("push", "max-path-length", "count", "maximum bytes of a path; 0: no limit"),
    Key("push", "summary", "choice", "what is printed for a push that is accepted", ("line", "full", "none")),
    Key(
        "server",
        "overrides",
        "bool",
        "whether the push option `gitpact.override=REASON` lets a refused push through; each use is logged",
    ),
    Key("server", "log", "text", "absolute path of a file that gets a line of JSON for each push; empty: none"),
    Key(
        "server",
        "most-commits",
        "count",
        "maximum number of new commits of a push; a push with more is refused; 0: no limit",
    ),
    Key("server", "time-limit", "count", "seconds after which a push that is not judged yet is refused; 0: never"),
    Key("exempt", "authors", "globs", "globs of author e-mails or `Name <email>` whose commits are not judged"),
    Key("exempt", "subjects", "globs", "globs of headers whose form is not judged, such as `Initial commit`"),
)
TABLES = ("message", "dco", "identity", "push", "server", "rules", "exempt")
