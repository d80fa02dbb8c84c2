"""The frame that all pages have: the bar with the lists, and the way back from below a record."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from kareo.people.models import AccessEvent
from sync.demo import make_users
from tests.factories import CompanyFactory, PlanFactory

pytestmark = pytest.mark.django_db


def bar_of(page: str) -> str:
    return page.partition('class="areas"')[2].partition("</nav>")[0]


def trail_of(page: str) -> list[str]:
    """Return the links that lead back from a page."""
    trail = page.partition('class="breadcrumbs"')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]*)"', trail)


def test_a_page_below_a_record_leads_back_to_it_and_to_its_list(admin_client: Client) -> None:
    company, user = CompanyFactory(), User.objects.create_user("clerk")
    orphan = PlanFactory()
    orphan.link.insurance.delete()
    for app, model, key, below in [
        ("pm", "insurancecompany", company.pk, ("history", "delete")),
        ("auth", "user", user.pk, ("history", "delete", "password")),
    ]:
        back = [f"/admin/{app}/{model}/", f"/admin/{app}/{model}/{key}/change/"]
        for name in below:
            page = admin_client.get(f"/admin/{app}/{model}/{key}/{name}/")
            assert page.status_code == 200
            assert trail_of(page.text) == back, name
    link = reverse("sync:link", args=["insuranceplan", orphan.pk])
    assert (
        trail_of(admin_client.get(link).text)[1] == f"/admin/pm/insuranceplan/{orphan.pk}/change/"
    )


def test_on_all_other_pages_the_bar_says_where_one_is(admin_client: Client) -> None:
    company, user = CompanyFactory(), User.objects.get()
    for url in (
        f"/admin/pm/insurancecompany/{company.pk}/change/",
        f"/admin/auth/user/{user.pk}/change/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/auth/group/",
        "/admin/axes/accessattempt/",
    ):
        page = admin_client.get(url).text
        assert "breadcrumbs" not in page, url
        marked = re.search(r'<a href="([^"]*)" aria-current="true"', bar_of(page))
        assert marked
        assert url.startswith(marked[1])
    for url in (reverse("sync:search"), reverse("admin:password_change"), reverse("admin:index")):
        assert "breadcrumbs" not in admin_client.get(url).text, url


def test_administration_is_in_the_bar_only_of_its_own_pages(admin_client: Client) -> None:
    assert "Administration" not in bar_of(admin_client.get("/admin/pm/insurancecompany/").text)
    bar = bar_of(admin_client.get("/admin/auth/user/").text)
    pages = ["Roles", "Users", "Sign-in attempts", "Access log entries"]
    assert re.findall(r">([^<]*)</a>", bar)[-4:] == pages


def test_a_page_that_is_missing_or_forbidden_has_the_bar_as_any_other(client: Client) -> None:
    user = User.objects.create_user("clerk", is_staff=True)
    client.force_login(user)
    for url, status, heading in [
        ("/admin/nowhere/", 404, "This page doesn't exist"),
        ("/admin/pm/insurancecompany/", 403, "Your role doesn't allow this"),
    ]:
        page = client.get(url)
        assert page.status_code == status
        assert f'<div class="heading"><h1>{heading}</h1></div>' in page.text
        assert 'class="areas"' in page.text


def test_whoever_is_not_logged_in_learns_of_no_lists(client: Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert 'class="areas"' not in page.text


def test_after_a_wrong_password_only_that_is_typed_again(client: Client, admin_user: User) -> None:
    def fields(page: str) -> list[tuple[list[str], bool]]:
        inputs = re.findall(r'<input type="(?:text|password)"[^>]*>', page)
        return [(re.findall('value="([^"]*)"', each)[:1], "autofocus" in each) for each in inputs]

    page = client.get("/admin/login/").text
    assert ">User name:</label>" in page
    assert fields(page) == [([], True), ([], False)]
    page = client.post("/admin/login/", {"username": "admin", "password": "wrong"}).text
    assert fields(page) == [(["admin"], False), ([], True)]


def test_a_user_of_the_demo_is_refused_outside_debug(client: Client, settings: Settings) -> None:
    make_users()
    typed = {"username": "billing", "password": "demo-billing"}

    page = client.post("/admin/login/", typed)

    assert "This is a demo&#x27;s password, which everybody knows." in page.text
    assert not client.session.get("_auth_user_id")
    assert AccessEvent.objects.latest("pk").what == AccessEvent.What.REFUSED

    settings.DEBUG = True
    assert client.post("/admin/login/", typed).status_code == 302


def test_whoever_logged_out_is_told_so(admin_client: Client) -> None:
    page = admin_client.post("/admin/logout/").text
    assert "<h1>You are logged out</h1>" in page
    assert '<a href="/admin/login/">Log in</a>' in page
    assert "quality time" not in page


def test_a_failure_looks_like_a_page_and_reads_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("kareo.site.LogInForm.__init__", fail)
    client.raise_request_exception = False
    page = client.get("/admin/login/")

    assert page.status_code == 500
    assert '<div class="heading"><h1>Something failed in this program</h1></div>' in page.text
    assert 'sync/screens.css"' in page.text
