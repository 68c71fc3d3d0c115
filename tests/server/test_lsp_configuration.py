"""The settings of the editor, traces, and what is shown of a bug."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from koreo_server.session.settings import EditorSettings, read_settings
from rpc_client import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Start

QUIET = EditorSettings(tests_on_edit=False, inlay_hints_types=False)


@pytest.mark.parametrize(
    "given",
    [
        {"tests": {"runOnEdit": False}, "inlayHints": {"types": False, "values": None}, "trace": "off"},
        {"tests.runOnEdit": False, "inlayHints.types": False},
        {"koreo.tests.runOnEdit": False, "koreo.inlayHints.types": False},
    ],
    ids=["nested", "dotted", "whole names"],
)
def test_settings_as_editors_write_them(given: Any) -> None:
    assert read_settings(given) == (QUIET, [])


@pytest.mark.parametrize("given", [None, {}, {"unknown": 1}, {"tests": None}], ids=repr)
def test_what_is_not_said_has_its_default(given: Any) -> None:
    assert read_settings(given) == (EditorSettings(), [])


def test_wrong_settings_are_told_and_the_others_taken() -> None:
    settings, wrong = read_settings(
        {"tests": {"runOnEdit": "no"}, "codeLens": {"enabled": 1}, "fadeUntested": True}
    )
    assert settings == EditorSettings(fade_untested=True)
    assert wrong == [
        "`koreo.tests.runOnEdit` must be true or false, not 'no'",
        "`koreo.codeLens.enabled` must be true or false, not 1",
    ]
    assert read_settings(["a"])[1] == ["the settings of `koreo` must be an object, not ['a']"]


ASKED = {"workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}}


def test_the_client_is_asked_and_asked_again(start: Start) -> None:
    client = start(capabilities={})
    assert client.sent("workspace/configuration") == []
    client = start(capabilities=ASKED)
    client.wait(lambda message: message.get("method") == "workspace/configuration")
    client.settle()
    registered = client.sent("client/registerCapability")
    assert [one["method"] for sent in registered for one in sent["registrations"]] == [
        "workspace/didChangeConfiguration"
    ]
    client.answers["workspace/configuration"] = [
        {"tests": {"runOnEdit": False}, "inlayHints": {"types": False}}
    ]
    before = len(client.received)
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait(lambda message: message.get("method") == "workspace/configuration", start=before)
    client.settle()
    client.settle()
    assert client.server.settings == QUIET


@pytest.mark.parametrize("wrapped", [True, False])
def test_settings_are_taken_from_clients_that_send_them(start: Start, *, wrapped: bool) -> None:
    client = start(capabilities={})
    given = {"tests": {"runOnEdit": False}, "inlayHints": {"types": False}}
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": given} if wrapped else given})
    client.settle()
    assert client.server.settings == QUIET


def test_settings_in_the_first_message(start: Start) -> None:
    client = start(capabilities={}, initializationOptions={"tests": {"runOnEdit": False}})
    client.settle()
    assert client.server.settings == EditorSettings(tests_on_edit=False)


@pytest.mark.parametrize("said", [None, {}, {"codeLens": None, "inlayHints": {"types": False}}], ids=repr)
@pytest.mark.parametrize("wrapped", [True, False])
def test_settings_of_the_first_message_hold_where_nothing_else_is_said(
    start: Start, said: Any, *, wrapped: bool
) -> None:
    options = {"codeLens": {"enabled": False}, "inlayHints": {"types": True}}
    client = start(capabilities={}, initializationOptions={"koreo": options} if wrapped else options)
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": said} if said != {} else {}})
    client.settle()
    assert client.server.settings == EditorSettings(code_lenses=False, inlay_hints_types=not said)


def test_a_wrong_setting_is_told(start: Start) -> None:
    client = start(capabilities={})
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": {"tests": {"runOnEdit": 3}}}})
    client.settle()
    (told,) = client.sent("window/logMessage")
    assert "`koreo.tests.runOnEdit` must be true or false, not 3" in told["message"]


def test_traces_say_how_long_each_answer_took(start: Start) -> None:
    client = start()
    client.settle()
    assert client.sent("$/logTrace") == []
    client.notify("$/setTrace", {"value": "messages"})
    client.request("workspace/symbol", {"query": "a"})
    assert any(told["message"].startswith("workspace/symbol: ") for told in client.sent("$/logTrace"))


@pytest.fixture
def breaking() -> Iterator[Served]:
    """A server of which one feature fails."""
    client = Served()

    @client.server.feature("koreo/fails")
    def fail(params: Any) -> None:
        raise ValueError(f"not {params['word']}")

    client.request("initialize", {"processId": os.getpid(), "capabilities": {}, "rootUri": None})
    client.notify("initialized", {})
    yield client
    client.hang_up()


def test_a_bug_gives_an_empty_answer_and_is_shown_once(
    breaking: Served, caplog: pytest.LogCaptureFixture
) -> None:
    assert breaking.request("koreo/fails", {"word": "yes"}) is None
    assert breaking.request("koreo/fails", {"word": "yes"}) is None
    (shown,) = breaking.sent("window/showMessage")
    assert "koreo/fails has no answer here (ValueError: not yes" in shown["message"]
    assert list(breaking.server.failures.counts.values()) == [2]
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "ERROR"] == [
        True
    ] * 2
    assert breaking.request("workspace/symbol", {"query": ""}) == []
