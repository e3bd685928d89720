# Searches for inputs that break a promise, guided by coverage, sourced by the launcher. docs/testing.md tells more.
# shellcheck shell=bash disable=SC2153

FUZZ_LOG=$ROOT/target/fuzz.log
FUZZ_FOLDER=$ROOT/target/fuzz

fuzz_help() {
  cat <<'TEXT'
usage: hawser fuzz [--time DURATION] [TARGET...]
       hawser fuzz --list
       hawser fuzz --replay FILE TARGET

Feeds inputs that a search guided by coverage makes up (Jazzer) to everything that takes bytes from outside, and checks
what must hold whatever they are. Every target, or only those named, one after another; "quick" is all of them but wire
in one search. A short run is part of `hawser test`.
  --time DURATION   for each target: 30s, 10m or 2h (default 1m)
  --list            the targets
  --replay FILE     one input again, to see what is wrong with it

Progress is shown while it runs. What was learnt stays in target/fuzz/TARGET/corpus and is where the next run begins; an
input that breaks a promise is kept in target/fuzz/TARGET, and the exit code is 1. Copied to
server/gateway/src/test/resources/fuzz/TARGET it is tested for ever.
TEXT
}

fuzz_all() {
  local seconds=60 targets=() names name replay='' list=0
  while (($#)); do
    case $1 in
      -h | --help)
        fuzz_help
        exit 0
        ;;
      --time)
        [[ ${2:-} =~ ^([1-9][0-9]{0,5})([smh])$ ]] ||
          fail 2 "hawser fuzz: '${2:-}' is no duration" 'It is a number with its unit, such as 30s, 10m or 2h.'
        seconds=${BASH_REMATCH[1]}
        case ${BASH_REMATCH[2]} in m) seconds=$((seconds * 60)) ;; h) seconds=$((seconds * 3600)) ;; esac
        shift
        ;;
      --list) list=1 ;;
      --replay)
        replay=${2:-}
        [[ -f $replay ]] || fail 2 "hawser fuzz: there is no file '$replay'"
        replay=$(cd "$(dirname "$replay")" && pwd)/${replay##*/}
        shift
        ;;
      -*) fail 2 "hawser fuzz: unknown option '$1'" "Try 'hawser fuzz --help'." ;;
      *) targets+=("$1") ;;
    esac
    shift
  done
  with_lock fuzz_build
  names=$(fuzz_seeds) || fail 1 'the targets could not be listed' "See $FUZZ_LOG"
  if ((list)); then
    printf '%s\n' "$names"
    exit 0
  fi
  for name in ${targets[@]+"${targets[@]}"}; do
    grep -qxF -- "$name" <<<"$names" || fail 2 "hawser fuzz: there is no target '$name'" "Try 'hawser fuzz --list'."
  done
  if [[ -n $replay ]]; then
    ((${#targets[@]} == 1)) || fail 2 'hawser fuzz: --replay needs the one target that the file is for'
    fuzz_jazzer "${targets[0]}" "$replay"
    exit $?
  fi
  ((${#targets[@]})) || mapfile -t targets < <(grep -vxF quick <<<"$names")
  fuzz_run "$seconds" 0 "${targets[@]}"
}

fuzz_build() {
  require_maven
  mkdir -p "$FUZZ_FOLDER"
  say "building the targets; log: target/fuzz.log"
  run_maven "$FUZZ_LOG" : -q -pl server/gateway -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$FUZZ_FOLDER/classpath" -Dmdep.includeScope=test
  if ((MAVEN_CODE)); then
    tail -n 20 "$FUZZ_LOG" >&2
    fail 1 'the targets could not be built'
  fi
}

fuzz_java() { # arguments of java
  local gateway=$ROOT/server/gateway core=$ROOT/server/core sql=$ROOT/server/sql
  local classes=$gateway/target/test-classes:$gateway/target/classes:$core/target/test-classes:$core/target/classes
  # Seeds are read from protocol/ beside the module, as its tests do.
  (cd "$gateway" && exec "$JDK/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -XX:+EnableDynamicAgentLoading -Xshare:off -Xlog:disable \
    -Xlog:all=error:stderr -cp "$classes:$sql/target/classes:$(<"$FUZZ_FOLDER/classpath")" "$@")
}

# Writes the seeds, and the names of the targets to standard output.
fuzz_seeds() {
  fuzz_java dev.hawser.gateway.fuzz.Fuzzer "$FUZZ_FOLDER/seeds"
}

fuzz_jazzer() { # target, arguments of libFuzzer
  local target=$1 hooks=()
  shift
  # Any call of an address is a finding, but for the target that is reached over one.
  if [[ $target == wire ]]; then
    hooks=(--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery)
  fi
  fuzz_java "-Dhawser.fuzz.target=$target" com.code_intelligence.jazzer.Jazzer \
    --target_class=dev.hawser.gateway.fuzz.Fuzzer --instrumentation_includes='dev.hawser.**' \
    --custom_hook_includes='dev.hawser.**' --reproducer_path="$FUZZ_FOLDER/$target" \
    ${hooks[@]+"${hooks[@]}"} "$@"
}

# Runs each target for that long, or for that many inputs where it is not 0: the same ones each time, as far as it gets.
# Returns 1 when one was broken.
fuzz_run() { # seconds, inputs, targets...
  local seconds=$1 inputs=$2 seed=() target log lines=() code started broken=0 runs coverage corpora found
  shift 2
  if ((inputs)); then seed=(-seed=1); fi
  for target in "$@"; do
    mkdir -p "$FUZZ_FOLDER/$target/corpus"
    corpora=("$FUZZ_FOLDER/$target/corpus" "$FUZZ_FOLDER/seeds/$target")
    found=$ROOT/server/gateway/src/test/resources/fuzz/$target
    if [[ -d $found ]]; then corpora+=("$found"); fi
    log=$FUZZ_FOLDER/$target/log started=$SECONDS code=0
    : >"$log"
    fuzz_jazzer "$target" -max_total_time="$seconds" -runs="$((inputs ? inputs : -1))" -timeout=30 \
      -rss_limit_mb=3072 -max_len=4096 -print_final_stats=1 -artifact_prefix="$FUZZ_FOLDER/$target/" \
      ${seed[@]+"${seed[@]}"} \
      "${corpora[@]}" >"$log" 2>&1 </dev/null &
    FUZZ_PID=$!
    # shellcheck disable=SC2064
    trap "kill $FUZZ_PID 2>/dev/null || true; exit 130" INT TERM
    while kill -0 "$FUZZ_PID" 2>/dev/null; do
      sleep 1
      if [[ -t 1 ]]; then
        printf '\r\033[K   %-22s %4d s  %s' "$target" $((SECONDS - started)) "$(fuzz_progress "$log")"
      elif (((SECONDS - started) % 10 == 9)); then
        printf '   %-22s %4d s  %s\n' "$target" $((SECONDS - started)) "$(fuzz_progress "$log")"
      fi
    done
    wait "$FUZZ_PID" || code=$?
    trap - INT TERM
    if [[ -t 1 ]]; then printf '\r\033[K'; fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    coverage=$(fuzz_progress "$log")
    if ((code)); then
      broken=1
      lines+=("$(printf 'FAILED  %-22s %10s inputs %6d s' "$target" "${runs:-?}" $((SECONDS - started)))")
      printf '   FAILED  %s\n' "$target"
      grep -A 12 -m 1 -E '^== Java Exception|ERROR: libFuzzer' "$log" || tail -n 15 "$log"
      sed -n 's/^artifact_prefix.*Test unit written to \(.*\)/   kept as \1/p' "$log"
    else
      lines+=("$(printf 'ok      %-22s %10s inputs %6d s  %s' "$target" "${runs:-?}" $((SECONDS - started)) "${coverage#* inputs, }")")
      printf '   %s\n' "${lines[-1]}"
    fi
  done
  if ((${#lines[@]} > 1)); then
    printf '\n'
    printf '%s\n' "${lines[@]}"
  fi
  return "$broken"
}

# The last line of progress: inputs so far, branches covered, inputs a second.
fuzz_progress() { # log
  sed -n 's/^#\([0-9]*\).*cov: \([0-9]*\).* exec\/s: \([0-9]*\).*/\1 inputs, \2 branches, \3 a second/p' "$1" | tail -n 1
}
