#!/bin/sh
# Checks, tests and renders the example workspaces, and exits 0 when each comes out as expected.
# Of long outputs the middle is left out; run the command to see all.
# Usage: tools/demo.sh [KOREO], where KOREO is the command to run (default: koreo).
set -u
case ${1:-koreo} in
  /*) koreo=$1 ;;
  */*) koreo=$PWD/$1 ;;
  *) koreo=${1:-koreo} ;;
esac
cd "$(dirname "$0")/.." || exit 2
unexpected=0
app=fixtures/stateless-crud-app

# show EXPECTED-STATUS HEADING ARGUMENT...
show() {
  expected=$1
  printf '\n== %s: koreo' "$2"
  shift 2
  printf ' %s' "$@"
  printf '\n\n'
  output=$("$koreo" "$@" 2>&1)
  status=$?
  printf '%s\n' "$output" | awk -v head=8 -v tail=3 '
    { line[NR] = $0 }
    END {
      for (i = 1; i <= NR; i++) {
        if (NR <= head + tail + 1 || i <= head || i > NR - tail) print line[i]
        else if (i == head + 1) printf "\n    ... %d more lines ...\n\n", NR - head - tail
      }
    }'
  if [ "$status" -ne "$expected" ]; then
    printf '\nexpected exit status %s, got %s\n' "$expected" "$status" >&2
    unexpected=1
  fi
}

show 0 'The smallest useful workspace' check --stats fixtures/hello
show 0 'A platform on three clouds' check --stats --ignore no-schema "$app"
show 0 'Its tests, and what they reach' test "$app" --coverage
show 0 'Its Workflow on a simulated cluster' render --path "$app" --trigger "$app/trigger/aws-dev.yaml" \
  --objects "$app/platform" --simulate "$app/simulate.yaml" --until-stable
show 1 'A file with mistakes in it' check fixtures/broken/cleaning.k.yaml
show 1 'All problems of a workspace, a line each' check --format github fixtures/broken
show 1 'What only running finds' test fixtures/broken/checkout.k.yaml

exit "$unexpected"
