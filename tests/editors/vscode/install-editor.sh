#!/bin/bash
# install-editor.sh: code-server (VS Code in a browser) and playwright-core into ~/.cache/koreo-editors, once.
#
# Everything comes from npm; chromium is the system's. A plain `npm install code-server` runs scripts that download
# from elsewhere, so the scripts are left out and the native modules are compiled here, against the headers of the
# installed Node. Needs: node and npm with headers, g++, make, python3, ripgrep, the headers of krb5, chromium.
set -euo pipefail

VERSION=${CODE_SERVER_VERSION:-4.100.3}
HOME_OF_EDITORS=${KOREO_EDITORS:-$HOME/.cache/koreo-editors}
TARGET=$HOME_OF_EDITORS/code-server-$VERSION
NODE_PREFIX=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
NODE_GYP=$(npm root --global 2>/dev/null)/npm/node_modules/node-gyp/bin/node-gyp.js

for tool in node npm g++ make python3 rg chromium; do
    command -v "$tool" >/dev/null || { echo "install-editor: \`$tool\` is missing" >&2; exit 2; }
done
[ -f "$TARGET/.complete" ] && { echo "$TARGET"; exit 0; }

compile() {
    [ -f "$1/binding.gyp" ] || return 0
    (cd "$1" && node "$NODE_GYP" rebuild --nodedir="$NODE_PREFIX") >"$TARGET/$(basename "$1").log" 2>&1 ||
        { echo "install-editor: $(basename "$1") does not compile, see $TARGET/$(basename "$1").log" >&2; exit 1; }
}

mkdir -p "$TARGET"
cd "$TARGET"
[ -f package.json ] || echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund "code-server@$VERSION" playwright-core@1 >npm.log 2>&1
cd node_modules/code-server/lib/vscode
npm install --ignore-scripts --no-audit --no-fund --omit=dev >"$TARGET/npm-vscode.log" 2>&1
for module in @vscode/spdlog native-watchdog @vscode/native-watchdog node-pty kerberos; do
    compile "$PWD/node_modules/$module"
done
ARGON=$TARGET/node_modules/argon2
[ -d "$ARGON" ] || ARGON=$TARGET/node_modules/code-server/node_modules/argon2
if grep -q node-pre-gyp "$ARGON/package.json"; then
    (cd "$ARGON" && npm_config_node_gyp=$NODE_GYP npm_config_nodedir=$NODE_PREFIX \
        "$TARGET/node_modules/.bin/node-pre-gyp" rebuild >"$TARGET/argon2.log" 2>&1)
elif [ ! -d "$ARGON/prebuilds" ]; then
    compile "$ARGON"
fi
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sfn "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
rm -rf node_modules.asar
ln -s node_modules node_modules.asar
touch "$TARGET/.complete"
echo "$TARGET"
