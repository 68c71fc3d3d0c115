"""Real clients' capabilities, with pytest-lsp: it objects to every answer that its client could not take."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec: {local: {}, return: {text: =inputs.name}}
"""
WORKFLOW = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: flow}
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: greet}
    inputs: {name: Ada}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workspace")
    (path / "f.k.yaml").write_text(FUNCTION, encoding="utf-8")
    (path / "w.k.yaml").write_text(WORKFLOW, encoding="utf-8")
    return path


@pytest_lsp.fixture(
    scope="module",
    params=["visual_studio_code", "neovim", "emacs"],
    config=ClientServerConfig(
        server_command=[sys.executable, "-c", "from koreo_server.main import main; main()"]
    ),
)
async def client(
    request: pytest.FixtureRequest, lsp_client: LanguageClient, folder: Path
) -> AsyncIterator[None]:
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_params: types.RegistrationParams) -> None:
        """Take the registration."""

    uri = folder.as_uri()
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=uri,
            workspace_folders=[types.WorkspaceFolder(uri, "workspace")],
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio(loop_scope="module")
async def test_features(client: LanguageClient, folder: Path) -> None:
    workflow = types.TextDocumentIdentifier((folder / "w.k.yaml").as_uri())
    function = (folder / "f.k.yaml").as_uri()
    while not client.diagnostics.get(function):
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert [diagnostic.code for diagnostic in client.diagnostics[function]] == ["unknown-key"]

    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(workflow.uri, "koreo", 0, WORKFLOW))
    )
    name = types.Position(6, WORKFLOW.splitlines()[6].index("greet"))
    assert await client.text_document_definition_async(types.DefinitionParams(workflow, name))
    assert await client.text_document_hover_async(types.HoverParams(workflow, name))
    context = types.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(types.ReferenceParams(context, workflow, name))
    assert references is not None
    assert len(references) == 2
    assert await client.text_document_document_symbol_async(types.DocumentSymbolParams(workflow))
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams("greet"))
    problem = client.diagnostics[function][0]
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(function), problem.range, types.CodeActionContext([problem])
        )
    )
    assert actions
    assert client.messages == []
