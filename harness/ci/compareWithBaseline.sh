#!/bin/sh
# Measures an implementation several times, compares it with the results of the main branch, and fails by what shows twice, and by nothing
# else. For any CI: action.yml calls it too.
#
#   compareWithBaseline.sh CASE IMPLEMENTATION OUT [BASELINE.csv ...]
#
# Without a baseline it only measures. OUT/first holds the runs (keep OUT/first/*/measurements.csv of the main branch as the next baseline),
# OUT/comparison what was found. Ends with 0, with 3 for a confirmed regression, or as casemark does where it could not measure at all.
# Environment: PROFILE (quick), RUNS a side (8: fewer show nothing among so many figures), CASEMARK (npx casemark).
set -u

case_id=$1 implementation=$2 out=$3
shift 3
casemark=${CASEMARK:-npx casemark}
profile=${PROFILE:-quick}
runs=${RUNS:-8}

measure() {
  run=1
  while [ "$run" -le "$runs" ]; do
    $casemark bench "$case_id" --impl "$implementation" --profile "$profile" --out "$out/$1/$run"
    code=$?
    # A missed target (7) is no regression, and the comparison says itself what an invalid run (4) is worth.
    case $code in 0 | 4 | 7) ;; *) exit $code ;; esac
    run=$((run + 1))
  done
}

# $1: the folder of the runs; the others: the baseline. The last comparison is the one that decides, and stays.
compare() {
  candidate=$1
  shift
  $casemark compare --baseline "$@" --candidate "$out/$candidate"/*/measurements.csv --out "$out/comparison"
}

measure first
if [ "$#" -eq 0 ]; then
  echo 'There is no baseline: these runs can become one.'
  exit 0
fi
compare first "$@"
code=$?
if [ "$code" -eq 3 ]; then
  echo 'Something became slower: it is measured again before it counts.'
  measure second
  compare second "$@"
  code=$?
  if [ "$code" -eq 3 ]; then exit 3; fi
  echo 'The second measurement does not confirm it.'
fi
case $code in
  0) ;;
  4) echo 'Nothing is confirmed: a measurement is invalid, the machine was too noisy.' ;;
  5) echo 'Nothing is confirmed: the baseline was measured under other conditions. Measure both on one machine: casemark bench --ab.' ;;
  *) exit "$code" ;;
esac
exit 0
