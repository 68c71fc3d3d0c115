"""The protocol's rules about messages as such: what comes before and after what, and answers to nonsense.

pygls leaves some requests without an answer (those that are malformed, or come after `shutdown`), keeps a copy
of every text of its own, and moves the positions of a change while it applies that to its copy. Here every
request is answered, and the session's texts are the only ones.
"""

from __future__ import annotations

import enum
import inspect
import json
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from concurrent.futures import Future

_LOG = logging.getLogger(__name__)

_OWN_TEXTS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)


class _Phase(enum.Enum):
    """How far the conversation is (LSP 3.17, "Server lifecycle")."""

    NEW = "new"
    RUNNING = "running"
    SHUT_DOWN = "shut down"


class KoreoProtocol(LanguageServerProtocol):
    """One conversation with one client."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.exit_status: int | None = None
        """The status with which the client asked this process to end."""
        self._phase = _Phase.NEW
        super().__init__(*args, **kwargs)
        for method in _OWN_TEXTS:
            del self.fm.builtin_features[method]

    @property
    def status_at_end(self) -> int:
        """The exit status when nothing more can come: 0 if the client had said `shutdown`, else 1."""
        return 0 if self._phase is _Phase.SHUT_DOWN else 1

    def receive(self, body: bytes) -> bool:
        """Handle one message. One that cannot be understood is answered with an error if it asks for an answer.

        Return whether its handler is a task that has yet to begin. It has to before the next message is handled, which
        may change what the request is about.
        """
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse(None, JsonRpcParseError(f"not JSON: {error}"))
            return False
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self._refuse(None, JsonRpcInvalidRequest("expected one JSON-RPC 2.0 message"))
            return False
        method = data.get("method")
        if not isinstance(data.get("id"), str | int | float | None):
            # JSON-RPC 2.0 allows all numbers and null, LSP integers and texts; what can be sent back is.
            self._refuse(None, JsonRpcInvalidRequest("`id` is neither number nor text"))
        elif method is None:
            self._take_answer(data)
        elif not isinstance(method, str):
            self._refuse(data.get("id"), JsonRpcInvalidRequest("`method` is no string"))
        elif self._is_in_order(method, data):
            self._handle(method, data)
            handler = self.fm.features.get(method)
            return method == types.WORKSPACE_EXECUTE_COMMAND or inspect.iscoroutinefunction(handler)
        return False

    def _is_in_order(self, method: str, data: dict[str, Any]) -> bool:
        """Note where the conversation is; refuse or drop what does not belong there."""
        if method == types.EXIT:
            self.exit_status = self.status_at_end
            return False
        if self._phase is _Phase.NEW:
            if method == types.INITIALIZE:
                return True
            self._refuse_request(data, JsonRpcServerNotInitialized("`initialize` has to come first"))
            return False
        if self._phase is _Phase.SHUT_DOWN:
            self._refuse_request(data, JsonRpcInvalidRequest("after `shutdown` only `exit` may come"))
            return False
        if method == types.INITIALIZE:
            self._refuse_request(data, JsonRpcInvalidRequest("`initialize` may come only once"))
            return False
        if method == types.SHUTDOWN:
            self._phase = _Phase.SHUT_DOWN
            return "id" in data  # Kate says it as a notification
        return True

    def _handle(self, method: str, data: dict[str, Any]) -> None:
        is_known = method in self.fm.features or method in self.fm.builtin_features
        if not is_known and method != types.CANCEL_REQUEST:
            self._refuse_request(data, JsonRpcMethodNotFound.of(method))
            return
        try:
            message = self.structure_message(data)
        except JsonRpcException as error:
            _LOG.warning("a malformed %s message: %s", method, error.__cause__ or error)
            self._refuse_request(data, error)
            return
        if ("id" in data) != hasattr(message, "id"):
            self._refuse_request(data, JsonRpcInvalidRequest(f"{method} is a notification, not a request"))
            return
        if method == types.INITIALIZE:
            self._phase = _Phase.RUNNING
        self.handle_message(message)

    def stop(self) -> None:
        """Let go of what is being worked out or waited for; nobody is left to send it to."""
        for future in list(self._request_futures.values()):
            future.cancel()
        # These are caches of all protocols, which they keep, and with each its server.
        LanguageServerProtocol.get_message_type.cache_clear()
        LanguageServerProtocol.get_result_type.cache_clear()

    def _take_answer(self, data: dict[str, Any]) -> None:
        """Take the client's answer to a request of ours."""
        try:
            message = self.structure_message(data)
        except JsonRpcException as error:
            _LOG.warning("a malformed answer: %s", error.__cause__ or error)
        else:
            if hasattr(message, "id"):
                self.handle_message(message)

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        """Send an answer. `RequestFailed` (LSP 3.17) says why there is none, and is no failure to write to the log."""
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException) and error.code == types.LSPErrorCodes.RequestFailed:
            self._request_futures.pop(msg_id, None)
            self._refuse(msg_id, error)
            # With its frames it is a cycle that holds a whole snapshot.
            error.__traceback__ = None
        else:
            super()._send_handler_result(future, msg_id=msg_id)

    def _refuse_request(self, data: dict[str, Any], error: JsonRpcException) -> None:
        """Answer a request with an error; a notification is dropped."""
        if "id" in data:
            self._refuse(data["id"], error)

    def _refuse(self, request: Any, error: JsonRpcException) -> None:
        self._send_data(types.ResponseErrorMessage(id=request, error=error.to_response_error()))
