"""Characters that no database can hold: taken out where a request enters."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.storable_text import StorableText


def let_in(request: HttpRequest) -> HttpRequest:
    StorableText(lambda _: HttpResponse())(request)
    return request


def test_a_nul_is_taken_out_of_what_is_asked_and_posted_and_the_rest_stays() -> None:
    factory = RequestFactory()
    sent = {"na\0me": ["Qu\0ill", "O'Brien"], "other": "x"}
    post = let_in(factory.post("/", sent)).POST
    assert (post.getlist("name"), post["other"]) == (["Quill", "O'Brien"], "x")
    assert let_in(factory.get("/?q=a%00b&q=c")).GET.getlist("q") == ["ab", "c"]


def test_half_of_a_surrogate_pair_is_taken_out_too() -> None:
    body = b"--b\r\nContent-Disposition: form-data; name=note\r\n\r\na\\ud83db\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b; charset=unicode_escape"
    request = RequestFactory().generic("POST", "/", body, content_type=kind)
    assert let_in(request).POST["note"] == "ab"


@pytest.mark.parametrize("charset", ["zlib", "hex", "idna", "undefined", "rot13"])
def test_a_form_in_what_is_no_encoding_is_a_bad_request(db: None, charset: str) -> None:
    body = b"--b\r\nContent-Disposition: form-data; name=q\r\n\r\na\xffb\r\n--b--\r\n"
    named = body.replace(b"name=q", f"name=q; filename*={charset}''%ff".encode())
    kind = "multipart/form-data; boundary=b"
    client = Client(raise_request_exception=False)
    for sent, how in ((body, f"{kind}; charset={charset}"), (named, kind)):
        answer = client.generic("POST", "/admin/login/", sent, content_type=how)
        assert answer.status_code in (200, 400)


def test_what_can_be_stored_is_left_as_it_came() -> None:
    request = RequestFactory().post("/", {"note": "Zoë 💉\n\tlines"})
    before = request.POST
    assert let_in(request).POST is before


def test_what_came_can_still_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        let_in(RequestFactory().post("/", {"note": "\0"})).POST["note"] = "x"


def test_an_address_with_a_nul_leads_nowhere(db: None) -> None:
    with pytest.raises(Http404):
        let_in(RequestFactory().get("/case/PA-%00/"))
    assert Client().get("/case/PA-%00/").status_code == 404
