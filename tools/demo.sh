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
colour=never bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
  colour=always bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

# show FOLDER HEAD TAIL EXPECTED-STATUS HEADING ARGUMENT...
# Runs koreo in a folder, and prints so many lines from the head and the tail of its output.
show() {
  folder=$1 head=$2 tail=$3 expected=$4
  printf '\n%s== %s%s\n' "$bold" "$5" "$plain"
  shift 5
  [ "$folder" = . ] || printf '$ cd %s\n' "$folder"
  printf '$ koreo'
  printf ' %s' "$@"
  printf '\n\n'
  output=$(cd "$folder" && "$koreo" "$@" --color "$colour" 2>&1)
  status=$?
  printf '%s\n' "$output" | awk -v head="$head" -v tail="$tail" '
    { line[NR] = $0 }
    END {
      for (i = 1; i <= NR; i++) {
        if (NR <= head + tail + 1 || i <= head || i > NR - tail) print line[i]
        else if (i == head + 1)
          printf "%s    ... %d more lines ...\n%s", line[head] ? "\n" : "", NR - head - tail, line[NR - tail + 1] && tail ? "\n" : ""
      }
    }'
  if [ "$status" -ne "$expected" ]; then
    printf '\nexpected exit status %s, got %s\n' "$expected" "$status" >&2
    unexpected=1
  fi
}

show . 1 0 0 'The smallest useful workspace' check fixtures/hello
show . 16 0 0 'A platform on three clouds, and how much of it has known types' check --stats --ignore no-schema "$app"
show . 3 3 0 'Its tests, and what they reach' test "$app" --coverage
show "$app" 8 9 0 'Its Workflow on a simulated cluster' render --trigger trigger/aws-dev.yaml --objects platform \
  --simulate simulate.yaml --until-stable
show . 12 2 1 'A file with mistakes in it' check fixtures/broken/cleaning.k.yaml
show . 4 0 1 'All problems of a workspace, a line each' check --format github fixtures/broken
show . 2 7 1 'What only running finds' test fixtures/broken/checkout.k.yaml

exit "$unexpected"
