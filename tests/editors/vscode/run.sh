#!/bin/bash
# run.sh [CHECK…]: the packaged extension in a real editor, VS Code (code-server) in a headless Chromium.
#
# Packages the extension, installs it, opens a copy of fixtures/ and drives the editor as a user does (drive.mjs). Exit
# status 0: all checks passed; 1: some did not; 2: a tool is missing. The first run installs code-server (a minute).
#   KOREO_LS        the server; default: .venv/bin/koreo-ls of this repository
#   KOREO_EDITORS   where editors are kept; default: ~/.cache/koreo-editors
#   KOREO_SHOTS     folder for pictures; without it those of failed checks are kept in the temporary folder
#   KOREO_OFFLINE   when set, the server is not installed by the extension, which fetches its dependencies
#   KOREO_VSIX      a package to test instead of building one
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
export KOREO_LS=${KOREO_LS:-$ROOT/.venv/bin/koreo-ls}
[ -x "$KOREO_LS" ] || { echo "run: no server at $KOREO_LS" >&2; exit 2; }

EDITOR_FOLDER=$("$HERE/install-editor.sh") || exit 2
if [ -z "${KOREO_VSIX:-}" ]; then
    cd "$ROOT/vscode-extension"
    [ -d node_modules ] || npm ci --no-audit --no-fund >/dev/null
    npm run --silent package >/dev/null
    KOREO_VSIX=$PWD/koreo.vsix
fi

STATE=$(mktemp -d "${TMPDIR:-/tmp}/koreo-vscode-XXXXXX")
export KOREO_SHOTS=${KOREO_SHOTS:-$STATE/shots}
mkdir -p "$STATE/home" "$STATE/data/User" "$STATE/data/Machine" "$STATE/extensions" "$KOREO_SHOTS"
mkdir "$STATE/work"
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

cat >"$STATE/data/User/settings.json" <<JSON
{
  "security.workspace.trust.enabled": false, "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off", "update.mode": "none",
  "extensions.autoUpdate": false, "extensions.autoCheckUpdates": false, "extensions.ignoreRecommendations": true,
  "workbench.enableExperiments": false, "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden", "workbench.tips.enabled": false,
  "files.autoSave": "off", "workbench.colorTheme": "Default Dark Modern", "koreo.trace.server": "${KOREO_TRACE:-off}", "git.enabled": false, "window.commandCenter": false,
  "editor.hover.delay": 150, "editor.minimap.enabled": false, "editor.fontSize": 13,
  "editor.inlayHints.enabled": "on", "editor.cursorBlinking": "solid", "editor.stickyScroll.enabled": false
}
JSON

# Where a program is belongs to the machine, not to the user, once the editor runs in a browser.
echo "{\"koreo.server.path\": \"$KOREO_LS\"}" >"$STATE/data/Machine/settings.json"

# Without a server on the PATH, as where it is not installed yet.
EDITOR_PATH=
IFS=: read -ra FOLDERS <<<"$PATH"
for FOLDER in "${FOLDERS[@]}"; do
    [ -x "$FOLDER/koreo-ls" ] || EDITOR_PATH=${EDITOR_PATH:+$EDITOR_PATH:}$FOLDER
done

export HOME=$STATE/home XDG_CONFIG_HOME=$STATE/home/.config XDG_DATA_HOME=$STATE/home/.local/share
CODE=(node "$EDITOR_FOLDER/node_modules/code-server/out/node/entry.js" --auth none --bind-addr "127.0.0.1:$PORT"
    --user-data-dir "$STATE/data" --extensions-dir "$STATE/extensions")
"${CODE[@]}" --install-extension "$KOREO_VSIX" >"$STATE/install.log" 2>&1 || { cat "$STATE/install.log" >&2; exit 1; }
PATH=$EDITOR_PATH setsid "${CODE[@]}" --disable-telemetry --disable-update-check --disable-workspace-trust \
    --disable-getting-started-override "$STATE/work" >"$STATE/editor.log" 2>&1 </dev/null &
EDITOR_PID=$!

finish() {
    local status=$?
    kill -- "-$EDITOR_PID" 2>/dev/null || true
    wait "$EDITOR_PID" 2>/dev/null || true
    if [ "$status" -eq 0 ]; then rm -rf "$STATE"; else echo "run: pictures and logs are in $STATE" >&2; fi
    exit "$status"
}
trap finish EXIT

NODE_PATH=$EDITOR_FOLDER/node_modules timeout 900 node "$HERE/drive.mjs" "http://127.0.0.1:$PORT" "$ROOT/fixtures" "$STATE/work" "$@"
