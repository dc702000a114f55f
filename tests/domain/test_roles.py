"""Who may give which order, by the settings."""

import pytest

from console.domain.roles import NEEDED, ORDINARY, ROLES, Roles, parse_roles
from console.domain.site import SettingsError, parse_site

VERBS = ("note", *NEEDED)
SITE = parse_site(
    """
    [roles]
    viewer = ["guest"]
    lead = ["zhou"]
    admin = ["chen"]

    [agents.zhou]
    name = "Zhou Min"
    aliases = ["zhou@example.com"]
    """
)


@pytest.mark.parametrize(
    ("user", "note", "apply"),
    [
        ("guest", "needs_supervisor", "needs_admin"),
        ("anybody", "", "needs_admin"),
        ("zhou", "", "needs_admin"),
        ("zhou@example.com", "", "needs_admin"),
        ("chen", "", ""),
    ],
)
def test_a_role_says_which_orders_its_users_may_give(user: str, note: str, apply: str) -> None:
    assert (SITE.barred("note", user), SITE.barred("apply", user)) == (note, apply)


def test_a_person_has_their_role_under_each_of_their_names() -> None:
    assert SITE.roles.of("zhou@example.com", SITE.agent("zhou@example.com")) == "lead"


def test_without_settings_everybody_works_and_puts_settings_in_force() -> None:
    assert not any(Roles().barred(verb, "li") for verb in VERBS)


def test_a_floor_that_names_no_admin_can_still_put_settings_in_force() -> None:
    roles = parse_roles({"viewer": ["guest"], "lead": ["zhou"]})
    assert (roles.barred("apply", "li"), roles.barred("apply", "guest")) == ("", "needs_admin")


def test_others_may_only_look_where_the_settings_say_so() -> None:
    roles = parse_roles({"others": "viewer", "supervisor": ["li"]})
    assert (roles.barred("note", "li"), roles.barred("note", "sun")) == ("", "needs_supervisor")


def test_each_role_may_do_what_those_before_it_may() -> None:
    roles = Roles({role: role for role in ROLES})
    for verb in VERBS:
        allowed = [role for role in ROLES if not roles.barred(verb, role)]
        assert allowed == list(ROLES[ROLES.index(NEEDED.get(verb, ORDINARY)) :])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('roles = "li"', "the users of each role"),
        ('[roles]\nboss = ["li"]', "unknown role 'boss'"),
        ('[roles]\nlead = "li"', "a list of users"),
        ('[roles]\nlead = ["li"]\nadmin = ["li"]', "'li' is lead already"),
        ('[roles]\nothers = "boss"', "one of viewer, supervisor, lead, admin"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        parse_site(text)
