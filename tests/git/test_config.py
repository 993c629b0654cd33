"""What git's configuration says, in any of git's ways to say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.git import config

if TYPE_CHECKING:
    from tests.support.repos import Repo


def test_a_bare_key_of_the_configuration_is_true(repo: Repo) -> None:
    with (repo.path / ".git/config").open("a") as file:
        file.write("[commit]\n\tverbose\n")
    assert ("file:.git/config", "commit.verbose", "true") in config.entries()


def test_a_flag_is_yes_in_any_of_gits_ways_and_no_where_it_is_not_set(repo: Repo) -> None:
    assert not config.get_bool("receive.advertisePushOptions")
    repo.git("config", "receive.advertisePushOptions", "on")
    assert config.get_bool("receive.advertisePushOptions")
    repo.git("config", "receive.advertisePushOptions", "0")
    assert not config.get_bool("receive.advertisePushOptions")
