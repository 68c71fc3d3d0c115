#!/bin/sh
# Checks the example workspaces, healthy and broken, and exits 0 when each comes out as expected.
# Usage: tools/demo.sh [KOREO], where KOREO is the command to run (default: koreo).
set -u
case ${1:-koreo} in
  /*) koreo=$1 ;;
  */*) koreo=$PWD/$1 ;;
  *) koreo=${1:-koreo} ;;
esac
cd "$(dirname "$0")/.." || exit 2
unexpected=0

# check FOLDER EXPECTED-STATUS HEADING
check() {
  printf '\n== %s: koreo check %s\n\n' "$3" "$1"
  "$koreo" check --stats "$1"
  status=$?
  if [ "$status" -ne "$2" ]; then
    printf '\nexpected exit status %s, got %s\n' "$2" "$status" >&2
    unexpected=1
  fi
}

check fixtures/hello 0 'The smallest useful workspace'
check fixtures/stateless-crud-app 0 'A platform on three clouds'
check fixtures/broken 1 'The same kinds of files with mistakes in them'

exit "$unexpected"
